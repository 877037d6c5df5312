"""The term view: one year of a programme, for those who belong to it."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from cities.models import Programme
from labs import terms
from labs.models import Poll
from labs.permissions import can_coordinate_programme, can_see_terms


@require_safe
def term(request: HttpRequest, slug: str) -> TemplateResponse:
    programme = get_object_or_404(Programme.objects.visible_to(request.user), slug=slug)
    if not can_see_terms(request.user, programme):
        raise PermissionDenied
    years = terms.years_of(programme)
    year = _wanted_year(request, years)
    labs = terms.labs_of(programme, year, request.user)
    is_coordinator = can_coordinate_programme(request.user, programme)
    areas = list(terms.areas_of(programme, year, request.user))
    context: dict[str, Any] = {
        "programme": programme,
        "year": year,
        "years": _sections(programme, years, year),
        "labs": labs,
        "halves": terms.halves(labs, year),
        "marks": terms.marks(labs),
        "rhythm": terms.rhythm(programme, labs),
        "areas": areas,
        "never": [area for area in areas if not area.in_all],
        "polls": list(_polls(request, programme)),
        "is_coordinator": is_coordinator,
        "held_count": terms.held_count(labs),
    }
    # Which city has not come is for those who can ring it up.
    if is_coordinator:
        cities = list(terms.cities_of(programme, year))
        context |= {
            "cities": cities,
            "absent": [city for city in cities if not city.labs_attended],
        }
    return TemplateResponse(request, "labs/term.html", context)


def _wanted_year(request: HttpRequest, years: list[int]) -> int:
    wanted = request.GET.get("year", "")
    today = timezone.localdate().year
    if not wanted:
        return min(max(today, years[0]), years[-1])
    if not wanted.isdecimal() or int(wanted[:5]) not in years:
        raise Http404
    return int(wanted[:5])


def _polls(request: HttpRequest, programme: Programme) -> Any:
    found = Poll.objects.visible_to(request.user).filter(programme=programme)
    return found.running().with_ballot_count()


def _sections(programme: Programme, years: list[int], current: int) -> list[dict[str, Any]]:
    base = reverse("term", args=[programme.slug])
    return [
        {"url": f"{base}?year={year}", "label": str(year), "current": year == current}
        for year in years
    ]
