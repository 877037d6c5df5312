"""Decisions: kept, read through as letters, and only then told, each city once."""

from typing import Any

import pytest
from django.utils import translation

from cities.enums import Role
from cities.models import Membership
from cities.twinning.applications import actions as applying
from cities.twinning.decisions import actions, letters
from cities.twinning.enums import Outcome
from cities.twinning.models import Application, Call, Decision
from hub.delivery import Letter
from hub.models import Delivery, User
from hub.refusals import Refused
from tests.cities.test_city_pages import SignIn
from tests.cities.test_constraints import refused, sql
from tests.client import Client
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
    data: dict[str, Any] = {"seen": actions.digest([letter])}
    assert post(client, address(it.call, "letters/"), data).status_code == 302
    told = Decision.objects.get()
    assert (told.told_by, Delivery.objects.count()) == (cast.carol, 3)
    # Sent once more, it is nobody's turn.
    post(client, address(it.call, "letters/"), data)
    assert Delivery.objects.count() == 3


def test_what_changed_since_is_read_again(cast: Cast, call: Call, it: Application) -> None:
    words = {of: actions.Words("Subject", "Body") for of in Outcome}
    actions.write(call=call, decisions={it: ("taken", "")}, letters=words, by=cast.carol)
    read = actions.digest(actions.prepared(call))
    other = applying.submit(application=whole(call, cast.leuven, cast.mallory), by=cast.mallory)
    actions.write(call=call, decisions={other: ("declined", "")}, letters={}, by=cast.carol)
    with pytest.raises(Refused):
        actions.send(call=call, seen=read, by=cast.carol)
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("change", ["outcome", "note", "words", "contact", "person"])
def test_a_letter_that_was_read_otherwise_does_not_leave(
    cast: Cast, call: Call, it: Application, change: str
) -> None:
    words = {of: actions.Words("Subject", "Body {note}") for of in Outcome}
    actions.write(call=call, decisions={it: ("taken", "Welcome")}, letters=words, by=cast.carol)
    read = actions.digest(actions.prepared(call))
    row = {"outcome": ("declined", "Welcome"), "note": ("taken", "Sorry")}
    if change in row:
        actions.write(call=call, decisions={it: row[change]}, letters={}, by=cast.ada)
    elif change == "words":
        other = {Outcome.TAKEN: actions.Words("Subject", "Other words")}
        actions.write(call=call, decisions={}, letters=other, by=cast.ada)
    elif change == "contact":
        it.contacts.update(email="somebody.else@example.org")
    else:
        Membership.objects.create(user=cast.mallory, city=cast.lund, role=Role.STAFF)
    with pytest.raises(Refused):
        actions.send(call=call, seen=read, by=cast.carol)
    assert not Delivery.objects.exists()
    assert Decision.objects.get().told_at is None


def test_two_who_decide_at_once_do_not_undo_each_other(
    cast: Cast, sign_in: SignIn, call: Call, it: Application
) -> None:
    other = applying.submit(application=whole(call, cast.leuven, cast.mallory), by=cast.mallory)
    carol, ada = window_of(cast.carol), window_of(cast.ada)
    opened = {name: page_of(client, call) for name, client in (("carol", carol), ("ada", ada))}
    post(carol, address(call), opened["carol"] | {f"outcome-{it.pk}": "declined"})
    # Ada decides on another city, in a form that still says nothing of the first.
    post(ada, address(call), opened["ada"] | {f"outcome-{other.pk}": "taken"})
    made = {d.application: (d.outcome, d.decided_by) for d in Decision.objects.all()}
    assert made == {it: ("declined", cast.carol), other: ("taken", cast.ada)}


