"""Who holds a row: claims under a lease, and writes that only the holder can make.

Every instant here is the database's own, so that a worker's clock does not matter, and
every write names the token of its claim: a worker whose lease ran out changes nothing.
"""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext_noop

from hub.enums import DeliveryState
from hub.models import Delivery

#: A row that made a worker vanish this often is taken out of the way.
LAPSES_ALLOWED = 30

CLAIM = """
    UPDATE hub_delivery AS d
    SET state = 'sending', token = d.token + 1, begun_at = NULL,
        leased_until = statement_timestamp() + %(lease)s * interval '1 second',
        message_id = CASE WHEN d.message_id <> '' THEN d.message_id ELSE
            '<delivery-' || d.id || '.' || (extract(epoch FROM d.created_at) * 1000000)::bigint
            || '@' || %(host)s || '>' END
    FROM (
        SELECT id FROM hub_delivery
        WHERE state = 'pending' AND try_at <= statement_timestamp()
        ORDER BY try_at, id LIMIT %(limit)s
        FOR UPDATE SKIP LOCKED
    ) AS due
    WHERE d.id = due.id
    RETURNING d.*
"""
# The commit need not reach the disk before the mail server is spoken to: were it lost in a
# crash of the database, the row would still be held and be taken back in the same way.
BEGIN = """
    UPDATE hub_delivery
    SET begun_at = statement_timestamp(), sent_to = %(address)s,
        leased_until = statement_timestamp() + %(lease)s * interval '1 second'
    FROM (SELECT set_config('synchronous_commit', 'off', true)) AS quick
    WHERE id = %(id)s AND token = %(token)s AND state = 'sending'
        AND leased_until > statement_timestamp()
        AND (expires_at IS NULL OR expires_at > statement_timestamp())
"""
# Written by hand: these two run for each mail, and the ORM takes as long as the database.
SETTLE = """
    UPDATE hub_delivery
    SET state = %(state)s, reason = %(reason)s, settled_at = statement_timestamp(),
        leased_until = NULL, attempts = attempts + %(attempts)s
"""
POSTPONE = """
    UPDATE hub_delivery
    SET state = 'pending', reason = %(reason)s, leased_until = NULL, begun_at = NULL,
        attempts = attempts + 1,
        try_at = statement_timestamp() + %(seconds)s * interval '1 second'
"""
HELD = "WHERE id = %(id)s AND token = %(token)s AND state = 'sending'"
RELEASE = """
    UPDATE hub_delivery
    SET state = 'pending', leased_until = NULL, begun_at = NULL,
        try_at = statement_timestamp() + %(seconds)s * interval '1 second'
    WHERE state = 'sending' AND (id, token) IN (
        SELECT * FROM unnest(%(ids)s::bigint[], %(tokens)s::int[])
    )
"""
TAKE_BACK = """
    UPDATE hub_delivery
    SET lapses = lapses + 1, leased_until = NULL,
        state = CASE WHEN lapses < %(allowed)s THEN 'pending' ELSE 'failed' END,
        settled_at = CASE WHEN lapses < %(allowed)s THEN NULL ELSE statement_timestamp() END,
        reason = CASE WHEN lapses < %(allowed)s THEN reason ELSE %(reason)s END,
        try_at = statement_timestamp()
    WHERE id IN (
        SELECT id FROM hub_delivery
        WHERE state = 'sending' AND leased_until <= statement_timestamp()
        FOR UPDATE SKIP LOCKED
    )
"""
EXPIRE = """
    UPDATE hub_delivery
    SET state = CASE WHEN begun_at IS NOT NULL THEN 'uncertain'
            WHEN attempts = 0 THEN 'skipped' ELSE 'failed' END,
        settled_at = statement_timestamp(),
        reason = CASE WHEN reason = '' THEN %(reason)s ELSE reason END
    WHERE id IN (
        SELECT id FROM hub_delivery
        WHERE state = 'pending' AND expires_at <= statement_timestamp()
        FOR UPDATE SKIP LOCKED
    )
"""


def claim(limit: int) -> list[Delivery]:
    """Take up to `limit` due rows; committed when this returns, unless a transaction is open."""
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip("> ")
    values = {"limit": limit, "lease": settings.DELIVERY_LEASE, "host": host}
    return sorted(Delivery.objects.raw(CLAIM, values), key=lambda row: (row.try_at, row.pk))


def begin(delivery: Delivery, *, address: str) -> bool:
    """The last look before SMTP: whether the row is still held, wanted and in time.

    Gives the row a whole new lease, so that one conversation always fits into it.
    """
    values = {
        "id": delivery.pk,
        "token": delivery.token,
        "address": address,
        "lease": settings.DELIVERY_LEASE,
    }
    return _execute(BEGIN, values) == 1


def settle(delivery: Delivery, state: DeliveryState, reason: str = "") -> bool:
    """Write what became of it; False where somebody else holds the row by now."""
    attempts = 0 if state == DeliveryState.SKIPPED else 1
    values = {"state": state.value, "reason": reason[:500], "attempts": attempts}
    return _execute(SETTLE + HELD, values | _holder(delivery)) == 1


def postpone(delivery: Delivery, *, seconds: float, reason: str) -> bool:
    """Try again later; the reason is shown while it waits."""
    values = {"seconds": seconds, "reason": reason[:500]}
    return _execute(POSTPONE + HELD, values | _holder(delivery)) == 1


def release(deliveries: Iterable[Delivery], *, seconds: float = 0) -> int:
    """Give back what was not tried."""
    rows = list(deliveries)
    values = {
        "seconds": seconds,
        "ids": [row.pk for row in rows],
        "tokens": [row.token for row in rows],
    }
    return _execute(RELEASE, values) if rows else 0


def take_back() -> int:
    """Free the rows whose holder has vanished.

    They go out again under the same Message-ID, also where the holder may have handed
    them over: docs/decisions says why a killed worker is not a broken line.
    """
    words = gettext_noop("Each time this was to be sent, the sending process stopped.")
    return _execute(TAKE_BACK, {"allowed": LAPSES_ALLOWED, "reason": words})


def expire() -> int:
    """Give up what has become pointless."""
    words = gettext_noop("It could not be sent before it had lost its point.")
    return _execute(EXPIRE, {"reason": words})


def _holder(delivery: Delivery) -> dict[str, int]:
    return {"id": delivery.pk, "token": delivery.token}


def _execute(sql: str, values: dict[str, Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return int(cursor.rowcount)
