"""The exact optimum: against everything tried out, and against scipy on the total."""

import random

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from cities.twinning.matching.bars import Bar, Infeasible, Obstacle
from cities.twinning.matching.problem import NEVER, Problem, state
from cities.twinning.matching.solve import Step, solve
from tests.twinning.matching.instances import best, of, small

INSTANCES = 2000


def disagreements(solver, count: int = INSTANCES) -> int:
    """In how many of so many small problems the solver misses the optimum or breaks a rule."""
    wrong = 0
    for seed in range(count):
        problem = small(random.Random(seed))
        try:
            wrong += of(problem, solver(problem)) != best(problem)
        except AssertionError:
            wrong += 1
    return wrong


def test_solve_equals_brute_force_on_two_thousand_instances():
    assert disagreements(solve) == 0


def test_a_solver_that_only_counts_the_total_is_caught():
    assert disagreements(lambda problem: solve(problem, fair=False), 300) > 10


def test_a_solver_that_forgets_pins_is_caught():
    def forgetful(problem: Problem):
        return solve(Problem(problem.twins, problem.pilots, problem.places, problem.scores))

    assert disagreements(forgetful, 300) > 50


def large(twins: int, pilots: int, seed: int) -> tuple[Problem, np.ndarray]:
    """A problem with vetoes and several places, and its scores with a column for each place."""
    draw = np.random.default_rng(seed)
    places = draw.integers(0, 4, pilots)
    scores = draw.integers(0, 21_000, (twins, pilots)).astype(np.int32)
    rows, columns = np.nonzero(draw.random((twins, pilots)) < 0.1)
    bars = dict.fromkeys(zip(rows.tolist(), columns.tolist(), strict=True), Bar.VETO)
    offered = {key: int(places[key]) for key in range(pilots)}
    problem = state(range(twins), offered, scores, bars=bars)
    return problem, np.repeat(problem.allowed, places, axis=1)


@pytest.mark.parametrize(("twins", "pilots"), [(300, 112), (2000, 500)])
def test_total_equals_scipy_where_only_the_total_counts(twins, pilots):
    problem, slots = large(twins, pilots, seed=twins)
    gains = np.where(slots == NEVER, 0.0, slots + 1e8)
    rows, columns = linear_sum_assignment(gains, maximize=True)
    right = gains[rows, columns] > 0

    found = solve(problem, fair=False)

    assert found.count == int(right.sum())
    assert found.total == int(slots[rows[right], columns[right]].sum())


@pytest.mark.parametrize(("twins", "pilots"), [(300, 112), (2000, 500)])
def test_total_equals_scipy_above_the_best_worst_match(twins, pilots):
    problem, slots = large(twins, pilots, seed=twins + 1)
    found = solve(problem)

    def above(bar: int) -> tuple[int, int]:
        gains = np.where((slots == NEVER) | (slots < bar), 0.0, slots + 1e8)
        rows, columns = linear_sum_assignment(gains, maximize=True)
        right = gains[rows, columns] > 0
        return int(right.sum()), int(slots[rows[right], columns[right]].sum())

    assert found.worst is not None
    assert above(found.worst) == (found.count, found.total)
    # No higher bar leaves as many matches.
    assert above(found.worst + 1)[0] < found.count


@pytest.mark.soak
def test_solve_equals_brute_force_on_fifty_thousand_instances():
    assert disagreements(solve, 50_000) == 0


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(20))
def test_total_equals_scipy_at_full_size_again_and_again(seed):
    problem, slots = large(2000, 500, seed)
    gains = np.where(slots == NEVER, 0.0, slots + 1e8)
    rows, columns = linear_sum_assignment(gains, maximize=True)
    right = gains[rows, columns] > 0
    found = solve(problem, fair=False)
    assert found.total == int(slots[rows[right], columns[right]].sum())


