"""The link in a mail: two clicks without signing in, nothing for scanners."""

from collections.abc import Callable, Iterator

import pytest
from django.core import signing
from django.test import Client

from hub import delivery
from hub.delivery import letters, optouts
from hub.models import Delivery, OptOut, User
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kind() -> Iterator[None]:
    delivery.register("test.letter", label="Test letters", compose=lambda _row: delivery.Skip("x"))
    yield
    del letters._kinds["test.letter"]


def path(**row: object) -> str:
    return optouts.url_of(Delivery(**{"kind": "test.letter", **row})).removeprefix(
        "http://localhost:8000"
    )


def rows() -> list[tuple[int | None, str, str]]:
    return list(OptOut.objects.values_list("user", "address", "kind"))


@pytest.mark.parametrize("method", ["get", "head"])
def test_scanner_changes_nothing(cast: Cast, client: Client, method: str) -> None:
    answer = getattr(client, method)(path(user=cast.bob))
    assert (answer.status_code, rows()) == (200, [])


def test_button_stops_and_resumes_one_kind(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    link = path(user=cast.bob)
    assert "Test letters" in client.get(link).content.decode()
    assert client.post(link, {"wish": "stop"}).headers["Location"] == link
    assert client.post(link, {"wish": "stop"}).status_code == 302
    assert rows() == [(cast.bob.pk, "", "test.letter")]
    assert "These mails are stopped" in client.get(link).content.decode()
    client.post(link, {"wish": "resume"})
    assert rows() == []


def test_one_click_of_a_mail_program_is_answered_without_a_redirect(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post(path(user=cast.bob), {"List-Unsubscribe": "One-Click"})
    assert (answer.status_code, rows()) == (200, [(cast.bob.pk, "", "test.letter")])


def test_address_without_account_is_remembered(client: Client) -> None:
    client.post(path(address="new@example.org"), {"wish": "stop"})
    assert rows() == [(None, "new@example.org", "test.letter")]


def test_a_kind_that_was_stopped_stands_in_the_settings(
    cast: Cast, client: Client, sign_in: Callable[[User], Client]
) -> None:
    client.post(path(user=cast.bob, kind="digest"), {"wish": "stop"})
    bob = sign_in(cast.bob)
    assert "Digest of news" in bob.get("/settings/mail/").content.decode()
    resumed = bob.post("/inbox/mails/", {"kind": "digest", "_key": "once-more"})
    assert (resumed["Location"], rows()) == ("/settings/mail/", [])
    assert "Digest of news" not in bob.get("/settings/mail/").content.decode()


@pytest.mark.parametrize("which", ["forged", "other salt", "no kind", "no person"])
def test_foreign_token_is_not_found(cast: Cast, client: Client, which: str) -> None:
    right = path(user=cast.bob)
    links = {
        "forged": right.replace(":", "x:", 1),
        "other salt": f"/unsubscribe/{signing.dumps([cast.bob.pk, 'test.letter'], salt='x')}/",
        "no kind": path(user=cast.bob, kind="test.other"),
        "no person": path(user_id=10**9),
    }
    for method in (client.get, client.post):
        assert method(links[which]).status_code == 404
    assert rows() == []
