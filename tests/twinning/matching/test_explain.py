"""Every reason is true, and what is said to help does: applied, one by one, to small problems."""

import random
from dataclasses import replace

import numpy as np
import pytest

from cities.twinning.matching.bars import Bar
from cities.twinning.matching.explain import Explanation
from cities.twinning.matching.problem import NOBODY, Matching, Problem, state
from cities.twinning.matching.reasons import Missing, Plight, Reason
from cities.twinning.matching.repair import repair
from cities.twinning.matching.solve import solve
from tests.twinning.matching import instances
from tests.twinning.matching.instances import best, best_with, of, present_for, small

INSTANCES = 500


def explained(seed: int, *, repairing: bool = False):
    chance = random.Random(seed)
    problem = small(chance)
    present = present_for(problem, chance) if repairing else None
    found = solve(problem) if present is None else repair(problem, present)
    return problem, found, Explanation(problem, found, present), present


def missing_pairs(problem, found):
    for row in range(len(problem.twins)):
        for column in range(len(problem.pilots)):
            if found.columns[row] != column:
                yield row, column


def expected(now, forced) -> tuple[Reason, int]:
    """The reason brute force would give, and its number."""
    if forced[0] != now[0]:
        return (Reason.FEWER, 0) if forced[0] < now[0] else (Reason.MORE, 0)
    if forced[1] != now[1]:
        more = now[1] > forced[1]
        return (Reason.MORE_CHANGES if more else Reason.FEWER_CHANGES), now[1] - forced[1]
    if forced[2] != now[2]:
        return (Reason.WORSE if forced[2] < now[2] else Reason.RAISED), forced[2]
    loss = now[3] - forced[3]
    return (Reason.LOWER if loss > 0 else Reason.EQUAL if not loss else Reason.BETTER), loss


def number(missing: Missing) -> int:
    return {
        Reason.MORE_CHANGES: missing.changes,
        Reason.FEWER_CHANGES: missing.changes,
        Reason.WORSE: missing.worst,
        Reason.RAISED: missing.worst,
        Reason.LOWER: missing.loss,
        Reason.BETTER: missing.loss,
    }.get(missing.reason, 0)


@pytest.mark.parametrize("repairing", [False, True])
def test_every_missing_pair_has_the_reason_that_brute_force_finds(repairing):
    seen = dict.fromkeys(Reason, 0)
    for seed in range(INSTANCES):
        problem, found, explanation, present = explained(seed, repairing=repairing)
        now = of(problem, found, present)
        for row, column in missing_pairs(problem, found):
            missing = explanation.missing(row, column)
            seen[missing.reason] += 1
            forced = best_with(problem, row, column, present)
            if forced is None:
                assert settled_beforehand(problem, row, column) == missing.reason
                continue
            assert (missing.reason, number(missing)) == expected(now, forced)
    kinds = {Reason.BARRED, Reason.TWIN_PINNED, Reason.NO_PLACES, Reason.PINS_FILL, Reason.FEWER}
    kinds |= {Reason.WORSE, Reason.LOWER, Reason.EQUAL}
    kinds |= {Reason.MORE_CHANGES} if repairing else set()
    assert kinds == {reason for reason, count in seen.items() if count}


def settled_beforehand(problem: Problem, row: int, column: int) -> Reason:
    if (row, column) in problem.bars:
        return Reason.BARRED
    if row in problem.pins:
        return Reason.TWIN_PINNED
    return Reason.PINS_FILL if problem.places[column] else Reason.NO_PLACES


