"""What speaks against a day is said in words, and refuses nothing."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from cities.enums import CityRole, Role
from cities.models import City, Membership, Participation
from hub.models import User
from labs import actions, clashes
from labs.clashes import Days
from labs.models import Lab
from labs.polls import actions as polls
from tests.conftest import Cast
from tests.labs.conftest import a_plan, at, form_data, post
from tests.labs.polls.conftest import a_poll_plan

CLOCK = "2026-11-21T12:00:00Z"
GOOD_FRIDAY = dt.date(2027, 3, 26)


def on(
    cast: Cast, day: dt.date, last: dt.date | None = None, zone: str = "Europe/Stockholm"
) -> Days:
    return Days(cast.syd.pk, day, last or day, zone)


def holidays_on(cast: Cast, day: dt.date, last: dt.date | None = None) -> list[tuple[str, str]]:
    found = clashes.clashes(on(cast, day, last), AnonymousUser()).holidays
    return [(holiday.country, holiday.name) for holiday in found]


def titles_on(cast: Cast, user: User, day: dt.date) -> list[str]:
    reader = User.objects.get(pk=user.pk)
    return [lab.title for lab in clashes.clashes(on(cast, day), reader).labs]


def join(cast: Cast, city: City, programme: Any, since: dt.date = dt.date(2026, 1, 1)) -> None:
    Participation.objects.create(
        programme=programme, city=city, role=CityRole.TWIN, period=DateRange(since, None)
    )


def test_public_holidays_of_the_participating_countries(cast: Cast) -> None:
    assert holidays_on(cast, GOOD_FRIDAY) == [("Sweden", "Good Friday")]
    assert holidays_on(cast, dt.date(2027, 3, 25)) == []
    with translation.override("sv"):
        assert holidays_on(cast, GOOD_FRIDAY) == [("Sverige", "Långfredagen")]


def test_each_country_counts_from_the_day_its_city_takes_part(cast: Cast) -> None:
    assert holidays_on(cast, dt.date(2027, 7, 21)) == []
    join(cast, cast.leuven, cast.syd, since=dt.date(2027, 1, 1))
    assert holidays_on(cast, dt.date(2027, 7, 21)) == [("Belgium", "National Day")]
    assert ("Belgium", "National Day") not in holidays_on(cast, dt.date(2026, 7, 21))


def test_days_that_are_free_in_fact_count_too(cast: Cast) -> None:
    assert holidays_on(cast, dt.date(2027, 6, 25)) == [("Sweden", "Midsummer Eve")]


def test_every_day_of_a_long_lab_is_looked_at(cast: Cast) -> None:
    names = [name for _c, name in holidays_on(cast, GOOD_FRIDAY, dt.date(2027, 3, 29))]
    assert names == ["Good Friday", "Easter Sunday", "Easter Monday"]


def test_a_country_that_the_library_does_not_know_has_no_holidays(cast: Cast) -> None:
    nowhere = City.objects.create(name="N", slug="n", country="QQ", latitude=1, longitude=1)
    join(cast, nowhere, cast.syd)
    assert holidays_on(cast, GOOD_FRIDAY) == [("Sweden", "Good Friday")]


def test_labs_of_the_same_programme_and_of_shared_cities_clash(
    cast: Cast, make_lab: Callable[..., Lab]
) -> None:
    day = at(100).date()
    make_lab(title="Same programme")
    make_lab(title="Next day", starts_at=at(101), ends_at=at(101, 16))
    gone = make_lab(title="Cancelled")
    actions.cancel(by=cast.carol, lab=gone, reason="Storm")
    other = actions.draft(
        by=cast.ada, programme=cast.twinning, plan=a_plan(title="Of others", audience="open")
    )
    actions.publish(by=cast.ada, lab=other)
    assert titles_on(cast, cast.carol, day) == ["Same programme"]
    join(cast, cast.lund, cast.twinning)
    assert titles_on(cast, cast.carol, day) == ["Same programme", "Of others"]


def test_a_draft_of_others_is_not_given_away(cast: Cast) -> None:
    join(cast, cast.lund, cast.twinning)
    actions.draft(
        by=cast.ada, programme=cast.twinning, plan=a_plan(title="Secret", audience="open")
    )
    assert titles_on(cast, cast.carol, at(100).date()) == []
    Membership.objects.create(user=cast.carol, programme=cast.twinning, role=Role.COORDINATOR)
    assert titles_on(cast, cast.carol, at(100).date()) == ["Secret"]


def test_days_are_those_of_the_zone(cast: Cast, make_lab: Callable[..., Lab]) -> None:
    start = dt.datetime(2027, 3, 9, 22, 30, tzinfo=dt.UTC)
    with time_machine.travel(CLOCK):
        make_lab(title="Late", starts_at=start, ends_at=start + dt.timedelta(minutes=20))
    reader = User.objects.get(pk=cast.carol.pk)
    found = {
        zone: bool(clashes.clashes(on(cast, dt.date(2027, 3, 10), zone=zone), reader).labs)
        for zone in ("Europe/Stockholm", "Europe/Athens")
    }
    assert found == {"Europe/Stockholm": False, "Europe/Athens": True}


def test_three_queries_however_many_labs(cast: Cast, make_lab: Callable[..., Lab]) -> None:
    for n in range(8):
        make_lab(title=f"Lab {n}")
    reader = User.objects.with_keys().get(pk=cast.carol.pk)
    with CaptureQueriesContext(connection) as captured:
        found = clashes.clashes(on(cast, at(100).date()), reader)
    assert (len(captured), len(found.labs)) == (3, clashes.MOST_LABS)


def test_open_polls_that_ask_for_the_day_clash_too(cast: Cast) -> None:
    plan = a_poll_plan(title="Which day?", starts=(at(100), at(110)))
    poll = polls.ask(by=cast.carol, programme=cast.syd, plan=plan)
    carol, mallory = (User.objects.get(pk=p.pk) for p in (cast.carol, cast.mallory))

    def asked(reader: User, day: int) -> list[str]:
        return [p.title for p in clashes.clashes(on(cast, at(day).date()), reader).polls]

    assert [asked(carol, day) for day in (99, 100, 101)] == [[], ["Which day?"], []]
    assert asked(mallory, 100) == []
    polls.cancel(by=cast.carol, poll=poll, reason="No")
    assert asked(carol, 100) == []


@pytest.fixture
def carol(cast: Cast, sign_in: Callable[..., Client]) -> Client:
    return sign_in(cast.carol)


def test_the_part_of_the_form_warns_while_the_day_is_chosen(
    carol: Client, cast: Cast, lab: Lab
) -> None:
    asked = {
        "programme": cast.syd.pk,
        "date": GOOD_FRIDAY.isoformat(),
        "time_zone": "Europe/Stockholm",
    }
    words = "Fri 26 March 2027 is a holiday in Sweden: Good Friday."
    assert words in carol.get("/labs/clashes/", asked).content.decode()
    free = carol.get("/labs/clashes/", asked | {"date": "2027-04-13"}).content.decode()
    assert "No other meeting of these cities on this day" in free
    own = asked | {"date": at(100).date().isoformat()}
    assert lab.title in carol.get("/labs/clashes/", own).content.decode()
    assert lab.title not in carol.get("/labs/clashes/", own | {"lab": lab.slug}).content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "",
        "date=soon",
        "date=9999-12-31",
        "date=2027-03-26&time_zone=Mars",
        "date=2027-03-26&programme=x",
    ],
)
def test_half_a_day_says_nothing(carol: Client, query: str) -> None:
    response = carol.get(f"/labs/clashes/?{query}")
    assert response.status_code == 200
    assert "Look at this day" not in response.content.decode()
    assert "No other Lab" not in response.content.decode()


def test_without_javascript_the_button_shows_it_and_saves_nothing(
    carol: Client, cast: Cast
) -> None:
    data = form_data(programme=cast.syd.pk, date="2027-03-26", look="day", title="Half wri")
    page = post(carol, "/labs/new/", data).content.decode()
    assert "is a holiday in Sweden: Good Friday." in page
    assert 'value="Half wri"' in page
    assert Lab.objects.count() == 0


def test_it_warns_and_does_not_refuse(carol: Client, cast: Cast, lab: Lab) -> None:
    with time_machine.travel(CLOCK):
        data = form_data(programme=cast.syd.pk, date="2027-03-26")
        response = post(carol, "/labs/new/", data)
        draft = Lab.objects.get(state="draft")
        assert response.status_code == 302
        for page in ("", "publication/"):
            shown = carol.get(f"{draft.get_absolute_url()}{page}").content.decode()
            assert "is a holiday in Sweden: Good Friday." in shown
        assert post(carol, f"{draft.get_absolute_url()}publication/").status_code == 302
    draft.refresh_from_db()
    assert draft.is_published
