"""The transferability card: what a case note asks for, beside what a city has said."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from cities.models import City
from knowledge.models import Article
from knowledge.transfer.card import card
from tests.cities.test_constraints import refused, sql
from tests.conftest import Cast
from tests.knowledge.making import case_note, domain, form, send

SignIn = Callable[..., Client]


def states(article: Article, city: City) -> dict[str, str]:
    city.refresh_from_db()
    return {line.asked: line.state for line in card(article, article.live, city)}  # type: ignore[arg-type]


def note(cast: Cast, **fields: Any) -> Article:
    return case_note(cast, fields={"summary": "Warm water.", **fields}, domains=[])


def test_conditions_are_met_missing_or_unknown(cast: Cast) -> None:
    article = note(cast, conditions=["port", "university", "land"])
    City.objects.filter(pk=cast.leuven.pk).update(has=["university"], lacks=["port"])
    assert states(article, cast.leuven) == {
        "A port": "missing",
        "A university in the city": "met",
        "Land of its own to build on": "unknown",
    }


@pytest.mark.parametrize(
    ("least", "most", "people", "state"),
    [
        (50_000, None, 50_000, "met"),
        (50_000, None, 49_999, "missing"),
        (None, 50_000, 50_000, "met"),
        (None, 50_000, 50_001, "missing"),
        (10, 20, 15, "met"),
        (10, 20, 21, "missing"),
        (10, 20, None, "unknown"),
    ],
)
def test_size(
    cast: Cast, least: int | None, most: int | None, people: int | None, state: str
) -> None:
    asked = {"smallest": least, "largest": most}
    article = note(cast, **{name: number for name, number in asked.items() if number})
    City.objects.filter(pk=cast.leuven.pk).update(population=people)
    assert list(states(article, cast.leuven).values()) == [state]


def test_domains_and_the_rules_of_a_country(cast: Cast) -> None:
    article = case_note(cast, fields={"summary": "Warm water.", "law": "A clause."})
    cast.malmo.domains.add(domain())
    assert list(states(article, cast.malmo).values()) == ["met", "met"]
    assert list(states(article, cast.leuven).values()) == ["unknown", "unknown"]


def test_the_page_begins_with_ones_own_city(cast: Cast, sign_in: SignIn) -> None:
    article = note(cast, conditions=["port"])
    path = f"{article.get_absolute_url()}transfer/"
    City.objects.filter(pk=cast.leuven.pk).update(lacks=["port"])
    City.objects.filter(pk=cast.malmo.pk).update(has=["port"])
    own = sign_in(cast.mallory).get(path)
    assert (own.context["city"], own.context["counts"]["missing"]) == (cast.leuven, 1)
    assert "Ask Lund about it" in own.content.decode()
    other = sign_in(None).get(f"{path}?city=malmo")
    assert (other.context["city"], other.context["counts"]["met"]) == (cast.malmo, 1)
    for query in ("", "?city=", "?city=nowhere", "?city=%F0%9F%90%84"):
        nobody = sign_in(None).get(f"{path}{query}")
        assert (nobody.status_code, nobody.context["city"]) == (200, None)


def test_the_form_asks_for_it_and_refuses_what_cannot_be(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.bob)
    sent = form(
        kind="case-note",
        summary="Short.",
        action="save",
        conditions=["port", "land"],
        smallest="500",
        largest="20",
    )
    response = send(client, "/knowledge/new/", sent)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["largest"]
    assert 'value="500"' in response.content.decode()
    wrong = send(client, "/knowledge/new/", sent | {"largest": "900", "conditions": ["castle"]})
    assert list(wrong.context["form"].errors) == ["conditions"]
    send(client, "/knowledge/new/", sent | {"largest": "900"})
    article = Article.objects.get()
    kept = article.revisions.get().fields
    assert (kept["conditions"], kept["smallest"], kept["largest"]) == (["port", "land"], 500, 900)
    page = client.get(article.get_absolute_url()).content.decode()
    assert "A port, Land of its own to build on" in page
    edit = client.get(f"{article.get_absolute_url()}edit/").content.decode()
    assert edit.count("checked") >= 2


def test_changes_of_conditions_are_compared_in_words(cast: Cast, sign_in: SignIn) -> None:
    article = note(cast, conditions=["port"])
    client = sign_in(cast.carol)
    sent = form(kind="case-note", base="1", summary="Warm water.", conditions=["land"])
    sent["programme"] = "learning-hub-syd"
    send(client, f"{article.get_absolute_url()}edit/", sent)
    page = client.get(f"{article.get_absolute_url()}compare/?from=1&to=2").content.decode()
    assert "A port" in page
    assert "Land of its own" in page
    assert "[&#x27;" not in page


def test_no_city_both_has_and_lacks(cast: Cast) -> None:
    both = "update cities_city set has = '{port}', lacks = '{port}'"
    refused("city_has_or_lacks", lambda: sql(both))
