from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from slugify import slugify

from cities.enums import CityRole, Condition, MissionStatus
from cities.models import City, CityFact, Domain, Participation, Wish
from hub.models import Event, SearchDocument, User
from tests.conftest import Cast

SignIn = Callable[[User | None], Client]


def names(response: Any) -> list[str]:
    return [city.name for city in response.context["page"]]


def post(client: Client, url: str, **data: Any) -> Any:
    return client.post(url, {"_key": str(uuid4()), **data})


def profile(**changed: Any) -> dict[str, Any]:
    """A right profile with one new figure's empty row."""
    return {
        "about": "",
        "website": "",
        "neutral_by": "",
        "neutral_by_source": "",
        "population": "",
        "population_source": "",
        "population_year": "",
        "facts-TOTAL_FORMS": "1",
        "facts-INITIAL_FORMS": "0",
        **changed,
    }


def figure(**changed: Any) -> dict[str, Any]:
    row = {"label": "Trees", "value": "81,000", "year": "2025", "source": "Lund", "source_url": ""}
    return {f"facts-0-{name}": value for name, value in (row | changed).items()}


@pytest.fixture
def buildings(db: None) -> Domain:
    return Domain.objects.create(code="buildings", name_en="Buildings", name_sv="Byggnader")


def test_list_stands_in_swedish_order(cast: Cast, client: Client) -> None:
    for name in ("Åre", "Älmhult", "Öland", "Zürich", "umeå"):
        City.objects.create(name=name, slug=slugify(name), country="SE", latitude=60, longitude=10)
    found = names(client.get("/cities/"))
    assert found == ["Leuven", "Lund", "Malmö", "umeå", "Zürich", "Åre", "Älmhult", "Öland"]


def test_filters_choose(cast: Cast, client: Client, buildings: Domain) -> None:
    cast.lund.domains.add(buildings)
    City.objects.filter(pk=cast.malmo.pk).update(mission_status=MissionStatus.YES)
    Wish.objects.create(
        city=cast.malmo, kind="seeks", text="Plastics in the waste", stated_by=cast.alice
    )
    expected = {
        "country=BE": ["Leuven"],
        "programme=learning-hub-syd": ["Lund", "Malmö"],
        "role=pilot": ["Leuven"],
        "domain=buildings": ["Lund"],
        "mission=yes": ["Malmö"],
        "q=plastics": ["Malmö"],
        "q=byggnader": ["Lund"],
        "q=MALM": ["Malmö"],
        "programme=learning-hub-syd&role=pilot": [],
    }
    found = {query: names(client.get(f"/cities/?{query}")) for query in expected}
    assert found == expected


def test_closed_wish_is_not_found(cast: Cast, client: Client) -> None:
    wish = Wish.objects.create(
        city=cast.malmo, kind="seeks", text="Plastics in the waste", stated_by=cast.alice
    )
    Wish.objects.filter(pk=wish.pk).close(by=cast.alice)
    assert names(client.get("/cities/?q=plastics")) == []


def test_filter_says_what_it_does_not_know(cast: Cast, client: Client) -> None:
    response = client.get("/cities/?country=XX")
    assert "Select a valid choice" in response.content.decode()
    assert names(response) == ["Leuven", "Lund", "Malmö"]


def test_htmx_gets_only_the_results(cast: Cast, client: Client) -> None:
    response = client.get("/cities/?country=BE", headers={"HX-Request": "true"})
    body = response.content.decode()
    assert body.startswith('<div id="results"')
    assert "<html" not in body
    assert "HX-Request" in response.headers["Vary"]


@pytest.mark.parametrize("signed_in", [False, True])
def test_list_costs_the_same_at_one_and_thirty(
    cast: Cast, sign_in: SignIn, django_assert_num_queries: Any, signed_in: bool
) -> None:
    client = sign_in(cast.bob if signed_in else None)
    client.get("/cities/")
    with django_assert_num_queries(4 + signed_in):
        client.get("/cities/?country=BE")
    for n in range(30):
        city = City.objects.create(
            name=f"City {n}", slug=f"city-{n}", country="BE", latitude=51, longitude=4
        )
        Participation.objects.create(
            programme=cast.twinning, city=city, role=CityRole.TWIN, period=("2024-01-01", None)
        )
    client.get("/cities/")
    with django_assert_num_queries(4 + signed_in):
        client.get("/cities/?country=BE")


def test_city_page_keeps_its_queries(
    cast: Cast, client: Client, buildings: Domain, django_assert_max_num_queries: Any
) -> None:
    def add(n: int) -> None:
        wish = Wish.objects.create(city=cast.lund, kind="seeks", text=f"{n}", stated_by=cast.bob)
        wish.domains.add(buildings)
        CityFact.objects.create(city=cast.lund, label=f"F{n}", value="1", year=2025, source="S")

    add(0)
    client.get("/cities/lund/")
    with django_assert_max_num_queries(50) as one:
        client.get("/cities/lund/")
    for n in range(1, 30):
        add(n)
    with django_assert_max_num_queries(len(one)) as thirty:
        body = client.get("/cities/lund/").content.decode()
    assert len(thirty) == len(one)
    assert "F29" in body


