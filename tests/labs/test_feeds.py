"""Calendars that are kept between requests: never older than what they show, never another's."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hub.models import User
from labs import actions, feeds
from labs.enums import LabKind
from labs.models import Lab
from tests.conftest import Cast
from tests.labs.test_calendars import path_of, read_by_both, statuses

PUBLIC = "/labs/calendar.ics"


@pytest.fixture(autouse=True)
def emptied() -> None:
    cache.clear()


@pytest.fixture
def open_lab(make_lab: Callable[..., Lab]) -> Lab:
    return make_lab(title="For all", audience="open")


def stamps(client: Client, path: str) -> set[bytes]:
    """When the calendar was written."""
    lines = client.get(path).content.split(b"\r\n")
    return {line for line in lines if line.startswith(b"DTSTAMP")}


def blind(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if nothing ever changed: what is kept then stays, and these tests would see it."""
    monkeypatch.setattr(feeds, "fingerprint", lambda labs, columns: "the same")


@pytest.mark.parametrize("own", [False, True])
def test_it_is_written_once_while_it_says_the_same(
    cast: Cast, open_lab: Lab, client: Client, own: bool
) -> None:
    path = path_of(cast.alice) if own else PUBLIC
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        first = stamps(client, path)
    with time_machine.travel(now + timedelta(minutes=59), tick=False):
        assert stamps(client, path) == first
    with time_machine.travel(now + timedelta(minutes=61), tick=False):
        assert stamps(client, path) != first


CHANGES: dict[str, Any] = {
    "uid": "another-uid",
    "slug": "another-slug",
    "title": "Another title",
    "summary": "Another summary",
    "place": "Another place",
    "address": "Another address",
    "sequence": 7,
    "starts_at": timezone.now() + timedelta(days=20),
    "ends_at": timezone.now() + timedelta(days=200),
}


@pytest.mark.parametrize("column", CHANGES)
def test_whatever_it_shows_is_new_at_once(
    open_lab: Lab, client: Client, column: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = client.get(PUBLIC)
    Lab.objects.update(**{column: CHANGES[column]})
    after = client.get(PUBLIC, headers={"If-None-Match": before["ETag"]})
    assert after.status_code == 200
    assert read_by_both(after.content) != read_by_both(before.content)


@pytest.mark.parametrize("column", ["title", "starts_at"])
def test_a_column_left_out_of_the_fingerprint_would_be_seen_here(
    open_lab: Lab, client: Client, column: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "SHOWN", tuple(name for name in feeds.SHOWN if name != column))
    before = client.get(PUBLIC).content
    Lab.objects.update(**{column: CHANGES[column]})
    assert client.get(PUBLIC).content == before


def test_whole_days_and_their_end_are_new_at_once(open_lab: Lab, client: Client) -> None:
    midnights = {"starts_at": "2027-03-08T23:00Z", "ends_at": "2027-03-09T23:00Z"}
    Lab.objects.update(**midnights)
    before = client.get(PUBLIC).content
    Lab.objects.update(is_all_day=True)
    assert b"DTSTART;VALUE=DATE:20270309" in client.get(PUBLIC).content
    assert b"VALUE=DATE:" not in before


def gone(cast: Cast, lab: Lab) -> None:
    actions.cancel_registration(by=cast.alice, lab=lab)


def outside(cast: Cast, lab: Lab) -> None:
    cast.alice.memberships.update(ended_at=timezone.now(), ended_by=cast.carol)


@pytest.mark.parametrize("act", [gone, outside])
@pytest.mark.parametrize("is_blind", [False, True])
def test_a_seat_given_back_and_a_membership_that_ended_show_at_once(
    cast: Cast,
    lab: Lab,
    client: Client,
    act: Callable[[Cast, Lab], None],
    is_blind: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if is_blind:
        blind(monkeypatch)
    path = path_of(cast.alice)
    actions.register(by=cast.alice, lab=lab, mode="onsite")
    assert statuses(client, path) == {"District heating": "CONFIRMED"}
    act(cast, lab)
    # The blind one still shows it: so this test would see a calendar that is too old.
    assert statuses(client, path) == ({"District heating": "CONFIRMED"} if is_blind else {})


def test_who_conducts_no_longer_is_invited_at_once(cast: Cast, lab: Lab, client: Client) -> None:
    path = path_of(cast.alice)
    role = cast.alice.memberships.create(programme=cast.syd, role="coordinator")
    assert b"You conduct this meeting." in client.get(path).content
    role.delete()
    assert b"You are invited and have not answered." in client.get(path).content


def test_a_cancelled_lab_and_a_draft_show_at_once(
    cast: Cast, open_lab: Lab, client: Client
) -> None:
    assert statuses(client, PUBLIC) == {"For all": "CONFIRMED"}
    actions.cancel(by=cast.carol, lab=open_lab, reason="Storm")
    assert statuses(client, PUBLIC) == {"For all": "CANCELLED"}
    Lab.objects.update(audience="transition-team")
    assert statuses(client, PUBLIC) == {}


def test_nobody_is_answered_with_what_another_asked_for(
    cast: Cast, make_lab: Callable[..., Lab], sign_in: Callable[..., Client], client: Client
) -> None:
    secret = make_lab(title="For the team")
    make_lab(title="For all", audience="open")
    actions.register(by=cast.alice, lab=secret, mode="online")
    visitor = Client()
    readers = [sign_in(cast.carol), visitor]
    shown = [set(statuses(reader, PUBLIC)) for reader in readers]
    readers = [sign_in(cast.alice), visitor]
    shown += [set(statuses(reader, PUBLIC)) for reader in readers]
    both = {"For the team", "For all"}
    assert shown == [both, {"For all"}, both, {"For all"}]
    own = [statuses(client, path_of(user)) for user in (cast.alice, cast.rita, cast.mallory)]
    assert own[0]["For the team"] == "CONFIRMED"
    assert own[1]["For the team"] == "TENTATIVE"
    assert "For the team" not in own[2]


def test_the_language_of_its_owner_is_part_of_what_is_kept(
    cast: Cast, lab: Lab, client: Client
) -> None:
    path = path_of(cast.alice)
    assert "You are invited" in read_by_both(client.get(path).content)[0]["description"]
    User.objects.filter(pk=cast.alice.pk).update(language="sv")
    assert "You are invited" not in read_by_both(client.get(path).content)[0]["description"]


def test_the_link_to_join_comes_and_goes_by_the_clock(cast: Cast, lab: Lab, client: Client) -> None:
    path = path_of(cast.alice)
    actions.register(by=cast.alice, lab=lab, mode="online")
    minute, opens = timedelta(minutes=1), lab.join_opens_at
    for moment, is_there in (
        (opens - minute, False),
        (opens, True),
        (lab.ends_at - minute, True),
        (lab.ends_at, False),
    ):
        with time_machine.travel(moment, tick=False):
            (event,) = read_by_both(client.get(path).content)
        assert ("https://meet.example.org/syd" in event["location"]) is is_there


@pytest.mark.parametrize(("own", "most"), [(False, 1), (True, 2)])
def test_asking_for_news_costs_a_query_and_no_reading(
    cast: Cast, make_lab: Callable[..., Lab], client: Client, own: bool, most: int
) -> None:
    path = path_of(cast.alice) if own else PUBLIC
    for n in range(30):
        make_lab(title=f"Lab {n}", audience="open")
    tag = client.get(path)["ETag"]
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(path, headers={"If-None-Match": tag})
    assert (answer.status_code, answer.content) == (304, b"")
    assert len(captured) == most
    assert not any('"labs_lab"."join_link", ' in query["sql"] for query in captured[:-1])


def test_without_a_cache_it_is_written_anew(
    cast: Cast, open_lab: Lab, client: Client, settings: Any
) -> None:
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:9/0",
        }
    }
    assert statuses(client, PUBLIC) == {"For all": "CONFIRMED"}
    assert statuses(client, path_of(cast.alice)) == {"For all": "TENTATIVE"}


