"""Who may see a Lab and who may do what with it."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone

from cities.enums import Role
from cities.models import Membership, Programme
from cities.twinning.enums import GroupState
from cities.twinning.models import TwinGroup
from hub import access
from hub.models import User
from labs.enums import Audience, LabState
from labs.models import Lab, Outcome

if TYPE_CHECKING:
    from hub.access import Reader

FEEDBACK_OPEN = timedelta(days=30)


def audience_keys(lab: Lab) -> list[str]:
    """The access keys that open a Lab; the same rule as `Lab.objects.visible_to`."""
    if lab.state == LabState.DRAFT:
        return conductor_keys(lab)
    if lab.removed_at is not None:
        return [*_placed_keys(lab), *conductor_keys(lab), access.ADMIN]
    return _standing_keys(lab)


def _standing_keys(lab: Lab) -> list[str]:
    """Of one that was not taken down after a report."""
    if lab.audience == Audience.OPEN:
        return [access.PUBLIC]
    if lab.audience == Audience.CITIES:
        return company_keys(lab)
    return [*_closer_keys(lab), *conductor_keys(lab)]


def _placed_keys(lab: Lab) -> list[str]:
    """Of those who have a place at it, and belong to its audience still."""
    placed = lab.registrations.active()
    keys = _standing_keys(lab)
    if access.PUBLIC not in keys:
        placed = placed.filter(user__in=User.objects.holding(*keys))
    return [access.key("user", pk) for pk in placed.values_list("user", flat=True)]


def invited_keys(lab: Lab) -> list[str]:
    """Whose mailbox the invitation goes to: a Lab open to all still invites its programme only."""
    return _closer_keys(lab) or [access.key("programme", lab.programme_id)]


def _closer_keys(lab: Lab) -> list[str]:
    """Of those invited more closely than as one of the programme."""
    if lab.group_id is not None:
        return [access.key("group", lab.group_id)]
    if lab.audience == Audience.CHOSEN:
        return [access.key("city", pk) for pk in lab.city_ids]
    if lab.audience == Audience.TRANSITION_TEAM:
        return [access.key("programme", lab.programme_id, "transition-team")]
    return []


def conductor_keys(lab: Lab) -> list[str]:
    """Of those who plan and lead it: coordinators; for an exchange its group's leads too."""
    keys = [access.key("programme", lab.programme_id, "coordinator")]
    if lab.group_id is not None:
        keys.append(access.key("group", lab.group_id, "lead"))
    return keys


def host_keys(lab: Lab) -> list[str]:
    """Of those whose own meeting it is, and who are not asked whether they come.

    Of the leads of an exchange's cities only who scheduled it: the others are guests.
    """
    keys = [access.key("programme", lab.programme_id, "coordinator")]
    if lab.group_id is not None:
        keys.append(access.key("user", lab.created_by_id))
    return keys


def hosts(lab: Lab) -> Q:
    """The same rule as `host_keys`, as a condition on people."""
    coordinating = Membership.objects.current().filter(
        programme=lab.programme_id, role=Role.COORDINATOR
    )
    found = Q(pk__in=coordinating.values("user"))
    return found | Q(pk=lab.created_by_id) if lab.group_id is not None else found


def hosted_by(user: "Reader") -> Q:
    """The same rule as a condition on Labs."""
    programmes = access.ids_of(user, "programme", "coordinator")
    return Q(programme__in=programmes) | Q(group__isnull=False, created_by=user.pk)


def is_host(user: "Reader", lab: Lab) -> bool:
    return access.holds(user, *host_keys(lab))


def company_keys(lab: Lab) -> list[str]:
    """Of those who may know who else takes part, and owe what comes out of it."""
    keys = [access.key("programme", lab.programme_id)]
    if lab.group_id is not None:
        keys.append(access.key("group", lab.group_id))
    return keys


def can_coordinate(user: "Reader", lab: Lab) -> bool:
    return access.holds(user, *conductor_keys(lab))


