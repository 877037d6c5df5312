"""Matching beside scipy's bare assignment on the same matrix: `python -m bench.matching`.

Prints JSON. Time is the median of turns taken one after the other in one process; memory is what a
process of its own needs beyond the matrix.
"""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from cities.twinning.matching.explain import Explanation
from cities.twinning.matching.problem import Matching, Problem, state
from cities.twinning.matching.solve import solve

#: Twins, pilots, places of each pilot.
SIZES = ((300, 112, 1), (300, 112, 2), (2000, 500, 1), (2000, 500, 4))
#: As the weights of seven criteria may be; a feature has one of four values for a city.
WEIGHTS = (5, 5, 4, 2, 2, 3)
TURNS = 15


def main() -> None:
    if len(sys.argv) > 1:
        json.dump({"kb": _needed_kb(sys.argv[1], *map(int, sys.argv[2:]))}, sys.stdout)
        return
    rows = [_compared(*size) | _memory(*size) for size in SIZES]
    json.dump({"sizes": rows, "what_if_ms": _what_if()}, sys.stdout)


def scores_of(twins: int, pilots: int) -> NDArray[np.int32]:
    """Scores as criteria give them: sums of few steps, with many ties."""
    draw = np.random.default_rng(twins)
    ours = draw.integers(0, 4, (twins, len(WEIGHTS)))
    theirs = draw.integers(0, 4, (pilots, len(WEIGHTS)))
    values = 1000 - np.abs(ours[:, None, :] - theirs[None, :, :]) * 333
    return np.asarray((values * np.array(WEIGHTS)).sum(axis=2), dtype=np.int32)


def problem_of(twins: int, pilots: int, places: int) -> Problem:
    scores = scores_of(twins, pilots)
    return state(range(twins), dict.fromkeys(range(pilots), places), scores)


def _slots(problem: Problem, places: int) -> NDArray[np.int32]:
    """The same matrix with a column for each place: that is what the bare function needs."""
    return np.repeat(problem.scores, places, axis=1)


def _compared(twins: int, pilots: int, places: int) -> dict[str, Any]:
    problem = problem_of(twins, pilots, places)
    slots = _slots(problem, places)
    ways: Mapping[str, Callable[[], Any]] = {
        "bare": lambda: linear_sum_assignment(slots, maximize=True),
        "exact": lambda: solve(problem),
        "total": lambda: solve(problem, fair=False),
    }
    took: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(TURNS):
        for name, way in ways.items():
            began = time.perf_counter()
            way()
            took[name].append(time.perf_counter() - began)
    medians = {name: statistics.median(times) for name, times in took.items()}
    _check(slots, solve(problem, fair=False))
    return {
        "twins": twins,
        "pilots": pilots,
        "places": places,
        "bare_ms": medians["bare"] * 1000,
        "exact": medians["exact"] / medians["bare"],
        "total": medians["total"] / medians["bare"],
    }


def _check(slots: NDArray[np.int32], found: Matching) -> None:
    right = linear_sum_assignment(slots, maximize=True)
    if found.total != int(slots[right].sum(dtype=np.int64)):
        raise SystemExit("The total differs from scipy's.")


def _memory(twins: int, pilots: int, places: int) -> dict[str, float]:
    bare, exact = (
        json.loads(
            subprocess.run(
                [sys.executable, "-m", "bench.matching", way, *map(str, (twins, pilots, places))],
                capture_output=True, text=True, check=True,
            ).stdout
        )["kb"]
        for way in ("bare", "exact")
    )  # fmt: skip
    return {"bare_mb": bare / 1024, "exact_mb": exact / 1024}


def _needed_kb(way: str, twins: int, pilots: int, places: int) -> int:
    """How far the peak of the process rises; loading the libraries is not counted."""
    solve(problem_of(3, 2, 1))
    problem = problem_of(twins, pilots, places)
    slots = _slots(problem, places) if way == "bare" else None
    # 5: the peak begins anew at what is in use now.
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    before = _peak_kb()
    if slots is not None:
        linear_sum_assignment(slots, maximize=True)
    else:
        solve(problem)
    return _peak_kb() - before


def _peak_kb() -> int:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1])


def _what_if() -> float:
    """One pilot takes one more, of 300 × 112: solved anew and every missing pair explained."""
    problem = problem_of(300, 112, 2)
    began = time.perf_counter()
    problem.places[7] += 1
    found = solve(problem)
    explanation = Explanation(problem, found)
    for row, at in enumerate(found.columns.tolist()):
        for column in range(len(problem.pilots)):
            if column != at:
                explanation.missing(row, column)
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    main()
