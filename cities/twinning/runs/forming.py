"""Matches that both sides accepted become twin groups: one for each pilot and its twins."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from cities.actions import add_city
from cities.enums import CityRole
from cities.models import City, Participation
from cities.twinning.actions import form_group, title_of
from cities.twinning.enums import Standing
from cities.twinning.models import (
    Application,
    Call,
    CallPilot,
    MatchPair,
    MatchRun,
    TwinGroup,
)
from hub import access, events
from hub.models import User
from hub.refusals import Refused


@dataclass(frozen=True)
class Coming:
    """A group that would be formed now."""

    pilot: CallPilot
    pairs: Sequence[MatchPair]

    @property
    def pilots(self) -> list[City]:
        return [row.city for row in self.pilot.loaded_cities]

    @property
    def twins(self) -> list[City]:
        return [pair.application.city for pair in self.pairs]

    @property
    def title(self) -> str:
        return title_of(self.pilots, self.twins)


def coming_of(run: MatchRun) -> list[Coming]:
    """Of a run that stands: what both sides accepted and has no group yet."""
    if not run.stands:
        return []
    running = Application.objects.in_the_running()
    pairs = run.pairs.defer("others").exclude(pilot=None).with_answers()
    pairs = pairs.filter(group=None, application__in=running)
    by_pilot: dict[int, list[MatchPair]] = {}
    for pair in pairs.order_by("pk"):
        if pair.pilot_id is not None and pair.standing == Standing.ACCEPTED:
            by_pilot.setdefault(pair.pilot_id, []).append(pair)
    groups = [Coming(found[0].pilot, found) for found in by_pilot.values() if found[0].pilot]
    return sorted(groups, key=lambda group: group.title)


@transaction.atomic
def form(*, run: MatchRun, by: User) -> list[TwinGroup]:
    """Refused where nothing is accepted by both sides; sent twice it forms nothing twice."""
    # The call's row keeps two coordinators, and a repair, from doing this at once.
    call = Call.objects.select_for_update(of=("self",)).get(pk=run.call_id)
    run = MatchRun.objects.select_related("call__programme", "call__scheme").get(pk=run.pk)
    coming = coming_of(run)
    if not coming:
        raise Refused(_("No match without a group is accepted by both sides."))
    period = (call.starts_on, _months_on(call.starts_on, run.call.scheme.months))
    made = []
    for group in coming:
        formed = form_group(
            programme=run.call.programme,
            pilots=group.pilots,
            twins=group.twins,
            period=period,
            cohort=call.cohort,
            scheme=run.call.scheme,
        )
        MatchPair.objects.filter(pk__in=[pair.pk for pair in group.pairs]).update(group=formed)
        for city, role in _roles(group):
            _join(run.call, city, role, period, by=by)
        _tell(formed, [*group.pilots, *group.twins], by=by)
        made.append(formed)
    return made


def _roles(group: Coming) -> list[tuple[City, CityRole]]:
    pilots = [(city, CityRole.PILOT) for city in group.pilots]
    return [*pilots, *((city, CityRole.TWIN) for city in group.twins)]


def _join(
    call: Call, city: City, role: CityRole, period: tuple[dt.date, dt.date], *, by: User
) -> None:
    """Into the programme, unless the city is in it at that time already."""
    held = Participation.objects.filter(programme=call.programme, city=city)
    if not held.filter(period__overlap=period).exists():
        add_city(
            programme=call.programme,
            city=city,
            role=role,
            period=period,
            cohort=call.cohort,
            by=by,
        )


def _months_on(day: dt.date, months: int) -> dt.date:
    """The first of the month so many months later: the day after the twinning's last month."""
    month = day.month - 1 + months
    return dt.date(day.year + month // 12, month % 12 + 1, 1)


def _tell(group: TwinGroup, cities: Sequence[City], *, by: User) -> None:
    events.record(
        verb="group.formed",
        by=by,
        title=group.title,
        url=group.get_absolute_url(),
        audience=[access.PUBLIC],
        subjects=[group.subject, group.programme.subject, *(city.subject for city in cities)],
    )
