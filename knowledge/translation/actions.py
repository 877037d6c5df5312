"""Beginning a translation, and saying that one is still right."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from hub.models import User
from knowledge.actions import articles
from knowledge.actions.articles import Entry
from knowledge.enums import State
from knowledge.models import Article, Rendering, Revision, Translation
from knowledge.translation.following import choices_of


class NotPublished(Exception):
    """Nothing of the original is published, or not any more."""


class Taken(Exception):
    """There is a translation into the language, or the original itself is in it."""


class Outrun(Exception):
    """Another version of the translation stands than the one that was read."""


def entry_for(
    original: Article,
    based_on: Revision,
    *,
    title: str,
    fields: dict[str, Any],
    language: str,
    coauthors: Sequence[User] = (),
    change: str = "",
    by_machine: bool = False,
) -> Entry:
    """The words of a translation in the frame of its original as it is today."""
    return Entry(
        title=title,
        fields=fields | choices_of(original.kind, based_on),
        language=language,
        visibility=original.visibility,
        city=original.city,
        programme=original.programme,
        lab=original.lab,
        group=original.group,
        domains=list(original.domains.all()),
        levers=list(original.levers.all()),
        coauthors=coauthors,
        change=change,
        based_on=based_on,
        by_machine=by_machine,
    )


@transaction.atomic
def begin(
    *,
    by: User,
    original: Article,
    language: str,
    title: str,
    is_sample: bool = False,
    at: datetime | None = None,
) -> Article:
    """A draft with its title, to be filled in beside the original.

    Raises NotPublished, or Taken where somebody was before.
    """
    locked, live = lock(original, language)
    entry = entry_for(locked, live, title=title, fields={}, language=language)
    return articles.create(
        by=by, kind=locked.kind, entry=entry, publish=False, original=locked,
        is_sample=is_sample, at=at,
    )  # fmt: skip


def lock(original: Article, language: str) -> tuple[Article, Revision]:
    """The original and its live version, for a translation that is not there yet.

    Two who begin at once wait here: the second finds the first one's.
    """
    locked = articles.lock(original)
    if locked.state != State.PUBLISHED or locked.live is None:
        raise NotPublished
    if language in languages_taken(locked):
        raise Taken
    return locked, locked.live


def languages_taken(original: Article) -> set[str]:
    """Its own, that of a version which waits to be published, and those of its translations."""
    newest = original.revisions.filter(number=original.newest_number)
    facts = [facts["language"] for facts in newest.values_list("facts", flat=True)]
    translated = Translation.objects.filter(original=original).values_list("language", flat=True)
    return {original.language, *facts, *translated}


@transaction.atomic
def confirm(*, by: User, article: Article, number: int, based_on: Revision) -> None:
    """The translation says what `based_on` says: read beside it, and no word of it changed.

    `number` is the version that was read; raises Outrun where another one stands by now.
    """
    locked = articles.lock(article)
    read = Rendering.objects.filter(revision=locked.live, revision__number=number)
    done = read.filter(based_on__number__lte=based_on.number).update(
        based_on=based_on, confirmed_at=timezone.now(), confirmed_by=by
    )
    if not done:
        raise Outrun
