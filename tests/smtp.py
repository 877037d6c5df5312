"""A real SMTP server in a thread, which can misbehave in every way the ledger must survive."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
import time
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from enum import Enum
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

# A line per command is more work than the mail itself.
logging.getLogger("mail.log").setLevel(logging.WARNING)


class Fault(Enum):
    REFUSE = "nobody listens on the port"
    HANG = "the connection is accepted and nothing is ever said"
    BUSY_421 = "421 instead of the greeting"
    FULL_452 = "452 to each recipient"
    UNKNOWN_550 = "550 to each recipient"
    DROP_BEFORE_DATA = "the line is cut at the DATA command: nothing was accepted"
    DROP_AFTER_DATA = "the message is kept, the line is cut before the 250"


@dataclass(frozen=True)
class Delivered:
    """One message as it arrived. `answered` is False where the client never saw the 250."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes
    answered: bool
    at: float = field(default_factory=time.time)

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.raw, policy=policy.default)  # type: ignore[return-value]

    @property
    def message_id(self) -> str:
        return str(self.message["Message-ID"] or "").strip()

    @property
    def subject(self) -> str:
        return str(self.message["Subject"] or "")


class Sink:
    """`messages` is what arrived, in order; `attempts` counts connections, also failed ones."""

    def __init__(self) -> None:
        self.port = 0
        self.messages: list[Delivered] = []
        self.attempts = 0
        self.delay = 0.0
        self._fault: Fault | None = None
        self._left: int | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.BaseTransport] = set()

    def start(self) -> None:
        self._thread.start()
        self._call(self._listen())

    def stop(self) -> None:
        self._call(self._silence())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    def reset(self) -> None:
        self.fail(None)
        self.delay = 0.0
        self.attempts = 0
        self.messages.clear()

    def fail(self, fault: Fault | None, *, times: int | None = None) -> None:
        """Misbehave for the next `times` connections, or until told otherwise."""
        self._fault, self._left = fault, times
        if fault is Fault.REFUSE:
            self._call(self._silence())
        elif self._server is None:
            self._call(self._listen())
        if fault is None:
            self._call(self._cut_lines())

    def cut_lines(self) -> None:
        """End every open connection, as servers do with idle ones."""
        self._call(self._cut_lines())

    def to(self, address: str) -> list[Delivered]:
        return [mail for mail in list(self.messages) if address in mail.recipients]

    def take_fault(self) -> Fault | None:
        """The fault for a connection that has just been opened."""
        self.attempts += 1
        if self._fault is None or self._left == 0:
            return None
        if self._left is not None:
            self._left -= 1
        return self._fault

    def opened(self, transport: asyncio.BaseTransport) -> None:
        self._open.add(transport)

    def closed(self, transport: asyncio.BaseTransport | None) -> None:
        if transport is not None:
            self._open.discard(transport)

    async def _listen(self) -> None:
        line = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        line.bind(("127.0.0.1", self.port))
        self.port = line.getsockname()[1]
        self._server = await self._loop.create_server(
            lambda: _Conversation(self, loop=self._loop), sock=line, backlog=256
        )

    async def _silence(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        await self._cut_lines()

    async def _cut_lines(self) -> None:
        for transport in list(self._open):
            transport.abort()  # type: ignore[attr-defined]
        await asyncio.sleep(0)

    def _call(self, work: Any) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)


class _Conversation(SMTP):
    def __init__(self, sink: Sink, loop: asyncio.AbstractEventLoop) -> None:
        self.sink = sink
        self.fault: Fault | None = None
        super().__init__(
            _Rules(sink),
            hostname="sink.test",
            enable_SMTPUTF8=True,
            loop=loop,
            data_size_limit=None,
        )

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.fault = self.sink.take_fault()
        self.sink.opened(transport)
        if self.fault is Fault.HANG:
            self.transport = transport
            return
        if self.fault is Fault.BUSY_421:
            transport.write(b"421 sink.test too busy, come back later\r\n")  # type: ignore[attr-defined]
            self.transport = transport
            transport.close()
            return
        super().connection_made(transport)

    def data_received(self, data: bytes) -> None:
        if self.fault not in {Fault.HANG, Fault.BUSY_421}:
            super().data_received(data)

    def eof_received(self) -> bool | None:
        if self.fault in {Fault.HANG, Fault.BUSY_421}:
            return False
        return super().eof_received()

    def connection_lost(self, error: Exception | None) -> None:
        self.sink.closed(self.transport)
        if self.fault not in {Fault.HANG, Fault.BUSY_421}:
            super().connection_lost(error)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        if self.fault is Fault.DROP_BEFORE_DATA:
            self.transport.abort()
            return
        await super().smtp_DATA(arg)


class _Rules:
    def __init__(self, sink: Sink) -> None:
        self.sink = sink

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self,
        server: _Conversation,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        if server.fault is Fault.FULL_452:
            return "452 4.2.2 mailbox full, come back later"
        if server.fault is Fault.UNKNOWN_550:
            return "550 5.1.1 no such person here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: _Conversation, session: Session, envelope: Envelope
    ) -> str:
        if self.sink.delay:
            await asyncio.sleep(self.sink.delay)
        cut = server.fault is Fault.DROP_AFTER_DATA
        raw = envelope.original_content or b""
        self.sink.messages.append(
            Delivered(envelope.mail_from or "", tuple(envelope.rcpt_tos), raw, answered=not cut)
        )
        if cut:
            server.transport.abort()
        return "250 2.0.0 kept"
