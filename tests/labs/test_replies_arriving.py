"""How answers by calendar arrive: handed over by a mail service, or fetched from a mailbox."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from labs import actions, mailbox, tasks
from labs.models import CalendarReply, Lab, Registration, RegistrationStep
from tests import imap
from tests.conftest import Cast
from tests.labs.replying import BASE, a_reply

SECRET = "shared with the mail service"


@pytest.fixture(autouse=True)
def _an_address_is_read(settings: Any) -> None:
    settings.INBOUND_ADDRESS = BASE
    settings.INBOUND_SECRET = SECRET


def states() -> list[tuple[str, str]]:
    return list(Registration.objects.order_by("user__name").values_list("user__name", "state"))


def reasons() -> list[str]:
    return list(CalendarReply.objects.order_by("pk").values_list("reason", flat=True))


# By webhook.


def send(client: Client, body: bytes, kind: str = "message/rfc822", **headers: str) -> int:
    found = client.post("/labs/replies/", body, content_type=kind, headers=headers)
    return int(found.status_code)


def signature(body: bytes) -> str:
    return "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()


def test_a_signed_message_registers(lab: Lab, cast: Cast) -> None:
    raw = a_reply(lab, cast.alice)
    client = Client(enforce_csrf_checks=True)
    for _n in range(2):
        assert send(client, raw, **{"X-Inbound-Signature": signature(raw)}) == 204
    assert (states(), RegistrationStep.objects.count()) == ([("Alice", "seated")], 1)


@pytest.mark.parametrize("packed", ["json", "form", "raw"])
def test_mail_services_send_it_in_their_own_ways(lab: Lab, cast: Cast, packed: str) -> None:
    raw = a_reply(lab, cast.alice)
    basic = "Basic " + base64.b64encode(f"hub:{SECRET}".encode()).decode()
    client = Client(headers={"Authorization": basic})
    if packed == "json":
        body = json.dumps({"RawEmail": raw.decode()}).encode()
        assert send(client, body, "application/json") == 204
    elif packed == "form":
        assert client.post("/labs/replies/", {"email": raw.decode()}).status_code == 204
    else:
        assert send(client, raw) == 204
    assert states() == [("Alice", "seated")]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Inbound-Signature": "sha256=" + "0" * 64},
        {"X-Inbound-Signature": "ä"},
        {"Authorization": "Basic aHViOndyb25n"},
        {"Authorization": "Basic !"},
    ],
)
def test_without_the_secret_nothing_is_taken(
    lab: Lab, cast: Cast, client: Client, headers: dict[str, str]
) -> None:
    assert send(client, a_reply(lab, cast.alice), **headers) == 403
    assert states() == []


def test_where_no_secret_is_set_there_is_no_such_page(client: Client, settings: Any) -> None:
    settings.INBOUND_SECRET = ""
    body = b"x"
    empty = hmac.new(b"", body, hashlib.sha256).hexdigest()
    assert send(client, body, **{"X-Inbound-Signature": empty}) == 404


def test_too_long_a_message_is_refused(client: Client) -> None:
    body = b"x" * (3 * 1024 * 1024)
    assert send(client, body, **{"X-Inbound-Signature": signature(body)}) == 413


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"RawEmail": 1}', b"[" * 100_000])
def test_broken_json_is_no_error(client: Client, body: bytes) -> None:
    answer = send(client, body, "application/json", **{"X-Inbound-Signature": signature(body)})
    assert answer in (204, 400)


# By IMAP.


@pytest.fixture(scope="module")
def imap_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[imap.Server]:
    with imap.server(tmp_path_factory.mktemp("imap")) as server:
        yield server


@pytest.fixture
def inbox(imap_server: imap.Server, settings: Any, monkeypatch: Any) -> imap.Server:
    monkeypatch.setenv("SSL_CERT_FILE", str(imap_server.certificate))
    password = imap.PASSWORD.replace(" ", "%20")
    at = f"{imap.USER}:{password}@localhost"
    settings.INBOUND_URL = f"imaps://{at}:{imap_server.tls_port}/INBOX"
    return imap_server


def test_unread_messages_are_fetched_once(lab: Lab, cast: Cast, inbox: imap.Server) -> None:
    spam = b"From: a@b.example\r\nTo: answers@hub.example.org\r\nSubject: Win\r\n\r\nNow!\r\n"
    inbox.put(spam, a_reply(lab, cast.alice), a_reply(lab, cast.rita, SEQUENCE=99))
    tasks.fetch_replies()
    assert (states(), inbox.unread()) == ([("Alice", "seated")], 0)
    assert reasons() == ["", "It answers a version that was never sent."]
    assert mailbox.fetch() == 0


def test_a_mailbox_with_starttls_is_read_too(
    lab: Lab, cast: Cast, inbox: imap.Server, settings: Any
) -> None:
    settings.INBOUND_URL = settings.INBOUND_URL.replace("imaps:", "imap:").replace(
        str(inbox.tls_port), str(inbox.port)
    )
    inbox.put(a_reply(lab, cast.alice))
    assert (mailbox.fetch(), states()) == (1, [("Alice", "seated")])


def test_a_message_that_could_not_be_taken_comes_again(
    lab: Lab, cast: Cast, inbox: imap.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox.put(a_reply(lab, cast.alice))

    def fail(**_facts: Any) -> None:
        raise OSError("The database is away.")

    with monkeypatch.context() as patched:
        patched.setattr(actions, "take_reply", fail)
        assert mailbox.fetch() == 0
    assert inbox.unread() == 1
    assert (mailbox.fetch(), states()) == (1, [("Alice", "seated")])


def test_too_long_a_message_is_not_even_fetched(
    lab: Lab, cast: Cast, inbox: imap.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailbox, "MOST_BYTES", 100)
    inbox.put(a_reply(lab, cast.alice))
    assert (mailbox.fetch(), states(), inbox.unread()) == (1, [], 0)


@pytest.mark.parametrize(
    "wrong",
    ["imaps://answers:no@localhost:{tls}/INBOX", "imaps://answers:no@localhost:1/",
     "http://localhost/", "imaps://{right}@localhost:{tls}/Nowhere"],
)  # fmt: skip
def test_a_mailbox_out_of_reach_is_a_warning(
    inbox: imap.Server, settings: Any, caplog: pytest.LogCaptureFixture, wrong: str
) -> None:
    right = f"{imap.USER}:{imap.PASSWORD.replace(' ', '%20')}"
    settings.INBOUND_URL = wrong.format(tls=inbox.tls_port, right=right)
    assert mailbox.fetch() == 0
    assert "could not be read" in caplog.text
    assert imap.PASSWORD not in caplog.text


def test_a_certificate_nobody_vouches_for_is_refused(
    inbox: imap.Server, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    assert mailbox.fetch() == 0
    assert "certificate verify failed" in caplog.text.lower()
