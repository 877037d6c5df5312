"""Who sees a date poll, who has a vote in it, and who conducts it."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from cities.models import City
from hub import access
from hub.models import User
from labs.enums import PollAudience
from labs.models import Poll

if TYPE_CHECKING:
    from hub.access import Reader


def voter_keys(poll: Poll) -> list[str]:
    """The access keys that give a vote; one query where the audience is chosen cities."""
    chosen = poll.cities.all() if poll.audience == PollAudience.CHOSEN else ()
    return keys_asked(poll.audience, poll.programme_id, chosen, poll.group_id)


def keys_asked(
    audience: str, programme_id: int, cities: Iterable[City], group_id: int | None
) -> list[str]:
    if audience == PollAudience.GROUP and group_id is not None:
        return [access.key("group", group_id)]
    if audience == PollAudience.CHOSEN:
        return [access.key("city", city.pk) for city in cities]
    if audience == PollAudience.CITIES:
        return [access.key("programme", programme_id)]
    return [access.key("programme", programme_id, "transition-team")]


def audience_keys(poll: Poll) -> list[str]:
    """The access keys that open a poll; the same rule as `Poll.objects.visible_to`."""
    return [*voter_keys(poll), *_conductors(poll)]


def can_coordinate(user: "Reader", poll: Poll) -> bool:
    return access.holds(user, *_conductors(poll))


def can_vote(user: "Reader", poll: Poll) -> bool:
    """Whether the person is asked; votes are taken until the deadline."""
    return access.opened_by(user, voter_keys(poll))


def can_decide_messages(user: User, poll_id: int) -> bool:
    """Whether the person may see and resend what was sent about this poll (hub.delivery)."""
    poll = Poll.objects.filter(pk=poll_id).first()
    return poll is not None and can_coordinate(user, poll)


def _conductors(poll: Poll) -> list[str]:
    """Coordinators; where a twin group is asked, its leads too."""
    keys = [access.key("programme", poll.programme_id, "coordinator")]
    if poll.group_id is not None:
        keys.append(access.key("group", poll.group_id, "lead"))
    return keys
