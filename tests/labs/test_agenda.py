"""The agenda's rows: moved by buttons or dropped, their hours, and an agenda that is too long."""

from collections.abc import Callable

import pytest
from django.test import Client

from labs import actions
from labs.models import Lab
from labs.plans import Point
from labs.timetables import overrun
from tests.conftest import Cast
from tests.labs.conftest import a_plan, form_data, post

THREE = {
    "agenda-2-title": "Walk",
    "agenda-2-minutes": "30",
    "agenda-0-item": "11",
    "agenda-1-item": "22",
}


def pressed(client: Client, button: str, **changes: object) -> list[tuple[str, str, str]]:
    """Title, number and hours of each row after one press."""
    data = form_data(**THREE, **changes) | {"agenda_button": button}
    response = post(client, "/labs/new/", data)
    assert response.status_code == 200
    return [
        (form["title"].value(), str(form["item"].value()), form.hours)
        for form in response.context["agenda"]
    ]


WELCOME = ("Welcome", "11", "13:00–13:20")
PIPES = ("Pipes", "22", "13:20–14:20")
WALK = ("Walk", "", "14:20–14:50")


@pytest.mark.parametrize(
    ("button", "rows"),
    [
        (
            "move-2-0",
            [
                ("Walk", "", "13:00–13:30"),
                ("Welcome", "11", "13:30–13:50"),
                ("Pipes", "22", "13:50–14:50"),
            ],
        ),
        (
            "move-0-2",
            [
                ("Pipes", "22", "13:00–14:00"),
                ("Walk", "", "14:00–14:30"),
                ("Welcome", "11", "14:30–14:50"),
            ],
        ),
        ("move-1-1", [WELCOME, PIPES, WALK]),
        ("move-9-0", [WELCOME, PIPES, WALK]),
        ("remove-0", [("Pipes", "22", "13:00–14:00"), ("Walk", "", "14:00–14:30")]),
    ],
)
def test_a_dropped_row_moves_with_its_number_and_hours(
    cast: Cast,
    sign_in: Callable[..., Client],
    button: str,
    rows: list[tuple[str, str, str]],
) -> None:
    assert pressed(sign_in(cast.carol), button) == rows
    assert Lab.objects.count() == 0


@pytest.mark.parametrize("button", ["move-0", "move-a-b", "move-²-1", "move--1", "fly-1"])
def test_a_press_that_is_none_saves_nothing_by_mistake(
    cast: Cast, sign_in: Callable[..., Client], button: str
) -> None:
    data = form_data(title="", **THREE) | {"agenda_button": button}
    assert post(sign_in(cast.carol), "/labs/new/", data).status_code == 422
    assert Lab.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "hours"),
    [
        ({"begins": ""}, ""),
        ({"begins": "13.00"}, "13:00–13:20"),
        ({"date": "9999-12-31"}, ""),
        ({"date": "x"}, ""),
        ({"agenda-0-minutes": "soon"}, ""),
        ({"agenda-0-minutes": "99999999"}, "13:00–13:00"),
    ],
)
def test_hours_stand_only_where_they_are_known(
    cast: Cast, sign_in: Callable[..., Client], changes: dict[str, object], hours: str
) -> None:
    assert pressed(sign_in(cast.carol), "move-1-1", **changes)[0][2] == hours


def test_the_form_warns_while_it_is_filled_in(cast: Cast, sign_in: Callable[..., Client]) -> None:
    client = sign_in(cast.carol)
    data = form_data(**THREE, ends="14:30") | {"agenda_button": "move-1-1"}
    page = post(client, "/labs/new/", data).content.decode()
    assert "The agenda is 20 minutes longer than the time set aside." in page
    data = form_data(**THREE, ends="14:50") | {"agenda_button": "move-1-1"}
    assert "longer than the time set aside" not in post(client, "/labs/new/", data).content.decode()


def test_saving_and_publishing_warn_of_an_agenda_that_is_too_long(
    make_lab: Callable[..., Lab], cast: Cast, sign_in: Callable[..., Client]
) -> None:
    client = sign_in(cast.carol)
    draft = make_lab(state="draft", agenda=(Point("All of it", 200),))
    assert overrun(draft) == 20
    page = client.get(f"{draft.get_absolute_url()}publication/").content.decode()
    assert "The agenda is 20 minutes longer than the time set aside." in page
    page = client.get(f"{draft.get_absolute_url()}edit/").content.decode()
    assert ("13:00–16:20" in page, "20 minutes longer" in page) == (True, True)
    data = form_data(version="1", ends="14:00")
    page = client.post(
        f"{draft.get_absolute_url()}edit/", data | {"_key": "k" * 32}, follow=True
    ).content.decode()
    assert "The agenda is 20 minutes longer than the time set aside." in page
    fits = a_plan(agenda=(Point("All of it", 180),))
    draft.refresh_from_db()
    draft = actions.change(by=cast.carol, lab=draft, plan=fits, from_version=draft.version)
    page = client.get(f"{draft.get_absolute_url()}publication/").content.decode()
    assert "longer than the time set aside" not in page
