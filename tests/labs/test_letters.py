"""The mails as they arrive at the mail server, and their calendar part read by another parser."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
import vobject
from django.test import Client
from django.utils import timezone, translation

from hub.delivery import letters
from hub.delivery.letters import Letter, Skip
from hub.delivery.sweep import sweep
from hub.models import Delivery, User
from hub.wallclock import instant
from labs import actions, calendars
from labs.calendars import Guest
from labs.models import Lab
from tests.conftest import Cast
from tests.labs.conftest import a_plan, at, mark_sent
from tests.smtp import Sink

CLOCK = "2026-11-21T12:00:00Z"


def compose(row: Delivery) -> Letter | Skip:
    """As the ledger asks: in the receiver's language and zone."""
    assert row.user is not None
    with translation.override(row.user.language), timezone.override(ZoneInfo(row.user.time_zone)):
        return letters.kind(row.kind).compose(row)


def letter_of(kind: str, user: User) -> Letter:
    row = Delivery.objects.filter(kind=kind, user=user).latest("pk")
    found = compose(row)
    assert isinstance(found, Letter), found
    return found


def event_of(stream: bytes | None) -> Any:
    assert stream is not None
    return vobject.readOne(stream.decode()).vevent


def calendar_part(message: EmailMessage) -> tuple[str, bytes]:
    part = next(p for p in message.walk() if p.get_content_type() == "text/calendar")
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return part["Content-Type"], payload


@pytest.mark.django_db(transaction=True)
def test_an_invitation_arrives_with_its_calendar_part(
    lab: Lab, cast: Cast, smtp_sink: Sink
) -> None:
    sweep()
    (mail,) = smtp_sink.to("alice@example.org")
    content_type, stream = calendar_part(mail.message)
    event = event_of(stream)
    assert mail.subject.startswith("Invitation: District heating, ")
    assert content_type.replace('"', "") == "text/calendar; method=REQUEST; charset=utf-8"
    assert event.uid.value.startswith(lab.uid)
    assert (event.sequence.value, event.status.value) == ("0", "CONFIRMED")
    assert (event.dtstart.value, event.dtend.value) == (lab.starts_at, lab.ends_at)
    assert event.attendee.value == "mailto:alice@example.org"
    assert event.attendee.params["PARTSTAT"] == ["NEEDS-ACTION"]
    text = mail.message.get_body(("plain",))
    html = mail.message.get_body(("html",))
    assert text is not None
    assert html is not None
    assert re.search(r"http://localhost:8000/labs/answer/\S+/", text.get_content())
    assert "Answer the invitation" in html.get_content()


@pytest.mark.parametrize(
    ("day", "zone", "language", "expected"),
    [
        ((2027, 3, 9), "Europe/Stockholm", "sv", "9 mars 2027 kl. 13.00–16.00, Stockholm"),
        ((2027, 3, 28), "Europe/Stockholm", "sv", "28 mars 2027 kl. 13.00–16.00, Stockholm"),
        ((2027, 3, 28), "Europe/Lisbon", "en", "28 March 2027, 12:00–15:00, Lisbon"),
        ((2027, 3, 28), "Europe/Athens", "en", "28 March 2027, 14:00–17:00, Athens"),
        ((2027, 10, 31), "Europe/Dublin", "en", "31 October 2027, 12:00–15:00, Dublin"),
        ((2027, 10, 31), "Atlantic/Azores", "en", "31 October 2027, 11:00–14:00, Azores"),
        ((2027, 10, 31), "Atlantic/Reykjavik", "en", "31 October 2027, 12:00–15:00, Reykjavik"),
    ],
)
def test_the_reminder_names_the_right_hour_on_the_readers_clock(
    cast: Cast,
    make_lab: Callable[..., Lab],
    day: tuple[int, int, int],
    zone: str,
    language: str,
    expected: str,
) -> None:
    start = instant(datetime(*day, 13), "Europe/Stockholm")  # noqa: DTZ001 - the wall's own time
    User.objects.filter(pk=cast.alice.pk).update(time_zone=zone, language=language)
    with time_machine.travel(CLOCK):
        lab = make_lab(starts_at=start, ends_at=start + timedelta(hours=3))
        actions.register(by=cast.alice, lab=lab, mode="onsite")
        letter = letter_of("lab.reminder", cast.alice)
    assert expected in letter.text
    assert expected in letter.html
    there = "13.00" if language == "sv" else "13:00"
    assert there in letter.text
    assert event_of(letter.calendar).dtstart.value == start


