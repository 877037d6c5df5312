"""How soon a person hears of what by mail: at once, in a digest, or never."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from hub.enums import MailChoice
from hub.models import Follow, MailWish
from hub.wallclock import at_hour

#: Stands among the kinds for what is addressed to a person by name.
DIRECT = "direct"
#: A digest takes in what happened until so long before it leaves.
CLOSES = dt.timedelta(minutes=5)

_SOONEST = list(MailChoice)


@dataclass
class Wishes:
    """What one person has chosen."""

    default: str
    #: By kind of subject, and DIRECT.
    kinds: dict[str, str] = field(default_factory=dict)
    #: By subject that the person follows; empty: as its kind.
    follows: dict[str, str] = field(default_factory=dict)

    def rhythm(self, subjects: Iterable[str], *, is_direct: bool) -> MailChoice:
        """How soon an event about these subjects is mailed.

        What was chosen for a thing itself goes before what was chosen for its kind; of several
        reasons to hear of an event the soonest counts.
        """
        followed = [subject for subject in subjects if subject in self.follows]
        own = [self.follows[subject] for subject in followed if self.follows[subject]]
        reasons = own or [self._of(subject.partition(":")[0]) for subject in followed]
        if is_direct:
            reasons.append(self._of(DIRECT))
        found = [MailChoice(reason) for reason in reasons or [self.default]]
        return min(found, key=_SOONEST.index)

    def _of(self, kind: str) -> str:
        return self.kinds.get(kind, self.default)


def wishes_of(defaults: Mapping[int, str], subjects: Iterable[str]) -> dict[int, Wishes]:
    """What these people (id → their choice for all) chose; two queries."""
    found = {pk: Wishes(default) for pk, default in defaults.items()}
    for user, kind, rhythm in MailWish.objects.filter(user__in=found).values_list(
        "user", "kind", "rhythm"
    ):
        found[user].kinds[kind] = rhythm
    rows = Follow.objects.filter(user__in=found, subject__in=list(subjects))
    for user, subject, rhythm in rows.values_list("user", "subject", "rhythm"):
        found[user].follows[subject] = rhythm
    return found


def next_digest(
    rhythm: MailChoice, *, now: dt.datetime, zone: str, hour: int, weekday: int
) -> tuple[dt.date, dt.datetime]:
    """The day, on the person's calendar, and the instant of the next digest."""
    after = now + CLOSES
    day = after.astimezone(ZoneInfo(zone)).date()
    while True:
        if rhythm == MailChoice.DAILY or day.isoweekday() == weekday:
            due = at_hour(day, dt.time(hour), zone)
            if due > after:
                return day, due
        day += dt.timedelta(days=1)


def hour_of(person: Any, day: dt.date) -> dt.datetime:
    """When that day's digest leaves for a person."""
    return at_hour(day, dt.time(person.digest_hour), person.time_zone)
