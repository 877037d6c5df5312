"""Reviews: conflicts first, scores, abstention, a fair spread of readers."""

import random
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from cities.enums import Role
from cities.models import City, Membership
from cities.twinning.applications import actions as applying
from cities.twinning.enums import Screening
from cities.twinning.models import Application, Call, Conflict, Criterion, Review, Score
from cities.twinning.reviews import actions
from cities.twinning.reviews.assigning import propose, spread
from cities.twinning.reviews.board import board_of
from hub.models import Event, User
from hub.refusals import Refused
from tests.cities.test_city_pages import SignIn
from tests.cities.test_constraints import refused, sql
from tests.conftest import Cast
from tests.labs.conftest import post
from tests.twinning.making import call, domain, whole

__all__ = ["call", "domain"]


@pytest.fixture
def it(cast: Cast, call: Call) -> Application:
    """Leuven's, sent in; Rita and Bob review for the programme, Bob is of Lund."""
    for person in (cast.rita, cast.bob):
        Membership.objects.create(user=person, programme=cast.syd, role=Role.REVIEWER)
    return applying.submit(application=whole(call, cast.leuven, cast.mallory), by=cast.mallory)


def asked(it: Application, reviewer: User, cast: Cast) -> Review:
    actions.assign(call=it.call, pairs=[(it, reviewer)], by=cast.carol)
    return Review.objects.get(application=it, reviewer=reviewer)


def where(it: Application) -> str:
    return f"{it.call.get_absolute_url()}reviews/"


def test_nothing_is_shown_before_conflicts_are_declared(
    cast: Cast, sign_in: SignIn, it: Application
) -> None:
    review = asked(it, cast.rita, cast)
    client = sign_in(cast.rita)
    assert client.get(review.get_absolute_url()).status_code == 404
    assert list(client.get(where(it)).context["rows"]) == []
    post(client, where(it), {"reason": ""})
    assert client.get(review.get_absolute_url()).status_code == 200
    assert list(client.get(where(it)).context["rows"]) == [review]


def test_a_conflict_hides_the_file_and_is_logged(
    cast: Cast, sign_in: SignIn, it: Application
) -> None:
    review = asked(it, cast.rita, cast)
    client = sign_in(cast.rita)
    lacks_reason = post(client, where(it), {"cities": [cast.leuven.pk], "reason": ""})
    assert lacks_reason.status_code == 422
    post(client, where(it), {"cities": [cast.leuven.pk], "reason": "A friend"})
    for end in ("", "conflict/", "abstention/"):
        assert client.get(f"{review.get_absolute_url()}{end}").status_code == 404
    assert Conflict.objects.get().reason == "A friend"
    assert Event.objects.get(verb="application.conflict").direct == [cast.carol.pk]
    assert board_of(it.call).rows[0].reviews[0].state == "conflict"
    # Nor through the application itself, or the list of all.
    assert client.get(it.get_absolute_url()).status_code == 404
    assert client.get(f"{it.call.get_absolute_url()}applications/").status_code == 403


def test_ones_own_city_is_a_conflict_by_itself(cast: Cast, call: Call, it: Application) -> None:
    own = applying.submit(application=whole(call, cast.lund, cast.alice), by=cast.alice)
    actions.declare(call=call, conflicts={}, by=cast.bob)
    assert [c.city for c in Conflict.objects.all()] == [cast.lund]
    assert actions.assign(call=call, pairs=[(own, cast.bob)], by=cast.carol) == 0
    assert actions.assign(call=call, pairs=[(it, cast.bob)], by=cast.carol) == 1


def test_scores_are_kept_as_a_draft_and_sent_in_whole(
    cast: Cast, sign_in: SignIn, it: Application
) -> None:
    review = asked(it, cast.rita, cast)
    actions.declare(call=it.call, conflicts={}, by=cast.rita)
    name = f"points-{Criterion.objects.get().pk}"
    client = sign_in(cast.rita)
    address = review.get_absolute_url()
    empty = post(client, address, {name: "", "comment": "Half"})
    assert empty.status_code == 422
    assert "Half" in empty.content.decode()
    assert post(client, address, {name: "6"}).status_code == 422
    assert post(client, address, {name: "", "comment": "Half", "draft": "1"}).status_code == 302
    assert board_of(it.call).rows[0].mean is None
    assert post(client, address, {name: "4", "comment": "Whole"}).status_code == 302
    row = board_of(it.call).rows[0]
    assert (row.mean, row.spread, row.waiting) == (80, None, 0)


