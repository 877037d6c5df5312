"""A group's milestones and modules in time."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse

from cities.twinning.models import Milestone, MilestoneMark, Module, TwinGroup
from cities.twinning.workspace.dates import end_of_month
from hub.face.years import YearMark
from hub.wallclock import in_months, today


@dataclass(frozen=True)
class Line:
    milestone: Milestone
    due_on: dt.date
    mark: MilestoneMark | None

    @property
    def is_late(self) -> bool:
        return self.mark is None and self.due_on < today()


@dataclass(frozen=True)
class Span:
    module: Module
    first: dt.date
    last: dt.date
    is_now: bool


@dataclass(frozen=True)
class Timeline:
    spans: list[Span]
    lines: list[Line]
    #: Done under an earlier template, and not in this one.
    others: list[MilestoneMark]
    marks: list[YearMark]

    @property
    def done(self) -> int:
        return sum(1 for line in self.lines if line.mark)


def timeline_of(group: TwinGroup) -> Timeline:
    """Three queries, or one where the group follows no template."""
    marks = {
        mark.milestone_id: mark for mark in group.marks.select_related("milestone", "marked_by")
    }
    spans = []
    lines = lines_of(group, marks)
    if group.scheme is not None:
        spans = [_span(group, module) for module in group.scheme.modules.all()]
    own = {line.milestone.pk for line in lines}
    others = [mark for milestone, mark in marks.items() if milestone not in own]
    return Timeline(spans, lines, others, _year_marks(group, lines))


def lines_of(group: TwinGroup, marks: Mapping[int, MilestoneMark]) -> list[Line]:
    """The milestones of the template that the group follows, by day; `marks` by milestone."""
    if group.scheme is None:
        return []
    lines = [
        Line(milestone, end_of_month(group, milestone.month), marks.get(milestone.pk))
        for milestone in group.scheme.milestones.all()
    ]
    return sorted(lines, key=lambda line: line.due_on)


def _span(group: TwinGroup, module: Module) -> Span:
    first = in_months(group.period.lower, module.first_month - 1)
    last = end_of_month(group, module.last_month)
    return Span(module, first, last, first <= today() <= last)


def _year_marks(group: TwinGroup, lines: list[Line]) -> list[YearMark]:
    found: list[YearMark] = []
    is_next = True
    for line in lines:
        state = "past" if line.mark else ("next" if is_next else "later")
        is_next = is_next and line.mark is not None
        url = reverse("group-milestone", args=[group.slug, line.milestone.pk])
        found.append(
            {"date": line.due_on, "label": line.milestone.name, "url": url, "state": state}
        )
    return found
