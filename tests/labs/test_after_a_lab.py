"""One mail after a Lab: thanks and the question in one, by day, and fitting for who was absent."""

from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from hub.delivery.letters import Skip
from hub.models import Delivery, OptOut, User
from labs import actions
from labs.actions import feedback
from labs.models import Lab, Registration
from tests.conftest import Cast
from tests.labs.conftest import at, mark_sent
from tests.labs.test_letters import compose, letter_of
from tests.labs.test_reminders import owed

#: An hour after the end of the Lab of `a_plan`.
AFTERWARDS = 17


@pytest.fixture
def over(make_lab: Callable[..., Lab], cast: Cast) -> Lab:
    """Alice and Rita had seats; thanks are to go a day after."""
    lab = make_lab(thank_days_after=(1,))
    for user in (cast.alice, cast.rita):
        actions.register(by=user, lab=lab, mode="onsite")
    return lab


def hold(lab: Lab, by: User, *, day: int = 100, hour: int = AFTERWARDS) -> None:
    with time_machine.travel(at(day, hour)):
        actions.hold(by=by, lab=lab)


def saw(lab: Lab, user: User, by: User) -> None:
    with time_machine.travel(at(100, 14)):
        found = Registration.objects.get(lab=lab, user=user)
        actions.mark_present(by=by, lab=lab, registration=found.pk, mode="onsite")


def mails_to(user: User) -> list[str]:
    rows = Delivery.objects.filter(user=user, state="pending", due_at__gt=at(100, 16))
    return sorted(rows.values_list("kind", flat=True))


def test_thanks_and_question_are_one_mail(over: Lab, cast: Cast) -> None:
    assert mails_to(cast.alice) == ["lab.thanks"]
    hold(over, cast.carol)
    assert mails_to(cast.alice) == ["lab.feedback"]
    assert owed("lab.feedback") == [("Alice", at(101, 10)), ("Rita", at(101, 10))]
    with time_machine.travel(at(101, 10)):
        letter = letter_of("lab.feedback", cast.alice)
    assert letter.subject == "Thank you for coming, and how was it? District heating"
    for part in (letter.text, letter.html):
        assert "Thank you for coming to District heating." in part
        assert "/feedback/" in part
        assert f"http://localhost:8000{over.get_absolute_url()}" in part


def test_thanks_that_have_left_are_followed_by_the_question_alone(over: Lab, cast: Cast) -> None:
    mark_sent(Delivery.objects.filter(kind="lab.thanks", user=cast.alice))
    hold(over, cast.carol, day=102, hour=9)
    with time_machine.travel(at(102, 10)):
        alone, both = (letter_of("lab.feedback", user) for user in (cast.alice, cast.rita))
    assert alone.subject == "How was it? District heating"
    assert both.subject.startswith("Thank you for coming, and how was it?")


def test_who_wants_no_questions_keeps_the_thanks(over: Lab, cast: Cast) -> None:
    OptOut.objects.create(user=cast.alice, kind=feedback.FEEDBACK)
    hold(over, cast.carol)
    assert "lab.thanks" in mails_to(cast.alice)
    assert mails_to(cast.rita) == ["lab.feedback"]


def test_it_leaves_by_day_on_the_readers_clock(over: Lab, cast: Cast) -> None:
    zones = {cast.alice: "America/Vancouver", cast.rita: "Asia/Tokyo"}
    for user, zone in zones.items():
        User.objects.filter(pk=user.pk).update(time_zone=zone)
    hold(over, cast.carol)
    rows = Delivery.objects.filter(kind="lab.feedback").select_related("user")
    hours = {
        row.user: row.due_at.astimezone(ZoneInfo(zones[row.user])).hour for row in rows if row.user
    }
    # Ten in the morning in Stockholm: at night in Vancouver, in the afternoon in Tokyo.
    assert hours[cast.alice] == 7
    assert 7 < hours[cast.rita] < 21
    assert {row.due_at - at(101, 10) >= timedelta(0) for row in rows} == {True}


def test_who_was_not_seen_is_missed_and_asked_nothing(over: Lab, cast: Cast) -> None:
    saw(over, cast.alice, cast.carol)
    hold(over, cast.carol)
    with time_machine.travel(at(101, 10)):
        came, missed = (letter_of("lab.feedback", user) for user in (cast.alice, cast.rita))
    assert came.subject.startswith("Thank you for coming")
    assert missed.subject == "We missed you: District heating"
    for part in (missed.text, missed.html):
        assert ("Thank you for coming" in part, "/feedback/" in part) == (False, False)
        assert "Were you there after all?" in part


def test_thanks_alone_know_who_was_not_seen_too(over: Lab, cast: Cast) -> None:
    saw(over, cast.alice, cast.carol)
    with time_machine.travel(at(101, 16)):
        came, missed = (letter_of("lab.thanks", user) for user in (cast.alice, cast.rita))
    assert came.subject == "Thank you for coming: District heating"
    assert missed.subject == "We missed you: District heating"
    # Nobody can answer yet: the Lab has not been marked as held.
    assert "Were you there after all?" not in missed.text


def test_without_thanks_who_was_not_seen_gets_nothing(
    make_lab: Callable[..., Lab], cast: Cast
) -> None:
    lab = make_lab()
    for user in (cast.alice, cast.rita):
        actions.register(by=user, lab=lab, mode="onsite")
    saw(lab, cast.alice, cast.carol)
    hold(lab, cast.carol)
    with time_machine.travel(at(101, 10)):
        assert letter_of("lab.feedback", cast.alice).subject == "How was it? District heating"
        skipped = compose(Delivery.objects.get(kind="lab.feedback", user=cast.rita))
    assert isinstance(skipped, Skip)
    assert str(skipped.reason) == "This person was not seen there."
