"""The sink of `make run` keeps mails as files; the sink of the tests misbehaves as told."""

from __future__ import annotations

import smtplib
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.embedded.mail import Mailbox
from tests.smtp import Fault, Sink

CHECKOUT = Path(__file__).resolve().parents[2]
MAIL = b"Subject: =?utf-8?q?Hej_d=C3=A5?=\r\nMessage-ID: <1@hub>\r\n\r\ntext\r\n"


@pytest.fixture
def kept_mail(tmp_path: Path) -> Iterator[tuple[Mailbox, int]]:
    """The real process of `make run` on a socket of its own."""
    with socket.create_server(("127.0.0.1", 0)) as line:
        command = [sys.executable, "-m", "hub.embedded.mail", str(line.fileno()), str(tmp_path)]
        process = subprocess.Popen(command, cwd=CHECKOUT, pass_fds=[line.fileno()])
        yield Mailbox(tmp_path), line.getsockname()[1]
        process.terminate()
        process.wait()


def send(port: int, raw: bytes = MAIL, timeout: float = 10) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=timeout) as line:
        line.sendmail("hub@example.org", ["alice@example.org"], raw)


def test_sent_mail_can_be_read_back(kept_mail: tuple[Mailbox, int]) -> None:
    mailbox, port = kept_mail
    send(port)
    send(port, MAIL.replace(b"text", b"later"))
    found = mailbox.newest()
    assert [(one.subject, one.sender, one.recipients) for one in found] == [
        ("Hej då", "hub@example.org", ("alice@example.org",))
    ] * 2
    message = mailbox.find(found[0].name)
    assert message is not None
    assert message.get_content().strip() == "later"


@pytest.mark.parametrize(
    "name", ["../secret-key", "index.jsonl", "20261121T000000000000-1.eml", ""]
)
def test_only_kept_mails_are_found(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "mail"
    Mailbox(folder).keep("a@example.org", ["b@example.org"], MAIL)
    (tmp_path / "secret-key").write_text("secret")
    assert Mailbox(folder).find(name) is None


def test_oldest_mails_are_forgotten(tmp_path: Path) -> None:
    mailbox = Mailbox(tmp_path)
    names = [mailbox.keep("a@example.org", ["b@example.org"], MAIL) for _ in range(5)]
    mailbox.forget_the_oldest(kept=2)
    assert [one.name for one in mailbox.newest()] == names[:2:-1]
    assert sorted(path.name for path in tmp_path.glob("*.eml")) == names[3:]


def test_index_line_cut_short_by_a_kill_is_passed_over(tmp_path: Path) -> None:
    mailbox = Mailbox(tmp_path)
    name = mailbox.keep("a@example.org", ["b@example.org"], MAIL)
    with (tmp_path / "index.jsonl").open("a") as index:
        index.write('{"name": "2026')
    assert [one.name for one in mailbox.newest()] == [name]


@pytest.mark.parametrize(
    ("fault", "error", "kept"),
    [
        (Fault.REFUSE, ConnectionRefusedError, []),
        (Fault.HANG, smtplib.SMTPServerDisconnected, []),
        (Fault.BUSY_421, smtplib.SMTPConnectError, []),
        (Fault.FULL_452, smtplib.SMTPRecipientsRefused, []),
        (Fault.UNKNOWN_550, smtplib.SMTPRecipientsRefused, []),
        (Fault.DROP_BEFORE_DATA, smtplib.SMTPServerDisconnected, []),
        (Fault.DROP_AFTER_DATA, smtplib.SMTPServerDisconnected, [False]),
    ],
)
def test_each_fault_looks_to_the_client_as_it_says(
    smtp_sink: Sink, fault: Fault, error: type[Exception], kept: list[bool]
) -> None:
    smtp_sink.fail(fault)
    with pytest.raises(error):
        send(smtp_sink.port, timeout=1)
    assert [one.answered for one in smtp_sink.messages] == kept
    smtp_sink.fail(None)
    send(smtp_sink.port)
    assert [one.answered for one in smtp_sink.messages] == [*kept, True]


def test_fault_lasts_as_many_connections_as_told(smtp_sink: Sink) -> None:
    smtp_sink.fail(Fault.UNKNOWN_550, times=1)
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        send(smtp_sink.port)
    send(smtp_sink.port)
    assert smtp_sink.attempts == 2
    assert [one.message_id for one in smtp_sink.messages] == ["<1@hub>"]


def test_tests_cannot_leave_this_machine() -> None:
    with pytest.raises(RuntimeError, match="Tests stay on this machine"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)
    with pytest.raises(RuntimeError, match=r"reached for example\.org"):
        socket.getaddrinfo("example.org", 80)
