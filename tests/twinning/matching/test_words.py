"""Sentences say what the data says, in both languages, with names instead of keys."""

import random
import subprocess
import sys

import numpy as np
import pytest
from django.utils import translation

from cities.twinning.matching import words
from cities.twinning.matching.bars import Bar, Conflict, Obstacle
from cities.twinning.matching.criteria import Criterion, Fact, FactKind, Value
from cities.twinning.matching.explain import Explanation
from cities.twinning.matching.problem import NOBODY, state
from cities.twinning.matching.reasons import Reason
from cities.twinning.matching.solve import solve
from tests.twinning.matching.instances import small

NAMES = words.Names(
    twins={1: "Lund", 2: "Umeå", 3: "Vilnius"},
    pilots={10: "Leuven", 20: "Gent"},
    full=1000,
    codes={"energy": "energy systems", "en": "English"},
)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def explained(scores, *, places=(1, 1), bars=None, pins=()):
    matrix = np.array(scores, dtype=np.int32)
    problem = state(
        [1, 2, 3][: len(scores)],
        dict(zip((10, 20), places, strict=True)),
        matrix,
        bars=bars,
        pins=pins,
    )
    return Explanation(problem, solve(problem))


def test_a_missing_pair_says_who_is_there_what_would_fall_and_who_would_move():
    explanation = explained([[900, 800], [850, 300]])
    assert words.missing_words(explanation.missing(0, 0), NAMES) == [
        "Leuven has one place, and Umeå has it.",
        "With this pair the weakest match of all would fall to 30.0 points of 100.",
        "Umeå would move from Leuven to Gent.",
        "With one place more at Leuven, nobody else would have to move.",
    ]


def test_a_vetoed_pair_says_what_it_would_bring():
    explanation = explained([[900, 800], [850, 700]], bars={(1, 10): Bar.VETO})
    assert words.missing_words(explanation.missing(0, 0), NAMES) == [
        "Lund and Leuven cannot be matched: there is a veto against this pair.",
        "Without the veto: with this pair the weakest match of all would fall to 70.0 points of 100.",
        "Umeå would move from Leuven to Gent.",
    ]


def test_a_twin_without_a_pilot_says_what_would_help():
    bars = {(3, 20): Bar.VETO, (1, 20): Bar.NOT_ELIGIBLE}
    explanation = explained([[9, 9], [8, 8], [7, 7]], bars=bars, places=(1, 2))
    row = int(np.flatnonzero(explanation.at == NOBODY)[0])
    assert words.unmatched_words(explanation.unmatched(row), NAMES) == [
        "Every pilot that could make room for Vilnius is full: Leuven.",
        "There, one place is not pinned, and Lund can be nowhere else either.",
        "Possible with one place more at Leuven.",
        "Possible if the veto against Vilnius and Gent were lifted.",
    ]


def test_pins_that_cannot_hold_are_told_by_name():
    two = Conflict(Obstacle.TWO_PINS, (1,), (10, 20))
    assert words.conflict_words(two, NAMES) == "Lund is pinned to Leuven and Gent at once."
    over = Conflict(Obstacle.PINS_OVER_PLACES, (1, 2), (10,), 1)
    assert (
        words.conflict_words(over, NAMES)
        == "More are pinned to Leuven than its 1 place: Lund and Umeå."
    )


def test_facts_are_told_with_the_names_of_codes():
    value = Value(Criterion.DOMAINS, 500, (Fact(FactKind.SHARED_DOMAINS, ("energy",), 1, 2),))
    assert words.value_words(value, NAMES) == [
        "Emission domains in common: energy systems (1 of the twin’s 2)."
    ]
    unknown = Value(Criterion.SIZE, 500, known=False)
    assert words.value_words(unknown, NAMES) == ["Nothing is known about this; it counts half."]


def test_points_are_written_as_the_reader_writes_them():
    assert (NAMES.points(725), NAMES.points(0)) == ("72.5", "0.0")
    fine = words.Names({}, {}, full=100_000)
    assert fine.points(3) == "less than 0.1"
    with translation.override("sv"):
        assert NAMES.points(725) == "72,5"


@pytest.mark.parametrize("language", ["en", "sv"])
def test_every_reason_of_many_problems_can_be_told(language):
    twins, pilots = {100 + n: f"T{n}" for n in range(5)}, {200 + n: f"P{n}" for n in range(4)}
    names = words.Names(twins, pilots, full=1000)
    told = set()
    with translation.override(language):
        for seed in range(120):
            problem = small(random.Random(seed))
            found = solve(problem)
            explanation = Explanation(problem, found)
            for row, at in enumerate(found.columns.tolist()):
                if at == NOBODY:
                    assert words.unmatched_words(explanation.unmatched(row), names)
                for column in set(range(len(problem.pilots))) - {at}:
                    missing = explanation.missing(row, column)
                    told |= {missing.reason, missing.otherwise}
                    sentences = words.missing_words(missing, names)
                    assert sentences
                    assert not [s for s in sentences if "%" in s or "None" in s]
        assert len(told) > 8
        assert len({words.reason_label(reason) for reason in Reason}) == len(Reason)
        assert len({words.criterion_label(criterion) for criterion in Criterion}) == len(Criterion)


def test_pages_load_neither_numpy_nor_scipy():
    """Workers pay for them; a web process that never matches does not."""
    code = (
        "import django, sys; django.setup(); import hub.urls;"
        "from cities.twinning.matching import words, criteria, reasons;"
        "print(sorted({'numpy', 'scipy'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "[]", done.stderr
