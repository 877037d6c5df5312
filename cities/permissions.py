"""Who may do what in a city or a programme: key checks, no queries."""

from django.contrib.auth.models import AnonymousUser

from cities.enums import Role
from cities.models import City, Programme
from hub import access
from hub.models import User

Reader = User | AnonymousUser


def can_edit_city(user: Reader, city: City) -> bool:
    return access.holds(user, access.key("city", city.pk, Role.LEAD), access.ADMIN)


def can_coordinate(user: Reader, programme: Programme) -> bool:
    return access.holds(user, access.key("programme", programme.pk, Role.COORDINATOR), access.ADMIN)
