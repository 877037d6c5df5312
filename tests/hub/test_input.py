"""What cannot be stored or held is refused in words, whichever way it comes in."""

from collections.abc import Callable
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings

from hub.models import User
from tests.conftest import Cast

SignIn = Callable[[User | None], Client]
KEY = {"_key": "0123456789abcdef"}


@pytest.fixture
def bobs(cast: Cast, sign_in: SignIn) -> Client:
    return sign_in(cast.bob)


def test_nul_in_the_path(bobs: Client) -> None:
    assert bobs.get("/cities/lu%00nd/").status_code == 400
    assert bobs.get("/%00").status_code == 400


def test_nul_in_the_query(bobs: Client) -> None:
    assert bobs.get("/people/?q=lu%00nd").status_code == 400
    assert bobs.get("/people/?lu%00nd=1").status_code == 400


def test_nul_in_a_form(bobs: Client) -> None:
    assert bobs.post("/settings/", {"name": "B\x00b"} | KEY).status_code == 400
    assert bobs.post("/settings/", {"na\x00me": "Bob"} | KEY).status_code == 400
    assert User.objects.get(email="bob@example.org").name == "Bob"


def test_nul_in_multipart_names(bobs: Client) -> None:
    body = (
        b'--x\r\nContent-Disposition: form-data; name="na\x00me"\r\n\r\nBob\r\n'
        b'--x\r\nContent-Disposition: form-data; name="f"; filename="a\x00.png"\r\n'
        b"Content-Type: image/png\r\n\r\nabc\r\n--x--\r\n"
    )
    sent = bobs.post("/settings/", body, content_type="multipart/form-data; boundary=x")
    assert sent.status_code == 400


def test_nul_in_json(bobs: Client) -> None:
    for body in (b'{"name": "\x00"}', b'{"name": "\\u0000"}'):
        assert bobs.post("/settings/", body, content_type="application/json").status_code == 400


def test_nul_in_headers_and_cookies(client: Client, db: None) -> None:
    assert client.get("/", headers={"X-Form-Key": "a\x00b"}).status_code == 400
    # Quoted octal is how a NUL gets through every proxy into a cookie.
    assert client.get("/", headers={"Cookie": 'sessionid="\\000abc"'}).status_code == 400


def test_without_nul_the_same_requests_are_answered(bobs: Client) -> None:
    """The control."""
    assert bobs.get("/people/?q=lund").status_code == 200
    assert bobs.get("/", headers={"X-Form-Key": "ab"}).status_code == 200
    assert bobs.get("/", headers={"Cookie": 'sessionid="abc"'}).status_code == 200


@override_settings(REQUEST_MAX_SIZE=1000)
def test_a_body_over_the_limit_is_told_so(bobs: Client) -> None:
    upload = SimpleUploadedFile("big.png", b"x" * 2000, content_type="image/png")

    refused = bobs.post("/settings/", {"file": upload} | KEY, headers={"Accept-Language": "en"})

    assert refused.status_code == 413
    page = refused.content.decode()
    assert "larger than the hub takes" in page
    assert "What you typed is not lost" in page


def test_the_page_names_the_limits(bobs: Client) -> None:
    headers = {"Accept-Language": "en", "Referer": "http://testserver/settings/"}
    with override_settings(REQUEST_MAX_SIZE=3 * 1024 * 1024):
        page = bobs.post("/settings/", {"x": "y" * 4_000_000}, headers=headers).content.decode()
    assert "At most 3 MB can be sent at once, and a single file may have 10 MB." in page
    assert '<a href="/settings/">Open the page anew, with an empty form</a>' in page
    with override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=2 * 1024 * 1024):
        page = bobs.post("/settings/", {"name": "x" * 3_000_000}, headers=headers).content.decode()
    assert "At most 2 MB of text can be sent at once." in page


@override_settings(REQUEST_MAX_SIZE=1000)
def test_a_huge_body_is_not_read_at_all(bobs: Client) -> None:
    class Counted(BytesIO):
        taken = 0

        def read(self, size: int | None = -1) -> bytes:
            self.taken += 1
            return super().read(size)

    for length, read in ((3000, True), (4_000_000_000, False)):
        body = Counted(b"x" * 3000)
        answer = bobs.generic(
            "POST", "/settings/", b"", **{"CONTENT_LENGTH": length, "wsgi.input": body}
        )
        assert (answer.status_code, body.taken > 0) == (413, read)


@override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=1000)
def test_too_long_a_text_is_told_so(bobs: Client) -> None:
    assert bobs.post("/settings/", {"name": "x" * 2000} | KEY).status_code == 413


def test_too_many_fields_are_refused(bobs: Client) -> None:
    assert bobs.post("/settings/", {f"f{n}": "1" for n in range(10_100)} | KEY).status_code == 400


def test_an_unknown_host_is_refused_in_the_hubs_face(client: Client, db: None) -> None:
    refused = client.get("/", headers={"Host": "evil.example"})

    assert refused.status_code == 400
    assert "evil.example" not in refused.content.decode()


@pytest.mark.parametrize("length", ["-1", "many", ""])
def test_a_strange_length_is_no_crash(bobs: Client, length: str) -> None:
    answer = bobs.generic("POST", "/settings/", b"", CONTENT_LENGTH=length)
    assert answer.status_code in {400, 413, 422}
