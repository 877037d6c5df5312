from cities.permissions import Reader, can_coordinate
from cities.twinning.enums import Stage
from cities.twinning.models import Call
from hub import access


def can_run(user: Reader, call: Call) -> bool:
    """Write it, publish it, extend it: of a call loaded with its programme."""
    return can_coordinate(user, call.programme)


def can_start(user: Reader, call: Call) -> bool:
    """Begin an application: people of a city, while the call is open."""
    return call.stage == Stage.OPEN and bool(access.ids_of(user, "city"))
