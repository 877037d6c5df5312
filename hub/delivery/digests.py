"""The digest: what is new in one's inbox, in one mail a day or a week."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from hub import events, rhythms
from hub.delivery import letters
from hub.delivery.frame import drawn
from hub.delivery.ledger import plan
from hub.delivery.letters import Letter, Skip
from hub.enums import MailChoice
from hub.models import Delivery, Notification, User

DIGEST = "digest"
#: A digest that could not leave for so long is left out; the inbox has it all.
POINTLESS_AFTER = dt.timedelta(days=2)
#: News in one mail; the others are in the inbox.
MOST = 40


@dataclass(frozen=True)
class Line:
    sentence: str
    text: str
    url: str


def owe(digests: Iterable[tuple[int, dt.date, dt.datetime]]) -> None:
    """Plan each person's (id) digest of a day at an instant; planned again, it is owed once."""
    together: dict[tuple[dt.date, dt.datetime], list[int]] = defaultdict(list)
    for person, on, due in digests:
        together[on, due].append(person)
    for (on, due), people in together.items():
        plan(
            kind=DIGEST,
            event=f"{DIGEST}:{on.isoformat()}",
            receivers=people,
            due_at=due,
            expires_at=due + POINTLESS_AFTER,
        )


def reschedule(person: User) -> None:
    """The hour or the zone was changed: digests that wait leave at the new hour of their day."""
    rows = Delivery.objects.filter(user=person, kind=DIGEST).waiting()
    for pk, event in rows.values_list("pk", "event"):
        due = rhythms.hour_of(person, _day(event))
        rows.filter(pk=pk).update(due_at=due, try_at=due, expires_at=due + POINTLESS_AFTER)


def compose(row: Delivery) -> Letter | Skip:
    """Looks again at everything: what was read, closed, or is not wanted any more stays out."""
    person = row.user
    if person is None:
        return Skip(gettext_lazy("The person is no longer here."))
    notes = _notes(person, _day(row.event))
    if not notes:
        return Skip(gettext_lazy("Nothing of it is new any more."))
    shown = notes[:MOST]
    count = len(notes)
    subject = ngettext(
        "%(n)d piece of news from %(hub)s", "%(n)d pieces of news from %(hub)s", count
    ) % {"n": count, "hub": settings.HUB_NAME}
    context = {
        "subject": subject,
        "parts": [
            (_("Addressed to you"), [_line(note) for note in shown if note.is_direct]),
            (_("What you follow"), [_line(note) for note in shown if not note.is_direct]),
        ],
        "more": count - len(shown),
        "action_url": settings.BASE_URL + reverse("inbox"),
        "action_label": _("Open the inbox"),
    }
    return drawn(row, "mail/digest", subject, context)


def _notes(person: User, on: dt.date) -> list[Notification]:
    """By what they are about, in the order in which it came; three queries."""
    found = list(
        Notification.objects.visible_to(person)
        .unread()
        .filter(digest_on=on)
        .select_related("event__actor")
        .order_by("pk")
    )
    subjects = {subject for note in found for subject in note.event.subjects}
    wishes = rhythms.wishes_of({person.pk: person.mail_notes}, subjects)[person.pk]
    wanted = [note for note in found if _is_wanted(note, wishes)]
    first: dict[str, int] = {}
    for note in wanted:
        first.setdefault(_page(note), note.pk)
    return sorted(wanted, key=lambda note: (first[_page(note)], note.pk))


def _is_wanted(note: Notification, wishes: rhythms.Wishes) -> bool:
    now = wishes.rhythm(note.event.subjects, is_direct=note.is_direct)
    return now != MailChoice.NEVER


def _page(note: Notification) -> str:
    return note.event.url.partition("#")[0]


def _line(note: Notification) -> Line:
    event: Any = note.event
    return Line(events.sentence(event), event.text, settings.BASE_URL + event.url)


def _day(event: str) -> dt.date:
    return dt.date.fromisoformat(event.partition(":")[2])


def register() -> None:
    letters.register(DIGEST, label=gettext_lazy("Digest of news"), compose=compose)
