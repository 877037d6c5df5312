"""From an event to the inboxes and mails of those who want to know and may.

Every step is safe to repeat: rows are unique per person and event, and an event whose
fan-out was cut short is begun again by the sweep.
"""

import logging
import time
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from hub import delivery, rhythms
from hub.delivery import digests
from hub.delivery.optouts import NOTE
from hub.enums import MailChoice
from hub.models import Event, Follow, Notification, User

log = logging.getLogger("hub.fanout")

#: People per transaction.
CHUNK = 500
#: Seconds that an event is left to its own wake-up before the sweep takes it.
GRACE = 10
#: Seconds of one sweep.
TURN = 20.0
_ASKED = ("pk", "mail_notes", "time_zone", "digest_hour", "digest_weekday")


def fan_out(event_id: int) -> int:
    """Tell everybody whom one event concerns; returns how many inboxes were looked at."""
    event = Event.objects.filter(pk=event_id, fanned_out_at=None).first()
    if event is None:
        return 0
    told, after = 0, 0
    concerned = receivers(event).order_by("pk").values_list(*_ASKED, named=True)
    while people := list(concerned.filter(pk__gt=after)[:CHUNK]):
        _tell(event, people)
        told, after = told + len(people), people[-1].pk
    Event.objects.filter(pk=event.pk, fanned_out_at=None).update(fanned_out_at=Now())
    return told


def sweep() -> int:
    """Fan out what nobody did: the wake-up was lost, or its worker."""
    end, done = time.monotonic() + TURN, 0
    stale = Event.objects.filter(
        fanned_out_at=None, created_at__lt=Now() - timedelta(seconds=GRACE)
    )
    for event_id in stale.order_by("pk").values_list("pk", flat=True)[:1000]:
        if time.monotonic() > end:
            break
        try:
            fan_out(event_id)
            done += 1
        except Exception:
            # The next event must not wait for this one to be mended.
            log.exception("Event %s could not be fanned out.", event_id)
    return done


def receivers(event: Event) -> QuerySet[User]:
    """Followers and the people addressed, who may see it and did not do it themselves."""
    following = Follow.objects.filter(subject__in=event.subjects).order_by().values("user_id")
    concerned = Q(pk__in=following) | Q(pk__in=event.direct)
    may_see: QuerySet[User] = User.objects.holding(*event.audience)
    return may_see.filter(concerned).exclude(pk=event.actor_id or 0)


@transaction.atomic
def _tell(event: Event, people: list[Any]) -> None:
    """A line in each inbox; a mail now, a place in a digest, or neither, as each has chosen."""
    direct, now = set(event.direct), timezone.now()
    wishes = rhythms.wishes_of({p.pk: p.mail_notes for p in people}, event.subjects)
    notes, at_once, later = [], [], []
    for person in people:
        note = Notification(user_id=person.pk, event=event, is_direct=person.pk in direct)
        notes.append(note)
        rhythm = wishes[person.pk].rhythm(event.subjects, is_direct=note.is_direct)
        if rhythm == MailChoice.AT_ONCE:
            at_once.append(person.pk)
        elif rhythm != MailChoice.NEVER:
            note.digest_on, due = rhythms.next_digest(
                rhythm,
                now=now,
                zone=person.time_zone,
                hour=person.digest_hour,
                weekday=person.digest_weekday,
            )
            later.append((person.pk, note.digest_on, due))
    Notification.objects.bulk_create(notes, ignore_conflicts=True)
    delivery.plan(kind=NOTE, event=f"event:{event.pk}", receivers=at_once)
    digests.owe(later)
