"""Dates as people write them, with the zone written out."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from django.utils import formats, timezone
from django.utils.translation import gettext, pgettext


def in_zone(when: dt.datetime, zone: str = "") -> dt.datetime:
    """`when` in the named IANA zone, or in the reader's when none is named."""
    return timezone.localtime(when, ZoneInfo(zone) if zone else None)


def reader_zone() -> str:
    """The IANA name of the zone that the reader sees hours in."""
    return str(timezone.get_current_timezone())


def zone_name(when: dt.datetime) -> str:
    """'Stockholm' for Europe/Stockholm."""
    return str(when.tzinfo).rpartition("/")[2].replace("_", " ")


def day(when: dt.date) -> str:
    return formats.date_format(when, pgettext("date format with weekday", "D j F Y"))


def hour(when: dt.datetime) -> str:
    return formats.date_format(when, pgettext("time format", "H:i"))


def date_range(start: dt.datetime, end: dt.datetime, zone: str = "") -> str:
    """'Tue 9 March 2027, 13:00–16:00, Stockholm'."""
    first, last = in_zone(start, zone), in_zone(end, zone)
    texts = {
        "day": day(first),
        "start": hour(first),
        "end": hour(last),
        "zone": zone_name(first),
    }
    if first.date() == last.date():
        return gettext("%(day)s, %(start)s–%(end)s, %(zone)s") % texts
    texts["last_day"] = day(last)
    return gettext("%(day)s, %(start)s – %(last_day)s, %(end)s, %(zone)s") % texts


def day_range(first: dt.date, last: dt.date) -> str:
    """'Tue 9 March 2027', or 'Tue 9 March 2027 – Thu 11 March 2027'."""
    if first == last:
        return day(first)
    return gettext("%(day)s – %(last_day)s") % {"day": day(first), "last_day": day(last)}


def moment(when: dt.datetime) -> str:
    """'21 November 2026, 14:02' in the reader's zone."""
    local = in_zone(when)
    date = formats.date_format(local, pgettext("date format", "j F Y"))
    return gettext("%(date)s, %(time)s") % {"date": date, "time": hour(local)}


def deadline(when: dt.datetime, zone: str) -> str:
    """'Tue 9 March 2027, 17:00, Stockholm'."""
    local = in_zone(when, zone)
    texts = {"day": day(local), "hour": hour(local), "zone": zone_name(local)}
    return gettext("%(day)s, %(hour)s, %(zone)s") % texts
