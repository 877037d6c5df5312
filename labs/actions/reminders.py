"""Reminders as rows of the ledger: owed once, withdrawn when they no longer hold."""

from collections.abc import Iterable

from django.db.models import Q
from django.utils import timezone

from hub import delivery
from hub.enums import DeliveryState
from hub.models import Delivery
from labs import reminding
from labs.models import Lab
from labs.reminding import NUDGE, REMINDER, THANKS, Occasion

#: Reminders of one schedule: version 3, seven days before → 3007.
PER_SCHEDULE = 1000
KINDS = (REMINDER, NUDGE, THANKS)


def plan_reminders(lab: Lab, users: Iterable[int] | None = None) -> None:
    """Owe everybody addressed a mail at each of the Lab's times that is still ahead.

    `users` are people who have just got a seat; without them everybody is looked at.
    Called again for the same schedule it changes nothing; a new schedule version
    withdraws what waits and owes everything anew.
    """
    delivery.supersede(event=lab.subject, kinds=KINDS, below=_version(lab, 0))
    if users is None:
        seated = list(lab.registrations.seated().values_list("user_id", flat=True))
        addressed = {REMINDER: seated, THANKS: seated, NUDGE: _silent(lab)}
    else:
        seated = list(users)
        addressed = {REMINDER: seated, THANKS: seated, NUDGE: []}
    kept = Q(pk=None)
    for occasion in reminding.occasions(lab):
        kept |= Q(kind=occasion.kind, version=_version(lab, occasion.days))
        if reminding.is_ahead(occasion):
            _owe(lab, occasion, addressed[occasion.kind])
    if users is None:
        waiting = Delivery.objects.about(lab.subject).waiting().filter(kind__in=KINDS)
        waiting.exclude(kept).update(state=DeliveryState.SUPERSEDED, settled_at=timezone.now())


def _owe(lab: Lab, occasion: Occasion, people: list[int]) -> None:
    version = _version(lab, occasion.days)
    for due_at, receivers in reminding.by_hour(occasion, people).items():
        # A reminder that was taken off the Lab and put back, or moved by its deadline.
        Delivery.objects.about(lab.subject).filter(
            kind=occasion.kind,
            version=version,
            state__in=[DeliveryState.SUPERSEDED, DeliveryState.PENDING],
            user__in=receivers,
            attempts=0,
        ).update(
            state=DeliveryState.PENDING,
            settled_at=None,
            due_at=due_at,
            try_at=due_at,
            expires_at=occasion.latest,
        )
        delivery.plan(
            kind=occasion.kind,
            event=lab.subject,
            receivers=receivers,
            version=version,
            due_at=due_at,
            expires_at=occasion.latest,
            facts={"days": occasion.days},
        )


def _silent(lab: Lab) -> list[int]:
    """Who was invited and has not answered."""
    invited = Delivery.objects.about(lab.subject).filter(kind="lab.invitation", user__isnull=False)
    answered = lab.registrations.values("user")
    silent = invited.exclude(user__in=answered).order_by("user")
    return list(silent.values_list("user_id", flat=True).distinct())


def _version(lab: Lab, days: int) -> int:
    return lab.schedule_version * PER_SCHEDULE + days