@pytest.mark.parametrize("repairing", [False, True])
def test_what_a_barred_pair_would_bring_holds_once_it_is_allowed(repairing):
    seen = set()
    for seed in range(INSTANCES):
        problem, found, explanation, present = explained(seed, repairing=repairing)
        now = of(problem, found, present)
        for (row, column), bar in problem.bars.items():
            missing = explanation.missing(row, column)
            if bar is not Bar.VETO:
                assert (missing.bar, missing.otherwise, missing.moves) == (bar, None, ())
                continue
            lifted = instances.without_bar(problem, row, column)
            forced = best_with(lifted, row, column, without(present, problem, row, column))
            seen.add(missing.otherwise)
            if forced is None:
                assert missing.otherwise == settled_beforehand(lifted, row, column)
                continue
            told = replace(missing, reason=missing.otherwise)
            reason, amount = expected(now, forced)
            assert (told.reason, number(told)) == (reason, amount)
            if reason in (Reason.MORE, Reason.RAISED, Reason.BETTER) and present is None:
                assert solve(lifted).columns[row] == column
    kinds = {Reason.MORE, Reason.FEWER, Reason.WORSE, Reason.LOWER, Reason.RAISED, Reason.BETTER}
    assert kinds | ({Reason.FEWER_CHANGES} if repairing else set()) <= seen


def without(present, problem, row, column):
    """A barred pair counts as given up already, also where it comes back."""
    if present is None:
        return None
    pair = (problem.twins[row], problem.pilots[column])
    return {twin: pilot for twin, pilot in present.items() if (twin, pilot) != pair}


SETTLED = {Reason.BARRED, Reason.TWIN_PINNED, Reason.NO_PLACES, Reason.PINS_FILL}
MOVING = set(Reason) - SETTLED


@pytest.mark.parametrize("repairing", [False, True])
def test_the_moves_of_a_missing_pair_can_be_made(repairing):
    for seed in range(INSTANCES):
        problem, found, explanation, present = explained(seed, repairing=repairing)
        now = of(problem, found, present)
        for row, column in missing_pairs(problem, found):
            missing = explanation.missing(row, column)
            reason = missing.otherwise or missing.reason
            if reason not in MOVING:
                assert missing.moves == ()
                continue
            changed = applied(problem, found.columns, missing)
            after = goal_of(instances.without_bar(problem, row, column), changed, present)
            assert after[0] == now[0] + {Reason.FEWER: -1, Reason.MORE: 1}.get(reason, 0)
            if reason in (Reason.WORSE, Reason.RAISED):
                assert after[2] == missing.worst
            if reason in (Reason.LOWER, Reason.EQUAL, Reason.BETTER):
                assert after[3] == now[3] - missing.loss


def applied(problem: Problem, columns, missing: Missing) -> tuple[int, ...]:
    """The pair made, and everybody gone where the explanation says."""
    row_of = {key: row for row, key in enumerate(problem.twins)}
    column_of = {key: column for column, key in enumerate(problem.pilots)} | {None: NOBODY}
    after = columns.tolist()
    after[row_of[missing.twin]] = column_of[missing.pilot]
    for move in missing.moves:
        assert after[row_of[move.twin]] == column_of[move.from_pilot]
        after[row_of[move.twin]] = column_of[move.to_pilot]
    return tuple(after)


def goal_of(problem: Problem, columns, present):
    assert is_one(problem, list(columns))
    return instances.goal(problem, columns, present)


def test_one_place_more_makes_a_missing_pair_without_moving_anybody():
    told = 0
    for seed in range(INSTANCES):
        problem, found, explanation, _ = explained(seed)
        for row, column in missing_pairs(problem, found):
            after = found.columns.tolist()
            after[row] = column
            roomier = instances.with_place(problem, column)
            helps = explanation.missing(row, column).one_place_more
            assert helps == (is_one(roomier, after) and not is_one(problem, after))
            told += helps
    assert told > INSTANCES


def is_one(problem: Problem, columns: list[int]) -> bool:
    return any(tuple(columns) == other for other in instances.all_matchings(problem))


def test_every_obstacle_of_a_twin_without_a_pilot_is_true():
    told = dict.fromkeys(("pilots", "lifts", "releases", "lifts_with_place"), 0)
    for seed in range(INSTANCES):
        problem, found, explanation, _ = explained(seed)
        for row in np.flatnonzero(found.columns == NOBODY).tolist():
            unmatched = explanation.unmatched(row)
            assert_tight(problem, unmatched)
            for helped, kind in changes(problem, unmatched):
                told[kind] += 1
                assert placed_besides(helped, row, found), (seed, row, kind)
    assert all(count > 5 for count in told.values()), told


