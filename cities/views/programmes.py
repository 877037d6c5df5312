from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cities import actions
from cities.enums import CityRole
from cities.forms import EndingForm, ParticipationForm
from cities.models import Organisation, Programme
from cities.models.places import by_swedish_order
from cities.permissions import can_coordinate
from cities.rhythm import year_line
from hub.requests import person


# Public: who stands behind the programmes.
@login_not_required
@require_safe
def organisation(request: HttpRequest, slug: str) -> TemplateResponse:
    organisations = (
        Organisation.objects.visible_to(request.user)
        .select_related("parent")
        .prefetch_related("parts", "programmes")
    )
    found = get_object_or_404(organisations, slug=slug)
    return TemplateResponse(request, "cities/organisation.html", {"organisation": found})


# Public: programmes answer to the public that pays for them.
@login_not_required
@require_safe
def programme(request: HttpRequest, slug: str) -> TemplateResponse:
    found = _programme(request, slug)
    return TemplateResponse(request, "cities/programme.html", _programme_context(request, found))


def _programme(request: HttpRequest, slug: str) -> Programme:
    programmes = Programme.objects.visible_to(request.user).select_related("coordinator__parent")
    return get_object_or_404(programmes, slug=slug)


def _programme_context(request: HttpRequest, found: Programme) -> dict[str, Any]:
    today = timezone.localdate()
    taking_part = list(
        found.participations.visible_to(request.user)
        .select_related("city")
        .order_by(F("cohort").asc(nulls_first=True), by_swedish_order("city__name"))
    )
    running = [p for p in taking_part if not p.has_ended(today)]
    by_role = [(role, [p for p in running if p.role == role]) for role in CityRole]
    return {
        "programme": found,
        "by_role": [(role, rows) for role, rows in by_role if rows],
        "ended": [p for p in taking_part if p.has_ended(today)],
        "city_count": len({p.city_id for p in taking_part}),
        "line": year_line(found, today),
        "can_coordinate": can_coordinate(request.user, found),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def participation_new(request: HttpRequest, slug: str) -> HttpResponse:
    programme = _programme(request, slug)
    if not can_coordinate(request.user, programme):
        raise PermissionDenied
    data = request.POST if request.method == "POST" else None
    form = ParticipationForm(data, programme=programme)
    if data is None or not form.is_valid():
        context = {"programme": programme, "form": form}
        template = "cities/participation_form.html"
        return TemplateResponse(request, template, context, status=422 if data is not None else 200)
    found = form.cleaned_data
    try:
        with transaction.atomic():
            actions.add_city(
                programme=programme,
                city=found["city"],
                role=CityRole(found["role"]),
                period=found["period"],
                cohort=found["cohort"],
                by=person(request),
            )
    except IntegrityError:
        # Somebody added the same city between our look and our write.
        form.add_error("city", _("This city has just been added by somebody else."))
        context = {"programme": programme, "form": form}
        return TemplateResponse(request, "cities/participation_form.html", context, status=422)
    messages.success(request, _("%(city)s is in the programme.") % {"city": found["city"].name})
    return redirect(programme)


@require_http_methods(["GET", "HEAD", "POST"])
def participation_ending(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    programme = _programme(request, slug)
    if not can_coordinate(request.user, programme):
        raise PermissionDenied
    mine = programme.participations.visible_to(request.user).select_related("city", "programme")
    participation = get_object_or_404(mine, pk=pk)
    data = request.POST if request.method == "POST" else None
    form = EndingForm(data, participation=participation)
    if data is not None and form.is_valid():
        last_day = form.cleaned_data["last_day"]
        actions.end_participation(
            participation=participation, last_day=last_day, by=person(request)
        )
        messages.success(request, _("The last day is set. The role stays in the city's history."))
        return redirect(programme)
    context = {"programme": programme, "participation": participation, "form": form}
    template = "cities/participation_ending.html"
    return TemplateResponse(request, template, context, status=422 if data is not None else 200)
