"""What is told of an application, and to whom: the city, and who coordinates the programme."""

from cities.enums import Role
from cities.models import Membership
from cities.twinning.models import Application
from hub import access, events
from hub.models import User


def tell(
    verb: str, application: Application, *, by: User, text: str = "", to_city: bool = False
) -> None:
    """Of an application loaded with its city and its call."""
    held = Membership.objects.current()
    if to_city:
        people = held.filter(city=application.city_id)
    else:
        people = held.filter(programme=application.call.programme_id, role=Role.COORDINATOR)
    events.record(
        verb=verb,
        by=by,
        title=f"{application.city.name}: {application.call.title}",
        text=text,
        url=application.get_absolute_url(),
        audience=[
            access.key("city", application.city_id),
            access.key("programme", application.call.programme_id, Role.COORDINATOR),
        ],
        subjects=[application.subject],
        direct=people.values_list("user_id", flat=True),
    )
