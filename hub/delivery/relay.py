"""One line to the mail server, which knows how far each conversation came."""

import contextlib
import smtplib
import ssl
import time
from dataclasses import dataclass
from email.utils import parseaddr
from enum import Enum
from types import TracebackType
from typing import Any

from django.conf import settings
from django.core.mail.utils import DNS_NAME
from django.utils.translation import gettext_noop

#: How many time-outs a whole conversation may take.
CONVERSATION = 1.25


class End(Enum):
    SENT = "the server took it"
    DEFERRED = "4xx: not now"
    REFUSED = "5xx: never"
    LOST = "the line broke before the message was handed over"
    UNCERTAIN = "the line broke after that"


@dataclass(frozen=True)
class Outcome:
    end: End
    #: The server's words, or what broke.
    words: str = ""
    #: Whether the server is of no use to the next message either.
    is_down: bool = False


class OutOfOrder(Exception):
    """The mail server cannot be reached or does not let us in."""


class _Clocked(smtplib.SMTP):
    """Every answer is waited for until one deadline, not a time-out each."""

    deadline = 0.0

    def getreply(self) -> tuple[int, bytes]:
        if self.sock is not None:
            left = self.deadline - time.monotonic()
            self.sock.settimeout(max(0.05, min(float(self.timeout), left)))
        return super().getreply()


class _ClockedOverTls(_Clocked, smtplib.SMTP_SSL):
    pass


class Relay:
    """The server of EMAIL_URL; the line is opened when needed and used for many messages."""

    def __init__(self) -> None:
        self._line: _Clocked | None = None
        self._is_fresh = False
        self.sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]

    def __enter__(self) -> "Relay":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._line is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                self._expect_answer_soon()
                self._line.quit()
        self.hang_up()

    def reach(self) -> None:
        """Open the line unless it is; raises OutOfOrder."""
        if self._line is not None:
            return
        try:
            self._line = self._dial()
        except (OSError, smtplib.SMTPException) as error:
            self.hang_up()
            raise OutOfOrder(_said(error)) from error
        self._is_fresh = True

    def send(self, receiver: str, message: bytes) -> Outcome:
        """Hand over one message of CRLF lines."""
        was_fresh = self._is_fresh
        outcome = self._converse(receiver, message)
        if outcome.end is End.LOST and not was_fresh and not outcome.is_down:
            # Servers close idle lines and long ones; that says nothing about this message.
            try:
                self.reach()
            except OutOfOrder as error:
                return Outcome(End.LOST, str(error), is_down=True)
            outcome = self._converse(receiver, message)
        return outcome

    def hang_up(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None

    def _dial(self) -> _Clocked:
        context = ssl.create_default_context()
        timeout = float(settings.EMAIL_TIMEOUT)
        # Without a host nothing is dialled yet: the deadline has to stand first.
        name = DNS_NAME.get_fqdn()
        if settings.EMAIL_USE_SSL:
            line: _Clocked = _ClockedOverTls(local_hostname=name, timeout=timeout, context=context)
        else:
            line = _Clocked(local_hostname=name, timeout=timeout)
        self._line = line
        self._expect_answer_soon()
        line._host = settings.EMAIL_HOST  # type: ignore[attr-defined]  # what STARTTLS checks
        code, answer = line.connect(settings.EMAIL_HOST, settings.EMAIL_PORT)
        if code != 220:
            raise smtplib.SMTPConnectError(code, answer)
        if settings.EMAIL_USE_TLS:
            line.starttls(context=context)
        if settings.EMAIL_HOST_USER:
            line.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
        line.ehlo_or_helo_if_needed()
        return line

    def _converse(self, receiver: str, message: bytes) -> Outcome:
        line, handed_over = self._line, False
        if line is None:
            raise OutOfOrder("The line is not open: call reach() first.")
        self._is_fresh = False
        self._expect_answer_soon()
        try:
            for command, argument in (("mail", self.sender), ("rcpt", receiver)):
                code, answer = getattr(line, command)(argument)
                if not 200 <= code < 300:
                    # Before a receiver is named a refusal is about us, not about anybody.
                    return self._refused(line, code, answer, of_us=command == "mail")
            code, answer = line.docmd("data")
            if code != 354:
                return self._refused(line, code, answer)
            handed_over = True
            line.send(_dotted(message))
            code, answer = line.getreply()
        except (OSError, smtplib.SMTPException) as error:
            self.hang_up()
            end = End.UNCERTAIN if handed_over else End.LOST
            return Outcome(end, _said(error), is_down=_is_timeout(error))
        if 200 <= code < 300:
            return Outcome(End.SENT, _words(code, answer))
        return self._refused(line, code, answer)

    def _refused(self, line: _Clocked, code: int, answer: bytes, *, of_us: bool = False) -> Outcome:
        words = _words(code, answer)
        if code == 421 or of_us:
            self.hang_up()
            return Outcome(End.LOST, words, is_down=True)
        try:
            line.rset()
        except (OSError, smtplib.SMTPException):
            self.hang_up()
        return Outcome(End.REFUSED if code >= 500 else End.DEFERRED, words)

    def _expect_answer_soon(self) -> None:
        if self._line is not None:
            self._line.deadline = time.monotonic() + float(settings.EMAIL_TIMEOUT) * CONVERSATION


def _dotted(message: bytes) -> bytes:
    body = message.replace(b"\r\n.", b"\r\n..")
    return body + (b".\r\n" if body.endswith(b"\r\n") else b"\r\n.\r\n")


def _words(code: int, answer: Any) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else str(answer)
    # PostgreSQL stores no NUL, and a server may say anything.
    return f"{code} {' '.join(text.replace(chr(0), ' ').split())}"[:480]


def _is_timeout(error: Exception) -> bool:
    # smtplib turns a time-out while reading into a disconnection.
    return isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError)


def _said(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _words(error.smtp_code, error.smtp_error)
    if _is_timeout(error):
        return str(gettext_noop("The mail server did not answer in time."))
    if isinstance(error, ConnectionRefusedError):
        return str(gettext_noop("The mail server could not be reached."))
    if isinstance(error, smtplib.SMTPServerDisconnected | ConnectionError):
        return str(gettext_noop("The connection to the mail server broke."))
    return f"{type(error).__name__}: {error}".replace(chr(0), " ")[:480]
