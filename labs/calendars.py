"""Labs as iCalendar (RFC 5545, 5546): UTC times or days, one UID, a SEQUENCE that only rises."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from typing import Any, Literal

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vCalAddress, vText, vUri

from hub.models import User
from labs import inbound
from labs.enums import LabState, Mode, RegistrationState
from labs.models import Lab, Registration
from labs.subscriptions import OwnLab
from labs.wallclock import first_day, last_day

Method = Literal["REQUEST", "CANCEL", "PUBLISH"]
PRODUCT = "-//Learning Hub//Labs//EN"
#: What the standard forbids in the parameters of a property.
UNSAFE = re.compile(r'["\x00-\x1f\x7f]')

#: Stands where a guest's own lines go. What people type can begin no line: it is escaped.
NOBODY = "mailto:nobody"
ORGANIZER, ATTENDEE = b"\r\nORGANIZER:mailto:nobody\r\n", b"\r\nATTENDEE:mailto:nobody\r\n"


@dataclass(frozen=True)
class Guest:
    """The one receiver of a calendar part; `registration` is None for the merely invited."""

    user: User
    registration: Registration | None = None

    @property
    def answer(self) -> str:
        if self.registration is not None and self.registration.is_seated:
            return "ACCEPTED"
        hopes = self.registration is None or self.registration.is_active
        return "NEEDS-ACTION" if hopes else "DECLINED"

    @property
    def joins_online(self) -> bool:
        found = self.registration
        return found is not None and found.is_seated and found.mode == Mode.ONLINE


def for_guest(lab: Lab, method: Method, guest: Guest, kept: dict[Any, Any] | None = None) -> bytes:
    """The calendar part of a mail to one person.

    In `kept` lies, for the next person, what is the same for everybody.
    """
    kept = {} if kept is None else kept
    shows_link = guest.joins_online and lab.is_joinable and method != "CANCEL"
    key = ("calendar", method, shows_link)
    if key not in kept:
        kept[key] = _for_anybody(lab, method, shows_link=shows_link)
    organizer, attendee = _people(lab, guest)
    stream: bytes = kept[key]
    return stream.replace(ORGANIZER, organizer).replace(ATTENDEE, attendee)


def _for_anybody(lab: Lab, method: Method, *, shows_link: bool) -> bytes:
    event = _event(lab, is_cancelled=method == "CANCEL")
    event["ORGANIZER"] = vCalAddress(NOBODY)
    event["ATTENDEE"] = vCalAddress(NOBODY)
    if shows_link:
        _name_link(event, lab)
    return _stream([event], method)


def _people(lab: Lab, guest: Guest) -> tuple[bytes, bytes]:
    """The two lines that are a guest's own, folded, each between the ends of its neighbours."""
    reply_to = inbound.address_for(guest.user.pk, lab.pk)
    organizer = vCalAddress(f"mailto:{reply_to or parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}")
    organizer.params["CN"] = _parameter(f"{lab.programme.name}, {settings.HUB_NAME}")
    attendee = vCalAddress(f"mailto:{guest.user.email}")
    attendee.params["CN"] = _parameter(str(guest.user))
    attendee.params["ROLE"] = "REQ-PARTICIPANT"
    attendee.params["CUTYPE"] = "INDIVIDUAL"
    attendee.params["PARTSTAT"] = guest.answer
    # Without an address that is read, a reply to the organizer would reach nobody.
    attendee.params["RSVP"] = "TRUE" if reply_to else "FALSE"
    return _line("ORGANIZER", organizer), _line("ATTENDEE", attendee)


def _line(name: str, value: vCalAddress) -> bytes:
    return b"\r\n" + bytes(Event().content_line(name, value).to_ical()) + b"\r\n"


def uid_of(lab: Lab) -> str:
    return f"{lab.uid}@{parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition('@')[2]}"


def feed(labs: Iterable[Lab], *, name: str) -> bytes:
    """A calendar to subscribe to; it never holds what only the registered may know."""
    events = [_event(lab, is_cancelled=lab.state == LabState.CANCELLED) for lab in labs]
    return _stream(events, "PUBLISH", name=name)


def own_feed(labs: Iterable[OwnLab], *, name: str) -> bytes:
    """One person's calendar: certain where they have a seat, tentative where they have not."""
    return _stream([_own_event(own) for own in labs], "PUBLISH", name=name)


def tag_of(stream: bytes) -> str:
    """An ETag that stays as long as the calendar says the same, whenever it was written."""
    meaning = re.sub(rb"(?m)^DTSTAMP:.*$", b"", stream)
    return f'"{hashlib.sha256(meaning).hexdigest()[:32]}"'


def _own_event(own: OwnLab) -> Event:
    is_cancelled = own.lab.state == LabState.CANCELLED
    event = _event(own.lab, is_cancelled=is_cancelled)
    if not is_cancelled and not own.is_certain:
        event["STATUS"] = vText("TENTATIVE")
        event.add("TRANSP", "TRANSPARENT")
    event["DESCRIPTION"] = vText(f"{_answer_in_words(own)}\n\n{event['DESCRIPTION']}")
    if own.shows_link_in_time and own.lab.is_joinable:
        _name_link(event, own.lab)
    return event


def _name_link(event: Event, lab: Lab) -> None:
    event["LOCATION"] = vText(lab.join_link)
    event["DESCRIPTION"] = vText(f"{lab.join_link}\n\n{event.get('DESCRIPTION', '')}".strip())


def _answer_in_words(own: OwnLab) -> str:
    if own.is_certain:
        return _("You have a seat, %(mode)s.") % {"mode": Mode(own.mode).label}
    if own.answer == RegistrationState.OFFERED:
        return _("A seat is held for you. Take it or pass it on.")
    if own.answer == RegistrationState.PENDING:
        return _("You wait for the coordinator's answer.")
    if own.answer:
        return _("You are on the waitlist.")
    if own.is_host:
        return _("You conduct this meeting.")
    return _("You are invited and have not answered.")


def _stream(events: Iterable[Event], method: Method, name: str = "") -> bytes:
    calendar = Calendar()
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", PRODUCT)
    calendar.add("METHOD", method)
    if name:
        calendar.add("X-WR-CALNAME", name)
        # Asked for by Outlook and by RFC 7986; without them some programs look once a day.
        calendar.add("REFRESH-INTERVAL", timedelta(hours=1), parameters={"VALUE": "DURATION"})
        calendar.add("X-PUBLISHED-TTL", "PT1H")
    for event in events:
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _event(lab: Lab, *, is_cancelled: bool) -> Event:
    event = Event()
    event.add("UID", uid_of(lab))
    event.add("DTSTAMP", timezone.now().replace(microsecond=0))
    # Whole days are dates in every zone, and end where the next day begins.
    event.add("DTSTART", first_day(lab) if lab.is_all_day else _utc(lab.starts_at))
    event.add("DTEND", last_day(lab) + timedelta(days=1) if lab.is_all_day else _utc(lab.ends_at))
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
