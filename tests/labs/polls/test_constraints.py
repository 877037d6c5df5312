"""Each rule of date polls is broken by plain SQL, past all our own code."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction

from labs.models import Ballot, Poll, PollOption
from tests.conftest import Cast
from tests.labs.polls.conftest import MAYBE, NO, YES, close, vote


def refused(constraint: str, sql: str, *values: object) -> None:
    with (
        pytest.raises(IntegrityError) as caught,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql, values)
    assert caught.value.__cause__.diag.constraint_name == constraint  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("poll_has_title_and_slug", "title = ''"),
        ("poll_of_exchange_has_group", "audience = 'group'"),
        ("poll_of_exchange_has_group", "kind = 'workshop'"),
        ("poll_says_where", "place = '', is_online = false"),
        ("poll_has_length", "minutes = 5"),
        ("poll_reminded_at_with_by", "reminded_at = now()"),
        ("poll_decided_at_with_by", "decided_by_id = created_by_id"),
        ("poll_cancelled_at_with_by", "cancelled_at = now()"),
        ("poll_state_as_its_dates_say", "state = 'decided'"),
        ("poll_state_as_its_dates_say", "state = 'cancelled'"),
        ("poll_state_as_its_dates_say", "state = 'resting'"),
    ],
)
def test_poll_constraints(poll: Poll, constraint: str, change: str) -> None:
    refused(constraint, f"UPDATE labs_poll SET {change} WHERE id = %s", poll.pk)


def test_a_date_stands_once(poll: Poll) -> None:
    sql = "INSERT INTO labs_polloption (poll_id, starts_at) VALUES (%s, %s)"
    first = poll.options.first()
    assert first is not None
    refused("poll_option_once", sql, poll.pk, first.starts_at)


BALLOT = (
    "INSERT INTO labs_ballot (poll_id, user_id, version, cast_at, via)"
    " VALUES (%s, %s, 1, {}, 'site')"
)


def test_one_ballot_per_person(poll: Poll, cast: Cast) -> None:
    vote(poll, cast.alice, YES, NO, MAYBE)
    refused("ballot_one_per_person", BALLOT.format("now()"), poll.pk, cast.alice.pk)
    refused("ballot_counts_from_one", "UPDATE labs_ballot SET version = 0")


def test_no_ballot_is_cast_after_the_deadline_or_in_a_poll_that_is_over(
    poll: Poll, make_poll: Callable[..., Poll], cast: Cast
) -> None:
    late = BALLOT.format("(SELECT closes_at FROM labs_poll LIMIT 1)")
    refused("ballot_cast_in_time", late, poll.pk, cast.alice.pk)
    vote(poll, cast.rita, YES, YES, YES)
    close(poll)
    refused("ballot_cast_in_time", "UPDATE labs_ballot SET cast_at = now()")
    Poll.objects.filter(pk=poll.pk).update(
        state="cancelled", cancelled_at="2026-01-01T00:00Z", cancelled_by=cast.carol
    )
    early = BALLOT.format("now() - interval '1 year'")
    refused("ballot_cast_in_time", early, poll.pk, cast.alice.pk)


def test_an_answer_is_known_stands_once_and_is_of_its_own_poll(
    poll: Poll, make_poll: Callable[..., Poll], cast: Cast
) -> None:
    ballot: Ballot = vote(poll, cast.alice, YES, NO, MAYBE)
    foreign = PollOption.objects.filter(poll=make_poll()).first()
    own = poll.options.first()
    assert foreign is not None
    assert own is not None
    sql = "INSERT INTO labs_pollanswer (ballot_id, option_id, choice) VALUES (%s, %s, %s)"
    refused("poll_answer_of_its_poll", sql, ballot.pk, foreign.pk, "yes")
    refused("poll_answer_once", sql, ballot.pk, own.pk, "yes")
    refused("poll_answer_known", "UPDATE labs_pollanswer SET choice = 'perhaps'")


def test_a_poll_is_decided_for_one_of_its_own_dates(
    poll: Poll, make_poll: Callable[..., Poll], cast: Cast
) -> None:
    foreign = make_poll().options.first()
    assert foreign is not None
    refused(
        "poll_chosen_of_its_own",
        "UPDATE labs_poll SET state = 'decided', decided_at = now(), decided_by_id = created_by_id,"
        " chosen_id = %s WHERE id = %s",
        foreign.pk,
        poll.pk,
    )
