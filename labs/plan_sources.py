"""The thread of a step: what was decided where, and who was there; read once for a page."""

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest

from cities.models import Membership
from cities.twinning.models import PlanStep, TwinGroup
from cities.twinning.plans.permissions import can_write, is_insider
from hub import access
from labs.enums import LabState, OutcomeKind
from labs.models import Lab, Outcome, PlanSource, Registration
from labs.permissions import company_keys

if TYPE_CHECKING:
    from hub.access import Reader

#: Cities and names that a line says; the Lab's page has them all.
NAMED = 8
MOST = 60


@dataclass(frozen=True)
class Line:
    source: PlanSource
    #: "Lund: Alice, Bob", of who was there; empty for who may not know.
    came: list[str]


def lines_of(request: HttpRequest, plan_id: int, *, names: bool) -> dict[int, list[Line]]:
    """By step; three queries for the first step of a page, none for the others."""
    kept: dict[int, dict[int, list[Line]]] = request.__dict__.setdefault("_plan_sources", {})
    if plan_id not in kept:
        kept[plan_id] = _read(request.user, plan_id, names=names)
    return kept[plan_id]


def _read(user: "Reader", plan_id: int, *, names: bool) -> dict[int, list[Line]]:
    seen = PlanSource.objects.visible_to(user).filter(step__plan=plan_id)
    sources = list(seen.with_thread())
    known = {s.meeting.pk for s in sources if access.holds(user, *company_keys(s.meeting))}
    came = _came(known) if names and known else {}
    found: dict[int, list[Line]] = defaultdict(list)
    for source in sources:
        found[source.step_id].append(Line(source, came.get(source.meeting.pk, [])))
    return found


def _came(labs: set[int]) -> dict[int, list[str]]:
    """Of each Lab, who was counted as there, by city."""
    rows = list(Registration.objects.attended().filter(lab__in=labs).select_related("user"))
    held = Membership.objects.current().filter(user__in={row.user_id for row in rows})
    homes: dict[int, str] = {}
    for membership in held.exclude(city=None).select_related("city"):
        homes[membership.user_id] = str(membership.city)
    by_lab: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        by_lab[row.lab_id][homes.get(row.user_id, "")].append(str(row.user))
    return {lab: _said(cities) for lab, cities in by_lab.items()}


def _said(cities: dict[str, list[str]]) -> list[str]:
    lines = [
        f"{city}: {', '.join(sorted(people))}" if city else ", ".join(sorted(people))
        for city, people in sorted(cities.items())
    ]
    return lines[:NAMED]


def panel(request: HttpRequest, part: Any) -> dict[str, Any] | None:
    """On the page of a plan, at one of its steps (`plans.pages.StepPart`)."""
    plan = part.plan
    lines = lines_of(request, plan.pk, names=is_insider(request.user, plan))
    may_write = can_write(request.user, plan)
    found = lines.get(part.step.pk, [])
    if not found and not may_write:
        return None
    return {"source_lines": found, "may_source": may_write, "part": part}


def offered(user: "Reader", group: TwinGroup) -> tuple[list[Outcome], list[Lab]]:
    """What a step may stand on: the group's own meetings, and those of its programme."""
    labs = Lab.objects.visible_to(user).filter(programme=group.programme_id)
    labs = labs.exclude(state__in=[LabState.DRAFT, LabState.CANCELLED])
    labs = labs.filter(group=group) | labs.filter(group=None)
    outcomes = Outcome.objects.visible_to(user).filter(
        kind__in=[OutcomeKind.DECISION, OutcomeKind.FOLLOW_UP],
        minutes__lab__in=labs,
        minutes__published_at__isnull=False,
    )
    return (
        list(outcomes.select_related("minutes__lab").order_by("-minutes__lab__starts_at")[:MOST]),
        list(labs.order_by("-starts_at")[:MOST]),
    )


def steps_served(user: "Reader", outcome: Outcome) -> list[PlanStep]:
    """By a follow-up; those of plans that the person works with."""
    seen = PlanStep.objects.visible_to(user).filter(sources__outcome=outcome)
    return list(seen.select_related("plan__group", "plan__city"))
