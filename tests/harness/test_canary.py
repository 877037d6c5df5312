"""A canary sings in every hidden text; nobody hears it who is not entitled (trust 18)."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from hub import search
from hub.delivery.letters import Letter
from hub.delivery.letters import kind as kind_of_delivery
from hub.models import Delivery, Event, Follow, Notification, SearchDocument
from hub.search.query import Wanted, find
from hub.search.typos import corrected
from tests.harness import crawl
from tests.worlds import BIRD, ROLES, World
from tests.worlds.kept import KeptWorld, keep


@pytest.fixture(scope="module")
def kept_told(kept_world: KeptWorld, django_db_blocker: Any) -> Iterator[KeptWorld]:
    name = f"{kept_world.database}_told"
    with (
        django_db_blocker.unblock(),
        keep(name, kept_world.database, lambda: tell(deepcopy(kept_world.world))) as kept,
    ):
        yield kept


@pytest.fixture
def told(db: None, kept_told: KeptWorld) -> Iterator[World]:
    with kept_told.lent() as world:
        yield world


def tell(world: World) -> World:
    """Everybody follows everything, all news are handed out, and all words are learnt."""
    people = [world.person(role) for role in ROLES if role != "visitor"]
    subjects = {subject for event in Event.objects.all() for subject in event.subjects}
    Follow.objects.bulk_create(
        [Follow(user=person, subject=subject) for person in people for subject in subjects],
        ignore_conflicts=True,
    )
    hand_out_news()
    while search.learn():
        pass
    return world


def hand_out_news() -> None:
    from hub.tasks import fan_out_event

    for event in Event.objects.all():
        fan_out_event.run(event.pk)


def test_the_world_hides_something(world: World) -> None:
    """Without hidden texts the walk would prove nothing."""
    assert len(world.secrets) >= 8
    assert len(world.hidden_from("visitor")) == len(world.secrets)
    assert SearchDocument.objects.filter(text__icontains=BIRD).count() >= 1


@pytest.mark.parametrize("role", ROLES)
def test_nobody_meets_what_is_hidden_from_them(told: World, client: Client, role: str) -> None:
    assert list(crawl.sightings(told, role, client)) == []


@pytest.mark.parametrize("role", ROLES)
def test_search_says_nothing_of_hidden_texts(told: World, role: str) -> None:
    reader = told.person(role) or AnonymousUser()
    allowed = SearchDocument.objects.visible_to(reader).filter(text__icontains=BIRD).count()
    allowed += (
        SearchDocument.objects.visible_to(reader)
        .filter(title__icontains=BIRD)
        .exclude(text__icontains=BIRD)
        .count()
    )
    found = find(reader, Wanted(BIRD))
    assert found.total == allowed
    if not allowed:
        assert found.counts == {}
        assert corrected(reader, "Kanariefågle") == ""


def test_no_mail_carries_what_its_receiver_may_not_see(told: World) -> None:
    roles = {told.person(role).pk: role for role in ROLES if role != "visitor"}
    heard = []
    letters = 0
    for delivery in Delivery.objects.all():
        letter = kind_of_delivery(delivery.kind).compose(delivery)
        if not isinstance(letter, Letter):
            continue
        letters += 1
        role = roles.get(delivery.user_id or 0, "visitor")
        text = _text_of(letter)
        # Who is invited by address may read that address, and nothing else that is hidden.
        if delivery.address:
            text = text.replace(delivery.address.lower(), "")
        heard += [(delivery.kind, role, w) for w in told.hidden_from(role) if w in text]
    assert heard == []
    assert letters > 0


def _text_of(letter: Letter) -> str:
    calendar = (letter.calendar or b"").decode().replace("\r\n ", "")
    return f"{letter.subject}\n{letter.text}\n{letter.html}\n{calendar}".lower()


def test_no_notice_tells_what_its_reader_may_not_see(told: World) -> None:
    heard = []
    for role in ROLES:
        if role == "visitor":
            continue
        person = told.person(role)
        for notice in Notification.objects.filter(user=person).select_related("event"):
            text = f"{notice.event.title} {notice.event.text}".lower()
            heard += [(role, w) for w in told.hidden_from(role) if w in text]
    assert heard == []


def test_walk_hears_the_canary_when_visibility_is_off(
    told: World, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: with every `visible_to` open, the visitor meets hidden texts.

    With them closed the same walk meets none (above).
    """
    open_every_door(monkeypatch)
    heard: list[crawl.Sighting] = []
    for sighting in crawl.sightings(told, "visitor", client):
        heard.append(sighting)
        words = {one.word for one in heard}
        if len(words) >= 3 and any(one.url.startswith("/search/") for one in heard):
            return
    pytest.fail(f"heard too little: {heard}")


def open_every_door(monkeypatch: pytest.MonkeyPatch) -> None:
    for model in apps.get_models():
        rows: Any = getattr(model, "objects", None)
        if rows is not None and hasattr(rows.all(), "visible_to"):
            monkeypatch.setattr(type(rows.all()), "visible_to", lambda self, user: self.all())
