import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from cities.models import Organisation, Participation
from cities.rhythm import year_line
from hub.models import Event, User
from tests.conftest import Cast

SignIn = Callable[[User | None], Client]
URL = "/programmes/learning-hub-syd/"


def post(client: Client, url: str, **data: Any) -> Any:
    return client.post(url, {"_key": str(uuid4()), **data})


def join(client: Client, cast: Cast, **changed: Any) -> Any:
    data = {"city": cast.leuven.pk, "role": "twin", "starts_on": "2026-12-01", "last_day": ""}
    return post(client, f"{URL}participations/", **(data | changed))


def test_page_shows_cities_by_role(cast: Cast, client: Client) -> None:
    response = client.get(URL)
    shown = [
        (role.value, [p.city.name for p in rows]) for role, rows in response.context["by_role"]
    ]
    assert shown == [("core", ["Lund", "Malmö"])]


def test_coordinator_adds_a_city(cast: Cast, sign_in: SignIn) -> None:
    assert join(sign_in(cast.carol), cast, last_day="2027-06-30").status_code == 302
    made = Participation.objects.get(programme=cast.syd, city=cast.leuven)
    assert (made.role, made.period.lower, made.period.upper, made.added_by) == (
        "twin",
        dt.date(2026, 12, 1),
        dt.date(2027, 7, 1),
        cast.carol,
    )
    assert made.last_day == dt.date(2027, 6, 30)
    assert Event.objects.get().verb == "city.joined"


def test_city_already_there_is_refused_beside_the_field(cast: Cast, sign_in: SignIn) -> None:
    response = join(sign_in(cast.carol), cast, city=cast.lund.pk)
    assert response.status_code == 422
    assert response.context["form"].errors.keys() == {"city"}
    assert Participation.objects.filter(programme=cast.syd).count() == 2


def test_last_day_before_the_first_is_refused(cast: Cast, sign_in: SignIn) -> None:
    response = join(sign_in(cast.carol), cast, last_day="2026-11-30")
    assert response.status_code == 422
    assert response.context["form"].errors.keys() == {"last_day"}


@pytest.mark.parametrize("who", ["alice", "bob", "rita", "mallory"])
def test_others_add_nothing(cast: Cast, sign_in: SignIn, who: str) -> None:
    assert join(sign_in(getattr(cast, who)), cast).status_code == 403
    assert not Participation.objects.filter(programme=cast.syd, city=cast.leuven).exists()


def test_coordinator_of_one_programme_cannot_touch_another(cast: Cast, sign_in: SignIn) -> None:
    theirs = Participation.objects.get(programme=cast.twinning)
    client = sign_in(cast.carol)
    day = {"last_day": "2026-12-31"}
    url = f"/participations/{theirs.pk}/ending/"
    assert post(client, f"/programmes/twinning{url}", **day).status_code == 403
    assert post(client, f"/programmes/learning-hub-syd{url}", **day).status_code == 404
    theirs.refresh_from_db()
    assert theirs.period.upper is None


def test_ending_keeps_the_role_in_the_history(cast: Cast, sign_in: SignIn) -> None:
    lund = Participation.objects.get(programme=cast.syd, city=cast.lund)
    client = sign_in(cast.carol)
    url = f"{URL}participations/{lund.pk}/ending/"
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    assert post(client, url, last_day=yesterday.isoformat()).status_code == 302
    lund.refresh_from_db()
    assert lund.last_day == yesterday
    response = client.get(URL)
    assert [p.city.name for p in response.context["ended"]] == ["Lund"]
    assert lund.pk not in Participation.objects.current().values_list("pk", flat=True)


@pytest.mark.parametrize("day", ["2024-12-31", "2028-01-01", "never", ""])
def test_impossible_last_day_is_refused(cast: Cast, sign_in: SignIn, day: str) -> None:
    lund = Participation.objects.get(programme=cast.syd, city=cast.lund)
    url = f"{URL}participations/{lund.pk}/ending/"
    response = post(sign_in(cast.carol), url, last_day=day)
    assert response.status_code == 422
    assert response.context["form"].errors.keys() == {"last_day"}
    lund.refresh_from_db()
    assert lund.period.upper == dt.date(2028, 1, 1)


def test_line_of_years_begins_and_ends_with_the_programme(cast: Cast) -> None:
    cast.syd.refresh_from_db()
    line = year_line(cast.syd, dt.date(2026, 7, 2))
    assert [tick.year for tick in line.ticks] == [2025, 2026, 2027]
    assert (line.ticks[0].x, line.end, line.done) == ("8.0", "592.0", "300.0")
    assert (line.has_begun, line.is_over, line.is_open) == (True, False, False)


def test_organisation_names_its_programmes(cast: Cast, client: Client) -> None:
    part = Organisation.objects.create(
        name="LU Collaboration", name_sv="LU Samverkan", slug="lu", parent=cast.university
    )
    body = client.get("/organisations/lund-university/").content.decode()
    assert "Learning Hub Syd" in body
    assert "LU Collaboration" in body
    swedish = client.get(part.get_absolute_url(), headers={"Accept-Language": "sv"})
    assert "<h1>LU Samverkan</h1>" in swedish.content.decode()


def test_programme_page_keeps_its_queries(
    cast: Cast, client: Client, django_assert_max_num_queries: Any
) -> None:
    client.get("/programmes/twinning/")
    with django_assert_max_num_queries(50) as one:
        client.get("/programmes/twinning/")
    for city in (cast.lund, cast.malmo):
        Participation.objects.create(
            programme=cast.twinning, city=city, role="twin", period=("2024-01-01", None)
        )
    with django_assert_max_num_queries(50) as more:
        client.get("/programmes/twinning/")
    assert len(more) == len(one)
