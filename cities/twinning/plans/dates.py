"""When plans are asked about."""

import datetime as dt

#: Months after the first signature.
FOLLOW_UPS = (6, 12)
ASK_AGAIN = dt.timedelta(days=14)
#: After two mails the silence is the coordinator's.
MOST_ASKS = 2
