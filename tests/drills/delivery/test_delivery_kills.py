"""Trust 1, 2, 4: workers killed, the broker emptied, no beat for an hour."""

import time
from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.test import Client

from hub.models import Delivery
from tests.drills.delivery.conftest import Ledger
from tests.drills.delivery.parts import Parts, flush_broker, patience, until

pytestmark = pytest.mark.django_db(transaction=True)


def in_between(ledger: Ledger) -> set[tuple[int, int]]:
    """Claims whose message the server has taken but whose end nobody has written."""
    arrived = ledger.message_ids()
    rows = Delivery.objects.filter(state="sending", begun_at__isnull=False)
    return {
        (pk, token)
        for pk, token, message_id in rows.values_list("pk", "token", "message_id")
        if message_id in arrived
    }


def kill_while_sending(parts: Parts, ledger: Ledger, number: int, kills: int) -> int:
    """Returns how many kills fell between the server's 250 and our commit."""
    workers = parts.use(workers=3)
    fell_between: set[tuple[int, int]] = set()
    for kill in range(1, kills + 1):
        wanted = number * kill // (kills + 1)
        until(lambda wanted=wanted: len(ledger.sink.messages) >= wanted, "mails flow")
        workers.pop(0).kill()
        workers.append(parts.add())
        # What the dead one had handed over is still on its way; what is in the hands of a
        # living one is settled by the second look.
        time.sleep(0.05)
        first = in_between(ledger)
        time.sleep(0.3)
        fell_between |= first & in_between(ledger)
    return len(fell_between)


@pytest.mark.parametrize(
    ("number", "kills"),
    [
        pytest.param(1_000, 5, marks=pytest.mark.drill),
        pytest.param(10_000, 20, marks=pytest.mark.soak),
    ],
)
def test_killed_workers_lose_nothing(
    parts: Parts, ledger: Ledger, number: int, kills: int, capsys: pytest.CaptureFixture[str]
) -> None:
    parts.use(beats=1)
    ledger.owe(number)
    fell_between = kill_while_sending(parts, ledger, number, kills)
    after = until(lambda: ledger.is_settled, "everything is settled", seconds=patience(number))
    arrived = ledger.message_ids()
    with capsys.disabled():
        print(
            f"\ntrust 1: {number} reminders, {kills} kills: {ledger.lost()} lost, "
            f"{number - len(arrived)} doubled Message-IDs, {ledger.repeats()} raw repeats "
            f"({fell_between} kills fell between), all sent {after:.1f} s after the last kill"
        )
    assert ledger.states == {"sent": number}
    assert (ledger.lost(), len(arrived)) == (0, number)
    assert ledger.repeats() <= fell_between
    assert after <= 120


@pytest.mark.drill
def test_killed_worker_loses_rows_if_leases_are_not_taken_back(
    parts: Parts, ledger: Ledger
) -> None:
    parts.use(beats=1)
    first = parts.add(without="take back")
    parts.ready(first)
    ledger.sink.delay = 0.02
    ledger.owe(60)
    until(lambda: len(ledger.sink.messages) >= 5, "mails flow")
    first.kill()
    parts.add(without="take back")
    until(lambda: not Delivery.objects.waiting().exists(), "nothing is pending")
    # Longer than the lease.
    time.sleep(4)
    assert ledger.states["sending"] > 0
    assert ledger.lost() > 0


@pytest.mark.parametrize(
    "number",
    [
        pytest.param(1_000, marks=pytest.mark.drill),
        pytest.param(10_000, marks=pytest.mark.soak),
    ],
)
def test_flushed_broker_loses_nothing(
    parts: Parts, ledger: Ledger, number: int, capsys: pytest.CaptureFixture[str]
) -> None:
    parts.use(workers=1, beats=1)
    for _flush in range(10):
        # The wake-up of these rows is what the flush takes away.
        ledger.owe(number // 10)
        flush_broker()
        time.sleep(0.1)
    took = until(lambda: ledger.is_settled, "everything is settled", seconds=patience(number))
    with capsys.disabled():
        print(
            f"\ntrust 2: {number} reminders, broker flushed 10 times: {ledger.lost()} lost, "
            f"{ledger.repeats()} repeats, all sent {took:.1f} s after the last flush"
        )
    assert ledger.states == {"sent": number}
    assert (ledger.lost(), ledger.repeats()) == (0, 0)


@pytest.mark.drill
def test_flushed_broker_loses_rows_if_nobody_ticks(parts: Parts, ledger: Ledger) -> None:
    ledger.owe(20)
    flush_broker()
    # A new one: those that were paused may have taken a wake-up before the flush.
    parts.ready(parts.add())
    time.sleep(2)
    assert ledger.states == {"pending": 20}


@pytest.mark.drill
def test_hour_without_beat_is_caught_up(
    parts: Parts, ledger: Ledger, client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    ledger.owe(200)
    Delivery.objects.update(try_at=Now() - timedelta(hours=1), due_at=Now() - timedelta(hours=1))
    flush_broker()
    before = client.get("/readyz").json()
    assert before["state"] == "degraded"
    assert before["parts"]["deliveries"]["state"] == "degraded"
    parts.use(workers=1, beats=1)
    took = until(lambda: ledger.is_settled, "everything is settled", seconds=120)
    until(lambda: client.get("/readyz").json()["parts"]["beat"]["state"] == "ok", "beat is seen")
    after = client.get("/readyz").json()
    with capsys.disabled():
        print(f"\ntrust 4: an hour without beat: {ledger.lost()} lost, caught up in {took:.1f} s")
    assert (ledger.lost(), ledger.repeats(), ledger.states) == (0, 0, {"sent": 200})
    assert after["parts"]["deliveries"]["state"] == "ok"
