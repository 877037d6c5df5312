"""What an experience and a case note are asked for: the fields, as data.

A revision keeps its answers under these codes. A code is never given another meaning; a section
that is no longer asked for stays readable in the versions that have it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from cities.enums import Condition
from knowledge.enums import CostBand, Evidence, Kind, Licence, Stage

#: text: Markdown. line: one line. choice: a code of `choices`. yes: ticked or not.
#: codes: several of `choices`. number: a whole number.
#: results: rows of indicator, unit, before, after, source.
Form = Literal["text", "line", "choice", "codes", "number", "yes", "results"]


@dataclass(frozen=True)
class Section:
    code: str
    label: Any
    help: Any = ""
    form: Form = "text"
    rows: int = 5
    longest: int = 20_000
    required: bool = False
    choices: list[tuple[str, Any]] = field(default_factory=list)


SUMMARY = Section(
    "summary",
    _("In plain language"),
    _("What would you tell a neighbour? At most 1,500 characters."),
    rows=4,
    longest=1500,
    required=True,
)
SETBACK = Section(
    "setback",
    _("What did not work"),
    _("The part others learn most from. A delay, a wrong guess, a group you did not reach."),
)
STAGE = Section("stage", _("Where it stands"), form="choice", choices=Stage.choices)
COST = Section(
    "cost",
    _("What it cost, roughly"),
    _("All money, whoever paid."),
    form="choice",
    choices=CostBand.choices,
)
LICENCE = Section(
    "licence",
    _("Licence"),
    _("Others may always link and quote. A licence lets them take over more than that."),
    form="choice",
    choices=Licence.choices,
)
CALL = Section(
    "call",
    _("Others may call me about this"),
    _("Shown with your name to those who are signed in."),
    form="yes",
)

EXPERIENCE = [
    Section(
        "tried",
        _("What we tried"),
        _("What, where, with whom, since when? A few sentences are enough."),
        required=True,
    ),
    Section(
        "happened", _("What happened"), _("What came out of it, also what you did not expect.")
    ),
    SETBACK,
    Section(
        "differently",
        _("What we would do differently"),
        _("One piece of advice to a colleague who starts tomorrow."),
        rows=3,
    ),
    STAGE,
    COST,
    LICENCE,
    CALL,
]

CASE_NOTE = [
    SUMMARY,
    Section("challenge", _("The challenge"), _("What needed to change, and why now?")),
    Section(
        "context",
        _("Context"),
        _("Size, mandate, who owns what. What must a reader know to compare?"),
    ),
    Section("blocks", _("Building blocks"), _("The parts the solution is made of, one by one.")),
    Section("actors", _("Who took part"), _("Actors, their roles, how residents were involved.")),
    Section("timeline", _("Timeline"), _("The steps with their dates."), rows=4),
    Section("costs", _("Cost and funding"), _("Sums with their year, and who paid."), rows=4),
    COST,
    Section(
        "results",
        _("Results"),
        _(
            "One result a line, with bars between: indicator | unit | before | after | source. "
            "For example: Diesel used on site | litres a week | 900 | 120 | city's own log 2026"
        ),
        form="results",
        rows=4,
        longest=6000,
    ),
    SETBACK,
    Section(
        "factors", _("What helped, what held back"), _("Success factors and limiting factors.")
    ),
    Section(
        "law",
        _("Law and procurement"),
        _("Rules that helped or stood in the way; how it was bought."),
        rows=4,
    ),
    Section("benefits", _("Other benefits"), _("Health, jobs, noise, fairness …"), rows=3),
    Section(
        "preconditions",
        _("What must be in place elsewhere"),
        _("What a city needs before it can carry this over."),
        rows=4,
    ),
    Section(
        "conditions",
        _("A city must have"),
        _("Tick only what it does not work without. Readers see it beside their own city."),
        form="codes",
        choices=Condition.choices,
    ),
    Section("smallest", _("Fewest inhabitants"), _("If it needs a certain size."), form="number"),
    Section("largest", _("Most inhabitants"), _("If it stops working above."), form="number"),
    Section(
        "questions", _("Open questions for research"), _("What you still do not know."), rows=3
    ),
    Section("evidence", _("How well it is known"), form="choice", choices=Evidence.choices),
    Section(
        "adapted",
        _("Adapted from"),
        _("The work that this builds on, with its address."),
        form="line",
        longest=300,
    ),
    STAGE,
    LICENCE,
    CALL,
]

#: Shown as short facts beside the text.
QUICK = ("choice", "codes", "number", "line")

OF_KIND: Mapping[str, list[Section]] = {Kind.EXPERIENCE: EXPERIENCE, Kind.CASE_NOTE: CASE_NOTE}

#: Heads of a result's cells, in order.
RESULT_CELLS = (_("Indicator"), _("Unit"), _("Before"), _("After"), _("Source"))


def texts(kind: str) -> list[Section]:
    return [section for section in OF_KIND[kind] if section.form == "text"]


def shown(section: Section, value: Any) -> str:
    """A value that is no Markdown, as people read it."""
    if section.form == "choice":
        return str(dict(section.choices).get(value, value or ""))
    if section.form == "codes":
        labels = dict(section.choices)
        return ", ".join(str(labels.get(code, code)) for code in value or [])
    if section.form == "number":
        return number_format(value, force_grouping=True) if value else ""
    if section.form == "yes":
        return "✓" if value else ""
    return str(value or "")


def result_rows(value: str) -> list[list[str]]:
    """Lines of `a | b | c | d | e` as rows of five cells."""
    rows = []
    for line in value.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if any(cells):
            rows.append((cells + [""] * len(RESULT_CELLS))[: max(len(RESULT_CELLS), len(cells))])
    return rows
