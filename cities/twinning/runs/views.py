"""Match runs of a call, for who coordinates its programme: set up, started, read."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cities.models.places import by_swedish_order
from cities.twinning.calls.views import run_by
from cities.twinning.enums import RulingKind
from cities.twinning.matching.criteria import Criterion
from cities.twinning.matching.words import criterion_label
from cities.twinning.models import Application, MatchAnswer, MatchRun, Ruling
from cities.twinning.runs import actions, reading
from cities.twinning.runs.forms import RulingForm, SetUpForm
from hub.paging import page_of
from hub.refusals import Refused
from hub.requests import is_partial, person

PER_PAGE = 100


def found_run(request: HttpRequest, slug: str, number: int) -> MatchRun:
    """A run of a call that the reader coordinates."""
    call = run_by(request, slug)
    seen = MatchRun.objects.visible_to(request.user).filter(call=call).with_people()
    found: MatchRun = get_object_or_404(seen, number=number)
    found.call = call
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def run_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Every try at this call; sent, it makes one more."""
    call = run_by(request, slug)
    if request.method == "POST":
        try:
            made = actions.create(call=call, by=person(request))
        except Refused as refused:
            messages.error(request, str(refused.sentence))
            return redirect("match-run-list", slug)
        return redirect("match-run-settings", slug, made.number)
    runs = MatchRun.objects.visible_to(request.user).filter(call=call).with_people()
    page = page_of(runs.order_by("-number"), request.GET.get("page"), PER_PAGE)
    waiting = Application.objects.to_match(with_reserve=False).filter(call=call).count()
    context = {"call": call, "page": page, "waiting": waiting}
    return TemplateResponse(request, "twinning/matching/run_list.html", context)


@require_safe
def run(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Being set up, under way, or with its pairs and reasons."""
    found = found_run(request, slug, number)
    if is_partial(request):
        return _progress(request, found)
    catalogue = reading.catalogue_of(found.call, request.user, found.weights)
    context: dict[str, Any] = {
        "run": found,
        "call": found.call,
        "rulings": reading.rulings_of(found, catalogue.names),
        "weights": _weights(found),
        "places": reading.changed_places(found, catalogue),
        "problems": reading.problem_of(found, catalogue.names),
    }
    if found.is_done:
        context |= _results(request, found, catalogue)
    return TemplateResponse(request, "twinning/matching/run.html", context)


def _progress(request: HttpRequest, found: MatchRun) -> HttpResponse:
    """The part that asks again every other second; when all is said the page loads anew."""
    if not found.is_under_way:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return TemplateResponse(request, "twinning/matching/_progress.html", {"run": found})


def _weights(found: MatchRun) -> list[tuple[str, int]]:
    weights = [(criterion_label(c), found.weights.get(c, 0)) for c in Criterion]
    return [(label[:1].upper() + label[1:], weight) for label, weight in weights]


def _results(request: HttpRequest, found: MatchRun, catalogue: reading.Catalogue) -> dict[str, Any]:
    pairs = found.pairs.defer("others")
    seen = pairs.exclude(pilot=None).order_by(by_swedish_order("application__city__name"), "pk")
    is_public = found.published_at is not None
    seen = seen.with_answers() if is_public else seen
    said = MatchAnswer.objects.filter(pair__run=found) if is_public else MatchAnswer.objects.none()
    answers = set(said.values_list("is_yes", flat=True))
    page = page_of(seen, request.GET.get("page"), PER_PAGE)
    without = pairs.filter(pilot=None).order_by(by_swedish_order("application__city__name"), "pk")
    siblings = MatchRun.objects.visible_to(request.user).filter(call=found.call, state=found.state)
    names = catalogue.names
    lines = reading.lines_of(page.object_list, catalogue, answered=is_public)
    alone = reading.lines_of(without, catalogue)
    return {
        "page": page,
        "lines": lines,
        "alone": alone,
        "declined": False in answers,
        "has_answers": bool(answers),
        "may_form": found.stands and True in answers,
        "gone": reading.gone_from(found),
        "came": reading.missing_in(found),
        "weakest": names.points(found.worst) if found.worst is not None else "",
        "mean": names.points(found.mean) if found.mean is not None else "",
        "siblings": siblings.exclude(pk=found.pk).order_by("-number"),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def run_settings(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Name, weights and places of a draft."""
    found = found_run(request, slug, number)
    if not found.is_draft:
        return _has_begun(request, found)
    catalogue = reading.catalogue_of(found.call, request.user, found.weights)
    data = request.POST if request.method == "POST" else None
    form = SetUpForm(data, run=found, catalogue=catalogue)
    if form.is_valid():
        try:
            actions.set_up(
                run=found,
                name=form.cleaned_data["name"],
                weights=form.weights(),
                places=form.places(),
                with_reserve=form.cleaned_data["with_reserve"],
                by=person(request),
            )
        except Refused as refused:
            form.add_error(refused.field, str(refused.sentence))
        else:
            messages.success(request, _("Saved."))
            return redirect(found)
    context = {"run": found, "call": found.call, "form": form}
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "twinning/matching/settings.html", context, status=status)


