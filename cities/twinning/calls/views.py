"""Calls: what everybody reads, and what coordinators write."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cities.models import City, Programme
from cities.permissions import can_coordinate
from cities.twinning.calls import actions, catalogue, eligibility
from cities.twinning.calls.forms import (
    CallForm,
    ExtensionForm,
    PilotForm,
    rule_set,
    wanted_rules,
)
from cities.twinning.calls.permissions import can_run, can_start
from cities.twinning.cohorts.permissions import can_see_desk
from cities.twinning.models import Application, Call, CallPilot, MatchPair
from cities.twinning.reviews.permissions import is_reviewer
from hub import access, following, markdown
from hub.face import dates
from hub.paging import page_of
from hub.refusals import Refused
from hub.requests import person

PER_PAGE = 20


# Public: whoever may apply has to find the call.
@login_not_required
@require_safe
def call_list(request: HttpRequest) -> TemplateResponse:
    calls = Call.objects.visible_to(request.user).select_related("programme")
    page = page_of(calls.order_by("-closes_at", "-pk"), request.GET.get("page"), PER_PAGE)
    mine = access.ids_of(request.user, "programme", "coordinator")
    programmes = Programme.objects.filter(pk__in=mine) if mine else []
    context = {"page": page, "programmes": programmes}
    return TemplateResponse(request, "twinning/calls/call_list.html", context)


# Public: guidelines, dates, pilots and rules are there to be read before applying.
@login_not_required
@require_safe
def call(request: HttpRequest, slug: str) -> TemplateResponse:
    found = get_object_or_404(_calls(request).with_catalogue(), slug=slug)
    cities = _own_cities(request)
    context = {
        "call": found,
        "guidelines": markdown.render(found.guidelines, top_heading=2),
        "is_following": following.is_following(request.user, found.subject),
        "rules": [eligibility.sentence(rule) for rule in found.rules.all()],
        "extensions": found.extensions.all(),
        "questions": found.scheme.questions.all(),
        "criteria": found.scheme.criteria.all(),
        "can_run": can_run(request.user, found),
        "can_see_desk": found.is_published and can_see_desk(request.user, found.programme),
        "missing": [] if found.is_published else actions.missing_for_publication(found),
        "own": _own_applications(request, found, cities),
        "matched": _matched(request, found, cities),
        "can_start": can_start(request.user, found),
        "is_reviewer": found.is_published and is_reviewer(request.user, found),
    }
    return TemplateResponse(request, "twinning/calls/call.html", context)


def _own_cities(request: HttpRequest) -> list[City]:
    own = access.ids_of(request.user, "city")
    return list(City.objects.filter(pk__in=own).in_order()) if own else []


def _own_applications(
    request: HttpRequest, found: Call, cities: list[City]
) -> list[tuple[City, Application | None]]:
    """The reader's cities, each with its application if it has begun one."""
    if not cities or not found.is_published:
        return []
    seen = Application.objects.visible_to(request.user).filter(call=found, city__in=cities)
    begun = {application.city_id: application for application in seen}
    return [(city, begun.get(city.pk)) for city in cities]


def _matched(request: HttpRequest, found: Call, cities: list[City]) -> set[int]:
    """Those of the reader's cities that are asked about a match of the run that stands."""
    if not cities or not found.is_published:
        return set()
    seen = MatchPair.objects.visible_to(request.user).filter(run__in=found.runs.standing())
    mine = Q(application__city__in=cities) | Q(pilot__cities__city__in=cities)
    asked = seen.exclude(pilot=None).filter(mine)
    ids = asked.values_list("application__city_id", "pilot__cities__city_id")
    return {pk for pair in ids for pk in pair if pk is not None} & {city.pk for city in cities}


def _calls(request: HttpRequest) -> Any:
    seen = Call.objects.visible_to(request.user)
    return seen.select_related("programme__coordinator", "scheme").prefetch_related("rules")


def run_by(request: HttpRequest, slug: str) -> Call:
    """The call, for who coordinates its programme."""
    found: Call = get_object_or_404(_calls(request), slug=slug)
    if not can_run(request.user, found):
        raise PermissionDenied
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def call_new(request: HttpRequest, slug: str) -> HttpResponse:
    programme = get_object_or_404(Programme.objects.visible_to(request.user), slug=slug)
    if not can_coordinate(request.user, programme):
        raise PermissionDenied
    data = request.POST if request.method == "POST" else None
    form = CallForm(data, zone=dates.reader_zone())
    if form.is_valid():
        try:
            made = actions.create(programme=programme, plan=form.plan(), by=person(request))
        except Refused as refused:
            form.add_error(refused.field, str(refused.sentence))
        else:
            messages.success(request, _("The draft is kept. Now its pilots."))
            return redirect("call-pilots", made.slug)
    return _form(request, form, {"programme": programme})


@require_http_methods(["GET", "HEAD", "POST"])
def call_edit(request: HttpRequest, slug: str) -> HttpResponse:
    found = run_by(request, slug)
    form = CallForm(request.POST if request.method == "POST" else None, call=found)
    if form.is_valid():
        version = form.cleaned_data["version"] or 0
        try:
            actions.change(call=found, plan=form.plan(), version=version, by=person(request))
        except Refused as refused:
            form.add_error(refused.field, str(refused.sentence))
        else:
            messages.success(request, _("Saved."))
            return redirect(found)
    return _form(request, form, {"programme": found.programme, "call": found})


