"""What the database holds of plans, whoever writes to it."""

import pytest
from django.db import IntegrityError, connection, transaction

from cities.twinning.models import Plan, PlanFollowUp, PlanStep, PlanVersion
from cities.twinning.plans import actions
from hub.wallclock import today
from tests.conftest import Cast

COMMENT = "INSERT INTO twinning_plancomment (plan_id, code, step_id, text, author_id, written_at, resolved_at, resolved_by_id) SELECT p.id, {} FROM twinning_plan p, twinning_planstep s WHERE s.plan_id <> p.id OR true LIMIT 1"
STEP = "INSERT INTO twinning_planstep (plan_id, position, text, owner_name, budget, mandate, state, state_note, version, changed_at, changed_by_id) SELECT id, {}, 1, now(), owner_id FROM twinning_plan"
VERSION = "INSERT INTO twinning_planversion (plan_id, number, content, note, made_at, made_by_id, is_signed) SELECT id, {}, '{{}}', '', now(), owner_id, {} FROM twinning_plan"
ANSWER = "INSERT INTO twinning_plananswer (follow_up_id, step_id, state, text) SELECT f.id, s.id, {} FROM twinning_planfollowup f, twinning_planstep s WHERE f.months = 6"


def run(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        ("INSERT INTO twinning_plan (group_id, city_id, language, owner_id, begun_at, begun_by_id, is_open, newest_number, is_sample) SELECT group_id, city_id, 'en', owner_id, now(), owner_id, true, 0, false FROM twinning_plan", "plan_once_per_city"),
        ("UPDATE twinning_plan SET city_id = (SELECT id FROM cities_city WHERE slug = 'leuven')", "plan_of_a_twin_city"),
        ("UPDATE twinning_plan SET is_open = false", "plan_closed_by_signature"),
        ("UPDATE twinning_plan SET signed_version_id = (SELECT id FROM twinning_planversion WHERE number = 1)", "plan_shows_what_it_signed"),
        ("UPDATE twinning_plan SET published_version_id = (SELECT id FROM twinning_planversion WHERE number = 1)", "plan_shows_what_it_signed"),
        ("UPDATE twinning_planversion SET note = 'Other'", "plan_version_stays"),
        ("UPDATE twinning_planversion SET is_signed = true", "plan_version_stays"),
        ("UPDATE twinning_planversion SET content = '{}'", "plan_version_stays"),
        ("DELETE FROM twinning_planversion", "plan_version_stays"),
        (VERSION.format(1, "false"), "plan_version_number_once"),
        (VERSION.format(0, "false"), "plan_version_counts_from_one"),
        ("UPDATE twinning_plantext SET changed_at = now(), changed_by_id = NULL", "plan_text_changed_at_with_by"),
        ("UPDATE twinning_plantext SET code = 'context'", "plan_text_once_per_section"),
        ("UPDATE twinning_planstep SET text = ''", "plan_step_says_what"),
        ("UPDATE twinning_planstep SET state = 'lost'", "plan_step_state_known"),
        ("UPDATE twinning_planstep SET state = 'dropped'", "plan_step_dropped_says_why"),
        ("UPDATE twinning_planstep SET owner_name = 'Housing'", "plan_step_one_owner"),
        (STEP.format("1, 'Two at one place', '', '', '', 'planned', ''") + "; SET CONSTRAINTS ALL IMMEDIATE", "plan_step_one_per_position"),
        (COMMENT.format("'', NULL, '', p.owner_id, now(), NULL, NULL"), "plan_comment_says_something"),
        (COMMENT.format("'risks', s.id, 'x', p.owner_id, now(), NULL, NULL"), "plan_comment_on_one_thing"),
        (COMMENT.format("'', NULL, 'x', p.owner_id, now(), now(), NULL"), "plan_comment_resolved_at_with_by"),
        ("UPDATE twinning_planfollowup SET months = 7 WHERE months = 6", "plan_follow_up_half_or_whole_year"),
        ("UPDATE twinning_planfollowup SET months = 6", "plan_follow_up_once"),
        ("UPDATE twinning_planfollowup SET asks = 1", "plan_follow_up_asked_with_time"),
        ("UPDATE twinning_planfollowup SET answered_at = now()", "plan_follow_up_answered_at_with_by"),
        (ANSWER.format("'lost', ''"), "plan_answer_state_known"),
        (ANSWER.format("'dropped', ''"), "plan_answer_dropped_says_why"),
        (f"{ANSWER.format(repr('done') + ', ' + repr(''))}; {ANSWER.format(repr('done') + ', ' + repr(''))}", "plan_answer_once"),
    ],
)  # fmt: skip
def test_database_refuses(cast: Cast, whole: Plan, statement: str, constraint: str) -> None:
    actions.keep(by=cast.bob, plan=whole)
    for months in (6, 12):
        PlanFollowUp.objects.create(plan=whole, months=months, due_on=today())
    with pytest.raises(IntegrityError) as refused:
        run(statement)
    cause = refused.value.__cause__
    assert cause is not None
    assert cause.diag.constraint_name == constraint  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE twinning_plantext SET text = 'Slipped in'",
        "DELETE FROM twinning_plantext",
        "UPDATE twinning_planstep SET text = 'Slipped in'",
        "UPDATE twinning_planstep SET due_on = NULL",
        "UPDATE twinning_planstep SET budget = 'Less'",
        "DELETE FROM twinning_planstep",
        STEP.format("2, 'Slipped in', '', '', '', 'planned', ''"),
    ],
)
def test_a_signed_plan_stays(cast: Cast, whole: Plan, statement: str) -> None:
    actions.sign(by=cast.alice, plan=whole)
    with pytest.raises(IntegrityError, match="begin its next version"):
        run(statement)
    # How far a step has come is told all the same.
    assert PlanStep.objects.update(state="done") == 1


def test_versions_of_another_plan_are_neither_signed_nor_published(cast: Cast, whole: Plan) -> None:
    actions.sign(by=cast.alice, plan=whole)
    other = whole.group.plans.create(
        city=_one_more_twin(cast, whole), language="en", owner=cast.bob, begun_by=cast.bob
    )
    for field in ("signed_version", "published_version"):
        with pytest.raises(IntegrityError, match="of its own"), transaction.atomic():
            Plan.objects.filter(pk=other.pk).update(**{field: PlanVersion.objects.get()})


def _one_more_twin(cast: Cast, plan: Plan) -> object:
    plan.group.members.create(city=cast.malmo, role="twin")
    return cast.malmo


def test_remarks_and_answers_stay_with_their_own_plan(cast: Cast, whole: Plan) -> None:
    other = whole.group.plans.create(
        city=_one_more_twin(cast, whole), language="en", owner=cast.bob, begun_by=cast.bob
    )
    step = whole.steps.get()
    with pytest.raises(IntegrityError, match="of another plan"), transaction.atomic():
        other.comments.create(step=step, text="Why?", author=cast.bob)
    asked = PlanFollowUp.objects.create(plan=other, months=6, due_on=today())
    with pytest.raises(IntegrityError, match="of another plan"), transaction.atomic():
        asked.answers.create(step=step, state="done")


def test_a_sample_goes_whole(cast: Cast, whole: Plan) -> None:
    actions.sign(by=cast.alice, plan=whole)
    Plan.objects.update(is_sample=True, is_open=True)
    whole.delete()
    assert not PlanVersion.objects.exists()
