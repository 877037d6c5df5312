"""What is told and reminded of minutes and follow-ups: rows in the ledger, and events."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from hub import access, delivery, events
from hub.models import User
from hub.wallclock import Skipped, instant
from labs.actions import notices
from labs.enums import OutcomeKind
from labs.models import Lab, Minutes, Outcome
from labs.permissions import audience_keys

MINUTES, GIVEN, DUE = "lab.minutes", "follow-up.given", "follow-up.reminder"

#: Reminders of one version of a follow-up: 31 a week before, 32 on the day.
PER_VERSION = 10
WEEK_BEFORE, ON_THE_DAY = 1, 2
#: Hour at which people are reminded, on the Lab's clocks.
MORNING = time(8)
#: How long the news of the minutes is news.
READ_WITHIN = timedelta(days=14)


def tell_published(minutes: Minutes, *, by: User) -> None:
    """Everybody who was registered reads what came out; whoever owes something is told so."""
    lab = minutes.lab
    seated = told_of(lab)
    delivery.plan(
        kind=MINUTES,
        event=lab.subject,
        receivers=seated,
        version=1,
        expires_at=timezone.now() + READ_WITHIN,
    )
    _record(lab, "lab.minutes", by=by)
    notices.push(lab)
    for follow_up in minutes.outcomes.filter(kind=OutcomeKind.FOLLOW_UP).select_related("owner"):
        # Who reads the minutes in the mail finds the own follow-ups there.
        tell_owner(follow_up, by=by, but=seated)
        plan_reminders(follow_up)


def told_of(lab: Lab) -> list[int]:
    """Ids of those who get the minutes by mail."""
    return list(lab.registrations.seated().values_list("user_id", flat=True))


def tell_added(lab: Lab, *, by: User) -> None:
    _record(lab, "lab.minutes-added", by=by)
    notices.push(lab)


def tell_owner(follow_up: Outcome, *, by: User, but: Iterable[int] = ()) -> None:
    """Tell whoever is to do it; not the one who took it on in person."""
    apart = {*but, by.pk}
    delivery.plan(
        kind=GIVEN,
        event=follow_up.subject,
        receivers=[pk for pk in answerable(follow_up) if pk not in apart],
        version=follow_up.version,
    )


def plan_reminders(follow_up: Outcome) -> None:
    """A week before and on the day; what an earlier version owed is withdrawn."""
    if follow_up.due_on is None:
        return
    base = follow_up.version * PER_VERSION
    delivery.supersede(event=follow_up.subject, kinds=[DUE], below=base)
    zone = follow_up.lab.time_zone
    due = _morning_of(follow_up.due_on, zone)
    week = _morning_of(follow_up.due_on - timedelta(days=7), zone)
    people = answerable(follow_up)
    for number, at, end in ((WEEK_BEFORE, week, due), (ON_THE_DAY, due, due + timedelta(days=7))):
        if at > timezone.now():
            delivery.plan(
                kind=DUE,
                event=follow_up.subject,
                receivers=people,
                version=base + number,
                due_at=at,
                expires_at=end,
            )


def withdraw(follow_up: Outcome) -> None:
    """It is done or dropped: nothing that still waits about it is to be sent."""
    delivery.supersede(event=follow_up.subject, below=notices.ALL)


def answerable(follow_up: Outcome) -> list[int]:
    """Ids of who is to be written to: the owner, else the city's leads, else all of the city."""
    if follow_up.owner_id is not None:
        return [follow_up.owner_id]
    place = access.key("city", follow_up.city_id or 0)
    for key in (f"{place}:lead", place):
        if found := list(User.objects.holding(key).values_list("pk", flat=True)):
            return found
    return []


def record_settled(follow_up: Outcome, *, by: User) -> None:
    lab = follow_up.lab
    events.record(
        verb=f"follow-up.{follow_up.state}",
        by=by,
        title=follow_up.text[:200],
        text=follow_up.settled_note,
        url=follow_up.get_absolute_url(),
        audience=audience_keys(lab),
        subjects=lab.subjects,
    )


def _record(lab: Lab, verb: str, *, by: User) -> None:
    events.record(
        verb=lab.verb(verb),
        by=by,
        title=lab.title,
        url=lab.minutes.get_absolute_url(),
        audience=audience_keys(lab),
        subjects=lab.subjects,
    )


def _morning_of(day: date, zone: str) -> datetime:
    wall = datetime.combine(day, MORNING)
    try:
        return instant(wall, zone, fold=0)
    except Skipped as skipped:
        return instant(skipped.later, zone, fold=0)
