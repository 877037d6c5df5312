"""How the state of a date poll, and an answer in it, stand on a page."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from hub.face.dates import in_zone
from hub.templatetags import face
from labs.enums import Choice, PollState
from labs.models import Poll
from labs.polls.dates import deadline_of

register = template.Library()

TONES = {Choice.YES: "done", Choice.IF_NEED_BE: "waiting", Choice.NO: "stopped"}


@register.simple_tag
def poll_state(poll: Poll) -> SafeString:
    if poll.state == PollState.DECIDED:
        return face.state("done", _("The date is set"))
    if poll.state == PollState.CANCELLED:
        return face.state("stopped", _("Cancelled"))
    if poll.is_closed:
        return face.state("late", _("Closed, not decided yet"))
    return face.state("open", _("Open for answers"))


@register.simple_tag
def poll_choice(choice: Choice | None) -> SafeString:
    if choice is None:
        return face.state("draft", _("Not answered"))
    return face.state(TONES[choice], str(choice.label))


@register.simple_tag
def poll_deadline(poll: Poll) -> SafeString:
    """Until when votes are taken, on the reader's clock."""
    machine = in_zone(poll.closes_at).isoformat()
    return format_html('<time datetime="{}">{}</time>', machine, deadline_of(poll))
