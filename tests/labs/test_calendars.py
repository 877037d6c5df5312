"""A person's own calendar, and what two independent parsers read from our calendars."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import icalendar
import pytest
import time_machine
import vobject
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hub.models import User
from hub.wallclock import instant
from labs import actions, calendars, subscriptions
from labs.models import CalendarAddress, Lab, Registration
from tests.conftest import Cast
from tests.labs.conftest import a_plan, at, post

CLOCK = "2026-11-21T12:00:00Z"
WORDS = ("summary", "description", "location", "status", "uid")


def by_icalendar(stream: bytes) -> list[dict[str, Any]]:
    """Each event as the library reads it that also wrote it."""
    found = []
    for event in icalendar.Calendar.from_ical(stream).walk("VEVENT"):
        read = {name: str(event.get(name, "")) for name in WORDS}
        read |= {"start": event.decoded("dtstart"), "end": event.decoded("dtend")}
        found.append(read | {"sequence": int(event["SEQUENCE"])})
    return found


def by_vobject(stream: bytes) -> list[dict[str, Any]]:
    """The same, as a library reads it that has nothing to do with ours."""
    found = []
    for event in vobject.readOne(stream.decode()).contents.get("vevent", []):
        read = {n: getattr(event, n).value if hasattr(event, n) else "" for n in WORDS}
        read |= {"start": event.dtstart.value, "end": event.dtend.value}
        found.append(read | {"sequence": int(event.sequence.value)})
    return found


def read_by_both(stream: bytes) -> list[dict[str, Any]]:
    first, second = by_icalendar(stream), by_vobject(stream)
    assert first == second
    return first


@pytest.fixture
def address(cast: Cast) -> str:
    return path_of(cast.alice)


def path_of(user: User) -> str:
    made = actions.renew_calendar_address(by=user)
    return subscriptions.url_of(made).removeprefix("http://localhost:8000")


def statuses(client: Client, path: str) -> dict[str, str]:
    return {e["summary"]: e["status"] for e in read_by_both(client.get(path).content)}


def test_a_seat_is_certain_an_invitation_tentative_and_a_refusal_gone(
    cast: Cast, make_lab: Callable[..., Lab], client: Client, address: str
) -> None:
    lab = make_lab(title="Seated", seats_onsite=1)
    actions.register(by=cast.alice, lab=lab, mode="onsite")
    crowded = make_lab(title="Waiting", seats_onsite=1)
    for person in (cast.rita, cast.alice):
        actions.register(by=person, lab=crowded, mode="onsite")
    make_lab(title="Invited")
    declined = make_lab(title="Declined")
    actions.register(by=cast.alice, lab=declined, mode="online")
    actions.cancel_registration(by=cast.alice, lab=declined)
    gone = make_lab(title="Called off")
    actions.register(by=cast.alice, lab=gone, mode="online")
    actions.cancel(by=cast.carol, lab=gone, reason="Storm")
    make_lab("draft", title="Only thought of")
    assert statuses(client, address) == {
        "Seated": "CONFIRMED",
        "Waiting": "TENTATIVE",
        "Invited": "TENTATIVE",
        "Called off": "CANCELLED",
    }


def test_what_is_over_stays_only_where_one_had_a_seat(
    cast: Cast, make_lab: Callable[..., Lab], client: Client, address: str
) -> None:
    been = make_lab(title="Been there")
    actions.register(by=cast.alice, lab=been, mode="onsite")
    make_lab(title="Stayed away")
    Lab.objects.update(starts_at=at(-9), ends_at=at(-9, 16))
    assert statuses(client, address) == {"Been there": "CONFIRMED"}
    Lab.objects.update(starts_at=at(-500), ends_at=at(-500, 16))
    assert statuses(client, address) == {}


def test_a_registration_outlives_a_membership_but_the_calendar_does_not_show_it(
    cast: Cast, make_lab: Callable[..., Lab], client: Client, address: str
) -> None:
    lab = make_lab(title="For the team")
    actions.register(by=cast.alice, lab=lab, mode="online")
    make_lab(title="For all", audience="open")
    assert set(statuses(client, address)) == {"For the team", "For all"}
    cast.alice.memberships.update(ended_at=timezone.now(), ended_by=cast.carol)
    assert Registration.objects.filter(user=cast.alice, state="seated").count() == 1
    assert statuses(client, address) == {}


def test_it_speaks_the_language_of_its_owner(
    cast: Cast, lab: Lab, client: Client, address: str
) -> None:
    actions.register(by=cast.alice, lab=lab, mode="online")
    (event,) = read_by_both(client.get(address).content)
    assert event["description"].startswith("You have a seat, online.\n\nWhere waste heat")
    User.objects.filter(pk=cast.alice.pk).update(language="sv")
    stream = client.get(address, headers={"Accept-Language": "en"}).content
    assert read_by_both(stream)[0]["description"].startswith("Du ")


def test_a_renewed_address_ends_the_old_one(
    cast: Cast, sign_in: Callable[..., Client], address: str, lab: Lab
) -> None:
    client, stranger = sign_in(cast.alice), Client()
    assert "webcal" not in client.get("/labs/calendar/").content.decode()
    assert address in client.get("/labs/calendar/").content.decode()
    assert post(client, "/labs/calendar/address/").status_code == 302
    renewed = subscriptions.url_of(CalendarAddress.objects.get(user=cast.alice))
    assert stranger.get(address).status_code == 404
    assert stranger.get(renewed).status_code == 200
    assert post(client, "/labs/calendar/address/removal/").status_code == 302
    assert stranger.get(renewed).status_code == 404
    assert CalendarAddress.objects.count() == 0


def test_looking_at_the_page_makes_no_address(cast: Cast, sign_in: Callable[..., Client]) -> None:
    client = sign_in(cast.bob)
    for url in ("/labs/calendar/", "/labs/calendar/address/", "/labs/calendar/address/removal/"):
        assert client.get(url, follow=True).status_code == 200
    assert CalendarAddress.objects.count() == 0


@pytest.mark.parametrize("change", ["key", "proof", "none", "ö", "long"])
def test_a_forged_address_opens_nothing(client: Client, address: str, change: str) -> None:
    token = address.rpartition("/")[2].removesuffix(".ics")
    key, _dash, proof = token.partition("-")
    forged = {
        "key": f"{'0' * 16}-{proof}",
        "proof": f"{key}-{'0' * 40}",
        "none": key,
        "ö": f"{key}-ö",
        "long": f"{key}-{proof * 50}",
    }[change]
    assert client.get(f"/labs/calendar/{forged}.ics").status_code == 404
    assert client.get(address).status_code == 200


def test_a_closed_account_has_no_calendar(cast: Cast, client: Client, address: str) -> None:
    User.objects.filter(pk=cast.alice.pk).update(is_active=False)
    assert client.get(address).status_code == 404


def test_it_is_asked_again_cheaply(cast: Cast, lab: Lab, client: Client, address: str) -> None:
    with time_machine.travel(CLOCK):
        first = client.get(address)
    with time_machine.travel("2026-11-21T13:00:00Z"):
        again = client.get(address, headers={"If-None-Match": first["ETag"]})
        head = client.head(address)
    assert (again.status_code, again.content) == (304, b"")
    assert (head.status_code, head.content, head["ETag"]) == (200, b"", first["ETag"])
    assert first["Cache-Control"] == "private, no-cache"
    actions.register(by=cast.alice, lab=lab, mode="online")
    changed = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200
    assert changed["ETag"] != first["ETag"]


def test_it_costs_the_same_with_1_and_30_labs(
    cast: Cast, make_lab: Callable[..., Lab], client: Client, address: str
) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    make_lab()
    first = asked()
    for n in range(29):
        make_lab(title=f"Lab {n}")
    assert asked() == first <= 3


def test_the_calendar_of_a_programme_holds_its_labs_only(
    cast: Cast, make_lab: Callable[..., Lab], client: Client
) -> None:
    make_lab(title="Of Syd", audience="open")
    elsewhere = actions.draft(by=cast.ada, programme=cast.twinning, plan=a_plan(audience="open"))
    actions.publish(by=cast.ada, lab=elsewhere)
    assert statuses(client, "/labs/calendar.ics?programme=learning-hub-syd") == {
        "Of Syd": "CONFIRMED"
    }
    stream = client.get(f"/labs/calendar.ics?programme={cast.twinning.slug}").content
    assert [event["summary"] for event in read_by_both(stream)] == ["District heating"]


TEXT = "Värme & kyla; “citat”, \\n bakstreck – Köpenhamn/Ελλάδα " + "å" * 60 + "\nRad två: 🌡️"


@pytest.mark.parametrize(
    ("start", "end", "zone", "starts_utc", "ends_utc"),
    [
        # The night of 28 March 2027: 02:00 becomes 03:00; the day is 23 hours long.
        ("2027-03-27T13:00", "2027-03-28T16:00", "Europe/Stockholm", "27T12:00", "28T14:00"),
        ("2027-03-28T01:30", "2027-03-28T03:30", "Europe/Stockholm", "28T00:30", "28T01:30"),
        ("2027-03-28T00:00", "2027-03-29T00:00", "Europe/Lisbon", "28T00:00", "28T23:00"),
        # The night of 31 October 2027: 03:00 becomes 02:00; the day is 25 hours long.
        ("2027-10-30T13:00", "2027-10-31T16:00", "Europe/Stockholm", "30T11:00", "31T15:00"),
        ("2027-10-31T01:30", "2027-10-31T03:30", "Europe/Stockholm", "30T23:30", "31T02:30"),
        ("2027-10-29T09:00", "2027-11-02T15:00", "Europe/Athens", "29T06:00", "02T13:00"),
    ],
)
def test_two_parsers_read_the_same_from_feed_and_invitation(
    cast: Cast,
    make_lab: Callable[..., Lab],
    start: str,
    end: str,
    zone: str,
    starts_utc: str,
    ends_utc: str,
) -> None:
    begins, ends = (instant(datetime.fromisoformat(text), zone) for text in (start, end))
    assert (f"{begins:%dT%H:%M}", f"{ends:%dT%H:%M}") == (starts_utc, ends_utc)
    with time_machine.travel(CLOCK):
        lab = make_lab(
            title=TEXT.splitlines()[0],
            summary=TEXT,
            starts_at=begins,
            ends_at=ends,
            time_zone=zone,
        )
        actions.register(by=cast.alice, lab=lab, mode="onsite")
        own = Registration.objects.get(user=cast.alice)
        streams = [
            calendars.feed([lab], name="Ö"),
            calendars.own_feed(subscriptions.labs_of(User.objects.get(pk=cast.alice.pk)), name="Ö"),
            calendars.for_guest(lab, "REQUEST", calendars.Guest(cast.alice, own)),
            calendars.for_guest(lab, "CANCEL", calendars.Guest(cast.alice, own)),
        ]
    for stream in streams:
        (event,) = read_by_both(stream)
        assert (event["start"], event["end"]) == (begins, ends)
        assert event["start"].utcoffset() == timedelta(0)
        assert event["summary"] == TEXT.splitlines()[0]
        assert TEXT in event["description"]
        lines = stream.split(b"\r\n")
        assert max(map(len, lines)) <= 75
        assert b"\n" not in stream.replace(b"\r\n", b"")
        assert all(line.decode() is not None for line in lines), "no character is cut in two"


def test_a_moved_lab_keeps_its_uid_and_raises_its_sequence_in_the_feed(
    cast: Cast, lab: Lab, client: Client, address: str
) -> None:
    actions.register(by=cast.alice, lab=lab, mode="online")
    (before,) = read_by_both(client.get(address).content)
    plan = a_plan(starts_at=at(107), ends_at=at(107, 16))
    actions.change(by=cast.carol, lab=lab, plan=plan, from_version=lab.version)
    (after,) = read_by_both(client.get(address).content)
    assert after["uid"] == before["uid"]
    assert (before["sequence"], after["sequence"]) == (0, 1)
    assert after["start"].astimezone(UTC) == at(107)
