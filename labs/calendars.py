"""Labs as iCalendar (RFC 5545, 5546): UTC times, one UID for life, a SEQUENCE that only rises."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parseaddr
from typing import Literal

from django.conf import settings
from django.utils import timezone
from icalendar import Calendar, Event, vCalAddress, vText, vUri

from hub.models import User
from labs.enums import LabState, Mode
from labs.models import Lab, Registration

Method = Literal["REQUEST", "CANCEL", "PUBLISH"]
PRODUCT = "-//Learning Hub//Labs//EN"
#: What the standard forbids in the parameters of a property.
UNSAFE = re.compile(r'["\x00-\x1f\x7f]')


@dataclass(frozen=True)
class Guest:
    """The one receiver of a calendar part; `registration` is None for the merely invited."""

    user: User
    registration: Registration | None = None

    @property
    def answer(self) -> str:
        if self.registration is None or self.registration.is_waiting:
            return "NEEDS-ACTION"
        return "ACCEPTED" if self.registration.is_seated else "DECLINED"

    @property
    def joins_online(self) -> bool:
        found = self.registration
        return found is not None and found.is_seated and found.mode == Mode.ONLINE


def for_guest(lab: Lab, method: Method, guest: Guest) -> bytes:
    """The calendar part of a mail to one person."""
    event = _event(lab, is_cancelled=method == "CANCEL")
    organizer = vCalAddress(f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}")
    organizer.params["CN"] = _parameter(f"{lab.programme.name}, {settings.HUB_NAME}")
    event["ORGANIZER"] = organizer
    attendee = vCalAddress(f"mailto:{guest.user.email}")
    attendee.params["CN"] = _parameter(str(guest.user))
    attendee.params["ROLE"] = "REQ-PARTICIPANT"
    attendee.params["CUTYPE"] = "INDIVIDUAL"
    attendee.params["PARTSTAT"] = guest.answer
    # Answers go by the link in the mail: a reply to the organizer would reach nobody.
    attendee.params["RSVP"] = "FALSE"
    event.add("ATTENDEE", attendee, encode=False)
    if guest.joins_online and lab.join_link and method != "CANCEL":
        event["LOCATION"] = vText(lab.join_link)
        event["DESCRIPTION"] = vText(f"{lab.join_link}\n\n{event.get('DESCRIPTION', '')}".strip())
    return _stream([event], method)


def feed(labs: Iterable[Lab], *, name: str) -> bytes:
    """A calendar to subscribe to; it never holds what only the registered may know."""
    events = [_event(lab, is_cancelled=lab.state == LabState.CANCELLED) for lab in labs]
    return _stream(events, "PUBLISH", name=name)


def _stream(events: Iterable[Event], method: Method, name: str = "") -> bytes:
    calendar = Calendar()
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", PRODUCT)
    calendar.add("METHOD", method)
    if name:
        calendar.add("X-WR-CALNAME", name)
    for event in events:
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _event(lab: Lab, *, is_cancelled: bool) -> Event:
    event = Event()
    event.add("UID", f"{lab.uid}@{parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition('@')[2]}")
    event.add("DTSTAMP", timezone.now().replace(microsecond=0))
    event.add("DTSTART", _utc(lab.starts_at))
    event.add("DTEND", _utc(lab.ends_at))
    event.add("SEQUENCE", lab.sequence)
    event.add("SUMMARY", lab.title)
    event.add("STATUS", "CANCELLED" if is_cancelled else "CONFIRMED")
    address = settings.BASE_URL + lab.get_absolute_url()
    event["URL"] = vUri(address)
    event.add("DESCRIPTION", "\n\n".join(part for part in (lab.summary, address) if part))
    if lab.place or lab.address:
        event.add("LOCATION", ", ".join(part for part in (lab.place, lab.address) if part))
    return event


def _utc(when: datetime) -> datetime:
    return when.astimezone(UTC).replace(microsecond=0)


def _parameter(text: str) -> str:
    return UNSAFE.sub(" ", text)
