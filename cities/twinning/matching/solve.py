"""The exact optimum: most twins matched, then the best worst match, then the highest total."""

from collections.abc import Callable
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from cities.twinning.matching.bipartite import Field
from cities.twinning.matching.problem import NOBODY, Matching, Problem, matching


class Step(StrEnum):
    """What is being looked for; between steps a run says how far it is, and may be stopped."""

    SCORES = "scores"
    COUNT = "count"
    WORST = "worst"
    TOTAL = "total"
    REASONS = "reasons"


#: Told of the step, how much of it is done, and of how much. It stops the work by raising.
OnStep = Callable[[Step, int, int], None]


def quiet(step: Step, done: int, of: int) -> None:
    """Nobody asks how far it is."""


def solve(problem: Problem, on_step: OnStep = quiet, *, fair: bool = True) -> Matching:
    """The optimum of `problem`; without `fair` the worst match does not count."""
    part = Unpinned(problem)
    if part.field is None:
        return part.with_pins(None)
    return part.with_pins(_optimum(part.field, on_step, fair=fair))


class Unpinned:
    """What pins leave to be decided: the rows without one, the columns with a place left."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.rows = problem.free_rows
        self.columns = np.flatnonzero(problem.free_places > 0)
        self.field: Field | None = None
        if self.rows.size and self.columns.size:
            scores = _part(problem.allowed, self.rows, self.columns)
            self.field = Field(scores, problem.free_places[self.columns])

    def with_pins(self, found: NDArray[np.intp] | None) -> Matching:
        """`found` has a column of the part, or NOBODY, for each of its rows."""
        columns = np.full(len(self.problem.twins), NOBODY, dtype=np.intp)
        for row, column in self.problem.pins.items():
            columns[row] = column
        if found is not None:
            matched = found != NOBODY
            columns[self.rows[matched]] = self.columns[found[matched]]
        return matching(self.problem, columns)


def _part(
    scores: NDArray[np.int32], rows: NDArray[np.intp], columns: NDArray[np.intp]
) -> NDArray[np.int32]:
    """Without a copy where nothing is left out."""
    if rows.size == scores.shape[0] and columns.size == scores.shape[1]:
        return scores
    return scores[np.ix_(rows, columns)]


def _optimum(field: Field, on_step: OnStep, *, fair: bool) -> NDArray[np.intp]:
    on_step(Step.COUNT, 0, 1)
    if not fair:
        return field.dense_total(0)
    count = field.most_conceivable
    roof = field.roof(count)
    edges = field.reaches(roof, count)
    if edges is None:
        if field.reaches(0, count) is None:
            count = field.size(field.edges(0))
            roof = field.roof(count)
        on_step(Step.WORST, 0, 1)
        bar = best_bar(field, lambda bar: field.reaches(bar, count) is not None, roof, on_step)
        edges = field.edges(bar)
    on_step(Step.TOTAL, 0, 1)
    return field.best_total(edges, count)


def best_bar(field: Field, is_reached: Callable[[int], bool], roof: int, on_step: OnStep) -> int:
    """The highest bar from 0 to `roof` that is reached; 0 is, whatever `is_reached` would say.

    First among the scores of a sample, the highest first because the answer mostly lies there;
    then among all scores between two neighbours of the sample.
    """

    def asked(bar: int) -> bool:
        on_step(Step.WORST, 0, 1)
        return is_reached(bar)

    rungs = field.sample(roof)
    low, high, step = 0, len(rungs), 1
    while high - step > low:
        if asked(int(rungs[high - step])):
            low = high - step
            break
        high -= step
        step *= 2
    low, high = _bisect(asked, rungs, low, high)
    if rungs[low] == roof:
        return roof
    above = int(rungs[high]) if high < len(rungs) else roof + 1
    exact = field.scores_between(int(rungs[low]), above)
    low, high = _bisect(asked, exact, 0, len(exact))
    return int(exact[low])


def _bisect(
    is_reached: Callable[[int], bool], ladder: NDArray[np.int32], low: int, high: int
) -> tuple[int, int]:
    """`ladder[low]` is reached and `ladder[high]` not (or beyond the end): until they touch."""
    while high - low > 1:
        middle = (low + high) // 2
        if is_reached(int(ladder[middle])):
            low = middle
        else:
            high = middle
    return low, high
