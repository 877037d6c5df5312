"""Mails as calendars send them, made by hand so that every line of them can be wrong."""

import datetime as dt
from typing import Any

from django.utils import timezone

from hub.models import User
from labs import calendars, inbound
from labs.models import Lab

BASE = "answers@hub.example.org"


def stamp(moment: dt.datetime) -> str:
    return f"{moment.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"


def an_event(lab: Lab, user: User, **changes: Any) -> str:
    """The calendar part of an answer; None leaves a line out."""
    facts: dict[str, Any] = {
        "METHOD": "REPLY",
        "UID": calendars.uid_of(lab),
        "SEQUENCE": lab.sequence,
        "PARTSTAT": "ACCEPTED",
        "ATTENDEE": f"mailto:{user.email}",
        "DTSTAMP": stamp(timezone.now() + dt.timedelta(minutes=5)),
        "EXTRA": None,
    } | changes
    lines = [
        "BEGIN:VCALENDAR",
        "PRODID:-//Some//Calendar//EN",
        "VERSION:2.0",
        f"METHOD:{facts['METHOD']}",
        "BEGIN:VEVENT",
        f"UID:{facts['UID']}",
        f"SEQUENCE:{facts['SEQUENCE']}",
        f"DTSTAMP:{facts['DTSTAMP']}",
        f"DTSTART:{stamp(lab.starts_at)}",
        f"DTEND:{stamp(lab.ends_at)}",
        f"ORGANIZER:mailto:{BASE}",
        f"ATTENDEE;PARTSTAT={facts['PARTSTAT']}:{facts['ATTENDEE']}",
        *([facts["EXTRA"]] if facts["EXTRA"] else []),
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]
    left_out = {f"{name}:None" for name in facts}
    return "\r\n".join(line for line in lines if line not in left_out)


def a_reply(
    lab: Lab, user: User, *, to: str = "", message_id: str = "", headers: str = "", **changes: Any
) -> bytes:
    to = to or inbound.address_for(user.pk, lab.pk)
    message_id = message_id or f"<{timezone.now().timestamp()}@calendar.example.org>"
    event = an_event(lab, user, **changes)
    return (
        f"From: {user.email}\r\nTo: <{to}>\r\nSubject: Accepted\r\nMessage-ID: {message_id}\r\n"
        f"{headers}MIME-Version: 1.0\r\n"
        'Content-Type: multipart/alternative; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nYes\r\n"
        "--b\r\nContent-Type: text/calendar; method=REPLY; charset=utf-8\r\n"
        f"Content-Transfer-Encoding: 8bit\r\n\r\n{event}\r\n--b--\r\n"
    ).encode()
