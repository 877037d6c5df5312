"""The days that a Lab takes on the wall of its own place."""

from datetime import date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo


class Timed(Protocol):
    """A Lab, or the plan of one; where it is all day both instants are midnights of its zone."""

    @property
    def starts_at(self) -> datetime: ...
    @property
    def ends_at(self) -> datetime: ...
    @property
    def time_zone(self) -> str: ...
    @property
    def is_all_day(self) -> bool: ...


def first_day(of: Timed) -> date:
    return of.starts_at.astimezone(ZoneInfo(of.time_zone)).date()


def last_day(of: Timed) -> date:
    """The midnight at which whole days end belongs to the day after them."""
    last = of.ends_at - timedelta(microseconds=1) if of.is_all_day else of.ends_at
    return last.astimezone(ZoneInfo(of.time_zone)).date()
