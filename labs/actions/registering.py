"""Seats: taken, changed, given back, and passed on to whoever waits longest."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from hub.models import User
from labs.actions import notices, offering, seating
from labs.enums import Mode, RegistrationState, Step, Via
from labs.models import Lab, Registration
from labs.refusals import Refused


@transaction.atomic
def register(
    *,
    by: User,
    lab: Lab,
    mode: str,
    answers: Mapping[str, str] | None = None,
    via: Via = Via.SITE,
) -> Registration:
    """Take a seat, or a place on the waitlist; or change the mode of a registration.

    The Lab's row is locked first: everyone who wants a seat stands in one line,
    and the waitlist's order is the order of this line.
    """
    lab = Lab.objects.locked().get(pk=lab.pk)
    _refuse_closed(lab, mode)
    found = Registration.objects.filter(lab=lab, user=by).first()
    if found is None:
        found = Registration(lab=lab, user=by, mode=mode, state=RegistrationState.CANCELLED)
    if found.is_refused:
        raise Refused(_("The coordinator could not give you a place."))
    if found.is_offered and found.mode == mode:
        return offering.take(lab, found, via, by=by)
    if found.is_active and found.mode == mode:
        _answer(found, answers)
        return found
    step = Step.CHANGED_MODE if found.is_active else Step.REGISTERED
    if lab.needs_approval and (found.is_pending or not found.is_active):
        return _ask(found, mode, answers, step, via, by=by)
    left_a_seat = found.holds_a_seat
    has_seat = lab.free(mode) > 0
    if left_a_seat and not has_seat:
        raise Refused(
            _("There is no seat left %(mode)s. You keep the seat that you have.")
            % {"mode": Mode(mode).label},
            "mode",
        )
    found.mode = mode
    found.answers = found.answers if answers is None else dict(answers)
    seating.seat(found) if has_seat else seating.queue(lab, found)
    seating.note(found, step, via, by=by)
    notices.tell_registered(found)
    if left_a_seat:
        offering.promote(lab, by=by, via=via)
    return found


@transaction.atomic
def cancel_registration(*, by: User, lab: Lab, via: Via = Via.SITE) -> Registration:
    """Give back a seat, an offer or a place; the next moves up in the same transaction.

    Who never registered says by this that they do not come, and is asked no more.
    """
    lab = Lab.objects.locked().get(pk=lab.pk)
    found = Registration.objects.filter(lab=lab, user=by).first()
    if found is not None and not found.is_active:
        return found
    if not lab.is_published or lab.is_over:
        raise Refused(_("The meeting is over; registrations can no longer be changed."))
    if found is None:
        return _decline(lab, by=by, via=via)
    step = Step.PASSED if found.is_offered else Step.CANCELLED
    seating.release(found)
    seating.note(found, step, via, by=by)
    notices.tell_registered(found)
    offering.promote(lab, by=by, via=via)
    return found


def _refuse_closed(lab: Lab, mode: str) -> None:
    if not lab.is_published:
        raise Refused(_("Registrations are not taken."))
    if lab.has_begun:
        raise Refused(_("The meeting has begun; registration is closed."))
    if lab.is_closed_early:
        raise Refused(_("Registration has closed. You can still give a seat back."))
    if mode not in lab.modes:
        raise Refused(_("This way of taking part is not offered. Choose another."), "mode")


def _ask(
    registration: Registration,
    mode: str,
    answers: Mapping[str, str] | None,
    step: Step,
    via: Via,
    *,
    by: User,
) -> Registration:
    """The coordinator gives the places: until then there is neither seat nor turn."""
    registration.mode = mode
    registration.answers = registration.answers if answers is None else dict(answers)
    seating.ask(registration)
    seating.note(registration, step, via, by=by)
    notices.tell_registered(registration)
    return registration


def _answer(registration: Registration, answers: Mapping[str, str] | None) -> None:
    """Other answers alone change no seat: nobody is told."""
    if answers is not None and registration.answers != dict(answers):
        registration.answers = dict(answers)
        registration.save(update_fields=["answers"])


def _decline(lab: Lab, *, by: User, via: Via) -> Registration:
    declined = Registration.objects.create(
        lab=lab, user=by, mode=lab.modes[0], state=RegistrationState.CANCELLED
    )
    seating.note(declined, Step.DECLINED, via, by=by)
    return declined
