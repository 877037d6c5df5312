from cities.enums import Role
from cities.permissions import Reader
from cities.twinning.models import Call
from hub import access


def is_reviewer(user: Reader, call: Call) -> bool:
    """Of the programme; what they may read follows from what is assigned to them."""
    return access.holds(user, access.key("programme", call.programme_id, Role.REVIEWER))
