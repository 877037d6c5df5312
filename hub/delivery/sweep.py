"""A turn of a worker: claim what is due, look again, send, write down what became of it.

    pending -> sending -> sent | skipped | failed | uncertain
       ^          |
       +----------+   4xx, a broken line before the message, a lapsed lease

At least once for a killed worker, at most once for a broken line (docs/decisions).
"""

import logging
import time
import zoneinfo
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import OperationalError, connection
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from hub.delivery import claims, letters, message, optouts
from hub.delivery.letters import Skip
from hub.delivery.relay import End, Outcome, OutOfOrder, Relay
from hub.enums import DeliveryState
from hub.models import Delivery, User

log = logging.getLogger("hub.delivery")

BATCH = 50
#: Seconds after which a turn ends and leaves the rest to the next task.
TURN = 20.0
#: What is known about the receivers of a batch is never older than this many seconds.
FRESH = 1.0
#: What rooms keep from one mail to the next is thrown away after so many.
SHELF = 5.0
#: Seconds until a server that did not answer is tried again.
SERVER_PAUSE = 20
#: Lines that may break in one turn before the server counts as out of order.
BREAKS_ALLOWED = 3


@dataclass
class Turn:
    """What one turn did, by how each row ended."""

    ends: Counter[str] = field(default_factory=Counter)
    breaks: int = 0
    is_over: bool = False
    _shelf: dict[Any, Any] = field(default_factory=dict)
    _emptied: float = field(default_factory=time.monotonic)

    def shelf(self) -> dict[Any, Any]:
        """Where rooms keep for the next mail what it shares with this one."""
        if time.monotonic() - self._emptied > SHELF:
            self._shelf, self._emptied = {}, time.monotonic()
        return self._shelf


@dataclass(frozen=True)
class Mail:
    address: str
    content: bytes


def sweep(*, wake: Callable[[], object] | None = None, seconds: float = TURN) -> Turn:
    """Send what is due until nothing is, the server is down, or the turn is over.

    `wake` is called once when there is more than one batch: another worker may join in.
    """
    claims.take_back()
    claims.expire()
    turn, end = Turn(), time.monotonic() + seconds
    with Relay() as relay:
        while not turn.is_over and time.monotonic() < end:
            batch = claims.claim(BATCH)
            if not batch:
                break
            if wake is not None and len(batch) == BATCH:
                wake()
                wake = None
            _send_batch(batch, relay, turn)
    return turn


def _send_batch(batch: Sequence[Delivery], relay: Relay, turn: Turn) -> None:
    claimed = looked = time.monotonic()
    receivers = Receivers(batch)
    for number, delivery in enumerate(batch):
        now = time.monotonic()
        if turn.is_over or now - claimed > settings.DELIVERY_LEASE / 2:
            claims.release(batch[number:], seconds=SERVER_PAUSE if turn.is_over else 0)
            return
        if now - looked > FRESH:
            receivers, looked = Receivers(batch[number:]), now
        turn.ends[_handle(delivery, receivers, relay, turn)] += 1


def _handle(delivery: Delivery, receivers: "Receivers", relay: Relay, turn: Turn) -> str:
    delivery.shelf = turn.shelf()
    try:
        mail = _write(delivery, receivers)
    except message.Unwritable as error:
        return _ended(delivery, DeliveryState.FAILED, str(error))
    except Exception:
        # One room's mistake must not keep other rooms' mails; it is shown and tried again.
        log.exception("Delivery %s could not be written.", delivery.pk)
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()
        reason = gettext_noop("The hub made a mistake in writing the message; see its log.")
        return _later(delivery, _backoff(delivery), reason)
    if isinstance(mail, Skip):
        return _ended(delivery, DeliveryState.SKIPPED, _in_english(mail.reason))
    try:
        relay.reach()
    except OutOfOrder as error:
        log.warning("The mail server is out of order: %s", error)
        turn.is_over = True
        claims.release([delivery], seconds=SERVER_PAUSE)
        return "waiting for the server"
    if not claims.begin(delivery, address=mail.address):
        return "taken away"
    return _record(delivery, relay.send(mail.address, mail.content), turn)


def _record(delivery: Delivery, outcome: Outcome, turn: Turn) -> str:
    turn.is_over |= outcome.is_down
    if outcome.end is End.SENT:
        return _ended(delivery, DeliveryState.SENT, "")
    if outcome.end is End.REFUSED:
        return _ended(delivery, DeliveryState.FAILED, outcome.words)
    if outcome.end is End.DEFERRED:
        return _later(delivery, _backoff(delivery), outcome.words)
    turn.breaks += 1
    turn.is_over |= turn.breaks >= BREAKS_ALLOWED
    if outcome.end is End.UNCERTAIN:
        return _ended(delivery, DeliveryState.UNCERTAIN, outcome.words)
    return _later(delivery, SERVER_PAUSE, outcome.words)


class Receivers:
    """The people of a batch with their keys and opt-outs, read in two queries."""

    def __init__(self, batch: Sequence[Delivery]) -> None:
        ids = {row.user_id for row in batch if row.user_id}
        self.people: dict[int, User] = User.objects.with_keys().in_bulk(ids) if ids else {}
        self.opted_out = optouts.among(batch)


def _write(delivery: Delivery, receivers: Receivers) -> Mail | Skip:
    """Everything that may have changed since the row was planned is looked at again here."""
    kind = letters.kind(delivery.kind)
    user = receivers.people.get(delivery.user_id) if delivery.user_id else None
    if delivery.user_id:
        if user is None or not user.is_active:
            return Skip(_("The account is closed."))
        delivery.user = user
    who: int | str = delivery.user_id or delivery.address
    if not kind.is_essential and (who, kind.code) in receivers.opted_out:
        return Skip(_("The receiver has unsubscribed from this kind of mail."))
    language = user.language if user else settings.LANGUAGE_CODE
    zone = zoneinfo.ZoneInfo(user.time_zone if user else settings.HUB_TIME_ZONE)
    with translation.override(language), timezone.override(zone):
        letter = kind.compose(delivery)
    if isinstance(letter, Skip):
        return letter
    address = message.deliverable(user.email if user else delivery.address)
    content = message.build(
        letter,
        address=address,
        name=user.name if user else "",
        message_id=delivery.message_id,
        unsubscribe_url="" if kind.is_essential else optouts.url_of(delivery),
    )
    return Mail(address, content)


def _ended(delivery: Delivery, state: DeliveryState, reason: str) -> str:
    return state.value if _surely(lambda: claims.settle(delivery, state, reason)) else "taken away"


def _later(delivery: Delivery, seconds: float, reason: str) -> str:
    done = _surely(lambda: claims.postpone(delivery, seconds=seconds, reason=reason))
    return "postponed" if done else "taken away"


def _surely(write: Callable[[], bool]) -> bool:
    """Write the outcome even if the database restarts meanwhile, as long as the row is ours."""
    end = time.monotonic() + settings.DELIVERY_LEASE
    while True:
        try:
            return write()
        except OperationalError:
            if connection.in_atomic_block or time.monotonic() > end:
                raise
            log.warning("The database went away; the outcome of a mail is written again.")
            connection.close()
            time.sleep(0.5)


def _backoff(delivery: Delivery) -> float:
    """Seconds: one minute, then twice as long each time, at most half an hour."""
    return float(min(60 * 2 ** min(delivery.attempts, 10), 1800))


def _in_english(reason: object) -> str:
    with translation.override("en"):
        return str(reason)
