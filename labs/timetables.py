"""The agenda with its hours: each point begins where the one before it ends."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import ngettext

from hub.face import dates
from labs.models import AgendaItem, Lab


@dataclass(frozen=True)
class Slot:
    item: AgendaItem
    starts: datetime
    ends: datetime
    #: The agenda runs longer than the Lab.
    is_late: bool
    #: The day, where it is another than that of the point before.
    new_day: str = ""
    #: Not where the Lab has days without hours.
    has_hours: bool = True

    # Texts, since templates turn every moment into the reader's zone.
    @property
    def from_hour(self) -> str:
        return dates.hour(self.starts)

    @property
    def to_hour(self) -> str:
        return dates.hour(self.ends)

    @property
    def when(self) -> str:
        """ "13:00–13:20", or where there are no hours "20 minutes"."""
        if self.has_hours:
            return f"{self.from_hour}–{self.to_hour}"
        minutes = self.item.minutes
        return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}


def overrun(lab: Lab) -> int:
    """By how many minutes the agenda is longer than the Lab; one query."""
    planned = sum(item.minutes for item in lab.agenda.all())
    return max(0, planned - int((lab.ends_at - lab.starts_at).total_seconds() // 60))


def timetable(
    lab: Lab, items: Iterable[AgendaItem] | None = None, zone: str | None = None
) -> list[Slot]:
    """In the Lab's own zone, or another; "" is the reader's. One query unless items are given."""
    shown = lab.time_zone if zone is None else zone
    slots, now = [], lab.starts_at
    day = dates.in_zone(now, shown).date()
    for item in lab.agenda.all() if items is None else items:
        # Added in UTC: minutes go on while clocks are set.
        end = now + timedelta(minutes=item.minutes)
        late = end > lab.ends_at
        local = dates.in_zone(now, shown)
        new_day = dates.day(local) if local.date() != day and not lab.is_all_day else ""
        ends = dates.in_zone(end, shown)
        slots.append(Slot(item, local, ends, late, new_day, has_hours=not lab.is_all_day))
        now, day = end, local.date()
    return slots
