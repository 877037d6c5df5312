"""What a worker of a drill loads beside the hub: kinds to send, and protections switched off.

`celery -A hub worker -I tests.drills.delivery.kinds`; DRILL_WITHOUT names the protection that
a negative control does without. Nothing of this is ever part of the hub itself.
"""

import contextlib
import os
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

from django.db.models.functions import Now

from hub import delivery
from hub.delivery import claims, letters, relay, sweep
from hub.delivery.letters import Letter
from hub.models import Delivery, Event

INVITE = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"

#: All that is ever changed, so that it can be put back.
CHANGED = [
    (claims, "claim"),
    (claims, "take_back"),
    (claims, "BEGIN"),
    (claims, "HELD"),
    (relay.Relay, "_converse"),
    (sweep, "SERVER_PAUSE"),
    (sweep, "BATCH"),
    (sweep, "_backoff"),
]


def hasten() -> None:
    """Time is what a drill has least of: pauses shrink, nothing else does."""
    sweep.SERVER_PAUSE = 0.3
    sweep.BATCH = 20
    sweep._backoff = lambda _row: 0.3


@contextlib.contextmanager
def changed(without: str) -> Iterator[None]:
    """This process as a worker that lacks a protection."""
    before = [(place, name, getattr(place, name)) for place, name in CHANGED]
    hasten()
    WITHOUT[without]()
    try:
        yield
    finally:
        for place, name, value in before:
            setattr(place, name, value)


def compose_reminder(row: Delivery) -> Letter:
    return Letter(
        subject=f"Reminder {row.pk}",
        text=f"Dear {row.user}, the Lab starts soon.\n" * 10,
        html=f"<p>Dear {row.user}, the Lab starts soon.</p>" * 10,
        language="en",
        calendar=INVITE,
        method="REQUEST",
    )


def compose_meeting(row: Delivery) -> Letter:
    """Reads the meeting, then takes its time: the moment in which it may move."""
    hour = Event.objects.values_list("text", flat=True).get(pk=row.event.partition(":")[2])
    time.sleep(0.01)
    return Letter(subject=f"Meeting at {hour}", text=hour, html=f"<p>{hour}</p>", language="en")


def register() -> None:
    delivery.register("drill.reminder", label="Reminder", compose=compose_reminder)
    delivery.register("drill.meeting", label="Meeting", compose=compose_meeting)


def forget() -> None:
    for code in ("drill.reminder", "drill.meeting"):
        letters._kinds.pop(code, None)


def _without_take_back() -> None:
    claims.take_back = lambda: 0


def _without_lock() -> None:
    """Look, then write: what everybody writes first."""

    def claim(limit: int) -> list[Delivery]:
        due = Delivery.objects.waiting().filter(try_at__lte=Now())
        rows = list(due.order_by("try_at", "pk")[:limit])
        time.sleep(0.02)
        for row in rows:
            row.token += 1
            Delivery.objects.filter(pk=row.pk).update(
                state="sending",
                leased_until=Now() + timedelta(seconds=60),
                token=row.token,
                message_id=f"<delivery-{row.pk}@example.org>",
            )
        return rows

    claims.claim = claim


def _without_uncertainty() -> None:
    """A line that broke is a line that broke."""
    converse = relay.Relay._converse

    def retry(self: relay.Relay, receiver: str, message: bytes) -> relay.Outcome:
        outcome = converse(self, receiver, message)
        if outcome.end is relay.End.UNCERTAIN:
            return relay.Outcome(relay.End.LOST, outcome.words)
        return outcome

    relay.Relay._converse = retry


def _without_last_look() -> None:
    claims.BEGIN = claims.BEGIN.replace("AND token = %(token)s AND state = 'sending'", "")
    claims.BEGIN = claims.BEGIN.replace("leased_until > statement_timestamp()", "true")


def _without_token() -> None:
    claims.HELD = "WHERE id = %(id)s"
    _without_last_look()


WITHOUT: dict[str, Callable[[], None]] = {
    "take back": _without_take_back,
    "lock": _without_lock,
    "uncertainty": _without_uncertainty,
    "last look": _without_last_look,
    "token": _without_token,
}

if "DRILL_WITHOUT" in os.environ:
    register()
    hasten()
    if os.environ["DRILL_WITHOUT"]:
        WITHOUT[os.environ["DRILL_WITHOUT"]]()
