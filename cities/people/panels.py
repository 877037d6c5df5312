"""The note on a place's page that leads its own people to each other."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from cities.people import permissions
from hub import access
from hub.models import User


def people_note(request: HttpRequest, place: permissions.Place) -> dict[str, Any] | None:
    if not isinstance(request.user, User):
        return None
    can_keep = _may_be_keeper(request.user) and permissions.can_keep_people(request.user, place)
    if not can_keep and not permissions.is_member(request.user, place):
        return None
    kind = type(place).__name__.lower()
    return {"can_keep": can_keep, "url": reverse(f"{kind}-people", args=[place.slug])}


def _may_be_keeper(user: User) -> bool:
    """Spares everybody else the question which programmes the city is in."""
    return any(access.is_privileged(k) or k.endswith(":lead") for k in access.keys_of(user))
