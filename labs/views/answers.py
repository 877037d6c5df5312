"""Answering from a mail: looking changes nothing, so that link scanners trigger nothing."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from hub.requests import speak_to
from labs import actions, answers, door
from labs.enums import Mode, Via
from labs.forms import DoorForm, RegistrationForm
from labs.models import Registration
from labs.permissions import can_register
from labs.refusals import Refused
from labs.views.registrations import left_sentence, registered_sentence


# Public: the signed link in a mail says who answers, for one Lab, until it ends.
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def lab_answer(request: HttpRequest, token: str) -> HttpResponse:
    invited = answers.read(token)
    if invited is None:
        return TemplateResponse(request, "labs/answer_closed.html", status=404)
    speak_to(request, invited.user)
    if not invited.is_open:
        context = {"lab": invited.lab}
        return TemplateResponse(request, "labs/answer_closed.html", context, status=410)
    if request.method == "POST" and "give_back" in request.POST:
        return _give_back(request, invited)
    if request.method == "POST" and "take" in request.POST:
        return _take(request, invited)
    if request.method == "POST" and "present" in request.POST:
        return _mark_present(request, invited)
    if request.method == "POST":
        return _register(request, invited)
    return _page(request, invited)


def _register(request: HttpRequest, invited: answers.Invited) -> HttpResponse:
    form = RegistrationForm(request.POST, lab=invited.lab)
    if form.is_valid():
        try:
            done = actions.register(
                by=invited.user,
                lab=invited.lab,
                mode=form.cleaned_data["mode"],
                answers=form.answers(),
                via=Via.MAIL,
            )
        except Refused as refused:
            form.add_error(refused.field, str(refused.sentence))
        else:
            messages.success(request, registered_sentence(done))
            return redirect(request.path)
    return _page(request, invited, form=form, status=422)


def _give_back(request: HttpRequest, invited: answers.Invited) -> HttpResponse:
    try:
        left = actions.cancel_registration(by=invited.user, lab=invited.lab, via=Via.MAIL)
    except Refused as refused:
        messages.error(request, str(refused.sentence))
    else:
        messages.success(request, left_sentence(left))
    return redirect(request.path)


def _take(request: HttpRequest, invited: answers.Invited) -> HttpResponse:
    try:
        taken = actions.accept_offer(by=invited.user, lab=invited.lab, via=Via.MAIL)
    except Refused as refused:
        messages.error(request, str(refused.sentence))
    else:
        messages.success(request, registered_sentence(taken))
    return redirect(request.path)


def _mark_present(request: HttpRequest, invited: answers.Invited) -> HttpResponse:
    form = DoorForm(request.POST)
    if form.is_valid():
        try:
            code = form.cleaned_data["code"]
            actions.mark_oneself_present(by=invited.user, lab=invited.lab, code=code)
        except Refused as refused:
            form.add_error(refused.field, str(refused.sentence))
        else:
            messages.success(request, _("Welcome! You are marked as present."))
            return redirect(request.path)
    return _page(request, invited, door_form=form, status=422)


def _page(
    request: HttpRequest,
    invited: answers.Invited,
    *,
    form: RegistrationForm | None = None,
    door_form: DoorForm | None = None,
    status: int = 200,
) -> TemplateResponse:
    lab = invited.lab
    own = Registration.objects.filter(lab=lab, user=invited.user).first()
    context: dict[str, Any] = {
        "lab": lab,
        "person": invited.user,
        "own": own,
        "own_place": own.place_in_line() if own and own.is_waiting else 0,
        "form": form or RegistrationForm(lab=lab, own=own),
        "may_register": can_register(invited.user, lab) and not (own and own.is_refused),
        "joins_online": own is not None and own.is_seated and own.mode == Mode.ONLINE,
        "seats": [(mode, lab.seated(mode), lab.seats(mode)) for mode in lab.modes],
    }
    if own is not None and own.is_seated and door.is_open(lab):
        context["door_form"] = door_form or DoorForm()
    return TemplateResponse(request, "labs/answer.html", context, status=status)
