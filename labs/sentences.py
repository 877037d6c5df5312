"""Sentences about a Lab that pages and mails share."""

from datetime import datetime

from django.utils.translation import gettext as _

from hub.face import dates
from labs.models import Lab
from labs.wallclock import Timed, first_day, last_day


def when(lab: Timed, zone: str = "") -> str:
    """Day and hours, on the reader's clock where no zone is named.

    Whole days have no hours: they are the same days whoever reads.
    """
    if lab.is_all_day:
        return dates.day_range(first_day(lab), last_day(lab))
    return dates.date_range(lab.starts_at, lab.ends_at, zone)


def day(lab: Timed) -> str:
    """The first day, on the reader's clock."""
    return dates.day(first_day(lab) if lab.is_all_day else dates.in_zone(lab.starts_at))


def held_until(when: datetime, zone: str = "") -> str:
    """As "Tue 2 March 2027, 17:00, Stockholm", on the reader's clock where no zone is named."""
    local = dates.in_zone(when, zone)
    facts = {"day": dates.day(local), "hour": dates.hour(local), "zone": dates.zone_name(local)}
    return _("%(day)s, %(hour)s, %(zone)s") % facts


def deadline(lab: Lab, zone: str = "") -> str:
    """As "Register by Tue 2 March 2027, 17:00, Stockholm"; empty where there is no deadline."""
    if lab.registers_until is None:
        return ""
    local = dates.in_zone(lab.registers_until, zone)
    facts = {"day": dates.day(local), "hour": dates.hour(local), "zone": dates.zone_name(local)}
    return _("Register by %(day)s, %(hour)s, %(zone)s") % facts
