"""Notes are written while the text is edited: none is left on a version that has gone."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from time import sleep
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test import Client

from knowledge.actions import annotations
from knowledge.models import Passage
from tests.conftest import Cast
from tests.knowledge.making import experience, form

WORDS = "We rented two machines for the whole winter, one of them with a driver."
ROUNDS = 5


def at_once(cast: Cast, article) -> list[int]:
    """Two people write a note on the same words and a third saves an edit, all together."""
    barrier = Barrier(3)
    note = f"/knowledge/{article.slug}/notes/new/?version=1&section=tried&paragraph=1"
    edit = form(base="1", tried=f"A new first paragraph.\n\n{WORDS}")
    requests = [
        (cast.rita, note, {"quote": "two machines for the whole winter", "body": "Which?"}),
        (cast.mallory, note, {"quote": WORDS, "body": "How much?"}),
        (cast.bob, f"/knowledge/{article.slug}/edit/", edit),
    ]

    def send(request) -> int:
        user, path, data = request
        client = Client(raise_request_exception=False)
        client.force_login(user)
        barrier.wait(timeout=30)
        try:
            return client.post(path, data | {"_key": uuid4().hex}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        return list(pool.map(send, requests))


def left_behind(cast: Cast, rounds: int) -> int:
    """Notes that are neither on the live version nor detached, after so many rounds."""
    count = 0
    for number in range(rounds):
        article = experience(cast, title=f"Text {number}", fields={"tried": WORDS})
        answers = at_once(cast, article)
        article.refresh_from_db()
        notes = Passage.objects.filter(comment__article=article)
        if answers == [302, 302, 302]:
            assert notes.count() == 2
        count += notes.filter(is_detached=False).exclude(revision=article.live).count()
        count += answers != [302, 302, 302]
    return count


@pytest.fixture
def _slowly(monkeypatch):
    """Between reading which version is live and writing the note there is time for an edit."""
    read = annotations.text_of

    def slow(*args) -> str:
        sleep(0.3)
        return read(*args)

    monkeypatch.setattr(annotations, "text_of", slow)


@pytest.mark.drill
@pytest.mark.usefixtures("_slowly")
@pytest.mark.django_db(transaction=True)
def test_no_note_is_left_behind_by_an_edit(cast):
    assert left_behind(cast, ROUNDS) == 0


@pytest.mark.drill
@pytest.mark.usefixtures("_slowly")
@pytest.mark.django_db(transaction=True)
def test_without_the_lock_notes_are_left_behind(cast, monkeypatch):
    """Negative control: the version is read, but nobody waits for the other."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **_: self)
    assert left_behind(cast, ROUNDS) > 0
