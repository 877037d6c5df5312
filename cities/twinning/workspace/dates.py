"""When a group's milestones are due, and when its cities are asked how it goes."""

import datetime as dt

from cities.twinning.models import TwinGroup
from hub.wallclock import in_months

#: Months of the twinning after which both sides are asked.
FIT_MONTHS = (3, 9, 15)
ASK_AGAIN = dt.timedelta(days=14)
#: After two mails the silence is the coordinator's.
MOST_ASKS = 2


def end_of_month(group: TwinGroup, month: int) -> dt.date:
    """The last day of a month of the twinning; its first month is 1."""
    return in_months(group.period.lower, month) - dt.timedelta(days=1)
