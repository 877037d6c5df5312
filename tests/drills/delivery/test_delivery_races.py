"""Trust 3, 7, 9: many sweepers at once, a meeting that moves, a worker that hangs."""

import time

import pytest
from django.db import connection, transaction
from django.db.models.functions import Now

from hub import delivery
from hub.models import Delivery, Event
from tests.drills.delivery.conftest import Ledger
from tests.drills.delivery.parts import Part, Parts, sweepers, until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    "number",
    [
        pytest.param(1_000, marks=pytest.mark.drill),
        pytest.param(10_000, marks=pytest.mark.soak),
    ],
)
def test_two_beats_and_three_sweepers_double_nothing(
    parts: Parts, ledger: Ledger, number: int, capsys: pytest.CaptureFixture[str]
) -> None:
    parts.use(workers=3, beats=2)
    ledger.owe(number)
    took = until(lambda: ledger.is_settled, "everything is settled", seconds=120)
    with capsys.disabled():
        print(
            f"\ntrust 3: {number} reminders, two beats, three sweepers: {ledger.lost()} lost, "
            f"{ledger.doubled_people()} doubled, {took:.1f} s"
        )
    assert (ledger.lost(), ledger.doubled_people()) == (0, 0)
    assert ledger.states == {"sent": number}


@pytest.mark.drill
def test_sweepers_double_mails_without_the_lock(parts: Parts, ledger: Ledger) -> None:
    ledger.owe(100)
    with sweepers(3, without="lock"):
        until(lambda: ledger.is_settled, "everything is settled")
    assert ledger.doubled_people() > 0


def move_while_sending(ledger: Ledger, runs: int) -> int:
    """Each run: ten people, a meeting that moves midway; returns the number of stale mails."""
    stale = 0
    for run in range(runs):
        meeting = Event.objects.create(
            verb="drill", title="Meeting", text="13:00", url="/", audience=["public"],
            fanned_out_at=Now(),
        )  # fmt: skip
        key = f"event:{meeting.pk}"
        seen = len(ledger.sink.messages)
        ledger.owe(10, event=key, kind="drill.meeting")
        # Each run meets the sending at another place.
        until(lambda seen=seen: len(ledger.sink.messages) > seen, "mails flow")
        time.sleep(0.003 * (run % 8))
        people = list(Delivery.objects.about(key).values_list("user", flat=True))
        with transaction.atomic(), connection.cursor() as cursor:
            Event.objects.filter(pk=meeting.pk).update(text="15:00")
            delivery.supersede(event=key, below=1)
            delivery.plan(kind="drill.meeting", event=key, receivers=people, version=1)
            cursor.execute("SELECT clock_timestamp()")
            moved_at = cursor.fetchone()[0]
        until(lambda: ledger.is_settled, "everything is settled")
        old = Delivery.objects.about(key).filter(version=0, begun_at__gt=moved_at)
        told = {mail.recipients for mail in ledger.sink.messages[seen:] if b"at 15:00" in mail.raw}
        assert len(told) == 10
        stale += sum(
            b"at 13:00" in mail.raw
            for mail in ledger.sink.messages[seen:]
            if mail.message_id in set(old.values_list("message_id", flat=True))
        )
    return stale


@pytest.mark.parametrize(
    "runs",
    [pytest.param(20, marks=pytest.mark.drill), pytest.param(500, marks=pytest.mark.soak)],
)
def test_moved_meeting_sends_nothing_stale(
    parts: Parts, ledger: Ledger, runs: int, capsys: pytest.CaptureFixture[str]
) -> None:
    parts.use(workers=2, beats=1)
    stale = move_while_sending(ledger, runs)
    with capsys.disabled():
        print(
            f"\ntrust 7: moved during sending, {runs} runs: {stale} stale mails begun after the "
            f"commit, all {runs * 10} people reminded anew"
        )
    assert stale == 0


@pytest.mark.drill
def test_moved_meeting_sends_stale_mails_without_the_last_look(
    parts: Parts, ledger: Ledger
) -> None:
    with sweepers(2, without="last look"):
        assert move_while_sending(ledger, 6) > 0


def stop_beyond_the_lease(parts: Parts, ledger: Ledger, stopped: Part) -> int:
    """A worker stands still with a mail in its hand; returns the rows it wrote afterwards."""
    ledger.sink.delay = 0.4
    ledger.owe(12)
    until(lambda: len(ledger.sink.messages) >= 2, "mails flow")
    # In the midst of the server's 0.4 s: the 250 comes while nobody is there to read it.
    time.sleep(0.15)
    stopped.pause()
    time.sleep(0.5)
    ledger.sink.delay = 0.0
    parts.use_others(stopped)
    until(lambda: ledger.is_settled, "another worker has done everything")
    fields = ("pk", "state", "token", "attempts", "settled_at", "reason")
    before = list(Delivery.objects.order_by("pk").values_list(*fields))
    stopped.resume()
    time.sleep(1.5)
    after = list(Delivery.objects.order_by("pk").values_list(*fields))
    return sum(one != other for one, other in zip(before, after, strict=True))


@pytest.mark.drill
def test_stale_token_writes_nothing(
    parts: Parts, ledger: Ledger, capsys: pytest.CaptureFixture[str]
) -> None:
    written = stop_beyond_the_lease(parts, ledger, *parts.use(workers=1, beats=1))
    with capsys.disabled():
        print(
            f"\ntrust 9: worker stopped beyond its lease: {written} writes by the stale token, "
            f"{ledger.lost()} lost, {len(ledger.message_ids())} of 12 Message-IDs arrived"
        )
    assert (written, ledger.lost(), ledger.states) == (0, 0, {"sent": 12})


@pytest.mark.drill
def test_stale_worker_writes_without_the_token(parts: Parts, ledger: Ledger) -> None:
    stopped = parts.add(without="token")
    parts.ready(stopped)
    assert stop_beyond_the_lease(parts, ledger, stopped) > 0
