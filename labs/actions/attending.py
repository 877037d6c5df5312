"""Who was seen at a Lab."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hub.models import User
from labs import door
from labs.enums import RegistrationState
from labs.models import Lab, Registration
from labs.refusals import Refused


@transaction.atomic
def mark_oneself_present(*, by: User, lab: Lab, code: str) -> Registration:
    """A person at the door, with its code; marked twice it stays as it was."""
    lab = Lab.objects.locked().get(pk=lab.pk)
    if not door.is_open(lab):
        raise Refused(
            _("Presence is marked from two hours before the start until a day after the end.")
        )
    found = Registration.objects.filter(lab=lab, user=by).seated().first()
    if found is None:
        raise Refused(_("You have no seat here. Talk to the coordinator at the door."))
    if not door.fits(lab, code):
        raise Refused(_("This is not the code on the door. Look once more."), "code")
    if found.attended_at is None:
        _mark(found, found.mode, by=by)
    return found


@transaction.atomic
def mark_present(*, by: User, lab: Lab, registration: int, mode: str) -> Registration:
    """A coordinator ticks a person off; `mode` is how they came, whatever they registered for."""
    lab = Lab.objects.locked().get(pk=lab.pk)
    if not door.has_opened(lab):
        raise Refused(_("The list opens two hours before the start."))
    if mode not in lab.modes:
        raise Refused(_("This way of taking part is not offered. Choose another."))
    found = _seated(lab, registration)
    _mark(found, mode, by=by)
    return found


@transaction.atomic
def mark_absent(*, by: User, lab: Lab, registration: int) -> Registration:
    """Take back a mark that was made by mistake."""
    lab = Lab.objects.locked().get(pk=lab.pk)
    found = _seated(lab, registration)
    found.attended_at, found.attended_by, found.attended_mode = None, None, ""
    found.save(update_fields=["attended_at", "attended_by", "attended_mode"])
    return found


def _seated(lab: Lab, registration: int) -> Registration:
    rows = Registration.objects.filter(lab=lab, pk=registration)
    found = rows.select_related("user").first()
    if found is None or found.state != RegistrationState.SEATED:
        raise Refused(_("This person no longer has a seat."))
    return found


def _mark(registration: Registration, mode: str, *, by: User) -> None:
    registration.attended_at, registration.attended_by = timezone.now(), by
    registration.attended_mode = mode
    registration.save(update_fields=["attended_at", "attended_by", "attended_mode"])