def test_names_zones_and_languages_of_the_receiver(lab: Lab, cast: Cast) -> None:
    User.objects.filter(pk=cast.rita.pk).update(language="sv")
    letter = letter_of("lab.invitation", User.objects.get(pk=cast.rita.pk))
    assert letter.language == "sv"
    assert letter.subject.startswith("Inbjudan: District heating")


def test_a_change_raises_the_sequence_and_keeps_the_uid(lab: Lab, cast: Cast) -> None:
    first = event_of(letter_of("lab.invitation", cast.alice).calendar)
    mark_sent(Delivery.objects.all())
    lab = actions.change(
        by=cast.carol,
        lab=lab,
        plan=a_plan(starts_at=at(107), ends_at=at(107, 16)),
        from_version=lab.version,
    )
    letter = letter_of("lab.change", cast.alice)
    second = event_of(letter.calendar)
    assert letter.subject.startswith("New time: District heating")
    assert second.uid.value == first.uid.value
    assert (first.sequence.value, second.sequence.value) == ("0", "1")
    assert second.dtstart.value == at(107)
    actions.cancel(by=cast.carol, lab=lab, reason="Storm over Öresund")
    mark_sent(Delivery.objects.filter(kind="lab.change"))
    letter = letter_of("lab.cancellation", cast.alice)
    third = event_of(letter.calendar)
    assert (letter.method, third.sequence.value, third.status.value) == ("CANCEL", "2", "CANCELLED")
    assert "Storm over Öresund" in letter.text


def test_receipt_waitlist_promotion_and_farewell(make_lab: Callable[..., Lab], cast: Cast) -> None:
    lab = make_lab(seats_onsite=1)
    actions.register(by=cast.alice, lab=lab, mode="onsite")
    actions.register(by=cast.rita, lab=lab, mode="onsite")
    seated, waiting = (letter_of("lab.receipt", p) for p in (cast.alice, cast.rita))
    assert seated.subject.startswith("You are registered: ")
    assert event_of(seated.calendar).attendee.params["PARTSTAT"] == ["ACCEPTED"]
    assert waiting.subject.startswith("You are on the waitlist: ")
    assert (waiting.calendar, "number 1 on the waitlist" in waiting.text) == (None, True)
    actions.cancel_registration(by=cast.alice, lab=lab)
    farewell, promoted = (
        letter_of("lab.receipt", cast.alice),
        letter_of("lab.promotion", cast.rita),
    )
    assert farewell.method == "CANCEL"
    assert event_of(promoted.calendar).attendee.params["PARTSTAT"] == ["ACCEPTED"]
    stale = Delivery.objects.filter(kind="lab.receipt", user=cast.rita).get()
    assert stale.state == "superseded"


def test_only_those_seated_online_get_the_link_to_join(lab: Lab, cast: Cast) -> None:
    actions.register(by=cast.alice, lab=lab, mode="online")
    actions.register(by=cast.rita, lab=lab, mode="onsite")

    def told(person: User) -> bool:
        letter = letter_of("lab.receipt", person)
        everything = letter.text + letter.html + (letter.calendar or b"").decode()
        return lab.join_link in everything.replace("\r\n ", "")

    assert not told(cast.alice)
    # From the day before, which is when the last reminder leaves.
    with time_machine.travel(at(99)):
        assert (told(cast.alice), told(cast.rita)) == (True, False)


