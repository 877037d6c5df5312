"""Putting a flag up and taking it down."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from hub.models import User
from knowledge.enums import FlagKind, Settled
from knowledge.models import Article, Flag


def put_up(article: Article | int, kind: FlagKind, evidence: str, **more: Any) -> None:
    """Once for what it stands on: a second one finds the first and changes nothing."""
    pk = article if isinstance(article, int) else article.pk
    flag = Flag(article_id=pk, kind=kind, evidence=evidence, **more)
    Flag.objects.bulk_create([flag], ignore_conflicts=True)


def take_down(flags: "QuerySet[Flag]", how: Settled, *, by: User | None = None) -> int:
    """Those of `flags` that are up; by the clock where nobody is named."""
    return flags.filter(settled_at=None).update(
        settled_at=timezone.now(), settled_by=by, how=how if by else Settled.BY_ITSELF
    )


def of(article: Article, kinds: Iterable[FlagKind]) -> "QuerySet[Flag]":
    return Flag.objects.filter(article=article, kind__in=list(kinds))
