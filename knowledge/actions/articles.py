"""Saving, publishing and archiving articles: how a revision comes into being and goes live."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from slugify import slugify

from cities.models import City, Domain, Lever, Programme, Wish
from cities.twinning.models import TwinGroup
from hub import events, markdown
from hub.models import User
from knowledge.actions import annotations
from knowledge.actions.reach import push
from knowledge.answers import actions as answers
from knowledge.enums import Kind, ReviewState, State
from knowledge.markup import pictures, sections_html
from knowledge.models import (
    Article,
    Attachment,
    Authorship,
    Rendering,
    Review,
    Revision,
    Translation,
    WorkingDraft,
)
from knowledge.translation import following
from knowledge.upkeep.dates import next_check
from labs.models import Lab

RESERVED = {
    "new",
    "preview",
    "drafts",
    "from-lab",
    "import",
    "flow",
    "reviews",
    "translations",
    "radar",
    "still-true",
}


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
    #: Of a translation: the version of the original that these words say.
    based_on: Revision | None = None
    by_machine: bool = False
    #: The learning need it is written for; asked of a new text only.
    need: Wish | None = None

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
    original: Article | None = None,
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
        insiders=[f"user:{by.pk}"],
        title=entry.title,
        created_at=at or timezone.now(),
    )
    _describe(article, entry)
    article.save()
    Authorship.objects.create(article=article, author=by, position=1)
    if original is not None:
        Translation.objects.create(
            article=article,
            original=original,
            language=entry.language,
            original_language=original.language,
        )
    if entry.need is not None:
        # Closed while the text was written: the text stands all the same.
        with suppress(answers.Closed):
            answers.give(by=by, wish=entry.need, article=article, is_sample=is_sample, at=at)
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

    Not published, it stands beside the live version, which readers go on reading.
    """
    locked = lock(article)
    if locked.newest_number != base:
        raise EditConflict(locked.newest_number)
    _write(locked, entry, by=by, publish=publish, draft=draft, at=at)
    return locked


def lock(article: Article) -> Article:
    """The row as it is now; two who press at once wait here, and the second sees the first's."""
    return Article.objects.select_for_update(of=("self",), no_key=True).get(pk=article.pk)


def put_live(*, by: User, article: Article, revision: Revision) -> None:
    """A version that was saved before becomes the live one; `article` is locked."""
    first = article.is_draft
    _make_live(article, revision, by=by, at=timezone.now())
    _show(article, entry_of(revision), revision.html)
    push(article)
    tell("article.published" if first else "article.renewed", article, by=by, revision=revision)
    if first:
        answers.announce(article, by=by)


def entry_of(revision: Revision) -> Entry:
    """The form as it was filled in; a place that has gone since is that of the article."""
    article, facts = revision.article, revision.facts
    people = User.objects.filter(pk__in=[int(pk) for pk in facts.get("coauthors", [])])
    return Entry(
        title=revision.title,
        fields=revision.fields,
        language=facts["language"],
        visibility=facts["visibility"],
        city=_named(City, facts, "city", article.city),
        programme=_named(Programme, facts, "programme", article.programme),
        lab=_named(Lab, facts, "lab", article.lab),
        group=_named(TwinGroup, facts, "group", article.group),
        domains=list(Domain.objects.filter(code__in=facts.get("domains", []))),
        levers=list(Lever.objects.filter(code__in=facts.get("levers", []))),
        coauthors=list(people.order_by("name", "pk")),
        change=revision.change,
        based_on=_basis(revision),
    )


def _basis(revision: Revision) -> Revision | None:
    rendering = Rendering.objects.filter(revision=revision).select_related("based_on").first()
    return rendering.based_on if rendering else None


def _named(model: type[Any], facts: dict[str, Any], place: str, now: Any) -> Any:
    slug = facts.get(place, now and now.slug)
    if not slug:
        return None
    return now if now and now.slug == slug else model.objects.filter(slug=slug).first() or now


@transaction.atomic
def archive(*, by: User, article: Article, reason: str) -> None:
    """Out of lists and search, with its translations; its address and its versions stay."""
    gone = {
        "state": State.ARCHIVED,
        "archived_at": timezone.now(),
        "archived_by": by,
        "archive_reason": reason,
    }
    if Article.objects.filter(pk=article.pk, state=State.PUBLISHED).update(**gone):
        Article.objects.translations_of(article).published().update(**gone)
        article.refresh_from_db()
        tell("article.archived", article, by=by, text=reason)
        push(article)


