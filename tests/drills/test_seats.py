"""Many people want few seats at the same moment (trust 11 and 12)."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from random import Random
from uuid import uuid4

import pytest
from django.db import connection, connections
from django.test import Client

from cities.enums import Role
from cities.models import Membership
from hub.models import User
from labs import actions
from labs.models import Lab, Registration, RegistrationStep
from labs.models.labs import LabQuerySet
from tests.conftest import Cast
from tests.labs.conftest import a_plan

SEATS = 20
CHECK = "lab_seated_within_seats"


def lab_with_seats(cast: Cast) -> Lab:
    plan = a_plan(seats_onsite=SEATS, seats_online=None)
    lab = actions.draft(by=cast.carol, programme=cast.syd, plan=plan)
    return actions.publish(by=cast.carol, lab=lab)


def crowd_of(cast: Cast, size: int) -> list[User]:
    people = User.objects.bulk_create(
        User(email=f"p{n}@example.org", name=f"P {n}", language="en", password="!")
        for n in range(size)
    )
    Membership.objects.bulk_create(
        Membership(user=person, programme=cast.syd, role=Role.TRANSITION_TEAM) for person in people
    )
    return people


def at_once(acts: list[Callable[[], int]]) -> Counter[int]:
    """All of them begin at the same moment, each on a connection of its own; their answers."""
    ready = threading.Barrier(len(acts))

    def run(act: Callable[[], int]) -> int:
        try:
            ready.wait(60)
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return Counter(pool.map(run, acts))


def pressing(person: User, lab: Lab, path: str = "registration/") -> Callable[[], int]:
    """A press of the button on the page, signed in; returns the status."""
    client = Client(raise_request_exception=False)
    client.force_login(person)
    form = {"mode": "onsite", "_key": uuid4().hex}
    return lambda: int(client.post(f"{lab.get_absolute_url()}{path}", form).status_code)


def outcome(lab: Lab) -> dict[str, int]:
    return dict(Counter(Registration.objects.filter(lab=lab).values_list("state", flat=True)))


def assert_strict_order(lab: Lab) -> None:
    """Who waits came after everybody seated, and moves up in the order of coming.

    Steps are written under the Lab's lock, so their numbers are the order of coming.
    """
    came = {
        step.registration_id: step.pk
        for step in RegistrationStep.objects.filter(registration__lab=lab, step="registered")
    }
    rows = Registration.objects.filter(lab=lab)
    waiting = [came[row.pk] for row in rows.waiting()]
    seated = [came[row.pk] for row in rows.seated()]
    assert waiting == sorted(waiting)
    assert not waiting or not seated or max(seated) < min(waiting)


def rush(cast: Cast, clients: int) -> tuple[Lab, Counter[int]]:
    lab = lab_with_seats(cast)
    people = list(User.objects.filter(email__regex=r"^p\d+@")) or crowd_of(cast, clients)
    return lab, at_once([pressing(person, lab) for person in people])


@pytest.mark.drill
def test_50_people_press_for_20_seats(transactional_db: None, cast: Cast) -> None:
    lab, answers = rush(cast, 50)
    assert answers == {302: 50}
    assert outcome(lab) == {"seated": SEATS, "waiting": 30}
    numbers = Registration.objects.filter(lab=lab).waiting().values_list("waitlist_number")
    assert [n for (n,) in numbers] == list(range(1, 31))
    assert_strict_order(lab)


@contextmanager
def without_check() -> Iterator[None]:
    condition = "seated_onsite <= coalesce(seats_onsite, 0)"
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE labs_lab DROP CONSTRAINT {CHECK}")
    try:
        yield
    finally:
        Registration.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute(
                f"ALTER TABLE labs_lab ADD CONSTRAINT {CHECK} CHECK ({condition}"
                " AND seated_online <= coalesce(seats_online, 0))"
            )


def unlock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the lock away, and hold the door between looking and sitting down."""
    monkeypatch.setattr(LabQuerySet, "locked", lambda self: self)
    free = Lab.free

    def slowly(self: Lab, mode: str) -> int:
        found = free(self, mode)
        time.sleep(0.05)
        return found

    monkeypatch.setattr(Lab, "free", slowly)


@pytest.mark.drill
def test_without_lock_and_check_a_lab_is_overfilled(
    transactional_db: None, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: the race is there."""
    unlock(monkeypatch)
    with without_check():
        lab, _answers = rush(cast, 50)
        assert outcome(lab)["seated"] > SEATS


@pytest.mark.drill
def test_without_lock_the_check_holds_but_people_are_turned_away(
    transactional_db: None, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: the check alone keeps the number, not the order nor everybody."""
    unlock(monkeypatch)
    lab, answers = rush(cast, 50)
    assert outcome(lab)["seated"] <= SEATS
    assert answers[500] > 0


def stream(cast: Cast, clients: int, seed: int) -> None:
    """Half of those there leave while as many newcomers arrive."""
    lab = lab_with_seats(cast)
    people = list(User.objects.filter(email__regex=r"^p\d+@")) or crowd_of(cast, clients * 2)
    there, newcomers = people[:clients], people[clients:]
    for person in there:
        actions.register(by=person, lab=lab, mode="onsite")
    rng = Random(seed)
    leaving = rng.sample(there, clients // 2)
    acts = [pressing(person, lab, "registration/cancellation/") for person in leaving]
    acts += [pressing(person, lab) for person in newcomers[: clients // 2]]
    rng.shuffle(acts)
    assert at_once(acts) == {302: len(acts)}
    left = outcome(lab)
    assert left["cancelled"] == len(leaving)
    demand = left.get("seated", 0) + left.get("waiting", 0)
    assert demand == clients
    assert left["seated"] == min(SEATS, demand)
    assert_strict_order(lab)


@pytest.mark.drill
def test_25_leave_while_25_arrive(transactional_db: None, cast: Cast) -> None:
    stream(cast, 50, seed=11)


@pytest.mark.soak
def test_200_people_press_for_20_seats_50_times(transactional_db: None, cast: Cast) -> None:
    crowd_of(cast, 200)
    for _run in range(50):
        lab, answers = rush_in_waves(cast)
        assert answers == {302: 200}
        assert outcome(lab) == {"seated": SEATS, "waiting": 180}
        assert_strict_order(lab)


def rush_in_waves(cast: Cast) -> tuple[Lab, Counter[int]]:
    """200 at once, as far as the server's connections reach: 60 at a time without pause."""
    lab = lab_with_seats(cast)
    acts = [pressing(p, lab) for p in User.objects.filter(email__regex=r"^p\d+@")]

    def run(act: Callable[[], int]) -> int:
        try:
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(60) as pool:
        return lab, Counter(pool.map(run, acts))


@pytest.mark.soak
def test_100_leave_while_100_arrive(transactional_db: None, cast: Cast) -> None:
    stream(cast, 60, seed=12)
