"""Who sees and who keeps the people of a city, an organisation or a programme."""

from cities.models import City, Organisation, Participation, Programme
from hub import access
from hub.models import User

Place = City | Organisation | Programme


def can_keep_people(user: User, place: Place) -> bool:
    """Invite, end memberships, change roles."""
    return access.holds(user, *_keepers(user, place))


def is_member(user: User, place: Place) -> bool:
    """Members see who their colleagues are."""
    return access.holds(user, access.key(type(place).__name__.lower(), place.pk))


def _keepers(user: User, place: Place) -> list[str]:
    """The keys of those who keep a place's people."""
    if isinstance(place, Programme):
        return [access.ADMIN, access.key("programme", place.pk, "coordinator")]
    if isinstance(place, Organisation):
        # Universities and agencies serve all programmes and have no lead here.
        coordinated = access.ids_of(user, "programme", "coordinator")
    else:
        coordinated = list(
            Participation.objects.current()
            .filter(city=place)
            .values_list("programme_id", flat=True)
        )
    keys = [access.key("programme", pk, "coordinator") for pk in coordinated]
    if isinstance(place, City):
        keys.append(access.key("city", place.pk, "lead"))
    return [access.ADMIN, *keys]
