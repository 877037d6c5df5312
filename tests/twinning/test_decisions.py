"""Decisions: kept, read through as letters, and only then told, each city once."""

from typing import Any

import pytest

from cities.twinning.applications import actions as applying
from cities.twinning.decisions import actions
from cities.twinning.enums import Outcome
from cities.twinning.models import Application, Call, Decision
from hub.models import Delivery
from hub.refusals import Refused
from tests.cities.test_city_pages import SignIn
from tests.cities.test_constraints import refused, sql
from tests.conftest import Cast
from tests.labs.conftest import post
from tests.twinning.making import call, domain, whole

__all__ = ["call", "domain"]


@pytest.fixture
def it(cast: Cast, call: Call) -> Application:
    return applying.submit(application=whole(call, cast.lund, cast.bob), by=cast.bob)


def typed(it: Application, outcome: str = "taken", **changes: str) -> dict[str, str]:
    found = {f"outcome-{it.pk}": outcome, f"note-{it.pk}": "A clear plan."}
    for of in Outcome:
        found |= {f"subject-{of}": "{city}: {call}", f"body-{of}": "Dear {city}, {note} {more}"}
    return found | changes


def address(call: Call, end: str = "") -> str:
    return f"{call.get_absolute_url()}decisions/{end}"


def test_nothing_leaves_before_the_letters_were_read(
    cast: Cast, sign_in: SignIn, it: Application
) -> None:
    client = sign_in(cast.carol)
    response = post(client, address(it.call), typed(it, read="1"))
    assert response["Location"] == address(it.call, "letters/")
    assert not Delivery.objects.exists()
    (letter,) = client.get(response["Location"]).context["letters"]
    assert letter.subject == "Lund: Call for heat"
    # Only the three words are filled in.
    assert letter.body == "Dear Lund, A clear plan. {more}"
    assert {p.email for p in letter.people} == {cast.alice.email, cast.bob.email}
    assert letter.addresses == ["bo@example.org"]
    data: dict[str, Any] = {"decision": [letter.decision.pk]}
    assert post(client, address(it.call, "letters/"), data).status_code == 302
    told = Decision.objects.get()
    assert (told.told_by, Delivery.objects.count()) == (cast.carol, 3)
    # Sent once more, it is nobody's turn.
    post(client, address(it.call, "letters/"), data)
    assert Delivery.objects.count() == 3


def test_what_changed_since_is_read_again(cast: Cast, call: Call, it: Application) -> None:
    letters = {of: actions.Words("Subject", "Body") for of in Outcome}
    actions.write(call=call, decisions={it: ("taken", "")}, letters=letters, by=cast.carol)
    read = {Decision.objects.get().pk}
    other = applying.submit(application=whole(call, cast.leuven, cast.mallory), by=cast.mallory)
    actions.write(call=call, decisions={other: ("declined", "")}, letters={}, by=cast.carol)
    with pytest.raises(Refused):
        actions.send(call=call, decisions=read, by=cast.carol)
    assert not Delivery.objects.exists()


def test_a_withdrawn_city_gets_no_letter(cast: Cast, call: Call, it: Application) -> None:
    letters = {of: actions.Words("Subject", "Body") for of in Outcome}
    actions.write(call=call, decisions={it: ("taken", "")}, letters=letters, by=cast.carol)
    applying.withdraw(application=it, reason="No staff", by=cast.bob)
    assert actions.prepared(call) == []


def test_what_a_city_was_told_stays(cast: Cast, sign_in: SignIn, it: Application) -> None:
    client = sign_in(cast.carol)
    post(client, address(it.call), typed(it))
    actions.send(call=it.call, decisions={Decision.objects.get().pk}, by=cast.carol)
    post(client, address(it.call), typed(it, outcome="declined"))
    assert Decision.objects.get().outcome == "taken"


@pytest.mark.parametrize("changes", [{"subject-taken": ""}, {"body-reserve": "x" * 5001}])
def test_a_letter_without_words_is_refused_and_nothing_is_kept(
    cast: Cast, sign_in: SignIn, it: Application, changes: dict[str, str]
) -> None:
    response = post(sign_in(cast.carol), address(it.call), typed(it, **changes))
    assert response.status_code == 422
    assert list(response.context["form"].errors) == list(changes)
    assert not Decision.objects.exists()


def test_rules_of_the_database(cast: Cast, call: Call, it: Application) -> None:
    letters = {of: actions.Words("Subject", "Body") for of in Outcome}
    actions.write(call=call, decisions={it: ("taken", "")}, letters=letters, by=cast.carol)
    change = "update twinning_decision set "
    refused("decision_told_at_with_by", lambda: sql(f"{change} told_at = now()"))
    refused("decision_outcome_known", lambda: sql(f"{change} outcome = 'maybe'"))
