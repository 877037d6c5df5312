"""The mail sink of a hub without a mail server: every message is kept as a file to be read here.

`python -m hub.embedded.mail FD FOLDER` serves SMTP on an inherited listening socket. The newest
messages are read back with `newest()` and `find()`; nothing ever leaves this machine.
"""

from __future__ import annotations

import asyncio
import json
import re
import socket
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

KEPT = 2_000
INDEX = "index.jsonl"
NAME = re.compile(r"^\d{8}T\d{12}-\d+\.eml$")


@dataclass(frozen=True)
class KeptMail:
    """A line of the index; `name` is the file beside it."""

    name: str
    at: datetime
    sender: str
    recipients: tuple[str, ...]
    subject: str


class Mailbox:
    """Messages in `folder` as .eml files, with one line for each in index.jsonl."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.count = 0

    def keep(self, sender: str, recipients: list[str], raw: bytes) -> str:
        self.folder.mkdir(parents=True, exist_ok=True)
        now = datetime.now(UTC)
        self.count += 1
        name = f"{now:%Y%m%dT%H%M%S%f}-{self.count}.eml"
        (self.folder / name).write_bytes(raw)
        subject = str(message_from_bytes(raw, policy=policy.default)["Subject"] or "")
        line = json.dumps(
            {
                "name": name,
                "at": now.isoformat(),
                "from": sender,
                "to": recipients,
                "subject": subject,
            }
        )
        with (self.folder / INDEX).open("a", encoding="utf-8") as index:
            index.write(line + "\n")
        if self.count % 100 == 0:
            self.forget_the_oldest()
        return name

    def newest(self, limit: int = 100) -> list[KeptMail]:
        return list(self._read())[-limit:][::-1]

    def find(self, name: str) -> EmailMessage | None:
        """The message of one index line; None for anything that is no name of a kept file."""
        path = self.folder / name
        if not NAME.match(name) or not path.is_file():
            return None
        message = message_from_bytes(path.read_bytes(), policy=policy.default)
        return message if isinstance(message, EmailMessage) else None

    def forget_the_oldest(self, kept: int = KEPT) -> None:
        lines = self._lines()
        if len(lines) <= kept:
            return
        gone, stay = lines[:-kept], lines[-kept:]
        fresh = self.folder / f"{INDEX}.new"
        fresh.write_text("\n".join(stay) + "\n", encoding="utf-8")
        fresh.replace(self.folder / INDEX)
        for line in gone:
            mail = _parsed(line)
            if mail is not None:
                (self.folder / mail.name).unlink(missing_ok=True)

    def _read(self) -> Iterator[KeptMail]:
        for line in self._lines():
            mail = _parsed(line)
            if mail is not None:
                yield mail

    def _lines(self) -> list[str]:
        try:
            return (self.folder / INDEX).read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return []


def _parsed(line: str) -> KeptMail | None:
    # A kill may have cut the last line short.
    try:
        words = json.loads(line)
        return KeptMail(
            name=words["name"],
            at=datetime.fromisoformat(words["at"]),
            sender=words["from"],
            recipients=tuple(words["to"]),
            subject=words["subject"],
        )
    except (ValueError, KeyError, TypeError):
        return None


def serve(listener: socket.socket, folder: Path) -> None:
    # Imported here: reading the mailbox needs no SMTP server.
    from aiosmtpd.smtp import SMTP, Envelope, Session

    mailbox = Mailbox(folder)

    class Rules:
        async def handle_DATA(  # noqa: N802 - aiosmtpd's name
            self, server: SMTP, session: Session, envelope: Envelope
        ) -> str:
            content = envelope.original_content or b""
            try:
                mailbox.keep(envelope.mail_from or "", list(envelope.rcpt_tos), content)
            except OSError as error:
                return f"452 4.3.1 not kept: {error.strerror}"
            return "250 2.0.0 kept"

    async def run() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(
            lambda: SMTP(Rules(), hostname="localhost", enable_SMTPUTF8=True, loop=loop),
            sock=listener,
        )
        await server.serve_forever()

    asyncio.run(run())


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])), Path(sys.argv[2]))
