"""Places given by the coordinator: who asked for one gets it, or a reason why not."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from hub.models import User
from labs.actions import notices, seating
from labs.actions.offering import COUNTERS
from labs.enums import RegistrationState, Step, Via
from labs.models import Lab, Registration
from labs.models.registrations import RegistrationQuerySet
from labs.refusals import Refused


@dataclass(frozen=True)
class Given:
    """How many of those approved got a seat, and how many a place on the waitlist."""

    seated: int = 0
    waiting: int = 0


@transaction.atomic
def approve(*, by: User, lab: Lab, people: Iterable[int] | None) -> Given:
    """Give places to these registrations, in the order in which they asked; None: to all who wait.

    Under the Lab's lock, as registering is: each gets a seat while there is one in
    their mode, else the next place on the waitlist. Who was refused may be chosen too.
    """
    lab = _answerable(lab)
    given: list[Registration] = []
    for registration in _chosen(lab, people):
        if lab.free(registration.mode):
            seating.seat(registration)
        else:
            seating.queue(lab, registration)
        seating.note(registration, Step.APPROVED, Via.SITE, by=by)
        notices.tell_decided(registration)
        lab.refresh_from_db(fields=COUNTERS)
        given.append(registration)
    seated = sum(registration.is_seated for registration in given)
    return Given(seated, len(given) - seated)


@transaction.atomic
def refuse(*, by: User, lab: Lab, people: Iterable[int] | None, reason: str) -> int:
    """Tell these registrations, or all who wait for an answer, why they get no place."""
    lab = _answerable(lab)
    refused = list(to_be_refused(lab, people))
    for registration in refused:
        seating.refuse(registration, reason)
        seating.note(registration, Step.REFUSED, Via.SITE, by=by)
        notices.tell_decided(registration)
    return len(refused)


def to_be_refused(lab: Lab, people: Iterable[int] | None) -> RegistrationQuerySet:
    """Of these registrations, or of all: those who wait, and would get no place."""
    return _chosen(lab, people).filter(state=RegistrationState.PENDING)


def _answerable(lab: Lab) -> Lab:
    lab = Lab.objects.locked().get(pk=lab.pk)
    if not lab.is_published:
        raise Refused(_("Registrations are not taken."))
    if lab.has_begun:
        raise Refused(_("The meeting has begun; registration is closed."))
    return lab


def _chosen(lab: Lab, people: Iterable[int] | None) -> RegistrationQuerySet:
    # Who asked for a way of taking part that is no longer offered has to choose another first.
    rows = Registration.objects.filter(lab=lab, mode__in=lab.modes).select_related("lab")
    return rows.pending() if people is None else rows.answerable().filter(pk__in=list(people))
