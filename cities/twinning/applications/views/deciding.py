"""An application is begun, sent in, taken back, withdrawn; the list of a call's applications."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cities.models import City
from cities.models.places import by_swedish_order
from cities.twinning.applications import actions
from cities.twinning.applications.forms import WithdrawalForm
from cities.twinning.applications.steps import Step, at, counts_of
from cities.twinning.applications.views.pages import own
from cities.twinning.calls.permissions import can_run
from cities.twinning.cohorts.permissions import can_see_desk
from cities.twinning.enums import ApplicationState
from cities.twinning.models import Application, Call, Rank
from hub import access
from hub.face import dates
from hub.refusals import Refused
from hub.requests import person


@require_http_methods(["GET", "HEAD", "POST"])
def application_list(request: HttpRequest, slug: str) -> HttpResponse:
    """The applications of a call for who coordinates it; sent with a city, it begins one."""
    seen = Call.objects.visible_to(request.user).select_related("programme")
    call = get_object_or_404(seen, slug=slug)
    if request.method == "POST":
        return _begin(request, call)
    if not can_run(request.user, call):
        raise PermissionDenied
    # That a draft was begun is known to the programme; what is in it is not.
    rows = Application.objects.filter(call=call).select_related("city", "submitted_by")
    rows = rows.order_by("state", by_swedish_order("city__name"))
    counts = counts_of([call])[call.pk]
    step = _step(request)
    if step:
        rows = rows.filter(at(step))
    first = Rank.objects.filter(
        application__in=Application.objects.visible_to(request.user), application__call=call
    ).filter(position=1)
    wishes = {rank.application_id: rank for rank in _with_pilots(first)}
    context = {
        "call": call,
        "rows": [(row, wishes.get(row.pk)) for row in rows],
        "can_see_desk": call.is_published and can_see_desk(request.user, call.programme),
        "steps": _steps(counts, step),
        "step": step,
    }
    return TemplateResponse(request, "twinning/applications/list.html", context)


def _with_pilots(ranks: Any) -> Any:
    return ranks.select_related("pilot").prefetch_related("pilot__cities__city")


def _step(request: HttpRequest) -> Step | None:
    """None: all of them, also where the address names none that there is."""
    asked = request.GET.get("step", "")
    return Step(asked) if asked in Step.values else None


def _steps(counts: dict[Step, int], step: Step | None) -> list[dict[str, Any]]:
    """The way to all, and to each step where an application stands."""
    found: list[dict[str, Any]] = [{"url": "?", "label": _("All"), "current": step is None}]
    return found + [
        {"url": f"?step={one}", "label": one.label, "count": n, "current": one == step}
        for one, n in counts.items()
        if n or one == step
    ]


def _begin(request: HttpRequest, call: Call) -> HttpResponse:
    city = get_object_or_404(
        City.objects.visible_to(request.user), slug=request.POST.get("city", "")[:120]
    )
    if not access.holds(request.user, access.key("city", city.pk)):
        raise PermissionDenied
    try:
        actions.begin(call=call, city=city, by=person(request))
    except Refused as refused:
        messages.error(request, str(refused.sentence))
        return redirect(call)
    return redirect("application", call.slug, city.slug)


@require_POST
def application_submission(request: HttpRequest, slug: str, city: str) -> HttpResponse:
    it = own(request, slug, city)
    return _decided(request, it, actions.submit, _("Sent in at %(now)s by the hub's clock."))


@require_POST
def application_return(request: HttpRequest, slug: str, city: str) -> HttpResponse:
    """Back to a draft: of what was sent in or withdrawn while the call is open."""
    it = own(request, slug, city)
    is_withdrawn = it.state == ApplicationState.WITHDRAWN
    act = actions.resume if is_withdrawn else actions.take_back
    return _decided(request, it, act, _("It is a draft again. Send it in before the call closes."))


def _decided(request: HttpRequest, it: Application, act: Any, said: str) -> HttpResponse:
    try:
        act(application=it, by=person(request))
    except Refused as refused:
        messages.error(request, str(refused.sentence))
    else:
        now = dates.in_zone(timezone.now(), it.call.time_zone)
        messages.success(request, said % {"now": f"{dates.day(now)}, {now:%H:%M:%S}"})
    return redirect("application", it.call.slug, it.city.slug)


@require_http_methods(["GET", "HEAD", "POST"])
def application_withdrawal(request: HttpRequest, slug: str, city: str) -> HttpResponse:
    it = own(request, slug, city)
    form = WithdrawalForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        actions.withdraw(application=it, reason=reason, by=person(request))
        messages.success(request, _("The application is withdrawn."))
        return redirect("application", slug, city)
    context = {
        "confirm_title": _("Withdraw the application of %(city)s?") % {"city": it.city.name},
        "consequences": [
            _("The programme is told, and the city is not matched."),
            _("While the call is open it can become a draft again."),
        ],
        "confirm_button": _("Withdraw"),
        "cancel_url": reverse("application", args=[slug, city]),
        "form": form,
    }
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "components/confirm_page.html", context, status=status)
