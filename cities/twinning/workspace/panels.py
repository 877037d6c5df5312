"""The workspace on the page of its group, and what waits for whom."""

from collections import defaultdict
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest

from cities.twinning.enums import Fit, GroupState
from cities.twinning.models import (
    FitAnswer,
    FitCheck,
    Goal,
    GroupFile,
    GroupPart,
    NextAction,
    Scheme,
    TwinGroup,
)
from cities.twinning.workspace import permissions, sweeping
from cities.twinning.workspace.dates import MOST_ASKS
from cities.twinning.workspace.log import log_of
from cities.twinning.workspace.timeline import timeline_of
from hub import access, panels

FEW = 5
LOGGED = 6


def register() -> None:
    folder = "twinning/workspace"
    panels.register(
        "group",
        "workspace",
        template=f"{folder}/_group.html",
        source=_group,
        order=5,
        queries=13,
    )
    panels.register("today", "fit", template=f"{folder}/_today.html", source=_today, order=14)
    panels.register(
        "desk", "fit", template=f"{folder}/_desk.html", source=_desk, order=28, queries=2
    )


def _group(request: HttpRequest, group: TwinGroup) -> dict[str, Any] | None:
    """For those who work in it; others see the pairing alone."""
    user = request.user
    if not permissions.is_insider(user, group):
        return None
    goals: dict[int, list[Goal]] = defaultdict(list)
    for goal in Goal.objects.visible_to(user).filter(group=group):
        goals[goal.city_id].append(goal)
    parts = GroupPart.objects.visible_to(user).current().filter(group=group)
    holders = {part.city_id: part for part in parts.select_related("holder")}
    cities = [member.city for member in group.loaded_members]
    waiting = NextAction.objects.visible_to(user).filter(group=group, done_at=None)
    return {
        "group": group,
        "may_work": permissions.can_work(user, group),
        "next": waiting.select_related("city").first(),
        "timeline": timeline_of(group),
        "sides": [(city, goals[city.pk], holders.get(city.pk)) for city in cities],
        "own": set(access.ids_of(user, "city")),
        "files": _files(request, group),
        "entries": log_of(user, group, LOGGED),
        "checks": _checks(request, group),
        "newer": _newer(group),
    }


def _files(request: HttpRequest, group: TwinGroup) -> list[GroupFile]:
    found = GroupFile.objects.visible_to(request.user).filter(group=group)
    rows = list(found.select_related("file")[:FEW])
    for row in rows:
        row.group = group
    return rows


def _checks(request: HttpRequest, group: TwinGroup) -> list[FitCheck]:
    own = access.ids_of(request.user, "city")
    mine = FitAnswer.objects.filter(check_of=OuterRef("pk"), city__in=own)
    found = FitCheck.objects.visible_to(request.user).filter(group=group)
    return list(found.annotate(is_answered=Exists(mine)))


def _newer(group: TwinGroup) -> bool:
    """Whether the programme has a template that the group does not follow."""
    if group.state != GroupState.ACTIVE:
        return False
    settled = Scheme.objects.settled().filter(programme=group.programme_id)
    number = group.scheme.number if group.scheme else 0
    return settled.filter(number__gt=number).exists()


def _today(request: HttpRequest, _obj: None) -> dict[str, Any] | None:
    """Checks that one's city has not answered."""
    own = access.ids_of(request.user, "city")
    if not own:
        return None
    said = FitAnswer.objects.filter(check_of=OuterRef("pk"), city__in=own)
    asked = FitCheck.objects.visible_to(request.user).filter(
        group__members__city__in=own, group__state=GroupState.ACTIVE
    )
    found = list(asked.exclude(Exists(said)).select_related("group").distinct()[:FEW])
    return {"checks": found} if found else None


def _desk(request: HttpRequest, _obj: None) -> dict[str, Any] | None:
    """What is not good, and cities that were asked twice and said nothing."""
    programmes = access.ids_of(request.user, "programme", "coordinator")
    checks = FitCheck.objects.filter(
        group__programme__in=programmes, group__state=GroupState.ACTIVE
    ).select_related("group")
    quiet = Q(asks__gte=MOST_ASKS) & Exists(sweeping.silent_cities())
    silent = list(checks.filter(quiet).order_by("-asked_at")[:FEW])
    seen = FitAnswer.objects.visible_to(request.user).exclude(answer=Fit.GOOD)
    bad = seen.filter(check_of__in=checks).select_related("check_of__group", "city")
    answers = list(bad.order_by("-answered_at")[:FEW])
    return {"silent": silent, "answers": answers} if silent or answers else None
