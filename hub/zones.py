"""The time zones that a person or a Lab may choose, from the time zone database itself."""

import zoneinfo
from datetime import datetime, timedelta
from functools import cache, lru_cache
from importlib import resources
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

#: Europe's first. The database has more, which are no places: Etc/GMT+3.
AREAS: dict[str, Any] = {
    "Europe": _("Europe"),
    "Africa": _("Africa"),
    "America": _("America"),
    "Antarctica": _("Antarctica"),
    "Asia": _("Asia"),
    "Atlantic": _("Atlantic Ocean"),
    "Australia": _("Australia"),
    "Indian": _("Indian Ocean"),
    "Pacific": _("Pacific Ocean"),
}
UTC = "UTC"

Zones = tuple[tuple[Any, tuple[tuple[str, str], ...]], ...]


@cache
def names() -> tuple[str, ...]:
    """Zones named after a place as they are called today, Europe's first; UTC last.

    zone.tab lists each country's zones by their present names: neither Asia/Calcutta nor US/…
    Its younger sister zone1970.tab has no Stockholm, whose clocks agree with Berlin's since 1970.
    """
    table = resources.files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    places = {row[2].strip() for row in rows if len(row) > 2} & _of_places()
    order = [*AREAS]
    return (*sorted(places, key=lambda n: (order.index(n.partition("/")[0]), n)), UTC)


def is_known(name: str) -> bool:
    """Whether a zone may stand with a person or a Lab; that may be an older name of a place."""
    return name == UTC or name in _of_places()


def choices(also: str = "") -> Zones:
    """Grouped by area for a select: value, and the place as people write it with its offset now.

    `also` is a zone that stands already: kept among the choices though its name is obsolete.
    """
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    return _choices(hour, also if is_known(also) and also not in names() else "")


@lru_cache(maxsize=8)
def _choices(at: datetime, also: str) -> Zones:
    groups: dict[str, list[tuple[str, str]]] = {}
    for name in (*names(), *filter(None, [also])):
        area, _slash, place = name.partition("/")
        label = f"{(place or name).replace('_', ' ')} ({_offset(name, at)})"
        groups.setdefault(area, []).append((name, label))
    if also:
        groups[also.partition("/")[0]].sort()
    return tuple((AREAS.get(area, area), tuple(zones)) for area, zones in groups.items())


def _offset(name: str, at: datetime) -> str:
    """As "UTC+05:30"."""
    offset = at.astimezone(zoneinfo.ZoneInfo(name)).utcoffset() or timedelta()
    minutes = int(offset.total_seconds()) // 60
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours:02}:{rest:02}"


@cache
def _of_places() -> frozenset[str]:
    found = zoneinfo.available_timezones()
    return frozenset(n for n in found if "/" in n and n.partition("/")[0] in AREAS)
