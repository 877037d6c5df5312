"""What is drawn or chosen from everywhere and seldom changes: kept per version in each process."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from cities.map.drawing import MOST, Arc, Sheet, Spot, draw
from cities.models import AtlasVersion, City, Domain, KnowledgeArea, Lever, Programme

ArcSource = Callable[[], Iterable[Arc]]

_arc_sources: list[ArcSource] = []


def register_arcs(source: ArcSource) -> None:
    """Rooms that know who learns from whom add their arcs."""
    if source not in _arc_sources:
        _arc_sources.append(source)


@dataclass
class Atlas:
    city_count: int
    countries: list[str]
    programmes: list[Programme]
    domains: list[Domain]
    levers: list[Lever]
    knowledge_areas: list[KnowledgeArea]
    spots: dict[int, Spot]
    arcs: list[Arc]
    sheet: Sheet
    _drawn: dict[tuple[str, str], SafeString] = field(default_factory=dict)

    def domains_of(self, ids: Iterable[int]) -> list[Domain]:
        wanted = set(ids)
        return [domain for domain in self.domains if domain.pk in wanted]

    def levers_of(self, ids: Iterable[int]) -> list[Lever]:
        wanted = set(ids)
        return [lever for lever in self.levers if lever.pk in wanted]

    def map(self) -> SafeString:
        """The map as a piece of page in the language that is active."""
        return self.kept("map", lambda: map_of(self.sheet))

    def kept(self, name: str, draw: Callable[[], SafeString]) -> SafeString:
        """A piece of page that depends on the atlas and the language alone: drawn once."""
        key = (name, get_language() or "")
        if key not in self._drawn:
            self._drawn[key] = draw()
        return self._drawn[key]

    def map_of_some(self, wanted: set[int]) -> SafeString:
        """Only these cities, and the arcs between them."""
        spots = [spot for spot in self.spots.values() if spot.pk in wanted]
        arcs = [arc for arc in self.arcs if {arc.pilot, arc.twin} <= wanted]
        return map_of(draw(spots, arcs))


def map_of(sheet: Sheet) -> SafeString:
    return render_to_string("cities/_map.html", {"sheet": sheet})


_kept: dict[Any, Atlas] = {}


def of(request: HttpRequest) -> Atlas:
    """The atlas of now, asked for once a request."""
    found: Atlas | None = getattr(request, "_atlas", None)
    if found is None:
        found = current()
        request._atlas = found  # type: ignore[attr-defined]  # kept for the next panel
    return found


def current() -> Atlas:
    """The atlas of now; one small query where it is known already."""
    version = AtlasVersion.objects.values_list("version", flat=True).first()
    if version is None:
        return _build()
    atlas = _kept.get(version)
    if atlas is None:
        atlas = _build()
        _kept.clear()
        _kept[version] = atlas
    return atlas


def _build() -> Atlas:
    arcs = [arc for source in _arc_sources for arc in source()]
    spots = {spot.pk: spot for spot in _spots(arcs)}
    codes = City.objects.order_by("country").values_list("country", flat=True).distinct()
    return Atlas(
        city_count=City.objects.count(),
        countries=list(codes),
        programmes=list(Programme.objects.all()),
        domains=list(Domain.objects.all()),
        levers=list(Lever.objects.all()),
        knowledge_areas=list(KnowledgeArea.objects.all()),
        spots=spots,
        arcs=arcs,
        sheet=draw(list(spots.values()), arcs),
    )


def _spots(arcs: list[Arc]) -> Iterable[Spot]:
    """Cities with the most relations first; those in no programme and no group stay off the map."""
    roles: dict[int, set[str]] = {}
    for arc in arcs:
        roles.setdefault(arc.pilot, set()).add("pilot")
        roles.setdefault(arc.twin, set()).add("twin")
    in_programmes = City.objects.annotate(times=Count("participations")).filter(times__gt=0)
    found = in_programmes.order_by("-times", "-population", "pk")[:MOST]
    for city in found.prefetch_related("participations"):
        held = {p.role for p in city.participations.all()} | roles.get(city.pk, set())
        yield Spot(
            pk=city.pk,
            name=city.name,
            url=city.get_absolute_url(),
            latitude=float(city.latitude),
            longitude=float(city.longitude),
            roles=tuple(sorted(held)),
            weight=city.population or 0,
        )
