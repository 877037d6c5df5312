"""A call as somebody wants it, and what of it a published call keeps."""

import datetime as dt
from dataclasses import dataclass

#: What changes of a call that was published only by an extension.
WINDOW = ("opens_at", "closes_at", "time_zone")
FIELDS = (
    "title",
    "cohort",
    "round",
    "guidelines",
    *WINDOW,
    "answers_on",
    "starts_on",
    "most_ranks",
    "most_domains",
    "is_blind",
)


@dataclass(frozen=True)
class Plan:
    """`opens_at` and `closes_at` are instants; `time_zone` is the zone they are told in."""

    title: str
    opens_at: dt.datetime
    closes_at: dt.datetime
    time_zone: str
    starts_on: dt.date
    cohort: int | None = None
    round: int = 1
    guidelines: str = ""
    answers_on: dt.date | None = None
    most_ranks: int = 5
    most_domains: int = 3
    is_blind: bool = False


@dataclass(frozen=True)
class Wanted:
    """One rule as the form says it; the kind tells which of the three is read."""

    kind: str
    number: int | None = None
    countries: tuple[str, ...] = ()
    words: str = ""
