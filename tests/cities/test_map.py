import csv
from itertools import combinations

import pytest

from cities import atlas
from cities.countries import DATA
from cities.map.drawing import Arc, Spot, draw, draw_around
from cities.map.labels import SMALL, WIDE, place
from cities.map.projection import ORIGIN_X, ORIGIN_Y, SCALE, project
from cities.models import City
from hub import reference


def dots() -> list[tuple[str, tuple[float, float]]]:
    with (DATA / "cities.csv").open(encoding="utf-8", newline="") as file:
        return [
            (row["name"], project(float(row["lat"]), float(row["lon"])))
            for row in csv.DictReader(file)
        ]


def spot(pk: int, name: str, latitude: float, longitude: float, *roles: str) -> Spot:
    return Spot(pk, name, f"/cities/{pk}/", latitude, longitude, roles, 0)


def test_projection_agrees_with_snyder() -> None:
    """The centre is the origin, and the pole lies at 2 sin(c/2) above it."""
    assert project(51.0, 11.0) == (ORIGIN_X, ORIGIN_Y)
    x, y = project(90.0, 11.0)
    assert x == pytest.approx(ORIGIN_X)
    # c = 39°, 2 sin(19.5°) = 0.66761
    assert (ORIGIN_Y - y) / SCALE == pytest.approx(0.66761, abs=1e-5)


@pytest.mark.parametrize("style", [WIDE, SMALL])
def test_names_never_collide(style: object) -> None:
    placed = [label for label in place(dots(), style) if label is not None]  # type: ignore[arg-type]
    collisions = [(a.text, b.text) for a, b in combinations(placed, 2) if a.box.meets(b.box)]
    assert collisions == []


def test_every_city_on_the_map_gets_its_name(db: None) -> None:
    reference.load()
    now = atlas.current()
    assert {name.text for name in now.sheet.names} == {spot.name for spot in now.spots.values()}
    assert len(now.spots) == 63


def test_atlas_is_drawn_anew_when_a_city_moves(db: None) -> None:
    reference.load()
    before = atlas.current()
    assert atlas.current() is before
    City.objects.filter(slug="lund").update(about="Words do not move a city")
    assert atlas.current() is before
    City.objects.filter(slug="lund").update(name="Lund i Skåne")
    assert "Lund i Skåne" in {name.text for name in atlas.current().sheet.names}


def test_links_are_big_enough() -> None:
    """24 units are at least 24 pixels where the links are shown (from 1000 pixels on)."""
    assert min(label.box.bottom - label.box.top for label in place(dots(), WIDE) if label) == 24


def test_draw_gives_a_dot_per_role_and_an_arc_per_cohort() -> None:
    spots = [
        spot(1, "Lund", 55.7, 13.19, "core"),
        spot(2, "Leuven", 50.88, 4.7, "pilot"),
        spot(3, "Plymouth", 50.37, -4.14, "twin"),
        spot(4, "Quito", -0.2, -78.5, "twin"),
    ]
    sheet = draw(spots, [Arc(2, 1, 1), Arc(1, 3, 2), Arc(1, 4, 2)])
    assert sorted(sheet.dots) == ["core", "pilot", "twin"]
    assert [name.text for name in sheet.names] == ["Lund", "Leuven", "Plymouth"]
    assert {cohort: d.count("Q") for cohort, d in sheet.arcs.items()} == {1: 1, 2: 1}


def test_close_up_keeps_every_name_on_the_sheet() -> None:
    spots = [spot(1, "Lund", 55.7, 13.19, "core"), spot(2, "Leuven", 50.88, 4.7, "pilot")]
    sheet = draw_around(spots, [Arc(2, 1, 1)])
    assert sheet.view == "0 0 340 272"
    assert [name.text for name in sheet.small_names] == ["Lund", "Leuven"]
