"""Who comes to a Lab, and what each person was sent: read in as many queries for 2 as for 2,000."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    Case,
    Count,
    F,
    FilteredRelation,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, JSONObject
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cities.models import Membership, Organisation
from hub.delivery import letters
from hub.delivery.board import OPEN, TONES
from hub.enums import DeliveryState, Listing
from hub.models import Delivery, User
from hub.paging import ListPage, page_of
from labs.actions import notices
from labs.enums import Mode, RegistrationState, Step
from labs.models import Lab, Registration, RegistrationStep
from labs.permissions import hosts
from labs.questions import Answer, answered

ROSTER_PAGE = 100
#: A message in such a state wants the coordinator's eye.
LOUD = {TONES[state] for state in OPEN}
#: A page names so many places, and so many people of each; the others it counts.
PLACES_SHOWN = 12
NAMES_SHOWN = 12

#: Name and slug; both are empty for people without a place, the slug for who is of no city.
_Place: TypeAlias = tuple[str, str]
_Row: TypeAlias = Mapping[str, Any]


#: By what they last did, of those who do not come; the others have said so.
HOW_THEY_LEFT = {
    Step.LAPSED: gettext_lazy("Let the offer run out"),
    Step.PASSED: gettext_lazy("Passed the offer on"),
}


@dataclass(frozen=True)
class Delegation:
    """The people who come from one place; `url` is empty where it is no city."""

    name: str
    url: str
    count: int
    #: At most NAMES_SHOWN, and none for those who may not see names.
    names: tuple[str, ...] = ()

    @property
    def unnamed(self) -> int:
        return self.count - len(self.names)


@dataclass(frozen=True)
class Company:
    """Who comes, by place: the largest delegations, and how many come from elsewhere."""

    delegations: list[Delegation]
    other_places: int
    other_people: int
    #: How many came in which way; empty where nobody was counted.
    came: list[tuple[Mode, int]]

    @property
    def came_in_all(self) -> int:
        return sum(count for _mode, count in self.came)


@dataclass(frozen=True)
class Entry:
    """One person in the coordinator's list."""

    user: User
    home: str
    #: Empty for who was invited and has not answered.
    state: str
    #: Of the registration; None where there is none.
    registration: int | None
    #: What last happened to the registration.
    last_step: str
    #: Why there was no place for them.
    refusal_reason: str
    #: Until when a seat is held for them.
    offered_until: datetime | None
    mode: str
    place_in_line: int
    messages: list["Message"]
    answers: list[Answer]

    @property
    def is_answerable(self) -> bool:
        """Whether the coordinator may give a place now."""
        return self.state in (RegistrationState.PENDING, RegistrationState.REFUSED)

    @property
    def absence(self) -> str:
        """How they came not to come, of a registration that is cancelled."""
        return how_they_left(self.last_step) or _("Not coming")

    @property
    def mode_name(self) -> str:
        return str(Mode(self.mode).label)

    @property
    def telling(self) -> list["Message"]:
        """What the coordinator reads at once: what went wrong, and the newest that left."""
        left = [m for m in self.messages if m.tone == TONES[DeliveryState.SENT]]
        newest = left[-1] if left else self.messages[0]
        return [m for m in self.messages if m is newest or m.tone in LOUD]

    @property
    def other_messages(self) -> list["Message"]:
        shown = self.telling
        return [message for message in self.messages if message not in shown]


@dataclass(frozen=True)
class Message:
    """One row of the ledger in words; `when` is when it was settled or will be tried."""

    kind: Any
    label: Any
    tone: str
    why: str
    when: datetime
    is_settled: bool


def _standing_for() -> QuerySet[Membership]:
    """What a person may stand for in a Lab, first what they do: their city before all else."""
    standing = Membership.objects.current().filter(programme=None)
    return standing.order_by(Case(When(city=None, then=Value(1)), default=Value(0)), "pk")


def homes(users: Iterable[int]) -> dict[int, Membership]:
    """The place that each person stands for; one query."""
    rows = _standing_for().filter(user__in=list(users)).select_related("city", "organisation")
    found: dict[int, Membership] = {}
    for membership in rows:
        found.setdefault(membership.user_id, membership)
    return found


