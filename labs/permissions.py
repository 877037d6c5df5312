"""Who may see a Lab and who may do what with it."""

from typing import TYPE_CHECKING

from hub import access
from hub.models import User
from labs.enums import Audience, LabState
from labs.models import Lab

if TYPE_CHECKING:
    from hub.access import Reader


def audience_keys(lab: Lab) -> list[str]:
    """The access keys that open a Lab; the same rule as `Lab.objects.visible_to`."""
    coordinator = access.key("programme", lab.programme_id, "coordinator")
    if lab.state == LabState.DRAFT:
        return [coordinator]
    if lab.audience == Audience.OPEN:
        return [access.PUBLIC]
    if lab.audience == Audience.CITIES:
        return [access.key("programme", lab.programme_id)]
    return [access.key("programme", lab.programme_id, "transition-team"), coordinator]


def invited_keys(lab: Lab) -> list[str]:
    """Whose mailbox the invitation goes to: a Lab open to all still invites its programme only."""
    if lab.audience == Audience.TRANSITION_TEAM:
        return [access.key("programme", lab.programme_id, "transition-team")]
    return [access.key("programme", lab.programme_id)]


def can_coordinate(user: "Reader", lab: Lab) -> bool:
    return access.holds(user, access.key("programme", lab.programme_id, "coordinator"))


def can_decide_messages(user: User, lab_id: int) -> bool:
    """Whether the person may see and resend what was sent about this Lab (hub.delivery)."""
    lab = Lab.objects.filter(pk=lab_id).first()
    return lab is not None and can_coordinate(user, lab)


def can_schedule(user: "Reader") -> bool:
    return bool(access.ids_of(user, "programme", "coordinator"))


def can_register(user: "Reader", lab: Lab) -> bool:
    """For oneself: whoever sees the Lab and has an account, until registration closes."""
    return (
        user.is_authenticated
        and lab.takes_registrations
        and access.opened_by(user, audience_keys(lab))
    )
