"""The mailbox that calendars answer to, read by IMAP.

A message is marked as read only after it was taken: one that is fetched and lost comes again,
and acts once all the same (labs.actions.replying).
"""

import imaplib
import logging
import re
import ssl
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from django.conf import settings

from labs import actions
from labs.replies import MOST_BYTES

logger = logging.getLogger("labs.mailbox")

TIMEOUT = 20
#: In one go; what is left comes with the next tick.
MOST_MESSAGES = 200
SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


class Unreachable(Exception):
    """The mailbox cannot be read now; the text says why, without the password."""


@dataclass(frozen=True)
class Mailbox:
    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str
    #: TLS from the first byte (imaps), else by STARTTLS; never without.
    is_tls_at_once: bool


def named(url: str) -> Mailbox:
    """The mailbox of `imaps://user:password@host/INBOX`; `imap://` begins TLS by STARTTLS."""
    parts = urlsplit(url)
    if parts.scheme not in ("imaps", "imap") or not parts.hostname:
        raise Unreachable("INBOUND_URL looks like imaps://user:password@host/INBOX.")
    is_tls_at_once = parts.scheme == "imaps"
    return Mailbox(
        host=parts.hostname,
        port=parts.port or (993 if is_tls_at_once else 143),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        folder=unquote(parts.path.strip("/")) or "INBOX",
        is_tls_at_once=is_tls_at_once,
    )


def fetch() -> int:
    """Take every unread message; returns how many. Without a mailbox, or a way to it: none."""
    if not settings.INBOUND_URL:
        return 0
    try:
        return _fetch(named(settings.INBOUND_URL))
    except (Unreachable, OSError, imaplib.IMAP4.error) as error:
        logger.warning("The mailbox for answers by calendar could not be read: %s", error)
        return 0


def _fetch(mailbox: Mailbox) -> int:
    with _connected(mailbox) as client:
        client.login(mailbox.user, mailbox.password)
        status, _said = client.select(f'"{mailbox.folder}"')
        if status != "OK":
            raise Unreachable(f"There is no folder {mailbox.folder}.")
        _status, found = client.uid("SEARCH", "UNSEEN")
        numbers = (found[0] or b"").split()[:MOST_MESSAGES]
        for number in numbers:
            uid = number.decode("ascii")
            if raw := _message(client, uid):
                actions.take_reply(raw=raw)
            client.uid("STORE", uid, "+FLAGS", r"(\Seen)")
        return len(numbers)


def _connected(mailbox: Mailbox) -> imaplib.IMAP4:
    context = ssl.create_default_context()
    if mailbox.is_tls_at_once:
        return imaplib.IMAP4_SSL(mailbox.host, mailbox.port, ssl_context=context, timeout=TIMEOUT)
    client = imaplib.IMAP4(mailbox.host, mailbox.port, timeout=TIMEOUT)
    # Before the password: a server that offers no TLS never sees it.
    try:
        client.starttls(ssl_context=context)
    except (OSError, imaplib.IMAP4.error):
        client.shutdown()
        raise
    return client


def _message(client: imaplib.IMAP4, uid: str) -> bytes:
    """Empty for one that is gone, or longer than any answer: it is not even fetched."""
    _status, said = client.uid("FETCH", uid, "(RFC822.SIZE)")
    sizes = [SIZE.search(line) for line in said if isinstance(line, bytes)]
    size = next((int(found[1]) for found in sizes if found), 0)
    if not 0 < size <= MOST_BYTES:
        logger.info("A message of %s bytes in the mailbox for answers was left aside.", size)
        return b""
    _status, said = client.uid("FETCH", uid, "(BODY.PEEK[])")
    found = next((part[1] for part in said if isinstance(part, tuple)), b"")
    return found if isinstance(found, bytes) else b""
