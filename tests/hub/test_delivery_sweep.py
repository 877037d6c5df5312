"""What becomes of a row: every way through the ledger, counted at the mail server."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hub import delivery
from hub.delivery import claims, letters
from hub.delivery.letters import Letter, Skip
from hub.delivery.sweep import sweep
from hub.models import Delivery, OptOut, User
from tests.conftest import Cast
from tests.smtp import Fault, Sink

pytestmark = pytest.mark.django_db

INVITE = (
    b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//hub//EN\r\nMETHOD:REQUEST\r\n"
    b"BEGIN:VEVENT\r\nUID:lab-7@hub\r\nDTSTAMP:20261121T120000Z\r\nDTSTART:20270328T110000Z\r\n"
    b"SUMMARY:V\xc3\xa4rme\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)

MISTAKE = "The hub made a mistake in writing the message; see its log."


def letter(**changed: Any) -> Letter:
    values: dict[str, Any] = {
        "subject": "Värme i Lund – påminnelse",
        "text": "Hej!\n.En rad med punkt.\nSlut =20 \n",
        "html": "<p>Hej å ä ö!</p>",
        "language": "sv",
    }
    return Letter(**(values | changed))


@pytest.fixture
def kind() -> Iterator[Callable[..., str]]:
    """Registers a kind that composes what the test says."""
    before = letters.kinds()

    def register(answer: Any = None, *, code: str = "test.letter", **options: Any) -> str:
        def compose(row: Delivery) -> Letter | Skip:
            return answer(row) if callable(answer) else answer or letter()

        delivery.register(code, label=code, compose=compose, **options)
        return code

    yield register
    letters._kinds.clear()
    letters._kinds.update(before)


def plan(kind: str, *people: Any, **options: Any) -> list[Delivery]:
    options.setdefault("event", "lab:7")
    delivery.plan(kind=kind, receivers=people, **options)
    return list(Delivery.objects.filter(kind=kind).order_by("pk"))


def states() -> list[str]:
    return list(Delivery.objects.order_by("pk").values_list("state", flat=True))


def test_due_row_is_sent_once_with_its_own_message_id(
    cast: Cast, kind: Callable[..., str], smtp_sink: Sink
) -> None:
    (row,) = plan(kind(), cast.alice)
    sweep()
    sweep()
    row.refresh_from_db()
    assert [m.recipients for m in smtp_sink.messages] == [("alice@example.org",)]
    assert smtp_sink.messages[0].message_id == row.message_id
    assert row.message_id.startswith(f"<delivery-{row.pk}.")
    assert row.message_id.endswith("@example.org>")
    assert (row.state, row.sent_to, row.attempts, row.token) == ("sent", "alice@example.org", 1, 1)
    assert (row.leased_until, row.reason) == (None, "")


def test_row_before_its_time_waits(cast: Cast, kind: Callable[..., str], smtp_sink: Sink) -> None:
    plan(kind(), cast.alice, due_at=timezone.now() + timedelta(minutes=5))
    sweep()
    assert (states(), smtp_sink.messages) == (["pending"], [])


def test_planned_twice_is_owed_once(cast: Cast, kind: Callable[..., str]) -> None:
    code = kind()
    plan(code, cast.alice, cast.bob.pk, "new@example.org", version=1)
    plan(code, cast.alice, cast.bob, " New@example.org", version=1)
    assert len(plan(code, cast.alice, version=2)) == 4


@pytest.mark.parametrize("receiver", [{"user": True}, {"address": "new@example.org"}])
def test_database_refuses_a_second_row(
    cast: Cast, kind: Callable[..., str], receiver: dict[str, Any]
) -> None:
    plan(kind(), cast.alice, "new@example.org")
    if "user" in receiver:
        receiver = {"user": cast.alice}
    now = timezone.now()
    with pytest.raises(IntegrityError, match="delivery_once_per"), transaction.atomic():
        Delivery.objects.create(
            kind="test.letter", event="lab:7", due_at=now, try_at=now, **receiver
        )


def test_whole_message_survives_the_way(
    cast: Cast, kind: Callable[..., str], smtp_sink: Sink
) -> None:
    User.objects.filter(pk=cast.alice.pk).update(name="Ålice Öberg")
    plan(
        kind(letter(calendar=INVITE, method="REQUEST", headers={"Reply-To": "lab@example.org"})),
        cast.alice,
    )
    sweep()
    mail = smtp_sink.messages[0].message
    assert mail.defects == []
    assert mail["Subject"] == "Värme i Lund – påminnelse"
    assert mail["To"].addresses[0].display_name == "Ålice Öberg"
    assert mail["Reply-To"] == "lab@example.org"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Content-Language"] == "sv"
    assert mail["Date"].datetime.utcoffset() == timedelta()
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
        "application/ics",
    ]
    plain, html, calendar, file = (p for p in mail.walk() if not p.is_multipart())
    assert isinstance(plain, EmailMessage)
    assert plain.get_content() == "Hej!\r\n.En rad med punkt.\r\nSlut =20 \r\n"
    assert html.get_content() == "<p>Hej å ä ö!</p>\r\n"
    assert calendar["Content-Type"].params == {"method": "REQUEST", "charset": "utf-8"}
    assert calendar.get_payload(decode=True) == INVITE
    assert file.get_payload(decode=True) == INVITE
    assert file.get_filename() == "invite.ics"


@pytest.mark.parametrize(
    "changed",
    [
        {"subject": "Hej\r\nBcc: all@example.org"},
        {"subject": "Hej\nBcc: all@example.org"},
        {"subject": "Hej\x00"},
        {"headers": {"Bcc": "all@example.org"}},
        {"headers": {"X-Lab: 7\r\nBcc": "all@example.org"}},
        {"headers": {"Reply-To": "a@example.org\r\nBcc: all@example.org"}},
        {"language": "sv\r\nBcc: all@example.org"},
        {"calendar": INVITE, "method": "REQUEST\r\nBcc: all@example.org"},
    ],
)
def test_header_injection_is_refused_and_shown(
    cast: Cast, kind: Callable[..., str], smtp_sink: Sink, changed: dict[str, Any]
) -> None:
    (row,) = plan(kind(letter(**changed)), cast.alice)
    sweep()
    row.refresh_from_db()
    assert (row.state, smtp_sink.messages) == ("failed", [])
    assert row.reason.startswith(("A header of", "The message sets", "The calendar part"))


def test_strange_name_stays_one_header(
    cast: Cast, kind: Callable[..., str], smtp_sink: Sink
) -> None:
    name = 'Eve"\r\nBcc: all@example.org, <x@y>' + "å" * 60
    User.objects.filter(pk=cast.alice.pk).update(name=name)
    plan(kind(), cast.alice)
    sweep()
    mail = smtp_sink.messages[0].message
    assert mail["Bcc"] is None
    assert [a.addr_spec for a in mail["To"].addresses] == ["alice@example.org"]


@pytest.mark.parametrize("address", ["åke@example.org", "a b@example.org", "x@", "x@y\r\nz"])
def test_impossible_address_fails_with_the_reason(
    cast: Cast, kind: Callable[..., str], smtp_sink: Sink, address: str
) -> None:
    (row,) = plan(kind(), address)
    sweep()
    row.refresh_from_db()
    assert (row.state, smtp_sink.messages) == ("failed", [])
    assert row.reason == "Mail servers do not take this address."


def test_closed_account_is_skipped_at_send_time(
    cast: Cast, kind: Callable[..., str], smtp_sink: Sink
) -> None:
    (row,) = plan(kind(), cast.alice)
    User.objects.filter(pk=cast.alice.pk).update(is_active=False)
    sweep()
    row.refresh_from_db()
    assert (row.state, row.reason) == ("skipped", "The account is closed.")
    assert smtp_sink.messages == []


def test_new_address_is_used_at_send_time(
    cast: Cast, kind: Callable[..., str], smtp_sink: Sink
) -> None:
    plan(kind(), cast.alice)
    User.objects.filter(pk=cast.alice.pk).update(email="alice@lund.example.org")
    sweep()
    assert smtp_sink.messages[0].recipients == ("alice@lund.example.org",)


def test_opted_out_kind_is_skipped_and_others_are_not(
    cast: Cast, kind: Callable[..., str], smtp_sink: Sink
) -> None:
    plan(kind(code="test.a"), cast.alice, "new@example.org")
    plan(kind(code="test.b"), cast.alice)
    plan(kind(code="test.c", is_essential=True), cast.alice)
    for code in ("test.a", "test.c"):
        OptOut.objects.create(user=cast.alice, kind=code)
    OptOut.objects.create(address="new@example.org", kind="test.a")
    sweep()
    assert states() == ["skipped", "skipped", "sent", "sent"]
    assert len(smtp_sink.messages) == 2


def test_skip_of_the_room_is_stored_in_english(
    cast: Cast, kind: Callable[..., str], smtp_sink: Sink
) -> None:
    User.objects.filter(pk=cast.alice.pk).update(language="sv")
    (row,) = plan(kind(Skip(_("The account is closed."))), cast.alice)
    sweep()
    row.refresh_from_db()
    assert (row.state, row.reason, row.attempts) == ("skipped", "The account is closed.", 0)


def test_superseded_rows_are_not_sent(
    cast: Cast, kind: Callable[..., str], smtp_sink: Sink
) -> None:
    code = kind()
    plan(code, cast.alice, cast.bob, version=1)
    plan(code, cast.alice, event="lab:8", version=1)
    assert delivery.supersede(event="lab:7", below=2, kinds=[code], users=[cast.bob.pk]) == 1
    sweep()
    assert states() == ["sent", "superseded", "sent"]


def test_row_superseded_while_a_worker_writes_it_is_not_sent(
    cast: Cast, kind: Callable[..., str], smtp_sink: Sink
) -> None:
    def compose(row: Delivery) -> Letter:
        delivery.supersede(event="lab:7", below=2)
        return letter()

    plan(kind(compose), cast.alice, version=1)
    turn = sweep()
    assert (states(), smtp_sink.messages) == (["superseded"], [])
    assert turn.ends == {"taken away": 1}


@pytest.mark.parametrize(
    ("fault", "state", "attempts", "words"),
    [
        (Fault.REFUSE, "pending", 0, ""),
        (Fault.BUSY_421, "pending", 0, ""),
        (Fault.FULL_452, "pending", 1, "452 4.2.2 mailbox full, come back later"),
        (Fault.UNKNOWN_550, "failed", 1, "550 5.1.1 no such person here"),
        (Fault.DROP_BEFORE_DATA, "pending", 1, "The connection to the mail server broke."),
        (Fault.DROP_AFTER_DATA, "uncertain", 1, "The connection to the mail server broke."),
    ],
)
def test_fault_leads_to_state(
    cast: Cast,
    kind: Callable[..., str],
    smtp_sink: Sink,
    fault: Fault,
    state: str,
    attempts: int,
    words: str,
) -> None:
    (row,) = plan(kind(), cast.alice)
    smtp_sink.fail(fault)
    sweep()
    sweep()
    row.refresh_from_db()
    assert (row.state, row.attempts, row.reason) == (state, attempts, words)
    if state == "pending":
        smtp_sink.fail(None)
        Delivery.objects.update(try_at=timezone.now())
        sweep()
        assert (states(), len(smtp_sink.messages)) == (["sent"], 1)


def test_hanging_server_frees_the_worker(
    cast: Cast, kind: Callable[..., str], smtp_sink: Sink, settings: Any
) -> None:
    settings.EMAIL_TIMEOUT = 0.2
    rows = plan(kind(), cast.alice, cast.bob)
    smtp_sink.fail(Fault.HANG)
    begun = timezone.now()
    turn = sweep()
    assert timezone.now() - begun < timedelta(seconds=3)
    assert (turn.is_over, smtp_sink.attempts, states()) == (True, 1, ["pending"] * len(rows))
    assert Delivery.objects.filter(try_at__gt=timezone.now() + timedelta(seconds=10)).count() == 2


def test_line_that_was_closed_while_idle_costs_nothing(
    cast: Cast, kind: Callable[..., str], smtp_sink: Sink
) -> None:
    def compose(row: Delivery) -> Letter:
        smtp_sink.cut_lines()
        return letter()

    plan(kind(compose), cast.alice, cast.bob, cast.carol)
    sweep()
    assert states() == ["sent"] * 3
    assert set(Delivery.objects.values_list("attempts", flat=True)) == {1}


def test_backoff_grows_until_it_is_pointless(
    cast: Cast, kind: Callable[..., str], smtp_sink: Sink
) -> None:
    (row,) = plan(kind(), cast.alice)
    smtp_sink.fail(Fault.FULL_452)
    waits = []
    for _again in range(7):
        Delivery.objects.update(try_at=timezone.now())
        sweep()
        row.refresh_from_db()
        waits.append(round((row.try_at - timezone.now()).total_seconds() / 60))
    assert waits == [1, 2, 4, 8, 16, 30, 30]
    Delivery.objects.update(expires_at=timezone.now())
    sweep()
    row.refresh_from_db()
    assert (row.state, row.reason) == ("failed", "452 4.2.2 mailbox full, come back later")


def test_row_never_tried_in_time_is_skipped(
    cast: Cast, kind: Callable[..., str], smtp_sink: Sink
) -> None:
    (row,) = plan(kind(), cast.alice, expires_at=timezone.now())
    sweep()
    row.refresh_from_db()
    assert (row.state, smtp_sink.messages) == ("skipped", [])
    assert row.reason == "It could not be sent before it had lost its point."


def test_mistake_of_one_room_leaves_other_mails_alone(
    cast: Cast, kind: Callable[..., str], smtp_sink: Sink
) -> None:
    def broken(row: Delivery) -> Letter:
        raise KeyError("venue")

    (row,) = plan(kind(broken, code="test.broken"), cast.alice)
    plan(kind(), cast.bob)
    sweep()
    row.refresh_from_db()
    assert (row.state, row.reason) == ("pending", MISTAKE)
    assert [m.recipients for m in smtp_sink.messages] == [("bob@example.org",)]


def test_vanished_worker_gives_its_rows_back(
    cast: Cast, kind: Callable[..., str], smtp_sink: Sink
) -> None:
    plan(kind(), cast.alice)
    (row,) = claims.claim(10)
    assert claims.begin(row, address="alice@example.org")
    sweep()
    assert (states(), smtp_sink.messages) == (["sending"], [])
    Delivery.objects.update(leased_until=timezone.now())
    sweep()
    again = Delivery.objects.get()
    assert (again.state, again.token, again.lapses) == ("sent", 2, 1)
    assert smtp_sink.messages[0].message_id == row.message_id


def test_row_that_stops_every_worker_is_taken_out(
    cast: Cast, kind: Callable[..., str], smtp_sink: Sink
) -> None:
    plan(kind(), cast.alice)
    Delivery.objects.update(lapses=claims.LAPSES_ALLOWED)
    claims.claim(10)
    Delivery.objects.update(leased_until=timezone.now())
    sweep()
    assert states() == ["failed"]


def test_stale_token_writes_nothing(cast: Cast, kind: Callable[..., str]) -> None:
    from hub.enums import DeliveryState

    plan(kind(), cast.alice)
    (stale,) = claims.claim(10)
    Delivery.objects.update(leased_until=timezone.now())
    assert not claims.begin(stale, address="alice@example.org")
    claims.take_back()
    (fresh,) = claims.claim(10)
    assert not claims.begin(stale, address="alice@example.org")
    assert not claims.settle(stale, DeliveryState.SENT)
    assert not claims.postpone(stale, seconds=1, reason="x")
    assert claims.release([stale]) == 0
    assert (states(), fresh.token) == (["sending"], 2)
    assert claims.begin(fresh, address="alice@example.org")


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("state = 'sending', leased_until = NULL", "delivery_sending_is_leased"),
        ("state = 'sent', settled_at = NULL", "delivery_settled_when_over"),
        ("settled_at = now()", "delivery_settled_when_over"),
        ("begun_at = now()", "delivery_begun_has_message_id"),
        ("decided_at = now()", "delivery_decided_by_somebody"),
        ("user_id = NULL", "delivery_has_receiver"),
    ],
)
def test_database_refuses_impossible_states(
    cast: Cast, kind: Callable[..., str], change: str, constraint: str
) -> None:
    plan(kind(), cast.alice)
    with (
        pytest.raises(IntegrityError, match=constraint),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE hub_delivery SET {change}")
