from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from cities import actions, atlas, lists
from cities.enums import WishKind
from cities.forms import CityFilter, FactFormSet, ProfileForm
from cities.models import City
from cities.needs import permissions as needs
from cities.permissions import can_edit_city
from hub.requests import is_partial, person

PAGE = 20


# Public: which cities take part is what the hub shows to the world.
@login_not_required
@require_safe
@vary_on_headers("HX-Request")
def city_list(request: HttpRequest) -> TemplateResponse:
    now = atlas.of(request)
    form = CityFilter(request.GET, now)
    wanted = form.wanted() if request.GET else {}
    cities = lists.filtered(City.objects.visible_to(request.user), wanted)
    count, on_map = lists.counted(cities, now.spots) if wanted else (now.city_count, set())
    paginator = Paginator(lists.with_list_facts(cities.in_order()), PAGE)
    # Known already: the paginator need not count again.
    paginator.count = count
    page = paginator.get_page(request.GET.get("page"))
    context = {
        "filter": form,
        "page": page,
        "rows": lists.with_domains(page, now.domains),
        "map": now.map_of_some(on_map) if wanted else now.map(),
        "is_filtered": bool(wanted),
    }
    template = "cities/_city_results.html" if is_partial(request) else "cities/city_list.html"
    return TemplateResponse(request, template, context)


# Public: a city's page is its face to other cities.
@login_not_required
@require_safe
def city(request: HttpRequest, slug: str) -> TemplateResponse:
    cities = lists.with_page_facts(City.objects.visible_to(request.user))
    found = get_object_or_404(cities, slug=slug)
    return TemplateResponse(request, "cities/city.html", _city_context(request, found))


def _city_context(request: HttpRequest, found: Any) -> dict[str, Any]:
    now = atlas.of(request)
    wishes = [(wish, now.domains_of(wish.domain_ids)) for wish in found.open_wishes]
    today = timezone.localdate()
    roles = sorted(found.participations.all(), key=lambda p: p.period.lower, reverse=True)
    return {
        "city": found,
        "roles_now": [p for p in roles if today in p.period],
        "roles_else": [p for p in roles if today not in p.period],
        "domains": now.domains_of(found.domain_ids),
        "levers": now.levers_of(found.lever_ids),
        "seeks": [row for row in wishes if row[0].kind == WishKind.SEEKS],
        "offers": [row for row in wishes if row[0].kind == WishKind.OFFERS],
        "can_edit": can_edit_city(request.user, found),
        "can_state": needs.can_state(request.user, found),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def city_profile(request: HttpRequest, slug: str) -> HttpResponse:
    city = get_object_or_404(City.objects.visible_to(request.user), slug=slug)
    if not can_edit_city(request.user, city):
        raise PermissionDenied
    data = request.POST if request.method == "POST" else None
    form = ProfileForm(data, instance=city)
    facts = FactFormSet(data, instance=city)
    if data is not None and form.is_valid() and facts.is_valid():
        form.save()
        facts.save()
        actions.record_profile(city=city, by=person(request))
        messages.success(request, _("The profile is saved."))
        return redirect(city)
    context = {"city": city, "form": form, "facts": facts, "formset": facts}
    return TemplateResponse(
        request, "cities/profile.html", context, status=422 if data is not None else 200
    )
