"""What cities seek, offer and ask: stated, listed, asked of one city, closed and opened again."""

from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from cities.models import Domain, Wish
from cities.needs import actions
from hub import search
from hub.models import Event, SearchDocument
from tests.cities.test_city_pages import SignIn
from tests.cities.test_constraints import refused, sql
from tests.conftest import Cast
from tests.labs.conftest import post


@pytest.fixture
def buildings(db: None) -> Domain:
    return Domain.objects.create(code="buildings", name_en="Buildings", name_sv="Byggnader")


def need(cast: Cast, text: str = "How do owners renovate?", **changes: Any) -> Wish:
    values: dict[str, Any] = {
        "city": cast.lund,
        "kind": "seeks",
        "text": text,
        "domains": [],
        "by": cast.bob,
    }
    return actions.state(**values | changes)


def ask(client: Client, asked: str, **changes: Any) -> Any:
    data = {"city": "lund", "text": "What did it cost?"} | changes
    return post(client, f"/cities/{asked}/questions/", data)


def texts(client: Client, **query: str) -> list[str]:
    page = client.get(f"/needs/?{urlencode(query)}").context["page"]
    return [wish.text for wish in page]


def test_staff_state_a_need(cast: Cast, sign_in: SignIn, buildings: Domain) -> None:
    client = sign_in(cast.bob)
    data = {"kind": "seeks", "text": "How do we begin?", "domains": [buildings.pk]}
    response = post(client, "/cities/lund/wishes/", data)
    wish = Wish.objects.get()
    assert (response.status_code, response["Location"]) == (302, wish.get_absolute_url())
    assert (wish.city, wish.kind, wish.text) == (cast.lund, "seeks", "How do we begin?")
    assert (wish.stated_by, list(wish.domains.all())) == (cast.bob, [buildings])
    assert Event.objects.get().verb == "wish.sought"
    assert SearchDocument.objects.get(pk=wish.subject).title == "How do we begin?"
    assert "How do we begin?" in SearchDocument.objects.get(pk=cast.lund.subject).text
    assert b"How do we begin?" in client.get("/cities/lund/").content


@pytest.mark.parametrize("text", ["", "x" * 201, "   "])
@pytest.mark.parametrize("address", ["/cities/lund/wishes/", "/cities/leuven/questions/"])
def test_it_is_one_sentence(cast: Cast, sign_in: SignIn, address: str, text: str) -> None:
    data = {"kind": "seeks", "city": "lund", "text": text}
    response = post(sign_in(cast.bob), address, data)
    assert response.status_code == 422
    assert response.context["form"].errors.keys() == {"text"}
    assert not Wish.objects.exists()


def test_a_city_is_asked_and_its_people_hear_of_it(cast: Cast, sign_in: SignIn) -> None:
    response = ask(sign_in(cast.bob), "leuven")
    wish = Wish.objects.get()
    assert response["Location"] == wish.get_absolute_url()
    assert (wish.city, wish.asked, wish.kind) == (cast.lund, cast.leuven, "seeks")
    event = Event.objects.get()
    assert (event.verb, event.direct) == ("wish.asked", [cast.mallory.pk])
    assert {cast.lund.subject, cast.leuven.subject} <= set(event.subjects)
    page = sign_in(cast.mallory).get("/cities/leuven/").content.decode()
    assert "What did it cost?" in page
    assert "Asks your city" in sign_in(cast.mallory).get("/").content.decode()


@pytest.mark.parametrize("city", ["malmo", "leuven", "", "nowhere"])
def test_nobody_asks_for_a_city_that_is_not_theirs(cast: Cast, sign_in: SignIn, city: str) -> None:
    response = ask(sign_in(cast.bob), "leuven", city=city)
    assert response.status_code == 422
    assert not Wish.objects.exists()


def test_nobody_asks_their_own_city(cast: Cast, sign_in: SignIn) -> None:
    assert ask(sign_in(cast.bob), "lund").status_code == 403
    assert "Ask this city" not in sign_in(cast.bob).get("/cities/lund/").content.decode()
    assert "Ask this city" in sign_in(cast.bob).get("/cities/leuven/").content.decode()


def test_the_list_is_narrowed(cast: Cast, client: Client, buildings: Domain) -> None:
    need(cast, "one", domains=[buildings])
    need(cast, "two", kind="offers")
    need(cast, "three", city=cast.leuven, asked=cast.lund, by=cast.mallory)
    closed = need(cast, "four")
    actions.close(wish=closed, by=cast.bob)
    Wish.objects.filter(text="one").update(answered_at=closed.stated_at)
    expected = {
        (): ["three", "two", "one"],
        (("kind", "seeks"),): ["three", "one"],
        (("kind", "offers"),): ["two"],
        (("state", "unanswered"),): ["three"],
        (("state", "closed"),): ["four"],
        (("country", "BE"),): ["three"],
        (("domain", "buildings"),): ["one"],
        (("asked", "lund"),): ["three"],
        (("asked", "nowhere"),): [],
        (("kind", "x"),): ["three", "two", "one"],
    }
    assert {query: texts(client, **dict(query)) for query in expected} == expected


