from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hub.requests import person
from knowledge import permissions
from knowledge.actions import annotations as actions
from knowledge.anchoring import Place
from knowledge.forms import AnnotationForm, CommentForm, PassageForm
from knowledge.forms.annotations import LONGEST_QUOTE
from knowledge.markup import html_of
from knowledge.models import Article, Comment, Revision
from knowledge.passages import Section
from knowledge.sections import texts
from knowledge.threads import allow, note_thread


@require_http_methods(["GET", "HEAD", "POST"])
def note_new(request: HttpRequest, slug: str) -> HttpResponse:
    """Write about a passage: the address names it, in the version it was read in."""
    seen = Article.objects.visible_to(request.user).select_related("live")
    article = get_object_or_404(seen, slug=slug)
    if not permissions.can_comment(request.user, article):
        raise PermissionDenied
    revision, code, section, offered = _passage(request, article)
    form = AnnotationForm(request.POST or None, text=section.text, offered=offered)
    gone = 0
    if request.method == "POST" and form.is_valid():
        try:
            comment = actions.annotate(
                by=person(request),
                article=article,
                revision=revision,
                section=code,
                place=form.place,
                body=form.cleaned_data["body"],
            )
        except actions.PassageGone as problem:
            gone = problem.live
            form.add_error("quote", _("The text has been changed and does not say this any more."))
        else:
            messages.success(request, _("Your note stands beside the text."))
            return redirect(comment)
    context = {
        "article": article,
        "revision": revision,
        "form": form,
        "gone": gone,
        "label": next(s.label for s in texts(article.kind) if s.code == code),
        "is_cut": offered.end - offered.start > LONGEST_QUOTE,
        "passage": section.text[offered.start : offered.end],
    }
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "knowledge/annotations/new.html", context, status=status)


def _passage(request: HttpRequest, article: Article) -> tuple[Revision, str, Section, Place]:
    """What the address names: a version that was live once, a section and a place in it."""
    asked = PassageForm(request.GET)
    if article.live is None or not asked.is_valid():
        raise Http404
    named = asked.cleaned_data
    versions = Revision.objects.published().filter(article=article)
    revision = get_object_or_404(versions, number=named["version"])
    revision.article = article
    code = named["section"]
    if code not in {section.code for section in texts(article.kind)}:
        raise Http404
    section = Section(html_of(revision).get(code, ""))
    place = section.offered(named["paragraph"], named["start"], named["end"])
    if place is None:
        raise Http404
    return revision, code, section, place


def _note(request: HttpRequest, slug: str, pk: int) -> Comment:
    found = Comment.objects.visible_to(request.user).select_related("article", "passage")
    notes = found.filter(passage__isnull=False).prefetch_related("article__authorships")
    return get_object_or_404(notes, pk=pk, article__slug=slug)


# Asks for signing in: it is where one answers. What it shows stands on the article's page too.
@require_safe
def note(request: HttpRequest, slug: str, pk: int) -> TemplateResponse:
    """One note with its answers, and the form for the next one."""
    named = _note(request, slug, pk)
    found, article = note_thread(named), named.article
    if found is None:
        raise Http404
    allow(request.user, article, [found])
    can_comment = permissions.can_comment(request.user, article)
    may_answer = can_comment and found.removed_at is None
    context = {
        "article": article,
        "note": found,
        "can_comment": can_comment,
        "comment_form": CommentForm() if may_answer else None,
        "answering": found,
    }
    return TemplateResponse(request, "knowledge/annotations/note.html", context)


@require_POST
def resolution(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """`state` is resolved or open."""
    found = _note(request, slug, pk)
    if not permissions.can_resolve(request.user, found, found.article):
        raise PermissionDenied
    if request.POST.get("state") == "open":
        actions.reopen(by=person(request), comment=found)
        messages.success(request, _("The note is open again."))
    else:
        actions.resolve(by=person(request), comment=found)
        messages.success(request, _("The note is resolved. It stays readable, folded."))
    return redirect(found)
