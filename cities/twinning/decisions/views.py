"""Decisions and their letters, for who coordinates the call."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from cities.models.places import by_swedish_order
from cities.twinning.calls.views import run_by
from cities.twinning.decisions import actions
from cities.twinning.decisions.forms import DecisionsForm
from cities.twinning.models import Application
from cities.twinning.reviews.board import means_of
from hub import access
from hub.refusals import Refused
from hub.requests import person


@require_http_methods(["GET", "HEAD", "POST"])
def decision_list(request: HttpRequest, slug: str) -> HttpResponse:
    call = run_by(request, slug)
    running = Application.objects.in_the_running().filter(call=call).select_related("city", "call")
    rows = running.order_by(by_swedish_order("city__name"))
    data = request.POST if request.method == "POST" else None
    own = access.ids_of(request.user, "city")
    form = DecisionsForm(data, call=call, rows=rows, own=own)
    if form.is_valid():
        try:
            actions.write(
                call=call,
                decisions=form.decisions(),
                letters=form.words(),
                began=form.began(),
                by=person(request),
            )
        except actions.Clashing as clashing:
            form = form.beside(clashing)
        else:
            if "read" in request.POST:
                return redirect("decision-letters", slug)
            messages.success(request, _("Kept. Nobody has been told."))
            return redirect("decision-list", slug)
    means = means_of(call)
    context = {
        "call": call,
        "form": form,
        "rows": [(row, means.get(row.pk), fields) for row, fields in form.rows()],
        "told": form.told,
    }
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "twinning/decisions/list.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def decision_letters(request: HttpRequest, slug: str) -> HttpResponse:
    """Every letter in full with its receivers; sent only from here."""
    call = run_by(request, slug)
    if request.method == "POST":
        try:
            seen = request.POST.get("seen", "")[:64]
            count = actions.send(call=call, seen=seen, by=person(request))
        except Refused as refused:
            messages.error(request, str(refused.sentence))
            return redirect("decision-letters", slug)
        said = ngettext("%(n)d city is told.", "%(n)d cities are told.", count)
        messages.success(request, said % {"n": count})
        return redirect("decision-list", slug)
    letters = actions.prepared(call)
    context = {"call": call, "letters": letters, "seen": actions.digest(letters)}
    return TemplateResponse(request, "twinning/decisions/letters.html", context)
