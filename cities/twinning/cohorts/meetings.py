"""What the room of the meetings tells of many groups at once: it stands above this one.

One source is registered when the hub starts; without one, nothing is known of meetings.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cities.models import City
from cities.twinning.models import TwinGroup

if TYPE_CHECKING:
    from hub.access import Reader


@dataclass(frozen=True)
class Load:
    """Hours that the coming months ask of a city, and what was agreed for them."""

    city: City
    hours: int
    agreed: int
    #: In one of the months, or in all together.
    is_over: bool


@dataclass(frozen=True)
class Meetings:
    loads: Sequence[Load] = ()
    last_at: dt.datetime | None = None
    next_at: dt.datetime | None = None
    #: Follow-ups of its meetings.
    open: int = 0
    late: int = 0


#: Of a reader and groups loaded with their members and templates; in as many queries for many.
Source = Callable[["Reader", Sequence[TwinGroup]], dict[int, Meetings]]

_sources: list[Source] = []


def register(source: Source) -> None:
    _sources[:] = [source]


def of_groups(user: "Reader", groups: Sequence[TwinGroup]) -> dict[int, Meetings]:
    return _sources[0](user, groups) if _sources and groups else {}
