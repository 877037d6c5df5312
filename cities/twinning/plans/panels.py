"""Replication plans on the pages of their group and city, and what waits for whom."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest

from cities.models import City
from cities.twinning.enums import GroupState
from cities.twinning.models import Plan, PlanFollowUp, TwinGroup
from cities.twinning.plans import permissions, sweeping
from hub import access, panels
from hub.models import User
from hub.wallclock import today

FEW = 5


def register() -> None:
    folder = "twinning/plans"
    panels.register("group", "plans", template=f"{folder}/_group.html", source=_group, order=15)
    panels.register("city", "plans", template=f"{folder}/_city.html", source=_city, order=25)
    panels.register("today", "plans", template=f"{folder}/_today.html", source=_today, order=16)
    panels.register("desk", "plans", template=f"{folder}/_desk.html", source=_desk, order=30)


def _group(request: HttpRequest, group: TwinGroup) -> dict[str, Any] | None:
    """Each twin city's plan, as far as one sees it."""
    seen = Plan.objects.visible_to(request.user).filter(group=group)
    found = list(seen.select_related("city", "owner").order_by("city__name"))
    for plan in found:
        plan.group = group
    begun = {plan.city_id for plan in found}
    mine = [
        city
        for city in group.twins
        if city.pk not in begun and permissions.can_begin(request.user, group, city)
    ]
    is_inside = access.holds(request.user, *permissions.group_keys(group))
    if not found and not mine and not is_inside:
        return None
    return {"group": group, "plans": found, "mine": mine, "is_inside": is_inside}


def _city(request: HttpRequest, city: City) -> dict[str, Any] | None:
    """What the city has published of what it carries over."""
    seen = Plan.objects.visible_to(request.user).filter(city=city)
    shown = seen.exclude(published_version=None)
    found = list(shown.select_related("group", "city", "published_version")[:FEW])
    return {"plans": found} if found else None


def _today(request: HttpRequest, _obj: None) -> dict[str, Any] | None:
    """Follow-ups of plans that one answers for."""
    user = request.user
    if not isinstance(user, User):
        return None
    led = access.ids_of(user, "city", "lead")
    asked = PlanFollowUp.objects.visible_to(user).filter(
        Q(plan__owner=user) | Q(plan__city__in=led), answered_at=None, due_on__lte=today()
    )
    asked = asked.exclude(plan__group__state=GroupState.WITHDRAWN)
    found = list(asked.select_related("plan__group", "plan__city").order_by("due_on")[:FEW])
    return {"follow_ups": found} if found else None


def _desk(request: HttpRequest, _obj: None) -> dict[str, Any] | None:
    """Plans whose cities were asked twice and said nothing."""
    programmes = access.ids_of(request.user, "programme", "coordinator")
    quiet = sweeping.silent().filter(plan__group__programme__in=programmes)
    frame = ("plan__group", "plan__city", "plan__owner")
    found = list(quiet.select_related(*frame).order_by("due_on")[:FEW])
    return {"follow_ups": found} if found else None