def test_marks_are_weighted_and_their_spread_is_seen(cast: Cast, it: Application) -> None:
    # A settled template stays: the second criterion is put there past its watchmen.
    sql("set constraints all immediate")
    sql("alter table twinning_criterion disable trigger user")
    first = Criterion.objects.get()
    second = Criterion.objects.create(
        scheme=it.call.scheme, name_en="Two", name_sv="Två", weight=3, most=10
    )
    sql("set constraints all immediate")
    sql("alter table twinning_criterion enable trigger user")
    sql("set constraints all deferred")
    for reviewer, points in ((cast.rita, (5, 10)), (cast.bob, (0, 5))):
        review = asked(it, reviewer, cast)
        actions.declare(call=it.call, conflicts={}, by=reviewer)
        scores = dict(zip((first, second), points, strict=True))
        actions.write(review=review, points=scores, comment="", is_final=True, by=reviewer)
    row = board_of(it.call).rows[0]
    # (1 * 0 + 3 * 0.5) / 4 rounds to 38.
    assert (sorted(row.marks), row.mean, row.spread) == ([38, 100], 69, 62)


def test_a_reviewer_taken_off_in_the_midst_of_reading(
    cast: Cast, sign_in: SignIn, it: Application
) -> None:
    review = asked(it, cast.rita, cast)
    actions.declare(call=it.call, conflicts={}, by=cast.rita)
    client = sign_in(cast.rita)
    name = f"points-{Criterion.objects.get().pk}"
    assert client.get(review.get_absolute_url()).status_code == 200
    post(sign_in(cast.carol), f"{it.call.get_absolute_url()}reviewing/{review.pk}/removal/", {})
    client = sign_in(cast.rita)
    assert post(client, review.get_absolute_url(), {name: "4"}).status_code == 404
    with pytest.raises(Refused):
        actions.write(review=review, points={}, comment="", is_final=True, by=cast.rita)
    assert not Score.objects.exists()
    assert board_of(it.call).rows[0].reviews == []


def test_who_is_no_reviewer_any_more_reads_nothing(
    cast: Cast, sign_in: SignIn, it: Application
) -> None:
    review = asked(it, cast.rita, cast)
    actions.declare(call=it.call, conflicts={}, by=cast.rita)
    Membership.objects.filter(user=cast.rita, role=Role.REVIEWER).delete()
    assert sign_in(cast.rita).get(review.get_absolute_url()).status_code == 404


def test_abstaining_takes_the_scores_away(cast: Cast, sign_in: SignIn, it: Application) -> None:
    review = asked(it, cast.rita, cast)
    actions.declare(call=it.call, conflicts={}, by=cast.rita)
    points: dict[Criterion, int | None] = {Criterion.objects.get(): 5}
    actions.write(review=review, points=points, comment="Good", is_final=True, by=cast.rita)
    address = f"{review.get_absolute_url()}abstention/"
    assert post(sign_in(cast.rita), address, {"reason": ""}).status_code == 422
    assert post(sign_in(cast.rita), address, {"reason": "Not my field"}).status_code == 302
    review.refresh_from_db()
    assert (review.submitted_at, review.abstained_because) == (None, "Not my field")
    assert not Score.objects.exists()


def test_a_blind_call_names_no_city(cast: Cast, sign_in: SignIn, it: Application) -> None:
    Call.objects.update(is_blind=True)
    review = asked(it, cast.rita, cast)
    actions.declare(call=it.call, conflicts={}, by=cast.rita)
    page = sign_in(cast.rita).get(review.get_absolute_url()).content.decode()
    assert "Leuven" not in page
    assert "bo@example.org" not in page
    assert "How do owners agree?" in page


def test_an_ineligible_or_withdrawn_application_is_read_by_nobody(
    cast: Cast, sign_in: SignIn, it: Application
) -> None:
    review = asked(it, cast.rita, cast)
    actions.declare(call=it.call, conflicts={}, by=cast.rita)
    Application.objects.update(
        screening=Screening.FAIL, screened_at=it.submitted_at, screened_by=cast.carol
    )
    assert sign_in(cast.rita).get(review.get_absolute_url()).status_code == 404


