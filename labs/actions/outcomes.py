"""Outcomes of a Lab, and what becomes of follow-ups."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cities.models import City
from hub.models import User
from labs.actions import follow_up_notices as notices
from labs.enums import FollowUpState, OutcomeKind
from labs.models import Lab, Minutes, MinutesPoint, Outcome
from labs.refusals import Refused

MOST_OUTCOMES = 200


@dataclass(frozen=True)
class Wanted:
    """An outcome as it goes from a form into an action; the last three are a follow-up's."""

    kind: str
    text: str
    owner: User | None = None
    city: City | None = None
    due_on: date | None = None


@transaction.atomic
def add_outcome(
    *, by: User, minutes: Minutes, wanted: Wanted, point: MinutesPoint | None = None
) -> Outcome:
    """Also after the minutes are published: then it is marked as added later, and told."""
    lab = Lab.objects.locked().get(pk=minutes.lab_id)
    minutes = Minutes.objects.select_related("lab").get(pk=minutes.pk)
    if minutes.outcomes.count() >= MOST_OUTCOMES:
        raise Refused(_("There are %(n)s outcomes; that is the most.") % {"n": MOST_OUTCOMES})
    outcome = Outcome(minutes=minutes, point=point, created_by=by)
    _describe(outcome, wanted)
    outcome.save()
    if minutes.is_published:
        notices.tell_added(lab, by=by)
        if outcome.is_follow_up:
            notices.tell_owner(outcome, by=by)
            notices.plan_reminders(outcome)
    return outcome


@transaction.atomic
def change_outcome(
    *, by: User, outcome: Outcome, wanted: Wanted, from_version: int, point: MinutesPoint | None
) -> Outcome:
    """While the minutes are open."""
    outcome = _locked(outcome)
    _refuse_closed(outcome)
    _refuse_outdated(outcome, from_version)
    outcome.point = point
    _describe(outcome, wanted)
    outcome.version += 1
    outcome.save()
    return outcome


@transaction.atomic
def remove_outcome(*, by: User, outcome: Outcome) -> None:
    outcome = _locked(outcome)
    _refuse_closed(outcome)
    outcome.delete()


@transaction.atomic
def settle(*, by: User, follow_up: Outcome, state: FollowUpState, note: str = "") -> Outcome:
    """Done, or dropped with a reason. Settled already in the same way, it stays as it is."""
    follow_up = _locked(follow_up)
    if follow_up.state == state:
        return follow_up
    if not follow_up.is_open:
        raise Refused(_("Somebody has settled this follow-up already. Open it again first."))
    if state == FollowUpState.DROPPED and not note:
        raise Refused(_("Say why it is dropped: the others will ask."), "note")
    follow_up.state, follow_up.settled_note = state, note
    follow_up.settled_by, follow_up.settled_at = by, timezone.now()
    follow_up.version += 1
    follow_up.save()
    notices.withdraw(follow_up)
    notices.record_settled(follow_up, by=by)
    return follow_up


@transaction.atomic
def reopen(*, by: User, follow_up: Outcome) -> Outcome:
    """It was not done after all: it is owed, and reminded of, anew."""
    follow_up = _locked(follow_up)
    if follow_up.is_open:
        return follow_up
    follow_up.state, follow_up.settled_note = FollowUpState.OPEN, ""
    follow_up.settled_by = follow_up.settled_at = None
    follow_up.version += 1
    follow_up.save()
    notices.record_settled(follow_up, by=by)
    notices.plan_reminders(follow_up)
    return follow_up


@transaction.atomic
def reassign(
    *,
    by: User,
    follow_up: Outcome,
    owner: User | None,
    city: City | None,
    due_on: date,
    from_version: int,
) -> Outcome:
    """Another owner, another day; whoever is new to it is told, and reminders follow."""
    follow_up = _locked(follow_up)
    _refuse_outdated(follow_up, from_version)
    if not follow_up.is_open:
        raise Refused(_("This follow-up is settled. Open it again first."))
    before = (follow_up.owner_id, follow_up.city_id)
    follow_up.owner, follow_up.city, follow_up.due_on = owner, city, due_on
    follow_up.version += 1
    follow_up.save()
    if before != (follow_up.owner_id, follow_up.city_id):
        notices.withdraw(follow_up)
        notices.tell_owner(follow_up, by=by)
    notices.plan_reminders(follow_up)
    return follow_up


def _describe(outcome: Outcome, wanted: Wanted) -> None:
    is_follow_up = wanted.kind == OutcomeKind.FOLLOW_UP
    outcome.kind, outcome.text = wanted.kind, wanted.text
    outcome.owner = wanted.owner if is_follow_up else None
    outcome.city = wanted.city if is_follow_up else None
    outcome.due_on = wanted.due_on if is_follow_up else None
    outcome.state = FollowUpState.OPEN if is_follow_up else ""


def _locked(outcome: Outcome) -> Outcome:
    """As it stands now, under the lock of its Lab."""
    Lab.objects.locked().get(minutes=outcome.minutes_id)
    return Outcome.objects.with_frame().get(pk=outcome.pk)


def _refuse_closed(outcome: Outcome) -> None:
    if outcome.minutes.is_published:
        raise Refused(_("These minutes are published: what came out stays as it was written."))


def _refuse_outdated(outcome: Outcome, from_version: int) -> None:
    if outcome.version != from_version:
        raise Refused(
            _(
                "Somebody else has changed this since you opened it. It now says: “%(text)s”. "
                "Save once more to put your words in its place."
            )
            % {"text": outcome.text}
        )
