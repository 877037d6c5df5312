"""A programme's year in Labs: its rhythm, its knowledge areas, the cities that came and did not."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, F, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, ExtractYear
from django.utils import timezone
from django.utils.translation import gettext as _

from cities.models import City, KnowledgeArea, Membership, Participation, Programme
from cities.models.places import by_swedish_order
from hub.face.years import YearMark
from labs.enums import LabKind, LabState, RegistrationState
from labs.models import Lab, Registration

if TYPE_CHECKING:
    from hub.access import Reader
    from labs.models.labs import LabQuerySet

#: A year holds two to four Labs; past this it is shown in the list of Labs instead.
MOST_SHOWN = 60
AUTUMN = 7


@dataclass(frozen=True)
class Half:
    """One term: spring until June, autumn from July."""

    name: str
    labs: list[Lab]
    is_over: bool


@dataclass(frozen=True)
class Rhythm:
    """How many Labs the year has, against what the programme has promised."""

    count: int
    least: int
    most: int

    @property
    def lacking(self) -> int:
        return max(0, self.least - self.count)

    @property
    def beyond(self) -> int:
        return max(0, self.count - self.most)


def bounds(year: int) -> tuple[dt.datetime, dt.datetime]:
    """The year on the hub's clock, as two instants."""
    zone = ZoneInfo(settings.HUB_TIME_ZONE)
    first, last = (dt.datetime(n, 1, 1, tzinfo=zone) for n in (year, year + 1))
    return first, last


def years_of(programme: Programme) -> list[int]:
    """The years that can be asked for: the programme's own; an open one until next year."""
    today = timezone.localdate()
    last = programme.ends_on.year if programme.ends_on else today.year + 1
    return list(range(programme.starts_on.year, last + 1))


def labs_of(programme: Programme, year: int, user: "Reader") -> list[Lab]:
    """What was held and what is to come, drafts for those who see them; one query."""
    first, last = bounds(year)
    seen: LabQuerySet = Lab.objects.visible_to(user).exclude(state=LabState.CANCELLED)
    found = seen.learning_labs().filter(
        programme=programme, starts_at__gte=first, starts_at__lt=last
    )
    return list(found.with_frame().order_by("starts_at", "pk")[:MOST_SHOWN])


def halves(labs: Iterable[Lab], year: int) -> list[Half]:
    zone = ZoneInfo(settings.HUB_TIME_ZONE)
    by_half: tuple[list[Lab], list[Lab]] = ([], [])
    for lab in labs:
        by_half[lab.starts_at.astimezone(zone).month >= AUTUMN].append(lab)
    today = timezone.localdate()
    return [
        Half(_("Spring %(year)s") % {"year": year}, by_half[0], today >= dt.date(year, AUTUMN, 1)),
        Half(_("Autumn %(year)s") % {"year": year}, by_half[1], today >= dt.date(year + 1, 1, 1)),
    ]


def rhythm(programme: Programme, labs: Iterable[Lab]) -> Rhythm:
    """Drafts are plans already: the coordinator counts them."""
    least, most = programme.labs_a_year_least, programme.labs_a_year_most
    return Rhythm(len(list(labs)), least, most)


def marks(labs: Iterable[Lab]) -> list[YearMark]:
    """For the line of the year."""
    found: list[YearMark] = []
    is_next_drawn = False
    for lab in labs:
        state = "past" if lab.is_over else "later" if is_next_drawn else "next"
        is_next_drawn = is_next_drawn or state == "next"
        found.append(
            {
                "date": lab.local_start.date(),
                "label": lab.title,
                "url": lab.get_absolute_url(),
                "state": state,
            }
        )
    return found


def areas_of(programme: Programme, year: int, user: "Reader") -> QuerySet[KnowledgeArea, Any]:
    """The taxonomy with how often each area had a Lab: this year, in all, and when last."""
    first, last = bounds(year)
    seen = Lab.objects.visible_to(user).learning_labs().filter(programme=programme)
    shown = Q(labs__in=seen.exclude(state=LabState.CANCELLED).order_by().values("pk"))
    return KnowledgeArea.objects.annotate(
        this_year=Count(
            "labs", filter=shown & Q(labs__starts_at__gte=first, labs__starts_at__lt=last)
        ),
        in_all=Count("labs", filter=shown),
        last_at=Max("labs__starts_at", filter=shown),
    ).order_by("position", "code")


def cities_of(programme: Programme, year: int) -> QuerySet[City, Any]:
    """The programme's cities with `labs_attended`: held Labs of the year that had somebody there.

    A person counts for the cities of their memberships now; those that came least first.
    """
    first, last = bounds(year)
    own_people = Membership.objects.current().filter(city=OuterRef(OuterRef("pk")))
    came = Registration.objects.filter(
        state=RegistrationState.SEATED,
        lab__programme=programme,
        lab__kind=LabKind.LEARNING_LAB,
        lab__state=LabState.HELD,
        lab__starts_at__gte=first,
        lab__starts_at__lt=last,
        user__in=own_people.values("user"),
    )
    # One group for all rows of a city.
    attended = came.order_by().values("lab__programme").annotate(n=Count("lab", distinct=True))
    taking_part = Participation.objects.current().filter(programme=programme)
    found = City.objects.filter(pk__in=taking_part.values("city"))
    return found.annotate(labs_attended=Coalesce(Subquery(attended.values("n")), 0)).order_by(
        F("labs_attended"), by_swedish_order(), "pk"
    )


def held_count(labs: Iterable[Lab]) -> int:
    return sum(lab.state == LabState.HELD for lab in labs)


def same_area(lab: Lab) -> list[Lab]:
    """Other Labs of the programme on the same knowledge area in the same year; one query."""
    if lab.knowledge_area_id is None or lab.is_exchange:
        return []
    zone = ZoneInfo(settings.HUB_TIME_ZONE)
    first, last = bounds(lab.starts_at.astimezone(zone).year)
    found = Lab.objects.learning_labs().filter(
        programme=lab.programme_id,
        knowledge_area=lab.knowledge_area_id,
        starts_at__gte=first,
        starts_at__lt=last,
    )
    found = found.exclude(pk=lab.pk).exclude(state=LabState.CANCELLED)
    return list(found.order_by("starts_at", "pk")[:3])


def repetition(lab: Lab) -> str:
    """A sentence where the area has had a Lab this year; the coordinator may have reasons."""
    others = same_area(lab)
    if not others:
        return ""
    return _("%(area)s already has a Lab in %(year)s: %(labs)s. You may still hold this one.") % {
        "area": lab.knowledge_area,
        "year": lab.local_start.year,
        "labs": ", ".join(f"“{other.title}”" for other in others),
    }


def used_areas(programmes: Iterable[int]) -> dict[int, list[int]]:
    """Knowledge area → years, from this one on, in which it has a Lab; one query."""
    zone = ZoneInfo(settings.HUB_TIME_ZONE)
    first, _last = bounds(timezone.localdate().year)
    rows = Lab.objects.learning_labs().filter(
        programme__in=list(programmes), knowledge_area__isnull=False, starts_at__gte=first
    )
    year = ExtractYear("starts_at", tzinfo=zone)
    pairs = rows.exclude(state=LabState.CANCELLED).order_by().annotate(year=year)
    used: dict[int, list[int]] = {}
    for area, number in sorted(pairs.values_list("knowledge_area", "year").distinct()):
        used.setdefault(area, []).append(number)
    return used
