"""A form sent ten times acts once; a request that dies leaves the key unspent."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from hub.actions.tidying import forget_submissions
from hub.middleware import once
from hub.models import Event, Submission
from tests.conftest import Cast

pytestmark = pytest.mark.urls("tests.hub.once_urls")

KEY = "4be0643f-1d98-4d66-8ab2-7a1b1b6b9a11"


def _sent_at_once(times: int, send: Callable[[], HttpResponse]) -> list[HttpResponse]:
    ready = threading.Barrier(times)

    def one() -> HttpResponse:
        ready.wait()
        try:
            return send()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(times) as pool:
        return [done.result() for done in [pool.submit(one) for _ in range(times)]]


def _twin_of(client: Client) -> Client:
    """Another tab of the same browser."""
    twin = Client()
    twin.cookies = client.cookies
    return twin


@pytest.mark.django_db(transaction=True)
def test_ten_at_once_act_once_and_get_the_same_answer(client: Client, cast: Cast) -> None:
    client.force_login(cast.bob)

    answers = _sent_at_once(
        10, lambda: _twin_of(client).post("/act/", {"_key": KEY, "wait": "0.05"})
    )

    event = Event.objects.get()
    assert {a.status_code for a in answers} == {303}
    assert {a["Location"] for a in answers} == {f"/done/{event.pk}/"}


@pytest.mark.django_db(transaction=True)
def test_without_the_claim_ten_at_once_act_ten_times(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(cast.bob)
    monkeypatch.setattr(once, "_claim", lambda _key: True)

    _sent_at_once(10, lambda: _twin_of(client).post("/act/", {"_key": KEY}))

    assert Event.objects.count() == 10


@pytest.mark.django_db(transaction=True)
def test_a_retry_acts_when_the_first_was_killed(client: Client, cast: Cast) -> None:
    client.force_login(cast.bob)
    pids: list[int] = []

    def first() -> int:
        own = _twin_of(client)
        own.raise_request_exception = False
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            pids.append(cursor.fetchone()[0])
        try:
            return own.post("/act/", {"_key": KEY, "wait": "1"}).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        killed = pool.submit(first)
        while not pids:
            time.sleep(0.01)
        time.sleep(0.3)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [pids[0]])
        assert killed.result() == 500

    assert (Event.objects.count(), Submission.objects.count()) == (0, 0)
    assert client.post("/act/", {"_key": KEY}).status_code == 303
    assert Event.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_second_waits_for_the_first_and_acts_if_that_fails(client: Client, cast: Cast) -> None:
    client.force_login(cast.bob)
    client.raise_request_exception = False

    assert client.post("/fail/", {"_key": KEY}).status_code == 500
    assert (Event.objects.count(), Submission.objects.count()) == (0, 0)


@pytest.mark.parametrize("status", [200, 400, 403, 404, 409, 422])
def test_an_answer_that_is_no_success_keeps_the_key_and_writes_nothing(
    client: Client, cast: Cast, status: int
) -> None:
    client.force_login(cast.bob)

    refused = client.post("/answer/", {"_key": KEY, "status": status})
    assert (refused.status_code, Event.objects.count()) == (status, 0)

    mended = client.post("/answer/", {"_key": KEY, "status": 204})
    assert (mended.status_code, Event.objects.count()) == (204, 1)


def test_htmx_sends_the_key_as_a_header_and_gets_the_same_answer(
    client: Client, cast: Cast
) -> None:
    client.force_login(cast.bob)
    headers = {"HX-Request": "true", "X-Form-Key": KEY}
    data = {"status": 204, "to": "/labs/heat/"}

    first = client.post("/answer/", data, headers=headers)
    second = client.post("/answer/", data, headers=headers)

    assert [first["HX-Redirect"], second["HX-Redirect"]] == ["/labs/heat/", "/labs/heat/"]
    assert [first.status_code, second.status_code, Event.objects.count()] == [204, 204, 1]


@pytest.mark.parametrize("sent", [{}, {"_key": ""}, {"_key": "short"}, {"_key": "x" * 65}])
def test_a_form_without_a_key_is_refused(client: Client, cast: Cast, sent: dict[str, str]) -> None:
    client.force_login(cast.bob)

    assert client.post("/act/", sent).status_code == 400
    assert Event.objects.count() == 0


def test_the_same_key_is_another_in_another_hand_and_for_another_address(
    client: Client, cast: Cast
) -> None:
    client.force_login(cast.bob)
    bobs = client.post("/act/", {"_key": KEY})["Location"]
    other = client.post("/other/", {"_key": KEY})["Location"]
    client.force_login(cast.mallory)
    mallorys = client.post("/act/", {"_key": KEY})["Location"]

    assert len({bobs, other, mallorys}) == 3
    assert Event.objects.count() == 3


def test_two_visitors_never_share_a_key_or_an_answer(db: None) -> None:
    answers = []
    for secret in ("a" * 32, "b" * 32):
        visitor = Client(enforce_csrf_checks=True)
        visitor.cookies["csrftoken"] = secret
        data = {"_key": KEY, "csrfmiddlewaretoken": secret}
        answers.append([visitor.post("/act/", data)["Location"] for _ in range(2)])

    assert answers[0][0] == answers[0][1]
    assert answers[1][0] == answers[1][1]
    assert answers[0][0] != answers[1][0]
    assert Event.objects.count() == 2


def test_what_may_be_repeated_needs_no_key(client: Client, cast: Cast) -> None:
    client.force_login(cast.bob)

    assert [client.post("/again/").status_code for _ in range(2)] == [303, 303]
    assert (Event.objects.count(), Submission.objects.count()) == (2, 0)


def test_keys_are_forgotten_after_a_week(db: None) -> None:
    for key, days in (("young", 6), ("old", 8)):
        Submission.objects.create(key=key)
        Submission.objects.filter(pk=key).update(created_at=timezone.now() - timedelta(days=days))

    assert forget_submissions() == 1
    assert list(Submission.objects.values_list("key", flat=True)) == ["young"]
