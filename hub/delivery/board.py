"""What the coordinator sees of an event's messages, and may decide about them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import BooleanField, Count, ExpressionWrapper, F, Q, Value
from django.db.models.functions import Coalesce, Greatest, Lower, Now, NullIf
from django.utils.translation import gettext, gettext_noop

from hub.delivery import letters
from hub.enums import DeliveryState
from hub.models import Delivery, User

PAGE = 50
#: A message sent again is given this long, also where its time was up.
SECOND_CHANCE = timedelta(days=1)
TONES = {
    DeliveryState.PENDING: "waiting",
    DeliveryState.SENDING: "waiting",
    DeliveryState.SENT: "done",
    DeliveryState.SKIPPED: "draft",
    DeliveryState.SUPERSEDED: "draft",
    DeliveryState.FAILED: "stopped",
    DeliveryState.UNCERTAIN: "late",
}
OPEN = (DeliveryState.FAILED, DeliveryState.UNCERTAIN)
IS_OPEN = ExpressionWrapper(Q(state__in=OPEN), output_field=BooleanField())
MARKED = gettext_noop("Marked as arrived by a coordinator.")

#: Whether a person may see and decide the deliveries about the thing with this id.
Checker = Callable[[User, int], bool]
_checkers: dict[str, Checker] = {}


@dataclass(frozen=True)
class Row:
    pk: int
    who: str
    address: str
    kind: Any
    state: str
    label: Any
    tone: str
    why: str
    #: When it was settled, or will be tried.
    when: datetime
    is_settled: bool
    #: Failed or uncertain: a coordinator may have it sent again.
    is_open: bool
    is_uncertain: bool


@dataclass(frozen=True)
class Tab:
    state: str
    label: Any
    count: int
    is_current: bool


@dataclass(frozen=True)
class Board:
    event: str
    page: "Page[Delivery]"
    rows: list[Row]
    tabs: list[Tab]
    total: int
    #: Rows that wait for somebody's word.
    open_count: int

    @property
    def is_filtered(self) -> bool:
        return any(tab.is_current for tab in self.tabs)


def register_checker(kind: str, checker: Checker) -> None:
    """Say who may see the deliveries of a kind of event: `register_checker("lab", …)`."""
    _checkers[kind] = checker


def may_decide(user: User, event: str) -> bool:
    kind, _, number = event.partition(":")
    checker = _checkers.get(kind)
    return checker is not None and number.isdigit() and checker(user, int(number))


def states(*, event: str, state: str = "", page: Any = 1) -> Board:
    """Every person's messages about an event, open ones first, then by name (three queries)."""
    rows = Delivery.objects.about(event)
    counts = dict(rows.order_by().values_list("state").annotate(n=Count("pk")))
    current = state if state in counts else ""
    named = rows.filter(state=current) if current else rows
    named = named.select_related("user").order_by(
        IS_OPEN.desc(),
        Lower(Coalesce(NullIf("user__name", Value("")), "user__email", "address")),
        "pk",
    )
    found = Paginator(named, PAGE).get_page(page)
    tabs = [
        Tab(code, label, counts[code], code == current)
        for code, label in DeliveryState.choices
        if code in counts
    ]
    waiting_for_word = counts.get("failed", 0) + counts.get("uncertain", 0)
    return Board(
        event,
        found,
        [_row(d) for d in found.object_list],
        tabs,
        sum(counts.values()),
        waiting_for_word,
    )


def mark_arrived(delivery: Delivery, *, by: User) -> bool:
    """An uncertain message has arrived, somebody knows; False where it is no longer uncertain."""
    uncertain = Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.UNCERTAIN)
    return (
        uncertain.update(
            state=DeliveryState.SENT,
            reason=MARKED,
            decided_at=Now(),
            decided_by=by,
            settled_at=Now(),
        )
        == 1
    )


def send_again(delivery: Delivery, *, by: User) -> bool:
    """Owe a failed or uncertain message anew, under the same Message-ID."""
    rows = Delivery.objects.filter(pk=delivery.pk, state__in=OPEN)
    return (
        rows.update(
            state=DeliveryState.PENDING,
            reason="",
            attempts=0,
            lapses=0,
            begun_at=None,
            settled_at=None,
            try_at=Now(),
            expires_at=Greatest(F("expires_at"), Now() + SECOND_CHANCE),
            decided_at=Now(),
            decided_by=by,
        )
        == 1
    )


def _row(delivery: Delivery) -> Row:
    user = delivery.user
    state = DeliveryState(delivery.state)
    kinds = letters.kinds()
    address = delivery.sent_to or (user.email if user else delivery.address)
    is_settled = delivery.settled_at is not None
    return Row(
        pk=delivery.pk,
        who=str(user) if user else delivery.address,
        address=address,
        kind=kinds[delivery.kind].label if delivery.kind in kinds else delivery.kind,
        state=state.value,
        label=state.label,
        tone=TONES[state],
        why=gettext(delivery.reason) if delivery.reason else "",
        when=delivery.settled_at or delivery.try_at,
        is_settled=is_settled,
        is_open=state in OPEN,
        is_uncertain=state == DeliveryState.UNCERTAIN,
    )
