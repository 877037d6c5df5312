"""The mails about a Lab, composed at the moment they leave.

Each looks again at what may have changed since it was planned: the Lab's
state, its schedule, the audience, the person's registration.
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from hub import access, delivery
from hub.delivery import Letter, Skip
from hub.delivery.frame import frame_of, unsubscribe_link
from hub.face import dates
from hub.models import Delivery, User
from labs import answers, batches, calendars, inbound, people, sentences
from labs.actions import notices
from labs.actions.reminders import PER_SCHEDULE
from labs.batches import Page
from labs.calendars import Guest
from labs.enums import LabState
from labs.models import Lab, Registration, RegistrationStep
from labs.permissions import audience_keys, is_host
from labs.reminding import ANSWERED, HOST, NUDGE, OUTSIDE, REMINDER, THANKS, why_not
from labs.timetables import timetable

GONE = gettext_lazy("The meeting is no longer there.")
CANCELLED = gettext_lazy("The meeting was cancelled first.")
NOT_PUBLISHED = gettext_lazy("The meeting is not published.")
BEGUN = gettext_lazy("The meeting had already begun.")
MOVED = gettext_lazy("The meeting was moved first.")
CHANGED_AGAIN = gettext_lazy("The meeting was changed once more first.")
OFFER_OVER = gettext_lazy("The offer had run out.")
REGISTRATION_CHANGED = gettext_lazy("The registration was changed once more first.")

#: Mails to many at once. Nothing in them hangs on the reader but what `_readers_like` names.
WIDE = ("invitation", "change", "cancellation", "reminder", "nudge", "thanks", "missed")


@dataclass(frozen=True)
class _Case:
    """All that a mail is made from, read once."""

    delivery: Delivery
    lab: Lab
    user: User
    registration: Registration | None
    #: What this mail shares with the next ones about the Lab.
    made: dict[Any, Any]


def register() -> None:
    add = delivery.register
    add(notices.INVITATION, label=gettext_lazy("Invitation"), compose=invitation)
    add(REMINDER, label=gettext_lazy("Reminder"), compose=reminder)
    add(NUDGE, label=gettext_lazy("Reminder to answer"), compose=nudge)
    add(THANKS, label=gettext_lazy("Thanks afterwards"), compose=thanks)
    add(notices.CHANGE, label=pgettext_lazy("mail", "Change"), compose=change, is_essential=True)
    add(
        notices.CANCELLATION,
        label=gettext_lazy("Cancellation"),
        compose=cancellation,
        is_essential=True,
    )
    add(
        notices.RECEIPT,
        label=gettext_lazy("Receipt of a registration"),
        compose=receipt,
        is_essential=True,
    )
    add(
        notices.DECISION,
        label=gettext_lazy("Answer to a registration"),
        compose=decision,
        is_essential=True,
    )
    add(
        notices.OFFER,
        label=gettext_lazy("Offer of a seat"),
        compose=offer,
        is_essential=True,
    )
    add(
        notices.LAPSE,
        label=gettext_lazy("An offer that ran out"),
        compose=lapse,
        is_essential=True,
    )
    add(
        notices.PROMOTION,
        label=gettext_lazy("A seat from the waitlist"),
        compose=promotion,
        is_essential=True,
    )


def invitation(row: Delivery) -> Letter | Skip:
    case = _open_case(row)
    if isinstance(case, Skip):
        return case
    if row.version != case.lab.schedule_version:
        return Skip(MOVED)
    if case.registration is not None:
        return Skip(ANSWERED)
    if is_host(case.user, case.lab):
        return Skip(HOST)
    subject = _("Invitation: %(lab)s, %(day)s")
    return _letter(case, "invitation", subject, method="REQUEST")


def change(row: Delivery) -> Letter | Skip:
    case = _open_case(row)
    if isinstance(case, Skip):
        return case
    if row.version != case.lab.sequence:
        return Skip(CHANGED_AGAIN)
    is_moved = bool(row.facts.get("moved"))
    subject = _("New time: %(lab)s, %(day)s") if is_moved else _("Changed: %(lab)s, %(day)s")
    return _letter(case, "change", subject, method="REQUEST", is_moved=is_moved)


def cancellation(row: Delivery) -> Letter | Skip:
    found = _case(row)
    if isinstance(found, Skip):
        return found
    if found.lab.state != LabState.CANCELLED:
        return Skip(NOT_PUBLISHED)
    return _letter(found, "cancellation", _("Cancelled: %(lab)s, %(day)s"), method="CANCEL")


def receipt(row: Delivery) -> Letter | Skip:
    case = _open_case(row)
    if isinstance(case, Skip):
        return case
    if case.registration is None or not _is_newest_step(row, case.registration):
        return Skip(REGISTRATION_CHANGED)
    if case.registration.is_seated:
        return _letter(case, "receipt", _("You are registered: %(lab)s, %(day)s"), method="REQUEST")
    if case.registration.is_waiting:
        return _letter(case, "receipt", _("You are on the waitlist: %(lab)s, %(day)s"))
    if case.registration.is_pending:
        return _letter(case, "receipt", _("You have asked for a place: %(lab)s, %(day)s"))
    return _letter(case, "receipt", _("You are no longer registered: %(lab)s"), method="CANCEL")


def decision(row: Delivery) -> Letter | Skip:
    case = _open_case(row)
    if isinstance(case, Skip):
        return case
    found = case.registration
    if found is None or not _is_newest_step(row, found):
        return Skip(REGISTRATION_CHANGED)
    if found.is_seated:
        return _letter(case, "decision", _("You have a seat: %(lab)s, %(day)s"), method="REQUEST")
    if found.is_waiting:
        return _letter(case, "decision", _("You are on the waitlist: %(lab)s, %(day)s"))
    return _letter(case, "decision", _("No place for you: %(lab)s, %(day)s"), method="CANCEL")


def offer(row: Delivery) -> Letter | Skip:
    case = _open_case(row)
    if isinstance(case, Skip):
        return case
    if case.registration is None or not _is_newest_step(row, case.registration):
        return Skip(REGISTRATION_CHANGED)
    until = case.registration.offered_until
    if until is None or until <= timezone.now():
        return Skip(OFFER_OVER)
    subject = _("A seat is free for you: %(lab)s, %(day)s")
    return _letter(case, "offer", subject, until=sentences.held_until(until))


def lapse(row: Delivery) -> Letter | Skip:
    case = _open_case(row)
    if isinstance(case, Skip):
        return case
    if case.registration is None or not _is_newest_step(row, case.registration):
        return Skip(REGISTRATION_CHANGED)
    return _letter(case, "lapse", _("The seat went to the next in line: %(lab)s, %(day)s"))


def promotion(row: Delivery) -> Letter | Skip:
    case = _open_case(row)
    if isinstance(case, Skip):
        return case
    if case.registration is None or not _is_newest_step(row, case.registration):
        return Skip(REGISTRATION_CHANGED)
    return _letter(case, "promotion", _("You have a seat: %(lab)s, %(day)s"), method="REQUEST")


def reminder(row: Delivery) -> Letter | Skip:
    return _reminding(row, _open_case(row), "reminder", _("Reminder: %(lab)s, %(day)s"), "REQUEST")


def nudge(row: Delivery) -> Letter | Skip:
    subject = _("Can you come? %(lab)s, %(day)s")
    return _reminding(row, _open_case(row), "nudge", subject, "REQUEST")


def thanks(row: Delivery) -> Letter | Skip:
    case = _case(row)
    if isinstance(case, Skip):
        return case
    if case.lab.state == LabState.CANCELLED:
        return Skip(CANCELLED)
    if not case.lab.is_over:
        return Skip(MOVED)
    if people.was_missed(case.registration):
        return _reminding(row, case, "missed", _("We missed you: %(lab)s"))
    return _reminding(row, case, "thanks", _("Thank you for coming: %(lab)s"))


def _reminding(
    row: Delivery, case: _Case | Skip, name: str, subject: str, method: str = ""
) -> Letter | Skip:
    if isinstance(case, Skip):
        return case
    if row.version // PER_SCHEDULE != case.lab.schedule_version:
        return Skip(MOVED)
    answer = case.registration.state if case.registration else ""
    if reason := why_not(row.kind, case.lab, case.user, answer):
        return Skip(reason)
    return _letter(case, name, subject, method=method)


def _open_case(row: Delivery) -> _Case | Skip:
    """The case of a mail that makes sense only while the Lab is still to come."""
    found = _case(row)
    if isinstance(found, Skip):
        return found
    if found.lab.state == LabState.CANCELLED:
        return Skip(CANCELLED)
    if not found.lab.is_published:
        return Skip(NOT_PUBLISHED)
    if found.lab.has_begun:
        return Skip(BEGUN)
    return found


def _case(row: Delivery) -> _Case | Skip:
    found = batches.look(row)
    if found is None or row.user is None:
        return Skip(GONE)
    common, registration = found
    if not access.opened_by(row.user, audience_keys(common.lab)):
        return Skip(OUTSIDE)
    return _Case(row, common.lab, row.user, registration, common.made)


def _is_newest_step(row: Delivery, registration: Registration) -> bool:
    later = RegistrationStep.objects.filter(registration=registration, pk__gt=row.version)
    return not later.exists()


def _letter(case: _Case, name: str, subject: str, *, method: Any = "", **facts: Any) -> Letter:
    """`subject` may name %(lab)s and %(day)s, the day on the receiver's own clock."""
    lab = case.lab
    page = _page(case, name, subject, facts)
    guest = Guest(case.user, case.registration)
    reply_to = inbound.address_for(case.user.pk, lab.pk)
    return Letter(
        subject=page.subject,
        text=page.text,
        html=page.html,
        language=get_language() or settings.LANGUAGE_CODE,
        calendar=calendars.for_guest(lab, method, guest, case.made) if method else None,
        method=method,
        headers={"Reply-To": reply_to} if method and reply_to else {},
    )


