"""Groups of Carol's cohort 9 with everything that a desk shows, and cities that left a call."""

import datetime as dt
from typing import Any

from cities.models import City
from cities.twinning.actions import form_group
from cities.twinning.applications import actions as applying
from cities.twinning.models import (
    Application,
    FitAnswer,
    FitCheck,
    GroupNote,
    MilestoneMark,
    NextAction,
    Plan,
    TwinGroup,
)
from hub.wallclock import today
from tests.worlds import World
from tests.worlds.calls import one_more_application

COHORT = 9


def one_more_group(world: World, number: int) -> TwinGroup:
    """With a milestone done, a next action, a question answered by one side, a plan, a note."""
    cast = world.cast
    city = City.objects.create(
        name=f"Twin {number}",
        slug=f"desk-twin-{number}",
        country="PT",
        latitude=41,
        longitude=-8,
    )
    group = form_group(
        programme=cast.syd,
        pilots=[cast.leuven],
        twins=[city],
        cohort=COHORT,
        period=(today() - dt.timedelta(days=200), today() + dt.timedelta(days=300)),
        scheme=world["scheme_settled"],
    )
    _work(group, city, cast.carol)
    return group


def _work(group: TwinGroup, city: City, by: Any) -> None:
    scheme = group.scheme
    assert scheme is not None
    first = scheme.milestones.all()[0]
    MilestoneMark.objects.create(group=group, milestone=first, done_on=today(), marked_by=by)
    NextAction.objects.create(group=group, text=f"Call {city.name}", due_on=today(), stated_by=by)
    check = FitCheck.objects.create(group=group, month=3)
    FitAnswer.objects.create(check_of=check, city=city, answer="undecided", answered_by=by)
    Plan.objects.create(group=group, city=city, language="en", owner=by, begun_by=by)
    GroupNote.objects.create(group=group, text="They met", written_by=by)


def one_more_withdrawal(world: World, number: int) -> Application:
    it = one_more_application(world, 3000 + number)
    return applying.withdraw(application=it, reason=f"Elections {number}", by=world.cast.mallory)


def nothing_applied(world: World) -> None:
    Application.objects.all().delete()
