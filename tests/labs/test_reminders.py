"""What is owed to whom, and when."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from hub.models import Delivery
from labs import actions
from labs.models import Lab
from labs.wallclock import instant
from tests.conftest import Cast
from tests.labs.conftest import a_plan, at, mark_sent

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
