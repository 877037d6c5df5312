"""Planning and superseding rows, in the business transaction."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from hub.delivery.letters import kind as known_kind
from hub.enums import DeliveryState
from hub.models import Delivery, User

#: Where a room names no end: after this nobody would understand the mail any more.
POINTLESS_AFTER = timedelta(days=7)


def plan(
    *,
    kind: str,
    event: str,
    receivers: Iterable[User | int | str],
    version: int = 0,
    due_at: datetime | None = None,
    expires_at: datetime | None = None,
    facts: dict[str, Any] | None = None,
) -> int:
    """Owe one message to each receiver (a person, a person's id or an address).

    Planned twice for the same (event, person, kind, version) it is owed once.
    Returns the number of receivers named.
    """
    known_kind(kind)
    when = due_at or timezone.now()
    rows = [
        Delivery(
            kind=kind,
            event=event,
            version=version,
            due_at=when,
            try_at=when,
            expires_at=expires_at or when + POINTLESS_AFTER,
            facts=facts or {},
            **_receiver(receiver),
        )
        for receiver in receivers
    ]
    Delivery.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
    if when <= timezone.now():
        transaction.on_commit(_wake, robust=True)
    return len(rows)


def supersede(
    *,
    event: str,
    below: int,
    kinds: Iterable[str] | None = None,
    users: Iterable[int] | None = None,
) -> int:
    """Withdraw what has not been begun about an event from versions before `below`.

    Call it in the transaction that changes the thing. A worker that holds such a row
    asks for it once more right before it speaks to the mail server and waits there for
    this transaction: after its commit no mail about the old version begins.
    """
    rows = Delivery.objects.about(event).not_begun().filter(version__lt=below)
    if kinds is not None:
        rows = rows.filter(kind__in=list(kinds))
    if users is not None:
        rows = rows.filter(user__in=list(users))
    return rows.update(state=DeliveryState.SUPERSEDED, settled_at=timezone.now(), leased_until=None)


def _receiver(receiver: User | int | str) -> dict[str, Any]:
    if isinstance(receiver, str):
        return {"address": receiver.strip().lower()}
    return {"user_id": receiver if isinstance(receiver, int) else receiver.pk}


def _wake() -> None:
    from hub.tasks import sweep_deliveries

    sweep_deliveries.delay()
