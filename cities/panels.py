"""What cities show on the start page; the signed-in person's start page is her own."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from cities import atlas
from cities.models import Programme
from cities.rhythm import year_line


def home_map(request: HttpRequest, _: object) -> dict[str, Any] | None:
    if request.user.is_authenticated:
        return None
    now = atlas.of(request)
    return {"map": now.map(), "city_count": len(now.spots), "arc_count": len(now.arcs)}


def home_programmes(request: HttpRequest, _: object) -> dict[str, Any] | None:
    if request.user.is_authenticated:
        return None
    today = timezone.localdate()
    programmes = Programme.objects.visible_to(request.user).order_by("starts_on", "pk")
    return {"programmes": [(found, year_line(found, today)) for found in programmes]}
