"""When a text is looked at again."""

import calendar
import datetime as dt
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from knowledge.enums import REVIEW_MONTHS, Kind

#: Its owner is asked on the day, once more after this, and after as long again it is flagged.
ASK_AGAIN = dt.timedelta(days=14)
MOST_ASKS = 2
#: So long after the day readers are told that nobody has checked it.
DOUBTFUL_AFTER = dt.timedelta(days=90)
#: A text that may be out of date is looked at sooner.
DOUBTED_MONTHS = 3
#: A coordinator does not ask the same owner more often.
NOT_AGAIN_WITHIN = dt.timedelta(days=7)
LONGEST_YEARS = 5


def today() -> dt.date:
    return timezone.localdate(timezone=ZoneInfo(settings.HUB_TIME_ZONE))


def in_months(day: dt.date, months: int) -> dt.date:
    """The same day of a later month, or its last one."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def next_check(kind: str, day: dt.date) -> dt.date:
    return in_months(day, REVIEW_MONTHS[Kind(kind)])
