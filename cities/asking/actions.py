"""Asking a person, answering, and wanting no more of it."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from cities.asking.permissions import can_ask, can_write
from cities.models import Inquiry, InquiryMessage, Profile, Refusal
from hub import access, delivery, events
from hub.models import User

MAIL = "inquiry"
#: Whom one does not know is asked a few at a time; who is asked answers as often as need be.
QUESTIONS_A_DAY = 10
MESSAGES_A_DAY = 50


class TooMany(Exception):
    """The person has asked or written as much as one may in a day."""


class NotTaken(Exception):
    """The other takes no questions, or no more from this person."""


@transaction.atomic
def ask(*, by: User, person: User, text: str) -> Inquiry:
    """Begin an inquiry and owe its mail; raises NotTaken and TooMany."""
    _take_turn(by)
    profile = Profile.objects.filter(user=person).first()
    if not can_ask(by, person, profile):
        raise NotTaken
    if Inquiry.objects.filter(asker=by, asked_at__gt=_yesterday()).count() >= QUESTIONS_A_DAY:
        raise TooMany
    inquiry = Inquiry.objects.create(asker=by, asked=person)
    _send(inquiry, text, by=by)
    return inquiry


@transaction.atomic
def write(*, by: User, inquiry: Inquiry, text: str) -> InquiryMessage:
    """One more message in what was begun; raises NotTaken and TooMany."""
    _take_turn(by)
    if not can_write(by, inquiry):
        raise NotTaken
    return _send(inquiry, text, by=by)


@transaction.atomic
def refuse(*, by: User, person: User) -> None:
    """No more from this person; what they have sent and not yet reached anybody stays unsent."""
    Refusal.objects.bulk_create([Refusal(person=by, refused=person)], ignore_conflicts=True)


@transaction.atomic
def take_again(*, by: User, person: User) -> None:
    Refusal.objects.filter(person=by, refused=person).delete()


def _take_turn(by: User) -> None:
    # One at a time, so that many sent at once do not all find room under the limit.
    User.objects.select_for_update().get(pk=by.pk)
    sent = InquiryMessage.objects.written_by(by).filter(sent_at__gt=_yesterday())
    if sent.count() >= MESSAGES_A_DAY:
        raise TooMany


def _send(inquiry: Inquiry, text: str, *, by: User) -> InquiryMessage:
    of_asker = by.pk == inquiry.asker_id
    message = InquiryMessage.objects.create(inquiry=inquiry, is_of_asker=of_asker, text=text)
    Inquiry.objects.filter(pk=inquiry.pk).update(moved_at=message.sent_at)
    other = inquiry.other_than(by)
    delivery.plan(kind=MAIL, event=message.subject, receivers=[other])
    events.record(
        verb="inquiry.asked" if of_asker else "inquiry.answered",
        by=by,
        title=str(by),
        url=inquiry.get_absolute_url(),
        audience=[access.key("user", by.pk), access.key("user", other.pk)],
        subjects=[inquiry.subject],
        direct=[other],
        has_own_mail=True,
    )
    return message


def _yesterday() -> datetime:
    return timezone.now() - timedelta(days=1)