def test_a_proposal_is_even_and_without_conflicts(
    cast: Cast, sign_in: SignIn, call: Call, it: Application
) -> None:
    for n in range(4):
        city = City.objects.create(
            name=f"C{n}", slug=f"c{n}", country="FI", latitude=60, longitude=24
        )
        applying.submit(application=whole(call, city, cast.mallory), by=cast.mallory)
    biased = City.objects.get(slug="c0")
    Conflict.objects.create(call=call, reviewer=cast.rita, city=biased)
    proposal = propose(call, 1)
    load = Counter(reviewer for _it, reviewer in proposal.pairs)
    assert sorted(load.values()) == [2, 3]
    assert (biased, cast.rita) not in {(a.city, r) for a, r in proposal.pairs}
    # Two readers each are too many for the city that one of two may not read.
    assert [(a.city, n) for a, n in propose(call, 2).short] == [(biased, 1)]
    pairs = [f"{a.pk}-{r.pk}" for a, r in proposal.pairs]
    client = sign_in(cast.carol)
    board = f"{call.get_absolute_url()}reviewing/"
    assert post(client, board, {"pairs": pairs}).status_code == 302
    assert Review.objects.count() == 5
    assert propose(call, 1).pairs == []
    assert post(client, board, {"pairs": ["1-x"]}).status_code == 302
    assert Review.objects.count() == 5


def _most(needs: dict[int, int], allowed: dict[int, set[int]]) -> int:
    return sum(min(needs[a], len(allowed[a])) for a in needs)


def test_the_spread_is_complete_and_as_even_as_it_can_be() -> None:
    """Against a search of all limits: each pair once, all that is possible, the load lowest."""
    dice = random.Random(5)
    for _ in range(200):
        people = range(dice.randint(1, 5))
        needs = {a: dice.randint(0, 3) for a in range(dice.randint(1, 6))}
        allowed = {a: {r for r in people if dice.random() < 0.7} for a in needs}
        load = {r: dice.randint(0, 2) for r in people}
        found = spread(needs, allowed, load)
        assert len(set(found)) == len(found) == _most(needs, allowed)
        assert all(r in allowed[a] for a, r in found)
        heaviest = max((load[r] + n for r, n in Counter(r for _a, r in found).items()), default=0)
        assert heaviest <= _lowest(needs, allowed, load)


def _lowest(needs: dict[int, int], allowed: dict[int, set[int]], load: dict[int, int]) -> int:
    """By Hall's condition over all sets of readers: the smallest limit that takes everything."""
    people = sorted(load)
    wanted = {a: min(needs[a], len(allowed[a])) for a in needs}
    for limit in range(100):
        for bits in range(1 << len(people)):
            group = {p for n, p in enumerate(people) if bits >> n & 1}
            forced = sum(max(0, wanted[a] - len(allowed[a] - group)) for a in needs)
            if forced > sum(max(0, limit - load[p]) for p in group):
                break
        else:
            return limit
    raise AssertionError("No limit is enough.")


def test_rules_of_the_database(cast: Cast, it: Application) -> None:
    review = asked(it, cast.rita, cast)
    actions.declare(call=it.call, conflicts={}, by=cast.rita)
    actions.write(
        review=review, points={Criterion.objects.get(): 3}, comment="", is_final=True, by=cast.rita
    )
    refused("score_within_criterion", lambda: sql("update twinning_score set points = 6"))
    refused(
        "review_scored_or_abstained", lambda: sql("update twinning_review set abstained_at = now()")
    )
    refused(
        "review_removed_at_with_by", lambda: sql("update twinning_review set removed_at = now()")
    )
    refused(
        "review_once",
        lambda: Review.objects.create(application=it, reviewer=cast.rita, assigned_by=cast.carol),
    )
    Conflict.objects.create(call=it.call, reviewer=cast.rita, city=cast.leuven)
    assert not Score.objects.exists()
    refused(
        "review_without_conflict", lambda: sql("update twinning_review set submitted_at = now()")
    )


@pytest.mark.django_db(transaction=True)
def test_a_conflict_that_is_found_while_scores_are_sent(cast: Cast, it: Application) -> None:
    """The one who sends waits for the other, and is told; nothing is scored."""
    review = asked(it, cast.rita, cast)
    actions.declare(call=it.call, conflicts={}, by=cast.rita)
    criterion = it.call.scheme.criteria.get()

    def send() -> str:
        try:
            actions.write(
                review=review, points={criterion: 3}, comment="", is_final=True, by=cast.rita
            )
        except Refused as refused:
            return str(refused.sentence)
        finally:
            connection.close()
        return "sent"

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            actions.find_conflict(review=review, reason="My sister", by=cast.rita)
            sending = pool.submit(send)
            assert _somebody_waits_for_us()
        assert sending.result(timeout=30) == "This review is not yours any more."
    review.refresh_from_db()
    assert (review.submitted_at, Score.objects.count()) == (None, 0)


def _somebody_waits_for_us() -> bool:
    sql = """select exists (select 1 from pg_locks
        where not granted and pg_backend_pid() = any(pg_blocking_pids(pid)))"""
    end = time.monotonic() + 30
    with connection.cursor() as cursor:
        while time.monotonic() < end:
            cursor.execute(sql)
            if cursor.fetchone()[0]:
                return True
    return False
