"""Two people save the same minutes at the same moment (trust 13)."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client

from labs import actions
from labs.models import Minutes, MinutesPoint
from tests.conftest import Cast
from tests.labs.conftest import a_plan
from tests.labs.minutes import over

PAIRS = 5


def begin(cast: Cast, number: int) -> Minutes:
    plan = a_plan(title=f"Lab {number}")
    lab = actions.publish(
        by=cast.carol, lab=actions.draft(by=cast.carol, programme=cast.syd, plan=plan)
    )
    return actions.begin_minutes(by=cast.carol, lab=over(lab))


def press_at_once(cast: Cast, minutes: Minutes, points: tuple[int, int]) -> list[tuple[int, str]]:
    """Alice and Rita write at these points and press together; status and page of each."""
    barrier = Barrier(2)
    rows = list(minutes.points.all())

    def press(turn: int) -> tuple[int, str]:
        user, mine = (cast.alice, cast.rita)[turn], points[turn]
        client = Client()
        client.force_login(user)
        data = {"_key": uuid4().hex}
        for point in rows:
            is_mine = point.position == mine
            data[f"notes-{point.pk}"] = f"{user.name} heard this" if is_mine else point.notes
            data[f"version-{point.pk}"] = str(point.version)
            data[f"mark-{point.pk}"] = point.standing.mark
        barrier.wait(timeout=30)
        try:
            answer = client.post(f"/labs/{minutes.lab.slug}/minutes/edit/", data)
            return answer.status_code, answer.content.decode()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(press, range(2)))


def run(cast: Cast, pairs: int) -> tuple[int, int]:
    """Pairs in which one was refused with both texts before it; in which words were lost."""
    refused = lost = 0
    for number in range(pairs):
        minutes = begin(cast, number)
        answers = press_at_once(cast, minutes, (1, 1))
        pages = [page for status, page in answers if status == 422]
        kept = MinutesPoint.objects.get(minutes=minutes, position=1).notes
        words = " ".join([kept, *pages])
        refused += len(pages) == 1 and "Alice heard" in pages[0] and "Rita heard" in pages[0]
        lost += not ("Alice heard this" in words and "Rita heard this" in words)
    return refused, lost


@pytest.mark.drill
@pytest.mark.django_db(transaction=True)
def test_at_one_point_one_is_refused_and_no_word_is_lost(cast: Cast) -> None:
    assert run(cast, PAIRS) == (PAIRS, 0)


@pytest.mark.soak
@pytest.mark.django_db(transaction=True)
def test_at_one_point_one_is_refused_fifty_times(cast: Cast) -> None:
    assert run(cast, 50) == (50, 0)


@pytest.mark.drill
@pytest.mark.django_db(transaction=True)
def test_at_two_points_both_are_kept(cast: Cast) -> None:
    for number in range(PAIRS):
        minutes = begin(cast, number)
        answers = press_at_once(cast, minutes, (1, 2))
        assert [status for status, _page in answers] == [302, 302]
        notes = minutes.points.order_by("position").values_list("notes", flat=True)
        assert list(notes) == ["Alice heard this", "Rita heard this"]


@pytest.mark.drill
@pytest.mark.django_db(transaction=True)
def test_words_are_lost_when_versions_are_not_compared(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: with every text taken for the newest, one silently replaces the other."""
    monkeypatch.setattr("hub.editing.holds_all", lambda text, stands: True)
    refused, lost = run(cast, PAIRS)
    assert (refused, lost) == (0, PAIRS)
