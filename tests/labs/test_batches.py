"""Mails of one batch share what is the same, and say what they would say alone."""

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from hub.delivery import letters
from hub.delivery.letters import Letter, Skip
from hub.models import Delivery, User
from labs import actions, batches
from labs.models import Lab
from tests.conftest import Cast
from tests.labs.conftest import a_plan, at, mark_sent

CLOCK = "2026-11-21T12:00:00Z"


@pytest.fixture
def crowd(make_people: Callable[[int], list[User]]) -> list[User]:
    """Twelve people: two languages, three zones."""
    people = make_people(12)
    for number, user in enumerate(people):
        user.language = "sv" if number % 2 else "en"
        user.time_zone = ("Europe/Stockholm", "Europe/Lisbon", "Asia/Tokyo")[number % 3]
        user.name = f"Åsa “{number}”; Öberg, {'ö' * 60}"
        user.save()
    return people


def composed(rows: list[Delivery], shelf: dict[Any, Any] | None) -> list[Letter | Skip]:
    found = []
    for row in rows:
        user = User.objects.with_keys().get(pk=row.user_id)
        fresh = Delivery.objects.get(pk=row.pk)
        fresh.user = user
        if shelf is not None:
            fresh.shelf = shelf
        with translation.override(user.language), timezone.override(ZoneInfo(user.time_zone)):
            found.append(letters.kind(row.kind).compose(fresh))
    return found


def rows_of(kind: str) -> list[Delivery]:
    return list(Delivery.objects.filter(kind=kind).order_by("pk"))


KINDS = ["lab.invitation", "lab.change", "lab.reminder", "lab.receipt", "lab.nudge"]


@pytest.mark.parametrize("kind", [*KINDS, "lab.cancellation"])
@pytest.mark.parametrize("is_near", [False, True])
def test_a_mail_says_in_a_batch_what_it_says_alone(
    make_lab: Callable[..., Lab], crowd: list[User], cast: Cast, kind: str, is_near: bool
) -> None:
    plan = {"title": "Värme & “kyla” <b>", "nudge_days_before": (3,), "audience": "open"}
    lab = make_lab(**plan, seats_onsite=2)
    for number, user in enumerate(crowd[:9]):
        actions.register(by=user, lab=lab, mode="online" if number % 2 else "onsite")
    mark_sent(Delivery.objects.filter(kind="lab.invitation"))
    moved = a_plan(**plan, seats_onsite=2, starts_at=at(107), ends_at=at(107, 16))
    if kind == "lab.change":
        lab = actions.change(by=cast.carol, lab=lab, plan=moved, from_version=lab.version)
    if kind == "lab.cancellation":
        lab = actions.cancel(by=cast.carol, lab=lab, reason="Storm & <rain>")
    rows = rows_of(kind)
    with time_machine.travel(lab.join_opens_at if is_near else timezone.now(), tick=False):
        alone, together = composed(rows, None), composed(rows, {})
    assert alone == together
    assert len(alone) >= 8
    texts = [letter.text for letter in together if isinstance(letter, Letter)]
    assert not any(".invalid" in text for text in texts)


def reminders(make_lab: Callable[..., Lab], crowd: list[User]) -> tuple[Lab, list[Delivery]]:
    lab = make_lab()
    for user in crowd:
        actions.register(by=user, lab=lab, mode="online")
    return lab, list(Delivery.objects.filter(kind="lab.reminder", facts__days=1).order_by("pk"))


def a_seat_given_back(lab: Lab, row: Delivery, cast: Cast) -> None:
    assert row.user is not None
    actions.cancel_registration(by=row.user, lab=lab)


def a_move(lab: Lab, row: Delivery, cast: Cast) -> None:
    plan = a_plan(starts_at=at(107), ends_at=at(107, 16))
    actions.change(by=cast.carol, lab=lab, plan=plan, from_version=lab.version)


def a_cancellation(lab: Lab, row: Delivery, cast: Cast) -> None:
    actions.cancel(by=cast.carol, lab=lab, reason="Storm")


def a_new_place(lab: Lab, row: Delivery, cast: Cast) -> None:
    Lab.objects.filter(pk=lab.pk).update(place="Another place")


def an_end(lab: Lab, row: Delivery, cast: Cast) -> None:
    assert row.user is not None
    row.user.memberships.update(ended_at=timezone.now(), ended_by=cast.carol)


@pytest.mark.parametrize(
    ("act", "expected"),
    [
        (a_seat_given_back, "This person no longer has a seat."),
        (a_move, "The meeting was moved first."),
        (a_cancellation, "The meeting was cancelled first."),
        (an_end, "This person no longer belongs to those who may see the meeting."),
        (a_new_place, "Another place"),
    ],
)
def test_what_changes_between_two_mails_of_a_batch_is_seen_in_the_second(
    make_lab: Callable[..., Lab],
    crowd: list[User],
    cast: Cast,
    act: Callable[[Lab, Delivery, Cast], None],
    expected: str,
) -> None:
    lab, rows = reminders(make_lab, crowd)
    shelf: dict[Any, Any] = {}
    # The last reads the same language, zone and mode as the first.
    first, second = rows[0], rows[6]
    assert isinstance(composed([first], shelf)[0], Letter)
    act(lab, second, cast)
    (answer,) = composed([second], shelf)
    if isinstance(answer, Skip):
        assert str(answer.reason) == expected
    else:
        assert expected in answer.text
        assert expected.encode() in (answer.calendar or b"")


def test_a_lab_that_is_not_looked_after_would_be_seen_here(
    make_lab: Callable[..., Lab],
    crowd: list[User],
    cast: Cast,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    blind = batches.LOOK.replace("l.ctid::text || ' ' || l.xmin::text", "'the same'")
    assert blind != batches.LOOK
    monkeypatch.setattr(batches, "LOOK", blind)
    lab, rows = reminders(make_lab, crowd)
    shelf: dict[Any, Any] = {}
    composed(rows[:1], shelf)
    a_new_place(lab, rows[6], cast)
    (answer,) = composed(rows[6:7], shelf)
    assert isinstance(answer, Letter)
    assert "Another place" not in answer.text


def test_a_mail_of_a_batch_asks_one_question(
    make_lab: Callable[..., Lab], crowd: list[User]
) -> None:
    _lab, rows = reminders(make_lab, crowd)
    shelf: dict[Any, Any] = {}
    composed(rows[:6], shelf)
    row = Delivery.objects.get(pk=rows[6].pk)
    row.user = User.objects.with_keys().get(pk=row.user_id)
    row.shelf = shelf
    with (
        CaptureQueriesContext(connection) as captured,
        translation.override(row.user.language),
        timezone.override(ZoneInfo(row.user.time_zone)),
    ):
        assert isinstance(letters.kind(row.kind).compose(row), Letter)
    assert len(captured) == 1