@pytest.mark.parametrize(
    ("happens", "kind", "reason"),
    [
        ("cancel", "lab.invitation", "The meeting was cancelled first."),
        ("cancel", "lab.reminder", "The meeting was cancelled first."),
        ("move", "lab.invitation", "The meeting was moved first."),
        ("move", "lab.reminder", "The meeting was moved first."),
        ("give_back", "lab.reminder", "This person no longer has a seat."),
        ("answer", "lab.invitation", "This person had already answered."),
        (
            "leave",
            "lab.reminder",
            "This person no longer belongs to those who may see the meeting.",
        ),
        ("begin", "lab.reminder", "The meeting had already begun."),
        ("hold", "lab.reminder", "The meeting is not published."),
        ("delete", "lab.invitation", "The meeting is no longer there."),
    ],
)
def test_what_has_changed_since_is_seen_before_sending(
    lab: Lab, cast: Cast, happens: str, kind: str, reason: str
) -> None:
    invitation = Delivery.objects.get(kind="lab.invitation", user=cast.alice)
    if kind == "lab.reminder" or happens == "answer":
        actions.register(by=cast.alice, lab=lab, mode="online")
    row = (
        Delivery.objects.filter(kind="lab.reminder").first()
        if kind == "lab.reminder"
        else invitation
    )
    assert row is not None
    if happens == "cancel":
        actions.cancel(by=cast.carol, lab=lab, reason="Snow")
    elif happens == "move":
        plan = a_plan(starts_at=at(107), ends_at=at(107, 16))
        actions.change(by=cast.carol, lab=lab, plan=plan, from_version=lab.version)
    elif happens == "give_back":
        actions.cancel_registration(by=cast.alice, lab=lab)
    elif happens == "leave":
        cast.alice.memberships.filter(programme=cast.syd).update(
            ended_at=timezone.now(), ended_by=cast.carol
        )
    elif happens in ("begin", "hold"):
        Lab.objects.update(starts_at=timezone.now() - timedelta(hours=1))
        if happens == "hold":
            actions.hold(by=cast.carol, lab=lab)
    elif happens == "delete":
        Lab.objects.all().delete()
    row.user = User.objects.get(pk=cast.alice.pk)
    found = compose(row)
    assert isinstance(found, Skip)
    assert str(found.reason) == reason


def test_hostile_texts_stay_in_their_place(make_lab: Callable[..., Lab], cast: Cast) -> None:
    evil = 'Heat; "quoted", \\n:x ' + "å" * 90
    User.objects.filter(pk=cast.alice.pk).update(name='Al"ice\r\nATTENDEE:mailto:x@y')
    lab = make_lab(title=evil, summary="One\nBEGIN:VEVENT\nEND:VCALENDAR", place="a;b,c")
    alice = User.objects.get(pk=cast.alice.pk)
    stream = calendars.for_guest(lab, "REQUEST", Guest(alice))
    event = event_of(stream)
    assert event.summary.value == evil
    assert event.location.value == "a;b,c, Kyrkogatan 11, Lund"
    assert event.description.value.startswith("One\nBEGIN:VEVENT\nEND:VCALENDAR")
    assert stream.count(b"ATTENDEE") == 1 + stream.count(b"ATTENDEE:mailto:x@y")
    lines = stream.split(b"\r\n")
    assert b"\n" not in stream.replace(b"\r\n", b"")
    assert max(len(line) for line in lines) <= 75
    assert [line for line in lines if line.startswith(b"ATTENDEE")] == [
        line for line in lines if line.startswith(b"ATTENDEE;")
    ]


def test_the_feed_keeps_secrets_and_states(
    make_lab: Callable[..., Lab], cast: Cast, client: Client
) -> None:
    shown = make_lab(audience="open", title="Värme & kyla")
    make_lab(audience="cities", title="For cities only")
    gone = make_lab(audience="open", title="Blown away")
    actions.cancel(by=cast.carol, lab=gone, reason="Storm")
    response = client.get("/labs/calendar.ics")
    calendar = vobject.readOne(response.content.decode())
    found = {e.summary.value: e.status.value for e in calendar.vevent_list}
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert found == {"Värme & kyla": "CONFIRMED", "Blown away": "CANCELLED"}
    assert shown.join_link not in response.content.decode().replace("\r\n ", "")
    assert client.get("/labs/calendar.ics?programme=nowhere").status_code == 404
    one = vobject.readOne(client.get(f"{shown.get_absolute_url()}calendar.ics").content.decode())
    assert one.vevent.dtstart.value.astimezone(UTC) == shown.starts_at
