"""Each criterion, the facts it gives, and their sum."""

import pytest

from cities.twinning.matching.bars import Bar
from cities.twinning.matching.criteria import (
    DEFAULT_WEIGHTS,
    FULL,
    UNKNOWN,
    BadWeights,
    Criterion,
    Fact,
    FactKind,
    Profile,
    Spot,
    Wants,
    best_score,
    checked,
    common_language,
    interest,
    near,
    needs_met,
    reciprocity,
    score,
    shared_domains,
    similar_size,
    values,
)
from cities.twinning.matching.scoring import own_city_bars, score_matrix

LUND = Spot(1, 94_000, 55.70, 13.19)
MALMO = Spot(2, 347_000, 55.60, 13.00)
LEUVEN = Spot(3, 94_000, 50.88, 4.70)
TWIN = Profile(
    1,
    "Lund",
    (LUND,),
    domains=frozenset({"energy", "mobility", "buildings"}),
    levers=frozenset({"finance"}),
    seeks=Wants("How to finance heat networks with citizens", frozenset({"energy", "buildings"})),
    offers=Wants("Cargo bicycles in the old town", frozenset({"mobility"})),
    languages=frozenset({"sv", "en"}),
    wishes=(20, 10, 30),
)
PILOT = Profile(
    10,
    "Leuven and Malmö",
    (LEUVEN, MALMO),
    domains=frozenset({"energy", "waste"}),
    levers=frozenset({"finance", "governance"}),
    seeks=Wants("Bicycle lanes", frozenset({"mobility", "land"})),
    offers=Wants("Heating networks financed by their users", frozenset({"energy"})),
    languages=frozenset({"en", "nl"}),
)
NOTHING = Profile(99, "Silent", (Spot(9),))


def test_shared_domains_counts_the_share_of_the_twins_own_and_levers_half_as_much():
    value = shared_domains(TWIN, PILOT)
    assert value.value == (2 * 333 + 1000) // 3
    assert value.facts == (
        Fact(FactKind.SHARED_DOMAINS, ("energy",), 1, 3),
        Fact(FactKind.SHARED_LEVERS, ("finance",), 1, 1),
    )


def test_needs_are_met_by_domains_and_by_words_of_the_same_stem():
    value = needs_met(TWIN, PILOT)
    assert value.facts == (
        Fact(FactKind.MET_DOMAINS, ("energy",), 1, 2),
        Fact(FactKind.MET_WORDS, ("finance", "networks"), 2),
    )
    assert value.value == (2 * 500 + 666) // 3


def test_reciprocity_looks_the_other_way():
    value = reciprocity(TWIN, PILOT)
    assert value.facts == (
        Fact(FactKind.MET_DOMAINS, ("mobility",), 1, 2),
        Fact(FactKind.MET_WORDS, ("bicycle",), 1),
    )


@pytest.mark.parametrize(("wished", "value", "rank"), [(20, 1000, 1), (10, 666, 2), (77, 0, 0)])
def test_interest_falls_with_the_rank(wished, value, rank):
    found = interest(TWIN, Profile(wished, "", ()))
    assert (found.value, found.facts) == (value, (Fact(FactKind.RANK, (), rank, 3),))


def test_one_language_in_common_is_enough():
    assert common_language(TWIN, PILOT).value == FULL
    assert common_language(TWIN, PILOT).facts[0].items == ("en",)
    assert common_language(TWIN, Profile(5, "", (), languages=frozenset({"fi"}))).value == 0


def test_size_and_way_are_those_of_the_nearest_city_of_a_cluster():
    assert similar_size(TWIN, PILOT).value == FULL
    assert similar_size(TWIN, Profile(5, "", (MALMO,))).facts == (
        Fact(FactKind.TIMES_AS_LARGE, (), 37),
    )
    assert near(TWIN, PILOT).facts == (Fact(FactKind.KILOMETRES, (), 16),)
    assert near(TWIN, Profile(5, "", (LEUVEN,))).facts == (Fact(FactKind.KILOMETRES, (), 777),)
    assert similar_size(TWIN, Profile(5, "", (Spot(7, 2_000_000),))).value == 0


def test_what_nobody_told_counts_half_and_says_so():
    for value in values(TWIN, NOTHING, {c: 1 for c in Criterion if c is not Criterion.INTEREST}):
        if value.criterion is Criterion.DOMAINS:
            assert (value.value, value.known) == (0, True)
        else:
            assert (value.value, value.known, value.facts) == (UNKNOWN, False, ())


def test_a_score_is_its_parts_added_and_never_above_the_best():
    weights = checked(DEFAULT_WEIGHTS)
    assert Criterion.DISTANCE not in weights
    parts = values(TWIN, PILOT, weights)
    assert score(TWIN, PILOT, weights) == sum(weights[v.criterion] * v.value for v in parts)
    assert 0 < score(TWIN, PILOT, weights) < best_score(weights)
    shares = [weights[v.criterion] * v.value for v in parts]
    assert shares == sorted(shares, reverse=True)


@pytest.mark.parametrize(
    "weights", [{}, {Criterion.SIZE: 0}, {Criterion.SIZE: 11}, {Criterion.SIZE: -1}]
)
def test_weights_that_say_nothing_are_refused(weights):
    with pytest.raises(BadWeights):
        checked(weights)


def test_the_matrix_holds_the_scores_and_a_city_is_never_its_own_twin():
    weights = checked(DEFAULT_WEIGHTS)
    malmo = Profile(2, "Malmö", (MALMO,))
    matrix = score_matrix([TWIN, malmo], [PILOT, NOTHING], weights)
    assert matrix.tolist() == [
        [score(TWIN, PILOT, weights), score(TWIN, NOTHING, weights)],
        [score(malmo, PILOT, weights), score(malmo, NOTHING, weights)],
    ]
    assert own_city_bars([TWIN, malmo], [PILOT, NOTHING]) == {(2, 10): Bar.OWN_CITY}
