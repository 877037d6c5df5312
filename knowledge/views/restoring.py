from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hub.requests import person
from knowledge import permissions, reviewers
from knowledge.actions import articles, restoring, reviewing
from knowledge.forms import RestoreForm
from knowledge.models import Article, Review, Revision
from knowledge.views.writing import saved_sentence


@require_http_methods(["GET", "HEAD", "POST"])
def article_restore(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Asks first, and again where somebody saved another version meanwhile."""
    user = person(request)
    article = get_object_or_404(Article.objects.visible_to(user).for_page(), slug=slug)
    if not permissions.can_edit(user, article):
        raise PermissionDenied
    seen = Revision.objects.visible_to(user).filter(article=article)
    revision = get_object_or_404(seen, number=number)
    revision.article = article
    if number == article.newest_number:
        return redirect(revision)
    then = _what_follows(request, article)
    sentence = _("Version %(number)s again") % {"number": number}
    first = {"base": article.newest_number, "change": sentence}
    form = RestoreForm(request.POST or None, initial=first)
    if request.method != "POST" or not form.is_valid():
        return _page(request, article, revision, form, then)
    try:
        saved = restoring.restore(
            by=user, article=article, revision=revision, publish=then == "publish",
            **form.cleaned_data,
        )  # fmt: skip
    except articles.EditConflict as conflict:
        return _page(request, article, revision, _asked_again(request, article, conflict), then)
    if then != "review":
        messages.success(request, saved_sentence(saved))
        return redirect(saved)
    keys = reviewers.reviewer_keys(saved.kind, saved)
    review = reviewing.send_in(by=user, article=saved, reviewers=keys)
    messages.success(request, _("Sent in for review. You hear when it has been decided."))
    return redirect(review)


def _what_follows(request: HttpRequest, article: Article) -> str:
    """Restored as anything is saved: a draft stays one, and what others review is sent in."""
    if article.is_draft:
        return "save"
    may_publish = reviewers.can_publish(person(request), article.kind, article)
    return "publish" if may_publish else "review"


def _asked_again(
    request: HttpRequest, article: Article, conflict: articles.EditConflict
) -> RestoreForm:
    newest = article.revisions.select_related("made_by").get(number=conflict.newest)
    form = RestoreForm({**request.POST.dict(), "base": conflict.newest})
    sentence = _("%(name)s saved version %(number)s meanwhile. Read it before you decide.")
    form.add_error(None, sentence % {"name": newest.made_by, "number": newest.number})
    return form


def _taken_out(article: Article) -> list[str]:
    if not Review.objects.open().filter(article=article).exists():
        return []
    taken = _("Version %(number)s, which is in review, is taken out of it.")
    return [taken % {"number": article.newest_number}]


def _page(
    request: HttpRequest, article: Article, revision: Revision, form: RestoreForm, then: str
) -> TemplateResponse:
    ends = {
        "publish": _("Readers read these words at once, as a new version."),
        "review": _("It is sent in for review; readers go on reading what stands."),
        "save": _("The draft says these words again, as a new version."),
    }
    context: dict[str, Any] = {
        "confirm_title": _("Restore version %(number)s?") % {"number": revision.number},
        "confirm_text": revision.title,
        "consequences": [
            ends[then],
            *_taken_out(article),
            _("Who may read it, its city and its authors stay as they are today."),
            _("No version goes: what stands now can be restored as well."),
        ],
        "confirm_button": _("Restore the version"),
        "cancel_url": revision.get_absolute_url(),
        "form": form,
    }
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "components/confirm_page.html", context, status=status)
