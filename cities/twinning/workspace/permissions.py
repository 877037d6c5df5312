"""Who works in a twin group: checks of keys, no queries."""

from typing import TYPE_CHECKING

from cities.enums import Role
from cities.models import City
from cities.twinning.enums import GroupState
from cities.twinning.models import TwinGroup
from hub import access

if TYPE_CHECKING:
    from hub.access import Reader


def insider_keys(group: TwinGroup) -> list[str]:
    """Of those who see what a group keeps; the same rule as `models.workspace.of_group`."""
    return [access.key("group", group.pk), coordinator_key(group)]


def coordinator_key(group: TwinGroup) -> str:
    return access.key("programme", group.programme_id, Role.COORDINATOR)


def is_insider(user: "Reader", group: TwinGroup) -> bool:
    return access.holds(user, *insider_keys(group))


def can_work(user: "Reader", group: TwinGroup) -> bool:
    return group.state != GroupState.WITHDRAWN and is_insider(user, group)


def can_adopt(user: "Reader", group: TwinGroup) -> bool:
    """The group chooses: the leads of its cities."""
    is_running = group.state == GroupState.ACTIVE
    return is_running and access.holds(user, access.key("group", group.pk, Role.LEAD))


def can_speak_for(user: "Reader", group: TwinGroup, city: City) -> bool:
    """People of the city, about their own part."""
    is_running = group.state != GroupState.WITHDRAWN
    return is_running and access.holds(user, access.key("city", city.pk))


def can_see_all_answers(user: "Reader", group: TwinGroup) -> bool:
    """To the other side nobody would be frank."""
    return access.holds(user, coordinator_key(group))
