"""Who decides on a report, and on an appeal."""

from hub import access
from hub.models import Report, User
from hub.moderation.registry import people


def can_moderate_any(user: User) -> bool:
    """Whether there may be reports for this person: coordinators, city leads and admins."""
    deciding = (":coordinator", ":lead")
    return any(k == access.ADMIN or k.endswith(deciding) for k in access.keys_of(user))


def can_decide(user: User, report: Report) -> bool:
    """Not on what one has written or reported, unless there is nobody else."""
    concerned = {*report.authors, report.reported_by_id}
    return report.is_open and _may(user, report, concerned)


def can_decide_appeal(user: User, report: Report) -> bool:
    """Somebody else than who took it down, where there is somebody else."""
    concerned = {*report.authors, report.reported_by_id, report.decided_by_id}
    return report.is_appealed and _may(user, report, concerned)


def _may(user: User, report: Report, concerned: set[int | None]) -> bool:
    if not access.holds(user, *report.moderators):
        return False
    return user.pk not in concerned or not set(people(report.moderators)) - concerned


def is_outside(user: User, report: Report) -> bool:
    """Reads it, and does not belong to those who decide."""
    return not access.holds(user, *report.moderators)


def can_appeal(user: User, report: Report) -> bool:
    """Whose thing it was, once."""
    return user.pk in report.authors and report.is_taken_down and not report.appeal_state
