"""What came out of a Lab, written down one by one."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hub.requests import person
from labs import actions
from labs.forms import OutcomeForm
from labs.models import Lab, Minutes, MinutesPoint, Outcome
from labs.permissions import can_write_minutes
from labs.refusals import Refused


@require_http_methods(["GET", "HEAD", "POST"])
def lab_outcomes(request: HttpRequest, slug: str) -> HttpResponse:
    """One more outcome: of the point named in the address, or of the Lab as a whole."""
    minutes = _writable(request, slug)
    points = list(minutes.points.all())
    asked = {"point": request.GET.get("point", ""), "kind": request.GET.get("kind", "")}
    form = OutcomeForm(
        request.POST if request.method == "POST" else None,
        lab=minutes.lab,
        points=points,
        initial=asked,
    )
    if request.method == "POST" and form.is_valid():
        try:
            point = form.chosen_point()
            actions.add_outcome(
                by=person(request), minutes=minutes, wanted=form.wanted(), point=point
            )
        except Refused as refused:
            form.add_error(None, str(refused.sentence))
        else:
            return _back(minutes, point)
    return _page(request, minutes, form)


@require_http_methods(["GET", "HEAD", "POST"])
def lab_outcome(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """While the minutes are open an outcome is reworded, or taken away."""
    minutes = _writable(request, slug)
    found = Outcome.objects.with_frame().select_related("point")
    outcome = get_object_or_404(found, pk=pk, minutes=minutes)
    if minutes.is_published:
        return redirect(outcome if outcome.is_follow_up else minutes)
    if request.method == "POST" and "remove" in request.POST:
        return _remove(request, outcome)
    form = OutcomeForm(
        request.POST if request.method == "POST" else None,
        lab=minutes.lab,
        points=list(minutes.points.all()),
        outcome=outcome,
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_outcome(
                by=person(request),
                outcome=outcome,
                wanted=form.wanted(),
                from_version=form.cleaned_data["version"] or 0,
                point=form.chosen_point(),
            )
        except Refused as refused:
            return _refused(request, minutes, outcome, str(refused.sentence))
        return _back(minutes, form.chosen_point())
    return _page(request, minutes, form, outcome=outcome)


def _refused(
    request: HttpRequest, minutes: Minutes, outcome: Outcome, sentence: str
) -> HttpResponse:
    """What stands now is in the sentence, what was typed in the form; the next save knows both."""
    outcome = Outcome.objects.with_frame().get(pk=outcome.pk)
    data = request.POST.copy()
    data["version"] = str(outcome.version)
    points = list(minutes.points.all())
    form = OutcomeForm(data, lab=minutes.lab, points=points, outcome=outcome)
    form.add_error(None, sentence)
    return _page(request, minutes, form, outcome=outcome)


def _remove(request: HttpRequest, outcome: Outcome) -> HttpResponse:
    try:
        actions.remove_outcome(by=person(request), outcome=outcome)
    except Refused as refused:
        messages.error(request, str(refused.sentence))
    else:
        messages.success(request, _("The outcome is taken away."))
    return _back(outcome.minutes, outcome.point)


def _back(minutes: Minutes, point: MinutesPoint | None) -> HttpResponse:
    """To the point in the minutes, where the next thing is written."""
    page = "lab-minutes" if minutes.is_published else "lab-minutes-edit"
    place = f"point-{point.pk}" if point else "whole"
    return HttpResponseRedirect(reverse(page, args=[minutes.lab.slug]) + f"#{place}")


def _page(
    request: HttpRequest,
    minutes: Minutes,
    form: OutcomeForm,
    *,
    outcome: Outcome | None = None,
) -> HttpResponse:
    context = {"lab": minutes.lab, "minutes": minutes, "form": form, "outcome": outcome}
    status = 422 if form.errors else 200
    return TemplateResponse(request, "labs/outcome.html", context, status=status)


def _writable(request: HttpRequest, slug: str) -> Minutes:
    lab = get_object_or_404(Lab.objects.visible_to(request.user).with_frame(), slug=slug)
    if not can_write_minutes(request.user, lab):
        raise PermissionDenied
    minutes = get_object_or_404(Minutes.objects.visible_to(request.user), lab=lab)
    minutes.lab = lab
    return minutes