def test_another_decision_on_the_same_city_is_shown_before_it_is_replaced(
    cast: Cast, call: Call, it: Application
) -> None:
    carol, ada = window_of(cast.carol), window_of(cast.ada)
    mine, theirs = page_of(carol, call), page_of(ada, call)
    change = {f"outcome-{it.pk}": "declined", f"note-{it.pk}": "Too late", "body-taken": "Welcome"}
    post(ada, address(call), theirs | change)
    wanted = {f"outcome-{it.pk}": "taken", "body-taken": "Hello"}
    response = post(carol, address(call), mine | wanted)
    assert response.status_code == 422
    errors = response.context["form"].errors
    assert "Declined. Too late" in errors[f"outcome-{it.pk}"][0]
    assert "Welcome" in errors["body-taken"][0]
    assert Decision.objects.get().outcome == "declined"
    # What she typed is still there, and holds once she has seen both.
    again = sent_again(response)
    assert (again[f"outcome-{it.pk}"], again["body-taken"]) == ("taken", "Hello")
    assert post(carol, address(call), again).status_code == 302
    assert Decision.objects.get().outcome == "taken"


def test_an_application_that_came_in_meanwhile_is_not_undecided_by_an_old_form(
    cast: Cast, sign_in: SignIn, call: Call, it: Application
) -> None:
    client = sign_in(cast.carol)
    opened = page_of(client, call)
    other = applying.submit(application=whole(call, cast.leuven, cast.mallory), by=cast.mallory)
    actions.write(call=call, decisions={other: ("reserve", "")}, letters={}, by=cast.ada)
    post(client, address(call), opened)
    assert Decision.objects.get().application == other


def window_of(user: User) -> Client:
    """A browser of its own."""
    client = Client()
    client.force_login(user)
    return client


def test_nobody_decides_about_their_own_city(
    cast: Cast, sign_in: SignIn, call: Call, it: Application
) -> None:
    Membership.objects.create(user=cast.carol, city=cast.lund, role=Role.STAFF)
    assert post(sign_in(cast.carol), address(call), typed(it)).status_code == 302
    assert not Decision.objects.exists()
    assert post(sign_in(cast.ada), address(call), typed(it)).status_code == 302
    assert Decision.objects.get().decided_by == cast.ada


def page_of(client: Any, call: Call) -> dict[str, str]:
    """What a browser would send of the page as it stands."""
    return sent_again(client.get(address(call)))


def sent_again(response: Any) -> dict[str, str]:
    form = response.context["form"]
    return {name: str(form[name].value() or "") for name in form.fields}


def test_a_withdrawn_city_gets_no_letter(cast: Cast, call: Call, it: Application) -> None:
    words = {of: actions.Words("Subject", "Body") for of in Outcome}
    actions.write(call=call, decisions={it: ("taken", "")}, letters=words, by=cast.carol)
    applying.withdraw(application=it, reason="No staff", by=cast.bob)
    assert actions.prepared(call) == []


def test_what_a_city_was_told_stays(cast: Cast, sign_in: SignIn, it: Application) -> None:
    client = sign_in(cast.carol)
    post(client, address(it.call), typed(it))
    seen = actions.digest(actions.prepared(it.call))
    actions.send(call=it.call, seen=seen, by=cast.carol)
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
    words = {of: actions.Words("Subject", "Body") for of in Outcome}
    actions.write(call=call, decisions={it: ("taken", "")}, letters=words, by=cast.carol)
    change = "update twinning_decision set "
    refused("decision_told_at_with_by", lambda: sql(f"{change} told_at = now()"))
    refused("decision_outcome_known", lambda: sql(f"{change} outcome = 'maybe'"))


def test_a_contact_without_an_account_gets_a_mail_in_one_language(
    cast: Cast, sign_in: SignIn, call: Call, it: Application
) -> None:
    cast.carol.language = "sv"
    cast.carol.save()
    words = {Outcome.TAKEN: actions.Words("Svar", "Hej {city}")}
    actions.write(call=call, decisions={it: ("taken", "")}, letters=words, by=cast.carol)
    seen = actions.digest(actions.prepared(call))
    actions.send(call=call, seen=seen, by=cast.carol)
    with translation.override("en"):
        letter = letters.decision(Delivery.objects.get(user=None))
    assert isinstance(letter, Letter)
    assert (letter.language, "Du får det här mejlet" in letter.text) == ("sv", True)
    # Nothing there for who cannot sign in.
    assert "/settings/" not in letter.text + letter.html
    assert "/applications/" not in letter.text + letter.html
    page = sign_in(cast.carol).get(address(call)).content.decode()
    assert "Staden har fått veta" in page or "The city is told" in page
