"""The mails about minutes and follow-ups, composed at the moment they leave."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from hub import access, delivery
from hub.delivery import Letter, Skip
from hub.delivery.frame import frame_of
from hub.models import Delivery, User
from labs import settling
from labs.actions import follow_up_notices as notices
from labs.enums import OutcomeKind
from labs.letters import GONE
from labs.models import Minutes, Outcome
from labs.permissions import audience_keys, company_keys, is_answerable
from labs.reminding import OUTSIDE

NOT_PUBLISHED = gettext_lazy("The minutes are not published.")
SETTLED = gettext_lazy("The follow-up was settled first.")
CHANGED = gettext_lazy("The follow-up was changed first.")
NOT_THEIRS = gettext_lazy("Somebody else has taken this follow-up on.")
#: A mail names so many outcomes; the page has them all.
SHOWN = 20


@dataclass(frozen=True)
class _Mine:
    outcome: Outcome
    url: str


def register() -> None:
    add = delivery.register
    add(notices.MINUTES, label=gettext_lazy("Minutes"), compose=minutes)
    add(notices.GIVEN, label=gettext_lazy("A follow-up for you"), compose=given)
    add(notices.DUE, label=gettext_lazy("Reminder of a follow-up"), compose=due)


def minutes(row: Delivery) -> Letter | Skip:
    """What came out, first what the reader has to do."""
    found = (
        Minutes.objects.select_related("lab__programme")
        .filter(lab=int(row.event.removeprefix("lab:")))
        .first()
    )
    if found is None or row.user is None:
        return Skip(GONE)
    if not found.is_published:
        return Skip(NOT_PUBLISHED)
    if not access.opened_by(row.user, audience_keys(found.lab)):
        return Skip(OUTSIDE)
    outcomes = list(found.outcomes.with_frame()[: SHOWN * 10])
    mine = [o for o in outcomes if o.is_follow_up and o.is_open and is_answerable(row.user, o)]
    own = {o.pk for o in mine}
    context = {
        "lab": found.lab,
        "shows_names": access.holds(row.user, *company_keys(found.lab)),
        "action_url": settings.BASE_URL + found.get_absolute_url(),
        "mine": [_Mine(o, settling.url_for(row.user, o)) for o in mine],
        "others": [o for o in outcomes if o.pk not in own][:SHOWN],
    }
    subject = _("Minutes: %(lab)s") % {"lab": found.lab.title}
    if mine:
        told = ngettext("%(n)s follow-up for you", "%(n)s follow-ups for you", len(mine))
        subject = f"{subject} ({told % {'n': len(mine)}})"
    return _letter(row, "minutes", subject, context)


def given(row: Delivery) -> Letter | Skip:
    found = _case(row)
    if isinstance(found, Skip):
        return found
    if found.version != row.version:
        return Skip(CHANGED)
    return _follow_up_letter(row, found, _("For you to do: %(text)s"), is_reminder=False)


def due(row: Delivery) -> Letter | Skip:
    found = _case(row)
    if isinstance(found, Skip):
        return found
    if found.version != row.version // notices.PER_VERSION:
        return Skip(CHANGED)
    is_today = row.version % notices.PER_VERSION == notices.ON_THE_DAY
    subject = _("Due today: %(text)s") if is_today else _("Due in a week: %(text)s")
    return _follow_up_letter(row, found, subject, is_reminder=True)


def _case(row: Delivery) -> Outcome | Skip:
    """The follow-up, where it is still open and still this person's."""
    pk = int(row.event.removeprefix("follow-up:"))
    found = Outcome.objects.with_frame().filter(pk=pk, kind=OutcomeKind.FOLLOW_UP).first()
    if found is None or row.user is None:
        return Skip(GONE)
    if not found.minutes.is_published:
        return Skip(NOT_PUBLISHED)
    if not found.is_open:
        return Skip(SETTLED)
    if not is_answerable(row.user, found):
        return Skip(NOT_THEIRS)
    if not access.holds(row.user, *company_keys(found.lab)):
        return Skip(OUTSIDE)
    return found


def _follow_up_letter(
    row: Delivery, follow_up: Outcome, subject: str, *, is_reminder: bool
) -> Letter:
    user: User | None = row.user
    if user is None:
        raise ValueError("A follow-up is written about to a person.")
    context = {
        "follow_up": follow_up,
        "is_reminder": is_reminder,
        "programme": follow_up.lab.programme,
        # A person may owe something from a Lab that was for others.
        "lab": follow_up.lab if access.opened_by(user, audience_keys(follow_up.lab)) else None,
        "action_url": settling.url_for(user, follow_up),
        "page_url": settings.BASE_URL + follow_up.get_absolute_url(),
    }
    return _letter(row, "follow_up", subject % {"text": _short(follow_up.text)}, context)


def _short(text: str) -> str:
    return text if len(text) <= 90 else text[:89].rstrip() + "…"


def _letter(row: Delivery, name: str, subject: str, context: dict[str, Any]) -> Letter:
    facts = {**frame_of(row), **context}
    return Letter(
        subject=" ".join(subject.split()),
        text=render_to_string(f"labs/mail/{name}.txt", facts),
        html=render_to_string(f"labs/mail/{name}.html", facts),
        language=get_language() or settings.LANGUAGE_CODE,
    )
