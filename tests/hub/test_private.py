"""Pages are private by default, and signing in leads back to where one was."""

from collections.abc import Callable

import pytest
from django.test import Client

from hub.models import User
from tests.conftest import Cast

SignIn = Callable[[User | None], Client]


def test_a_visitor_is_sent_to_sign_in_and_back(client: Client, db: None) -> None:
    sent = client.get("/following/?q=lund")
    assert (sent.status_code, sent["Location"]) == (
        302,
        "/accounts/login/?next=/following/%3Fq%3Dlund",
    )


@pytest.mark.parametrize(
    ("before", "back"),
    [
        ("http://testserver/settings/", "/settings/"),
        ("http://testserver/people/?q=a", "/people/%3Fq%3Da"),
        ("https://evil.example/settings/", "/"),
        ("", "/"),
    ],
)
def test_after_an_ended_session_a_form_leads_back_to_its_page(
    client: Client, db: None, before: str, back: str
) -> None:
    sent = client.post("/settings/", {"_key": "k" * 20}, headers={"Referer": before})
    assert (sent.status_code, sent["Location"]) == (302, f"/accounts/login/?next={back}")


def test_a_part_of_a_page_sends_the_whole_page(client: Client, db: None) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/inbox/"}
    sent = client.get("/following/city:1/", headers=headers)
    assert (sent.status_code, sent["HX-Redirect"]) == (200, "/accounts/login/?next=/inbox/")


def test_what_is_public_opens(client: Client, db: None) -> None:
    """The control."""
    for url in ("/", "/privacy/", "/accessibility/", "/source/", "/accounts/login/", "/healthz"):
        assert client.get(url).status_code == 200, url


def test_private_pages_are_kept_by_no_one(cast: Cast, sign_in: SignIn) -> None:
    answer = sign_in(cast.bob).get("/following/")
    assert "private" in answer["Cache-Control"]
    assert "Cookie" in answer["Vary"]
