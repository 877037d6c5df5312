"""Who may do what with a replication plan: checks of keys, no queries."""

from typing import TYPE_CHECKING

from cities.enums import Role
from cities.models import City
from cities.twinning.enums import GroupState
from cities.twinning.models import Plan, TwinGroup
from hub import access

if TYPE_CHECKING:
    from hub.access import Reader


def insider_keys(plan: Plan) -> list[str]:
    """Of those who see it before it is published; the same rule as `Plan.objects.visible_to`."""
    return [*group_keys(plan.group), access.key("city", plan.city_id)]


def group_keys(group: TwinGroup) -> list[str]:
    coordinator = access.key("programme", group.programme_id, Role.COORDINATOR)
    return [access.key("group", group.pk), coordinator]


def is_insider(user: "Reader", plan: Plan) -> bool:
    return access.holds(user, *insider_keys(plan))


def can_begin(user: "Reader", group: TwinGroup, city: City) -> bool:
    """People of the twin city itself."""
    is_running = group.state != GroupState.WITHDRAWN
    return is_running and access.holds(user, access.key("city", city.pk))


def can_write(user: "Reader", plan: Plan) -> bool:
    return can_begin(user, plan.group, plan.city)


def can_sign(user: "Reader", plan: Plan) -> bool:
    """And publish: the lead of the city, which binds itself by it."""
    lead = access.key("city", plan.city_id, Role.LEAD)
    return plan.group.state != GroupState.WITHDRAWN and access.holds(user, lead)


def can_comment(user: "Reader", plan: Plan) -> bool:
    """Who works with it; and of a published one the programme's researchers."""
    if not user.is_authenticated:
        return False
    of_programme = access.holds(user, access.key("programme", plan.group.programme_id))
    researches = bool(access.ids_of(user, "organisation", Role.RESEARCHER))
    return is_insider(user, plan) or (of_programme and researches)
