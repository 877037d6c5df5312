"""One registration's way from one state to another; the Lab is held locked by the caller."""

from django.utils import timezone

from hub.models import User
from labs.enums import RegistrationState, Step, Via
from labs.models import Lab, Registration, RegistrationStep


def seat(registration: Registration) -> None:
    _move(registration, RegistrationState.SEATED)


def queue(lab: Lab, registration: Registration) -> None:
    """At the end of the waitlist; the number is the order."""
    lab.last_waitlist_number += 1
    lab.save(update_fields=["last_waitlist_number"])
    _move(registration, RegistrationState.WAITING, number=lab.last_waitlist_number)


def ask(registration: Registration) -> None:
    """Wait for the coordinator's answer; who changes the mode meanwhile keeps the turn."""
    since = registration.changed_at if registration.is_pending else None
    _move(registration, RegistrationState.PENDING)
    if since:
        registration.changed_at = since
        registration.save(update_fields=["changed_at"])


def refuse(registration: Registration, reason: str) -> None:
    _move(registration, RegistrationState.REFUSED, reason=reason)


def release(registration: Registration) -> None:
    registration.attended_at, registration.attended_by = None, None
    registration.attended_mode = ""
    _move(registration, RegistrationState.CANCELLED)


def note(registration: Registration, step: Step, via: Via, *, by: User) -> None:
    RegistrationStep.objects.create(
        registration=registration,
        step=step,
        mode=registration.mode,
        state=registration.state,
        via=via,
        taken_by=by,
    )


def _move(
    registration: Registration,
    state: RegistrationState,
    *,
    number: int | None = None,
    reason: str = "",
) -> None:
    registration.state = state
    registration.waitlist_number = number
    registration.refusal_reason = reason
    registration.changed_at = timezone.now()
    registration.save()
