"""A Lab like an earlier one, and a year of them in one save."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from labs.models import Lab
from tests.conftest import Cast
from tests.labs.conftest import at, form_data, post

CLOCK = "2026-11-21T12:00:00Z"


def errors_of(response: Any) -> dict[str, list[str]]:
    return {name: list(errors) for name, errors in response.context["form"].errors.items()}


def day(days: int) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


@pytest.fixture
def carol(cast: Cast, sign_in: Callable[..., Client]) -> Client:
    return sign_in(cast.carol)


def test_a_copy_takes_over_everything_but_the_day(carol: Client, lab: Lab) -> None:
    page = carol.get(lab.get_absolute_url()).content.decode()
    address = f"/labs/new/?like={lab.slug}"
    assert address in page
    response = carol.get(address)
    form = response.context["form"]
    shown = {name: form[name].value() for name in form.fields}
    kept = {
        name: getattr(lab, name)
        for name in ("title", "summary", "place", "address", "join_link", "time_zone", "audience")
    }
    assert {name: shown[name] for name in kept} == kept
    assert (shown["seats_onsite"], shown["seats_online"], shown["language"]) == (20, 30, "en")
    assert (shown["date"], shown["last_day"]) == (None, None)
    assert (f"{shown['begins']:%H:%M}", f"{shown['ends']:%H:%M}") == ("13:00", "16:00")
    assert shown["remind"] == ["7", "1"]
    rows = [row["title"].value() for row in response.context["agenda"]]
    assert [title for title in rows if title] == ["Welcome", "Pipes"]
    assert Lab.objects.count() == 1


def test_only_a_lab_that_one_coordinates_is_copied(
    carol: Client, cast: Cast, lab: Lab, sign_in: Callable[..., Client]
) -> None:
    assert carol.get("/labs/new/?like=nothing").status_code == 404
    assert sign_in(cast.alice).get(f"/labs/new/?like={lab.slug}").status_code == 403


def test_a_year_of_labs_is_saved_at_once(carol: Client, cast: Cast) -> None:
    data = form_data(programme=cast.syd.pk, day_2=day(160), theme_2="Cold stores", day_4=day(280))
    response = post(carol, "/labs/new/", data)
    assert (response.status_code, response.url) == (302, "/labs/?when=drafts")
    labs = list(Lab.objects.order_by("starts_at"))
    assert [(lab.title, lab.starts_at, lab.ends_at, lab.state) for lab in labs] == [
        ("Heat pumps for all", at(100), at(100, 16), "draft"),
        ("Cold stores", at(160), at(160, 16), "draft"),
        ("Heat pumps for all", at(280), at(280, 16), "draft"),
    ]
    assert {lab.agenda.count() for lab in labs} == {2}
    assert len({lab.slug for lab in labs}) == len({lab.uid for lab in labs}) == 3


def test_a_series_of_several_days_keeps_their_number(carol: Client, cast: Cast) -> None:
    data = form_data(programme=cast.syd.pk, last_day=day(101), ends="12:00", day_2=day(200))
    assert post(carol, "/labs/new/", data).status_code == 302
    labs = Lab.objects.order_by("starts_at")
    assert [lab.ends_at for lab in labs] == [at(101, 12), at(201, 12)]


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"day_2": 100}, "day_2", "This day is in the series already."),
        ({"day_2": 150, "day_3": 150}, "day_3", "This day is in the series already."),
        ({"day_3": -2}, "day_3", "This time has already passed. Choose a later one."),
        ({"day_2": 3000}, "day_2", "A Lab is planned at most five years ahead."),
        ({"theme_2": "Cold"}, "day_2", "Give the day of this Lab too."),
        ({"day_2": "soon"}, "day_2", "Write the date like 2027-03-09."),
    ],
)
def test_one_wrong_day_saves_none_of_them_and_keeps_what_was_typed(
    carol: Client, cast: Cast, changes: dict[str, Any], field: str, sentence: str
) -> None:
    typed = {n: day(v) if isinstance(v, int) else v for n, v in changes.items()}
    response = post(carol, "/labs/new/", form_data(programme=cast.syd.pk, **typed))
    assert response.status_code == 422
    assert errors_of(response) == {field: [sentence]}
    assert '<details class="series" open>' in response.content.decode()
    assert Lab.objects.count() == 0


def test_an_hour_that_one_day_skips_is_refused_beside_that_day(carol: Client, cast: Cast) -> None:
    changes = {"date": "2027-03-27", "begins": "02:30", "ends": "05:00", "day_2": "2027-03-28"}
    with time_machine.travel(CLOCK):
        response = post(carol, "/labs/new/", form_data(programme=cast.syd.pk, **changes))
    assert list(errors_of(response)) == ["day_2"]
    assert "never show 02:30" in errors_of(response)["day_2"][0]
    assert Lab.objects.count() == 0


def test_the_buttons_of_the_agenda_keep_the_series(carol: Client, cast: Cast) -> None:
    data = form_data(programme=cast.syd.pk, agenda_button="add", day_3=day(200), theme_3="Cold")
    form = post(carol, "/labs/new/", data).context["form"]
    assert (form["day_3"].value(), form["theme_3"].value()) == (day(200), "Cold")
