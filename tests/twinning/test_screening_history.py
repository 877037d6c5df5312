"""Verdicts of a screening stay: who, when, what, why, and which parts were opened again."""

import datetime as dt
from importlib import import_module

import pytest
from django.db import connection
from django.utils import timezone

from cities.enums import Role
from cities.models import Membership
from cities.twinning.applications import actions
from cities.twinning.applications.screening import screen
from cities.twinning.enums import Screening
from cities.twinning.models import Application, Call, ScreeningVerdict
from tests.cities.test_city_pages import SignIn
from tests.cities.test_constraints import refused, sql
from tests.conftest import Cast
from tests.twinning.making import call, domain, whole

__all__ = ["call", "domain"]


@pytest.fixture
def it(cast: Cast, call: Call) -> Application:
    """Lund's: more was asked, answered, and it passed."""
    sent = actions.submit(application=whole(call, cast.lund, cast.bob), by=cast.bob)
    until = timezone.now() + dt.timedelta(days=5)
    screen(
        application=sent,
        verdict=Screening.MORE,
        reason="Who decides in Lund?",
        reopened=["offers"],
        until=until,
        by=cast.carol,
    )
    again = actions.submit(application=sent, by=cast.bob)
    return screen(application=again, verdict=Screening.PASS, reason="Now it fits", by=cast.carol)


def test_earlier_verdicts_stay_and_are_read(cast: Cast, sign_in: SignIn, it: Application) -> None:
    for reader in (cast.alice, cast.carol):
        page = sign_in(reader).get(it.get_absolute_url())
        shown = [(v.verdict, v.reason, parts) for v, parts in page.context["verdicts"]]
        assert shown == [
            ("pass", "Now it fits", []),
            ("more", "Who decides in Lund?", ["What the city can share in return"]),
        ]
        assert "Who decides in Lund?" in page.content.decode()
    newest, first = ScreeningVerdict.objects.all()
    assert (first.given_by, first.reopened_until is not None) == (cast.carol, True)
    assert newest.given_at == it.screened_at


def test_others_read_none_of_it(cast: Cast, sign_in: SignIn, it: Application) -> None:
    Membership.objects.create(user=cast.rita, programme=cast.syd, role=Role.REVIEWER)
    for reader in (cast.rita, cast.mallory):
        assert sign_in(reader).get(it.get_absolute_url()).status_code == 404
        assert not ScreeningVerdict.objects.visible_to(reader).exists()
    assert ScreeningVerdict.objects.visible_to(cast.bob).count() == 2


def test_what_goes_back_to_a_draft_is_its_citys_again(cast: Cast, it: Application) -> None:
    it = actions.withdraw(application=it, reason="No time", by=cast.bob)
    actions.resume(application=it, by=cast.bob)
    assert ScreeningVerdict.objects.visible_to(cast.bob).count() == 2
    assert not ScreeningVerdict.objects.visible_to(cast.carol).exists()


def test_the_database_keeps_them(cast: Cast, it: Application) -> None:
    change = "update twinning_screeningverdict set"
    refused("screening_verdict_stays", lambda: sql(f"{change} reason = 'Something else'"))

    def take_away() -> None:
        sql("delete from twinning_screeningverdict where verdict = 'more'")
        sql("set constraints all immediate")

    refused("screening_verdict_stays", take_away)
    sql("set constraints all deferred")
    made = "insert into twinning_screeningverdict (application_id, given_by_id, given_at, reason"
    for name, columns, values in (
        ("verdict_known", "reopened, verdict", "'{}', 'odd'"),
        ("verdict_reopens_with_a_day", "reopened, verdict", "'{offers}', 'more'"),
    ):
        row = f"{it.pk}, {cast.carol.pk}, now(), '', {values}"
        refused(name, lambda c=columns, r=row: sql(f"{made}, {c}) values ({r})"))
    assert ScreeningVerdict.objects.count() == 2


def test_they_go_with_their_application(cast: Cast, it: Application) -> None:
    Application.objects.all().delete()
    sql("set constraints all immediate")
    assert not ScreeningVerdict.objects.exists()


def test_what_stood_before_there_was_a_history_is_its_first_row(
    cast: Cast, it: Application
) -> None:
    migration = import_module("cities.twinning.migrations.0016_verdicts_stay")
    sql("set constraints all immediate")
    with connection.cursor() as cursor:
        cursor.execute(migration.REVERSE)
        cursor.execute("delete from twinning_screeningverdict")
        cursor.execute(migration.SQL)
    found = ScreeningVerdict.objects.get()
    assert (found.application, found.verdict, found.reason) == (it, "pass", "Now it fits")
    assert (found.given_at, found.given_by, found.reopened) == (it.screened_at, cast.carol, [])
    refused("screening_verdict_stays", lambda: sql("update twinning_screeningverdict set id = 0"))
