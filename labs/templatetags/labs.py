"""How the state of a Lab, and of one's own place in it, stand on a page."""

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from hub.face import dates
from hub.templatetags import face
from labs import sentences
from labs.enums import LabState, RegistrationState
from labs.models import Lab, Registration
from labs.wallclock import Timed, first_day, last_day

register = template.Library()


@register.simple_tag
def lab_state(lab: Lab) -> SafeString:
    return face.state(*_state_of(lab))


def _state_of(lab: Lab) -> tuple[str, str]:
    if lab.state == LabState.DRAFT:
        return "draft", _("Draft")
    if lab.state == LabState.CANCELLED:
        return "stopped", _("Cancelled")
    if lab.state == LabState.HELD:
        return "done", _("Held")
    if lab.is_over:
        return "done", pgettext("Lab", "Over")
    if lab.has_begun or lab.is_closed_early:
        return "waiting", _("Registration closed")
    if lab.is_full:
        return "late", _("Full, with a waitlist")
    return "open", _("Registration open")


@register.simple_tag
def lab_time(lab: Timed) -> SafeString:
    """When a Lab is, or the plan of one: on its own clock, or as days without hours."""
    if lab.is_all_day:
        return face.day_range(first_day(lab), last_day(lab))
    return face.time_range(lab.starts_at, lab.ends_at, lab.time_zone)


@register.simple_tag
def link_opens(lab: Lab) -> SafeString:
    """From when on the link to join is shown, on the reader's clock; of whole days a day."""
    if lab.is_all_day:
        day = dates.in_zone(lab.join_opens_at, lab.time_zone).date()
        return face.day_range(day, day)
    return face.moment(lab.join_opens_at)


@register.simple_tag
def lab_deadline(lab: Lab) -> str:
    """Until when one registers, on the Lab's own clock; empty where until it begins."""
    return sentences.deadline(lab, lab.time_zone) if lab.takes_registrations else ""


@register.simple_tag
def held_until(registration: Registration) -> str:
    """Until when a seat is held, on the reader's clock."""
    until = registration.offered_until
    return sentences.held_until(until) if until else ""


@register.simple_tag
def own_state(state: str) -> SafeString:
    if state == RegistrationState.SEATED:
        return face.state("done", _("You have a seat"))
    if state == RegistrationState.WAITING:
        return face.state("waiting", _("You are on the waitlist"))
    if state == RegistrationState.PENDING:
        return face.state("waiting", _("You wait for the coordinator's answer"))
    if state == RegistrationState.OFFERED:
        return face.state("late", _("A seat is held for you"))
    if state == RegistrationState.REFUSED:
        return face.state("stopped", _("You got no place"))
    return face.state("stopped", _("You do not come"))
