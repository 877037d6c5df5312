from cities.enums import Role
from cities.models import Programme
from cities.permissions import Reader
from cities.twinning.models import Call
from hub import access


def can_review(user: Reader, programme: Programme) -> bool:
    """What they may read follows from what is assigned to them."""
    return access.holds(user, access.key("programme", programme.pk, Role.REVIEWER))


def is_reviewer(user: Reader, call: Call) -> bool:
    """Of the call's programme: of a call loaded with it."""
    return can_review(user, call.programme)
