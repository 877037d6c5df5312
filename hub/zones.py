"""The time zones that a person or a Lab may choose: the IANA list of this machine."""

import zoneinfo
from functools import cache

AREAS = (
    "Europe",
    "Africa",
    "America",
    "Antarctica",
    "Asia",
    "Atlantic",
    "Australia",
    "Indian",
    "Pacific",
)


@cache
def names() -> tuple[str, ...]:
    """Zones named after a place, Europe's first, then the others and UTC."""
    places = [
        n for n in zoneinfo.available_timezones() if n.partition("/")[0] in AREAS and "/" in n
    ]
    return (*sorted(places, key=lambda n: (AREAS.index(n.partition("/")[0]), n)), "UTC")


def is_known(name: str) -> bool:
    return name in names()


@cache
def choices() -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """Grouped by area for a select: value and the place as people write it."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for name in names():
        area, _, place = name.partition("/")
        groups.setdefault(area, []).append((name, (place or name).replace("_", " ")))
    return tuple((area, tuple(zones)) for area, zones in groups.items())
