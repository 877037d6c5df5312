"""What the coordinator sees of the messages, and her word on them."""

from collections.abc import Callable, Iterator

import pytest
from django.db.models.functions import Now
from django.test import Client
from django.utils import timezone

from hub import access, delivery
from hub.delivery import board, letters
from hub.models import Delivery, User
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def parks(cast: Cast) -> Iterator[None]:
    def checker(user: User, pk: int) -> bool:
        return access.holds(user, f"programme:{cast.syd.pk}:coordinator") and pk == 1

    delivery.register_checker("park", checker)
    delivery.register("park.letter", label="Park letter", compose=lambda _row: delivery.Skip("x"))
    yield
    del board._checkers["park"]
    del letters._kinds["park.letter"]


def row(user: User | None, state: str, *, event: str = "park:1", **changes: object) -> Delivery:
    now = timezone.now()
    over = None if state == "pending" else now
    values = {"due_at": now, "try_at": now, "settled_at": over, "expires_at": now, **changes}
    return Delivery.objects.create(
        kind="park.letter", event=event, user=user, state=state, **values
    )


def decide(client: Client, delivery: Delivery, decision: str, key: str = "form-key-1") -> int:
    sent = {"decision": decision, "_key": key, "next": "/cities/"}
    return client.post(f"/deliveries/{delivery.pk}/decision/", sent).status_code


def test_board_shows_each_person_and_counts(cast: Cast) -> None:
    row(cast.alice, "sent")
    row(cast.bob, "failed", reason="550 no such person")
    row(None, "pending", address="new@example.org")
    row(cast.rita, "sent", event="park:2")
    shown = delivery.states(event="park:1")
    assert [(r.who, r.kind, r.state, r.why) for r in shown.rows] == [
        ("Bob", "Park letter", "failed", "550 no such person"),
        ("Alice", "Park letter", "sent", ""),
        ("new@example.org", "Park letter", "pending", ""),
    ]
    assert [(t.state, t.count) for t in shown.tabs] == [("pending", 1), ("sent", 1), ("failed", 1)]
    assert (shown.total, shown.open_count, shown.is_filtered) == (3, 1, False)
    assert [r.who for r in delivery.states(event="park:1", state="failed").rows] == ["Bob"]
    assert len(delivery.states(event="park:1", state="<nonsense>").rows) == 3


@pytest.mark.parametrize("number", [1, 30])
def test_queries_of_the_board_do_not_grow(
    cast: Cast, number: int, django_assert_num_queries: Callable[..., object]
) -> None:
    for n in range(number):
        row(User.objects.create(email=f"p{n}@example.org"), "sent")
    with django_assert_num_queries(3):  # type: ignore[attr-defined]
        assert len(delivery.states(event="park:1").rows) == number


def test_failed_message_is_sent_again(cast: Cast, sign_in: Callable[[User | None], Client]) -> None:
    failed = row(cast.bob, "failed", attempts=1, message_id="<delivery-x@example.org>")
    assert decide(sign_in(cast.carol), failed, "again") == 303
    failed.refresh_from_db()
    assert (failed.state, failed.attempts, failed.decided_by) == ("pending", 0, cast.carol)
    assert failed.message_id == "<delivery-x@example.org>"
    assert failed.expires_at > timezone.now()
    assert Delivery.objects.filter(try_at__lte=Now(), decided_at__lte=Now()).count() == 1


def test_uncertain_message_is_marked_as_arrived(
    cast: Cast, sign_in: Callable[[User | None], Client]
) -> None:
    uncertain = row(cast.bob, "uncertain")
    assert decide(sign_in(cast.carol), uncertain, "arrived") == 303
    uncertain.refresh_from_db()
    assert (uncertain.state, uncertain.decided_by) == ("sent", cast.carol)
    assert uncertain.reason == "Marked as arrived by a coordinator."


@pytest.mark.parametrize(
    ("state", "decision"),
    [("failed", "arrived"), ("sent", "again"), ("pending", "again"), ("skipped", "arrived")],
)
def test_decision_that_does_not_fit_changes_nothing(
    cast: Cast, sign_in: Callable[[User | None], Client], state: str, decision: str
) -> None:
    other = row(cast.bob, state)
    assert decide(sign_in(cast.carol), other, decision) == 303
    other.refresh_from_db()
    assert (other.state, other.decided_by) == (state, None)


@pytest.mark.parametrize(
    ("who", "event", "decision"),
    [
        ("alice", "park:1", "again"),
        ("mallory", "park:1", "again"),
        ("carol", "park:2", "again"),
        ("carol", "event:1", "again"),
        ("carol", "park:1", "delete"),
    ],
)
def test_others_decide_nothing(
    cast: Cast, sign_in: Callable[[User | None], Client], who: str, event: str, decision: str
) -> None:
    failed = row(cast.bob, "failed", event=event)
    assert decide(sign_in(getattr(cast, who)), failed, decision) == 404
    failed.refresh_from_db()
    assert failed.state == "failed"
