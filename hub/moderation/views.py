from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hub.models import Report, User
from hub.moderation import actions, permissions, registry
from hub.moderation.forms import AppealDecisionForm, AppealForm, DecisionForm, ReportForm
from hub.paging import page_of
from hub.requests import person

PER_PAGE = 30


# Public: whoever can read a thing can say that it should not stand there.
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def report_new(request: HttpRequest, subject: str) -> HttpResponse:
    """Report what a key such as "comment:7" names."""
    thing = registry.find(request.user, subject)
    if thing is None:
        raise Http404
    form = ReportForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        by = request.user if isinstance(request.user, User) else None
        try:
            made = actions.report(by=by, subject=subject, thing=thing, **form.cleaned_data)
        except actions.TooMany:
            form.add_error(None, _("Many have reported something just now. Sign in to report."))
        else:
            messages.success(request, _("Thank you. Somebody looks at it and decides."))
            return redirect(made if by else thing.url)
    context = {"thing": thing, "label": registry.label_of(subject), "form": form}
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "hub/moderation/report_form.html", context, status=status)


@require_safe
def report_list(request: HttpRequest) -> TemplateResponse:
    """What waits for a decision, the oldest first; `?state=all` everything, the newest first."""
    me = person(request)
    if not permissions.can_moderate_any(me):
        raise PermissionDenied
    mine = Report.objects.decided_by_keys_of(me)
    shows_all = request.GET.get("state") == "all"
    found = mine.order_by("-reported_at", "-pk") if shows_all else mine.waiting()
    page = page_of(found.select_related("decided_by"), request.GET.get("page"), PER_PAGE)
    context = {"page": page, "shows_all": shows_all}
    return TemplateResponse(request, "hub/moderation/report_list.html", context)


@require_safe
def report(request: HttpRequest, pk: int) -> TemplateResponse:
    return _page(request, _seen(request, pk))


def _seen(request: HttpRequest, pk: int) -> Report:
    seen = Report.objects.visible_to(request.user)
    people = ("reported_by", "decided_by", "appealed_by", "appeal_decided_by")
    return get_object_or_404(seen.select_related(*people), pk=pk)


def _page(
    request: HttpRequest, found: Report, *, status: int = 200, **forms: Any
) -> TemplateResponse:
    me = person(request)
    context: dict[str, Any] = {
        "report": found,
        "label": registry.label_of(found.subject),
        "is_moderator": not permissions.is_outside(me, found),
        "is_reporter": found.reported_by_id == me.pk,
        "stands": registry.find(me, found.subject) is not None,
    }
    if permissions.can_decide(me, found):
        context["decision_form"] = DecisionForm()
    if permissions.can_appeal(me, found):
        context["appeal_form"] = AppealForm()
    if permissions.can_decide_appeal(me, found):
        context["appeal_decision_form"] = AppealDecisionForm()
    context |= forms | {"bound": next(iter(forms.values()), None)}
    return TemplateResponse(request, "hub/moderation/report.html", context, status=status)


@require_POST
def report_decision(request: HttpRequest, pk: int) -> HttpResponse:
    found, me = _seen(request, pk), person(request)
    if permissions.is_outside(me, found):
        raise PermissionDenied
    if not permissions.can_decide(me, found):
        return _too_late(request, found)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _page(request, found, status=422, decision_form=form)
    try:
        reason = form.cleaned_data["reason"]
        actions.decide(by=me, report=found, upheld=form.goes, reason=reason)
    except actions.Decided:
        return _too_late(request, found)
    messages.success(request, _("Decided. Those whom it concerns are told."))
    return redirect(found)


@require_POST
def report_appeal(request: HttpRequest, pk: int) -> HttpResponse:
    found, me = _seen(request, pk), person(request)
    if me.pk not in found.authors:
        raise PermissionDenied
    if not permissions.can_appeal(me, found):
        return _too_late(request, found)
    form = AppealForm(request.POST)
    if not form.is_valid():
        return _page(request, found, status=422, appeal_form=form)
    try:
        actions.appeal(by=me, report=found, words=form.cleaned_data["appeal"])
    except actions.Decided:
        return _too_late(request, found)
    messages.success(request, _("Your appeal is sent. You hear what is decided."))
    return redirect(found)


@require_POST
def appeal_decision(request: HttpRequest, pk: int) -> HttpResponse:
    found, me = _seen(request, pk), person(request)
    if permissions.is_outside(me, found):
        raise PermissionDenied
    if not permissions.can_decide_appeal(me, found):
        return _too_late(request, found)
    form = AppealDecisionForm(request.POST)
    if not form.is_valid():
        return _page(request, found, status=422, appeal_decision_form=form)
    try:
        reason = form.cleaned_data["reason"]
        actions.decide_appeal(by=me, report=found, brings_back=not form.goes, reason=reason)
    except actions.Decided:
        return _too_late(request, found)
    messages.success(request, _("Decided. Those whom it concerns are told."))
    return redirect(found)


def _too_late(request: HttpRequest, found: Report) -> HttpResponse:
    messages.error(request, _("It is decided already, or is for somebody else to decide."))
    return redirect(found)
