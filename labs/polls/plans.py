"""What a coordinator asks, as it goes from a form into an action."""

from dataclasses import dataclass
from datetime import datetime

from cities.models import City, KnowledgeArea
from cities.twinning.models import TwinGroup
from labs.enums import LabKind

LEAST_DATES = 2
MOST_DATES = 20


@dataclass(frozen=True)
class PollPlan:
    """Times are UTC instants; `starts` are the dates in question."""

    title: str
    starts: tuple[datetime, ...]
    minutes: int
    time_zone: str
    closes_at: datetime
    audience: str
    cities: tuple[City, ...] = ()
    kind: str = LabKind.LEARNING_LAB
    #: Of an exchange only: its people are asked.
    group: TwinGroup | None = None
    knowledge_area: KnowledgeArea | None = None
    summary: str = ""
    language: str = "sv"
    place: str = ""
    is_online: bool = False


#: Fields that stand on a poll as they stand in a plan.
FIELDS = (
    "title",
    "minutes",
    "time_zone",
    "closes_at",
    "audience",
    "kind",
    "group",
    "knowledge_area",
    "summary",
    "language",
    "place",
    "is_online",
)
