"""The minutes of a Lab as they are read: point by point, with what came out of each."""

from collections import defaultdict
from dataclasses import dataclass

from labs.models import Addition, Lab, Minutes, MinutesPoint, Outcome


@dataclass(frozen=True)
class Part:
    point: MinutesPoint
    outcomes: list[Outcome]
    additions: list[Addition]


@dataclass(frozen=True)
class Report:
    parts: list[Part]
    #: Of the Lab as a whole.
    outcomes: list[Outcome]

    @property
    def all_outcomes(self) -> list[Outcome]:
        return [o for part in self.parts for o in part.outcomes] + self.outcomes


def report_of(minutes: Minutes, lab: Lab) -> Report:
    """Three queries, however long the minutes are."""
    outcomes: dict[int | None, list[Outcome]] = defaultdict(list)
    minutes.lab = lab
    for outcome in minutes.outcomes.select_related("owner", "city", "created_by"):
        outcome.minutes = minutes
        outcomes[outcome.point_id].append(outcome)
    additions: dict[int, list[Addition]] = defaultdict(list)
    for addition in Addition.objects.filter(point__minutes=minutes).select_related("added_by"):
        additions[addition.point_id].append(addition)
    parts = [Part(p, outcomes[p.pk], additions[p.pk]) for p in minutes.points.all()]
    return Report(parts, outcomes[None])
