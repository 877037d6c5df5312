"""Feedback: a form for who was there, signed in or by link; results for coordinators."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from hub.models import User
from hub.requests import person, speak_to
from labs import feedback
from labs.actions.feedback import give
from labs.enums import LabState
from labs.forms.feedback import FeedbackForm
from labs.models import Lab
from labs.permissions import can_coordinate, can_give_feedback
from labs.refusals import Refused


@require_http_methods(["GET", "HEAD", "POST"])
def lab_feedback(request: HttpRequest, slug: str) -> HttpResponse:
    user = person(request)
    lab = get_object_or_404(Lab.objects.visible_to(user).with_frame(), slug=slug)
    may_answer, is_coordinator = can_give_feedback(user, lab), can_coordinate(user, lab)
    if not (may_answer or is_coordinator):
        return _too_late(request, user, lab)
    if request.method == "POST":
        if not may_answer:
            raise PermissionDenied
        return _give(request, user, lab)
    return _page(request, user, lab)


def _too_late(request: HttpRequest, user: User, lab: Lab) -> HttpResponse:
    """Who had a seat once could answer; nobody else is told when."""
    was_there = lab.registrations.seated().filter(user=user)
    if lab.state != LabState.HELD or not was_there.exists():
        raise PermissionDenied
    return TemplateResponse(request, "labs/feedback/closed.html", {"lab": lab}, status=410)


# Public: the signed link in a mail says who answers, about one Lab, for a month.
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def lab_feedback_by_link(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    participant = feedback.read(slug, token)
    if participant is None or not can_give_feedback(participant.user, participant.lab):
        return TemplateResponse(request, "labs/feedback/closed.html", status=404)
    speak_to(request, participant.user)
    if request.method == "POST":
        return _give(request, participant.user, participant.lab, by_link=True)
    return _page(request, participant.user, participant.lab, by_link=True)


def _give(request: HttpRequest, user: User, lab: Lab, *, by_link: bool = False) -> HttpResponse:
    form = FeedbackForm(request.POST)
    if form.is_valid():
        try:
            give(by=user, lab=lab, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused.sentence))
        else:
            messages.success(request, _("Thank you. Your answer is saved."))
            return redirect(request.path)
    return _page(request, user, lab, form=form, by_link=by_link)


def _page(
    request: HttpRequest,
    user: User,
    lab: Lab,
    *,
    form: FeedbackForm | None = None,
    by_link: bool = False,
) -> TemplateResponse:
    has_answered = feedback.has_answered(lab, user)
    may_answer = by_link or can_give_feedback(user, lab)
    context: dict[str, Any] = {
        "lab": lab,
        "person": user,
        "by_link": by_link,
        "has_answered": has_answered,
        "form": form or (FeedbackForm() if may_answer and not has_answered else None),
    }
    # Who comes by link is nobody's coordinator: the link may have been passed on.
    if not by_link and can_coordinate(request.user, lab):
        context |= _results(lab)
    status = 422 if form is not None else 200
    return TemplateResponse(request, "labs/feedback/feedback.html", context, status=status)


def _results(lab: Lab) -> dict[str, Any]:
    bars = feedback.bars(lab)
    total = sum(bar.count for bar in bars)
    is_shown = total >= feedback.LEAST_SHOWN
    return {
        "is_coordinator": True,
        "total": total,
        "least": feedback.LEAST_SHOWN,
        "bars": bars if is_shown else [],
        "mean": sum(bar.usefulness * bar.count for bar in bars) / total if total else 0,
        "words": feedback.words(lab) if is_shown else [],
        "turnout": feedback.turnout(lab),
    }
