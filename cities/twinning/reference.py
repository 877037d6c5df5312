"""Loads the published pairings as twin groups, and the cities' roles by cohort."""

import datetime as dt
from collections import defaultdict

from django.utils import timezone

from cities.enums import CityRole
from cities.models import City, Participation, Programme
from cities.reference import rows
from cities.twinning.actions import form_group
from cities.twinning.enums import GroupState, SourceKind
from cities.twinning.models import TwinGroup
from cities.twinning.schemes import reference as schemes

Pair = tuple[str, str, str]
Period = tuple[dt.date, dt.date]


def load() -> None:
    schemes.load()
    programme = Programme.objects.get(slug="twinning-learning-programme")
    if programme.groups.exists():
        return
    periods = _periods()
    by_cohort: dict[int, list[Pair]] = defaultdict(list)
    for row in rows("pairings.csv"):
        by_cohort[int(row["cohort"])].append((row["pilot"], row["twin"], row["source"]))
    cities = {city.name: city for city in City.objects.all()}
    for cohort, pairs in sorted(by_cohort.items()):
        for cluster in clusters(pairs):
            _load_group(programme, cohort, cluster, periods[cohort], cities)
    _load_participations(programme, by_cohort, periods, cities)


def clusters(pairs: list[Pair]) -> list[list[Pair]]:
    """Pairs that share a city belong to one group: a pilot with two twins, a twin of two pilots."""
    found: list[list[Pair]] = []
    for pair in pairs:
        touching = [c for c in found if any({*pair[:2]} & {*other[:2]} for other in c)]
        found = [c for c in found if c not in touching]
        found.append([*(p for cluster in touching for p in cluster), pair])
    return found


def _periods() -> dict[int, Period]:
    periods = {}
    for row in rows("cohorts.csv"):
        start = dt.date.fromisoformat(row["starts_on"])
        month = start.month - 1 + int(row["months"])
        periods[int(row["number"])] = (
            start,
            dt.date(start.year + month // 12, month % 12 + 1, 1),
        )
    return periods


def _load_group(
    programme: Programme, cohort: int, pairs: list[Pair], period: Period, cities: dict[str, City]
) -> TwinGroup:
    return form_group(
        programme=programme,
        pilots=[cities[name] for name in dict.fromkeys(pilot for pilot, _, _ in pairs)],
        twins=[cities[name] for name in dict.fromkeys(twin for _, twin, _ in pairs)],
        cohort=cohort,
        period=period,
        state=GroupState.CLOSED if period[1] <= timezone.localdate() else GroupState.ACTIVE,
        source_kind=SourceKind(pairs[0][2]),
    )


def _load_participations(
    programme: Programme,
    by_cohort: dict[int, list[Pair]],
    periods: dict[int, Period],
    cities: dict[str, City],
) -> None:
    """A city is in a programme once at a time: a later cohort's role follows the earlier one.

    Lund was a twin until cohort 2 began, and has been a pilot from then on; its
    twin group of cohort 1 keeps its own, longer period.
    """
    roles: dict[str, list[tuple[int, CityRole]]] = defaultdict(list)
    for cohort, pairs in sorted(by_cohort.items()):
        for pilot, twin, _ in pairs:
            for name, role in ((pilot, CityRole.PILOT), (twin, CityRole.TWIN)):
                if cohort not in dict(roles[name]):
                    roles[name].append((cohort, role))
    for name, held in roles.items():
        ends = [periods[cohort][0] for cohort, _ in held[1:]] + [None]
        for (cohort, role), next_start in zip(held, ends, strict=True):
            start, end = periods[cohort]
            Participation.objects.create(
                programme=programme,
                city=cities[name],
                role=role,
                cohort=cohort,
                period=(start, min(end, next_start) if next_start else end),
                source="NetZeroCities, Twinning Learning Programme",
            )
