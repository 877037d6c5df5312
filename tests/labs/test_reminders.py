"""What is owed to whom, and when."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cities.enums import Role
from cities.models import Membership
from hub import wallclock
from hub.delivery import letters
from hub.delivery.letters import Letter, Skip
from hub.models import Delivery, OptOut, User
from hub.wallclock import instant
from labs import actions, preflight, reminding
from labs.models import Lab, Registration
from tests.conftest import Cast
from tests.labs.conftest import a_plan, at, form_data, mark_sent, post

CLOCK = "2026-11-21T12:00:00Z"


def owed(kind: str = "lab.reminder", state: str = "pending") -> list[tuple[str, datetime]]:
    rows = Delivery.objects.filter(kind=kind, state=state).order_by("due_at", "user__name")
    return list(rows.values_list("user__name", "due_at"))


def test_only_the_registered_are_reminded(lab: Lab, cast: Cast) -> None:
    assert owed() == []
    actions.register(by=cast.alice, lab=lab, mode="online")
    assert owed() == [("Alice", at(93)), ("Alice", at(99))]


def test_those_waiting_are_reminded_once_they_have_a_seat(
    make_lab: Callable[..., Lab], cast: Cast
) -> None:
    lab = make_lab(seats_onsite=1)
    actions.register(by=cast.alice, lab=lab, mode="onsite")
    actions.register(by=cast.rita, lab=lab, mode="onsite")
    assert {name for name, _due in owed()} == {"Alice"}
    actions.cancel_registration(by=cast.alice, lab=lab)
    assert {name for name, _due in owed()} == {"Rita"}


def test_a_move_withdraws_what_waits_and_owes_everything_anew(lab: Lab, cast: Cast) -> None:
    actions.register(by=cast.alice, lab=lab, mode="online")
    plan = a_plan(starts_at=at(107), ends_at=at(107, 16))
    actions.change(by=cast.carol, lab=lab, plan=plan, from_version=lab.version)
    assert owed() == [("Alice", at(100)), ("Alice", at(106))]
    assert owed(state="superseded") == [("Alice", at(93)), ("Alice", at(99))]
    assert [name for name, _due in owed("lab.change")] == ["Alice"]
    # Rita's invitation had not left: she gets one invitation, with the new time.
    assert [name for name, _due in owed("lab.invitation")] == ["Rita"]


def test_a_change_of_place_tells_but_reminds_no_second_time(lab: Lab, cast: Cast) -> None:
    actions.register(by=cast.alice, lab=lab, mode="online")
    mark_sent(Delivery.objects.filter(kind="lab.invitation"))
    actions.change(
        by=cast.carol, lab=lab, plan=a_plan(place="Malmö Live"), from_version=lab.version
    )
    assert owed() == [("Alice", at(93)), ("Alice", at(99))]
    assert [name for name, _due in owed("lab.change")] == ["Alice", "Rita"]


def test_a_change_of_text_tells_nobody(lab: Lab, cast: Cast) -> None:
    before = Delivery.objects.count()
    actions.change(by=cast.carol, lab=lab, plan=a_plan(summary="Clearer"), from_version=lab.version)
    lab.refresh_from_db()
    assert (Delivery.objects.count(), lab.sequence) == (before, 0)


def test_a_reminder_taken_away_and_put_back_is_owed_once(lab: Lab, cast: Cast) -> None:
    actions.register(by=cast.alice, lab=lab, mode="online")
    for version, days in enumerate(((1,), (7, 1)), start=lab.version):
        plan = a_plan(remind_days_before=days)
        actions.change(by=cast.carol, lab=lab, plan=plan, from_version=version)
        assert owed() == [("Alice", at(100 - d)) for d in days]


def test_late_registration_gets_only_what_lies_ahead(
    make_lab: Callable[..., Lab], cast: Cast
) -> None:
    lab = make_lab(starts_at=at(3), ends_at=at(3, 16))
    actions.register(by=cast.alice, lab=lab, mode="online")
    assert owed() == [("Alice", at(2))]


def test_a_cancelled_lab_tells_those_it_reached_and_nobody_else(
    make_lab: Callable[..., Lab], cast: Cast
) -> None:
    lab = make_lab(audience="cities")
    actions.register(by=cast.alice, lab=lab, mode="online")
    actions.register(by=cast.rita, lab=lab, mode="online")
    actions.cancel_registration(by=cast.rita, lab=lab)
    # Bob was reached; Carol's invitation has not left yet.
    mark_sent(Delivery.objects.filter(kind="lab.invitation").exclude(user=cast.carol))
    actions.cancel(by=cast.carol, lab=lab, reason="Snow")
    assert [name for name, _due in owed("lab.cancellation")] == ["Alice", "Bob"]
    assert Delivery.objects.filter(state="pending").exclude(kind="lab.cancellation").count() == 0


@pytest.mark.parametrize(
    ("zone", "day", "due"),
    [
        ("Europe/Stockholm", "2027-03-28", ["2027-03-21T12:00", "2027-03-27T12:00"]),
        ("Europe/Stockholm", "2027-10-31", ["2027-10-24T11:00", "2027-10-30T11:00"]),
        ("Europe/Lisbon", "2027-03-28", ["2027-03-21T13:00", "2027-03-27T13:00"]),
        ("Europe/Lisbon", "2027-10-31", ["2027-10-24T12:00", "2027-10-30T12:00"]),
        ("Europe/Athens", "2027-03-28", ["2027-03-21T11:00", "2027-03-27T11:00"]),
        ("Europe/Athens", "2027-10-31", ["2027-10-24T10:00", "2027-10-30T10:00"]),
        ("Europe/Dublin", "2027-03-28", ["2027-03-21T13:00", "2027-03-27T13:00"]),
        ("Europe/Dublin", "2027-10-31", ["2027-10-24T12:00", "2027-10-30T12:00"]),
        ("Atlantic/Azores", "2027-03-28", ["2027-03-21T14:00", "2027-03-27T14:00"]),
        ("Atlantic/Azores", "2027-10-31", ["2027-10-24T13:00", "2027-10-30T13:00"]),
        ("Atlantic/Reykjavik", "2027-03-28", ["2027-03-21T13:00", "2027-03-27T13:00"]),
        ("Atlantic/Reykjavik", "2027-10-31", ["2027-10-24T13:00", "2027-10-30T13:00"]),
    ],
)
def test_reminders_are_due_at_the_same_hour_on_the_labs_clock(
    make_lab: Callable[..., Lab], cast: Cast, zone: str, day: str, due: list[str]
) -> None:
    start = instant(datetime.fromisoformat(f"{day}T13:00"), zone)
    with time_machine.travel(CLOCK):
        lab = make_lab(starts_at=start, ends_at=start + timedelta(hours=3), time_zone=zone)
        actions.register(by=cast.alice, lab=lab, mode="online")
    expected = [datetime.fromisoformat(text).replace(tzinfo=UTC) for text in due]
    assert [when for _name, when in owed()] == expected


@pytest.mark.parametrize(
    ("zone", "hour", "leaves"),
    [
        # Due at that hour in Stockholm; leaves at this hour on the reader's clock.
        ("Europe/Stockholm", 20, "20:00"),
        ("Europe/Stockholm", 21, "+07:00"),
        ("Europe/Stockholm", 6, "07:00"),
        ("Europe/Stockholm", 7, "07:00"),
        ("Europe/Athens", 20, "+07:00"),
        ("Atlantic/Azores", 8, "07:00"),
    ],
)
def test_no_reminder_leaves_at_night_on_the_readers_clock(
    make_lab: Callable[..., Lab], cast: Cast, zone: str, hour: int, leaves: str
) -> None:
    User.objects.filter(pk=cast.alice.pk).update(time_zone=zone)
    with time_machine.travel(CLOCK):
        start = instant(datetime(2027, 3, 9, hour), "Europe/Stockholm")  # noqa: DTZ001
        lab = make_lab(starts_at=start, ends_at=start + timedelta(hours=2), remind_days_before=(7,))
        actions.register(by=cast.alice, lab=lab, mode="online")
    ((_name, due),) = owed()
    local = due.astimezone(ZoneInfo(zone))
    assert f"{local:%H:%M}" == leaves.removeprefix("+")
    planned = (start - timedelta(days=7)).astimezone(ZoneInfo(zone))
    assert (local.date() - planned.date()).days == (1 if leaves.startswith("+") else 0)


def test_a_reminder_at_night_leaves_all_the_same_where_morning_is_too_late() -> None:
    due = datetime(2027, 3, 9, 22, tzinfo=UTC)
    assert wallclock.out_of_the_night(due, "UTC", due + timedelta(hours=8)) == due
    later = wallclock.out_of_the_night(due, "UTC", due + timedelta(hours=10))
    assert later == datetime(2027, 3, 10, 7, tzinfo=UTC)


def test_the_night_of_the_changing_clock_ends_at_seven_too() -> None:
    due = datetime(2027, 3, 27, 22, tzinfo=UTC)
    morning = wallclock.out_of_the_night(due, "Europe/Stockholm", due + timedelta(days=9))
    assert morning == datetime(2027, 3, 28, 5, tzinfo=UTC)


def test_those_who_have_not_answered_are_reminded_until_they_do(
    make_lab: Callable[..., Lab], cast: Cast
) -> None:
    lab = make_lab(nudge_days_before=(14, 3), remind_days_before=())
    assert owed("lab.nudge") == [
        ("Alice", at(86)), ("Rita", at(86)), ("Alice", at(97)), ("Rita", at(97)),
    ]  # fmt: skip
    actions.register(by=cast.alice, lab=lab, mode="online")
    assert owed("lab.nudge") == [("Rita", at(86)), ("Rita", at(97))]
    row = Delivery.objects.filter(kind="lab.nudge", user=cast.rita).first()
    assert row is not None
    letter = letters.kind("lab.nudge").compose(row)
    assert isinstance(letter, Letter)
    assert letter.subject.startswith("Can you come? District heating")
    assert "/labs/answer/" in letter.text
    actions.cancel_registration(by=cast.rita, lab=lab)
    late = letters.kind("lab.nudge").compose(row)
    assert isinstance(late, Skip)
    assert str(late.reason) == "This person had already answered."


def test_who_conducts_a_lab_is_not_asked_to_come(
    make_lab: Callable[..., Lab], cast: Cast, sign_in: Callable[..., Client]
) -> None:
    lab = make_lab(audience="cities", nudge_days_before=(3,))
    assert {name for name, _due in owed("lab.invitation")} == {"Alice", "Bob", "Rita"}
    assert {name for name, _due in owed("lab.nudge")} == {"Alice", "Bob", "Rita"}
    client = sign_in(cast.carol)
    nudging = client.get(f"{lab.get_absolute_url()}reminders/?reminder=nudge-3")
    shown = {str(r.user): str(r.why_not) for r in nudging.context["page"]}
    assert shown == dict.fromkeys(("Alice", "Bob", "Rita"), "") | {"Carol": str(reminding.HOST)}
    assert str(reminding.HOST) in nudging.content.decode()
    assert lab.title not in client.get("/").content.decode()
    page = client.get(lab.get_absolute_url()).content.decode()
    assert ('href="#register"' in page, 'id="register"' in page) == (False, True)
    # What was planned before they conducted it is looked at again when it leaves.
    for kind, version in (("lab.invitation", 1), ("lab.nudge", 1003)):
        row = Delivery(kind=kind, event=lab.subject, version=version, user=cast.carol)
        skipped = letters.kind(kind).compose(row)
        assert isinstance(skipped, Skip)
        assert str(skipped.reason) == str(reminding.HOST)
    # Who registers all the same gets what everybody gets.
    actions.register(by=cast.carol, lab=lab, mode="online")
    assert [name for name, _due in owed("lab.reminder")] == ["Carol", "Carol"]
    assert [name for name, _due in owed("lab.receipt")] == ["Carol"]


def test_a_coordinator_no_longer_is_asked_as_anybody(
    make_lab: Callable[..., Lab], cast: Cast
) -> None:
    lab = make_lab("draft", audience="cities")
    Membership.objects.create(user=cast.carol, city=cast.lund, role=Role.STAFF)
    cast.carol.memberships.filter(programme=cast.syd).update(
        ended_at=timezone.now(), ended_by=cast.ada
    )
    actions.publish(by=cast.carol, lab=lab)
    assert {name for name, _due in owed("lab.invitation")} == {"Alice", "Bob", "Carol", "Rita"}


def test_nudges_are_counted_from_the_last_day_to_register(
    make_lab: Callable[..., Lab], cast: Cast
) -> None:
    make_lab(nudge_days_before=(3,), registers_until=at(90, 17))
    assert {due for _name, due in owed("lab.nudge")} == {at(87, 17)}


def test_thanks_go_a_day_after_to_those_who_had_a_seat(
    make_lab: Callable[..., Lab], cast: Cast
) -> None:
    lab = make_lab(seats_onsite=1, thank_days_after=(1,))
    actions.register(by=cast.alice, lab=lab, mode="onsite")
    actions.register(by=cast.rita, lab=lab, mode="onsite")
    assert owed("lab.thanks") == [("Alice", at(101, 16))]
    with time_machine.travel(at(101, 12)):
        row = Delivery.objects.get(kind="lab.thanks", state="pending")
        letter = letters.kind("lab.thanks").compose(row)
    assert isinstance(letter, Letter)
    assert (letter.subject, letter.calendar) == ("Thank you for coming: District heating", None)


def test_who_gives_the_seat_back_is_not_thanked(make_lab: Callable[..., Lab], cast: Cast) -> None:
    lab = make_lab(thank_days_after=(1,))
    actions.register(by=cast.alice, lab=lab, mode="online")
    actions.cancel_registration(by=cast.alice, lab=lab)
    assert owed("lab.thanks") == []
    again = make_lab(title="Cancelled", thank_days_after=(1,))
    actions.register(by=cast.alice, lab=again, mode="online")
    actions.cancel(by=cast.carol, lab=again, reason="Snow")
    assert owed("lab.thanks") == []


def test_the_preflight_says_who_gets_it_and_who_not_and_why(
    make_lab: Callable[..., Lab], cast: Cast, sign_in: Callable[..., Client]
) -> None:
    lab = make_lab(audience="open", seats_onsite=1)
    people = {
        name: User.objects.create(email=f"{name}@team.example", name=name.title())
        for name in ("opted", "closed", "gone", "athens")
    }
    for user in people.values():
        Membership.objects.create(user=user, programme=cast.syd, role=Role.TRANSITION_TEAM)
        actions.register(by=user, lab=lab, mode="online")
    actions.register(by=cast.alice, lab=lab, mode="onsite")
    actions.register(by=cast.rita, lab=lab, mode="onsite")
    OptOut.objects.create(user=people["opted"], kind="lab.reminder")
    User.objects.filter(pk=people["closed"].pk).update(is_active=False)
    User.objects.filter(pk=people["athens"].pk).update(time_zone="Pacific/Auckland")
    Lab.objects.update(audience="transition-team")
    people["gone"].memberships.update(ended_at=timezone.now(), ended_by=cast.carol)
    before = Delivery.objects.count()
    client = sign_in(cast.carol)
    response = client.get(f"{lab.get_absolute_url()}reminders/")
    shown = {str(r.user): str(r.why_not) for r in response.context["page"]}
    assert shown == {
        "Alice": "",
        "Athens": "",
        "Opted": "The receiver has unsubscribed from this kind of mail.",
        "Closed": "The account is closed.",
        "Gone": "This person no longer belongs to those who may see the meeting.",
        "Rita": "This person is on the waitlist.",
        "Bob": "This person no longer belongs to those who may see the meeting.",
        "Carol": "This person conducts the meeting and is not asked to register.",
    }
    assert (response.context["getting"], response.context["not_getting"]) == (2, 6)
    page = response.content.decode()
    assert "2 people get it." in page
    assert "in the morning, since it is night there" in page
    assert Delivery.objects.count() == before
    second = client.get(f"{lab.get_absolute_url()}reminders/?reminder=reminder-1")
    assert second.context["occasion"].days == 1
    assert client.get(f"{lab.get_absolute_url()}reminders/?reminder=x").status_code == 200


def test_the_preflight_foretells_what_the_letters_do(
    make_lab: Callable[..., Lab], cast: Cast
) -> None:
    lab = make_lab(audience="cities", nudge_days_before=(3,), thank_days_after=(1,))
    actions.register(by=cast.alice, lab=lab, mode="online")
    actions.register(by=cast.rita, lab=lab, mode="online")
    Registration.objects.filter(user=cast.rita).update(state="cancelled")
    for kind in ("lab.reminder", "lab.nudge"):
        occasion = next(o for o in reminding.occasions(lab) if o.kind == kind)
        foretold = {r.user.pk for r in preflight.receivers(lab, occasion) if not r.why_not}
        version = lab.schedule_version * 1000 + occasion.days
        sent = {
            user.pk
            for user in User.objects.filter(
                pk__in=[r.user.pk for r in preflight.receivers(lab, occasion)]
            )
            if isinstance(
                letters.kind(kind).compose(
                    Delivery(kind=kind, event=lab.subject, version=version, user=user)
                ),
                Letter,
            )
        }
        assert foretold == sent != set()


def test_the_preflight_costs_the_same_for_1_and_30_people(
    lab: Lab, cast: Cast, make_people: Callable[[int], list[User]], sign_in: Callable[..., Client]
) -> None:
    client = sign_in(cast.carol)

    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"{lab.get_absolute_url()}reminders/").status_code == 200
        return len(captured)

    first = asked()
    for person in make_people(30):
        actions.register(by=person, lab=lab, mode="online")
    assert asked() == first


def test_the_form_keeps_reminders_of_each_kind(cast: Cast, sign_in: Callable[..., Client]) -> None:
    client = sign_in(cast.carol)
    data = form_data(programme=cast.syd.pk, nudge=["14"], thank="on")
    assert post(client, "/labs/new/", data).status_code == 302
    lab = Lab.objects.get()
    assert [(rule.kind, rule.days) for rule in lab.reminder_rules.all()] == [
        ("after", 1), ("before", 7), ("before", 1), ("unanswered", 14),
    ]  # fmt: skip
    form = client.get(f"{lab.get_absolute_url()}edit/").context["form"]
    shown = [form[name].value() for name in ("remind", "nudge", "thank")]
    assert shown == [["7", "1"], ["14"], True]
    typed = post(client, "/labs/new/", form_data(programme=cast.syd.pk, agenda_button="add"))
    assert typed.context["form"]["thank"].value() is False
