"""Two runs beside each other: who gets another pilot, who wins by it and who loses."""

from dataclasses import dataclass
from typing import Any

from cities.models import City
from cities.twinning.models import MatchPair, MatchRun
from cities.twinning.runs.reading import Catalogue


@dataclass(frozen=True)
class Change:
    """One city whose pilot differs; points are those of the second run's weights."""

    city: City
    before: str
    after: str
    points_before: str
    points_after: str
    #: 1 better off, -1 worse off, 0 the same or not known.
    turn: int


@dataclass(frozen=True)
class Comparison:
    changes: list[Change]
    same: int
    #: Cities that only one of the runs knows.
    only_before: list[City]
    only_after: list[City]

    def count(self, turn: int) -> int:
        return sum(change.turn == turn for change in self.changes)

    @property
    def winners(self) -> int:
        return self.count(1)

    @property
    def losers(self) -> int:
        return self.count(-1)


def compared(before: MatchRun, after: MatchRun, catalogue: Catalogue) -> Comparison:
    first, second = (
        {pair.application_id: pair for pair in run.pairs.all()} for run in (before, after)
    )
    both = [key for key in catalogue.applications if key in first and key in second]
    changed = [key for key in both if first[key].pilot_id != second[key].pilot_id]
    changes = [_change(catalogue, first[key], second[key]) for key in changed]
    return Comparison(
        changes=sorted(changes, key=lambda change: (change.turn, change.city.name)),
        same=len(both) - len(changed),
        only_before=[
            catalogue.city(key)
            for key in catalogue.applications
            if key in first and key not in second
        ],
        only_after=[
            catalogue.city(key)
            for key in catalogue.applications
            if key in second and key not in first
        ],
    )


def _change(catalogue: Catalogue, before: MatchPair, after: MatchPair) -> Change:
    names = catalogue.names
    old, new = _score(after, before.pilot_id), after.score
    return Change(
        city=catalogue.city(after.application_id),
        before=names.pilot(before.pilot_id) if before.pilot_id else "",
        after=names.pilot(after.pilot_id) if after.pilot_id else "",
        points_before=names.points(old) if old is not None else "",
        points_after=names.points(new) if new is not None else "",
        turn=_turn(before.pilot_id is not None, old, new),
    )


def _score(after: MatchPair, pilot: int | None) -> int | None:
    """What the second run thinks of the first one's pilot."""
    kept: dict[str, Any] = after.others.get(str(pilot), {})
    return kept.get("score")


def _turn(had_one: bool, old: int | None, new: int | None) -> int:
    if new is None:
        return -1
    if not had_one:
        return 1
    return 0 if old is None else (new > old) - (new < old)
