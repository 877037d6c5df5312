"""When people are reminded of a Lab, who is, and why somebody is not.

The same rules plan the rows, decide again when a mail leaves, and fill the coordinator's
preflight: what the page foretells is what happens.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hub import access
from hub.models import User
from hub.wallclock import at_hour, days_before, out_of_the_night
from labs.enums import RegistrationState, ReminderKind
from labs.models import Lab, ReminderRule
from labs.permissions import audience_keys, is_host
from labs.wallclock import first_day, last_day

REMINDER, NUDGE, THANKS = "lab.reminder", "lab.nudge", "lab.thanks"
KINDS = {
    ReminderKind.BEFORE: REMINDER,
    ReminderKind.UNANSWERED: NUDGE,
    ReminderKind.AFTER: THANKS,
}
#: Whole days begin at midnight, when nobody is reminded of them.
MORNING = dt.time(9)
#: So long after the Lab a word of thanks still makes sense.
THANKS_LAST = dt.timedelta(days=7)

OUTSIDE = _("This person no longer belongs to those who may see the meeting.")
ANSWERED = _("This person had already answered.")
NOT_SEATED = _("This person no longer has a seat.")
WAITING = _("This person is on the waitlist.")
PENDING = _("This person waits for your answer.")
OFFERED = _("This person has been offered a seat and has not answered.")
REFUSED = _("This person got no place.")
SILENT = _("This person has not answered.")
HOST = _("This person conducts the meeting and is not asked to register.")
CLOSED = _("Registration has closed.")


@dataclass(frozen=True)
class Occasion:
    """One reminder of a Lab: which mail, how many days off, and the hour on the Lab's clock."""

    kind: str
    days: int
    due_at: dt.datetime
    #: After it the mail would come too late.
    latest: dt.datetime

    @property
    def code(self) -> str:
        return f"{self.kind.removeprefix('lab.')}-{self.days}"

    def due_for(self, zone: str) -> dt.datetime:
        return out_of_the_night(self.due_at, zone, self.latest)


def occasions(lab: Lab) -> list[Occasion]:
    """All of a Lab's reminders, in the order in which they leave; one query."""
    found = [_occasion(lab, rule) for rule in lab.reminder_rules.all()]
    return sorted(found, key=lambda occasion: (occasion.due_at, occasion.kind))


def by_hour(occasion: Occasion, people: Iterable[int]) -> dict[dt.datetime, list[int]]:
    """When the mail leaves for whom, each by their own clock; one query."""
    found: dict[dt.datetime, list[int]] = {}
    zones = User.objects.filter(pk__in=list(people)).values_list("pk", "time_zone").order_by("pk")
    for pk, zone in zones:
        found.setdefault(occasion.due_for(zone), []).append(pk)
    return found


def why_not(kind: str, lab: Lab, user: User, answer: str) -> Any:
    """Why the person does not get this mail about a Lab, in words; "" for who does.

    `answer` is the state of the registration, "" where there is none.
    """
    if not access.opened_by(user, audience_keys(lab)):
        return OUTSIDE
    if kind == NUDGE:
        if answer:
            return ANSWERED
        if is_host(user, lab):
            return HOST
        return CLOSED if lab.is_closed_early else ""
    if not answer:
        return HOST if is_host(user, lab) else SILENT
    reasons = {
        RegistrationState.SEATED: "",
        RegistrationState.WAITING: WAITING,
        RegistrationState.PENDING: PENDING,
        RegistrationState.OFFERED: OFFERED,
        RegistrationState.REFUSED: REFUSED,
        RegistrationState.CANCELLED: NOT_SEATED,
    }
    return reasons[RegistrationState(answer)]


def _occasion(lab: Lab, rule: ReminderRule) -> Occasion:
    kind = KINDS[ReminderKind(rule.kind)]
    if kind == THANKS:
        end = _morning(last_day(lab), lab) if lab.is_all_day else lab.ends_at
        due = days_before(end, lab.time_zone, -rule.days)
        return Occasion(kind, rule.days, due, due + THANKS_LAST)
    latest = lab.starts_at
    if kind == NUDGE and lab.registers_until:
        latest = lab.registers_until
    from_then = latest
    if lab.is_all_day and latest == lab.starts_at:
        from_then = _morning(first_day(lab), lab)
    return Occasion(kind, rule.days, days_before(from_then, lab.time_zone, rule.days), latest)


def _morning(day: dt.date, lab: Lab) -> dt.datetime:
    """The hour from which the reminders of whole days are counted."""
    return at_hour(day, MORNING, lab.time_zone)


def is_ahead(occasion: Occasion) -> bool:
    return occasion.due_at > timezone.now()
