"""Who sees and who keeps the people of a city, an organisation or a programme."""

from collections.abc import Iterable

from cities.models import City, Organisation, Participation, Programme
from hub import access
from hub.models import User

Place = City | Organisation | Programme


def can_keep_people(user: User, place: Place) -> bool:
    """Invite, end memberships, change roles."""
    return access.holds(user, *_keys(place, _programmes(place, user)))


def is_member(user: User, place: Place) -> bool:
    """Members see who their colleagues are."""
    return access.holds(user, access.key(type(place).__name__.lower(), place.pk))


def keepers_of(place: Place) -> list[str]:
    """The keys of all who keep a place's people."""
    return _keys(place, _programmes(place))


def _programmes(place: Place, user: User | None = None) -> list[int]:
    """Whose coordinators keep it; of an organisation those that this person coordinates."""
    if isinstance(place, Programme):
        return [place.pk]
    if isinstance(place, City):
        loaded = getattr(place, "current_participations", None)
        taking_part = Participation.objects.current().filter(city=place)
        return [p.programme_id for p in (taking_part if loaded is None else loaded)]
    # Universities and agencies serve all programmes and have no lead here.
    if user is not None:
        return access.ids_of(user, "programme", "coordinator")
    return list(Programme.objects.values_list("pk", flat=True))


def _keys(place: Place, coordinated: Iterable[int]) -> list[str]:
    keys = [access.key("programme", pk, "coordinator") for pk in coordinated]
    if isinstance(place, City):
        keys.append(access.key("city", place.pk, "lead"))
    return [access.ADMIN, *keys]
