"""Who left a call, or said no to a match: when, why, and what it touched."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import Count

from cities.models import City
from cities.twinning.enums import ApplicationState
from cities.twinning.models import (
    Application,
    Call,
    CallPilot,
    MatchAnswer,
    MatchPair,
    MatchRun,
    Review,
    TwinGroup,
)

if TYPE_CHECKING:
    from hub.access import Reader


@dataclass
class Left:
    """`is_declined`: the city said no to a match, and is still in the call."""

    call: Call
    city: City
    at: dt.datetime
    reason: str
    application: Application
    is_declined: bool = False
    #: The other side of its matches, and groups that came of them.
    pilots: list[CallPilot] = field(default_factory=list)
    groups: list[TwinGroup] = field(default_factory=list)
    reviews: int = 0


def withdrawals_of(user: "Reader", calls: Sequence[Call]) -> list[Left]:
    """The newest first; six queries, however many."""
    if not calls:
        return []
    found = [*_withdrawn(user, calls), *_declined(user, calls)]
    return sorted(found, key=lambda left: left.at, reverse=True)


def _withdrawn(user: "Reader", calls: Sequence[Call]) -> list[Left]:
    seen = Application.objects.visible_to(user).filter(
        call__in=calls, state=ApplicationState.WITHDRAWN
    )
    rows = {row.pk: row for row in seen.select_related("city")}
    by_call = {call.pk: call for call in calls}
    for row in rows.values():
        row.call = by_call[row.call_id]
    found = {
        pk: Left(row.call, row.city, row.withdrawn_at, row.withdrawn_because, row)
        for pk, row in rows.items()
        if row.withdrawn_at is not None
    }
    for application, n in _reviews(list(found)):
        found[application].reviews = n
    for pair in _pairs(user, list(found)):
        left = found[pair.application_id]
        if pair.pilot is not None and pair.pilot not in left.pilots:
            left.pilots.append(pair.pilot)
        if pair.group is not None and pair.group not in left.groups:
            left.groups.append(pair.group)
    return list(found.values())


def _reviews(applications: list[int]) -> Sequence[tuple[int, int]]:
    """What was read of them, or was to be."""
    asked = Review.objects.filter(application__in=applications, removed_at=None).order_by()
    counted = asked.values("application").annotate(n=Count("pk"))
    return list(counted.values_list("application_id", "n"))


def _pairs(user: "Reader", applications: list[int]) -> Sequence[MatchPair]:
    """Matches that cities were asked about, also those that no longer stand."""
    published = MatchRun.objects.exclude(published_at=None)
    seen = MatchPair.objects.visible_to(user).filter(
        application__in=applications, run__in=published, pilot__isnull=False
    )
    return list(seen.defer("others").select_related("group").with_answers().order_by("-run"))


def _declined(user: "Reader", calls: Sequence[Call]) -> list[Left]:
    pairs = MatchPair.objects.visible_to(user).filter(run__call__in=calls)
    said = MatchAnswer.objects.filter(pair__in=pairs, is_yes=False)
    by_call = {call.pk: call for call in calls}
    found: dict[tuple[int, int, int], Left] = {}
    frame = ("city", "pair__application__city", "pair__pilot")
    rows = said.select_related(*frame).defer("pair__others").order_by("answered_at")
    for answer in rows.prefetch_related("pair__pilot__cities__city"):
        it, pilot = answer.pair.application, answer.pair.pilot
        if pilot is None:
            continue
        # A repair takes answers along: the same no is told once.
        key = (it.pk, pilot.pk, answer.city_id)
        it.call = by_call[it.call_id]
        pilot.loaded_cities = list(pilot.cities.all())
        found[key] = Left(
            call=it.call,
            city=answer.city,
            at=answer.answered_at,
            reason=answer.reason,
            application=it,
            is_declined=True,
            pilots=[pilot],
        )
    return list(found.values())