def test_figures_show_source_and_year(cast: Cast, client: Client) -> None:
    City.objects.filter(pk=cast.lund.pk).update(
        population=94000, population_source="SCB", population_year=2025
    )
    CityFact.objects.create(
        city=cast.lund, label="Trees", value="81,000", year=2024, source="Park office"
    )
    body = client.get("/cities/lund/").content.decode()
    assert "SCB, 2025" in body
    assert "Park office, 2024" in body


def test_unknown_city_is_404(cast: Cast, client: Client) -> None:
    assert client.get("/cities/atlantis/").status_code == 404


def test_the_profile_says_once_that_questions_may_stay_open(cast: Cast, sign_in: SignIn) -> None:
    page = sign_in(cast.alice).get("/cities/lund/profile/").content.decode()
    group = (
        page[page.index("What the city has") :]
        .partition("columns-2")[2]
        .partition("</div></fieldset>")[0]
    )
    assert group.count("<select") == len(Condition)
    assert "(optional)" not in group
    assert "(optional)" in page


def test_lead_edits_the_profile(cast: Cast, sign_in: SignIn, buildings: Domain) -> None:
    data = profile(
        about="District heating for all.",
        neutral_by="2030",
        neutral_by_source="Council, 2022",
        domains=[buildings.pk],
        **figure(),
    )
    response = post(sign_in(cast.alice), "/cities/lund/profile/", **data)
    assert (response.status_code, response.headers["Location"]) == (302, "/cities/lund/")
    lund = City.objects.get(pk=cast.lund.pk)
    assert (lund.about, lund.neutral_by, lund.changed_by) == (
        "District heating for all.",
        2030,
        cast.alice,
    )
    assert lund.changed_at is not None
    assert [(f.label, f.value, f.year) for f in lund.facts.all()] == [("Trees", "81,000", 2025)]
    event = Event.objects.get()
    assert (event.verb, event.actor, event.subjects) == (
        "city.changed",
        cast.alice,
        [f"city:{lund.pk}"],
    )
    document = SearchDocument.objects.get(pk=lund.subject)
    assert "Byggnader" in document.text
    assert document.facets == [f"city:{lund.pk}", "country:SE", "domain:buildings"]


def test_figure_without_source_comes_back_with_what_was_typed(cast: Cast, sign_in: SignIn) -> None:
    data = profile(neutral_by="2035", **figure(source="", year="25"))
    response = post(sign_in(cast.alice), "/cities/lund/profile/", **data)
    assert response.status_code == 422
    assert response.context["form"].errors.keys() == {"neutral_by_source"}
    assert response.context["facts"].errors[0].keys() == {"source", "year"}
    assert b'value="2035"' in response.content
    lund = City.objects.get(pk=cast.lund.pk)
    assert (lund.neutral_by, lund.changed_at, CityFact.objects.count()) == (None, None, 0)


def test_profile_refuses_fields_it_does_not_show(cast: Cast, sign_in: SignIn) -> None:
    data = profile(name="Lundby", slug="x", mission_status="yes", latitude="0", changed_by="1")
    post(sign_in(cast.alice), "/cities/lund/profile/", **data)
    lund = City.objects.get(pk=cast.lund.pk)
    assert (lund.name, lund.slug, lund.mission_status, lund.changed_by) == (
        "Lund",
        "lund",
        "unknown",
        cast.alice,
    )


def test_figures_of_another_city_stay(cast: Cast, sign_in: SignIn) -> None:
    """An id swapped in the form reaches no row of another city."""
    theirs = CityFact.objects.create(
        city=cast.malmo, label="Canals", value="3", year=2024, source="Malmö"
    )
    data = profile(**figure(), **{"facts-INITIAL_FORMS": "1", "facts-0-id": str(theirs.pk)})
    post(sign_in(cast.alice), "/cities/lund/profile/", **data)
    assert list(CityFact.objects.values_list("city__name", "label")) == [("Malmö", "Canals")]
    assert theirs.pk == CityFact.objects.get().pk


@pytest.mark.parametrize(
    ("who", "profile_status", "wish_status"),
    [
        ("bob", 403, 200),
        ("mallory", 403, 403),
        ("rita", 403, 403),
        ("carol", 403, 403),
        ("ada", 200, 200),
    ],
)
def test_who_may_open_the_forms(
    cast: Cast, sign_in: SignIn, who: str, profile_status: int, wish_status: int
) -> None:
    client = sign_in(getattr(cast, who))
    assert client.get("/cities/lund/profile/").status_code == profile_status
    assert client.get("/cities/lund/wishes/").status_code == wish_status


def test_visitor_is_asked_to_sign_in(cast: Cast, client: Client) -> None:
    response = client.get("/cities/lund/profile/")
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/accounts/login/")


def test_lead_says_what_the_city_has(cast: Cast, sign_in: SignIn) -> None:
    client, url = sign_in(cast.alice), "/cities/lund/profile/"
    said = {"condition-port": "lacks", "condition-university": "has", "condition-land": ""}
    assert post(client, url, **profile(**said)).status_code == 302
    cast.lund.refresh_from_db()
    assert (cast.lund.has, cast.lund.lacks) == (["university"], ["port"])
    page = client.get("/cities/lund/").content.decode()
    assert "A university in the city" in page
    assert 'value="lacks" selected' in client.get(url).content.decode()
    wrong = post(client, url, **profile(**{"condition-port": "maybe"}))
    assert wrong.status_code == 422
    cast.lund.refresh_from_db()
    assert cast.lund.lacks == ["port"]
