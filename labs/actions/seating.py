"""One registration's way from one state to another; the Lab is held locked by the caller."""

from datetime import timedelta
from typing import Any

from django.db.models import Value
from django.db.models.functions import Least, Now
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


def offer(lab: Lab, registration: Registration) -> None:
    """Hold a seat for so many hours on the database's clock, never past the Lab's start."""
    end = Now() + timedelta(hours=lab.offer_hours or 0)
    _move(registration, RegistrationState.OFFERED, until=Least(end, Value(lab.starts_at)))
    registration.refresh_from_db(fields=["offered_until"])


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
    until: Any = None,
) -> None:
    registration.state = state
    registration.waitlist_number = number
    registration.refusal_reason = reason
    registration.offered_until = until
    registration.changed_at = timezone.now()
    registration.save()
