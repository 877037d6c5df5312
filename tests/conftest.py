"""The cast, and what every test stands on.

alice leads Lund, bob is staff there, carol coordinates Learning Hub Syd, rita
researches at Lund University and is in the transition team, mallory is staff
of Leuven (another programme), ada is platform admin. Plus the visitor.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password
from django.db import connection

from cities.enums import CityRole, Role
from cities.models import City, Membership, Organisation, Participation, Programme
from hub.models import User
from tests import client as clients
from tests import worlds
from tests.blank import when_ready
from tests.client import Client
from tests.worlds import World
from tests.worlds.kept import KeptWorld, keep


@dataclass(frozen=True)
class Cast:
    alice: User
    bob: User
    carol: User
    rita: User
    mallory: User
    ada: User
    lund: City
    malmo: City
    leuven: City
    university: Organisation
    syd: Programme
    twinning: Programme

    def by_role(self) -> dict[str, User | None]:
        """Role name of the access table → person."""
        return {
            "visitor": None,
            "lead": self.alice,
            "staff": self.bob,
            "coordinator": self.carol,
            "researcher": self.rita,
            "foreign": self.mallory,
            "admin": self.ada,
        }


@cache
def _hashed() -> str:
    """Hashing is slow on purpose; the cast shares one hash, made once in a run."""
    return make_password("correct horse battery")


def _person(name: str, **fields: object) -> User:
    return User.objects.create(
        email=f"{name}@example.org",
        password=_hashed(),
        name=name.capitalize(),
        language="en",
        **fields,
    )


def give_second_factor(user: User) -> None:
    """An authenticator app: without one the hub gives no coordinator's or admin's keys."""
    Authenticator.objects.create(
        user=user, type=Authenticator.Type.TOTP, data={"secret": "JBSWY3DPEHPK3PXP"}
    )


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def make_cast() -> Cast:
    alice, bob, carol, rita, mallory = map(_person, ("alice", "bob", "carol", "rita", "mallory"))
    ada = _person("ada", is_admin=True)
    lund = City.objects.create(
        name="Lund", slug="lund", country="SE", latitude=55.7058, longitude=13.1932
    )
    malmo = City.objects.create(
        name="Malmö", slug="malmo", country="SE", latitude=55.6059, longitude=13.0007
    )
    leuven = City.objects.create(
        name="Leuven", slug="leuven", country="BE", latitude=50.8796, longitude=4.7009
    )
    university = Organisation.objects.create(name="Lund University", slug="lund-university")
    syd = Programme.objects.create(
        name="Learning Hub Syd",
        slug="learning-hub-syd",
        short_name="Syd",
        starts_on="2025-01-01",
        ends_on="2027-12-31",
        coordinator=university,
    )
    twinning = Programme.objects.create(
        name="Twinning Learning Programme",
        slug="twinning",
        short_name="Twinning",
        starts_on="2023-09-01",
        coordinator=university,
    )
    for city in (lund, malmo):
        Participation.objects.create(
            programme=syd, city=city, role=CityRole.CORE, period=("2025-01-01", "2028-01-01")
        )
    Participation.objects.create(
        programme=twinning, city=leuven, role=CityRole.PILOT, period=("2023-09-01", None)
    )
    for user, place in (
        (alice, {"city": lund, "role": Role.LEAD}),
        (bob, {"city": lund, "role": Role.STAFF}),
        (carol, {"programme": syd, "role": Role.COORDINATOR}),
        (rita, {"organisation": university, "role": Role.RESEARCHER}),
        (rita, {"programme": syd, "role": Role.TRANSITION_TEAM}),
        (alice, {"programme": syd, "role": Role.TRANSITION_TEAM}),
        (mallory, {"city": leuven, "role": Role.STAFF}),
    ):
        Membership.objects.create(user=user, **place)
    for privileged in (carol, ada):
        give_second_factor(privileged)
    return Cast(
        alice, bob, carol, rita, mallory, ada, lund, malmo, leuven, university, syd, twinning
    )


@pytest.fixture(autouse=True)
def _answers_are_let_go() -> Iterator[None]:
    yield
    clients.let_go()


@pytest.fixture
def client() -> Client:
    return Client()


@pytest.fixture
def sign_in(client: Client) -> Callable[[User | None], Client]:
    """The test client as that person; None is the visitor."""

    def enter(user: User | None) -> Client:
        client.logout()
        if user is not None:
            client.force_login(user)
        return client

    return enter


@pytest.fixture(scope="session")
def blank() -> str:
    """The name of a migrated database that no test changes: all others are copied from it."""
    return when_ready()


@pytest.fixture(scope="session")
def own_name(django_db_modify_db_settings_parallel_suffix: None) -> str:
    """How the names of this process's databases begin."""
    return str(connection.creation._get_test_db_name())


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None, blank: str) -> None:
    connection.settings_dict["TEST"]["TEMPLATE"] = blank


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A browser's tests run in a context of their own, whose connection nobody else can close."""
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            """select pg_terminate_backend(pid) from pg_stat_activity
            where datname = current_database() and pid <> pg_backend_pid()"""
        )


@pytest.fixture(scope="session")
def kept_world(blank: str, own_name: str, django_db_blocker: Any) -> Iterator[KeptWorld]:
    with django_db_blocker.unblock(), keep(f"{own_name}_world", blank, build_world) as kept:
        yield kept


def build_world() -> World:
    return worlds.build(make_cast())


@pytest.fixture
def world(db: None, kept_world: KeptWorld) -> Iterator[World]:
    """One of each thing there is, public and hidden (tests/worlds)."""
    with kept_world.lent() as world:
        yield world
