"""The hours that a twin group's exchanges ask of each city, against what its template agrees on.

Reckoned before anybody is invited again, so roughly and said so: two people of a city come, or
as many as have registered, and preparing takes half as long as meeting.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count
from django.utils import timezone

from cities.models import City
from cities.twinning.models import TwinGroup, TwinGroupCity
from hub.wallclock import in_months, today
from labs.enums import LabState
from labs.models import Lab, Registration

PEOPLE = 2
PREPARING = 0.5
#: Of a day without hours.
WORKING_DAY = 8.0
#: Months ahead that the table shows at least, and at most.
AHEAD, MOST = 3, 8


@dataclass(frozen=True)
class Cell:
    hours: int
    is_over: bool


@dataclass(frozen=True)
class Month:
    first: dt.date
    cells: list[Cell]


@dataclass(frozen=True)
class Budget:
    cities: list[City]
    agreed: int
    months: list[Month]
    #: Since the twinning began, until the end of the last month shown.
    totals: list[Cell]
    agreed_total: int

    @property
    def is_over(self) -> bool:
        return any(cell.is_over for month in self.months for cell in month.cells)


def budget_of(group: TwinGroup) -> Budget | None:
    """None where the group follows no template. Drafts count, as what is planned.

    Up to four queries, however many exchanges there are.
    """
    if group.scheme is None:
        return None
    members = TwinGroupCity.objects.filter(group=group).select_related("city").in_order()
    cities = [member.city for member in members]
    labs = list(Lab.objects.filter(group=group).exclude(state=LabState.CANCELLED))
    return _laid_out(group, cities, asked_of(labs, cities, registered_in([group])))


def asked_of(
    labs: Iterable[Lab], cities: Sequence[City], counts: Mapping[tuple[int, int], int]
) -> dict[tuple[dt.date, int], float]:
    """(First of a month, city) → hours; `counts` are of `registered_in`."""
    by_month: dict[tuple[dt.date, int], float] = defaultdict(float)
    for lab in labs:
        month = timezone.localtime(lab.starts_at).date().replace(day=1)
        for city in cities:
            people = max(PEOPLE, counts.get((lab.pk, city.pk), 0))
            by_month[month, city.pk] += hours_of(lab) * (people + PREPARING)
    return by_month


def hours_of(lab: Lab) -> float:
    """How long it lasts, as working time."""
    length = lab.ends_at - lab.starts_at
    if lab.is_all_day:
        return round(length / dt.timedelta(days=1)) * WORKING_DAY
    return min(length / dt.timedelta(hours=1), WORKING_DAY * max(length.days, 1))


def _laid_out(
    group: TwinGroup, cities: list[City], by_month: dict[tuple[dt.date, int], float]
) -> Budget:
    agreed = group.scheme.hours_a_month if group.scheme else 0
    now = today().replace(day=1)
    last = max([month for month, _city in by_month] + [in_months(now, AHEAD - 1)])
    shown = [m for n in range(MOST) if (m := in_months(now, n)) <= last]
    begun = group.period.lower.replace(day=1)
    passed = (shown[-1].year - begun.year) * 12 + shown[-1].month - begun.month + 1
    agreed_total = agreed * max(passed, 0)
    totals = [
        sum(h for (month, pk), h in by_month.items() if pk == city.pk and month <= shown[-1])
        for city in cities
    ]
    return Budget(
        cities=cities,
        agreed=agreed,
        months=[
            Month(month, [_cell(by_month.get((month, city.pk), 0), agreed) for city in cities])
            for month in shown
        ],
        totals=[_cell(total, agreed_total) for total in totals],
        agreed_total=agreed_total,
    )


def _cell(hours: float, agreed: int) -> Cell:
    return Cell(round(hours), hours > agreed)


def registered_in(groups: Sequence[TwinGroup]) -> dict[tuple[int, int], int]:
    """Of each exchange and city, how many have a seat or ask for one."""
    held = Registration.objects.active().filter(
        lab__group__in=groups,
        user__memberships__ended_at=None,
        user__memberships__city__isnull=False,
    )
    rows = held.order_by().values_list("lab", "user__memberships__city")
    counted = rows.annotate(n=Count("user", distinct=True))
    return {(lab, city): n for lab, city, n in counted}