@pytest.mark.parametrize(
    "shape",
    [
        pytest.param("crowded", id="few places, many barred: some stay without"),
        pytest.param("one bad row", id="a twin that fits nowhere lowers the bar"),
        pytest.param("ties", id="two scores only"),
    ],
)
def test_sparse_and_dense_ways_agree(shape):
    """Large enough for every short cut of the solver, checked without any of them."""
    for seed in range(12):
        draw = np.random.default_rng(seed)
        scores = draw.integers(0, 2 if shape == "ties" else 900, (90, 70)).astype(np.int32)
        if shape == "one bad row":
            scores[3] //= 60
        share = 0.93 if shape == "crowded" else 0.3
        rows, columns = np.nonzero(draw.random((90, 70)) < share)
        bars = dict.fromkeys(zip(rows.tolist(), columns.tolist(), strict=True), Bar.VETO)
        problem = state(range(90), dict.fromkeys(range(70), 1), scores, bars=bars)

        found = solve(problem)

        def above(bar: int, allowed: np.ndarray = problem.allowed) -> tuple[int, int]:
            gains = np.where(allowed < bar, 0.0, allowed + 1e7)
            at = linear_sum_assignment(gains, maximize=True)
            right = gains[at] > 0
            return int(right.sum()), int(allowed[at][right].sum())

        assert above(found.worst) == (found.count, found.total)
        assert above(found.worst + 1)[0] < found.count
        assert above(0)[0] == found.count


def test_the_answer_does_not_hang_on_the_order_of_the_rows():
    draw = np.random.default_rng(5)
    scores = draw.integers(0, 4, (40, 15)).astype(np.int32)
    twins, pilots = list(range(40)), dict.fromkeys(range(15), 2)
    as_read = solve(state(twins, pilots, scores))
    rows, columns = draw.permutation(40), draw.permutation(15)
    turned = state(
        [twins[r] for r in rows], {int(c): 2 for c in columns}, scores[np.ix_(rows, columns)]
    )
    assert solve(turned).pairs(turned) == as_read.pairs(state(twins, pilots, scores))


def test_a_pin_does_not_lower_the_bar_for_the_others():
    scores = np.array([[0, 5], [9, 1], [8, 7]], dtype=np.int32)
    problem = state([1, 2, 3], {10: 2, 20: 1}, scores, pins=[(1, 10)])
    found = solve(problem)
    assert found.pairs(problem) == {1: 10, 2: 10, 3: 20}
    assert found.worst == 7


@pytest.mark.parametrize(
    ("pins", "kind", "twins", "pilots"),
    [
        ([(1, 10), (1, 20)], Obstacle.TWO_PINS, (1,), (10, 20)),
        ([(2, 10)], Obstacle.PIN_ON_VETO, (2,), (10,)),
        ([(1, 20), (3, 20)], Obstacle.PINS_OVER_PLACES, (1, 3), (20,)),
        ([(1, 30)], Obstacle.PINS_OVER_PLACES, (1,), (30,)),
        ([(9, 10)], Obstacle.PIN_ON_ABSENT, (9,), (10,)),
    ],
)
def test_pins_that_cannot_hold_are_refused_by_name(pins, kind, twins, pilots):
    with pytest.raises(Infeasible) as refused:
        state(
            [1, 2, 3],
            {10: 2, 20: 1, 30: 0},
            np.ones((3, 3), dtype=np.int32),
            bars={(2, 10): Bar.VETO},
            pins=pins,
        )
    (conflict,) = refused.value.conflicts
    assert (conflict.kind, conflict.twins, conflict.pilots) == (kind, twins, pilots)


def test_the_same_pin_twice_is_one_pin():
    problem = state([1], {10: 1}, np.ones((1, 1), dtype=np.int32), pins=[(1, 10), (1, 10)])
    assert solve(problem).pairs(problem) == {1: 10}


@pytest.mark.parametrize("places", [{}, {10: 0}, {10: 1}])
def test_nothing_to_match_is_an_answer(places):
    barred = {(1, 10): Bar.VETO} if 10 in places else {}
    scores = np.zeros((1, len(places)), dtype=np.int32)
    found = solve(state([1], places, scores, bars=barred))
    assert (found.count, found.worst, found.total) == (0, None, 0)


def test_scores_too_large_to_be_exact_are_refused():
    scores = np.full((1500, 1500), 2**31 - 1, dtype=np.int32)
    with pytest.raises(OverflowError):
        solve(state(range(1500), dict.fromkeys(range(1500), 1), scores))


def test_a_run_tells_its_steps_and_stops_where_it_is_told_to():
    class Stop(Exception):
        pass

    told = []

    def until_worst(step, done, of):
        told.append(step)
        if step is Step.TOTAL:
            raise Stop

    draw = np.random.default_rng(3)
    scores = draw.integers(0, 9, (20, 10)).astype(np.int32)
    with pytest.raises(Stop):
        solve(state(range(20), dict.fromkeys(range(10), 1), scores), until_worst)
    assert told[0] is Step.COUNT
    assert told[-1] is Step.TOTAL
