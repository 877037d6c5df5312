"""Who speaks for a city that wants to learn: checks of keys, no queries."""

from typing import TYPE_CHECKING

from cities.models import City
from hub import access

if TYPE_CHECKING:
    from hub.access import Reader


def can_state(user: "Reader", city: City) -> bool:
    """City staff and leads alike: what a city wants to learn is known at the desk."""
    return access.holds(user, access.key("city", city.pk), access.ADMIN)


def cities_asking(user: "Reader", city: City) -> list[int]:
    """For which cities the person may put a question to this one: their own."""
    return [pk for pk in access.ids_of(user, "city") if pk != city.pk]
