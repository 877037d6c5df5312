"""Each named rule of the database, attacked by SQL."""

import random
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from cities.models import Participation
from cities.twinning.models import TwinGroup, TwinGroupCity
from tests.conftest import Cast

GROUP = """
insert into twinning_twingroup (programme_id, title, slug, state, period, source_kind, source)
values (%s, 'Leuven – Lund', %s, 'active', '[2024-01-01,)', 'own', '') returning id
"""
MEMBER = "insert into twinning_twingroupcity (group_id, city_id, role) values (%s, %s, %s)"
JOIN = """
insert into cities_participation (programme_id, city_id, role, period, source)
values (%s, %s, %s, %s, '')
"""


def sql(text: str, *values: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        return cursor.fetchone() if cursor.description else None


def refused(name: str, act: Callable[[], object]) -> None:
    """The act, and the end of its transaction, fail on exactly this rule."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        act()
        sql("set constraints all immediate")
    assert caught.value.__cause__.diag.constraint_name == name
    sql("set constraints all deferred")


def group_of(cast: Cast, *members: tuple[int, str], slug: str = "leuven-lund") -> int:
    (pk,) = sql(GROUP, cast.twinning.pk, slug)
    for city, role in members:
        sql(MEMBER, pk, city, role)
    return int(pk)


@pytest.fixture
def whole(cast: Cast) -> int:
    pk = group_of(cast, (cast.leuven.pk, "pilot"), (cast.lund.pk, "twin"))
    sql("set constraints all immediate")
    sql("set constraints all deferred")
    return pk


def test_group_without_cities_is_refused(cast: Cast) -> None:
    refused("group_has_pilot_and_twin", lambda: group_of(cast))


@pytest.mark.parametrize("role", ["pilot", "twin"])
def test_group_with_one_side_is_refused(cast: Cast, role: str) -> None:
    refused("group_has_pilot_and_twin", lambda: group_of(cast, (cast.lund.pk, role)))


def test_group_keeps_its_last_twin(whole: int) -> None:
    delete = "delete from twinning_twingroupcity where group_id = %s and role = 'twin'"
    refused("group_has_pilot_and_twin", lambda: sql(delete, whole))
    assert TwinGroupCity.objects.filter(group=whole).count() == 2


def test_group_keeps_its_last_pilot_when_roles_change(whole: int) -> None:
    change = "update twinning_twingroupcity set role = 'twin' where group_id = %s"
    refused("group_has_pilot_and_twin", lambda: sql(change, whole))


def test_city_moved_to_another_group_leaves_no_half(cast: Cast, whole: int) -> None:
    other = group_of(cast, (cast.malmo.pk, "pilot"), (cast.leuven.pk, "twin"), slug="other")
    move = "update twinning_twingroupcity set group_id = %s where group_id = %s and role = 'twin'"
    refused("group_has_pilot_and_twin", lambda: sql(move, other, whole))


def test_group_refuses_the_same_city_twice(cast: Cast, whole: int) -> None:
    refused("group_city_once", lambda: sql(MEMBER, whole, cast.lund.pk, "pilot"))


def test_group_refuses_an_unknown_role(cast: Cast, whole: int) -> None:
    refused("group_city_role_known", lambda: sql(MEMBER, whole, cast.malmo.pk, "guest"))


def test_whole_group_goes_with_its_cities(whole: int) -> None:
    TwinGroup.objects.get(pk=whole).delete()
    sql("set constraints all immediate")
    assert TwinGroupCity.objects.count() == 0


def test_group_needs_a_period_with_a_start(whole: int) -> None:
    change = "update twinning_twingroup set period = %s::daterange where id = %s"
    refused("group_period_has_start", lambda: sql(change, "(,2025-01-01)", whole))
    refused("group_period_has_start", lambda: sql(change, "empty", whole))


def test_city_is_in_a_programme_once_at_a_time(cast: Cast) -> None:
    refused(
        "participation_once_at_a_time",
        lambda: sql(JOIN, cast.syd.pk, cast.lund.pk, "twin", "[2027-12-31,2029-01-01)"),
    )
    sql(JOIN, cast.syd.pk, cast.lund.pk, "twin", "[2028-01-01,2029-01-01)")
    assert Participation.objects.filter(programme=cast.syd, city=cast.lund).count() == 2


def test_participation_has_a_time_with_a_start(cast: Cast) -> None:
    for period in ("empty", "[2026-01-01,2026-01-01)", "(,2027-01-01)"):
        refused(
            "participation_has_a_start",
            lambda period=period: sql(JOIN, cast.syd.pk, cast.leuven.pk, "core", period),
        )


def test_city_rules_hold(cast: Cast) -> None:
    change = "update cities_city set {} where id = %s"
    for name, change_to in (
        ("city_on_earth", "latitude = 91"),
        ("city_neutral_by_plausible", "neutral_by = 1999"),
        ("city_changed_at_with_by", "changed_at = now()"),
    ):
        text = change.format(change_to)
        refused(name, lambda text=text: sql(text, cast.lund.pk))


def test_programme_rules_hold(cast: Cast) -> None:
    change = "update cities_programme set {} where id = %s"
    for name, change_to in (
        ("programme_starts_before_end", "ends_on = starts_on"),
        ("programme_rhythm_in_order", "labs_a_year_least = 9"),
    ):
        text = change.format(change_to)
        refused(name, lambda text=text: sql(text, cast.syd.pk))


def test_fact_rules_hold(cast: Cast) -> None:
    insert = (
        "insert into cities_cityfact (city_id, label, value, year, source, source_url)"
        " values (%s, 'Trees', '1', %s, 'Lund', '')"
    )
    refused("city_fact_year_plausible", lambda: sql(insert, cast.lund.pk, 1))
    sql(insert, cast.lund.pk, 2025)
    refused("city_fact_once_a_year", lambda: sql(insert, cast.lund.pk, 2025))


def test_wish_closed_at_with_by(cast: Cast) -> None:
    insert = (
        "insert into cities_wish (city_id, kind, text, stated_by_id, stated_at, closed_at, language,"
        " is_sample) values (%s, 'seeks', 'Heat', %s, now(), now(), 'en', false)"
    )
    refused("wish_closed_at_with_by", lambda: sql(insert, cast.lund.pk, cast.alice.pk))


@pytest.mark.parametrize("rows", [200, pytest.param(1000, marks=pytest.mark.soak)])
def test_random_inserts_leave_no_invalid_row(cast: Cast, rows: int) -> None:
    """Trust 15: what got in of many random rows keeps every rule."""
    dice = random.Random(15)
    cities = [cast.lund.pk, cast.malmo.pk, cast.leuven.pk]
    kept = 0
    for number in range(rows):
        with suppress(DatabaseError), transaction.atomic():
            if number % 2:
                start = dice.randint(2020, 2032)
                end = start + dice.randint(-1, 4)
                period = f"[{start}-01-01,{end}-01-01)"
                sql(JOIN, cast.syd.pk, dice.choice(cities), dice.choice(["core", "twin"]), period)
            else:
                members = [
                    (dice.choice(cities), dice.choice(["pilot", "twin"]))
                    for _ in range(dice.randint(0, 3))
                ]
                group_of(cast, *members, slug=f"group-{number}")
            sql("set constraints all immediate")
            kept += 1
        sql("set constraints all deferred")
    assert 0 < kept < rows
    assert _overlaps() == 0
    assert _half_groups() == 0


def test_random_inserts_find_the_hole_when_the_rules_are_off(cast: Cast) -> None:
    """The negative control: without trigger and exclusion the same counts see invalid rows."""
    sql("set constraints all immediate")
    sql("drop trigger group_starts_whole on twinning_twingroup")
    sql("drop trigger group_has_pilot_and_twin on twinning_twingroupcity")
    sql("alter table cities_participation drop constraint participation_once_at_a_time")
    group_of(cast, (cast.lund.pk, "twin"))
    sql(JOIN, cast.syd.pk, cast.lund.pk, "twin", "[2026-01-01,2029-01-01)")
    assert _overlaps() == 1
    assert _half_groups() == 1


def _overlaps() -> int:
    (found,) = sql(
        "select count(*) from cities_participation a join cities_participation b on a.id < b.id"
        " and a.programme_id = b.programme_id and a.city_id = b.city_id and a.period && b.period"
    )
    return int(found)


def _half_groups() -> int:
    (found,) = sql(
        "select count(*) from twinning_twingroup g where"
        " (select count(distinct role) from twinning_twingroupcity m where m.group_id = g.id) < 2"
        " or exists (select 1 from twinning_twingroupcity m where m.group_id = g.id"
        " group by m.city_id having count(*) > 1)"
    )
    return int(found)
