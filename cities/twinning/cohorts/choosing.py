"""Which groups of a cohort are shown, and in which order."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from cities.twinning.cohorts.overview import Line

LOOKS: dict[str, Callable[[Line], bool]] = {
    "silent": lambda line: line.is_silent,
    "behind": lambda line: line.is_behind,
    "doubt": lambda line: line.is_doubtful,
    "unanswered": lambda line: line.is_unanswered,
    "hours": lambda line: line.is_over,
    "no-plan": lambda line: any(plan.plan is None for plan in line.plans),
    "signed": lambda line: line.is_signed,
}
_FIT = {"not": 0, "undecided": 1, "": 2, "good": 3}
_ORDERS: dict[str, Callable[[Line], Any]] = {
    "group": lambda line: line.group.title.casefold(),
    "progress": lambda line: line.done / line.total if line.total else -1.0,
    "next": lambda line: line.next_on or dt.date.max,
    "silence": lambda line: -1 if line.weeks is None else line.weeks,
    "fit": lambda line: min((_said(line)), default=4),
    "hours": lambda line: line.busiest.hours if line.busiest else -1,
    "plan": lambda line: sum(_far(plan) for plan in line.plans),
}


def _said(line: Line) -> list[int]:
    return [_FIT[voice.said.answer if voice.said else ""] for voice in line.voices]


def _far(plan: Any) -> float:
    if plan.plan is None:
        return 0.0
    return 2.0 if plan.is_signed else 1.0 + plan.written / max(plan.sections, 1) / 2


def chosen(lines: Sequence[Line], wanted: dict[str, Any], sort: str) -> list[Line]:
    """`wanted` is the cleaned data of a DeskFilter; a `sort` that is none leaves the order."""
    found = [line for line in lines if _fits(line, wanted)]
    key = sort.removeprefix("-")
    if key in _ORDERS:
        found.sort(key=_ORDERS[key], reverse=sort.startswith("-"))
    return found


def _fits(line: Line, wanted: dict[str, Any]) -> bool:
    if "state" in wanted and line.group.state != wanted["state"]:
        return False
    if "q" in wanted:
        names = [member.city.name.casefold() for member in line.group.loaded_members]
        if not any(wanted["q"].casefold() in name for name in names):
            return False
    return "look" not in wanted or LOOKS[wanted["look"]](line)
