"""What a worker does with a run: takes it, matches, explains, and keeps what it found.

Only workers import this: it brings numpy and scipy.
"""

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from cities.twinning.enums import RulingKind, RunState
from cities.twinning.matching import criteria
from cities.twinning.matching.bars import Bar, Infeasible
from cities.twinning.matching.criteria import BadWeights, Criterion, Profile
from cities.twinning.matching.explain import Explanation
from cities.twinning.matching.problem import NOBODY, Matching, Problem, state
from cities.twinning.matching.repair import repair
from cities.twinning.matching.scoring import own_city_bars, score_matrix
from cities.twinning.matching.solve import OnStep, Step, solve
from cities.twinning.models import MatchPair, MatchRun
from cities.twinning.runs import leases, profiles, stored

log = logging.getLogger("cities.twinning.runs")

#: Seconds between two answers to how far it is.
PULSE = 0.5
#: Every missing pair of a run is explained up to so many; of larger ones a city's wishes and the
#: pilots that suit it best.
ALL_EXPLAINED = 60_000
BEST_EXPLAINED = 20
#: Where each step begins and ends, in hundredths of the work.
SHARES = {
    Step.SCORES: (0, 40),
    Step.COUNT: (40, 45),
    Step.WORST: (45, 50),
    Step.TOTAL: (50, 60),
    Step.REASONS: (60, 99),
}


class Stopped(Exception):
    """Somebody stopped the run, or another worker has taken it over."""


def run(run_id: int) -> None:
    """Compute one run; safe to call twice and at once."""
    claimed = leases.claim(run_id)
    if claimed is None:
        return
    try:
        found = _found(claimed, Pulse(claimed))
        _keep(claimed, found)
    except Stopped:
        log.info("Match run %s was stopped.", run_id)
    except Infeasible as impossible:
        conflicts = [stored.of_conflict(conflict) for conflict in impossible.conflicts]
        leases.settle(
            claimed,
            state=RunState.FAILED,
            problem={"kind": "conflicts", "conflicts": conflicts},
        )
    except (BadWeights, OverflowError):
        leases.settle(claimed, state=RunState.FAILED, problem={"kind": "weights"})


class Pulse:
    """Says how far a run is, keeps its lease, and stops it where somebody else decided so."""

    def __init__(self, claimed: MatchRun) -> None:
        self.mine = leases.held(claimed)
        self.last = 0.0
        self.step: Step | None = None

    def __call__(self, step: Step, done: int, of: int) -> None:
        if step is self.step and time.monotonic() - self.last < PULSE:
            return
        self.step, self.last = step, time.monotonic()
        start, end = SHARES[step]
        progress = start + (end - start) * done // max(1, of)
        if not self.mine.update(lease_until=Now() + leases.LEASE, step=step, progress=progress):
            raise Stopped


@dataclass(frozen=True)
class Found:
    twins: list[Profile]
    pilots: list[Profile]
    weights: dict[Criterion, int]
    problem: Problem
    matching: Matching
    explanation: Explanation


def _found(claimed: MatchRun, pulse: OnStep) -> tuple[Found, list[MatchPair]]:
    found = _matched(claimed, pulse)
    return found, _pairs(claimed, found, pulse)


def _matched(claimed: MatchRun, pulse: OnStep) -> Found:
    weights = criteria.checked({Criterion(c): w for c, w in claimed.weights.items()})
    twins = profiles.twins_of(claimed.call, with_reserve=claimed.with_reserve)
    catalogue = profiles.pilots_of(claimed.call)
    pilots = [pilot for pilot, _ in catalogue]
    places = {pilot.key: claimed.places.get(str(pilot.key), own) for pilot, own in catalogue}
    rulings = claimed.rulings.values_list("kind", "application_id", "pilot_id")
    bars = own_city_bars(twins, pilots)
    bars |= {(twin, pilot): Bar.VETO for kind, twin, pilot in rulings if kind == RulingKind.VETO}
    pins = [(twin, pilot) for kind, twin, pilot in rulings if kind == RulingKind.PIN]
    scores = score_matrix(twins, pilots, weights, pulse)
    problem = state([twin.key for twin in twins], places, scores, bars=bars, pins=pins)
    present = _present(claimed)
    matching = solve(problem, pulse) if present is None else repair(problem, present, pulse)
    return Found(twins, pilots, weights, problem, matching, Explanation(problem, matching, present))


def _present(claimed: MatchRun) -> dict[int, int] | None:
    """The pairs that a repair starts from."""
    if not claimed.is_repair or claimed.derived_from is None:
        return None
    before = claimed.derived_from.pairs.exclude(pilot=None)
    return {
        application: pilot
        for application, pilot in before.values_list("application_id", "pilot_id")
        if pilot is not None
    }


def _pairs(claimed: MatchRun, found: Found, pulse: OnStep) -> list[MatchPair]:
    twins = {twin.key: twin for twin in found.twins}
    pilots = {pilot.key: pilot for pilot in found.pilots}
    pairs = []
    for row, key in enumerate(found.problem.twins):
        pulse(Step.REASONS, row, len(found.problem.twins))
        column = int(found.matching.columns[row])
        pair = MatchPair(run=claimed, application_id=key, is_pinned=row in found.problem.pins)
        if column == NOBODY:
            pair.plight = stored.of_unmatched(found.explanation.unmatched(row))
        else:
            pilot = pilots[found.problem.pilots[column]]
            pair.pilot_id, pair.score = pilot.key, int(found.problem.scores[row, column])
            values = criteria.values(twins[key], pilot, found.weights)
            pair.values = [stored.of_value(value) for value in values]
        pair.others = _others(found, row, column, twins[key].wishes)
        pairs.append(pair)
    return pairs


def _others(found: Found, row: int, column: int, wishes: tuple[int, ...]) -> Mapping[str, Any]:
    """Why none of the other pilots, by their keys."""
    scores = found.problem.scores[row]
    pilots = found.problem.pilots
    wanted = range(len(pilots))
    if found.problem.scores.size > ALL_EXPLAINED:
        best = set((-scores).argsort(kind="stable")[:BEST_EXPLAINED].tolist())
        wished = {other for other, key in enumerate(pilots) if key in wishes}
        wanted = sorted(best | wished)  # type: ignore[assignment]
    return {
        str(pilots[other]): stored.of_missing(
            found.explanation.missing(row, other), int(scores[other])
        )
        for other in wanted
        if other != column
    }


@transaction.atomic
def _keep(claimed: MatchRun, result: tuple[Found, list[MatchPair]]) -> None:
    """All or nothing, and only while the run is still this worker's."""
    found, pairs = result
    if not leases.held(claimed).select_for_update(of=("self",)).exists():
        raise Stopped
    claimed.pairs.all().delete()
    MatchPair.objects.bulk_create(pairs, batch_size=200)
    leases.settle(
        claimed,
        state=RunState.DONE,
        twins=len(pairs),
        matched=found.matching.count,
        worst=found.matching.worst,
        total=found.matching.total,
        problem={},
    )
