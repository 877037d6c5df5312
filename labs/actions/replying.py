"""Answers that calendars send by mail: each acts once, on one registration, or on none."""

import logging
from datetime import timedelta

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext_noop as _

from labs import calendars, replies
from labs.actions import registering
from labs.answers import Invited, invited
from labs.enums import Mode, ReplyResult, Step, Via
from labs.models import CalendarReply, Lab, Registration, RegistrationStep
from labs.refusals import Refused
from labs.replies import Answer, Envelope, NoAnswer

logger = logging.getLogger("labs.replies")

#: A clock that goes wrong by more is not believed.
AHEAD = timedelta(hours=26)

#: Calendars tell whole seconds, and not everybody's clock is right.
SKEW = timedelta(minutes=2)

#: What people do themselves; the others happen to them.
OWN_STEPS = (
    Step.REGISTERED,
    Step.CHANGED_MODE,
    Step.CANCELLED,
    Step.DECLINED,
    Step.ACCEPTED,
    Step.PASSED,
)

OTHER_LAB = _("It answers another event.")
OLD_VERSION = _("It answers an earlier version of the invitation.")
UNKNOWN_VERSION = _("It answers a version that was never sent.")
OTHER_PERSON = _("Somebody else answers than the one who was invited.")
OVER = _("No answers are taken any more.")
FUTURE = _("Its clock is wrong: it says that it was sent in the future.")
STALE = _("A later answer has come already.")
TENTATIVE = _("The answer is “perhaps”: the registration stays as it was.")
REFUSED = _("The answer came too late, or this way of taking part is no longer offered.")


def take_reply(*, raw: bytes) -> CalendarReply | None:
    """Read a message and act on it; None where it came to nobody, or a second time.

    It never raises for what somebody has sent.
    """
    try:
        answer = replies.read(raw)
    except NoAnswer as nothing:
        return _note_nothing(nothing)
    return _take(answer)


def _note_nothing(nothing: NoAnswer) -> CalendarReply | None:
    envelope = nothing.envelope
    known = invited(envelope.addressee.user_id, envelope.addressee.lab_id) if envelope else None
    if envelope is None or known is None:
        logger.info("A mail to the inbound address was left aside: %s", nothing.reason)
        return None
    return _record(envelope, known, reason=nothing.reason)


@transaction.atomic
def _take(answer: Answer) -> CalendarReply | None:
    addressee = answer.envelope.addressee
    known = invited(addressee.user_id, addressee.lab_id)
    if known is None:
        logger.info("An answer by calendar was left aside: the person or the Lab is out of reach.")
        return None
    # Two answers of one person stand in the line in which seats are given.
    lab = Lab.objects.locked().get(pk=known.lab.pk)
    if reason := _why_not(answer, lab, known):
        return _record(answer.envelope, known, answer, reason=reason)
    if answer.partstat == "TENTATIVE":
        return _record(answer.envelope, known, answer, reason=TENTATIVE, result=ReplyResult.NOTED)
    found = _record(answer.envelope, known, answer, result=ReplyResult.DONE)
    if found is None:
        return None
    try:
        with transaction.atomic(), translation.override(known.user.language):
            _act(answer, lab, known)
    except Refused as refused:
        found.result, found.reason = ReplyResult.REFUSED, REFUSED
        found.save(update_fields=["result", "reason"])
        logger.info("An answer by calendar changed nothing: %s", refused.sentence)
    return found


def _why_not(answer: Answer, lab: Lab, known: Invited) -> str:
    """Why it changes nothing, as a message id; empty where it does."""
    if answer.uid != calendars.uid_of(lab):
        return OTHER_LAB
    if answer.attendee != known.user.email.lower():
        return OTHER_PERSON
    if answer.sequence != lab.sequence:
        return OLD_VERSION if answer.sequence < lab.sequence else UNKNOWN_VERSION
    if not lab.is_published or lab.has_begun:
        return OVER
    if answer.answered_at > timezone.now() + AHEAD:
        return FUTURE
    return STALE if _has_answered_since(answer, lab, known) else ""


def _has_answered_since(answer: Answer, lab: Lab, known: Invited) -> bool:
    """By another mail of their calendar, or themselves on the site while this one was under way."""
    later = CalendarReply.objects.filter(
        lab=lab, user=known.user, result=ReplyResult.DONE, answered_at__gt=answer.answered_at
    )
    own = RegistrationStep.objects.filter(
        registration__lab=lab,
        registration__user=known.user,
        taken_by=known.user,
        step__in=OWN_STEPS,
        taken_at__gt=answer.answered_at + SKEW,
    )
    return later.exists() or own.exclude(via=Via.CALENDAR).exists()


def _act(answer: Answer, lab: Lab, known: Invited) -> None:
    if answer.partstat == "DECLINED":
        registering.cancel_registration(by=known.user, lab=lab, via=Via.CALENDAR)
        return
    own = Registration.objects.filter(lab=lab, user=known.user).first()
    if own is None or not own.is_active or own.is_offered:
        mode = _mode_for(lab, own)
        registering.register(by=known.user, lab=lab, mode=mode, via=Via.CALENDAR)


def _mode_for(lab: Lab, own: Registration | None) -> Mode:
    """A calendar knows no modes: as before, else where a seat is free, on site first."""
    if own is not None and own.mode in lab.modes and not own.has_only_declined:
        return Mode(own.mode)
    return next((mode for mode in lab.modes if lab.free(mode)), lab.modes[0])


def _record(
    envelope: Envelope,
    known: Invited,
    answer: Answer | None = None,
    *,
    result: ReplyResult = ReplyResult.REFUSED,
    reason: str = "",
) -> CalendarReply | None:
    """One row for each message; None where it is there already: the second one waits for it."""
    facts = {
        "lab": known.lab,
        "user": known.user,
        "answer": answer.partstat if answer else "",
        "answered_at": answer.answered_at if answer else None,
        "result": result,
        "reason": reason,
    }
    found, is_new = CalendarReply.objects.get_or_create(key=envelope.key, defaults=facts)
    if not is_new:
        logger.info("An answer by calendar came a second time and was left aside.")
        return None
    if reason:
        logger.info("An answer by calendar for Lab %s changed nothing: %s", known.lab.pk, reason)
    return found
