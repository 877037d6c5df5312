"""Two people save the same text at the same moment (trust 13)."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection
from django.db.models import QuerySet
from django.test import Client

from knowledge.models import Article, Revision, WorkingDraft
from tests.conftest import Cast
from tests.knowledge.making import experience, form

PAIRS = 6


def save_at_once(cast: Cast, article: Article, number: int) -> list[object]:
    """Both editors press the button together; where each is sent, or what broke."""
    barrier = Barrier(2)

    def press(user) -> object:
        client = Client(raise_request_exception=True)
        client.force_login(user)
        data = form(base="1", tried=f"{user.name} wrote {number}", _key=uuid4().hex)
        barrier.wait(timeout=30)
        try:
            return client.post(f"/knowledge/{article.slug}/edit/", data).headers["Location"]
        except IntegrityError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(press, [cast.alice, cast.bob]))


def run(cast: Cast, pairs: int) -> tuple[int, int, int]:
    """Pairs in which one was refused; in which one broke; in which words were lost."""
    refused = broken = lost = 0
    for number in range(pairs):
        article = experience(cast, title=f"Text {number}")
        answers = save_at_once(cast, article, number)
        page, edit = article.get_absolute_url(), f"/knowledge/{article.slug}/edit/"
        refused += sorted(map(str, answers)) == sorted([page, edit])
        broken += any(isinstance(answer, Exception) for answer in answers)
        kept = {r.fields["tried"] for r in Revision.objects.filter(article=article, number__gt=1)}
        kept |= {d.data["tried"][0] for d in WorkingDraft.objects.filter(article=article)}
        lost += kept != {f"Alice wrote {number}", f"Bob wrote {number}"}
        assert Revision.objects.filter(article=article).count() == 2
    return refused, broken, lost


@pytest.mark.drill
@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_is_refused_and_no_word_is_lost(cast):
    assert run(cast, PAIRS) == (PAIRS, 0, 0)


@pytest.mark.soak
@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_is_refused_fifty_times(cast):
    assert run(cast, 50) == (50, 0, 0)


@pytest.mark.drill
@pytest.mark.django_db(transaction=True)
def test_without_the_lock_words_get_lost(cast, monkeypatch):
    """Negative control: the version is compared, but nobody waits for the other."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **_: self)
    _refused, broken, lost = run(cast, PAIRS)
    assert broken + lost > 0
