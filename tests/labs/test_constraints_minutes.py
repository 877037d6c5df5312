"""The invariants of minutes and outcomes, broken by plain SQL."""

from collections.abc import Callable

import pytest

from labs.models import Minutes, Outcome
from tests.labs.minutes import held
from tests.labs.test_models import refused


@pytest.fixture
def minutes(make_lab: Callable[..., object]) -> Minutes:
    return held(make_lab)


@pytest.mark.parametrize(
    ("constraint", "sql"),
    [
        (
            "minutes_published_at_with_by",
            "UPDATE labs_minutes SET published_at = NULL WHERE id = %s",
        ),
        (
            "minutes_point_one_per_position",
            "UPDATE labs_minutespoint SET position = 1 WHERE minutes_id = %s",
        ),
        (
            "minutes_point_has_title",
            "UPDATE labs_minutespoint SET title = '' WHERE minutes_id = %s",
        ),
        (
            "minutes_point_changed_at_with_by",
            "UPDATE labs_minutespoint SET changed_by_id = NULL WHERE minutes_id = %s",
        ),
    ],
)
def test_minutes_constraints(minutes: Minutes, constraint: str, sql: str) -> None:
    refused(constraint, sql, minutes.pk)


def test_additions_say_something(minutes: Minutes) -> None:
    refused(
        "addition_says_something",
        "INSERT INTO labs_addition (point_id, text, added_at, added_by_id)"
        " SELECT p.id, '', now(), p.changed_by_id FROM labs_minutespoint p WHERE minutes_id = %s",
        minutes.pk,
    )


def test_a_lab_has_its_minutes_once(minutes: Minutes) -> None:
    refused(
        "labs_minutes_lab_id",
        "INSERT INTO labs_minutes (lab_id, begun_at, begun_by_id)"
        " SELECT lab_id, now(), begun_by_id FROM labs_minutes WHERE id = %s",
        minutes.pk,
    )


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("outcome_says_something", "text = ''"),
        ("outcome_follow_up_has_owner_and_date", "owner_id = NULL, city_id = NULL"),
        ("outcome_follow_up_has_owner_and_date", "due_on = NULL"),
        ("outcome_follow_up_has_owner_and_date", "state = ''"),
        ("outcome_follow_up_has_owner_and_date", "state = 'asleep'"),
        ("outcome_follow_up_has_owner_and_date", "kind = 'decision'"),
        ("outcome_settled_at_with_by", "state = 'done', settled_at = now()"),
        ("outcome_settled_as_its_state_says", "state = 'done'"),
        ("outcome_settled_as_its_state_says", "settled_note = 'Nothing'"),
        (
            "outcome_dropped_with_reason",
            "state = 'dropped', settled_at = now(), settled_by_id = created_by_id",
        ),
    ],
)
def test_follow_up_constraints(minutes: Minutes, constraint: str, change: str) -> None:
    follow_up = Outcome.objects.get(minutes=minutes, kind="follow-up")
    refused(constraint, f"UPDATE labs_outcome SET {change} WHERE id = %s", follow_up.pk)


def test_a_decision_is_nobodys_to_do(minutes: Minutes) -> None:
    decision = Outcome.objects.get(minutes=minutes, kind="decision")
    refused(
        "outcome_follow_up_has_owner_and_date",
        "UPDATE labs_outcome SET owner_id = created_by_id WHERE id = %s",
        decision.pk,
    )