def company(lab: Lab, *, with_names: bool) -> Company:
    """Who has a seat, by place; the largest first, those without a place last; one query.

    Of a Lab that is over and was counted: who came.
    """
    home = _standing_for().filter(user=OuterRef("user"))
    place = JSONObject(
        city="city__name",
        slug="city__slug",
        organisation=Organisation.local_name("organisation__"),
    )
    seated = lab.registrations.seated().annotate(
        place=Subquery(home.values(found=place)[:1]),
        came=Case(When(attended_at__isnull=False, then=F("attended_mode")), default=Value("")),
    )
    groups = seated.values("place", "came").annotate(count=Count("pk")).order_by()
    if with_names:
        # Who is unlisted has a seat like everybody, and no name here.
        listed = ~Q(user__listing=Listing.UNLISTED)
        groups = groups.annotate(names=ArrayAgg("user__name", filter=listed, default=[]))
    rows = list(groups)
    by_mode = {mode: sum(row["count"] for row in rows if row["came"] == mode) for mode in Mode}
    is_counted = lab.is_past and any(by_mode.values())
    if is_counted:
        rows = [row for row in rows if row["came"]]
    places = _places(rows)
    shown, others = places[:PLACES_SHOWN], places[PLACES_SHOWN:]
    return Company(
        [_delegation(*place) for place in shown],
        len(others),
        sum(row["count"] for _place, parts in others for row in parts),
        [(mode, by_mode[mode]) for mode in lab.modes] if is_counted else [],
    )


def _places(rows: Iterable[_Row]) -> list[tuple[_Place, list[_Row]]]:
    """Of rows that tell apart how the people of one place came: cities first, the largest first."""
    by_place: dict[_Place, list[_Row]] = defaultdict(list)
    for row in rows:
        place = row["place"] or {}
        name = place.get("city") or place.get("organisation") or ""
        by_place[name, place.get("slug") or ""].append(row)

    def by_size(found: tuple[_Place, list[_Row]]) -> tuple[bool, int, str]:
        (name, slug), parts = found
        return not slug, -sum(row["count"] for row in parts), name or _("Others")

    return sorted(by_place.items(), key=by_size)


def _delegation(place: _Place, parts: list[_Row]) -> Delegation:
    name, slug = place
    names = sorted(filter(None, (n for row in parts for n in row.get("names", []))))
    return Delegation(
        name or _("Others"),
        reverse("city", args=[slug]) if slug else "",
        sum(row["count"] for row in parts),
        tuple(names[:NAMES_SHOWN]),
    )


def was_missed(registration: Registration | None) -> bool:
    """Who had a seat and was not seen at a Lab where people were counted; a query at most."""
    if registration is None or not registration.is_seated or registration.attended_at:
        return False
    return Registration.objects.filter(lab=registration.lab_id).attended().exists()


def expected(lab: Lab, name: str = "") -> QuerySet[Registration]:
    """Who has a seat, as the list at the door names them: by way of taking part, then by name."""
    home = _standing_for().filter(user=OuterRef("user"))
    place = Coalesce("city__name", Organisation.local_name("organisation__"))
    seated = lab.registrations.seated().select_related("user")
    if name:
        seated = seated.filter(Q(user__name__icontains=name) | Q(user__email__icontains=name))
    return seated.annotate(home=Subquery(home.values(name=place)[:1])).order_by(
        "-mode", "user__name", "user__email"
    )


def roster(lab: Lab, wanted: str | None) -> ListPage[Entry]:
    """Everybody who was invited or has registered, with all that was sent; two queries."""

    def shown(cut: Any) -> Any:
        """All that stands beside those on the page, and of nobody else."""
        return _with_all(_sorted(User.objects.filter(pk__in=cut), lab), lab)

    page = page_of(_in_order(lab).values("pk"), wanted, ROSTER_PAGE, then=shown)
    messages = _messages(lab, [user.pk for user in page])
    asked = lab.asked
    entries = [
        Entry(
            user=user,
            home=user.home or "",
            state=user.answer or "",
            registration=user.registration,
            last_step=user.last_step or "",
            refusal_reason=user.refusal_reason or "",
            offered_until=user.offered_until,
            mode=user.mode or "",
            place_in_line=user.line or 0,
            messages=messages[user.pk],
            answers=answered(asked, user.given),
        )
        for user in page
    ]
    return ListPage(entries, page.number, more=page.more)


