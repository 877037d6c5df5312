"""Calls on the pages of programmes, on the start page and on Today."""

from typing import Any

from django.http import HttpRequest

from cities.models import Programme
from cities.permissions import can_coordinate
from cities.twinning.models import Call
from hub import panels as places

MOST = 5


def register() -> None:
    for place in ("home", "today"):
        places.register(
            place,
            "calls",
            template="twinning/calls/_open.html",
            source=open_calls,
            order=25,
        )
    places.register(
        "programme",
        "calls",
        template="twinning/calls/_programme.html",
        source=of_programme,
        order=25,
    )


def open_calls(request: HttpRequest, _: object) -> dict[str, Any] | None:
    """What cities can apply to now, the one that closes first above."""
    calls = list(Call.objects.open().select_related("programme").order_by("closes_at", "pk")[:MOST])
    return {"calls": calls} if calls else None


def of_programme(request: HttpRequest, programme: Programme) -> dict[str, Any] | None:
    """The programme's newest calls; drafts for its coordinators."""
    seen = Call.objects.visible_to(request.user).filter(programme=programme)
    calls = list(seen.order_by("-closes_at", "-pk")[:MOST])
    may_open = can_coordinate(request.user, programme)
    if not calls and not may_open:
        return None
    return {"calls": calls, "programme": programme, "can_coordinate": may_open}
