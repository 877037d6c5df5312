"""The years of a programme as a line, with what happens on it."""

from __future__ import annotations

import calendar
import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypedDict


class YearMark(TypedDict):
    """One thing on the line; `state` is past, next or later."""

    date: dt.date
    label: str
    url: str
    state: str


@dataclass(frozen=True)
class PlacedMark:
    """`x` is the place in the year in per cent, as SVG wants it."""

    date: dt.date
    label: str
    url: str
    state: str
    x: str


@dataclass(frozen=True)
class Year:
    number: int
    marks: list[PlacedMark]


def years_of(marks: Iterable[YearMark]) -> list[Year]:
    """Every year from the first mark's to the last's, empty ones too."""
    by_year: dict[int, list[PlacedMark]] = defaultdict(list)
    for mark in sorted(marks, key=lambda mark: mark["date"]):
        date = mark["date"]
        days = 366 if calendar.isleap(date.year) else 365
        x = f"{date.timetuple().tm_yday / days * 100:.1f}%"
        by_year[date.year].append(PlacedMark(date, mark["label"], mark["url"], mark["state"], x))
    if not by_year:
        return []
    return [Year(n, by_year[n]) for n in range(min(by_year), max(by_year) + 1)]
