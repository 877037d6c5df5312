"""Every form of the access table, sent ten times at once with one key, acts once (trust 14)."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import connection, connections, transaction
from django.test import Client
from django.test.utils import override_settings

from tests.access import Outcome, Row, expected, rows
from tests.worlds import ROLES, World
from tests.worlds.kept import KeptWorld

pytestmark = pytest.mark.drill

TIMES = 10
WROTE = {204, 302, 303}
#: What the protection itself writes, and the sessions of the ten clients.
ASIDE = {"hub_submission", "django_session"}


def writer(row: Row) -> str:
    """The first role whose form is accepted, or ""."""
    for role in ROLES:
        outcome: Outcome = expected(row.post, role) if row.post is not None else 0
        wanted = {outcome} if isinstance(outcome, int) else set(outcome)
        if outcome != "sign-in" and wanted <= WROTE:
            return role
    return ""


FORMS = [row for row in rows() if row.post is not None and writer(row) and not row.once]


def counts() -> dict[str, int]:
    tables = sorted({model._meta.db_table for model in apps.get_models()} - ASIDE)
    parts = " UNION ALL ".join(f"SELECT '{table}', count(*) FROM {table}" for table in tables)
    with connection.cursor() as cursor:
        cursor.execute(parts)
        return dict(cursor.fetchall())


def growth(before: dict[str, int]) -> dict[str, int]:
    return {table: n - before[table] for table, n in counts().items() if n != before[table]}


def a_client(world: World, role: str) -> Client:
    client = Client(raise_request_exception=False)
    if (person := world.person(role)) is not None:
        client.force_login(person)
    return client


def at_once(pool: ThreadPoolExecutor, act: Callable[[], Any]) -> list[Any]:
    ready = threading.Barrier(TIMES)

    def together(_: int) -> Any:
        ready.wait(30)
        return act()

    return list(pool.map(together, range(TIMES)))


@pytest.fixture(scope="module")
def ten() -> Iterator[ThreadPoolExecutor]:
    """Ten threads that keep their connections: opening one takes longer than a request."""
    with ThreadPoolExecutor(TIMES) as pool:
        yield pool
        at_once(pool, connections.close_all)


def test_there_are_forms_to_send() -> None:
    assert len(FORMS) >= 5


@pytest.fixture(scope="module")
def copy_of_world(kept_world: KeptWorld, django_db_blocker: Any) -> Iterator[KeptWorld]:
    with django_db_blocker.unblock(), kept_world.copied() as copy:
        yield copy


@pytest.fixture
def committed(copy_of_world: KeptWorld, django_db_blocker: Any) -> Iterator[World]:
    """The world for this test alone, where threads see each other's rows."""
    with django_db_blocker.unblock(), copy_of_world.opened() as world:
        yield world


@pytest.mark.parametrize("row", FORMS, ids=str)
def test_form_sent_ten_times_acts_once(row: Row, committed: World, ten: ThreadPoolExecutor) -> None:
    client, url = a_client(committed, writer(row)), row.url(committed)
    data = {"_key": uuid4().hex, **row.form(committed)}
    before = counts()
    with transaction.atomic():
        assert client.post(url, data).status_code in WROTE
        once = growth(before)
        transaction.set_rollback(True)
    assert growth(before) == {}

    def send() -> int:
        one = Client(raise_request_exception=False)
        one.cookies = client.cookies
        return int(one.post(url, data).status_code)

    answers = at_once(ten, send)
    assert set(answers) <= WROTE, answers
    assert growth(before) == once


def test_ten_effects_are_noticed_when_the_protection_is_off(
    committed: World, settings: Any
) -> None:
    """Negative control: without the middleware some form acts more than once."""
    without = [name for name in settings.MIDDLEWARE if not name.endswith(".ActOnce")]
    with override_settings(MIDDLEWARE=without):
        assert any(acts_twice(row, committed) for row in FORMS)


def acts_twice(row: Row, world: World) -> bool:
    client, url = a_client(world, writer(row)), row.url(world)
    data = {"_key": uuid4().hex, **row.form(world)}
    before = counts()
    client.post(url, data)
    once = growth(before)
    client.post(url, data)
    return bool(once) and growth(before) != once
