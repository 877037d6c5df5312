"""The inbox: what is unread, and reading it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from hub import events
from hub.models import Notification, User

IS_UNREAD = ExpressionWrapper(Q(read_at=None), output_field=BooleanField())


@dataclass(frozen=True)
class Entry:
    note: Notification
    sentence: str


@dataclass(frozen=True)
class Day:
    date: date
    #: "today", "yesterday", or nothing where only the date says it.
    word: str
    entries: list[Entry]


@dataclass(frozen=True)
class Part:
    """The unread ones or the read ones of a page, by day."""

    is_unread: bool
    days: list[Day]


def unread_count(user: Any) -> int:
    """What the badge shows: only what may still be seen.

    The count that came with the person includes notes about things that were closed to
    them since; they are rare, so the exact question is asked only where there is any.
    """
    if not getattr(user, "unread_count", 0):
        return 0
    if not hasattr(user, "_unread_seen"):
        user._unread_seen = Notification.objects.visible_to(user).unread().count()
    count: int = user._unread_seen
    return count


def of(user: User) -> QuerySet[Notification]:
    """Unread first, then the newest."""
    return (
        Notification.objects.visible_to(user)
        .select_related("event__actor")
        .order_by(IS_UNREAD.desc(), "-created_at", "-pk")
    )


def by_day(notes: Iterable[Notification]) -> list[Part]:
    parts: list[Part] = []
    today = timezone.localdate()
    words = {today: "today", today - timedelta(days=1): "yesterday"}
    for note in notes:
        unread, on = note.read_at is None, timezone.localdate(note.created_at)
        if not parts or parts[-1].is_unread != unread:
            parts.append(Part(unread, []))
        days = parts[-1].days
        if not days or days[-1].date != on:
            days.append(Day(on, words.get(on, ""), []))
        days[-1].entries.append(Entry(note, events.sentence(note.event)))
    return parts


def read(*, by: User, notes: Iterable[int] | None = None, up_to: int | None = None) -> int:
    """Mark one's notifications as read: the named ones, or all up to the newest shown."""
    unread = Notification.objects.filter(user=by).unread()
    if notes is not None:
        unread = unread.filter(pk__in=list(notes))
    if up_to is not None:
        unread = unread.filter(pk__lte=up_to)
    return unread.update(read_at=Now())
