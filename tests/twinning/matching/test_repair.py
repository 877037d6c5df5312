"""After something happened: as many as possible with the fewest changes."""

import random

import numpy as np

from cities.twinning.matching.bars import Bar
from cities.twinning.matching.problem import state
from cities.twinning.matching.repair import repair, touched
from cities.twinning.matching.solve import solve
from tests.twinning.matching.instances import best, of, present_for, small


def disagreements(solver, count: int) -> int:
    wrong = 0
    for seed in range(count):
        chance = random.Random(seed)
        problem = small(chance)
        present = present_for(problem, chance)
        wrong += of(problem, solver(problem, present), present) != best(problem, present)
    return wrong


def test_repair_equals_brute_force():
    assert disagreements(repair, 1000) == 0


def test_matching_anew_is_caught_as_no_repair():
    assert disagreements(lambda problem, present: solve(problem), 300) > 30


def test_repair_without_a_present_is_a_solution():
    for seed in range(200):
        problem = small(random.Random(seed))
        assert repair(problem, {}).total == solve(problem).total


def test_a_withdrawn_twin_leaves_its_place_to_who_had_none():
    scores = np.array([[9, 1], [8, 8], [7, 7]], dtype=np.int32)
    before = state([1, 2, 3], {10: 1, 20: 1}, scores)
    present = solve(before).pairs(before)
    assert present == {1: 10, 2: 20}

    after = state([1, 3], {10: 1, 20: 1}, scores[[0, 2]])
    told = touched(after, present, repair(after, present))

    assert dict(told.kept) == {1: 10}
    assert dict(told.placed) == {3: 20}
    assert dict(told.gone) == {2: 20}
    assert told.pilots == {20}


def test_a_decline_moves_only_those_it_must():
    # 1 declines 10; only 2 can make room for it, and nobody else should notice.
    scores = np.full((4, 3), 5, dtype=np.int32)
    barred = {(1, 10): Bar.VETO, (1, 30): Bar.NOT_ELIGIBLE, (2, 30): Bar.NOT_ELIGIBLE}
    problem = state([1, 2, 3, 4], {10: 1, 20: 1, 30: 2}, scores, bars=barred)
    present = {1: 10, 2: 20, 3: 30, 4: 30}
    told = touched(problem, present, repair(problem, present))
    assert dict(told.moved) == {1: (10, 20), 2: (20, 10)}
    assert dict(told.kept) == {3: 30, 4: 30}
    assert (dict(told.lost), dict(told.placed), dict(told.gone)) == ({}, {}, {})
    assert told.pilots == {10, 20}


def test_who_cannot_be_placed_any_more_is_named():
    problem = state([1, 2], {10: 1}, np.array([[3], [4]], dtype=np.int32))
    told = touched(problem, {1: 10, 2: 20}, repair(problem, {1: 10, 2: 20}))
    assert dict(told.kept) == {1: 10}
    assert dict(told.lost) == {2: 20}
