"""The groups of a cohort as a table for a spreadsheet."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cities.twinning.cohorts.overview import Line


def rows(lines: Iterable[Line]) -> list[list[str]]:
    """The heads, then one row for each group; days as 2027-03-09."""
    return [_heads(), *(_row(line) for line in lines)]


def _heads() -> list[str]:
    return [
        _("Twin group"),
        _("Pilot cities"),
        _("Twin cities"),
        _("State"),
        _("Milestones done"),
        _("Milestones"),
        _("Next milestone"),
        _("Next milestone due"),
        _("Next action"),
        _("Next action due"),
        _("Next meeting"),
        _("Last sign of life"),
        _("Weeks of silence"),
        _("How it goes"),
        _("Hours planned for each city"),
        _("Replication plans"),
        _("Open follow-ups"),
        _("Late follow-ups"),
    ]


def _row(line: Line) -> list[str]:
    coming, action = line.coming, line.action
    return [
        line.group.title,
        _names(line.group.pilots),
        _names(line.group.twins),
        str(line.group.get_state_display()),
        str(line.done),
        str(line.total),
        coming.milestone.name if coming else "",
        _day(coming.due_on if coming else None),
        action.text if action else "",
        _day(action.due_on if action else None),
        _day(timezone.localdate(line.met.next_at) if line.met.next_at else None),
        _day(timezone.localdate(line.last_at) if line.last_at else None),
        "" if line.weeks is None else str(line.weeks),
        "; ".join(f"{voice.city.name}: {_said(voice.said)}" for voice in line.voices),
        "; ".join(f"{load.city.name}: {load.hours}/{load.agreed}" for load in line.loads),
        "; ".join(f"{plan.city.name}: {plan.words}" for plan in line.plans),
        str(line.met.open),
        str(line.met.late),
    ]


def _names(cities: Sequence[Any]) -> str:
    return ", ".join(city.name for city in cities)


def _day(day: Any) -> str:
    return day.isoformat() if day else ""


def _said(answer: Any) -> str:
    return str(answer.get_answer_display()) if answer else pgettext("fit", "No answer")
