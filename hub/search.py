"""The index that rooms push plain facts into, and the search over it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hub.models import SearchDocument


@dataclass(frozen=True)
class Kind:
    code: str
    label: Any
    icon: str


_kinds: dict[str, Kind] = {}


def register(code: str, *, label: Any, icon: str) -> None:
    """Name a kind of result: `register("lab", label=_("Learning Labs"), icon="calendar")`."""
    _kinds[code] = Kind(code, label, icon)


def kinds() -> dict[str, Kind]:
    return dict(_kinds)


def put(
    *,
    key: str,
    kind: str,
    title: str,
    text: str,
    url: str,
    language: str,
    audience: Iterable[str],
    dated_at: datetime,
    facets: Iterable[str] = (),
) -> None:
    """Index or re-index one thing, in the transaction that changed it."""
    if kind not in _kinds:
        raise LookupError(f"The kind {kind!r} is not registered in a room's AppConfig.")
    SearchDocument.objects.update_or_create(
        key=key,
        defaults={
            "kind": kind,
            "title": title[:300],
            "text": text[:200_000],
            "url": url,
            "language": language,
            "audience": sorted(set(audience)),
            "facets": sorted(set(facets)),
            "dated_at": dated_at,
        },
    )


def remove(*, key: str) -> None:
    SearchDocument.objects.filter(pk=key).delete()
