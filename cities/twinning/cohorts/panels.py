"""The way to the desks: on Today, on the desk and on the page of a programme."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest
from django.urls import reverse

from cities.models import Programme
from cities.twinning.cohorts.permissions import can_see_desk
from cities.twinning.enums import GroupState
from cities.twinning.models import Call, TwinGroup
from hub import access
from hub import panels as places

#: Calls that closed long ago are found through their cohort's groups.
MOST = 12


@dataclass
class Way:
    """To the desk of a cohort, or of a call that names none."""

    programme: Programme
    cohort: int | None
    calls: list[Call] = field(default_factory=list)
    #: Twin groups that are running.
    running: int = 0

    @property
    def url(self) -> str:
        if self.cohort is None:
            return reverse("call-desk", args=[self.calls[0].slug])
        return reverse("cohort-desk", args=[self.programme.slug, self.cohort])


def register() -> None:
    template = "twinning/cohorts/_ways.html"
    for place, order in (("today", 13), ("desk", 18)):
        places.register(
            place,  # type: ignore[arg-type]  # both are places
            "cohorts",
            template=template,
            source=of_coordinator,
            order=order,
            queries=3,
        )
    places.register(
        "programme", "cohorts", template=template, source=of_programme, order=24, queries=3
    )


def of_coordinator(request: HttpRequest, _obj: None) -> dict[str, Any] | None:
    mine = access.ids_of(request.user, "programme", "coordinator")
    ways = _ways(request, mine) if mine else []
    return {"ways": ways, "names_programme": True} if ways else None


def of_programme(request: HttpRequest, programme: Programme) -> dict[str, Any] | None:
    if not can_see_desk(request.user, programme):
        return None
    ways = _ways(request, [programme.pk], with_closed=True)
    return {"ways": ways, "names_programme": False} if ways else None


def _ways(request: HttpRequest, programmes: list[int], *, with_closed: bool = False) -> list[Way]:
    """The newest cohort first. Without the closed ones: those with a group that is running."""
    found: dict[tuple[int, int | None, int], Way] = {}
    calls = Call.objects.visible_to(request.user).exclude(published_at=None)
    calls = calls.filter(programme__in=programmes).select_related("programme")
    for call in calls.order_by("-closes_at", "-pk")[:MOST]:
        key = (call.programme_id, call.cohort, 0 if call.cohort else call.pk)
        found.setdefault(key, Way(call.programme, call.cohort)).calls.append(call)
    groups = TwinGroup.objects.visible_to(request.user).exclude(cohort=None)
    if not with_closed:
        groups = groups.filter(state=GroupState.ACTIVE)
    by_id = Programme.objects.in_bulk(programmes)
    counted = groups.filter(programme__in=programmes).order_by().values("programme", "cohort")
    is_running = Q(state=GroupState.ACTIVE)
    for row in counted.annotate(running=Count("pk", filter=is_running)):
        key = (row["programme"], row["cohort"], 0)
        way = found.setdefault(key, Way(by_id[row["programme"]], row["cohort"]))
        way.running = row["running"]
    return sorted(found.values(), key=lambda way: (way.cohort is not None, -(way.cohort or 0)))