def test_home_shows_what_nobody_has_answered(cast: Cast, client: Client) -> None:
    need(cast, "Waits for somebody")
    answered = need(cast, "Has been answered")
    Wish.objects.filter(pk=answered.pk).update(answered_at=answered.stated_at)
    page = client.get("/").content.decode()
    assert "Waits for somebody" in page
    assert "Has been answered" not in page


def test_today_shows_needs_in_ones_own_domains(
    cast: Cast, sign_in: SignIn, buildings: Domain
) -> None:
    cast.leuven.domains.add(buildings)
    need(cast, "Near to you", domains=[buildings])
    need(cast, "Far from you")
    need(cast, "Your own", city=cast.leuven, by=cast.mallory, domains=[buildings])
    page = sign_in(cast.mallory).get("/").content.decode()
    assert ["Near to you" in page, "Far from you" in page, "Your own" in page] == [
        True,
        False,
        False,
    ]


def test_closing_is_undone(cast: Cast, sign_in: SignIn) -> None:
    wish, client = need(cast), sign_in(cast.bob)
    response = post(client, f"{wish.get_absolute_url()}closing/")
    assert response["Location"] == wish.get_absolute_url()
    wish.refresh_from_db()
    assert (wish.closed_by, wish.is_open) == (cast.bob, False)
    assert not SearchDocument.objects.filter(pk=wish.subject).exists()
    assert texts(client) == []
    assert "Open it again" in client.get(wish.get_absolute_url()).content.decode()
    post(client, f"{wish.get_absolute_url()}return/")
    wish.refresh_from_db()
    assert (wish.closed_by, wish.is_open) == (None, True)
    assert SearchDocument.objects.filter(pk=wish.subject).exists()
    assert texts(client) == [wish.text]


def test_an_address_names_its_own_city(cast: Cast, client: Client) -> None:
    wish = need(cast)
    assert client.get(wish.get_absolute_url()).status_code == 200
    assert client.get(f"/cities/malmo/wishes/{wish.pk}/").status_code == 404
    assert client.get("/cities/lund/wishes/999999999999999999/").status_code == 404


def test_words_of_a_need_are_escaped(cast: Cast, client: Client) -> None:
    wish = need(cast, "<script>alert(1)</script>")
    for address in (wish.get_absolute_url(), "/needs/", "/", "/cities/lund/"):
        assert b"<script>alert" not in client.get(address).content


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ("asked_id = city_id", "wish_asks_another_city"),
        ("kind = 'offers', asked_id = malmo", "wish_asks_another_city"),
        ("kind = 'offers', answered_at = now()", "wish_only_needs_are_answered"),
        ("closed_at = now()", "wish_closed_at_with_by"),
    ],
)
def test_rules_of_the_database(cast: Cast, change: str, rule: str) -> None:
    need(cast)
    change = change.replace("malmo", str(cast.malmo.pk))
    refused(rule, lambda: sql(f"UPDATE cities_wish SET {change}"))


def test_a_need_is_put_anew_by_reindexing(cast: Cast) -> None:
    wish = need(cast)
    SearchDocument.objects.all().delete()
    assert search.rebuild("need") == 1
    assert SearchDocument.objects.get().pk == wish.subject


def test_closing_a_wish_acts_once(cast: Cast, sign_in: SignIn) -> None:
    wish = Wish.objects.create(city=cast.lund, kind="offers", text="Heat", stated_by=cast.alice)
    client = sign_in(cast.bob)
    url = f"/cities/lund/wishes/{wish.pk}/closing/"
    assert post(client, url).status_code == 302
    wish.refresh_from_db()
    first = wish.closed_at
    assert wish.closed_by == cast.bob
    post(sign_in(cast.alice), url)
    wish.refresh_from_db()
    assert (wish.closed_at, wish.closed_by) == (first, cast.bob)
    assert b"Heat" not in client.get("/cities/lund/").content


def test_wish_is_closed_by_its_own_city_only(cast: Cast, sign_in: SignIn) -> None:
    wish = Wish.objects.create(city=cast.lund, kind="offers", text="Heat", stated_by=cast.alice)
    client = sign_in(cast.mallory)
    assert post(client, f"/cities/lund/wishes/{wish.pk}/closing/").status_code == 403
    assert post(client, f"/cities/leuven/wishes/{wish.pk}/closing/").status_code == 404
    wish.refresh_from_db()
    assert wish.closed_at is None
