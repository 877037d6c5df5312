"""Answers by calendar where seats are offered, or given by the coordinator."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.db.models.functions import Now
from django.utils import timezone

from hub.models import User
from labs import actions
from labs.actions.offering import pass_on_what_ran_out
from labs.actions.replying import take_reply
from labs.models import CalendarReply, Lab
from tests.conftest import Cast
from tests.labs.replying import BASE, a_reply, stamp


@pytest.fixture(autouse=True)
def _an_address_is_read(settings: Any) -> None:
    settings.INBOUND_ADDRESS = BASE


@pytest.fixture
def offered(
    make_lab: Callable[..., Lab], make_people: Callable[[int], list[User]]
) -> tuple[Lab, User]:
    """One seat, which the first has given back and the second is offered."""
    lab = make_lab(seats_onsite=1, seats_online=None, audience="open", offer_hours=24)
    first, second = make_people(2)
    for user in (first, second):
        actions.register(by=user, lab=lab, mode="onsite")
    actions.cancel_registration(by=first, lab=lab)
    return lab, second


def state_of(lab: Lab, user: User) -> str:
    return lab.registrations.get(user=user).state


def result() -> tuple[str, str]:
    found = CalendarReply.objects.get()
    return found.result, found.reason


def test_yes_takes_the_seat_that_is_held(offered: tuple[Lab, User]) -> None:
    lab, user = offered
    take_reply(raw=a_reply(lab, user))
    assert (state_of(lab, user), result()) == ("seated", ("done", ""))


def test_no_passes_it_on(offered: tuple[Lab, User]) -> None:
    lab, user = offered
    take_reply(raw=a_reply(lab, user, PARTSTAT="DECLINED"))
    assert (state_of(lab, user), result()) == ("cancelled", ("done", ""))


def test_an_offer_that_ran_out_is_no_answer_of_ones_own(offered: tuple[Lab, User]) -> None:
    lab, user = offered
    lab.registrations.filter(user=user).update(offered_until=Now() - dt.timedelta(seconds=1))
    now = timezone.now()
    # Pressed before it ran out, and under way for some time.
    reply = a_reply(lab, user, DTSTAMP=stamp(now + dt.timedelta(minutes=10)))
    with time_machine.travel(now + dt.timedelta(hours=1)):
        assert pass_on_what_ran_out() == 1
        take_reply(raw=reply)
    assert (state_of(lab, user), result()) == ("seated", ("done", ""))


def test_the_coordinators_answer_is_no_answer_of_ones_own(
    make_lab: Callable[..., Lab], cast: Cast
) -> None:
    lab = make_lab(needs_approval=True)
    take_reply(raw=a_reply(lab, cast.alice))
    assert (state_of(lab, cast.alice), result()) == ("pending", ("done", ""))
    actions.approve(by=cast.carol, lab=lab, people=None)
    later = stamp(timezone.now() + dt.timedelta(minutes=6))
    take_reply(raw=a_reply(lab, cast.alice, PARTSTAT="DECLINED", DTSTAMP=later))
    assert state_of(lab, cast.alice) == "cancelled"
