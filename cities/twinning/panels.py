"""Twin groups on the pages of cities and programmes, and the arcs of the map."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from cities import atlas
from cities.map.drawing import Arc, Spot, draw, draw_around
from cities.models import City, Programme
from cities.twinning.enums import GroupState
from cities.twinning.models import TwinGroup, TwinGroupCity


def arcs() -> Iterable[Arc]:
    """Every published pairing that was not withdrawn, by cohort."""
    groups = TwinGroup.objects.exclude(state=GroupState.WITHDRAWN).with_members().in_order()
    for group in groups:
        for pilot in group.pilots:
            for twin in group.twins:
                yield Arc(pilot.pk, twin.pk, group.cohort or 0)


def city_groups(request: HttpRequest, city: City) -> dict[str, Any] | None:
    groups = TwinGroup.objects.visible_to(request.user).of_city(city.pk).with_members().in_order()
    found = list(groups)
    if not found:
        return None
    return {
        "city": city,
        "groups": [(group, *_seen_from(group, city)) for group in found],
        "map": map_of_groups(found, first=city),
    }


def map_of_groups(
    groups: Sequence[TwinGroup], *, first: City | None = None, is_whole: bool = False
) -> str:
    """A small map of the groups' cities, or all of Europe; drawn from what is loaded already."""
    members = [member for group in groups for member in group.loaded_members]
    if first is not None:
        members.sort(key=lambda member: member.city_id != first.pk)
    spots = {m.city_id: _spot(m) for m in reversed(members)}
    lines = [
        Arc(pilot.pk, twin.pk, group.cohort or 0)
        for group in groups
        for pilot in group.pilots
        for twin in group.twins
    ]
    paint = draw if is_whole else draw_around
    return atlas.map_of(paint(list(reversed(spots.values())), lines))


def _spot(member: TwinGroupCity) -> Spot:
    city = member.city
    return Spot(
        pk=city.pk,
        name=city.name,
        url=city.get_absolute_url(),
        latitude=float(city.latitude),
        longitude=float(city.longitude),
        roles=(member.role,),
        weight=0,
    )


def _seen_from(group: TwinGroup, city: City) -> tuple[bool, list[City]]:
    """Whether the city is the pilot here, and the cities on the other side."""
    is_pilot = any(pilot.pk == city.pk for pilot in group.pilots)
    return is_pilot, group.twins if is_pilot else group.pilots


def programme_groups(request: HttpRequest, programme: Programme) -> dict[str, Any] | None:
    groups = TwinGroup.objects.visible_to(request.user).filter(programme=programme)
    count = groups.count()
    return {"programme": programme, "group_count": count} if count else None


def home_pairs(request: HttpRequest, _: object) -> dict[str, Any] | None:
    """The equal table of the map's arcs, drawn with the map's version."""
    if request.user.is_authenticated:
        return None
    return {"pairs": atlas.of(request).kept("pairs", _drawn_pairs)}


def _drawn_pairs() -> SafeString:
    groups = TwinGroup.objects.exclude(state=GroupState.WITHDRAWN).with_members().in_order()
    return render_to_string("twinning/_pairs.html", {"groups": groups})
