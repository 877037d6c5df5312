"""What a certificate of attendance says of a Lab."""

from typing import TypeAlias

from django.utils.translation import ngettext

from labs.models import Lab
from labs.models.registrations import RegistrationQuerySet
from labs.wallclock import first_day, last_day

Attended: TypeAlias = RegistrationQuerySet


def minutes(lab: Lab) -> int:
    """How long it lasted; over several days what its agenda says, 0 where it says nothing."""
    if lab.local_start.date() == lab.local_end.date():
        return int((lab.ends_at - lab.starts_at).total_seconds()) // 60
    return sum(lab.agenda.values_list("minutes", flat=True))


def hours(lab: Lab) -> str:
    """ "3 hours", "2 hours 30 minutes", "2 days"; empty where nobody knows."""
    if lab.is_all_day:
        days = (last_day(lab) - first_day(lab)).days + 1
        return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}
    whole, rest = divmod(minutes(lab), 60)
    parts = []
    if whole:
        parts.append(ngettext("%(n)s hour", "%(n)s hours", whole) % {"n": whole})
    if rest:
        parts.append(ngettext("%(n)s minute", "%(n)s minutes", rest) % {"n": rest})
    return " ".join(parts)


def organiser(lab: Lab) -> str:
    """Who leads the programme, in the reader's language; empty where nobody is named."""
    return str(lab.programme.coordinator or "")
