"""Follow-ups: the board, one of them, and what becomes of it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cities import atlas
from hub import delivery
from hub.requests import person
from labs import actions, follow_ups
from labs.enums import FollowUpState
from labs.forms import FollowUpFilter, ReassignForm, SettlingForm
from labs.models import Outcome
from labs.permissions import can_coordinate, can_reassign, can_settle
from labs.plan_sources import steps_served
from labs.refusals import Refused


@require_safe
def follow_up_board(request: HttpRequest) -> TemplateResponse:
    form = FollowUpFilter(request.GET, atlas.of(request))
    page = follow_ups.board(request.user, form.wanted(), request.GET.get("page"))
    context = {
        "filter": form,
        "page": page,
        "groups": follow_ups.grouped(request.user, page.object_list),
    }
    return TemplateResponse(request, "labs/follow_ups.html", context)


@require_safe
def follow_up(request: HttpRequest, pk: int) -> TemplateResponse:
    return _page(request, _seen(request, pk))


@require_POST
def follow_up_settling(request: HttpRequest, pk: int) -> HttpResponse:
    """Done, dropped or open again, from its page or from a list (`next` leads back there)."""
    found = _seen(request, pk)
    if not can_settle(request.user, found):
        raise PermissionDenied
    form = SettlingForm(request.POST)
    if not form.is_valid():
        return _page(request, found, settling=form, status=422)
    state = request.POST.get("state", FollowUpState.DONE)
    try:
        if state == FollowUpState.OPEN:
            found = actions.reopen(by=person(request), follow_up=found)
        elif state in FollowUpState.values:
            note = form.cleaned_data["note"]
            found = actions.settle(
                by=person(request), follow_up=found, state=FollowUpState(state), note=note
            )
        else:
            form.add_error(None, _("A follow-up is done, dropped or open."))
    except Refused as refused:
        form.add_error(refused.field, str(refused.sentence))
    if form.errors:
        return _page(request, _seen(request, pk), settling=form, status=422)
    messages.success(request, _SAID[FollowUpState(found.state)]())
    return redirect(_next(request) or found)


_SAID = {
    FollowUpState.DONE: lambda: _("Done. Thank you!"),
    FollowUpState.DROPPED: lambda: _("The follow-up is dropped, with your reason."),
    FollowUpState.OPEN: lambda: _("The follow-up is open again."),
}


def _next(request: HttpRequest) -> str:
    """The page that the button stood on, if it is one of ours."""
    target = request.POST.get("next", "")[:2000]
    is_ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure())
    return target if is_ours and target.startswith("/") else ""


@require_http_methods(["GET", "HEAD", "POST"])
def follow_up_owner(request: HttpRequest, pk: int) -> HttpResponse:
    found = _seen(request, pk)
    if not can_reassign(request.user, found):
        raise PermissionDenied
    data = request.POST if request.method == "POST" else None
    form = ReassignForm(data, lab=found.lab, outcome=found)
    if request.method == "POST" and form.is_valid():
        owner, city = form.owner_and_city()
        try:
            actions.reassign(
                by=person(request),
                follow_up=found,
                owner=owner,
                city=city,
                due_on=form.cleaned_data["due_on"],
                from_version=form.cleaned_data["version"] or 0,
            )
        except Refused as refused:
            form.add_error(None, str(refused.sentence))
        else:
            messages.success(request, _("Saved. Whoever is new to it is told."))
            return redirect(found)
    context = {"follow_up": found, "form": form}
    status = 422 if form.errors else 200
    return TemplateResponse(request, "labs/follow_up_owner.html", context, status=status)


def _seen(request: HttpRequest, pk: int) -> Outcome:
    seen = Outcome.objects.visible_to(request.user).follow_ups().with_frame()
    return get_object_or_404(seen.select_related("settled_by"), pk=pk)


def _page(
    request: HttpRequest,
    outcome: Outcome,
    *,
    settling: SettlingForm | None = None,
    status: int = 200,
) -> TemplateResponse:
    (line,) = follow_ups.lines_for(request.user, [outcome])
    context = {
        "line": line,
        "follow_up": outcome,
        "form": settling or SettlingForm(),
        "may_reopen": not outcome.is_open and can_settle(request.user, outcome),
        "serves": steps_served(request.user, outcome),
        "may_reassign": outcome.is_open and can_reassign(request.user, outcome),
    }
    if can_coordinate(request.user, outcome.lab):
        asked = request.GET
        context["board"] = delivery.states(
            event=outcome.subject, state=asked.get("deliveries", ""), page=asked.get("page", 1)
        )
    return TemplateResponse(request, "labs/follow_up.html", context, status=status)
