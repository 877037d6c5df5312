"""A Lab is moved or cancelled while its mails go out (trust 7)."""

import re
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
from django.db import connection, connections

from hub.delivery import letters
from hub.delivery.sweep import sweep
from hub.models import Delivery, User
from labs import actions
from labs.actions import notices
from labs.models import Lab
from tests.conftest import Cast
from tests.drills.test_seats import crowd_of
from tests.labs.conftest import a_plan, at
from tests.smtp import Sink

PEOPLE = 60
SEQUENCE = re.compile(r"SEQUENCE:(\d+)")


def sending(cast: Cast, sink: Sink, *, meanwhile: Callable[[Lab], None]) -> tuple[Lab, datetime]:
    """Publish to a crowd, let a worker send, and act when the first mails have arrived."""
    crowd_of(cast, PEOPLE)
    lab = actions.draft(by=cast.carol, programme=cast.syd, plan=a_plan())
    lab = actions.publish(by=cast.carol, lab=lab)
    sink.delay = 0.02

    def work() -> None:
        try:
            sweep()
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    while len(sink.messages) < 10:
        time.sleep(0.01)
    meanwhile(lab)
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (committed,) = cursor.fetchone()
    for worker in workers:
        worker.join(60)
    sweep()
    return lab, committed


def begun_after(lab: Lab, committed: datetime, kind: str, version: int) -> int:
    rows = Delivery.objects.about(lab.subject).filter(kind=kind, version=version)
    return rows.filter(begun_at__gt=committed).count()


def last_sequences(sink: Sink) -> Counter[str]:
    """What each person's calendar shows in the end, by SEQUENCE."""
    shown: dict[str, str] = {}
    for mail in sink.messages:
        part = next(p for p in mail.message.walk() if p.get_content_type() == "text/calendar")
        payload = part.get_payload(decode=True)
        assert isinstance(payload, bytes)
        found = SEQUENCE.search(payload.decode())
        assert found is not None
        shown[mail.recipients[0]] = max(found[1], shown.get(mail.recipients[0], "0"))
    return Counter(shown.values())


@pytest.mark.drill
def test_no_stale_invitation_begins_after_a_move(
    transactional_db: None, cast: Cast, smtp_sink: Sink
) -> None:
    def move(lab: Lab) -> None:
        plan = a_plan(starts_at=at(107), ends_at=at(107, 16))
        actions.change(by=cast.carol, lab=lab, plan=plan, from_version=lab.version)

    lab, committed = sending(cast, smtp_sink, meanwhile=move)
    assert begun_after(lab, committed, notices.INVITATION, 1) == 0
    # Alice and Rita belong to the team too: all have the new time in the end, once each.
    assert last_sequences(smtp_sink) == {"1": PEOPLE + 2}
    sent = Delivery.objects.filter(state="sent")
    assert (
        sent.filter(version=1, kind=notices.CHANGE).count()
        == sent.filter(version=1, kind=notices.INVITATION).count()
    )
    assert Delivery.objects.filter(state__in=["pending", "sending", "failed"]).count() == 0


@pytest.mark.drill
def test_no_invitation_begins_after_a_cancellation(
    transactional_db: None, cast: Cast, smtp_sink: Sink
) -> None:
    def cancel(lab: Lab) -> None:
        actions.cancel(by=cast.carol, lab=lab, reason="Storm")

    lab, committed = sending(cast, smtp_sink, meanwhile=cancel)
    assert begun_after(lab, committed, notices.INVITATION, 1) == 0
    told = Delivery.objects.filter(kind=notices.CANCELLATION, state="sent")
    invited = Delivery.objects.filter(kind=notices.INVITATION, state="sent")
    assert set(told.values_list("user", flat=True)) == set(invited.values_list("user", flat=True))


@pytest.mark.drill
def test_everyone_with_a_seat_is_reminded_anew(transactional_db: None, cast: Cast) -> None:
    people = crowd_of(cast, 10)
    lab = actions.draft(by=cast.carol, programme=cast.syd, plan=a_plan())
    lab = actions.publish(by=cast.carol, lab=lab)
    for person in people:
        actions.register(by=person, lab=lab, mode="online")
    plan = a_plan(starts_at=at(107), ends_at=at(107, 16))
    lab = actions.change(by=cast.carol, lab=lab, plan=plan, from_version=lab.version)
    rows = Delivery.objects.filter(kind=notices.REMINDER, state="pending")
    owed = Counter(rows.values_list("user", flat=True))
    assert owed == {person.pk: 2 for person in people}
    assert set(rows.values_list("due_at", flat=True)) == {at(100), at(106)}


@pytest.mark.drill
def test_stale_invitations_are_noticed_when_nothing_is_withdrawn(
    transactional_db: None, cast: Cast, smtp_sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: neither withdrawn in the move nor looked at again before sending."""
    kind = letters.kind(notices.INVITATION)

    def as_planned(row: Delivery) -> letters.Letter | letters.Skip:
        row.version = Lab.objects.get().schedule_version
        return kind.compose(row)

    monkeypatch.setattr("hub.delivery.supersede", lambda **_: 0)
    monkeypatch.setitem(letters._kinds, notices.INVITATION, replace(kind, compose=as_planned))

    def move(lab: Lab) -> None:
        plan = a_plan(starts_at=at(107), ends_at=at(107, 16))
        actions.change(by=cast.carol, lab=lab, plan=plan, from_version=lab.version)

    lab, committed = sending(cast, smtp_sink, meanwhile=move)
    assert User.objects.count() > PEOPLE
    assert begun_after(lab, committed, notices.INVITATION, 1) > 0
