from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest
from django.db.models import OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_POST, require_safe

from hub import access
from hub.following import followed_by
from hub.models import User
from hub.requests import person
from knowledge import citing, permissions
from knowledge.actions import reading as actions
from knowledge.answers.panels import needs_of
from knowledge.enums import State
from knowledge.forms import ReadForm
from knowledge.markup import html_of
from knowledge.models import Article, Reading, Review, Revision
from knowledge.notes import notes_context, passage_of
from knowledge.reuse.panels import uses_of
from knowledge.sections import OF_KIND, QUICK, RESULT_CELLS, result_rows
from knowledge.sections import shown as words_of
from knowledge.threads import thread_context, threads_of
from knowledge.translation.panels import languages_of, with_languages
from knowledge.upkeep.panels import upkeep_of, with_upkeep
from labs.permissions import audience_keys as lab_audience

if TYPE_CHECKING:
    from hub.access import Reader

#: Seconds on screen after which a text counts as read.
READ_AFTER = 5


# Public: an article is as public as its authors chose; others get 404.
@require_safe
@login_not_required
def article(request: HttpRequest, slug: str) -> TemplateResponse:
    user = request.user
    reviews = Review.objects.visible_to(user).open().filter(article=OuterRef("pk"))
    mine = Reading.objects.visible_to(user).filter(article=OuterRef("pk"))
    seen = (
        with_upkeep(Article.objects.visible_to(user))
        .for_page()
        .annotate(
            is_followed=followed_by(user, "article"),
            open_review=reviews.values("pk"),
            read_number=mine.values("number"),
            read_at=mine.values("read_at"),
            needs=needs_of(),
        )
    )
    found = get_object_or_404(with_languages(seen, user), slug=slug)
    revision = found.live or found.revisions.order_by("-number")[0]
    revision.article = found
    can_edit, people = (
        permissions.can_edit(user, found),
        [a.author for a in found.authorships.all()],
    )
    tongues = languages_of(user, found, revision)
    choices = tongues.get("translation", {}).get("choices", {})
    parts, threads = parts_of(revision, choices), threads_of(found)
    notes = [thread for thread in threads if passage_of(thread) is not None]
    context = {
        "article": found,
        "revision": revision,
        "parts": parts,
        "authors": people,
        "writers": people,
        "can_edit": can_edit,
        "reads": _reads(user, found),
        "is_prepared": can_edit and revision.number < found.newest_number,
        "lab_is_seen": found.lab is not None and access.opened_by(user, lab_audience(found.lab)),
        **uses_of(user, found),
        # A translation is as true as its original, which its page points to.
        **({} if tongues.get("translation") else upkeep_of(user, found)),
        **tongues,
        "is_archived": found.state == State.ARCHIVED,
        "is_following": getattr(found, "is_followed", False),
        **thread_context(request, found, threads=threads),
        **notes_context(request, revision, parts, notes),
        **head_of(revision, people, tongues.get("translation")),
    }
    return TemplateResponse(request, "knowledge/article.html", context)


def head_of(
    revision: Revision, people: Sequence[User], translation: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """What machines read in the head of a page that everybody may read, and of no other."""
    article = revision.article
    if article.audience != [access.PUBLIC] or article.state != State.PUBLISHED:
        return {}
    data = citing.linked_data(revision, citing.authors_of(article, people))
    if translation and translation["original"]:
        # Who wrote these words is who translated them.
        data["translator"] = data.pop("author")
        address = settings.BASE_URL + translation["original"].get_absolute_url()
        data["translationOfWork"] = {"@type": data["@type"], "url": address}
    return {"linked_data": citing.as_script(data), "page_url": data["url"]}


def _reads(user: "Reader", article: Any) -> dict[str, Any]:
    """Whether this visit is to be remembered, and what has changed since the one before."""
    live = article.live
    if not user.is_authenticated or live is None or (article.read_number or 0) >= live.number:
        return {}
    has_changed = article.read_number is not None and live.made_by_id != user.pk
    return {"number": live.number, "has_changed": has_changed, "after": READ_AFTER}


@require_POST
def article_read(request: HttpRequest, slug: str) -> HttpResponse:
    """Sent by the page itself after a while, or by its button."""
    form = ReadForm(request.POST)
    if not form.is_valid():
        raise BadRequest("The form does not say which version was read.")
    article = get_object_or_404(Article.objects.visible_to(request.user), slug=slug)
    published = Revision.objects.published().filter(article=article)
    revision = get_object_or_404(published, number=form.cleaned_data["number"])
    actions.read(by=person(request), revision=revision)
    return redirect(article)


def parts_of(revision: Revision, choices: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
    """The sections that have been filled in, in the form's order, ready to show.

    A translation's choices are those of its original today.
    """
    fields = {**revision.fields, **(choices or {})}
    html: Mapping[str, str] = html_of(revision)
    shown = []
    for section in OF_KIND[revision.article.kind]:
        value = fields.get(section.code)
        if not value:
            continue
        part: dict[str, Any] = {"code": section.code, "label": section.label, "form": section.form}
        if section.form == "text":
            part["html"] = html.get(section.code, "")
        elif section.form == "results":
            part["rows"], part["heads"] = result_rows(value), RESULT_CELLS
        elif section.form in QUICK:
            part["form"], part["value"] = "choice", words_of(section, value)
        else:
            part["value"] = value
        shown.append(part)
    return shown
