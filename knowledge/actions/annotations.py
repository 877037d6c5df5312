"""Notes on passages: comments that are tied to words of the text and go with them."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache

from django.db import transaction
from django.utils import timezone

from hub import events
from hub.models import User
from knowledge.actions import comments
from knowledge.anchoring import Change, Place
from knowledge.markup import html_of
from knowledge.models import Article, Comment, Passage, Revision
from knowledge.passages import Section


class PassageGone(Exception):
    """The version that is live by now does not have the passage, or has it more than once."""

    def __init__(self, live: int) -> None:
        super().__init__(f"Version {live} does not have the passage.")
        self.live = live


@transaction.atomic
def annotate(
    *,
    by: User,
    article: Article,
    revision: Revision,
    section: str,
    place: Place,
    body: str,
    is_sample: bool = False,
    at: datetime | None = None,
) -> Comment:
    """Write about a passage, read in `revision`; raises PassageGone if it has gone meanwhile."""
    # An edit that is being saved must not leave a note behind on the version before it.
    locked = Article.objects.select_for_update(of=("self",), no_key=True).get(pk=article.pk)
    live = locked.live
    if live is None:
        raise ValueError(f"Nothing of article {article.pk} is published to be annotated.")
    live.article = revision.article = locked
    text = text_of(live, section)
    found: Place | None = place
    if live.pk != revision.pk:
        found = Change(text_of(revision, section), text).follow(place)
    if found is None:
        raise PassageGone(live.number)
    quote = text[found.start : found.end]
    comment = comments.add(
        by=by, article=locked, body=body, quote=quote, verb="article.noted",
        is_sample=is_sample, at=at,
    )  # fmt: skip
    passage = Passage(comment=comment, section=section)
    passage.stand(live, text, found)
    passage.save(force_insert=True)
    return comment


def carry(*, article: Article, revision: Revision) -> None:
    """Take all notes of an article over to the version that becomes live; in its transaction."""
    passages = list(Passage.objects.filter(comment__article=article).select_related("comment"))
    if not passages:
        return
    stood_in = Revision.objects.in_bulk({p.revision_id for p in passages})
    for old in (revision, *stood_in.values()):
        old.article = article
    new = html_of(revision)

    @cache
    def change(old: int, section: str) -> tuple[Change | None, str]:
        before = html_of(stood_in[old]).get(section, "")
        text = Section(new.get(section, "")).text
        return (None if before == new.get(section) else Change(Section(before).text, text)), text

    for passage in passages:
        found, text = change(passage.revision_id, passage.section)
        place = passage.place if found is None else _followed(found, passage)
        if place is None:
            passage.is_detached = True
        else:
            passage.stand(revision, text, place)
    fields = ["revision", "start", "exact", "prefix", "suffix", "is_detached"]
    Passage.objects.bulk_update(passages, fields, batch_size=500)


def _followed(change: Change, passage: Passage) -> Place | None:
    place = passage.place
    if change.old.text[place.start : place.end] != passage.exact:
        # The old HTML was made anew by a later renderer and its words are counted differently.
        kept = f"{passage.prefix}{passage.exact}{passage.suffix}"
        place = Place(len(passage.prefix), len(passage.prefix) + len(passage.exact))
        change = Change(kept, change.new.text)
    return change.follow(place, passage.comment.quote)


def text_of(revision: Revision, section: str) -> str:
    """The words of one section of a version that come with its article."""
    html: Mapping[str, str] = html_of(revision)
    return Section(html.get(section, "")).text


@transaction.atomic
def resolve(*, by: User, comment: Comment) -> None:
    """Settled: folded away with all that was said; those who said it are told."""
    open_ones = Passage.objects.filter(comment=comment, resolved_at=None)
    if open_ones.update(resolved_at=timezone.now(), resolved_by=by):
        _tell("article.note-resolved", comment, by=by)


@transaction.atomic
def reopen(*, by: User, comment: Comment) -> None:
    settled = Passage.objects.filter(comment=comment, resolved_at__isnull=False)
    if settled.update(resolved_at=None, resolved_by=None):
        _tell("article.note-reopened", comment, by=by)


def _tell(verb: str, comment: Comment, *, by: User) -> None:
    answers = comment.answers.filter(removed_at=None).values_list("author_id", flat=True)
    events.record(
        verb=verb,
        by=by,
        title=comment.article.title,
        url=comment.get_absolute_url(),
        audience=comment.article.audience,
        subjects=[comment.article.subject],
        direct={comment.author_id, *answers},
    )