def how_they_left(last_step: str | None) -> str:
    """Of who was offered a seat and does not come; "" for the others."""
    return str(HOW_THEY_LEFT.get(Step(last_step), "")) if last_step else ""


def everybody(lab: Lab, *, with_hosts: bool = False) -> Any:
    """Who waits for an answer, those with a seat, the waitlist in its order, the others.

    `with_hosts`: also those whose own meeting it is, though nobody has invited them.
    """
    return _with_all(_in_order(lab, with_hosts=with_hosts), lab)


def _in_order(lab: Lab, *, with_hosts: bool = False) -> Any:
    """Everybody invited or registered, with no more than what their order hangs on."""
    invited = Delivery.objects.about(lab.subject).filter(kind=notices.INVITATION, user__gt=0)
    answered = lab.registrations.order_by().values("user")
    concerned = Q(pk__in=answered.union(invited.order_by().values("user")))
    if with_hosts:
        concerned |= hosts(lab) & Q(is_active=True)
    return _sorted(User.objects.filter(concerned), lab)


def _sorted(users: QuerySet[User], lab: Lab) -> Any:
    rank = Case(
        When(answer=RegistrationState.PENDING, then=Value(0)),
        When(answer=RegistrationState.SEATED, then=Value(1)),
        When(answer=RegistrationState.OFFERED, then=Value(2)),
        When(answer=RegistrationState.WAITING, then=Value(3)),
        When(answer=None, then=Value(4)),
        default=Value(5),
    )
    # Joined: asked for each column by itself, a registration is looked up nine times a person.
    own = FilteredRelation("registrations", condition=Q(registrations__lab=lab))
    asked_at = When(own__state=RegistrationState.PENDING, then=F("own__changed_at"))
    return users.annotate(
        own=own,
        answer=F("own__state"),
        number=F("own__waitlist_number"),
        asked_at=Case(asked_at),
    ).order_by(rank, "number", "asked_at", "name", "email")


def _with_all(users: Any, lab: Lab) -> Any:
    """What stands beside each person, of rows that `_sorted` made."""
    home = _standing_for().filter(user=OuterRef("pk"))
    place = Coalesce("city__name", Organisation.local_name("organisation__"))
    newest = RegistrationStep.objects.filter(registration=OuterRef("own__pk")).order_by("-pk")
    return users.annotate(
        registration=F("own__pk"),
        mode=F("own__mode"),
        given=F("own__answers"),
        refusal_reason=F("own__refusal_reason"),
        offered_until=F("own__offered_until"),
        since=F("own__created_at"),
        home=Subquery(home.values(name=place)[:1]),
        last_step=Subquery(newest.values("step")[:1]),
        line=Case(*(When(own__mode=mode, then=_place_in(lab, mode)) for mode in Mode)),
    )


def _place_in(lab: Lab, mode: Mode) -> Func:
    """1 for who moves up next; null for who does not wait.

    The line is read once for all rows, where counting those ahead reads it for each.
    """
    line = lab.registrations.waiting().filter(mode=mode).values("pk")
    return Func(
        ArraySubquery(line), F("own__pk"), function="array_position", output_field=IntegerField()
    )


def asking() -> Coalesce:
    """Of each Lab in a query: how many wait for the coordinator's answer."""
    rows = Registration.objects.pending().order_by().filter(lab=OuterRef("pk"))
    return Coalesce(_count_of(rows), 0)


def _count_of(rows: QuerySet[Registration]) -> Subquery:
    return Subquery(rows.values("lab").annotate(n=Count("pk")).values("n"))


def _messages(lab: Lab, people: list[int]) -> dict[int | None, list[Message]]:
    sent: dict[int | None, list[Message]] = defaultdict(list)
    for row in Delivery.objects.about(lab.subject).filter(user__in=people).order_by("due_at", "pk"):
        sent[row.user_id].append(_message(row))
    return sent


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
