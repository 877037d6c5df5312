"""Labs of whole days: days without hours in every place that says when a Lab is."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone, translation

from hub.models import Delivery, User
from hub.views import mails
from hub.wallclock import midnight
from labs import actions, calendars, certificates, clashes, door, reminding, subscriptions
from labs.calendars import Guest
from labs.models import Lab, Registration
from labs.wallclock import first_day, last_day
from tests.conftest import Cast
from tests.labs.conftest import STOCKHOLM, a_plan, form_data, post
from tests.labs.test_calendars import CLOCK, TEXT, read_by_both
from tests.labs.test_letters import compose, letter_of

SignIn = Callable[[User | None], Client]


def days(first: date, last: date, zone: str = STOCKHOLM) -> dict[str, Any]:
    return {
        "starts_at": midnight(first, zone),
        "ends_at": midnight(last + timedelta(days=1), zone),
        "time_zone": zone,
        "is_all_day": True,
    }


def ahead(count: int = 1, zone: str = STOCKHOLM) -> dict[str, Any]:
    """So many whole days, a hundred days from now."""
    first = timezone.localdate() + timedelta(days=100)
    return days(first, first + timedelta(days=count - 1), zone)


@pytest.fixture
def visit(make_lab: Callable[..., Lab]) -> Lab:
    return make_lab(title="Site visit", **ahead(3))


# Clocks are set forward on 28 March 2027 and back on 31 October, and in the Azores at
# midnight: the day of the spring begins at one o'clock, and midnight comes twice in autumn.
SPANS = [
    (date(2027, 3, 28), date(2027, 3, 28), STOCKHOLM, 23),
    (date(2027, 3, 27), date(2027, 3, 29), STOCKHOLM, 71),
    (date(2027, 10, 31), date(2027, 10, 31), STOCKHOLM, 25),
    (date(2027, 10, 30), date(2027, 11, 1), "Europe/Athens", 73),
    (date(2027, 3, 28), date(2027, 3, 29), "Atlantic/Azores", 47),
    (date(2027, 10, 31), date(2027, 10, 31), "Atlantic/Azores", 25),
    (date(2027, 12, 31), date(2028, 1, 1), "Pacific/Kiritimati", 48),
]


@pytest.mark.parametrize(("first", "last", "zone", "hours"), SPANS)
def test_two_parsers_read_the_same_days_from_feed_invitation_and_farewell(
    cast: Cast, make_lab: Callable[..., Lab], first: date, last: date, zone: str, hours: int
) -> None:
    title = TEXT.splitlines()[0]
    with time_machine.travel(CLOCK):
        lab = make_lab(title=title, summary=TEXT, **days(first, last, zone))
        assert lab.ends_at - lab.starts_at == timedelta(hours=hours)
        assert (first_day(lab), last_day(lab)) == (first, last)
        actions.register(by=cast.alice, lab=lab, mode="onsite")
        own = Guest(cast.alice, Registration.objects.get(user=cast.alice))
        streams = [
            calendars.feed([lab], name="Ö"),
            calendars.own_feed(subscriptions.labs_of(User.objects.get(pk=cast.alice.pk)), name="Ö"),
            calendars.for_guest(lab, "REQUEST", own),
            calendars.for_guest(lab, "CANCEL", own),
        ]
    for stream in streams:
        (event,) = read_by_both(stream)
        assert (event["start"], event["end"]) == (first, last + timedelta(days=1))
        assert not isinstance(event["start"], datetime)
        assert f"DTSTART;VALUE=DATE:{first:%Y%m%d}\r\n".encode() in stream
        assert f"DTEND;VALUE=DATE:{last + timedelta(days=1):%Y%m%d}\r\n".encode() in stream
        assert event["summary"] == title
        assert TEXT in event["description"]
        assert max(map(len, stream.split(b"\r\n"))) <= 75


def test_a_move_and_a_cancellation_reach_the_calendar_as_days(visit: Lab, cast: Cast) -> None:
    actions.register(by=cast.alice, lab=visit, mode="onsite")
    uid = f"{visit.uid}@"
    moved = {"starts_at": visit.starts_at, "ends_at": visit.ends_at} | ahead(2)
    plan = a_plan(title="Site visit", **moved)
    lab = actions.change(by=cast.carol, lab=visit, plan=plan, from_version=visit.version)
    sent = letter_of("lab.change", cast.alice)
    (event,) = read_by_both(sent.calendar or b"")
    assert event["uid"].startswith(uid)
    assert (event["end"] - event["start"], event["sequence"]) == (timedelta(days=2), 1)
    actions.cancel(by=cast.carol, lab=lab, reason="Storm")
    (event,) = read_by_both(letter_of("lab.cancellation", cast.alice).calendar or b"")
    assert (event["end"] - event["start"], event["sequence"]) == (timedelta(days=2), 2)
    assert event["status"] == "CANCELLED"


def test_hours_given_later_are_told_as_a_move(make_lab: Callable[..., Lab], cast: Cast) -> None:
    lab = make_lab(**ahead())
    actions.register(by=cast.alice, lab=lab, mode="online")
    # The same instants: only that they mean hours is new.
    plan = a_plan(starts_at=lab.starts_at, ends_at=lab.ends_at, is_all_day=False)
    lab = actions.change(by=cast.carol, lab=lab, plan=plan, from_version=lab.version)
    assert (lab.sequence, lab.schedule_version) == (1, 2)
    (event,) = read_by_both(letter_of("lab.change", cast.alice).calendar or b"")
    assert event["start"] == lab.starts_at


@pytest.mark.parametrize("zone", ["Europe/Stockholm", "America/New_York", "Asia/Tokyo"])
def test_letters_and_pages_name_the_days_whoever_reads(
    visit: Lab, cast: Cast, sign_in: SignIn, zone: str
) -> None:
    User.objects.filter(pk=cast.alice.pk).update(time_zone=zone)
    actions.register(by=cast.alice, lab=visit, mode="onsite")
    with translation.override("en"):
        first, last = (
            f"{day:%a} {day.day} {day:%B %Y}" for day in (first_day(visit), last_day(visit))
        )
    letter = letter_of("lab.receipt", User.objects.get(pk=cast.alice.pk))
    assert letter.subject == f"You are registered: Site visit, {first}"
    assert f"When: {first} – {last}\n" in letter.text
    assert "00:00" not in letter.text + letter.html
    assert "At the place" not in letter.text
    invitation = letter_of("lab.invitation", cast.rita).text
    assert "\n20 minutes  Welcome (Carol)\n" in invitation
    client = sign_in(User.objects.get(pk=cast.alice.pk))
    for path in (visit.get_absolute_url(), "/labs/", "/", "/programmes/learning-hub-syd/"):
        text = client.get(path).content.decode()
        assert f"{first} – {last}" in text or path.startswith("/prog")
        assert "00:00" not in text


def test_reminders_are_counted_from_nine_in_the_morning(
    make_lab: Callable[..., Lab], cast: Cast
) -> None:
    with time_machine.travel(CLOCK):
        lab = make_lab(
            **days(date(2027, 3, 28), date(2027, 3, 29)),
            remind_days_before=(7, 1),
            nudge_days_before=(3,),
            thank_days_after=(1,),
        )
        found = {o.code: (o.due_at, o.latest) for o in reminding.occasions(lab)}
    tz = ZoneInfo(STOCKHOLM)

    def nine(day: date) -> datetime:
        return datetime.combine(day, time(9), tz).astimezone(UTC)

    assert {code: due for code, (due, _latest) in found.items()} == {
        "reminder-7": nine(date(2027, 3, 21)),
        "reminder-1": nine(date(2027, 3, 27)),
        "nudge-3": nine(date(2027, 3, 25)),
        "thanks-1": nine(date(2027, 3, 30)),
    }
    assert found["reminder-1"][1] == lab.starts_at


def test_a_reminder_of_whole_days_waits_for_the_readers_morning(
    make_lab: Callable[..., Lab], cast: Cast
) -> None:
    with time_machine.travel(CLOCK):
        lab = make_lab(**days(date(2027, 5, 4), date(2027, 5, 4)), remind_days_before=(1,))
        (occasion,) = reminding.occasions(lab)
    # Nine in Stockholm is three at night in New York.
    due = occasion.due_for("America/New_York").astimezone(ZoneInfo("America/New_York"))
    assert due == datetime(2027, 5, 3, 7, tzinfo=ZoneInfo("America/New_York"))


def test_a_reminder_of_whole_days_is_composed_until_the_first_of_them(
    visit: Lab, cast: Cast
) -> None:
    actions.register(by=cast.alice, lab=visit, mode="onsite")
    row = Delivery.objects.get(kind="lab.reminder", user=cast.alice, facts__days=1)
    with time_machine.travel(visit.starts_at - timedelta(minutes=1)):
        assert "Site visit" in letter_of("lab.reminder", cast.alice).subject
    with time_machine.travel(visit.starts_at):
        assert str(compose(row).reason) == "The meeting had already begun."  # type: ignore[union-attr]


def test_link_and_door_open_by_the_day(visit: Lab, cast: Cast) -> None:
    minute = timedelta(minutes=1)
    opens = midnight(first_day(visit) - timedelta(days=1), STOCKHOLM)
    for moment, joins, enters in (
        (opens - minute, False, False),
        (opens, True, False),
        (visit.starts_at - minute, True, False),
        (visit.starts_at, True, True),
        (visit.ends_at - minute, True, True),
        (visit.ends_at, False, True),
    ):
        with time_machine.travel(moment):
            assert (visit.is_joinable, door.is_open(visit)) == (joins, enters)


def test_a_certificate_counts_the_days(visit: Lab) -> None:
    assert certificates.hours(visit) == "3 days"
    with translation.override("sv"):
        assert certificates.hours(visit) == "3 dagar"


def test_it_clashes_on_its_own_days_only(
    visit: Lab, make_lab: Callable[..., Lab], cast: Cast
) -> None:
    after = last_day(visit) + timedelta(days=1)
    other = make_lab(title="The day after", **days(after, after))
    assert clashes.of_lab(visit, cast.carol).labs == []
    within = make_lab(title="On the last day", **days(last_day(visit), last_day(visit)))
    assert clashes.of_lab(visit, cast.carol).labs == [within]
    assert clashes.of_lab(other, cast.carol).labs == []


def test_it_is_scheduled_without_hours_and_opened_again_so(cast: Cast, sign_in: SignIn) -> None:
    carol = sign_in(cast.carol)
    first = timezone.localdate() + timedelta(days=100)
    data = form_data(
        programme=cast.syd.pk,
        is_all_day="on",
        begins="",
        ends="nonsense",
        last_day=(first + timedelta(days=1)).isoformat(),
    )
    answer = post(carol, "/labs/new/", data)
    lab = Lab.objects.get()
    assert (answer.status_code, lab.is_all_day) == (302, True)
    assert (lab.starts_at, lab.ends_at) == (
        midnight(first, STOCKHOLM),
        midnight(first + timedelta(days=2), STOCKHOLM),
    )
    form = carol.get(f"{lab.get_absolute_url()}edit/").context["form"]
    assert form["is_all_day"].value() is True
    assert (form["begins"].value(), form["ends"].value()) == (None, None)
    assert form["last_day"].value() == first + timedelta(days=1)
    like = carol.get(f"/labs/new/?like={lab.slug}").context["form"]
    assert (like["is_all_day"].value(), like["date"].value()) == (True, None)


def test_hours_are_still_asked_for_where_it_is_not_whole_days(cast: Cast, sign_in: SignIn) -> None:
    answer = post(
        sign_in(cast.carol), "/labs/new/", form_data(programme=cast.syd.pk, begins="", ends="")
    )
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"begins", "ends"}
    assert Lab.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"last_day": "2020-01-01"}, "last_day"),
        ({"last_day": "2199-01-01"}, "last_day"),
        ({"date": "2020-01-01"}, "date"),
        ({"date": ""}, "date"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
    ],
)
def test_whole_days_that_cannot_be_are_refused(
    cast: Cast, sign_in: SignIn, changes: dict[str, Any], wrong: str
) -> None:
    data = form_data(programme=cast.syd.pk, is_all_day="on", begins="", ends="", **changes)
    answer = post(sign_in(cast.carol), "/labs/new/", data)
    assert (answer.status_code, set(answer.context["form"].errors)) == (422, {wrong})
    assert Lab.objects.count() == 0


def test_a_series_repeats_the_whole_days(cast: Cast, sign_in: SignIn) -> None:
    first = timezone.localdate() + timedelta(days=100)
    further = first + timedelta(days=50)
    data = form_data(
        programme=cast.syd.pk,
        is_all_day="on",
        begins="",
        ends="",
        last_day=(first + timedelta(days=1)).isoformat(),
        day_2=further.isoformat(),
    )
    assert post(sign_in(cast.carol), "/labs/new/", data).status_code == 302
    found = [(first_day(lab), last_day(lab)) for lab in Lab.objects.order_by("starts_at")]
    assert found == [
        (first, first + timedelta(days=1)),
        (further, further + timedelta(days=1)),
    ]


def test_a_move_of_whole_days_is_shown_as_days_first(
    visit: Lab, cast: Cast, sign_in: SignIn
) -> None:
    carol = sign_in(cast.carol)
    form = carol.get(f"{visit.get_absolute_url()}edit/").context["form"]
    data = form_data(
        title="Site visit",
        is_all_day="on",
        date=(first_day(visit) + timedelta(days=7)).isoformat(),
        last_day=(last_day(visit) + timedelta(days=7)).isoformat(),
        version=str(form["version"].value()),
    )
    text = post(carol, f"{visit.get_absolute_url()}edit/", data).content.decode()
    assert "Move it to a new time?" in text
    assert "00:00" not in text


@pytest.mark.parametrize(("first", "last", "zone", "hours"), SPANS)
def test_the_database_takes_whole_days_and_nothing_else_for_them(
    make_lab: Callable[..., Lab], first: date, last: date, zone: str, hours: int
) -> None:
    with time_machine.travel(CLOCK):
        lab = make_lab("draft", **days(first, last, zone))
    for name in ("starts_at", "ends_at"):
        for minutes in (-1, 1, 60):
            moved = getattr(lab, name) + timedelta(minutes=minutes)
            with (
                pytest.raises(IntegrityError, match="lab_all_day_is_whole_days"),
                transaction.atomic(),
            ):
                Lab.objects.filter(pk=lab.pk).update(**{name: moved})
    with pytest.raises(IntegrityError, match="lab_all_day"), transaction.atomic():
        Lab.objects.filter(pk=lab.pk).update(time_zone="Asia/Kathmandu")


def test_the_sink_of_a_sample_hub_shows_the_days(visit: Lab, cast: Cast) -> None:
    stream = calendars.for_guest(visit, "REQUEST", Guest(cast.alice))
    (event,) = mails._events(stream)
    assert event["is_all_day"]
    assert (event["starts_at"], event["ends_at"]) == (first_day(visit), last_day(visit))
