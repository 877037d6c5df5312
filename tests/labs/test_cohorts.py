"""What the desk of a cohort learns of its groups' exchanges."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cities.twinning.actions import form_group
from cities.twinning.cohorts.meetings import Meetings
from cities.twinning.cohorts.overview import lines_of, loaded
from cities.twinning.models import TwinGroup
from hub import access
from labs.cohorts import meetings_of
from labs.enums import LabState
from labs.models import Lab
from tests.conftest import Cast
from tests.labs.test_budgets import an_exchange, group

__all__ = ["group"]


def met(cast: Cast, group: TwinGroup) -> Meetings:
    groups = loaded(TwinGroup.objects.filter(pk=group.pk))
    return meetings_of(cast.carol, groups)[group.pk]


def test_hours_of_this_month_and_the_next_two(cast: Cast, group: TwinGroup) -> None:
    an_exchange(cast, group, hours=4, months=1)
    an_exchange(cast, group, hours=4, months=2, title="Second")
    an_exchange(cast, group, hours=4, months=3, title="Too far away")
    loads = [
        (load.city.name, load.hours, load.agreed, load.is_over) for load in met(cast, group).loads
    ]
    assert loads == [("Leuven", 20, 36, False), ("Lund", 20, 36, False)]
    an_exchange(cast, group, hours=2, months=1, title="Third")
    assert [load.is_over for load in met(cast, group).loads] == [True, True]


def test_the_last_and_the_next_meeting(cast: Cast, group: TwinGroup) -> None:
    coming = an_exchange(cast, group)
    past = an_exchange(cast, group, months=2, title="Past")
    over = timezone.now() - dt.timedelta(days=9)
    Lab.objects.filter(pk=past.pk).update(
        starts_at=over - dt.timedelta(hours=2),
        ends_at=over,
        state=LabState.PUBLISHED,
        published_at=over,
        published_by=cast.carol,
    )
    seen = met(cast, group)
    assert (seen.last_at, seen.next_at) == (over, coming.starts_at)
    # A meeting is a sign of life.
    line = lines_of(cast.carol, loaded(TwinGroup.objects.filter(pk=group.pk)))[0]
    assert (line.last_at, line.weeks) == (over, 1)


def test_who_does_not_see_the_exchanges_is_told_nothing(cast: Cast, group: TwinGroup) -> None:
    an_exchange(cast, group, hours=4)
    groups = loaded(TwinGroup.objects.filter(pk=group.pk))
    seen = meetings_of(cast.rita, groups)[group.pk]
    assert ([load.hours for load in seen.loads], seen.next_at) == ([0, 0], None)


@pytest.mark.parametrize("count", [1, 12])
def test_as_many_questions_for_many_groups(cast: Cast, group: TwinGroup, count: int) -> None:
    an_exchange(cast, group)
    for _ in range(count - 1):
        more = form_group(
            programme=cast.syd,
            pilots=[cast.leuven],
            twins=[cast.malmo],
            period=(group.period.lower, group.period.upper),
            scheme=group.scheme,
        )
        an_exchange(cast, more, title=more.slug)
    groups = loaded(TwinGroup.objects.all())
    # The person's keys are read once for a page.
    assert access.keys_of(cast.carol)
    with CaptureQueriesContext(connection) as captured:
        assert len(meetings_of(cast.carol, groups)) == count
    assert len(captured.captured_queries) == 3