def _form(request: HttpRequest, form: CallForm, context: dict[str, Any]) -> TemplateResponse:
    status = 422 if form.is_bound else 200
    context = {"form": form, **context}
    return TemplateResponse(request, "twinning/calls/call_form.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def call_rules(request: HttpRequest, slug: str) -> HttpResponse:
    found = run_by(request, slug)
    if found.is_published:
        messages.info(request, _("The call is published: cities rely on its rules."))
        return redirect(found)
    rules = rule_set(request.POST if request.method == "POST" else None, found)
    if rules.is_bound and rules.is_valid():
        try:
            actions.write_rules(call=found, rules=wanted_rules(rules), by=person(request))
        except Refused as refused:
            messages.error(request, str(refused.sentence))
            return redirect(found)
        messages.success(request, _("Saved."))
        return redirect("call-rules" if "more" in request.POST else "call", found.slug)
    status = 422 if rules.is_bound else 200
    context = {"call": found, "formset": rules}
    return TemplateResponse(request, "twinning/calls/rules.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def call_pilots(request: HttpRequest, slug: str) -> HttpResponse:
    """The catalogue as its coordinator keeps it, and the form of one more pilot."""
    found = run_by(request, slug)
    form = PilotForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            catalogue.add(call=found, entry=form.entry())
        except Refused as refused:
            form.add_error(None, str(refused.sentence))
        else:
            messages.success(request, _("Added."))
            return redirect("call-pilots", found.slug)
    pilots = CallPilot.objects.visible_to(request.user).filter(call=found).by_name().with_cities()
    context = {"call": found, "form": form, "pilots": pilots}
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "twinning/calls/pilots.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def call_pilot(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    pilot = _pilot(request, slug, pk)
    form = PilotForm(request.POST if request.method == "POST" else None, pilot=pilot)
    if form.is_valid():
        try:
            catalogue.change(pilot=pilot, entry=form.entry())
        except Refused as refused:
            messages.error(request, str(refused.sentence))
        else:
            messages.success(request, _("Saved."))
        return redirect("call-pilots", slug)
    context = {"call": pilot.call, "form": form, "pilot": pilot}
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "twinning/calls/pilot.html", context, status=status)


def _pilot(request: HttpRequest, slug: str, pk: int) -> CallPilot:
    found = run_by(request, slug)
    seen = CallPilot.objects.visible_to(request.user).filter(call=found).with_cities()
    pilot = get_object_or_404(seen, pk=pk)
    pilot.call = found
    return pilot


@require_http_methods(["GET", "HEAD", "POST"])
def call_pilot_removal(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    pilot = _pilot(request, slug, pk)
    if request.method == "POST":
        try:
            catalogue.remove(pilot=pilot)
        except Refused as refused:
            messages.error(request, str(refused.sentence))
        else:
            messages.success(request, _("Removed."))
        return redirect("call-pilots", slug)
    context = {
        "confirm_title": _("Remove “%(title)s”?") % {"title": pilot.title},
        "consequences": [_("Its places, and what it offers, are taken out of the catalogue.")],
        "confirm_button": _("Remove"),
        "cancel_url": reverse("call-pilots", args=[slug]),
    }
    return TemplateResponse(request, "components/confirm_page.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def call_publication(request: HttpRequest, slug: str) -> HttpResponse:
    found = run_by(request, slug)
    if found.is_published:
        return redirect(found)
    missing = actions.missing_for_publication(found)
    if request.method == "POST":
        try:
            actions.publish(call=found, by=person(request))
        except Refused as refused:
            missing = [str(refused.sentence)]
        else:
            messages.success(request, _("The call is published."))
            return redirect(found)
    context = {"call": found, "missing": missing}
    status = 422 if request.method == "POST" else 200
    return TemplateResponse(request, "twinning/calls/publication.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def call_extension(request: HttpRequest, slug: str) -> HttpResponse:
    found = run_by(request, slug)
    if not found.is_published:
        return redirect("call-edit", slug)
    form = ExtensionForm(request.POST if request.method == "POST" else None, call=found)
    if form.is_valid():
        data = form.cleaned_data
        try:
            actions.extend(
                call=found, closes_at=data["closes_at"], reason=data["reason"], by=person(request)
            )
        except Refused as refused:
            form.add_error(refused.field, str(refused.sentence))
        else:
            messages.success(request, _("The call stays open longer, and everyone is told."))
            for sentence in actions.overtaken(found.pk):
                messages.warning(request, sentence)
            return redirect(found)
    context = {"call": found, "form": form}
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "twinning/calls/extension.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def call_removal(request: HttpRequest, slug: str) -> HttpResponse:
    """Of a draft; a published call stays."""
    found = run_by(request, slug)
    if found.is_published:
        messages.info(request, _("A published call stays, so that cities can read how it went."))
        return redirect(found)
    if request.method == "POST":
        try:
            actions.discard(call=found)
        except Refused as refused:
            messages.error(request, str(refused.sentence))
            return redirect(found)
        messages.success(request, _("The draft is deleted."))
        return redirect(found.programme)
    context = {
        "confirm_title": _("Delete the draft “%(title)s”?") % {"title": found.title},
        "consequences": [_("Its pilots and rules go with it. This cannot be undone.")],
        "confirm_button": _("Delete"),
        "cancel_url": found.get_absolute_url(),
    }
    return TemplateResponse(request, "components/confirm_page.html", context)
