"""From the hour on the wall to the instant; where clocks change, an hour is missing or double."""

import calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

#: Between these hours on the reader's clock no reminder leaves.
QUIET_FROM, QUIET_UNTIL = time(21), time(7)


@dataclass(eq=False)
class Skipped(Exception):
    """Clocks jump over this time; `earlier` and `later` are the nearest that exist."""

    earlier: datetime
    later: datetime


@dataclass(eq=False)
class Ambiguous(Exception):
    """Clocks show this time twice: both instants, in the zone."""

    first: datetime
    second: datetime


def instant(wall: datetime, zone: str, fold: int | None = None) -> datetime:
    """The UTC instant of a naive local time; `fold` (0 or 1) decides where there are two.

    Raises Skipped or Ambiguous where the zone's clocks change.
    """
    tz = ZoneInfo(zone)
    first, second = (wall.replace(tzinfo=tz, fold=n) for n in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return first.astimezone(UTC)
    # Through UTC and back, a time that exists stays itself.
    if _shown(first, tz) != wall:
        raise Skipped(earlier=_shown(second, tz), later=_shown(first, tz))
    if fold is None:
        raise Ambiguous(first, second)
    return (second if fold else first).astimezone(UTC)


def at_hour(day: date, hour: time, zone: str) -> datetime:
    """When clocks first show the hour on that day; the nearest later one where they skip it."""
    wall = datetime.combine(day, hour)
    try:
        return instant(wall, zone, fold=0)
    except Skipped as skipped:
        return instant(skipped.later, zone, fold=0)


def midnight(day: date, zone: str) -> datetime:
    """The instant at which a day begins; in some zones, on one day a year, at one o'clock."""
    return at_hour(day, time(), zone)


def days_before(when: datetime, zone: str, days: int) -> datetime:
    """The instant at which clocks in the zone show the same hour `days` days earlier."""
    local = when.astimezone(ZoneInfo(zone))
    earlier = local.replace(tzinfo=None) - timedelta(days=days)
    try:
        return instant(earlier, zone, fold=local.fold)
    except Skipped as skipped:
        return instant(skipped.later, zone, fold=0)


def out_of_the_night(due_at: datetime, zone: str, latest: datetime) -> datetime:
    """At seven on the reader's clock where it would leave at night; unless that is too late."""
    tz = ZoneInfo(zone)
    local = due_at.astimezone(tz)
    if QUIET_UNTIL <= local.time() < QUIET_FROM:
        return due_at
    morning = local.date() + timedelta(days=local.time() >= QUIET_FROM)
    later = datetime.combine(morning, QUIET_UNTIL, tz).astimezone(UTC)
    return later if later < latest else due_at


def today() -> date:
    return timezone.localdate(timezone=ZoneInfo(settings.HUB_TIME_ZONE))


def in_months(day: date, months: int) -> date:
    """The same day of a later month, or its last one."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _shown(when: datetime, tz: ZoneInfo) -> datetime:
    return when.astimezone(UTC).astimezone(tz).replace(tzinfo=None, fold=0)
