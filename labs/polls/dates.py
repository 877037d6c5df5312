"""The dates of a poll as people read them: on its clock, and on their own where it differs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from hub.face import dates
from labs.enums import Choice
from labs.models import Poll, PollAnswer, PollOption


@dataclass(frozen=True)
class Date:
    option: PollOption
    when: str
    #: Empty where the reader's clock shows the same hour.
    when_here: str
    #: The day and the hour apart, for the head of a column.
    day: str
    hour: str
    choice: Choice | None = None


def dates_of(
    poll: Poll,
    options: Iterable[PollOption],
    choices: Mapping[int, str] | None = None,
) -> list[Date]:
    """`choices` are what the reader has answered; the active zone is the reader's."""
    return [_date(poll, option, (choices or {}).get(option.pk)) for option in options]


def _date(poll: Poll, option: PollOption, choice: str | None) -> Date:
    start, end = option.starts_at, option.ends_at(poll.minutes)
    there, here = dates.in_zone(start, poll.time_zone), dates.in_zone(start)
    return Date(
        option=option,
        when=dates.date_range(start, end, poll.time_zone),
        when_here="" if there.utcoffset() == here.utcoffset() else dates.date_range(start, end),
        day=formats.date_format(there, pgettext("short date format", "j M")),
        hour=dates.hour(there),
        choice=Choice(choice) if choice else None,
    )


def deadline_of(poll: Poll) -> str:
    """In the reader's zone, with its name: a deadline is an hour that counts."""
    local = dates.in_zone(poll.closes_at)
    return _("%(day)s, %(hour)s, %(zone)s") % {
        "day": dates.day(local),
        "hour": dates.hour(local),
        "zone": dates.zone_name(local),
    }


def choices_of(poll: Poll, user_id: int | None) -> dict[int, str]:
    """What a person has answered: option id → choice; one query."""
    found = PollAnswer.objects.filter(ballot__poll=poll, ballot__user=user_id)
    return dict(found.values_list("option", "choice"))
