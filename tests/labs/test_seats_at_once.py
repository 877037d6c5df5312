"""Approvals, offers, sweeps and cancellations at the same moment: no seat is given twice."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connections
from django.db.models.functions import Now

from cities.enums import Role
from cities.models import Membership
from hub.models import User
from labs import actions
from labs.actions import seating
from labs.models import Lab, Registration, RegistrationStep
from labs.models.labs import LabQuerySet
from labs.refusals import Refused
from tests.conftest import Cast
from tests.labs.conftest import a_plan

SEATS = 4


def a_lab(cast: Cast, **changes: object) -> Lab:
    plan = a_plan(seats_onsite=SEATS, seats_online=None, **changes)
    lab = actions.draft(by=cast.carol, programme=cast.syd, plan=plan)
    return actions.publish(by=cast.carol, lab=lab)


def crowd(cast: Cast, size: int) -> list[User]:
    people = User.objects.bulk_create(
        User(email=f"p{n}@example.org", name=f"P {n:02}", language="en", password="!")
        for n in range(size)
    )
    Membership.objects.bulk_create(
        Membership(user=user, programme=cast.syd, role=Role.TRANSITION_TEAM) for user in people
    )
    return people


def at_once(acts: list[Callable[[], object]]) -> None:
    """All begin at the same moment, each on a connection of its own; refusals are answers too."""
    ready = Barrier(len(acts))

    def run(act: Callable[[], object]) -> None:
        try:
            ready.wait(30)
            act()
        except Refused:
            pass
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        list(pool.map(run, acts))


def in_state(lab: Lab, state: str) -> int:
    return lab.registrations.filter(state=state).count()


def run_out(lab: Lab) -> None:
    lab.registrations.filter(state="offered").update(offered_until=Now() - timedelta(seconds=1))


def test_two_coordinators_approve_everybody_while_some_leave(
    transactional_db: None, cast: Cast
) -> None:
    lab = a_lab(cast, needs_approval=True)
    people = crowd(cast, 10)
    for person in people:
        actions.register(by=person, lab=lab, mode="onsite")
    acts: list[Callable[[], object]] = [
        lambda: actions.approve(by=cast.carol, lab=lab, people=None) for _n in range(2)
    ]
    acts += [lambda p=p: actions.cancel_registration(by=p, lab=lab) for p in people[:3]]
    at_once(acts)
    lab.refresh_from_db()
    assert (in_state(lab, "seated"), in_state(lab, "waiting")) == (SEATS, 3)
    assert (lab.seated_onsite, lab.waiting) == (SEATS, 3)
    approved = RegistrationStep.objects.filter(registration__lab=lab, step="approved")
    assert approved.count() == approved.values("registration").distinct().count()


def offered(cast: Cast) -> tuple[Lab, list[User]]:
    """Four seats held for four of ten who wait."""
    lab = a_lab(cast, offer_hours=24)
    people = list(User.objects.filter(email__regex=r"^p\d+@")) or crowd(cast, SEATS + 10)
    for person in people:
        actions.register(by=person, lab=lab, mode="onsite")
    for person in people[:SEATS]:
        actions.cancel_registration(by=person, lab=lab)
    assert in_state(lab, "offered") == SEATS
    return lab, people[SEATS:]


def test_acceptances_meet_cancellations_sweeps_and_newcomers(
    transactional_db: None, cast: Cast
) -> None:
    lab, waiting = offered(cast)
    late = [p.pk for p in waiting[:2]]
    lab.registrations.filter(user__in=late).update(offered_until=Now() - timedelta(seconds=1))
    acts: list[Callable[[], object]] = [actions.pass_on_what_ran_out for _n in range(3)]
    acts += [lambda p=p: actions.accept_offer(by=p, lab=lab) for p in waiting[:3]]
    acts += [lambda: actions.cancel_registration(by=waiting[3], lab=lab)]
    acts += [lambda: actions.register(by=cast.alice, lab=lab, mode="onsite")]
    at_once(acts)
    lab.refresh_from_db()
    # One accepted in time, two ran out, one passed on: three seats are held for the next three.
    assert (in_state(lab, "seated"), in_state(lab, "offered")) == (1, 3)
    assert lab.seated_onsite == SEATS
    held = lab.registrations.filter(state="offered").values_list("user", flat=True)
    assert set(held) == {p.pk for p in waiting[4:7]}
    lapsed = RegistrationStep.objects.filter(registration__lab=lab, step="lapsed")
    assert lapsed.count() == 2


def sweep_twice(cast: Cast) -> int:
    """How often an offer of one Lab was written down as run out, of four that did."""
    lab, _waiting = offered(cast)
    run_out(lab)
    at_once([actions.pass_on_what_ran_out for _n in range(2)])
    return RegistrationStep.objects.filter(registration__lab=lab, step="lapsed").count()


def test_two_sweeps_release_an_offer_once(transactional_db: None, cast: Cast) -> None:
    assert sweep_twice(cast) == SEATS


def test_without_the_lock_two_sweeps_release_it_twice(
    transactional_db: None, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: the race is there."""
    monkeypatch.setattr(LabQuerySet, "locked", lambda self: self)
    release = seating.release

    def slowly(registration: Registration) -> None:
        time.sleep(0.1)
        release(registration)

    monkeypatch.setattr(seating, "release", slowly)
    assert sweep_twice(cast) > SEATS
