"""Free seats go to whoever waits longest: at once, or as an offer that runs out."""

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from hub.models import User
from labs.actions import notices, seating
from labs.enums import Step, Via
from labs.models import Lab, Registration
from labs.refusals import Refused

COUNTERS = ["seated_onsite", "seated_online", "waiting"]


def promote(lab: Lab, *, by: User, via: Via = Via.SITE) -> int:
    """Seat as many of those waiting as there are seats, per mode, in order; or offer them these.

    `lab` is held locked by the caller. Nobody is moved up once it has begun.
    """
    if not lab.is_published or lab.has_begun:
        return 0
    lab.refresh_from_db(fields=COUNTERS)
    moved_up: list[Registration] = []
    for mode in lab.modes:
        free = lab.free(mode)
        moved_up += Registration.objects.filter(lab=lab, mode=mode).waiting()[:free] if free else []
    for registration in moved_up:
        if lab.offer_hours:
            seating.offer(lab, registration)
            seating.note(registration, Step.OFFERED, via, by=by)
            notices.tell_offered(registration)
        else:
            seating.seat(registration)
            seating.note(registration, Step.PROMOTED, via, by=by)
            notices.tell_promoted(registration)
    lab.refresh_from_db(fields=COUNTERS)
    return len(moved_up)


@transaction.atomic
def accept_offer(*, by: User, lab: Lab, via: Via = Via.SITE) -> Registration:
    """Take the seat that is held; who has it already keeps it."""
    lab = Lab.objects.locked().get(pk=lab.pk)
    found = Registration.objects.filter(lab=lab, user=by).first()
    if found is not None and found.is_seated:
        return found
    if not lab.is_published or lab.has_begun:
        raise Refused(_("The meeting has begun; registration is closed."))
    if found is None or not found.is_offered:
        raise Refused(_("No seat is held for you any more."))
    return take(lab, found, via, by=by)


def take(lab: Lab, offered: Registration, via: Via, *, by: User) -> Registration:
    """`lab` is held locked by the caller; the clock that decides is the database's."""
    if not Registration.objects.filter(pk=offered.pk, offered_until__gt=Now()).exists():
        raise Refused(_("The offer has run out; the seat goes to the next in line."))
    seating.seat(offered)
    seating.note(offered, Step.ACCEPTED, via, by=by)
    notices.tell_registered(offered)
    return offered


def pass_on_what_ran_out() -> int:
    """Release every offer whose time is over, and offer the seats on; returns how many ran out.

    Everything older than now, never a window: a tick that was missed changes nothing.
    """
    due = Registration.objects.offered().filter(offered_until__lte=Now())
    labs = due.order_by("lab").values_list("lab", flat=True).distinct()
    return sum(_pass_on(lab) for lab in list(labs))


@transaction.atomic
def _pass_on(lab_id: int) -> int:
    lab = Lab.objects.locked().get(pk=lab_id)
    # Asked again under the lock: somebody may have accepted, or another sweep been here.
    due = lab.registrations.offered().filter(offered_until__lte=Now())
    ran_out = list(due.select_related("lab", "user").order_by("offered_until", "pk"))
    for registration in ran_out:
        seating.release(registration)
        seating.note(registration, Step.LAPSED, Via.SITE, by=registration.user)
        notices.tell_lapsed(registration)
    if ran_out:
        promote(lab, by=ran_out[-1].user)
    return len(ran_out)


def shorten(lab: Lab) -> None:
    """The Lab has moved: no seat is held past its new start."""
    late = lab.registrations.offered().filter(offered_until__gt=lab.starts_at)
    late.update(offered_until=lab.starts_at)
