"""What speaks against a day: other Labs of the same cities, and public holidays where they are.

They warn; whether the day holds is the coordinator's decision.
"""

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import get_language

from cities.countries import country_name
from cities.models import City, Participation
from hub.face import dates
from labs.enums import LabState
from labs.models import Lab, Poll, PollOption
from labs.wallclock import first_day, last_day

if TYPE_CHECKING:
    from hub.access import Reader

#: A day that clashes with more is warned of well enough by these.
MOST_LABS = 5
KINDS = ("public", "de_facto")


@dataclass(frozen=True)
class Holiday:
    day: str
    country: str
    name: str


@dataclass(frozen=True)
class Days:
    """The days of a Lab, both included, on the clocks of its zone."""

    programme: int
    first: dt.date
    last: dt.date
    zone: str
    #: The Lab itself, which does not clash with itself.
    lab: int | None = None


@dataclass(frozen=True)
class Clashes:
    labs: list[Lab]
    polls: list[Poll]
    holidays: list[Holiday]

    def __bool__(self) -> bool:
        return bool(self.labs or self.polls or self.holidays)


def of_lab(lab: Lab, user: "Reader") -> Clashes:
    return clashes(
        Days(lab.programme_id, first_day(lab), last_day(lab), lab.time_zone, lab.pk), user
    )


def clashes(days: Days, user: "Reader") -> Clashes:
    """Among what the reader may see; three queries."""
    return Clashes(_labs(days, user), _polls(days, user), _holidays(days))


def _labs(days: Days, user: "Reader") -> list[Lab]:
    begin, end = _midnights(days)
    found = Lab.objects.visible_to(user).filter(
        _concerns(days), starts_at__lt=end, ends_at__gt=begin
    )
    found = found.exclude(state=LabState.CANCELLED).exclude(pk=days.lab or 0)
    return list(found.order_by("starts_at", "pk").with_frame()[:MOST_LABS])


def _polls(days: Days, user: "Reader") -> list[Poll]:
    """Open polls that ask for one of the days."""
    begin, end = _midnights(days)
    asked = PollOption.objects.filter(poll=OuterRef("pk"), starts_at__gte=begin, starts_at__lt=end)
    found = Poll.objects.visible_to(user).filter(_concerns(days), Exists(asked)).running()
    return list(found.select_related("programme")[:MOST_LABS])


def _concerns(days: Days) -> Q:
    """Of the programme, or of one that shares a city with it then."""
    then = Participation.objects.filter(period__contains=days.first)
    cities = then.filter(programme=days.programme).values("city")
    programmes = then.filter(city__in=cities).values("programme")
    return Q(programme=days.programme) | Q(programme__in=programmes)


def _midnights(days: Days) -> tuple[dt.datetime, dt.datetime]:
    """Where the first day begins and the last one ends on the zone's clocks."""
    tz = ZoneInfo(days.zone)
    after = days.last + dt.timedelta(days=1)
    return dt.datetime.combine(days.first, dt.time(), tz), dt.datetime.combine(after, dt.time(), tz)


def _holidays(days: Days) -> list[Holiday]:
    taking_part = Participation.objects.filter(
        programme=days.programme, period__contains=days.first
    )
    rows = City.objects.filter(participations__in=taking_part).order_by("country")
    countries = list(rows.values_list("country", flat=True).distinct())
    language = (get_language() or "en")[:2]
    whole = [days.first + dt.timedelta(days=n) for n in range((days.last - days.first).days + 1)]
    return [
        Holiday(dates.day(day), country_name(code), name)
        for day in whole
        for code in countries
        if (name := _year(code, day.year, language).get(day))
    ]


@lru_cache(maxsize=256)
def _year(country: str, year: int, language: str) -> dict[dt.date, str]:
    """National holidays of a year, named in the language where the library knows it.

    With the days that are free in fact though not by law, as Midsummer Eve in Sweden.
    """
    # Here, since it takes 5 MB that a worker who schedules nothing need not pay.
    import holidays

    spoken = holidays.list_localized_countries().get(country, ())
    wanted = next((tag for tag in spoken if tag.startswith(language)), None)
    named = wanted or next((tag for tag in spoken if tag.startswith("en")), None)
    try:
        known = holidays.country_holidays(country).supported_categories
    except NotImplementedError:
        return {}
    kinds = [kind for kind in KINDS if kind in known]
    found = holidays.country_holidays(country, years=year, language=named, categories=kinds)
    return dict(found.items())
