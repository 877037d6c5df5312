from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cities import atlas
from cities.enums import WishKind
from cities.models import City, Wish
from cities.needs import actions, lists, permissions
from cities.needs.forms import NeedFilter, QuestionForm, WishForm
from hub.paging import page_of
from hub.requests import person

PER_PAGE = 20


# Public: unanswered needs are there to be seen.
@login_not_required
@require_safe
def need_list(request: HttpRequest) -> TemplateResponse:
    now = atlas.of(request)
    form = NeedFilter(request.GET, now)
    wishes = lists.filtered(Wish.objects.visible_to(request.user), form.wanted())
    page = page_of(lists.with_list_facts(wishes), request.GET.get("page"), PER_PAGE)
    context = {"filter": form, "page": page, "rows": lists.with_domains(page, now)}
    return TemplateResponse(request, "cities/needs/need_list.html", context)


# Public as the city's page is.
@login_not_required
@require_safe
def wish(request: HttpRequest, slug: str, pk: int) -> TemplateResponse:
    found: Any = _wish(request, slug, pk)
    context = {
        "wish": found,
        "domains": atlas.of(request).domains_of(found.domain_ids),
        "can_state": permissions.can_state(request.user, found.city),
        "may_ask": bool(permissions.cities_asking(request.user, found.city)),
    }
    return TemplateResponse(request, "cities/needs/wish.html", context)


def _wish(request: HttpRequest, slug: str, pk: int) -> Wish:
    seen = lists.with_list_facts(Wish.objects.visible_to(request.user))
    return get_object_or_404(seen, pk=pk, city__slug=slug)


@require_http_methods(["GET", "HEAD", "POST"])
def wish_new(request: HttpRequest, slug: str) -> HttpResponse:
    city = get_object_or_404(City.objects.visible_to(request.user), slug=slug)
    if not permissions.can_state(request.user, city):
        raise PermissionDenied
    if request.method != "POST":
        kind = request.GET.get("kind")
        initial = {"kind": kind if kind in WishKind.values else WishKind.SEEKS}
        context = {"city": city, "form": WishForm(initial=initial)}
        return TemplateResponse(request, "cities/needs/wish_form.html", context)
    form = WishForm(request.POST)
    if not form.is_valid():
        context = {"city": city, "form": form}
        return TemplateResponse(request, "cities/needs/wish_form.html", context, status=422)
    stated = actions.state(
        city=city,
        kind=WishKind(form.cleaned_data["kind"]),
        text=form.cleaned_data["text"],
        domains=form.cleaned_data["domains"],
        by=person(request),
    )
    messages.success(request, _("It stands on the city's page now."))
    return redirect(stated)


@require_http_methods(["GET", "HEAD", "POST"])
def question_new(request: HttpRequest, slug: str) -> HttpResponse:
    """A question to this city; it is a learning need of the city that asks."""
    asked = get_object_or_404(City.objects.visible_to(request.user), slug=slug)
    own = permissions.cities_asking(request.user, asked)
    if not own:
        raise PermissionDenied
    cities = list(City.objects.filter(pk__in=own).in_order())
    form = QuestionForm(request.POST if request.method == "POST" else None, cities=cities)
    if request.method != "POST" or not form.is_valid():
        context = {"city": asked, "form": form}
        status = 422 if form.is_bound else 200
        return TemplateResponse(request, "cities/needs/question_form.html", context, status=status)
    stated = actions.state(
        city=form.asking(cities),
        kind=WishKind.SEEKS,
        text=form.cleaned_data["text"],
        domains=form.domains(),
        by=person(request),
        asked=asked,
    )
    messages.success(request, _("Asked. You hear when somebody answers."))
    return redirect(stated)


@require_POST
def wish_closing(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = _own(request, slug, pk)
    if actions.close(wish=found, by=person(request)):
        messages.success(request, _("It is closed. It can be opened again from here."))
    return redirect(found)


@require_POST
def wish_return(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = _own(request, slug, pk)
    if actions.reopen(wish=found):
        messages.success(request, _("It is open again."))
    return redirect(found)


def _own(request: HttpRequest, slug: str, pk: int) -> Wish:
    found = _wish(request, slug, pk)
    if not permissions.can_state(request.user, found.city):
        raise PermissionDenied
    return found
