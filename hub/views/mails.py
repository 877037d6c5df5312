"""The sink of a sample hub, read in the browser by the platform admin."""

import datetime as dt
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import icalendar
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from hub import permissions
from hub.embedded.mail import Mailbox
from hub.requests import person

SHOWN = 100
HEADERS = {
    "From": pgettext_lazy("mail", "From"),
    "To": pgettext_lazy("mail", "To"),
    "Reply-To": pgettext_lazy("mail", "Answers go to"),
    "Message-ID": pgettext_lazy("mail", "Message ID"),
    "List-Unsubscribe": pgettext_lazy("mail", "Unsubscribes by"),
}
#: What a calendar does with the entry (iTIP, RFC 5546).
METHODS = {
    "REQUEST": pgettext_lazy("calendar", "enter or bring up to date"),
    "CANCEL": pgettext_lazy("calendar", "take away"),
}
#: Mails bring their own styles; nothing in them may run, load or send.
POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"


@require_safe
def mail_list(request: HttpRequest) -> HttpResponse:
    _check(request)
    return TemplateResponse(request, "hub/mail_list.html", {"mails": _mailbox().newest(SHOWN)})


@require_safe
def mail(request: HttpRequest, name: str) -> HttpResponse:
    _check(request)
    message = _find(name)
    context = {
        "name": name,
        "subject": message["Subject"],
        "sent_at": _sent_at(message),
        "headers": [(label, message[name]) for name, label in HEADERS.items() if message[name]],
        "text": _content(message, "plain"),
        "has_html": message.get_body(("html",)) is not None,
        "calendar": _calendar(message),
    }
    return TemplateResponse(request, "hub/mail.html", context)


@require_safe
def mail_html(request: HttpRequest, name: str) -> HttpResponse:
    _check(request)
    response = HttpResponse(_content(_find(name), "html"))
    response.headers["Content-Security-Policy"] = POLICY
    return response


def _check(request: HttpRequest) -> None:
    if not settings.SAMPLE_HUB:
        raise Http404
    if not permissions.can_read_mails(person(request)):
        raise PermissionDenied


def _mailbox() -> Mailbox:
    return Mailbox(Path(settings.VAR_DIR) / "mail")


def _find(name: str) -> EmailMessage:
    found = _mailbox().find(name)
    if found is None:
        raise Http404
    return found


def _content(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()) if part is not None else ""


def _sent_at(message: EmailMessage) -> dt.datetime | None:
    try:
        found = parsedate_to_datetime(str(message["Date"] or ""))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=dt.UTC)


def _calendar(message: EmailMessage) -> list[dict[str, Any]]:
    """The events of the calendar part, as a calendar would read them."""
    for part in message.walk():
        if part.get_content_type() == "text/calendar":
            return _events(part.get_payload(decode=True))
    return []


def _events(stream: object) -> list[dict[str, Any]]:
    if not isinstance(stream, bytes):
        return []
    try:
        calendar = icalendar.Calendar.from_ical(stream)
        return [_event(calendar, event) for event in calendar.walk("VEVENT")]
    except (ValueError, KeyError):
        # The mail is shown all the same; its text says what it is about.
        return []


def _event(calendar: Any, event: Any) -> dict[str, Any]:
    starts, ends = event.decoded("DTSTART"), event.decoded("DTEND") if "DTEND" in event else None
    is_all_day = not isinstance(starts, dt.datetime)
    if is_all_day and ends is not None:
        # Whole days end where the next one begins.
        ends -= dt.timedelta(days=1)
    return {
        "is_all_day": is_all_day,
        "method": METHODS.get(method := str(calendar.get("METHOD", "")), method),
        "summary": str(event.get("SUMMARY", "")),
        "starts_at": starts,
        "ends_at": ends,
        "place": str(event.get("LOCATION", "")),
        "sequence": event.get("SEQUENCE", 0),
    }
