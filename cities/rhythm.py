"""A programme's years as a line: where it begins and ends, and where we are."""

import datetime as dt
from dataclasses import dataclass

from cities.models import Programme

#: Units of the drawing; the line itself keeps a rim for its round ends.
WIDTH = 600.0
RIM = 8.0


@dataclass(frozen=True)
class Tick:
    year: int
    x: str


@dataclass(frozen=True)
class YearLine:
    ticks: list[Tick]
    end: str
    done: str
    has_begun: bool
    is_over: bool
    is_open: bool


def year_line(programme: Programme, today: dt.date) -> YearLine:
    """Open programmes are drawn until the end of next year."""
    start = programme.starts_on
    end = programme.ends_on or dt.date(max(today.year, start.year) + 1, 12, 31)
    days = max((end - start).days, 1)

    def place(day: dt.date) -> str:
        share = min(max((day - start).days / days, 0.0), 1.0)
        return f"{RIM + share * (WIDTH - 2 * RIM):.1f}"

    return YearLine(
        ticks=[
            Tick(y, place(max(dt.date(y, 1, 1), start))) for y in range(start.year, end.year + 1)
        ],
        end=place(end),
        done=place(today),
        has_begun=today >= start,
        is_over=today > end,
        is_open=programme.ends_on is None,
    )
