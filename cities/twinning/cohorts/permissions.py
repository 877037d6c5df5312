from typing import TYPE_CHECKING

from cities.enums import Role
from cities.models import Programme
from hub import access

if TYPE_CHECKING:
    from hub.access import Reader


def can_see_desk(user: "Reader", programme: Programme) -> bool:
    """Its coordinators alone: cities tell them how it goes because nobody else reads it.

    A platform admin keeps the hub running and has no part in a group either.
    """
    return access.holds(user, access.key("programme", programme.pk, Role.COORDINATOR))
