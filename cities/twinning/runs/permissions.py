from cities.models import City
from cities.permissions import Reader, can_edit_city


def can_answer(user: Reader, city: City) -> bool:
    """Say yes or no to a match for a city: who leads it."""
    return can_edit_city(user, city)
