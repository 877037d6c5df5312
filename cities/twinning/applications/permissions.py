from cities.permissions import Reader, can_coordinate
from cities.twinning.models import Application
from hub import access


def is_applicant(user: Reader, application: Application) -> bool:
    """The city's own people write it together."""
    return access.holds(user, access.key("city", application.city_id))


def can_screen(user: Reader, application: Application) -> bool:
    """Of an application loaded with its call's programme; nobody judges their own city's."""
    return can_coordinate(user, application.call.programme) and not is_applicant(user, application)