def _has_begun(request: HttpRequest, found: MatchRun) -> HttpResponse:
    messages.info(request, _("The run has begun: derive another one from it."))
    return redirect(found)


@require_http_methods(["GET", "HEAD", "POST"])
def run_rulings(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Pins and vetoes of a draft, and the form of one more."""
    found = found_run(request, slug, number)
    if not found.is_draft:
        return _has_begun(request, found)
    catalogue = reading.catalogue_of(found.call, request.user, found.weights)
    data = request.POST if request.method == "POST" else None
    form = RulingForm(data, run=found, catalogue=catalogue)
    if form.is_valid():
        facts = form.cleaned_data | {"kind": RulingKind(form.cleaned_data["kind"])}
        try:
            actions.rule(run=found, by=person(request), **facts)
        except Refused as refused:
            form.add_error(refused.field, str(refused.sentence))
        else:
            messages.success(request, _("Added."))
            return redirect("match-run-rulings", slug, number)
    rulings = reading.rulings_of(found, catalogue.names)
    context = {"run": found, "call": found.call, "form": form, "rulings": rulings}
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "twinning/matching/rulings.html", context, status=status)


@require_POST
def run_ruling_removal(request: HttpRequest, slug: str, number: int, pk: int) -> HttpResponse:
    found = found_run(request, slug, number)
    ruling: Ruling = get_object_or_404(found.rulings, pk=pk)
    try:
        actions.unrule(ruling=ruling)
    except Refused as refused:
        messages.error(request, str(refused.sentence))
        return redirect(found)
    messages.success(request, _("Removed."))
    return redirect("match-run-rulings", slug, number)


@require_POST
def run_start(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    found = found_run(request, slug, number)
    try:
        actions.start(run=found, by=person(request))
    except Refused as refused:
        messages.error(request, str(refused.sentence))
    return redirect(found)


@require_POST
def run_cancellation(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    found = found_run(request, slug, number)
    if actions.cancel(run=found):
        messages.success(request, _("The run is stopped."))
    else:
        messages.info(request, _("The run was not under way any more."))
    return redirect(found)


@require_http_methods(["GET", "HEAD", "POST"])
def run_removal(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    found = found_run(request, slug, number)
    if request.method == "POST":
        try:
            actions.discard(run=found)
        except Refused as refused:
            messages.error(request, str(refused.sentence))
            return redirect(found)
        messages.success(request, _("The run is deleted."))
        return redirect("match-run-list", slug)
    context = {
        "confirm_title": _("Delete run %(number)d?") % {"number": found.number},
        "consequences": [
            _("Its results and reasons go with it. Only coordinators have seen them.")
        ],
        "confirm_button": _("Delete"),
        "cancel_url": reverse("match-run", args=[slug, number]),
    }
    return TemplateResponse(request, "components/confirm_page.html", context)
