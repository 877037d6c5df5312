"""Runs of the sizes that the hub is built for, from rows to rows."""

import random

import pytest
from django.utils import timezone

from cities.models import City
from cities.twinning.calls import actions as calling
from cities.twinning.enums import RunState
from cities.twinning.models import (
    Application,
    ApplicationNeed,
    Call,
    CallPilot,
    CallPilotCity,
    MatchPair,
    MatchRun,
    Rank,
)
from cities.twinning.runs import actions, computing
from tests.conftest import Cast
from tests.worlds.calls import pilot_of, plan, scheme_of

WORDS = ("heating", "flats", "owners", "cargo", "bicycles", "harvest", "timber", "finance")


@pytest.mark.parametrize(
    ("twins", "pilots"),
    [
        (40, 15),
        pytest.param(300, 112, marks=pytest.mark.soak),
        pytest.param(2000, 500, marks=pytest.mark.soak),
    ],
)
def test_a_large_call_is_matched_and_explained(cast: Cast, twins: int, pilots: int) -> None:
    call = filled(cast, twins, pilots, random.Random(twins))
    run = actions.start(run=actions.create(call=call, by=cast.carol), by=cast.carol)

    computing.run(run.pk)

    run.refresh_from_db()
    places = sum(call.pilots.values_list("places", flat=True))
    assert (run.state, run.twins, run.tries) == (RunState.DONE, twins, 1)
    assert run.matched == min(twins, places)
    assert MatchPair.objects.filter(run=run, pilot=None, plight={}).count() == 0
    least = min(pilots - 1, computing.BEST_EXPLAINED - 1)
    assert all(len(others) >= least for others in run.pairs.values_list("others", flat=True))
    taken = list(MatchPair.objects.exclude(pilot=None).values_list("pilot_id", flat=True))
    for pilot in call.pilots.all():
        assert taken.count(pilot.pk) <= pilot.places
    assert MatchRun.objects.count() == 1


def filled(cast: Cast, twins: int, pilots: int, chance: random.Random) -> Call:
    scheme_of(cast.syd)
    call = calling.create(programme=cast.syd, plan=plan("Large"), by=cast.carol)
    pilot_of(call, cast.malmo)
    calling.publish(call=call, by=cast.carol)
    cities = City.objects.bulk_create(
        City(
            name=f"City {n}",
            slug=f"city-{n}",
            country="BE",
            latitude=chance.uniform(38, 65),
            longitude=chance.uniform(-9, 28),
            population=chance.randint(10_000, 900_000),
        )
        for n in range(twins + pilots)
    )
    catalogue = CallPilot.objects.bulk_create(
        CallPilot(
            call=call, title=f"Pilot {n}", places=chance.choice((0, 1, 2)), offers=said(chance)
        )
        for n in range(pilots - 1)
    )
    CallPilotCity.objects.bulk_create(
        CallPilotCity(pilot=pilot, city=city)
        for pilot, city in zip(catalogue, cities[twins:], strict=False)
    )
    now, by = timezone.now(), cast.mallory
    applications = Application.objects.bulk_create(
        Application(
            call=call,
            city=city,
            state="submitted",
            submitted_at=now,
            submitted_by=by,
            started_by=by,
            changed_by=by,
            languages=chance.sample(["en", "fr", "de", "nl"], 2),
        )
        for city in cities[:twins]
    )
    ApplicationNeed.objects.bulk_create(
        ApplicationNeed(application=it, position=1, text=said(chance)) for it in applications
    )
    Rank.objects.bulk_create(
        Rank(application=it, pilot=pilot, position=n)
        for it in applications
        for n, pilot in enumerate(chance.sample(catalogue, 3), start=1)
    )
    return call


def said(chance: random.Random) -> str:
    return " ".join(chance.sample(WORDS, 4))
