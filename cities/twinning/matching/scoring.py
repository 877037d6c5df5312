"""The score of every pair at once."""

from collections.abc import Mapping, Sequence

import numpy as np

from cities.twinning.matching.bars import Bar
from cities.twinning.matching.criteria import Criterion, Profile, score
from cities.twinning.matching.problem import Pair, Scores
from cities.twinning.matching.solve import OnStep, Step, quiet

#: Rows between two answers to how far it is.
ROWS = 20


def score_matrix(
    twins: Sequence[Profile],
    pilots: Sequence[Profile],
    weights: Mapping[Criterion, int],
    on_step: OnStep = quiet,
) -> Scores:
    """Twins × pilots."""
    scores = np.zeros((len(twins), len(pilots)), dtype=np.int32)
    for row, twin in enumerate(twins):
        if row % ROWS == 0:
            on_step(Step.SCORES, row, len(twins))
        scores[row] = [score(twin, pilot, weights) for pilot in pilots]
    return scores


def own_city_bars(twins: Sequence[Profile], pilots: Sequence[Profile]) -> dict[Pair, Bar]:
    """A city that is in a pilot cannot be its twin."""
    pilots_of: dict[int, list[int]] = {}
    for pilot in pilots:
        for spot in pilot.spots:
            pilots_of.setdefault(spot.city, []).append(pilot.key)
    return {
        (twin.key, key): Bar.OWN_CITY
        for twin in twins
        for spot in twin.spots
        for key in pilots_of.get(spot.city, ())
    }
