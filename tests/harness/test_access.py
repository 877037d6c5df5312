"""Every route × role × method is decided by hand, and answers as decided (trust 17)."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import get_resolver, path

from tests.access import ROOMS, SIGN_IN, Outcome, Row, expected, rows, rules
from tests.routes import every_route
from tests.worlds import ROLES, World

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
#: How a method that no row declares may answer: it is closed.
CLOSED = frozenset({400, 403, 404, 405})


def undecided(urlconf: Any = None) -> tuple[set[str], set[str]]:
    """Routes without a row, and rows without a route."""
    found = every_route(urlconf)
    ours = {route.key for route in found if not rules.is_foreign(route)}
    foreign = {r.key for r in found if rules.is_foreign(r) and not rules.decides(r)}
    declared = {row.route for row in rows()}
    return (ours - declared) | foreign, declared - ours


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside leaves no row behind."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def answer(client: Client, method: str, url: str, data: dict[str, Any]) -> Any:
    if method != "POST":
        return client.generic(method, url)
    return client.post(url, {"_key": uuid4().hex, **data})


def fits(response: Any, wanted: Outcome) -> bool:
    if wanted == SIGN_IN:
        return _to_sign_in(response)
    if isinstance(wanted, str):
        raise LookupError(f"{wanted!r} is no outcome of the access table.")
    allowed = {wanted} if isinstance(wanted, int) else wanted
    # A page that sends people to sign in has not let them in, whatever its row says of 302.
    return response.status_code in allowed and (not _to_sign_in(response) or allowed > {302})


def _to_sign_in(response: Any) -> bool:
    return response.status_code == 302 and response["Location"].startswith("/accounts/login/")


def test_every_route_is_decided() -> None:
    without_row, without_route = undecided()
    assert sorted(without_row) == []
    assert sorted(without_route) == []


def test_undeclared_route_is_noticed() -> None:
    """Negative control: one more route, declared nowhere."""

    def page(request: HttpRequest) -> HttpResponse:
        return HttpResponse("open door")

    urlconf = ModuleType("with_a_back_door")
    urlconf.urlpatterns = [*get_resolver().url_patterns, path("back-door/", page, name="back-door")]  # type: ignore[attr-defined]
    assert undecided(urlconf)[0] - undecided()[0] == {"back-door"}


def questions(room: str, *, everything: bool = False) -> list[tuple[Row, str]]:
    """Each row with its own methods; its route's closed ones on the row most may open, or on all."""
    table = list(rows(room))
    declared = {(row.route, method) for row in rows() for method in row.declared()}
    widest = {row.route: row for row in sorted(table, key=_doors)}
    return [
        (row, method)
        for row in table
        for method in METHODS
        if method in row.declared()
        or ((row.route, method) not in declared and (everything or widest[row.route] is row))
    ]


def _doors(row: Row) -> int:
    return sum(expected(out, role) == 200 for out in row.declared().values() for role in ROLES)


def wrong_answers(asked: list[tuple[Row, str]], world: World, client: Client) -> list[str]:
    wrong = []
    for role in ROLES:
        client.logout()
        if (person := world.person(role)) is not None:
            client.force_login(person)
        for row, method in asked:
            url, outcomes = row.url(world), row.declared()
            wanted = expected(outcomes[method], role) if method in outcomes else CLOSED
            with undone():
                response = answer(client, method, url, row.form(world))
            closed = method not in outcomes and _to_sign_in(response)
            if not (closed or fits(response, wanted)):
                wrong.append(f"{role} {method} {url}: {response.status_code}, wanted {wanted}")
    return wrong


@pytest.mark.parametrize("room", ROOMS)
def test_room_answers_as_decided(room: str, world: World, client: Client) -> None:
    assert wrong_answers(questions(room), world, client) == []


@pytest.mark.soak
@pytest.mark.parametrize("room", ROOMS)
def test_closed_methods_are_closed_on_every_row(room: str, world: World, client: Client) -> None:
    assert wrong_answers(questions(room, everything=True), world, client) == []


def test_every_route_is_asked_with_every_method() -> None:
    asked = {(row.route, method) for room in ROOMS for row, method in questions(room)}
    assert asked == {(row.route, method) for row in rows() for method in METHODS}


def test_open_method_is_noticed(world: World, client: Client) -> None:
    """Negative control: what a row does not declare has to be closed, and this page is open."""
    assert len(wrong_answers([(Row("home"), "GET")], world, client)) == len(ROLES)


#: The rules know three kinds of people.
@pytest.mark.parametrize("role", ["visitor", "staff", "admin"])
def test_libraries_answer_by_rule(role: str, world: World, client: Client) -> None:
    if (person := world.person(role)) is not None:
        client.force_login(person)
    wrong = []
    for route in filter(rules.is_foreign, every_route()):
        url = route.path(dict.fromkeys(route.parameters, "1"))
        for method in METHODS:
            with undone():
                response = answer(client, method, url, {})
            if person is not None and "_auth_user_id" not in client.session:
                client.force_login(person)
            if not fits(response, rules.outcome(route, role, method)):
                wrong.append(f"{method} {url}: {response.status_code}")
    assert wrong == []


def test_wrong_row_is_noticed(world: World, client: Client) -> None:
    """Negative control: a private page, decided as if it were public, does not fit."""
    assert not fits(client.get("/settings/"), 200)
    assert not fits(client.get("/settings/"), 302)
    assert fits(client.get("/settings/"), SIGN_IN)
