"""Saving, publishing and archiving articles: every way a revision comes into being."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from slugify import slugify

from cities.models import City, Domain, Lever, Programme
from cities.twinning.models import TwinGroup
from hub import events, markdown
from hub.models import User
from knowledge.actions import annotations
from knowledge.actions.reach import push
from knowledge.enums import Kind, State
from knowledge.markup import pictures, sections_html
from knowledge.models import Article, Attachment, Authorship, Revision, WorkingDraft
from labs.models import Lab

RESERVED = {"new", "preview", "drafts", "from-lab"}


class EditConflict(Exception):
    """Somebody saved a version after the one this edit began from."""

    def __init__(self, newest: int) -> None:
        super().__init__(f"Version {newest} was saved meanwhile.")
        self.newest = newest


@dataclass(frozen=True)
class Entry:
    """One filled-in form."""

    title: str
    fields: dict[str, Any]
    language: str
    visibility: str
    city: City | None = None
    programme: Programme | None = None
    lab: Lab | None = None
    group: TwinGroup | None = None
    domains: Sequence[Domain] = ()
    levers: Sequence[Lever] = ()
    coauthors: Sequence[User] = field(default_factory=list)
    change: str = ""

    @property
    def facts(self) -> dict[str, Any]:
        """What stands beside the text, by codes that outlive renaming; None where nothing."""
        places = {
            "city": self.city,
            "programme": self.programme,
            "lab": self.lab,
            "group": self.group,
        }
        return {
            "language": self.language,
            "visibility": self.visibility,
            "domains": sorted(domain.code for domain in self.domains),
            "levers": sorted(lever.code for lever in self.levers),
            "coauthors": sorted(str(person.pk) for person in self.coauthors),
            **{name: place.slug if place else "" for name, place in places.items()},
        }


@transaction.atomic
def create(
    *,
    by: User,
    kind: str,
    entry: Entry,
    publish: bool,
    draft: WorkingDraft | None = None,
    written_as: UUID | None = None,
    is_sample: bool = False,
    at: datetime | None = None,
) -> Article:
    """A new article; `at` dates it back where it was written elsewhere before."""
    article = Article(
        kind=kind,
        slug=_free_slug(entry.title),
        owner=by,
        created_by=by,
        is_sample=is_sample,
        written_as=written_as,
        audience=[f"user:{by.pk}"],
        title=entry.title,
        created_at=at or timezone.now(),
    )
    _describe(article, entry)
    article.save()
    Authorship.objects.create(article=article, author=by, position=1)
    _write(article, entry, by=by, publish=publish, draft=draft, at=at)
    return article


@transaction.atomic
def revise(
    *,
    by: User,
    article: Article,
    entry: Entry,
    base: int,
    publish: bool,
    draft: WorkingDraft | None = None,
    at: datetime | None = None,
) -> Article:
    """Save a new version; raises EditConflict where `base` is no longer the newest.

    A published article's new version is live at once.
    """
    # Two editors who press at once: the second waits here and then sees the first one's number.
    locked = Article.objects.select_for_update(of=("self",), no_key=True).get(pk=article.pk)
    if locked.newest_number != base:
        raise EditConflict(locked.newest_number)
    _describe(locked, entry)
    _write(locked, entry, by=by, publish=publish or not locked.is_draft, draft=draft, at=at)
    return locked


@transaction.atomic
def archive(*, by: User, article: Article, reason: str) -> None:
    """Out of lists and search; its address and its versions stay."""
    done = Article.objects.filter(pk=article.pk, state=State.PUBLISHED).update(
        state=State.ARCHIVED, archived_at=timezone.now(), archived_by=by, archive_reason=reason
    )
    if done:
        article.refresh_from_db()
        _tell("article.archived", article, by=by, text=reason)
        push(article)


@transaction.atomic
def bring_back(*, by: User, article: Article) -> None:
    done = Article.objects.filter(pk=article.pk, state=State.ARCHIVED).update(
        state=State.PUBLISHED, archived_at=None, archived_by=None, archive_reason=""
    )
    if done:
        article.refresh_from_db()
        _tell("article.returned", article, by=by)
        push(article)


def _describe(article: Article, entry: Entry) -> None:
    article.title = entry.title
    article.language = entry.language
    article.visibility = entry.visibility
    article.city = entry.city
    article.programme = entry.programme
    article.lab = entry.lab
    article.group = entry.group


def _write(
    article: Article,
    entry: Entry,
    *,
    by: User,
    publish: bool,
    draft: WorkingDraft | None,
    at: datetime | None,
) -> None:
    """The revision, the article's card, its authors and pictures; then everybody who must know."""
    if draft is not None:
        Attachment.objects.filter(draft=draft).update(article=article, draft=None)
    html = sections_html(article.kind, entry.fields, pictures(article, None))
    article.newest_number += 1
    revision = Revision.objects.create(
        article=article,
        number=article.newest_number,
        title=entry.title,
        fields=entry.fields,
        facts=entry.facts,
        change=entry.change,
        html=html,
        markup_version=markdown.VERSION,
        made_by=by,
        made_at=at or timezone.now(),
    )
    _card(article, entry, html)
    was_public = not article.is_draft
    if publish:
        _make_live(article, revision)
    article.save()
    article.domains.set(entry.domains)
    article.levers.set(entry.levers)
    _name_authors(article, entry.coauthors)
    push(article)
    if publish:
        _tell(
            "article.revised" if was_public else "article.published",
            article,
            by=by,
            text=entry.change,
        )
    if draft is not None:
        draft.delete()


def _make_live(article: Article, revision: Revision) -> None:
    article.live = revision
    annotations.carry(article=article, revision=revision)
    if article.is_draft:
        article.state = State.PUBLISHED
        article.published_at = revision.made_at
        article.published_by = revision.made_by


def _card(article: Article, entry: Entry, html: dict[str, str]) -> None:
    first = "tried" if article.kind == Kind.EXPERIENCE else "summary"
    article.teaser = markdown.plain(html.get(first, ""), 240)
    article.setback = markdown.plain(html.get("setback", ""), 240)
    article.stage = entry.fields.get("stage", "")


def _name_authors(article: Article, coauthors: Sequence[User]) -> None:
    """The person who began it stays first; the others in the order given."""
    wanted = [article.created_by_id, *(p.pk for p in coauthors if p.pk != article.created_by_id)]
    known = list(article.authorships.order_by("position").values_list("author_id", flat=True))
    if known == wanted:
        return
    article.authorships.all().delete()
    Authorship.objects.bulk_create(
        Authorship(article=article, author_id=pk, position=n)
        for n, pk in enumerate(wanted, start=1)
    )


def _tell(verb: str, article: Article, *, by: User, text: str = "") -> None:
    events.record(
        verb=verb,
        by=by,
        title=article.title,
        text=text or article.teaser,
        url=article.get_absolute_url(),
        audience=article.audience,
        subjects=article.subjects,
        direct=article.authorships.values_list("author_id", flat=True),
    )


def _free_slug(title: str) -> str:
    stem = slugify(title, max_length=100, word_boundary=True) or "text"
    # Titles meet seldom: a number is tried only then, and the unique slug has the last word.
    taken = (
        set(Article.objects.filter(slug__startswith=stem).values_list("slug", flat=True)) | RESERVED
    )
    number, slug = 2, stem
    while slug in taken:
        slug, number = f"{stem}-{number}", number + 1
    return slug
