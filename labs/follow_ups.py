"""Follow-ups as they are shown: on the board, before an agenda, on today's page."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.db.models.lookups import IsNull
from django.utils import timezone
from django.utils.translation import gettext as _

from cities.models import Programme
from cities.models.places import by_swedish_order
from cities.twinning.models import TwinGroup
from hub import access
from hub.models import User
from hub.paging import ListPage, page_of
from labs.enums import LabState
from labs.models import Lab, Outcome
from labs.models.outcomes import OutcomeQuerySet
from labs.permissions import audience_keys, can_settle, company_keys, is_answerable

if TYPE_CHECKING:
    from hub.access import Reader

PAGE = 50
#: Before an agenda; the board has them all.
BEFORE_AGENDA = 30
IN_YEAR = 5


@dataclass(frozen=True)
class Line:
    """One follow-up as one reader sees it."""

    outcome: Outcome
    #: Empty for those who may not see names.
    owner: str
    place: str
    shows_names: bool
    #: None for whom the Lab is not meant, who only have this to do.
    lab: Lab | None
    is_own: bool
    may_settle: bool
    #: The owner no longer belongs to the programme: somebody else must take it on.
    is_orphan: bool


@dataclass(frozen=True)
class Group:
    """The follow-ups of one city, of people without a city, or one's own."""

    title: str
    #: Name of the city, for its mark.
    city: str
    lines: list[Line]


def line_for(user: "Reader", outcome: Outcome, gone: frozenset[int] = frozenset()) -> Line:
    lab = outcome.lab
    sees_names = access.holds(user, *company_keys(lab))
    is_own = is_answerable(user, outcome)
    return Line(
        outcome=outcome,
        owner=str(outcome.owner) if outcome.owner and (sees_names or is_own) else "",
        place=outcome.city.name if outcome.city else "",
        shows_names=sees_names or is_own,
        lab=lab if access.opened_by(user, audience_keys(lab)) else None,
        is_own=is_own,
        may_settle=outcome.is_open and can_settle(user, outcome),
        is_orphan=outcome.pk in gone and sees_names,
    )


def lines_for(user: "Reader", outcomes: Iterable[Outcome]) -> list[Line]:
    """One query more, for owners who have left; none where nobody is named."""
    found = list(outcomes)
    gone = orphans(found)
    return [line_for(user, outcome, gone) for outcome in found]


def orphans(outcomes: Iterable[Outcome]) -> frozenset[int]:
    """Ids of open follow-ups whose owner has left the programme, or the twin group."""
    owned = [o for o in outcomes if o.is_open and o.owner_id is not None]
    if not owned:
        return frozenset()
    people = User.objects.with_keys().filter(pk__in={o.owner_id for o in owned}, is_active=True)
    keys = {person.pk: access.keys_of(person) for person in people}
    return frozenset(
        o.pk
        for o in owned
        if keys.get(o.owner_id or 0, frozenset()).isdisjoint(company_keys(o.lab))
    )


def board(user: "Reader", wanted: dict[str, Any], page: str | None) -> ListPage[Outcome]:
    """All that the person may see: their own first, then city by city, the soonest first."""
    found = Outcome.objects.visible_to(user).follow_ups().with_frame()
    found = _in_state(found, wanted.get("state") or "open")
    if programme := wanted.get("programme"):
        found = found.filter(minutes__lab__programme__slug=programme)
    mine = Q(owner=user.pk) | Q(owner=None, city__in=access.ids_of(user, "city"))
    rank = Case(When(mine, then=Value(0)), When(city=None, then=Value(2)), default=Value(1))
    place = Case(When(mine, then=Value("")), default=by_swedish_order("city__name"))
    ordered = found.annotate(rank=rank).order_by("rank", place, "due_on", "pk")
    return page_of(ordered, page, PAGE)


def _in_state(found: OutcomeQuerySet, state: str) -> OutcomeQuerySet:
    return found.late() if state == "late" else found.filter(state=state)


def grouped(user: "Reader", outcomes: Iterable[Outcome]) -> list[Group]:
    def heading(line: Line) -> tuple[bool, str]:
        return line.is_own, "" if line.is_own else line.place

    return [
        Group(
            _("Yours") if is_own else place or _("People without a city"),
            place,
            list(lines),
        )
        for (is_own, place), lines in groupby(lines_for(user, outcomes), key=heading)
    ]


def open_of(programme: Programme, user: "Reader") -> tuple[list[Line], bool]:
    """Those of its Learning Labs, the soonest first, and whether there are more; one query."""
    seen = Outcome.objects.visible_to(user).follow_ups().open()
    found = (
        seen.filter(minutes__lab__programme=programme, minutes__lab__group=None)
        .with_frame()
        .order_by("due_on", "pk")
    )
    shown = list(found[: IN_YEAR + 1])
    return [line_for(user, outcome) for outcome in shown[:IN_YEAR]], len(shown) > IN_YEAR


def some_before() -> Exists:
    """For a row of Lab: whether earlier ones of its row left anything open at all.

    The Learning Labs of a programme are one row, the exchanges of a twin group another.
    """
    found = Outcome.objects.follow_ups().open()
    before = found.filter(
        minutes__lab__programme=OuterRef("programme"),
        minutes__lab__starts_at__lt=OuterRef("starts_at"),
    )
    same_group = Q(minutes__lab__group=OuterRef("group"))
    no_group = Q(minutes__lab__group=None) & IsNull(OuterRef("group"), True)
    return Exists(before.filter(same_group | no_group))


def open_before(lab: Lab, user: "Reader") -> list[Line]:
    """What earlier ones left open; for the next one of its row only. One query."""
    is_ahead = lab.state in (LabState.DRAFT, LabState.PUBLISHED)
    if not is_ahead or not getattr(lab, "follows_open", True):
        return []
    between = Lab.objects.announced().filter(
        programme=lab.programme_id,
        group=lab.group_id,
        ends_at__gt=timezone.now(),
        starts_at__lt=lab.starts_at,
    )
    found = (
        Outcome.objects.visible_to(user)
        .follow_ups()
        .open()
        .filter(minutes__lab__programme=lab.programme_id, minutes__lab__group=lab.group_id)
        .filter(minutes__lab__starts_at__lt=lab.starts_at)
        .filter(~Exists(between.exclude(pk=lab.pk)))
        .with_frame()
        .order_by(F("city__name").asc(nulls_last=True), "due_on", "pk")
    )
    return [line_for(user, outcome) for outcome in found[:BEFORE_AGENDA]]


def open_in(group: TwinGroup, user: "Reader") -> list[Line]:
    """What the group's exchanges left open, the soonest first; one query."""
    seen = Outcome.objects.visible_to(user).follow_ups().open()
    found = seen.filter(minutes__lab__group=group).with_frame().order_by("due_on", "pk")
    return [line_for(user, outcome) for outcome in found[:BEFORE_AGENDA]]
