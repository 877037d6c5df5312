"""What a coordinator has decided about a Lab, as it goes from a form into an action."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cities.models import City, KnowledgeArea
from cities.twinning.models import TwinGroup
from labs.enums import Audience, LabKind
from labs.models import Lab

#: Reminders of a Lab for which nobody has said otherwise.
REMIND_DAYS_BEFORE = (7, 1)


@dataclass(frozen=True)
class Point:
    """One point of the agenda."""

    title: str
    minutes: int
    presenter: str = ""
    notes: str = ""
    #: The row of the agenda that this was, where it was one: what belongs to it stays with it.
    item: int | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Plan:
    """`None` seats: that way of taking part is not offered. Times are UTC instants."""

    title: str
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    audience: str
    #: Then both instants are midnights of the zone.
    is_all_day: bool = False
    kind: str = LabKind.LEARNING_LAB
    #: Of an exchange only.
    group: TwinGroup | None = None
    #: Of an audience of chosen cities only.
    cities: tuple[City, ...] = ()
    seats_onsite: int | None = None
    seats_online: int | None = None
    knowledge_area: KnowledgeArea | None = None
    summary: str = ""
    language: str = "sv"
    place: str = ""
    address: str = ""
    join_link: str = ""
    registers_until: datetime | None = None
    #: As they stand on the Lab: rows of `labs.questions.Question`.
    questions: list[dict[str, Any]] = field(default_factory=list)
    #: Who registers waits until the coordinator gives a place.
    needs_approval: bool = False
    #: Hours for which a free seat is offered to the next; None: it is theirs at once.
    offer_hours: int | None = None
    agenda: tuple[Point, ...] = ()
    remind_days_before: tuple[int, ...] = REMIND_DAYS_BEFORE
    #: To the invited who have not answered.
    nudge_days_before: tuple[int, ...] = ()
    #: To those who had a seat.
    thank_days_after: tuple[int, ...] = ()


def has_other_cities(lab: Lab, plan: Plan) -> bool:
    return plan.audience == Audience.CHOSEN and set(lab.city_ids) != {c.pk for c in plan.cities}


#: Fields that stand on a Lab as they stand in a plan.
FIELDS = (
    "title",
    "starts_at",
    "ends_at",
    "time_zone",
    "is_all_day",
    "audience",
    "kind",
    "seats_onsite",
    "seats_online",
    "knowledge_area",
    "summary",
    "language",
    "place",
    "address",
    "join_link",
    "registers_until",
    "questions",
    "needs_approval",
    "offer_hours",
)
#: A change here is a move: what was sent about the old time no longer holds.
TIMES = ("starts_at", "ends_at", "time_zone", "is_all_day")
#: A change here alters what stands in people's calendars.
TOLD = (*TIMES, "title", "place", "address", "join_link")
