"""Trust 5: every way in which a mail server can misbehave."""

import time

import pytest

from hub.models import Delivery
from tests.drills.delivery.conftest import Ledger
from tests.drills.delivery.parts import PATIENCE, Parts, patience, sweepers, until
from tests.smtp import Fault

pytestmark = pytest.mark.django_db(transaction=True)

SERVER_IS_DOWN = (Fault.REFUSE, Fault.HANG, Fault.BUSY_421)
#: EMAIL_TIMEOUT of the drill is 1 s where a hub has 20 s and is allowed 30 s; seconds.
HANG_ALLOWED = 10


def about(event: str) -> dict[str, int]:
    counts: dict[str, int] = {}
    for state in Delivery.objects.about(event).values_list("state", flat=True):
        counts[state] = counts.get(state, 0) + 1
    return counts


def lost(ledger: Ledger, event: str) -> int:
    arrived = ledger.message_ids()
    rows = Delivery.objects.about(event).exclude(state="failed")
    return sum(m not in arrived for m in rows.values_list("message_id", flat=True))


def while_down(ledger: Ledger, fault: Fault, number: int) -> str:
    event = f"drill:{fault.name}"
    ledger.sink.fail(fault)
    tried = ledger.sink.attempts
    ledger.owe(number, event=event)
    if fault is Fault.REFUSE:
        time.sleep(1)
    else:
        until(lambda: ledger.sink.attempts > tried + 1, "the server was tried again")
    held = Delivery.objects.about(event).filter(state="sending").count()
    assert about(event).get("sent", 0) == 0
    freed = until(
        lambda: not Delivery.objects.about(event).filter(state="sending").exists(),
        "the worker is free",
    )
    assert freed <= HANG_ALLOWED
    ledger.sink.fail(None)
    until(lambda: ledger.is_settled, "everything is settled", seconds=patience(number))
    assert about(event) == {"sent": number}
    return f"{fault.name} freed in {freed:.1f} s of {held} held"


def while_refusing(ledger: Ledger, fault: Fault, number: int) -> str:
    event = f"drill:{fault.name}"
    ledger.sink.fail(fault)
    ledger.owe(number, event=event)
    tried = Delivery.objects.about(event).filter(attempts__gt=0)
    until(lambda: tried.count() == number, "everybody was tried", seconds=patience(number))
    if fault is Fault.UNKNOWN_550:
        until(lambda: ledger.is_settled, "everything is settled", seconds=patience(number))
        ledger.sink.fail(None)
        time.sleep(1)
        assert about(event) == {"failed": number}
        assert set(tried.values_list("attempts", "reason")) == {
            (1, "550 5.1.1 no such person here")
        }
        return f"550: {number} tried once"
    ledger.sink.fail(None)
    until(lambda: ledger.is_settled, "everything is settled", seconds=patience(number))
    assert about(event) == {"sent": number}
    return f"452: {number} sent later"


def while_cutting(ledger: Ledger, fault: Fault, number: int) -> str:
    event = f"drill:{fault.name}"
    ledger.sink.fail(fault, times=number // 2)
    ledger.owe(number, event=event)
    # After each cut the line rests until the next tick.
    seconds = PATIENCE + 2 * number
    until(lambda: ledger.is_settled, "everything is settled", seconds=seconds)
    ledger.sink.fail(None)
    time.sleep(1)
    counts = about(event)
    if fault is Fault.DROP_AFTER_DATA:
        assert counts == {"sent": number - number // 2, "uncertain": number // 2}
    else:
        assert counts == {"sent": number}
    return f"{fault.name}: {counts}"


@pytest.mark.parametrize(
    "number",
    [pytest.param(40, marks=pytest.mark.drill), pytest.param(1_000, marks=pytest.mark.soak)],
)
def test_every_fault_loses_nothing_and_doubles_nothing(
    parts: Parts, ledger: Ledger, number: int, capsys: pytest.CaptureFixture[str]
) -> None:
    parts.use(workers=1, beats=1)
    figures = [while_down(ledger, fault, number) for fault in SERVER_IS_DOWN]
    figures += [while_refusing(ledger, f, number) for f in (Fault.FULL_452, Fault.UNKNOWN_550)]
    figures += [
        while_cutting(ledger, f, number) for f in (Fault.DROP_BEFORE_DATA, Fault.DROP_AFTER_DATA)
    ]
    gone = sum(lost(ledger, f"drill:{fault.name}") for fault in Fault)
    with capsys.disabled():
        print(
            f"\ntrust 5: seven faults, {number} mails each: {gone} lost, {ledger.repeats()} "
            f"repeated; {'; '.join(figures)}"
        )
    assert (gone, ledger.repeats()) == (0, 0)


@pytest.mark.drill
def test_broken_line_doubles_mails_if_it_counts_as_not_sent(parts: Parts, ledger: Ledger) -> None:
    ledger.sink.fail(Fault.DROP_AFTER_DATA, times=5)
    ledger.owe(10)
    with sweepers(1, without="uncertainty"):
        until(lambda: ledger.is_settled, "everything is settled")
    assert ledger.repeats() > 0
