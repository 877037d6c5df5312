"""Acts on a date poll: ask, change, vote, remind, decide, cancel."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from slugify import slugify

from cities.models import Programme
from hub.models import User
from labs import actions as labs
from labs.enums import Audience, PollAudience, PollState, Via
from labs.models import Ballot, Lab, Poll, PollAnswer, PollOption
from labs.plans import Plan
from labs.polls import notices, plans
from labs.polls.plans import PollPlan
from labs.refusals import Refused

#: Seats of the Lab that a poll becomes, where fewer people were asked.
LEAST_SEATS = 10
#: Two coordinators who press one after the other remind nobody twice.
BETWEEN_REMINDERS = timedelta(hours=1)


@transaction.atomic
def ask(*, by: User, programme: Programme, plan: PollPlan, is_sample: bool = False) -> Poll:
    """Put the question, and owe everybody who is asked a mail."""
    poll = Poll(programme=programme, created_by=by, is_sample=is_sample)
    for field in plans.FIELDS:
        setattr(poll, field, getattr(plan, field))
    poll.slug = _free_slug(poll, plan)
    poll.save()
    _write(poll, plan)
    notices.ask(poll)
    notices.plan_reminder(poll)
    notices.record(poll, "poll.opened", by=by)
    return poll


@transaction.atomic
def change(*, by: User, poll: Poll, plan: PollPlan, from_version: int) -> Poll:
    """Save an edit of a poll in which nobody has voted yet; those asked are told."""
    poll = _open_poll(poll, from_version)
    if poll.ballots.exists():
        raise Refused(
            _("Somebody has voted meanwhile: now dates can only be added, and the deadline moved.")
        )
    for field in plans.FIELDS:
        setattr(poll, field, getattr(plan, field))
    poll.version += 1
    poll.save(update_fields=[*plans.FIELDS, "version"])
    _write(poll, plan)
    notices.push(poll)
    notices.tell_change(poll)
    notices.ask(poll)
    notices.plan_reminder(poll)
    return poll


@transaction.atomic
def extend(
    *,
    by: User,
    poll: Poll,
    starts: Iterable[datetime],
    closes_at: datetime,
    from_version: int,
) -> Poll:
    """Add dates, give more time, or both; what has been answered stays as it is."""
    poll = _open_poll(poll, from_version)
    if closes_at < poll.closes_at:
        raise Refused(_("The deadline can only be moved to a later time."), "closes_on")
    known = set(poll.options.values_list("starts_at", flat=True))
    new = set(starts) - known
    if len(known | new) > plans.MOST_DATES:
        raise Refused(_("At most %(most)s dates.") % {"most": plans.MOST_DATES})
    if not new and closes_at == poll.closes_at:
        raise Refused(_("Add a date or move the deadline; nothing has changed yet."))
    poll.closes_at = closes_at
    poll.version += 1
    poll.save(update_fields=["closes_at", "version"])
    PollOption.objects.bulk_create(PollOption(poll=poll, starts_at=start) for start in sorted(new))
    notices.tell_change(poll)
    notices.plan_reminder(poll)
    notices.record(poll, "poll.extended", by=by)
    return poll


@transaction.atomic
def vote(*, by: User, poll: Poll, choices: Mapping[int, str], via: Via = Via.SITE) -> Ballot:
    """Save what one person says to all dates (option id → choice); the last save stands."""
    poll = Poll.objects.locked().get(pk=poll.pk)
    if not poll.is_open:
        raise Refused(_("The poll is over; your vote was not saved."))
    if not poll.takes_votes:
        raise Refused(_("The deadline has passed; your vote was not saved."))
    if set(choices) != set(poll.options.values_list("pk", flat=True)):
        raise Refused(_("The dates have changed meanwhile. Answer them once more."))
    ballot, is_new = Ballot.objects.get_or_create(poll=poll, user=by, defaults={"via": via})
    if not is_new:
        ballot.version += 1
        ballot.cast_at, ballot.via = timezone.now(), via
        ballot.save(update_fields=["version", "cast_at", "via"])
        ballot.answers.all().delete()
    PollAnswer.objects.bulk_create(
        PollAnswer(ballot=ballot, option_id=pk, choice=choice) for pk, choice in choices.items()
    )
    notices.tell_vote(ballot)
    return ballot


@transaction.atomic
def remind(*, by: User, poll: Poll, shown: Iterable[int]) -> int:
    """Remind those of the people `shown` to the coordinator who still have not voted."""
    poll = Poll.objects.locked().get(pk=poll.pk)
    if not poll.takes_votes:
        raise Refused(_("The poll takes no more votes; nobody was reminded."))
    now = timezone.now()
    if poll.reminded_at and poll.reminded_at > now - BETWEEN_REMINDERS:
        raise Refused(_("A reminder has just been sent. Wait an hour before the next one."))
    receivers = list(
        notices.non_voters(poll).filter(pk__in=list(shown)).values_list("pk", flat=True)
    )
    if not receivers:
        raise Refused(_("Everybody on this list has voted meanwhile; nobody was reminded."))
    poll.reminded_by, poll.reminded_at = by, now
    poll.save(update_fields=["reminded_by", "reminded_at"])
    notices.remind_now(poll, receivers)
    return len(receivers)


@transaction.atomic
def decide(*, by: User, poll: Poll, option: PollOption) -> Lab:
    """Make the date a draft of a Lab, close the poll and tell everybody."""
    poll = Poll.objects.locked().select_related("programme", "group").get(pk=poll.pk)
    if not poll.is_open:
        raise Refused(_("The poll is over: it was decided or cancelled meanwhile."))
    if option.starts_at <= timezone.now():
        raise Refused(_("This date has already passed. Choose a later one."))
    plan = _plan_of_lab(poll, option)
    poll.lab = labs.draft(by=by, programme=poll.programme, plan=plan, is_sample=poll.is_sample)
    poll.chosen = option
    poll.state = PollState.DECIDED
    poll.decided_by, poll.decided_at = by, timezone.now()
    poll.version += 1
    poll.save(update_fields=["lab", "chosen", "state", "decided_by", "decided_at", "version"])
    notices.tell_outcome(poll)
    notices.record(poll, "poll.decided", by=by)
    return poll.lab


@transaction.atomic
def cancel(*, by: User, poll: Poll, reason: str) -> Poll:
    poll = Poll.objects.locked().get(pk=poll.pk)
    if not poll.is_open:
        raise Refused(_("The poll is over: it was decided or cancelled meanwhile."))
    poll.state = PollState.CANCELLED
    poll.cancelled_by, poll.cancelled_at = by, timezone.now()
    poll.cancellation_reason = reason
    poll.version += 1
    poll.save(
        update_fields=["state", "cancelled_by", "cancelled_at", "cancellation_reason", "version"]
    )
    notices.tell_outcome(poll)
    notices.record(poll, "poll.cancelled", by=by, text=reason)
    return poll


def _open_poll(poll: Poll, from_version: int) -> Poll:
    poll = Poll.objects.locked().get(pk=poll.pk)
    if not poll.is_open:
        raise Refused(_("The poll is over: it was decided or cancelled meanwhile."))
    if poll.version != from_version:
        raise Refused(
            _("Somebody else has changed this poll since you opened it. Look at it once more.")
        )
    return poll


def _write(poll: Poll, plan: PollPlan) -> None:
    """The dates and the chosen cities; dates that stay keep their row."""
    poll.cities.set(plan.cities if plan.audience == PollAudience.CHOSEN else ())
    poll.options.exclude(starts_at__in=plan.starts).delete()
    known = set(poll.options.values_list("starts_at", flat=True))
    PollOption.objects.bulk_create(
        PollOption(poll=poll, starts_at=start) for start in sorted(set(plan.starts) - known)
    )


def _plan_of_lab(poll: Poll, option: PollOption) -> Plan:
    seats = max(LEAST_SEATS, notices.voters(poll).count())
    return Plan(
        title=poll.title,
        starts_at=option.starts_at,
        ends_at=option.ends_at(poll.minutes),
        time_zone=poll.time_zone,
        # The same people who were asked: both name them by the same words.
        audience=Audience(poll.audience),
        kind=poll.kind,
        group=poll.group,
        cities=tuple(poll.cities.all()) if poll.audience == PollAudience.CHOSEN else (),
        seats_onsite=seats if poll.place else None,
        seats_online=seats if poll.is_online else None,
        knowledge_area=poll.knowledge_area,
        summary=poll.summary,
        language=poll.language,
        place=poll.place,
    )


def _free_slug(poll: Poll, plan: PollPlan) -> str:
    """The theme and the year, as one word for the address; numbered where it is taken."""
    base = f"{slugify(poll.title, max_length=140) or 'poll'}-{min(plan.starts).year}"
    taken = set(Poll.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    if base not in taken:
        return base
    return next(s for n in range(2, len(taken) + 3) if (s := f"{base}-{n}") not in taken)