def can_decide_messages(user: User, lab_id: int) -> bool:
    """Whether the person may see and resend what was sent about this Lab (hub.delivery)."""
    lab = Lab.objects.filter(pk=lab_id).first()
    return lab is not None and can_coordinate(user, lab)


def can_schedule(user: "Reader") -> bool:
    return bool(access.ids_of(user, "programme", "coordinator"))


def can_schedule_exchange(user: "Reader", group: TwinGroup) -> bool:
    """The programme's coordinators and the leads of the group's cities.

    Also after its period: cities are asked half a year and a year later what came of it.
    """
    keys = (
        access.key("programme", group.programme_id, "coordinator"),
        access.key("group", group.pk, "lead"),
    )
    return group.state != GroupState.WITHDRAWN and access.holds(user, *keys)


def has_drafts(user: "Reader") -> bool:
    """Whether the person plans meetings at all, and so may have drafts."""
    return can_schedule(user) or bool(access.ids_of(user, "group", "lead"))


def can_see_terms(user: "Reader", programme: Programme) -> bool:
    """The programme's own people."""
    return access.holds(user, access.key("programme", programme.pk))


def can_coordinate_programme(user: "Reader", programme: Programme) -> bool:
    return access.holds(user, access.key("programme", programme.pk, "coordinator"))


def can_register(user: "Reader", lab: Lab) -> bool:
    """For oneself: whoever sees the Lab and has an account, until registration closes."""
    return (
        user.is_authenticated
        and lab.takes_registrations
        and access.opened_by(user, audience_keys(lab))
    )


def can_write_minutes(user: "Reader", lab: Lab) -> bool:
    """The coordinators and those whose meeting it is, any of whom may hold the pen.

    That is the transition team, or the twin group. The same people see the minutes before
    they are published (`Minutes.objects.visible_to`).
    """
    if lab.group_id is not None:
        keys = [*conductor_keys(lab), access.key("group", lab.group_id)]
    else:
        team = access.key("programme", lab.programme_id, "transition-team")
        keys = [*conductor_keys(lab), team]
    return access.holds(user, *keys) and access.opened_by(user, audience_keys(lab))


def is_answerable(user: "Reader", follow_up: Outcome) -> bool:
    """Its owner; while no person is named, everybody in its city."""
    if follow_up.owner_id is not None:
        return bool(user.pk == follow_up.owner_id)
    return access.holds(user, access.key("city", follow_up.city_id or 0))


def can_settle(user: "Reader", follow_up: Outcome) -> bool:
    return is_answerable(user, follow_up) or can_coordinate(user, follow_up.lab)


def can_reassign(user: "Reader", follow_up: Outcome) -> bool:
    """The coordinator; and the city's people hand it on among themselves."""
    in_city = follow_up.city_id is not None and access.holds(
        user, access.key("city", follow_up.city_id)
    )
    return in_city or can_coordinate(user, follow_up.lab)


def can_decide_follow_up_messages(user: User, follow_up_id: int) -> bool:
    """As `can_decide_messages`, for what is sent about a follow-up."""
    found = Outcome.objects.filter(pk=follow_up_id).select_related("minutes__lab").first()
    return found is not None and can_coordinate(user, found.lab)


def feedback_closes_at(lab: Lab) -> datetime:
    """A month after the Lab was marked as held; a Lab that was not takes no feedback."""
    return (lab.held_at or lab.ends_at) + FEEDBACK_OPEN


def feedback_is_open(lab: Lab) -> bool:
    return lab.state == LabState.HELD and feedback_closes_at(lab) > timezone.now()


def can_give_feedback(user: "Reader", lab: Lab) -> bool:
    """Who had a seat at a held Lab, for a month; one query."""
    if not user.is_authenticated or not feedback_is_open(lab):
        return False
    return lab.registrations.seated().filter(user=user.pk).exists()
