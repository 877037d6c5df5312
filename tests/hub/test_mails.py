"""The sink of a sample hub is read by its admin, and nothing in a mail can act."""

from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.test import Client

from hub.embedded.mail import Mailbox
from hub.models import User
from tests.conftest import Cast

SignIn = Callable[[User | None], Client]

CALENDAR = """BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//tests//\r
METHOD:REQUEST\r
BEGIN:VEVENT\r
UID:lab-7@hub.example.org\r
SEQUENCE:2\r
DTSTAMP:20270101T000000Z\r
DTSTART:20270328T110000Z\r
DTEND:20270328T140000Z\r
SUMMARY:Heat from water\r
LOCATION:Lund\r
END:VEVENT\r
END:VCALENDAR\r
"""


@pytest.fixture
def mail(settings: object, tmp_path: Path) -> str:
    settings.SAMPLE_HUB = True  # type: ignore[attr-defined]
    settings.VAR_DIR = tmp_path  # type: ignore[attr-defined]
    message = EmailMessage()
    message["Subject"] = "Invitation <script>alert(1)</script>"
    message["From"] = "Hub <hub@example.org>"
    message["To"] = "bob@example.org"
    message["Date"] = "Sun, 22 Nov 2026 08:31:49 +0000"
    message["Message-ID"] = "<7@hub>"
    message.set_content("Hello Bob\nhttps://example.org/labs/7/")
    message.add_alternative(
        "<p style='color:red'>Hello</p><script>alert(2)</script>", subtype="html"
    )
    message.add_attachment(CALENDAR, subtype="calendar", params={"method": "REQUEST"})
    return Mailbox(tmp_path / "mail").keep(
        "hub@example.org", ["bob@example.org"], message.as_bytes()
    )


def test_the_admin_reads_what_was_sent(cast: Cast, sign_in: SignIn, mail: str) -> None:
    client = sign_in(cast.ada)

    listed = client.get("/mails/").content.decode()
    page = client.get(f"/mails/{mail}/").content.decode()

    assert "bob@example.org" in listed
    assert "<script>alert(1)" not in listed + page
    assert "Hello Bob" in page
    assert "Heat from water" in page
    assert "enter or bring up to date" in page
    for label in ("From", "To", "Message ID", "Sent"):
        assert f"<dt>{label}</dt>" in page
    assert "<script>alert(2)" not in page


def test_the_designed_mail_stands_in_a_sandbox(cast: Cast, sign_in: SignIn, mail: str) -> None:
    answer = sign_in(cast.ada).get(f"/mails/{mail}/html/")

    assert answer["Content-Security-Policy"] == (
        "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    )
    assert "style='color:red'" in answer.content.decode()


@pytest.mark.parametrize("role", ["visitor", "lead", "staff", "coordinator", "researcher"])
def test_nobody_else_reads_them(cast: Cast, sign_in: SignIn, mail: str, role: str) -> None:
    client = sign_in(cast.by_role()[role])

    for url in ("/mails/", f"/mails/{mail}/", f"/mails/{mail}/html/"):
        answer = client.get(url)
        assert answer.status_code == (302 if role == "visitor" else 403)
        assert "Hello" not in answer.content.decode()


def test_a_real_hub_has_no_such_page(
    cast: Cast, sign_in: SignIn, mail: str, settings: object
) -> None:
    settings.SAMPLE_HUB = False  # type: ignore[attr-defined]

    assert sign_in(cast.ada).get("/mails/").status_code == 404
    assert sign_in(cast.ada).get(f"/mails/{mail}/").status_code == 404


@pytest.mark.parametrize(
    "name", ["..%2F..%2Fetc%2Fpasswd", "index.jsonl", "20270101T000000000000-1.eml", "..."]
)
def test_only_kept_mails_are_found(cast: Cast, sign_in: SignIn, mail: str, name: str) -> None:
    assert sign_in(cast.ada).get(f"/mails/{name}/").status_code == 404


def test_a_broken_calendar_is_no_crash(
    cast: Cast, sign_in: SignIn, mail: str, settings: object
) -> None:
    message = EmailMessage()
    message["Subject"] = "Broken"
    message.set_content("Hello")
    message.add_attachment("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nnothing", subtype="calendar")
    box = Mailbox(settings.VAR_DIR / "mail")  # type: ignore[attr-defined]
    name = box.keep("hub@example.org", ["bob@example.org"], message.as_bytes())

    assert sign_in(cast.ada).get(f"/mails/{name}/").status_code == 200
