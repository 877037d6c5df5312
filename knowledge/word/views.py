from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hub import files
from hub.requests import person
from knowledge import permissions
from knowledge.actions import drafts
from knowledge.enums import Kind
from knowledge.sections import OF_KIND
from knowledge.views.drafts import writing_address
from knowledge.views.writing import programme_of
from knowledge.word import actions
from knowledge.word.forms import WordForm


@require_http_methods(["GET", "HEAD", "POST"])
def article_import(request: HttpRequest) -> HttpResponse:
    """A Word file becomes a draft of one's own, which nobody else reads yet."""
    kinds = [kind for kind in Kind if permissions.can_write(request.user, kind)]
    if not kinds:
        raise PermissionDenied
    asked = request.GET.get("kind", "")
    if request.method != "POST":
        return _page(request, WordForm(kinds=kinds, asked=asked))
    form = WordForm(request.POST, request.FILES, kinds=kinds)
    if form.is_valid():
        data = form.cleaned_data
        more = {"language": [data["language"]], **programme_of(person(request))}
        try:
            draft = actions.begin(
                by=person(request), kind=Kind(data["kind"]), upload=data["file"], more=more
            )
        except files.Refused as refusal:
            form.add_error("file", str(refusal))
        except drafts.TooLong:
            form.add_error("file", _("The file holds more words than a text. Divide it in two."))
        else:
            messages.success(request, _("The file has been read. Nobody else sees it yet."))
            return redirect(writing_address(draft))
    return _page(request, form, status=422)


def _page(request: HttpRequest, form: WordForm, status: int = 200) -> TemplateResponse:
    headings = {
        kind: [section.label for section in OF_KIND[kind] if section.form in ("text", "results")]
        for kind in Kind
    }
    context = {
        "form": form,
        "headings": [(Kind(value).label, headings[Kind(value)]) for value in _offered(form)],
    }
    return TemplateResponse(request, "knowledge/word/import.html", context, status=status)


def _offered(form: WordForm) -> list[str]:
    return [value for value, _label in form.fields["kind"].choices]  # type: ignore[attr-defined]
