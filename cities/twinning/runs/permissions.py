from cities.enums import Role
from cities.models import City, Membership
from cities.permissions import Reader, can_edit_city
from cities.twinning.calls.permissions import can_run
from cities.twinning.models import Call


def can_answer(user: Reader, city: City) -> bool:
    """Say yes or no to a match for a city: who leads it."""
    return can_edit_city(user, city)


def can_answer_for(user: Reader, city: City, call: Call) -> bool:
    """Write down what a city has said that has nobody here to say it: who runs the call."""
    led = Membership.objects.current().filter(city=city, role=Role.LEAD)
    return can_run(user, call) and not led.exists()
