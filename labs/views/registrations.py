"""A person's own registration, from the page of a Lab."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hub.requests import person
from labs import actions
from labs.forms import RegistrationForm
from labs.models import Lab, Registration
from labs.permissions import can_register
from labs.refusals import Refused
from labs.views.pages import lab_for_page, lab_page


@require_http_methods(["GET", "HEAD", "POST"])
def lab_registration(request: HttpRequest, slug: str) -> HttpResponse:
    lab = lab_for_page(request, slug)
    # Whoever was sent to sign in first comes back here by GET.
    if request.method != "POST":
        return redirect(lab)
    if not can_register(request.user, lab):
        raise PermissionDenied
    form = RegistrationForm(request.POST, lab=lab)
    if form.is_valid():
        try:
            done = actions.register(
                by=person(request),
                lab=lab,
                mode=form.cleaned_data["mode"],
                answers=form.answers(),
            )
        except Refused as refused:
            form.add_error(refused.field, str(refused.sentence))
        else:
            messages.success(request, registered_sentence(done))
            return redirect(lab)
    return lab_page(request, lab, form=form, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
def lab_registration_offer(request: HttpRequest, slug: str) -> HttpResponse:
    """Take the seat that is held for the reader."""
    lab = get_object_or_404(Lab.objects.visible_to(request.user).with_frame(), slug=slug)
    if request.method != "POST":
        return redirect(lab)
    try:
        taken = actions.accept_offer(by=person(request), lab=lab)
    except Refused as refused:
        messages.error(request, str(refused.sentence))
    else:
        messages.success(request, registered_sentence(taken))
    return redirect(lab)


@require_http_methods(["GET", "HEAD", "POST"])
def lab_registration_cancellation(request: HttpRequest, slug: str) -> HttpResponse:
    """Who has a seat is told first what becomes of it; the page of the Lab leads here."""
    lab = get_object_or_404(Lab.objects.visible_to(request.user).with_frame(), slug=slug)
    if request.method != "POST":
        own = lab.registrations.seated().filter(user=request.user.pk).first()
        return _confirm_leaving(request, lab, own) if own else redirect(lab)
    try:
        left = actions.cancel_registration(by=person(request), lab=lab)
    except Refused as refused:
        messages.error(request, str(refused.sentence))
    else:
        messages.success(request, left_sentence(left))
    return redirect(lab)


def _confirm_leaving(request: HttpRequest, lab: Lab, own: Registration) -> TemplateResponse:
    context = {
        "confirm_title": _("Give your seat back?"),
        "confirm_text": lab.title,
        "consequences": [
            _becomes_of(own, lab),
            _("If you change your mind you ask anew, and the coordinator answers.")
            if lab.needs_approval
            else _("If you change your mind you register again, as long as there is a seat."),
        ],
        "confirm_button": _("Give my seat back"),
        "cancel_url": lab.get_absolute_url(),
    }
    return TemplateResponse(request, "components/confirm_page.html", context)


def _becomes_of(own: Registration, lab: Lab) -> str:
    """Of the seat, once it is given back."""
    if not lab.registrations.waiting().filter(mode=own.mode).exists():
        return _("Somebody else can take it from now on.")
    if lab.offer_hours:
        return _("Somebody waits for it: it is offered to the next in line at once.")
    return _("Somebody waits for it: it goes to the next in line at once.")


def left_sentence(registration: Registration) -> str:
    if registration.has_only_declined:
        return _("Thank you: the coordinator sees that you do not come.")
    return _("You are no longer registered.")


def registered_sentence(registration: Registration) -> str:
    if registration.is_seated:
        return _("You have a seat, %(mode)s. A receipt is on its way to you.") % {
            "mode": registration.get_mode_display()
        }
    if registration.is_pending:
        return _("You have asked for a place. The coordinator's answer comes by mail.")
    return _("All seats are taken. You are number %(place)s on the waitlist.") % {
        "place": registration.place_in_line()
    }
