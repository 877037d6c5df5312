"""A match run: set up, computed by a worker, stopped, taken up again, told why it is impossible."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models.functions import Now
from django.utils import timezone, translation

from cities.twinning import tasks
from cities.twinning.applications import actions as applying
from cities.twinning.enums import RulingKind, RunState
from cities.twinning.matching import words
from cities.twinning.matching.criteria import Criterion
from cities.twinning.models import Decision, MatchPair, MatchRun
from cities.twinning.runs import actions, computing, leases, reading, stored
from cities.twinning.runs.computing import Pulse, Stopped
from hub.refusals import Refused
from tests.cities.test_constraints import refused, sql
from tests.conftest import Cast
from tests.twinning.running import Round
from tests.worlds import World

PAIR = """
insert into twinning_matchpair (run_id, application_id, pilot_id, score, is_pinned, values, others, plight)
values (%s, %s, %s, %s, %s, '[]', '{}', '{}')
""".replace(" values,", ' "values",')
RULING = """
insert into twinning_ruling (run_id, kind, application_id, pilot_id, reason, made_at, made_by_id)
values (%s, %s, %s, %s, %s, now(), %s)
"""


@pytest.fixture
def three(cast: Cast) -> Round:
    return three_of(cast)


def three_of(cast: Cast) -> Round:
    """Gent has a place and Brugge two; everybody wants Gent first."""
    made = Round(cast, {"Gent": 1, "Brugge": 2})
    for name in ("Aalst", "Dinant", "Namur"):
        made.apply(name, "Gent", "Brugge")
    return made


def test_a_run_matches_as_many_as_it_can_and_keeps_its_reasons(three: Round) -> None:
    run = three.computed()
    assert (run.state, run.twins, run.matched) == (RunState.DONE, 3, 3)
    assert sorted(filter(None, three.result(run).values())) == ["Brugge", "Brugge", "Gent"]
    assert (run.worst, run.total) == (500, 2000)
    assert (run.progress, run.lease_until, run.tries) == (100, None, 1)
    pair = run.pairs.get(application=three.applications["Aalst"])
    (value,) = [stored.value(kept) for kept in pair.values]
    assert value.criterion == Criterion.INTEREST
    assert value.value == pair.score
    assert set(pair.others) == {str(p.pk) for p in three.pilots.values()} - {str(pair.pilot_id)}


def test_a_run_is_not_computed_twice(three: Round) -> None:
    run = three.computed()
    found = list(run.pairs.values_list("pk", flat=True))
    tasks.compute_run(run.pk)
    assert list(run.pairs.values_list("pk", flat=True)) == found


def test_a_lost_wake_up_is_made_good_by_the_clock(three: Round) -> None:
    run = actions.start(run=three.draft(), by=three.by)
    assert leases.due() == [run.pk]
    tasks.compute_run(run.pk)
    assert leases.due() == []


def test_the_run_of_a_dead_worker_is_taken_up_and_the_dead_one_writes_nothing(
    three: Round,
) -> None:
    run = actions.start(run=three.draft(), by=three.by)
    first = leases.claim(run.pk)
    assert first is not None
    # While the lease holds nobody else takes it.
    assert leases.claim(run.pk) is None
    assert leases.due() == []
    late = computing._found(first, Pulse(first))
    MatchRun.objects.update(lease_until=Now() - timedelta(seconds=1))
    assert leases.due() == [run.pk]
    computing.run(run.pk)
    run.refresh_from_db()
    assert (run.state, run.fence, run.tries) == (RunState.DONE, 2, 2)
    kept = list(run.pairs.values_list("pk", flat=True))
    with pytest.raises(Stopped):
        computing._keep(first, late)
    assert list(run.pairs.values_list("pk", flat=True)) == kept


def test_a_run_that_kills_its_workers_says_so(three: Round) -> None:
    run = actions.start(run=three.draft(), by=three.by)
    for _ in range(leases.TRIES):
        assert leases.claim(run.pk) is not None
        MatchRun.objects.update(lease_until=Now() - timedelta(seconds=1))
    assert leases.due() == []
    run.refresh_from_db()
    assert (run.state, run.problem) == (RunState.FAILED, {"kind": "stopped"})
    catalogue = reading.catalogue_of(three.call, three.by, run.weights)
    assert "stopped, three times" in reading.problem_of(run, catalogue.names)[0]


def test_a_run_that_is_cancelled_stops_at_its_next_step(three: Round) -> None:
    run = actions.start(run=three.draft(), by=three.by)
    claimed = leases.claim(run.pk)
    assert claimed is not None
    assert actions.cancel(run=run)
    with pytest.raises(Stopped):
        computing._found(claimed, Pulse(claimed))
    run.refresh_from_db()
    assert (run.state, run.lease_until) == (RunState.CANCELLED, None)
    assert not run.pairs.exists()
    assert not actions.cancel(run=run)


def test_a_run_cancelled_as_it_ends_keeps_nothing(three: Round) -> None:
    run = actions.start(run=three.draft(), by=three.by)
    claimed = leases.claim(run.pk)
    assert claimed is not None
    found = computing._found(claimed, Pulse(claimed))
    actions.cancel(run=run)
    with pytest.raises(Stopped):
        computing._keep(claimed, found)
    assert not MatchPair.objects.exists()


def test_a_city_that_withdraws_while_a_run_computes_is_marked_and_repaired(
    three: Round, sign_in: Any
) -> None:
    run = actions.start(run=three.draft(), by=three.by)
    claimed = leases.claim(run.pk)
    assert claimed is not None
    found = computing._found(claimed, Pulse(claimed))
    leaving = next(pair for pair in found[1] if pair.pilot_id == three.pilots["Gent"].pk)
    gone = next(a for a in three.applications.values() if a.pk == leaving.application_id)
    applying.withdraw(application=gone, reason="No money", by=three.mallory)
    computing._keep(claimed, found)
    run.refresh_from_db()
    before = three.result(run)
    page = sign_in(three.by).get(run.get_absolute_url()).content.decode()
    assert "Cities have left since this run:" in page

    repaired = three.computed(actions.derive(run=run, by=three.by, is_repair=True))

    after = three.result(repaired)
    assert set(after) == set(before) - {gone.city.name}
    assert all(after[name] == before[name] for name in after)


def test_a_repair_moves_fewer_than_a_new_run(cast: Cast) -> None:
    made = Round(cast, {"Gent": 1, "Brugge": 1, "Ieper": 1})
    for name, wishes in (("Aalst", "Gent Brugge"), ("Dinant", "Brugge Ieper"), ("Namur", "Ieper")):
        made.apply(name, *wishes.split())
    run = made.computed()
    assert made.result(run) == {"Aalst": "Gent", "Dinant": "Brugge", "Namur": "Ieper"}
    draft = actions.derive(run=run, by=made.by, is_repair=True)
    made.settle(draft, "veto", "Aalst", "Gent")
    repaired = made.computed(draft)
    assert (repaired.matched, repaired.is_repair) == (3, True)
    moved = [n for n, pilot in made.result(repaired).items() if pilot != made.result(run)[n]]
    assert len(moved) == 2


def test_pins_and_vetoes_hold(three: Round) -> None:
    draft = three.draft()
    three.settle(draft, "pin", "Namur", "Gent")
    three.settle(draft, "veto", "Aalst", "Brugge")
    run = three.computed(draft)
    assert three.result(run) == {"Aalst": None, "Dinant": "Brugge", "Namur": "Gent"}
    assert run.pairs.get(application=three.applications["Namur"]).is_pinned
    assert told(three, run, "Aalst") == [
        "Every pilot that could make room for Aalst is full: Gent.",
        "All places there are pinned to others.",
        "Possible with one place more at Gent.",
        "Possible if the veto against Aalst and Brugge were lifted.",
        "Possible if Namur were not pinned to Gent.",
    ]


def told(three: Round, run: MatchRun, name: str) -> list[str]:
    catalogue = reading.catalogue_of(three.call, three.by, run.weights)
    pair = run.pairs.get(application=three.applications[name])
    with translation.override("en"):
        return words.unmatched_words(stored.unmatched(pair.plight), catalogue.names)


def test_a_city_whose_pilots_are_all_vetoed_is_told_so(three: Round) -> None:
    draft = three.draft()
    for pilot in three.pilots:
        three.settle(draft, "veto", "Aalst", pilot)
    run = three.computed(draft)
    assert run.matched == 2
    # One of Brugge's places is left: lifting that veto alone would do.
    assert told(three, run, "Aalst")[0] == "No pilot is allowed for Aalst."
    lifts = {line for line in told(three, run, "Aalst") if "lifted" in line}
    assert "Possible if the veto against Aalst and Brugge were lifted." in lifts


def test_places_set_to_none_are_named_as_the_obstacle(three: Round) -> None:
    run = three.computed(three.draft(Gent=0, Brugge=0))
    assert (run.matched, run.worst, run.total) == (0, None, 0)
    assert told(three, run, "Aalst") == [
        "Every pilot that could make room for Aalst is full: Gent and Brugge.",
        "There are no places there.",
        "Possible with one place more at Gent or Brugge.",
    ]


def test_a_call_without_pilots_places_or_applications_is_no_error(three: Round) -> None:
    three.call.pilots.all().delete()
    run = three.computed()
    assert (run.state, run.matched) == (RunState.DONE, 0)


def test_nobody_to_match_is_said_before_it_begins(cast: Cast) -> None:
    made = Round(cast, {"Gent": 1})
    with pytest.raises(Refused):
        actions.start(run=made.draft(), by=made.by)


def test_weights_that_are_all_nought_are_refused_and_fail_where_they_got_in(three: Round) -> None:
    nothing = dict.fromkeys(Criterion, 0)
    draft = three.draft()
    with pytest.raises(Refused):
        actions.set_up(run=draft, name="", weights=nothing, places={}, by=three.by)
    MatchRun.objects.update(weights={str(c): 0 for c in Criterion})
    run = three.computed(draft)
    assert (run.state, run.problem) == (RunState.FAILED, {"kind": "weights"})


def test_a_pin_of_a_city_that_left_makes_a_run_impossible_by_name(three: Round) -> None:
    draft = three.draft()
    three.settle(draft, "pin", "Namur", "Gent")
    applying.withdraw(application=three.applications["Namur"], reason="No", by=three.mallory)
    run = three.computed(draft)
    assert run.state == RunState.FAILED
    catalogue = reading.catalogue_of(three.call, three.by, run.weights)
    assert reading.problem_of(run, catalogue.names) == [
        "Namur is pinned to Gent, but one of them is not in this run."
    ]
    # A repair leaves such a pin out.
    derived = actions.derive(run=run, by=three.by)
    assert derived.rulings.count() == 1


def test_more_pins_than_places_are_told_by_name(three: Round) -> None:
    draft = three.draft()
    for name in ("Aalst", "Namur"):
        three.settle(draft, "pin", name, "Gent")
    run = three.computed(draft)
    catalogue = reading.catalogue_of(three.call, three.by, run.weights)
    assert reading.problem_of(run, catalogue.names) == [
        "More are pinned to Gent than its 1 place: Aalst and Namur."
    ]


def test_a_pair_is_settled_once_and_a_city_pinned_once(three: Round) -> None:
    draft = three.draft()
    three.settle(draft, "pin", "Aalst", "Gent")
    for kind, pilot in (("pin", "Gent"), ("veto", "Gent"), ("pin", "Brugge")):
        with pytest.raises(Refused):
            three.settle(draft, kind, "Aalst", pilot)
    three.settle(draft, "veto", "Aalst", "Brugge")
    assert draft.rulings.count() == 2


def test_what_has_begun_is_not_changed(three: Round) -> None:
    run = three.computed()
    with pytest.raises(Refused):
        three.settle(run, "veto", "Aalst", "Gent")
    with pytest.raises(Refused):
        actions.set_up(run=run, name="x", weights={Criterion.SIZE: 1}, places={}, by=three.by)
    with pytest.raises(Refused):
        actions.start(run=run, by=three.by)


def test_a_run_that_another_began_from_is_kept(three: Round) -> None:
    run = three.computed()
    derived = actions.derive(run=run, by=three.by)
    with pytest.raises(Refused):
        actions.discard(run=run)
    actions.discard(run=derived)
    actions.discard(run=run)
    assert not MatchRun.objects.exists()


def test_the_database_holds_what_a_run_is(world: World) -> None:
    three = three_of(world.cast)
    run, by = three.computed(), three.by.pk
    aalst, gent = three.applications["Aalst"].pk, three.pilots["Gent"].pk
    foreign = world["application_sent"].pk
    change = "update twinning_matchrun set {} where id = %s"
    refused("run_number_once", lambda: sql(
        "insert into twinning_matchrun (call_id, number, name, is_repair, with_reserve, state, weights, places,"
        " made_at, made_by_id, fence, tries, step, progress, problem)"
        " values (%s, %s, '', false, false, 'draft', '{}', '{}', now(), %s, 0, 0, '', 0, '{}')",
        three.call.pk, run.number, by))  # fmt: skip
    for name, what in (
        ("run_state_known", "state = 'lost'"),
        ("run_started_at_with_by", "started_by_id = null"),
        ("run_leased_while_it_computes", "lease_until = now()"),
        ("run_has_a_result_once_done", "matched = null"),
        ("run_repairs_another", "is_repair = true"),
    ):
        refused(name, lambda what=what: sql(change.format(what), run.pk))  # type: ignore[misc]
    refused("pair_city_once", lambda: sql(PAIR, run.pk, aalst, gent, 1, False))
    run.pairs.all().delete()
    refused("pair_scored_if_matched", lambda: sql(PAIR, run.pk, aalst, gent, None, False))
    refused("run_within_its_call", lambda: sql(PAIR, run.pk, foreign, None, None, False))
    sql(RULING, run.pk, "pin", aalst, gent, "x", by)
    brugge = three.pilots["Brugge"].pk
    for name, row in (
        ("ruling_pair_once", ("veto", aalst, gent, "x")),
        ("ruling_one_pin_a_city", ("pin", aalst, brugge, "x")),
        ("ruling_kind_known", ("wish", aalst, brugge, "x")),
        ("ruling_has_a_reason", ("veto", aalst, brugge, "")),
        ("run_within_its_call", ("veto", foreign, brugge, "x")),
    ):
        refused(name, lambda row=row: sql(RULING, run.pk, *row, by))  # type: ignore[misc]


def test_large_runs_explain_wishes_and_the_best(three: Round, monkeypatch: Any) -> None:
    monkeypatch.setattr(computing, "ALL_EXPLAINED", 1)
    monkeypatch.setattr(computing, "BEST_EXPLAINED", 1)
    run = three.computed()
    for pair in run.pairs.all():
        # The pilot it has is not among the others; both are wishes.
        assert len(pair.others) == 1


def test_progress_is_told_and_the_lease_renewed(three: Round) -> None:
    run = actions.start(run=three.draft(), by=three.by)
    claimed = leases.claim(run.pk)
    assert claimed is not None
    soon = timezone.now() + timedelta(seconds=1)
    MatchRun.objects.update(lease_until=soon)
    Pulse(claimed)(computing.Step.REASONS, 1, 2)
    run.refresh_from_db()
    assert (run.step, run.progress) == ("reasons", 79)
    assert run.lease_until is not None
    assert run.lease_until > soon


def test_only_cities_that_were_not_decided_otherwise_are_matched(three: Round) -> None:
    for name, outcome in (("Aalst", "taken"), ("Dinant", "reserve"), ("Namur", "declined")):
        Decision.objects.create(
            application=three.applications[name], outcome=outcome, decided_by=three.by
        )
    assert set(three.result(three.computed())) == {"Aalst"}
    draft = three.draft()
    MatchRun.objects.filter(pk=draft.pk).update(with_reserve=True)
    assert set(three.result(three.computed(draft))) == {"Aalst", "Dinant"}


def test_a_city_declined_after_a_run_counts_as_left(three: Round, sign_in: Any) -> None:
    run = three.computed()
    Decision.objects.create(
        application=three.applications["Namur"], outcome="declined", decided_by=three.by
    )
    page = sign_in(three.by).get(run.get_absolute_url())
    assert [city.name for city in page.context["gone"]] == ["Namur"]


def test_kinds_of_rulings_are_what_pages_offer() -> None:
    assert set(RulingKind.values) == {"pin", "veto"}