@transaction.atomic
def bring_back(*, by: User, article: Article) -> None:
    """Back in the lists, with the translations that left them together with it.

    A translation does not come back without its original.
    """
    back: dict[str, Any] = {
        "state": State.PUBLISHED,
        "archived_at": None,
        "archived_by": None,
        "archive_reason": "",
    }
    with_it = Article.objects.translations_of(article).filter(archived_at=article.archived_at)
    named = list(with_it.filter(state=State.ARCHIVED).values_list("pk", flat=True))
    mine = Article.objects.filter(pk=article.pk, state=State.ARCHIVED)
    if mine.exclude(translation__original__state=State.ARCHIVED).update(**back):
        Article.objects.filter(pk__in=named).update(**back)
        article.refresh_from_db()
        tell("article.returned", article, by=by)
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
    """The revision, and all that stands on the article where this is what it shows."""
    if draft is not None:
        Attachment.objects.filter(draft=draft).update(article=article, draft=None)
    at = at or timezone.now()
    _take_out_of_review(article, by=by)
    article.newest_number += 1
    revision = Revision.objects.create(
        article=article,
        number=article.newest_number,
        title=entry.title,
        fields=entry.fields,
        facts=entry.facts,
        change=entry.change,
        html=sections_html(article.kind, entry.fields, pictures(article, None)),
        markup_version=markdown.VERSION,
        made_by=by,
        made_at=at,
    )
    following.record(
        article=article, revision=revision, based_on=entry.based_on, by_machine=entry.by_machine
    )
    first = article.is_draft
    if publish:
        _make_live(article, revision, by=by, at=at)
    if publish or first:
        _show(article, entry, revision.html)
    else:
        article.save(update_fields=["newest_number"])
    push(article)
    if publish:
        verb = "article.published" if first else "article.revised"
        tell(verb, article, by=by, revision=revision)
    if publish and first:
        answers.announce(article, by=by)
    if draft is not None:
        draft.delete()


def _take_out_of_review(article: Article, *, by: User) -> None:
    """Reviewers read the newest version, or none."""
    Review.objects.open().filter(article=article).update(
        state=ReviewState.WITHDRAWN, decided_at=timezone.now(), decided_by=by
    )


def _make_live(article: Article, revision: Revision, *, by: User, at: datetime) -> None:
    Revision.objects.filter(pk=revision.pk).update(published_at=at, published_by=by)
    before, article.live = article.live, revision
    following.carry(article=article, revision=revision, before=before, by=by)
    annotations.carry(article=article, revision=revision)
    if article.is_draft:
        article.state = State.PUBLISHED
        article.published_at, article.published_by = at, by
    # Whoever publishes a version has just read it: it is asked about a year later.
    day = next_check(article.kind, at.date())
    article.review_by = max(article.review_by or day, day)
    article.asks, article.asked_at = 0, None


def _show(article: Article, entry: Entry, html: dict[str, str]) -> None:
    """Lists read no revision: they find the live one's words here, the newest one's of a draft."""
    _describe(article, entry)
    _card(article, entry, html)
    article.save()
    article.domains.set(entry.domains)
    article.levers.set(entry.levers)
    _name_authors(article, entry.coauthors)


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


def tell(
    verb: str, article: Article, *, by: User, text: str = "", revision: Revision | None = None
) -> None:
    """Followers, its authors, and whoever wrote the version that is told of.

    Of a translation's first version also those who wrote and follow the original.
    """
    told, subjects = {revision.made_by_id} if revision else set(), article.subjects
    if verb == "article.published" and (original := following.original_of(article)):
        verb, subjects = "translation.published", [*subjects, original.subject]
        told |= set(original.authorships.values_list("author_id", flat=True))
    events.record(
        verb=verb,
        by=by,
        title=article.title,
        text=text or (revision.change if revision else "") or article.teaser,
        url=article.get_absolute_url(),
        audience=article.audience,
        subjects=subjects,
        direct={*article.authorships.values_list("author_id", flat=True), *told},
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
