"""A mail that a calendar sent as an answer (RFC 5546 REPLY in RFC 6047 mail), read with care.

Whatever a stranger sends ends in an answer or in a reason; nothing here touches the database.
"""

import email
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from email.utils import getaddresses
from typing import Any

from django.utils.translation import gettext_noop as _
from icalendar import Calendar

from labs import inbound
from labs.inbound import Addressee

#: A calendar's answer has some 2 KB; with a signature and a picture some 100.
MOST_BYTES = 1024 * 1024
MOST_CALENDAR = 64 * 1024
MOST_PARTS = 40
#: Where the address stands that the mail was sent to, or came through.
ADDRESSED = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To")
CALENDARS = ("text/calendar", "application/ics")
PARTSTATS = ("ACCEPTED", "DECLINED", "TENTATIVE")

TOO_LONG = _("The message is longer than an answer can be.")
NOT_ADDRESSED = _("It is not addressed to anybody's answers.")
AUTOMATIC = _("It was sent by a machine, not by a person.")
NO_CALENDAR = _("It is a mail without an answer from a calendar.")
UNREADABLE = _("The answer could not be read.")
NO_REPLY = _("The calendar part is no answer to an invitation.")
NO_ATTENDEE = _("It does not say who answers.")
UNKNOWN_ANSWER = _("It says neither yes nor no.")


class NoAnswer(Exception):
    """Why a mail is no answer; `addressee` where it came to an address of ours."""

    def __init__(self, reason: str, envelope: "Envelope | None" = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.envelope = envelope


@dataclass(frozen=True)
class Envelope:
    """For whose answers it is, and the key under which it acts once."""

    addressee: Addressee
    key: str


@dataclass(frozen=True)
class Answer:
    envelope: Envelope
    uid: str
    sequence: int
    attendee: str
    partstat: str
    answered_at: datetime


def read(raw: bytes) -> Answer:
    """The answer in a message; raises NoAnswer."""
    if len(raw) > MOST_BYTES:
        raise NoAnswer(TOO_LONG)
    envelope: Envelope | None = None
    try:
        message = email.message_from_bytes(raw)
        envelope = _envelope(message, raw)
        if envelope is None:
            raise NoAnswer(NOT_ADDRESSED)
        if _is_automatic(message):
            raise NoAnswer(AUTOMATIC, envelope)
        stream = next(_calendars(message), None)
        if stream is None:
            raise NoAnswer(NO_CALENDAR, envelope)
        return _answer(stream, envelope)
    except NoAnswer:
        raise
    # What strangers send breaks parsers in ways that no list of errors foresees.
    except Exception as error:
        raise NoAnswer(UNREADABLE, envelope) from error


def _envelope(message: Message, raw: bytes) -> Envelope | None:
    for header in ADDRESSED:
        values = [str(value) for value in message.get_all(header, [])[:20]]
        for _name, address in getaddresses(values):
            if found := inbound.read(address[:320]):
                return Envelope(found, _key(message, raw, found))
    return None


def _key(message: Message, raw: bytes, addressee: Addressee) -> str:
    """With the addressee: a Message-ID that somebody else used first stands in nobody's way."""
    name = str(message.get("Message-ID", "")).strip().encode(errors="replace") or raw
    facts = f"{addressee.user_id}-{addressee.lab_id}\n".encode()
    return hashlib.sha256(facts + name).hexdigest()


def _is_automatic(message: Message) -> bool:
    """Holiday notes, bounces, lists: answered by nobody, so that no two machines talk for ever."""
    submitted = str(message.get("Auto-Submitted", "no")).partition(";")[0].strip().lower()
    precedence = str(message.get("Precedence", "")).strip().lower()
    return (
        submitted != "no"
        or precedence in ("bulk", "junk", "list", "auto_reply")
        or str(message.get("Return-Path", "")).strip() == "<>"
        or message.get_content_type() == "multipart/report"
        or any(message.get(name) for name in ("X-Autoreply", "X-Autorespond", "List-Id"))
    )


def _calendars(message: Message) -> Iterator[bytes]:
    for number, part in enumerate(message.walk()):
        if number >= MOST_PARTS:
            return
        if part.get_content_type() in CALENDARS and not part.is_multipart():
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes) and 0 < len(payload) <= MOST_CALENDAR:
                yield payload


def _answer(stream: bytes, envelope: Envelope) -> Answer:
    calendar = Calendar.from_ical(stream)
    events = calendar.walk("VEVENT")
    if str(calendar.get("METHOD", "")).upper() != "REPLY" or len(events) != 1:
        raise NoAnswer(NO_REPLY, envelope)
    event = events[0]
    if event.get("RECURRENCE-ID") is not None:
        raise NoAnswer(NO_REPLY, envelope)
    attendees = event.get("ATTENDEE", [])
    # One property comes alone, several as a list.
    found = attendees if isinstance(attendees, list) else [attendees]
    if len(found) != 1:
        raise NoAnswer(NO_ATTENDEE, envelope)
    partstat = str(found[0].params.get("PARTSTAT", "")).upper()
    if partstat not in PARTSTATS:
        raise NoAnswer(UNKNOWN_ANSWER, envelope)
    return Answer(
        envelope=envelope,
        uid=str(event["UID"]).strip(),
        sequence=int(event.get("SEQUENCE", 0)),
        attendee=_address(str(found[0])),
        partstat=partstat,
        answered_at=_instant(event.decoded("DTSTAMP")),
    )


def _address(value: str) -> str:
    scheme, colon, address = value.strip().partition(":")
    return address.strip().lower() if colon and scheme.lower() == "mailto" else ""


def _instant(value: Any) -> datetime:
    """The standard asks for UTC; a calendar that gives no zone means it."""
    if not isinstance(value, datetime):
        raise TypeError("DTSTAMP is no time.")
    return value if value.tzinfo else value.replace(tzinfo=UTC)
