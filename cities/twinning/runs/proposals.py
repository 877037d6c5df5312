"""Publishing a run, and what the cities of its matches read and answer."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cities.models import City
from cities.twinning.calls.permissions import can_run
from cities.twinning.matching.reasons import Plight
from cities.twinning.models import Call, MatchPair
from cities.twinning.runs import forming, publishing, reading
from cities.twinning.runs.forms import AnswerForm
from cities.twinning.runs.permissions import can_answer, can_answer_for
from cities.twinning.runs.views import found_run
from hub import access
from hub.refusals import Refused
from hub.requests import person


@require_http_methods(["GET", "HEAD", "POST"])
def run_publication(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Exactly who is told, and the button that tells them."""
    run = found_run(request, slug, number)
    if not run.is_done or run.published_at is not None:
        return redirect(run)
    refusal = ""
    if request.method == "POST":
        try:
            publishing.publish(run=run, seen=request.POST.get("seen", "")[:64], by=person(request))
        except Refused as refused:
            refusal = str(refused.sentence)
        else:
            messages.success(request, _("The matches are put to the cities."))
            return redirect(run)
    told = publishing.receivers(run)
    context = {
        "run": run,
        "call": run.call,
        "told": told,
        "count": sum(len(one.people) for one in told),
        "seen": publishing.digest(told),
        "refusal": refusal,
        "before": publishing.standing_of(run.call),
        "gone": reading.gone_from(run),
        "came": reading.missing_in(run),
    }
    status = 422 if refusal else 200
    return TemplateResponse(request, "twinning/matching/publication.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def run_groups(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """What both sides accepted becomes twin groups."""
    run = found_run(request, slug, number)
    if not run.stands:
        return redirect(run)
    if request.method == "POST":
        try:
            made = forming.form(run=run, by=person(request))
        except Refused as refused:
            messages.error(request, str(refused.sentence))
        else:
            said = ngettext(
                "%(n)d twin group is formed.", "%(n)d twin groups are formed.", len(made)
            )
            messages.success(request, said % {"n": len(made)})
        return redirect(run)
    context = {"run": run, "call": run.call, "coming": forming.coming_of(run)}
    return TemplateResponse(request, "twinning/matching/groups.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def run_return(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Take a published run back, while nobody has answered."""
    run = found_run(request, slug, number)
    if not run.stands:
        return redirect(run)
    if request.method == "POST":
        try:
            publishing.take_back(run=run, by=person(request))
        except Refused as refused:
            messages.error(request, str(refused.sentence))
        else:
            messages.success(request, _("The matches are taken back, and the cities are told."))
        return redirect(run)
    context = {
        "confirm_title": _("Take run %(number)d back?") % {"number": run.number},
        "consequences": [
            _("Its cities no longer see their matches, and their people are told."),
            _("It is possible until the first city has answered."),
        ],
        "confirm_button": _("Take it back"),
        "cancel_url": reverse("match-run", args=[slug, number]),
    }
    return TemplateResponse(request, "components/confirm_page.html", context)


@require_safe
def city_matches(request: HttpRequest, slug: str, city: str) -> HttpResponse:
    """What is proposed to a city, as a twin or as a pilot, and why."""
    found, pairs = _proposed(request, slug, city)
    return _page(request, slug, found, pairs)


def _proposed(request: HttpRequest, slug: str, city: str) -> tuple[City, list[MatchPair]]:
    found = get_object_or_404(City.objects.visible_to(request.user), slug=city)
    calls = Call.objects.visible_to(request.user).select_related("programme")
    call = get_object_or_404(calls, slug=slug)
    is_own = access.holds(request.user, access.key("city", found.pk))
    if not is_own and not can_run(request.user, call):
        raise Http404
    run = publishing.standing_of(call)
    seen = MatchPair.objects.visible_to(request.user).filter(run=run).with_answers()
    rows = [pair for pair in seen.select_related("run__call") if _concerns(pair, found)]
    if run is None or not rows:
        raise Http404
    return found, rows


def _concerns(pair: MatchPair, city: City) -> bool:
    return pair.application.city_id == city.pk or city in pair.asked


def _page(
    request: HttpRequest,
    slug: str,
    city: City,
    pairs: list[MatchPair],
    form: AnswerForm | None = None,
) -> TemplateResponse:
    run = pairs[0].run
    may_answer, stands_in = _voice(request, city, run.call)
    names = reading.terms(run.weights)
    left = reading.left_of(pairs)
    context: dict[str, Any] = {
        "call": run.call,
        "city": city,
        "matches": [
            {
                "pair": pair,
                "parts": reading.parts_of(pair, run, names),
                "points": reading.points(run, pair.score or 0),
                "has_left": pair.application_id in left,
                "own": next((a for a in pair.loaded_answers if a.city_id == city.pk), None),
                "form": form
                if form and form.pair == pair
                else AnswerForm(None, pair=pair, stands_in=stands_in),
            }
            for pair in pairs
            if pair.pilot_id
        ],
        "nothing_allowed": pairs[0].plight.get("plight") == Plight.NOTHING_ALLOWED,
        "can_answer": may_answer,
        "stands_in": stands_in,
        "bound": form,
    }
    status = 422 if form is not None else 200
    return TemplateResponse(request, "twinning/matching/matches.html", context, status=status)


def _voice(request: HttpRequest, city: City, call: Call) -> tuple[bool, bool]:
    """Whether this person may answer, and whether they would do it in the city's place."""
    if can_answer(request.user, city):
        return True, False
    stands_in = can_answer_for(request.user, city, call)
    return stands_in, stands_in


@require_POST
def city_match_answer(request: HttpRequest, slug: str, city: str, pk: int) -> HttpResponse:
    found, pairs = _proposed(request, slug, city)
    pair = next((p for p in pairs if p.pk == pk and p.pilot_id), None)
    if pair is None:
        raise Http404
    may_answer, stands_in = _voice(request, found, pair.run.call)
    if not may_answer:
        raise PermissionDenied
    form = AnswerForm(request.POST, pair=pair, stands_in=stands_in)
    if form.is_valid():
        data = form.cleaned_data
        try:
            publishing.answer(
                pair=pair,
                city=found,
                is_yes=data["answer"] == "yes",
                reason=data["reason"],
                by=person(request),
            )
        except Refused as refused:
            form.add_error(refused.field, str(refused.sentence))
        else:
            messages.success(request, _("Thank you: the coordinators are told."))
            return redirect("city-matches", slug, city)
    return _page(request, slug, found, pairs, form)
