"""Conflicts of interest that the hub finds: of one's own city, and of a pilot that is ranked."""

import pytest
from django.utils import timezone

from cities.enums import Role
from cities.models import City, Membership
from cities.twinning.applications import actions as applying
from cities.twinning.enums import ConflictKind
from cities.twinning.models import Application, Call, Conflict, Criterion, Review, Score
from cities.twinning.reviews import actions
from cities.twinning.reviews.assigning import propose
from cities.twinning.reviews.board import board_of, means_of
from tests.cities.test_city_pages import SignIn
from tests.cities.test_constraints import refused, sql
from tests.conftest import Cast
from tests.twinning.making import call, domain, whole
from tests.worlds.calls import pilot_of

__all__ = ["call", "domain"]


@pytest.fixture
def it(cast: Cast, call: Call) -> Application:
    """Leuven's, sent in; it ranks Malmö. Rita and Bob review, Bob works for Lund."""
    for person in (cast.rita, cast.bob):
        Membership.objects.create(user=person, programme=cast.syd, role=Role.REVIEWER)
    return applying.submit(application=whole(call, cast.leuven, cast.mallory), by=cast.mallory)


def joins(cast: Cast, city: City) -> Membership:
    """Rita works for the city from now on."""
    return Membership.objects.create(user=cast.rita, city=city, role=Role.STAFF)


def asked(it: Application, cast: Cast) -> Review:
    actions.declare(call=it.call, conflicts={}, by=cast.rita)
    actions.assign(call=it.call, pairs=[(it, cast.rita)], by=cast.ada)
    return Review.objects.get(application=it, reviewer=cast.rita)


def kinds() -> list[tuple[str, str, str]]:
    rows = Conflict.objects.order_by("reviewer__name", "city__name")
    return list(rows.values_list("reviewer__name", "city__name", "kind"))


def test_a_reviewer_of_a_ranked_pilot_is_proposed_by_nobody(cast: Cast, it: Application) -> None:
    assert {r.pk for _a, r in propose(it.call, 2).pairs} == {cast.rita.pk, cast.bob.pk}
    joins(cast, cast.malmo)
    proposal = propose(it.call, 2)
    assert [r for _a, r in proposal.pairs] == [cast.bob]
    assert proposal.short == [(it, 1)]


def test_nor_asked_by_hand_and_it_is_written_down(cast: Cast, it: Application) -> None:
    joins(cast, cast.malmo)
    pairs = [(it, cast.rita), (it, cast.bob)]
    assert actions.assign(call=it.call, pairs=pairs, by=cast.carol) == 1
    assert Review.objects.get().reviewer == cast.bob
    assert ("Rita", "Leuven", "ranked") in kinds()


def test_a_declaration_brings_what_the_hub_knows(cast: Cast, it: Application) -> None:
    joins(cast, cast.malmo)
    actions.declare(call=it.call, conflicts={cast.lund: "A cousin"}, by=cast.rita)
    assert kinds() == [
        ("Rita", "Leuven", "ranked"),
        ("Rita", "Lund", "declared"),
        ("Rita", "Malmö", "own-city"),
    ]


def test_a_pilot_that_the_application_does_not_rank_hinders_nobody(
    cast: Cast, call: Call, it: Application
) -> None:
    other = City.objects.create(name="Espoo", slug="espoo", country="FI", latitude=60, longitude=24)
    pilot_of(call, other)
    joins(cast, other)
    assert [r for _a, r in propose(call, 2).pairs] == [cast.bob, cast.rita]
    assert asked(it, cast).pk in {r.pk for r in Review.objects.readable_by(cast.rita)}


@pytest.mark.parametrize("where", ["malmo", "leuven"])
def test_a_role_taken_later_closes_the_file(
    cast: Cast, sign_in: SignIn, it: Application, where: str
) -> None:
    review = asked(it, cast)
    points: dict[Criterion, int | None] = {Criterion.objects.get(): 4}
    actions.write(review=review, points=points, comment="Good", is_final=True, by=cast.rita)
    assert means_of(it.call) == {it.pk: 80}
    held = joins(cast, getattr(cast, where))
    assert sign_in(cast.rita).get(review.get_absolute_url()).status_code == 404
    assert means_of(it.call) == {}
    seen = board_of(it.call).rows[0].reviews[0]
    wanted = ConflictKind.RANKED if where == "malmo" else ConflictKind.OWN_CITY
    assert (seen.state, seen.mark, seen.conflict) == ("conflict", None, wanted.label)
    # Nothing was written down yet: with the role the conflict goes.
    Membership.objects.filter(pk=held.pk).update(ended_at=timezone.now(), ended_by=cast.ada)
    assert means_of(it.call) == {it.pk: 80}


def test_once_written_down_it_stays_and_scores_are_gone(cast: Cast, it: Application) -> None:
    review = asked(it, cast)
    points: dict[Criterion, int | None] = {Criterion.objects.get(): 4}
    actions.write(review=review, points=points, comment="Good", is_final=True, by=cast.rita)
    held = joins(cast, cast.malmo)
    actions.declare(call=it.call, conflicts={}, by=cast.rita)
    Membership.objects.filter(pk=held.pk).update(ended_at=timezone.now(), ended_by=cast.ada)
    assert not Score.objects.exists()
    assert board_of(it.call).rows[0].reviews[0].state == "conflict"
    assert not Review.objects.readable_by(cast.rita).exists()


def test_the_reviewer_is_not_told_who_ranks_their_city(
    cast: Cast, sign_in: SignIn, it: Application
) -> None:
    joins(cast, cast.malmo)
    actions.declare(call=it.call, conflicts={}, by=cast.rita)
    Call.objects.update(is_blind=True)
    page = sign_in(cast.rita).get(f"{it.call.get_absolute_url()}reviews/").content.decode()
    assert str(ConflictKind.RANKED.label) not in page
    board = sign_in(cast.carol).get(f"{it.call.get_absolute_url()}reviewing/")
    assert board.status_code == 200


def test_the_board_names_what_the_hub_found(cast: Cast, sign_in: SignIn, it: Application) -> None:
    asked(it, cast)
    joins(cast, cast.malmo)
    page = sign_in(cast.carol).get(f"{it.call.get_absolute_url()}reviewing/").content.decode()
    assert "works for a pilot city that the application ranks" in page


def test_a_kind_is_known_to_the_database(cast: Cast, it: Application) -> None:
    Conflict.objects.create(call=it.call, reviewer=cast.rita, city=cast.lund)
    refused("conflict_kind_known", lambda: sql("update twinning_conflict set kind = 'odd'"))
