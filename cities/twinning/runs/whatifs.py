"""One city of a run, one pair that is missing, what would be if, and two runs side by side."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cities.twinning.matching import words
from cities.twinning.models import Application, MatchPair, MatchRun
from cities.twinning.runs import comparing, reading, stored, trying
from cities.twinning.runs.forms import WhatIfForm
from cities.twinning.runs.views import found_run
from hub.refusals import Refused
from hub.requests import person


def _done_run(request: HttpRequest, slug: str, number: int) -> MatchRun:
    found = found_run(request, slug, number)
    if not found.is_done:
        raise Http404
    return found


def _pair(request: HttpRequest, run: MatchRun, city: str) -> MatchPair:
    seen = Application.objects.visible_to(request.user).filter(call=run.call)
    application = get_object_or_404(seen.select_related("city"), city__slug=city)
    pair: MatchPair = get_object_or_404(run.pairs, application=application)
    pair.application = application
    return pair


@require_safe
def run_city(request: HttpRequest, slug: str, number: int, city: str) -> TemplateResponse:
    """Why this city is matched as it is, criterion by criterion, and why not otherwise."""
    run = _done_run(request, slug, number)
    pair = _pair(request, run, city)
    catalogue = reading.catalogue_of(run.call, request.user, run.weights)
    (line,) = reading.lines_of([pair], catalogue)
    wishes = list(pair.application.ranks.values_list("pilot_id", flat=True))
    context = {
        "run": run,
        "call": run.call,
        "line": line,
        "parts": reading.parts_of(pair, run, catalogue.names),
        "others": reading.others_of(pair, wishes, catalogue.names),
    }
    return TemplateResponse(request, "twinning/matching/city.html", context)


@require_safe
def run_missing(
    request: HttpRequest, slug: str, number: int, city: str, pilot: int
) -> TemplateResponse:
    """Why these two are not matched, what the match would bring, and what could be tried."""
    run = _done_run(request, slug, number)
    pair = _pair(request, run, city)
    kept = pair.others.get(str(pilot))
    if kept is None:
        raise Http404
    catalogue = reading.catalogue_of(run.call, request.user, run.weights)
    missing = stored.missing(kept, pair.application_id, pilot)
    context = {
        "run": run,
        "call": run.call,
        "pair": pair,
        "city": pair.application.city,
        "pilot": catalogue.names.pilot(pilot),
        "points": catalogue.names.points(kept["score"]),
        "sentences": words.missing_words(missing, catalogue.names),
        "tries": trying.offered(missing, pair),
        "pilot_pk": pilot,
    }
    return TemplateResponse(request, "twinning/matching/missing.html", context)


@require_POST
def run_variant(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """A draft derived from a run, with one thing changed if the form says so."""
    run = found_run(request, slug, number)
    form = WhatIfForm(request.POST, run=run)
    if not form.is_valid():
        messages.error(request, _("This cannot be tried: %(why)s") % {"why": _first(form)})
        return redirect(run)
    try:
        made = trying.derive(run=run, by=person(request), **form.cleaned_data)
    except Refused as refused:
        messages.error(request, str(refused.sentence))
        return redirect(run)
    messages.success(request, _("A new run, as that one was. Change what you like, then start it."))
    return redirect(made)


def _first(form: WhatIfForm) -> str:
    return str(next(iter(form.errors.values()))[0])


@require_safe
def run_comparison(request: HttpRequest, slug: str, number: int, other: int) -> TemplateResponse:
    """What changes from this run to the other one."""
    before = _done_run(request, slug, number)
    after = _done_run(request, slug, other)
    catalogue = reading.catalogue_of(before.call, request.user, after.weights)
    context = {
        "call": before.call,
        "runs": [before, after],
        "before": before,
        "after": after,
        "has_same_weights": before.weights == after.weights,
        "comparison": comparing.compared(before, after, catalogue),
        "weakest": [_points(run, run.worst) for run in (before, after)],
        "means": [_points(run, run.mean) for run in (before, after)],
    }
    return TemplateResponse(request, "twinning/matching/comparison.html", context)


def _points(run: MatchRun, score: int | None) -> str:
    """By the run's own weights."""
    return "" if score is None else reading.points(run, score)
