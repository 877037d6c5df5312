"""What a date poll owes to whom: rows in the ledger, and events."""

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Count, QuerySet
from django.utils import timezone

from hub import delivery, events
from hub.models import Delivery, User
from labs.actions.notices import ALL
from labs.models import Ballot, Poll
from labs.polls.permissions import audience_keys, voter_keys

INVITATION, REMINDER, CHANGE = "poll.invitation", "poll.reminder", "poll.change"
RECEIPT, OUTCOME = "poll.receipt", "poll.outcome"

#: Those who have not voted are reminded by themselves so long before the deadline.
REMIND_BEFORE = timedelta(days=1)


def voters(poll: Poll) -> QuerySet[User]:
    """Everybody who is asked, by name."""
    found: QuerySet[User] = User.objects.holding(*voter_keys(poll)).order_by("name", "email")
    return found


def non_voters(poll: Poll) -> QuerySet[User]:
    """Who is asked and has not answered every date; those added later count too."""
    whole = Ballot.objects.filter(poll=poll).annotate(n=Count("answers"))
    answered = whole.filter(n__gte=poll.options.count()).order_by()
    return voters(poll).exclude(pk__in=answered.values("user"))


def people_told(poll: Poll) -> set[int]:
    """Ids of those whom a change or the outcome reaches: who is asked, and who has voted."""
    return _voter_ids(poll) | set(poll.ballots.values_list("user_id", flat=True))


def ask(poll: Poll) -> None:
    """Ask whoever belongs to the audience and has not been asked yet."""
    already = Delivery.objects.about(poll.subject).filter(kind=INVITATION, user__isnull=False)
    asked = set(already.values_list("user_id", flat=True))
    delivery.plan(
        kind=INVITATION,
        event=poll.subject,
        receivers=sorted(_voter_ids(poll) - asked),
        version=1,
        expires_at=poll.closes_at,
    )


def plan_reminder(poll: Poll) -> None:
    """Owe everybody a reminder before the deadline; voting withdraws one's own."""
    due_at = poll.closes_at - REMIND_BEFORE
    delivery.supersede(event=poll.subject, kinds=[REMINDER], below=ALL)
    if due_at <= timezone.now():
        return
    poll.reminder_round += 1
    poll.save(update_fields=["reminder_round"])
    delivery.plan(
        kind=REMINDER,
        event=poll.subject,
        receivers=[user.pk for user in non_voters(poll)],
        version=poll.reminder_round,
        due_at=due_at,
        expires_at=poll.closes_at,
    )


def remind_now(poll: Poll, receivers: Iterable[int]) -> None:
    poll.reminder_round += 1
    poll.save(update_fields=["reminder_round"])
    delivery.plan(
        kind=REMINDER,
        event=poll.subject,
        receivers=receivers,
        version=poll.reminder_round,
        expires_at=poll.closes_at,
    )


def tell_vote(ballot: Ballot) -> None:
    """The receipt of a save; that of an earlier save which still waits is withdrawn."""
    poll = ballot.poll
    mine = [ballot.user_id]
    delivery.supersede(event=poll.subject, kinds=[RECEIPT], below=ballot.version, users=mine)
    delivery.supersede(
        event=poll.subject, kinds=[INVITATION, REMINDER, CHANGE], below=ALL, users=mine
    )
    delivery.plan(kind=RECEIPT, event=poll.subject, receivers=mine, version=ballot.version)


def tell_change(poll: Poll) -> None:
    """Tell those whose invitation has left; the others' will say what is so when it leaves."""
    waiting = Delivery.objects.about(poll.subject).filter(kind=INVITATION).not_begun()
    # Locked, so that none of these leaves while it is decided who is told.
    still_to_ask = {row.user_id for row in waiting.select_for_update()}
    waiting.update(expires_at=poll.closes_at)
    delivery.supersede(event=poll.subject, kinds=[CHANGE], below=poll.version)
    delivery.plan(
        kind=CHANGE,
        event=poll.subject,
        receivers=sorted(people_told(poll) - still_to_ask),
        version=poll.version,
        expires_at=poll.closes_at,
    )


def tell_outcome(poll: Poll) -> None:
    delivery.supersede(event=poll.subject, kinds=[INVITATION, REMINDER, CHANGE], below=ALL)
    delivery.plan(
        kind=OUTCOME,
        event=poll.subject,
        receivers=sorted(people_told(poll)),
        version=poll.version,
    )


def record(poll: Poll, verb: str, *, by: User, text: str = "") -> None:
    events.record(
        verb=verb,
        by=by,
        title=poll.title,
        text=text or poll.summary,
        url=poll.get_absolute_url(),
        audience=audience_keys(poll),
        subjects=[
            poll.subject,
            f"programme:{poll.programme_id}",
            *([f"group:{poll.group_id}"] if poll.group_id else []),
        ],
    )


def push(poll: Poll) -> None:
    """Bring earlier events to who may see the poll now."""
    events.retarget(subject=poll.subject, audience=audience_keys(poll))


def _voter_ids(poll: Poll) -> set[int]:
    return set(User.objects.holding(*voter_keys(poll)).values_list("pk", flat=True))
