"""When a text is looked at again."""

import datetime as dt

from hub.wallclock import in_months, today
from knowledge.enums import REVIEW_MONTHS, Kind

__all__ = ["in_months", "next_check", "today"]

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


def next_check(kind: str, day: dt.date) -> dt.date:
    return in_months(day, REVIEW_MONTHS[Kind(kind)])
