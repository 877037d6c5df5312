"""Following: only what one may see, and letting go of anything."""

from collections.abc import Callable, Iterator, Mapping

import pytest
from django.test import Client

from hub import following
from hub.models import Follow, OptOut, User
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def parks() -> Iterator[None]:
    """Park 1 is open to all, park 2 to alice."""

    def resolve(user: User, ids: list[int]) -> Mapping[int, tuple[str, str]]:
        open_to = {1: "*", 2: "alice@example.org"}
        return {
            pk: (f"Park {pk}", f"/cities/?park={pk}")
            for pk in ids
            if open_to.get(pk) in {"*", user.email}
        }

    following.register_subject("park", label="Park", resolve=resolve)
    yield
    del following._kinds["park"]


def followed() -> list[str]:
    return sorted(Follow.objects.values_list("subject", flat=True))


def post(client: Client, subject: str, wish: str, number: int, **more: object) -> int:
    sent = {"subject": subject, "wish": wish, "_key": f"form-key-{number}", **more}
    return client.post("/following/", sent).status_code


def test_follow_and_unfollow(cast: Cast, sign_in: Callable[[User | None], Client]) -> None:
    client = sign_in(cast.bob)
    assert (post(client, "park:1", "follow", 1), followed()) == (303, ["park:1"])
    assert (post(client, "park:1", "follow", 2), followed()) == (303, ["park:1"])
    assert following.is_following(cast.bob, "park:1")
    assert (post(client, "park:1", "unfollow", 3), followed()) == (303, [])


@pytest.mark.parametrize(
    "subject",
    ["park:2", "park:3", "lake:1", "park:0", "park:x", "park:1:2", "", "park:" + "9" * 30],
)
def test_hidden_and_unknown_subjects_cannot_be_followed(
    cast: Cast, sign_in: Callable[[User | None], Client], subject: str
) -> None:
    client = sign_in(cast.bob)
    assert (post(client, subject, "follow", 1), followed()) == (404, [])
    if subject.count(":") == 1 and "x" not in subject:
        assert client.get(f"/following/{subject}/").status_code == 404


def test_list_names_what_may_be_seen_and_lets_go_of_the_rest(
    cast: Cast, sign_in: Callable[[User | None], Client]
) -> None:
    for subject in ("park:1", "park:2"):
        Follow.objects.create(user=cast.bob, subject=subject)
    client = sign_in(cast.bob)
    page = client.get("/following/").content.decode()
    assert ("Park 1" in page, "Park 2" in page) == (True, False)
    assert "Something you may no longer see" in page
    assert (post(client, "park:2", "unfollow", 1), followed()) == (303, ["park:1"])


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:x"])
def test_answer_stays_on_the_hub(
    cast: Cast, sign_in: Callable[[User | None], Client], target: str
) -> None:
    sent = {"subject": "park:1", "wish": "follow", "next": target, "_key": "form-key-1"}
    answer = sign_in(cast.bob).post("/following/", sent)
    assert answer.headers["Location"] == "/following/"


def test_button_loads_again_after_htmx(
    cast: Cast, sign_in: Callable[[User | None], Client]
) -> None:
    client, htmx = sign_in(cast.bob), {"HX-Request": "true"}
    sent = {"subject": "park:1", "wish": "follow", "_key": "form-key-1"}
    answer = client.post("/following/", sent, headers=htmx)
    assert (answer.status_code, answer.headers["HX-Trigger"]) == (204, "follow-park1")
    part = client.get("/following/park:1/", headers=htmx).content.decode()
    assert 'value="unfollow"' in part
    assert "You follow this now." in part
    assert client.get("/following/park:1/").headers["Location"] == "/cities/?park=1"


def test_stopped_kind_of_mail_can_be_wanted_again(
    cast: Cast, sign_in: Callable[[User | None], Client]
) -> None:
    OptOut.objects.create(user=cast.bob, kind="note")
    OptOut.objects.create(user=cast.alice, kind="lab.reminder")
    client = sign_in(cast.alice)
    sent = {"kind": "lab.reminder", "_key": "form-key-1"}
    assert client.post("/inbox/mails/", sent).status_code == 303
    assert list(OptOut.objects.values_list("user", flat=True)) == [cast.bob.pk]
