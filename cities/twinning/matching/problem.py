"""What is to be matched: twins, pilots with places, scores, and what is settled beforehand."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from cities.twinning.matching.bars import Bar, Conflict, Infeasible, Obstacle

Scores = NDArray[np.int32]
Pair = tuple[int, int]
#: In the matrix of allowed scores: this pair may not be.
NEVER = -1
#: In a matching: this twin has no pilot.
NOBODY = -1


@dataclass(frozen=True, eq=False)
class Problem:
    """Rows are twins and columns pilots, both in the order of their keys.

    In that order so that the answer does not hang on the order in which rows were read.
    """

    twins: tuple[int, ...]
    pilots: tuple[int, ...]
    places: NDArray[np.int64]
    scores: Scores
    bars: Mapping[Pair, Bar] = field(default_factory=dict)
    #: Row → column.
    pins: Mapping[int, int] = field(default_factory=dict)

    @cached_property
    def allowed(self) -> Scores:
        """The scores, NEVER where a pair may not be."""
        if not self.bars:
            return self.scores
        allowed = self.scores.copy()
        rows, columns = np.array(list(self.bars), dtype=np.intp).T
        allowed[rows, columns] = NEVER
        return allowed

    @cached_property
    def free_places(self) -> NDArray[np.int64]:
        """Places that no pin takes."""
        free = self.places.copy()
        for column in self.pins.values():
            free[column] -= 1
        return free

    @cached_property
    def free_rows(self) -> NDArray[np.intp]:
        rows = np.ones(len(self.twins), dtype=bool)
        rows[list(self.pins)] = False
        return np.flatnonzero(rows)


def state(
    twins: Sequence[int],
    pilots: Mapping[int, int],
    scores: Scores,
    *,
    bars: Mapping[Pair, Bar] | None = None,
    pins: Iterable[Pair] = (),
) -> Problem:
    """A problem from keys: `pilots` maps each to its places; `scores` has their order.

    Raises Infeasible, naming every conflict, if the pins cannot all hold.
    """
    if scores.shape != (len(twins), len(pilots)):
        raise ValueError(f"Scores of {len(twins)} × {len(pilots)} expected, not {scores.shape}.")
    if scores.size and int(scores.min()) < 0:
        raise ValueError("A score is never below 0.")
    pinned = list(dict.fromkeys(pins))
    barred = dict(bars or {})
    conflicts = list(_conflicts(set(twins), pilots, barred, pinned))
    if conflicts:
        raise Infeasible(conflicts)
    row_order = sorted(range(len(twins)), key=lambda n: twins[n])
    keys = list(pilots)
    column_order = sorted(range(len(keys)), key=lambda n: keys[n])
    row_of = {twins[old]: new for new, old in enumerate(row_order)}
    column_of = {keys[old]: new for new, old in enumerate(column_order)}
    known = [p for p in barred if p[0] in row_of and p[1] in column_of]
    return Problem(
        twins=tuple(row_of),
        pilots=tuple(column_of),
        places=np.array([max(0, pilots[key]) for key in column_of], dtype=np.int64),
        scores=np.ascontiguousarray(scores[np.ix_(row_order, column_order)], dtype=np.int32),
        bars={(row_of[t], column_of[p]): barred[t, p] for t, p in known},
        pins={row_of[t]: column_of[p] for t, p in pinned},
    )


def _conflicts(
    twins: set[int], pilots: Mapping[int, int], bars: Mapping[Pair, Bar], pins: Sequence[Pair]
) -> Iterable[Conflict]:
    of_twin: dict[int, list[int]] = {}
    for twin, pilot in pins:
        of_twin.setdefault(twin, []).append(pilot)
        if twin not in twins or pilot not in pilots:
            yield Conflict(Obstacle.PIN_ON_ABSENT, (twin,), (pilot,))
        if bar := bars.get((twin, pilot)):
            yield Conflict(Obstacle.PIN_ON_VETO, (twin,), (pilot,), bar=bar)
    for twin, wanted in of_twin.items():
        if len(wanted) > 1:
            yield Conflict(Obstacle.TWO_PINS, (twin,), tuple(wanted))
    for pilot, count in Counter(pilot for _, pilot in pins).items():
        if pilot in pilots and count > max(0, pilots[pilot]):
            held = tuple(twin for twin, at in pins if at == pilot)
            yield Conflict(Obstacle.PINS_OVER_PLACES, held, (pilot,), max(0, pilots[pilot]))


@dataclass(frozen=True, eq=False)
class Matching:
    """Row → column, NOBODY for a twin without a pilot.

    `worst` is the lowest score that is not pinned (None if there is none): a pin is somebody's
    own choice and does not lower the bar for the others.
    """

    columns: NDArray[np.intp]
    worst: int | None
    total: int

    @property
    def count(self) -> int:
        return int((self.columns != NOBODY).sum())

    def pairs(self, problem: Problem) -> dict[int, int]:
        """Keys of twins → keys of pilots."""
        return {
            problem.twins[row]: problem.pilots[column]
            for row, column in enumerate(self.columns.tolist())
            if column != NOBODY
        }


def matching(problem: Problem, columns: NDArray[np.intp]) -> Matching:
    """Measured on the problem's scores; pins are in it."""
    rows = np.flatnonzero(columns != NOBODY)
    scores = problem.scores[rows, columns[rows]]
    unpinned = np.isin(rows, problem.free_rows)
    worst = int(scores[unpinned].min()) if unpinned.any() else None
    return Matching(columns, worst, int(scores.sum(dtype=np.int64)))
