"""Small random problems, and everything that can be done with them, tried out one by one."""

import itertools
import random
from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from cities.twinning.matching.bars import Bar
from cities.twinning.matching.problem import NEVER, NOBODY, Matching, Problem, state

#: A worst match better than any: that of a matching in which nobody is left to be unhappy.
NONE_WORSE = 2**40


def small(chance: random.Random, *, barred: float | None = None) -> Problem:
    """Up to 5 twins and 4 pilots; many ties, vetoes and full pilots."""
    twins, pilots = chance.choice((1, 3, 4, 5, 5)), chance.choice((1, 2, 3, 4, 4))
    top = chance.choice((2, 9, 9, 1000))
    share = chance.choice((0.0, 0.2, 0.6)) if barred is None else barred
    keys = [100 + n for n in range(twins)]
    places = {200 + n: chance.choice((0, 1, 1, 1, 1, 2, 3)) for n in range(pilots)}
    bars = {
        pair: chance.choice((Bar.VETO, Bar.VETO, Bar.NOT_ELIGIBLE, Bar.OWN_CITY))
        for pair in itertools.product(keys, places)
        if chance.random() < share
    }
    left = dict(places)
    pins = []
    for twin in keys:
        pilot = chance.choice(list(places))
        if left[pilot] and (twin, pilot) not in bars and chance.random() < 0.2:
            left[pilot] -= 1
            pins.append((twin, pilot))
    scores = np.array([[chance.randint(0, top) for _ in places] for _ in keys], dtype=np.int32)
    return state(keys, places, scores, bars=bars, pins=pins)


def present_for(problem: Problem, chance: random.Random) -> dict[int, int]:
    """Pairs as they were before something happened; some of their cities are gone."""
    pilots = [*problem.pilots, 299]
    return {twin: chance.choice(pilots) for twin in [*problem.twins, 199] if chance.random() < 0.7}


def all_matchings(problem: Problem) -> Iterator[tuple[int, ...]]:
    """Every choice of a column, or NOBODY, for each row that keeps bars, pins and places."""
    choices = []
    for row in range(len(problem.twins)):
        if row in problem.pins:
            choices.append([problem.pins[row]])
        else:
            allowed = [c for c in range(len(problem.pilots)) if (row, c) not in problem.bars]
            choices.append([NOBODY, *allowed])
    places = problem.places.tolist()
    for columns in itertools.product(*choices):
        taken = [0] * len(places)
        for column in columns:
            if column != NOBODY:
                taken[column] += 1
        if all(t <= p for t, p in zip(taken, places, strict=True)):
            yield columns


Goal = tuple[int, int, int, int]


def goal(
    problem: Problem, columns: tuple[int, ...], present: Mapping[int, int] | None = None
) -> Goal:
    """Matched, present pairs kept, worst score not pinned, total: more is better, in this order."""
    pairs = [(row, column) for row, column in enumerate(columns) if column != NOBODY]
    kept = sum(
        (present or {}).get(problem.twins[row]) == problem.pilots[column]
        for row, column in pairs
        if row not in problem.pins
    )
    scores = [int(problem.scores[pair]) for pair in pairs]
    worst = min(
        (int(problem.scores[pair]) for pair in pairs if pair[0] not in problem.pins),
        default=NONE_WORSE,
    )
    return len(pairs), kept, worst, sum(scores)


def best(problem: Problem, present: Mapping[int, int] | None = None) -> Goal:
    return max(goal(problem, columns, present) for columns in all_matchings(problem))


def best_with(
    problem: Problem, row: int, column: int, present: Mapping[int, int] | None = None
) -> Goal | None:
    """The best there is with this pair; None if there is nothing with it."""
    found = [
        goal(problem, columns, present)
        for columns in all_matchings(problem)
        if columns[row] == column
    ]
    return max(found, default=None)


def of(problem: Problem, found: Matching, present: Mapping[int, int] | None = None) -> Goal:
    """The goal a solver reached, after a check that it kept to the rules."""
    columns = tuple(found.columns.tolist())
    taken = [columns.count(column) for column in range(len(problem.pilots))]
    assert all(t <= p for t, p in zip(taken, problem.places.tolist(), strict=True))
    assert all(problem.allowed[r, c] != NEVER for r, c in enumerate(columns) if c != NOBODY)
    assert all(columns[row] == column for row, column in problem.pins.items())
    reached = goal(problem, columns, present)
    assert (found.count, found.total) == (reached[0], reached[3])
    assert (NONE_WORSE if found.worst is None else found.worst) == reached[2]
    return reached


def without_bar(problem: Problem, row: int, column: int) -> Problem:
    bars = {pair: bar for pair, bar in problem.bars.items() if pair != (row, column)}
    return replace(problem, bars=bars)


def without_pin(problem: Problem, row: int) -> Problem:
    return replace(problem, pins={r: c for r, c in problem.pins.items() if r != row})


def with_place(problem: Problem, column: int) -> Problem:
    places = problem.places.copy()
    places[column] += 1
    return replace(problem, places=places)