def _page(case: _Case, name: str, subject: str, facts: dict[str, Any]) -> Page:
    """Subject, text and HTML; of wide mails drawn once for all who would read the same."""
    links = {
        "answer_url": answers.url_for(case.user, case.lab),
        "unsubscribe_url": unsubscribe_link(case.delivery),
    }
    if name not in WIDE:
        return _drawn(case, name, subject, {**links, **facts})
    key = ("page", name, subject, *_readers_like(case), *sorted(facts.items()))
    if key not in case.made:
        nobodys = {kind: batches.STANDS_FOR[kind] if url else "" for kind, url in links.items()}
        case.made[key] = _drawn(case, name, subject, {**nobodys, **facts})
    page: Page = case.made[key]
    return page.with_links(links)


def _readers_like(case: _Case) -> tuple[Any, ...]:
    """All that a wide mail says by the reader or by the clock, beside the links."""
    lab, own = case.lab, case.registration
    answer = (own.state, own.mode, own.attended_at is not None) if own else ()
    return (
        case.delivery.kind,
        get_language(),
        dates.reader_zone(),
        answer,
        lab.is_joinable,
        lab.takes_registrations,
    )


def _drawn(case: _Case, name: str, subject: str, facts: dict[str, Any]) -> Page:
    words = {"lab": case.lab.title, "day": sentences.day(case.lab)}
    context = {**frame_of(case.delivery), **_facts(case), **facts}
    return Page(
        " ".join((subject % words).split()),
        render_to_string(f"labs/mail/{name}.txt", context),
        render_to_string(f"labs/mail/{name}.html", context),
    )


def _facts(case: _Case) -> dict[str, Any]:
    lab, registration = case.lab, case.registration
    here = dates.in_zone(lab.starts_at).utcoffset()
    return {
        "lab": lab,
        "lab_url": settings.BASE_URL + lab.get_absolute_url(),
        "registration": registration,
        "when": sentences.when(lab),
        # The hour at the place, where the reader's clock shows another.
        "when_there": ""
        if lab.is_all_day or here == lab.local_start.utcoffset()
        else sentences.when(lab, lab.time_zone),
        "deadline": "" if registration or not lab.takes_registrations else sentences.deadline(lab),
        "place_in_line": registration.place_in_line()
        if registration and registration.is_waiting
        else 0,
        "agenda": timetable(lab, zone=""),
        "certificate_url": _certificate_url(lab, registration),
        "joins_online": Guest(case.user, registration).joins_online,
    }


def _certificate_url(lab: Lab, registration: Registration | None) -> str:
    """For who was on the list of those who came."""
    if registration is None or registration.attended_at is None:
        return ""
    return str(settings.BASE_URL) + reverse("lab-certificate", args=[lab.slug])