@pytest.fixture
def of_each_kind(make_lab: Callable[..., Lab], make_exchange: Callable[..., Lab]) -> dict[str, str]:
    """Titles by kind; all are open to everybody."""
    found = {"learning-lab": make_lab(title="A Lab", audience="open").title}
    for kind in ("workshop", "site-visit", "online-meeting"):
        found[kind] = make_exchange(title=f"A {kind}", kind=kind, audience="open").title
    return found


@pytest.mark.parametrize("own", [False, True])
def test_an_address_may_ask_for_some_kinds_only(
    cast: Cast, of_each_kind: dict[str, str], client: Client, own: bool
) -> None:
    if own:
        for lab in Lab.objects.all():
            actions.register(by=cast.alice, lab=lab, mode="online")
    path = path_of(cast.alice) if own else PUBLIC
    assert set(statuses(client, path)) == set(of_each_kind.values())
    for kind, title in of_each_kind.items():
        assert set(statuses(client, f"{path}?kind={kind}")) == {title}
    two = statuses(client, f"{path}?kind=workshop&kind=site-visit")
    assert set(two) == {"A workshop", "A site-visit"}


@pytest.mark.parametrize("kind", ["party", "Workshop", "workshop,site-visit", "å", "%20"])
@pytest.mark.parametrize("own", [False, True])
def test_an_unknown_kind_opens_nothing(
    cast: Cast, lab: Lab, client: Client, own: bool, kind: str
) -> None:
    path = path_of(cast.alice) if own else PUBLIC
    assert client.get(f"{path}?kind=learning-lab&kind={kind}").status_code == 404
    assert client.get(f"{path}?kind=learning-lab").status_code == 200


def test_the_choice_stands_where_one_subscribes(
    cast: Cast, lab: Lab, sign_in: Callable[..., Client]
) -> None:
    path, client = path_of(cast.alice), sign_in(cast.alice)
    pages = ((f"http://localhost:8000{path}", "/labs/calendar/"), (PUBLIC, "/feeds/"))
    for address, page in pages:
        text = client.get(page).content.decode()
        for kind in LabKind.values:
            assert f'href="{address}?kind={kind}"' in text
            assert client.get(f"{address}?kind={kind}").status_code == 200
    named = client.get(f"{PUBLIC}?kind=workshop").content.decode()
    assert "X-WR-CALNAME:Learning Hub: Workshops" in named
