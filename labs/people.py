"""Who comes to a Lab, and what each person was sent: read in as many queries for 2 as for 2,000."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _

from cities.models import City, Membership
from hub.delivery import letters
from hub.delivery.board import TONES
from hub.enums import DeliveryState
from hub.models import Delivery, User
from labs.actions import notices
from labs.enums import RegistrationState
from labs.models import Lab, Registration

ROSTER_PAGE = 100


@dataclass
class Delegation:
    """The people who come from one place; `city` is None for all others."""

    name: str
    city: City | None
    people: list[User] = field(default_factory=list)


@dataclass
class Entry:
    """One person in the coordinator's list."""

    user: User
    home: str
    registration: Registration | None = None
    place_in_line: int = 0
    messages: list["Message"] = field(default_factory=list)


@dataclass(frozen=True)
class Message:
    """One row of the ledger in words; `when` is when it was settled or will be tried."""

    kind: Any
    label: Any
    tone: str
    why: str
    when: datetime
    is_settled: bool


def registrations(lab: Lab) -> list[Registration]:
    """All of a Lab with their people, by name; one query."""
    rows = lab.registrations.select_related("user").order_by("user__name", "user__email")
    return list(rows)


def homes(users: Iterable[int]) -> dict[int, Membership]:
    """The place that each person stands for: their city before their organisation; one query."""
    found: dict[int, Membership] = {}
    rows = (
        Membership.objects.current()
        .filter(user__in=list(users), programme=None)
        .select_related("city", "organisation")
        .order_by("organisation_id", "pk")
    )
    for membership in rows:
        earlier = found.get(membership.user_id)
        if earlier is None or (earlier.city_id is None and membership.city_id is not None):
            found[membership.user_id] = membership
    return found


def place_in_line(row: Registration | None, rows: Iterable[Registration]) -> int:
    """1 for whoever moves up next in that mode, 0 for whoever does not wait; no query."""
    if row is None or row.waitlist_number is None:
        return 0
    numbers = (r.waitlist_number for r in rows if r.mode == row.mode and r.is_waiting)
    return sum(1 for number in numbers if number and number <= row.waitlist_number)


def delegations(rows: list[Registration], places: dict[int, Membership]) -> list[Delegation]:
    """Who has a seat, by city; the largest first, those without a place last."""
    groups: dict[str, Delegation] = {}
    for row in rows:
        if not row.is_seated:
            continue
        membership = places.get(row.user_id)
        name = str(membership.place) if membership else _("Others")
        city = membership.city if membership else None
        groups.setdefault(name, Delegation(name, city)).people.append(row.user)
    return sorted(groups.values(), key=lambda g: (g.city is None, -len(g.people), g.name))


def roster(
    lab: Lab, rows: list[Registration], places: dict[int, Membership], page: str | None
) -> Page[Entry]:
    """Everybody who was invited or has registered, with all that was sent; two queries."""
    entries = {row.user_id: Entry(row.user, _home(row.user_id, places), row) for row in rows}
    _number_the_waiting(entries)
    invited = User.objects.filter(
        deliveries__event=lab.subject, deliveries__kind=notices.INVITATION
    ).exclude(pk__in=entries)
    for user in invited.order_by("name", "email").distinct():
        entries[user.pk] = Entry(user, _home(user.pk, places))
    found = Paginator(sorted(entries.values(), key=_rank), ROSTER_PAGE).get_page(page)
    _add_messages(lab, list(found))
    return found


def _add_messages(lab: Lab, entries: list[Entry]) -> None:
    sent: dict[int | None, list[Message]] = defaultdict(list)
    shown = [entry.user.pk for entry in entries]
    rows = Delivery.objects.about(lab.subject).filter(user__in=shown).order_by("due_at", "pk")
    for row in rows:
        sent[row.user_id].append(_message(row))
    for entry in entries:
        entry.messages = sent[entry.user.pk]


def _message(row: Delivery) -> Message:
    state = DeliveryState(row.state)
    return Message(
        kind=letters.kind(row.kind).label,
        label=state.label,
        tone=TONES[state],
        why=_(row.reason) if row.reason else "",
        when=row.settled_at or row.try_at,
        is_settled=row.settled_at is not None,
    )


def _number_the_waiting(entries: dict[int, Entry]) -> None:
    last: dict[str, int] = defaultdict(int)
    rows = [e.registration for e in entries.values() if e.registration]
    for row in sorted(rows, key=lambda row: row.waitlist_number or 0):
        if row.is_waiting:
            last[row.mode] += 1
            entries[row.user_id].place_in_line = last[row.mode]


def _rank(entry: Entry) -> tuple[Any, ...]:
    states = [*RegistrationState.values[:2], None, RegistrationState.CANCELLED]
    state = entry.registration.state if entry.registration else None
    return states.index(state), entry.place_in_line, str(entry.user)


def _home(user_id: int, places: dict[int, Membership]) -> str:
    membership = places.get(user_id)
    return str(membership.place) if membership else ""
