"""After a withdrawal, a decline or a new place: as many as possible with the fewest changes."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cities.twinning.matching.bipartite import Field, exact
from cities.twinning.matching.problem import NEVER, Matching, Problem
from cities.twinning.matching.solve import OnStep, Step, Unpinned, best_bar, quiet


@dataclass(frozen=True)
class Touched:
    """Keys of twins, and of the pilots they leave and come to."""

    kept: Mapping[int, int]
    moved: Mapping[int, tuple[int, int]]
    #: Had no pilot, and get one.
    placed: Mapping[int, int]
    #: Had a pilot, are still here, and get none.
    lost: Mapping[int, int]
    #: Had a pilot and are not here any more.
    gone: Mapping[int, int]

    @property
    def pilots(self) -> frozenset[int]:
        """Those who get or lose somebody."""
        moved = {pilot for both in self.moved.values() for pilot in both}
        others = (self.placed, self.lost, self.gone)
        return frozenset(moved.union(*(them.values() for them in others)))


def repair(problem: Problem, present: Mapping[int, int], on_step: OnStep = quiet) -> Matching:
    """Most matched, then most of the `present` pairs kept, then the best worst, then the total.

    `present` maps keys of twins to keys of pilots; what is no longer there or allowed is no pair
    that could be kept.
    """
    part = Unpinned(problem)
    if part.field is None:
        return part.with_pins(None)
    kept = kept_pairs(problem, present)[np.ix_(part.rows, part.columns)]
    return part.with_pins(_fewest_changes(part.field, kept, on_step))


def kept_pairs(problem: Problem, present: Mapping[int, int]) -> NDArray[np.bool_]:
    """Rows × columns: the present pairs that may still be."""
    kept = np.zeros(problem.scores.shape, dtype=bool)
    column_of = {key: column for column, key in enumerate(problem.pilots)}
    for row, key in enumerate(problem.twins):
        if (column := column_of.get(present.get(key, NEVER))) is not None:
            kept[row, column] = problem.allowed[row, column] != NEVER
    return kept


def _fewest_changes(field: Field, kept: NDArray[np.bool_], on_step: OnStep) -> NDArray[np.intp]:
    on_step(Step.COUNT, 0, 1)
    slots = field.column_of_slot
    scores, keeps = field.scores[:, slots], kept[:, slots]
    pairs = min(scores.shape)

    def found(bar: int, unit: int, *, total: bool) -> NDArray[np.intp]:
        """A match is worth more than keeping every pair, a kept pair more than any total."""
        worth = exact(unit * (pairs + 1), times=pairs) + unit * keeps.astype(np.float64)
        if total:
            worth += scores
        return field.best_gain(np.where(scores >= max(bar, 0), worth, 0.0))

    def reached(columns: NDArray[np.intp]) -> tuple[int, int]:
        rows = np.flatnonzero(columns >= 0)
        return rows.size, int(kept[rows, columns[rows]].sum())

    goal = reached(found(0, 1, total=False))
    on_step(Step.WORST, 0, 1)
    roof = field.roof(goal[0])
    bar = best_bar(field, lambda b: reached(found(b, 1, total=False)) == goal, roof, on_step)
    on_step(Step.TOTAL, 0, 1)
    return found(bar, (max(0, int(scores.max())) + 1) * (pairs + 1), total=True)


def touched(problem: Problem, present: Mapping[int, int], repaired: Matching) -> Touched:
    """Whom the repaired matching touches, beside the present one."""
    after = repaired.pairs(problem)
    here = set(problem.twins)
    both = {twin: (pilot, after[twin]) for twin, pilot in present.items() if twin in after}
    without = {twin: pilot for twin, pilot in present.items() if twin not in after}
    return Touched(
        kept={twin: old for twin, (old, new) in both.items() if old == new},
        moved={twin: pair for twin, pair in both.items() if pair[0] != pair[1]},
        placed={twin: pilot for twin, pilot in after.items() if twin not in present},
        lost={twin: pilot for twin, pilot in without.items() if twin in here},
        gone={twin: pilot for twin, pilot in without.items() if twin not in here},
    )
