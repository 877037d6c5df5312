import datetime as dt
from typing import Any

import pytest
from django.test import Client

from cities.models import City
from cities.twinning.actions import form_group
from cities.twinning.enums import GroupState
from cities.twinning.models import GroupMembership, TwinGroup
from cities.twinning.reference import clusters
from hub.models import SearchDocument, User
from tests.conftest import Cast

PERIOD = (dt.date(2024, 9, 1), dt.date(2026, 3, 1))


@pytest.fixture
def group(cast: Cast) -> TwinGroup:
    return form_group(
        programme=cast.twinning, pilots=[cast.leuven], twins=[cast.lund], cohort=1, period=PERIOD
    )


def titles(response: Any) -> list[str]:
    return [found.title for found in response.context["page"]]


def keys(user: User) -> list[str]:
    fresh = User.objects.with_keys().get(pk=user.pk)
    return sorted(key for key in fresh.access_keys if key.startswith("group:"))


def test_clusters_join_pairs_that_share_a_city() -> None:
    pairs = [("A", "x", "s"), ("B", "y", "s"), ("A", "z", "s"), ("C", "y", "s"), ("B", "x", "s")]
    assert [sorted(cluster) for cluster in clusters(pairs)] == [sorted(pairs)]
    assert len(clusters(pairs[:3])) == 2


def test_group_is_named_after_its_cities(group: TwinGroup, cast: Cast) -> None:
    assert (group.title, group.slug) == ("Leuven – Lund", "leuven-lund")
    again = form_group(
        programme=cast.twinning, pilots=[cast.leuven], twins=[cast.lund], cohort=2, period=PERIOD
    )
    assert again.slug == "leuven-lund-2"
    document = SearchDocument.objects.get(pk=group.subject)
    assert document.facets == sorted(
        [
            f"city:{cast.leuven.pk}",
            f"city:{cast.lund.pk}",
            group.subject,
            f"programme:{cast.twinning.pk}",
        ]
    )


def test_keys_open_a_group_to_its_cities_and_its_members(group: TwinGroup, cast: Cast) -> None:
    key = [f"group:{group.pk}"]
    assert [keys(user) for user in (cast.bob, cast.mallory)] == [key, key]
    assert sorted(keys(cast.alice)) == [*key, f"group:{group.pk}:lead"]
    assert (keys(cast.carol), keys(cast.rita)) == ([], [])
    GroupMembership.objects.create(group=group, user=cast.rita)
    assert keys(cast.rita) == key


def test_withdrawn_group_opens_to_cities_no_more(group: TwinGroup, cast: Cast) -> None:
    TwinGroup.objects.update(state=GroupState.WITHDRAWN)
    assert keys(cast.alice) == []


def test_filters_choose(group: TwinGroup, cast: Cast, client: Client) -> None:
    form_group(
        programme=cast.twinning,
        pilots=[cast.lund],
        twins=[cast.malmo],
        cohort=2,
        period=PERIOD,
        state=GroupState.CLOSED,
    )
    expected = {
        "": ["Leuven – Lund", "Lund – Malmö"],
        "cohort=2": ["Lund – Malmö"],
        "country=BE": ["Leuven – Lund"],
        "country=SE": ["Leuven – Lund", "Lund – Malmö"],
        "state=closed": ["Lund – Malmö"],
        "q=malm": ["Lund – Malmö"],
        "source=press": [],
    }
    assert {query: titles(client.get(f"/twinning/?{query}")) for query in expected} == expected


def test_group_page_tells_both_sides(group: TwinGroup, client: Client) -> None:
    response = client.get("/twinning/groups/leuven-lund/")
    found = response.context["group"]
    assert ([c.name for c in found.pilots], [c.name for c in found.twins]) == (["Leuven"], ["Lund"])
    body = response.content.decode()
    assert "September 2024–February 2026" in body
    assert "formed in this hub" in body


def test_city_page_tells_who_learns(group: TwinGroup, client: Client) -> None:
    assert "Lund learns here" in client.get("/cities/lund/").content.decode()
    assert "learns from Leuven" in client.get("/cities/leuven/").content.decode()


def test_table_costs_the_same_at_one_and_thirty(
    group: TwinGroup, cast: Cast, client: Client, django_assert_num_queries: Any
) -> None:
    client.get("/twinning/")
    with django_assert_num_queries(4):
        client.get("/twinning/")
    for n in range(30):
        city = City.objects.create(
            name=f"City {n}", slug=f"city-{n}", country="BE", latitude=51, longitude=4
        )
        form_group(programme=cast.twinning, pilots=[cast.lund], twins=[city], period=PERIOD)
    client.get("/twinning/")
    with django_assert_num_queries(4):
        client.get("/twinning/")
