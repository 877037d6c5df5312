"""The plan that an address names, for who may see it or write it."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from cities.twinning.enums import GroupRole
from cities.twinning.models import Plan, PlanVersion, TwinGroup, TwinGroupCity
from cities.twinning.plans import permissions
from hub import access


def place_of(request: HttpRequest, slug: str, city: str) -> TwinGroupCity:
    """A twin city of a group, which may have no plan yet."""
    groups = TwinGroup.objects.visible_to(request.user)
    found = TwinGroupCity.objects.filter(group__in=groups, role=GroupRole.TWIN)
    frame = found.select_related("group__programme", "group__scheme", "city")
    return get_object_or_404(frame, group__slug=slug, city__slug=city)


def is_inside(request: HttpRequest, place: TwinGroupCity) -> bool:
    """Whether the person may know that there is, or is not, a plan."""
    keys = [*permissions.group_keys(place.group), access.key("city", place.city_id)]
    return access.holds(request.user, *keys)


def plan_of(request: HttpRequest, slug: str, city: str) -> Plan:
    """A plan that the person sees; what of it, `is_insider` says."""
    seen = Plan.objects.visible_to(request.user).with_frame()
    return get_object_or_404(seen, group__slug=slug, city__slug=city)


def inside(request: HttpRequest, slug: str, city: str) -> Plan:
    """For those who work with the plan; of a published one others see only what is published."""
    plan = plan_of(request, slug, city)
    if not permissions.is_insider(request.user, plan):
        raise PermissionDenied
    return plan


def writable(request: HttpRequest, slug: str, city: str) -> Plan:
    plan = plan_of(request, slug, city)
    if not permissions.can_write(request.user, plan):
        raise PermissionDenied
    return plan


def signable(request: HttpRequest, slug: str, city: str) -> Plan:
    plan = plan_of(request, slug, city)
    if not permissions.can_sign(request.user, plan):
        raise PermissionDenied
    return plan


def numbered(request: HttpRequest, plan: Plan, number: int) -> PlanVersion:
    """A version that the person sees: those inside all, others the published one."""
    seen = PlanVersion.objects.visible_to(request.user).select_related("made_by")
    found = get_object_or_404(seen, plan=plan, number=number)
    found.plan = plan
    return found


def number_of(text: str | None, default: int) -> int:
    if text is None:
        return default
    if not text.isascii() or not text.isdigit() or len(text) > 6:
        raise Http404
    return int(text)