def assert_tight(problem: Problem, unmatched) -> None:
    """Who is named has nowhere else to go, and they are one more than there are places."""
    pilots = set(unmatched.pilots)
    for rival in unmatched.rivals:
        row = problem.twins.index(rival)
        allowed = {p for c, p in enumerate(problem.pilots) if (row, c) not in problem.bars}
        assert allowed <= pilots
    assert len(unmatched.rivals) == unmatched.places - unmatched.pinned + 1
    assert (unmatched.plight is Plight.NOTHING_ALLOWED) == (not pilots)


def changes(problem: Problem, unmatched):
    """The problem after each single change that is said to help."""
    row_of = {key: row for row, key in enumerate(problem.twins)}
    column_of = {key: column for column, key in enumerate(problem.pilots)}
    for pilot in unmatched.pilots:
        yield instances.with_place(problem, column_of[pilot]), "pilots"
    for twin, pilot in unmatched.lifts:
        yield instances.without_bar(problem, row_of[twin], column_of[pilot]), "lifts"
    for twin, _ in unmatched.releases:
        yield instances.without_pin(problem, row_of[twin]), "releases"
    for pilot in unmatched.lifts_with_place:
        lifted = instances.without_bar(problem, row_of[unmatched.twin], column_of[pilot])
        yield instances.with_place(lifted, column_of[pilot]), "lifts_with_place"


def placed_besides(problem: Problem, row: int, found: Matching) -> bool:
    """This twin can have a pilot, and everybody who has one still has one."""
    wanted = {row, *np.flatnonzero(found.columns != NOBODY).tolist()}
    return any(
        all(columns[other] != NOBODY for other in wanted)
        for columns in instances.all_matchings(problem)
    )


def test_no_single_change_that_would_help_is_left_out():
    for seed in range(INSTANCES):
        problem, found, explanation, _ = explained(seed)
        for row in np.flatnonzero(found.columns == NOBODY).tolist():
            unmatched = explanation.unmatched(row)
            for column, pilot in enumerate(problem.pilots):
                if pilot not in unmatched.pilots:
                    roomier = instances.with_place(problem, column)
                    assert not placed_besides(roomier, row, found)
            for (other, column), bar in problem.bars.items():
                pair = problem.twins[other], problem.pilots[column]
                if bar is Bar.VETO and pair not in unmatched.lifts:
                    lifted = instances.without_bar(problem, other, column)
                    assert not placed_besides(lifted, row, found)
            for other in problem.pins:
                pair = problem.twins[other], problem.pilots[problem.pins[other]]
                if pair not in unmatched.releases:
                    released = instances.without_pin(problem, other)
                    assert not placed_besides(released, row, found)


def test_an_explanation_of_a_wrong_matching_is_caught():
    """The negative control: reasons read from a matching that is not the optimum are not true."""
    wrong = 0
    for seed in range(200):
        problem = small(random.Random(seed))
        found = solve(problem, fair=False)
        now = best(problem)
        explanation = Explanation(problem, found)
        for row, column in missing_pairs(problem, found):
            forced = best_with(problem, row, column)
            if forced is not None:
                missing = explanation.missing(row, column)
                wrong += (missing.reason, number(missing)) != expected(now, forced)
    assert wrong > 10


def test_large_runs_are_explained_in_full():
    draw = np.random.default_rng(7)
    scores = draw.integers(0, 21_000, (60, 20)).astype(np.int32)
    problem = state(range(60), dict.fromkeys(range(20), 2), scores)
    found = solve(problem)
    explanation = Explanation(problem, found)
    reasons = {
        explanation.missing(row, column).reason for row, column in missing_pairs(problem, found)
    }
    assert reasons <= {Reason.WORSE, Reason.LOWER, Reason.EQUAL, Reason.FEWER}
    first = int(np.flatnonzero(found.columns == NOBODY)[0])
    unmatched = explanation.unmatched(first)
    assert (len(unmatched.pilots), len(unmatched.rivals)) == (20, 41)
