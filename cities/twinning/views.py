from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from cities import atlas
from cities.twinning.forms import GroupFilter
from cities.twinning.models import TwinGroup, TwinGroupQuerySet
from cities.twinning.panels import map_of_groups
from hub.requests import is_partial

PAGE = 50


# Public: who learns from whom is what twinning shows to the world.
@login_not_required
@require_safe
@vary_on_headers("HX-Request")
def twinning(request: HttpRequest) -> TemplateResponse:
    now = atlas.of(request)
    form = GroupFilter(request.GET, now)
    wanted = form.wanted() if request.GET else {}
    groups = _filtered(TwinGroup.objects.visible_to(request.user), wanted).distinct()
    rows = groups.select_related("programme").with_members().in_order()
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    cities = {m.city_id for group in page for m in group.loaded_members}
    context = {
        "filter": form,
        "is_filtered": bool(wanted),
        "page": page,
        "map": now.map_of_some(cities) if wanted else now.map(),
    }
    template = "twinning/_results.html" if is_partial(request) else "twinning/twinning.html"
    return TemplateResponse(request, template, context)


def _filtered(groups: TwinGroupQuerySet, wanted: dict[str, Any]) -> TwinGroupQuerySet:
    """`wanted` is the cleaned data of a GroupFilter; empty values ask for nothing."""
    fields = {
        "cohort": "cohort",
        "state": "state",
        "source": "source_kind",
        "country": "members__city__country",
        "q": "members__city__name__icontains",
    }
    for name, field in fields.items():
        if name in wanted:
            groups = groups.filter(**{field: wanted[name]})
    return groups


# Public: the frame of a twin group; what it writes opens by its own keys.
@login_not_required
@require_safe
def group(request: HttpRequest, slug: str) -> TemplateResponse:
    groups = TwinGroup.objects.visible_to(request.user).select_related("programme", "scheme")
    groups = groups.with_members()
    found = get_object_or_404(groups, slug=slug)
    drawn = map_of_groups([found])
    return TemplateResponse(request, "twinning/group.html", {"group": found, "map": drawn})
