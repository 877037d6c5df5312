"""The group that an address names, for who works in it."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from cities.models import City
from cities.twinning.models import TwinGroup
from cities.twinning.workspace import permissions
from hub import access
from hub.models import User


def group_of(request: HttpRequest, slug: str) -> TwinGroup:
    """For those who see what it keeps. The group itself is public: others get 403."""
    seen = TwinGroup.objects.visible_to(request.user).select_related("programme", "scheme")
    group = get_object_or_404(seen.with_members(), slug=slug)
    if not permissions.is_insider(request.user, group):
        raise PermissionDenied
    return group


def working(request: HttpRequest, slug: str) -> TwinGroup:
    group = group_of(request, slug)
    if not permissions.can_work(request.user, group):
        raise PermissionDenied
    return group


def cities_of(group: TwinGroup) -> list[City]:
    return [member.city for member in group.loaded_members]


def own_cities(user: User, group: TwinGroup) -> list[City]:
    """Those the person works for, else all: a coordinator writes for any of them."""
    own = set(access.ids_of(user, "city"))
    return [c for c in cities_of(group) if c.pk in own] or cities_of(group)
