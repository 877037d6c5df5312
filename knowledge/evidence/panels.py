"""What a step of a plan builds on, and what has happened to it, on the page of the plan."""

from collections import defaultdict
from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest

from cities.twinning.plans.permissions import can_write, is_insider
from hub import panels
from hub.models import User
from knowledge.models import PlanAlarm, PlanCitation

FEW = 5


def register() -> None:
    panels.register(
        "plan-step",
        "citations",
        template="knowledge/evidence/_step.html",
        source=_step,
        order=20,
        queries=2,
    )
    panels.register(
        "today", "evidence", template="knowledge/evidence/_today.html", source=_today, order=19
    )


def _step(request: HttpRequest, part: Any) -> dict[str, Any] | None:
    """By step; two queries for the first step of a page, none for the others."""
    plan = part.plan
    kept: dict[int, dict[int, list[PlanCitation]]]
    kept = request.__dict__.setdefault("_plan_citations", {})
    if plan.pk not in kept:
        kept[plan.pk] = _read(request, plan.pk)
    found = kept[plan.pk].get(part.step.pk, [])
    may_write = can_write(request.user, plan)
    if not found and not may_write:
        return None
    return {
        "citations": found,
        "may_cite": may_write,
        "part": part,
        "shows_alarms": is_insider(request.user, plan),
    }


def _read(request: HttpRequest, plan_id: int) -> dict[int, list[PlanCitation]]:
    alarms = PlanAlarm.objects.visible_to(request.user).open()
    seen = PlanCitation.objects.visible_to(request.user).filter(step__plan=plan_id)
    rows = seen.select_related("article", "revision").prefetch_related(
        Prefetch("alarms", alarms, to_attr="open_alarms")
    )
    found: dict[int, list[PlanCitation]] = defaultdict(list)
    for row in rows:
        found[row.step_id].append(row)
    return found


def _today(request: HttpRequest, _obj: None) -> dict[str, Any] | None:
    """For who answers for a plan."""
    user = request.user
    if not isinstance(user, User):
        return None
    seen = PlanAlarm.objects.visible_to(user).open().filter(citation__step__plan__owner=user)
    frame = ("citation__step__plan__group", "citation__step__plan__city")
    found = list(seen.select_related(*frame).order_by("-raised_at")[:FEW])
    return {"alarms": found} if found else None
