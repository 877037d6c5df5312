"""The bytes of a mail.

Written by hand: the standard library's message classes take four times as long as the
mail server needs, and building is what limits how many reminders go out in a second.
"""

import base64
import binascii
import re
import secrets
from datetime import UTC, datetime
from email.header import Header
from email.utils import format_datetime, formataddr, parseaddr
from functools import lru_cache

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_noop

from hub.delivery.letters import Letter

HEADER_NAME = re.compile(r"^(Reply-To|In-Reply-To|References|X-[A-Za-z-]+)$")
#: What could end a header or hide in one.
CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]")


class Unwritable(ValueError):
    """The letter cannot become a mail, whoever sends it and whenever."""


def build(
    letter: Letter, *, address: str, name: str, message_id: str, unsubscribe_url: str = ""
) -> bytes:
    """The whole message with CRLF lines; raises Unwritable."""
    headers = [
        ("From", _mailbox(*parseaddr(settings.DEFAULT_FROM_EMAIL))),
        ("To", _mailbox(CONTROL.sub(" ", name), address)),
        ("Subject", _text(str(letter.subject))),
        ("Date", format_datetime(datetime.now(UTC))),
        ("Message-ID", _plain(message_id)),
        ("MIME-Version", "1.0"),
        ("Content-Language", _plain(letter.language)),
        # No holiday notes and no answers from robots.
        ("Auto-Submitted", "auto-generated"),
        ("X-Auto-Response-Suppress", "All"),
    ]
    if unsubscribe_url:
        headers.append(("List-Unsubscribe", f"<{_plain(unsubscribe_url)}>"))
        headers.append(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
    for header, value in letter.headers.items():
        if not HEADER_NAME.match(header):
            raise Unwritable(gettext_noop("The message sets a header that it may not set."))
        headers.append((header, _text(str(value))))
    lines = "".join(f"{header}: {value}\r\n" for header, value in headers)
    return lines.encode("ascii") + _body(letter)


def deliverable(address: str) -> str:
    """The address as SMTP takes it everywhere; raises Unwritable."""
    try:
        validate_email(address)
        local, _, domain = address.rpartition("@")
        local.encode("ascii")
        return f"{local}@{domain.encode('idna').decode()}"
    except (ValidationError, UnicodeError) as error:
        raise Unwritable(gettext_noop("Mail servers do not take this address.")) from error


def _body(letter: Letter) -> bytes:
    parts = [
        _part("text/plain; charset=utf-8", letter.text),
        _part("text/html; charset=utf-8", letter.html),
    ]
    if letter.calendar is None:
        return _multipart("alternative", parts)
    if not re.fullmatch(r"[A-Z]+", letter.method):
        raise Unwritable(gettext_noop("The calendar part of the message has no right METHOD."))
    # Google reads the alternative, Outlook and Apple Mail also want the file.
    lines = base64.encodebytes(letter.calendar).replace(b"\n", b"\r\n")
    encoded = b"Content-Transfer-Encoding: base64\r\n"
    kind = f"Content-Type: text/calendar; method={letter.method}; charset=utf-8\r\n".encode()
    parts.append(kind + encoded + b"\r\n" + lines)
    file = (
        b'Content-Type: application/ics; name="invite.ics"\r\n'
        b'Content-Disposition: attachment; filename="invite.ics"\r\n' + encoded + b"\r\n" + lines
    )
    return _multipart("mixed", [_multipart("alternative", parts), file])


def _multipart(kind: str, parts: list[bytes]) -> bytes:
    boundary = f"=_{secrets.token_hex(12)}".encode()
    head = b'Content-Type: multipart/%s; boundary="%s"\r\n\r\n' % (kind.encode(), boundary)
    opened = b"--" + boundary + b"\r\n"
    inner = b"".join(opened + part + b"\r\n" for part in parts)
    return head + inner + b"--" + boundary + b"--\r\n"


def _part(kind: str, text: str) -> bytes:
    body = "\r\n".join(text.splitlines()).encode()
    head = f"Content-Type: {kind}\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    return head.encode() + binascii.b2a_qp(body, istext=True) + b"\r\n"


# The same subject goes to many, and encoding it costs as much as the rest of the headers.
@lru_cache(maxsize=256)
def _text(value: str) -> str:
    """A header of words; what is no word in it is refused, not repaired."""
    if CONTROL.search(value):
        raise Unwritable(gettext_noop("A header of the message contains a control character."))
    if value.isascii() and len(value) < 70:
        return value
    return Header(value, "utf-8", maxlinelen=70).encode(linesep="\r\n")


def _plain(value: str) -> str:
    if not value.isascii() or CONTROL.search(value):
        raise Unwritable(gettext_noop("A header of the message contains more than plain ASCII."))
    return value


def _mailbox(name: str, address: str) -> str:
    # A name is the person's own: long ones and strange ones end up encoded or cut, never raw.
    return formataddr((" ".join(name.split())[:70], _plain(deliverable(address))), "utf-8")
