"""A plan as it is read: headings, texts and steps, from its rows or from a version kept of it."""

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from cities.models.taxonomy import is_swedish
from cities.twinning.enums import StepState
from cities.twinning.models import Plan, PlanStep, PlanText, PlanVersion
from hub.editing import mark_of


@dataclass(frozen=True)
class Section:
    code: str
    en: str
    sv: str
    text: str
    is_required: bool

    @property
    def name(self) -> str:
        return self.sv if is_swedish() else self.en


@dataclass(frozen=True)
class Step:
    """`pk` is that of the row, which may have gone since a version was kept."""

    pk: int
    text: str
    owner: str
    due_on: dt.date | None
    budget: str
    mandate: str
    state: str
    state_note: str = ""

    @property
    def state_name(self) -> str:
        return str(StepState(self.state).label)


@dataclass(frozen=True)
class Content:
    sections: list[Section] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)

    @property
    def mark(self) -> str:
        """Names what it says: one that says anything else has another."""
        return mark_of(json.dumps(as_json(self), sort_keys=True))

    @property
    def written(self) -> list[Section]:
        return [section for section in self.sections if section.text]


def of_rows(texts: Iterable[PlanText], steps: Iterable[PlanStep]) -> Content:
    """`texts` with their sections, `steps` with their owners."""
    return Content([_section(text) for text in texts], [_step(step) for step in steps])


def of_plan(plan: Plan) -> Content:
    """Two queries."""
    texts = plan.texts.select_related("section")
    return of_rows(texts, plan.steps.select_related("owner"))


def of_version(version: PlanVersion) -> Content:
    kept = version.content
    steps = [{**step, "due_on": _day(step["due_on"])} for step in kept["steps"]]
    return Content(
        [Section(**section) for section in kept["sections"]], [Step(**step) for step in steps]
    )


def as_json(content: Content) -> dict[str, Any]:
    """As a version keeps it."""
    steps = [asdict(step) for step in content.steps]
    for step in steps:
        step["due_on"] = step["due_on"] and step["due_on"].isoformat()
    return {"sections": [asdict(section) for section in content.sections], "steps": steps}


def _section(text: PlanText) -> Section:
    section = text.section
    return Section(text.code, section.name_en, section.name_sv, text.text, section.is_required)


def _step(step: PlanStep) -> Step:
    return Step(
        pk=step.pk,
        text=step.text,
        owner=owner_of(step),
        due_on=step.due_on,
        budget=step.budget,
        mandate=step.mandate,
        state=step.state,
        state_note=step.state_note,
    )


def owner_of(step: PlanStep) -> str:
    return str(step.owner) if step.owner else step.owner_name


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None
