"""A vote: signed in or by the link in a mail, until the deadline, and what stands of it."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client

from hub.models import Delivery, User
from labs.enums import Via
from labs.models import Ballot, Poll, PollAnswer
from labs.polls import actions, links
from labs.refusals import Refused
from tests.conftest import Cast
from tests.labs.conftest import at, post
from tests.labs.polls.conftest import MAYBE, NO, YES, close, vote, vote_data


def said(poll: Poll, user: User) -> list[str]:
    found = PollAnswer.objects.filter(ballot__poll=poll, ballot__user=user)
    return list(found.order_by("option__starts_at").values_list("choice", flat=True))


def receipts(user: User) -> list[tuple[int, str]]:
    rows = Delivery.objects.filter(kind="poll.receipt", user=user).order_by("version")
    return list(rows.values_list("version", "state"))


def link(poll: Poll, user: User) -> str:
    return f"{poll.get_absolute_url()}vote/{links.token_for(user, poll)}/"


def rows() -> tuple[int, int, int]:
    return Ballot.objects.count(), PollAnswer.objects.count(), Delivery.objects.count()


def test_one_save_answers_all_dates_and_owes_a_receipt(
    poll: Poll, cast: Cast, sign_in: Callable[..., Client]
) -> None:
    client = sign_in(cast.alice)
    response = post(
        client, f"{poll.get_absolute_url()}vote/", vote_data(poll, "yes", "if-need-be", "no")
    )
    assert (response.status_code, response.url) == (302, poll.get_absolute_url())
    assert said(poll, cast.alice) == ["yes", "if-need-be", "no"]
    assert receipts(cast.alice) == [(1, "pending")]
    page = client.get(poll.get_absolute_url()).content.decode()
    assert "Your vote is saved. A receipt is on its way to you." in page
    assert "You have voted" in page


def test_from_two_devices_the_last_save_stands_and_the_earlier_receipt_is_withdrawn(
    poll: Poll, cast: Cast, sign_in: Callable[..., Client], client: Client
) -> None:
    post(sign_in(cast.alice), f"{poll.get_absolute_url()}vote/", vote_data(poll, *["yes"] * 3))
    phone = Client()
    post(phone, link(poll, cast.alice), vote_data(poll, *["no"] * 3))
    assert said(poll, cast.alice) == ["no", "no", "no"]
    assert receipts(cast.alice) == [(1, "superseded"), (2, "pending")]
    ballot = Ballot.objects.get()
    assert (ballot.version, ballot.via) == (2, "mail")


def test_every_date_must_be_answered_and_what_was_chosen_is_kept(
    poll: Poll, cast: Cast, sign_in: Callable[..., Client]
) -> None:
    client = sign_in(cast.alice)
    response = post(client, f"{poll.get_absolute_url()}vote/", vote_data(poll, "yes", "perhaps"))
    assert response.status_code == 422
    assert list(response.context["form"].errors.values()) == [
        ["Answer yes, if need be, or no."],
        ["Answer this date too."],
    ]
    assert 'value="yes" ' in response.content.decode()
    assert "checked" in response.content.decode()
    assert rows()[:2] == (0, 0)


def test_opening_the_link_changes_nothing(poll: Poll, cast: Cast, client: Client) -> None:
    before = rows()
    for method in (client.get, client.head, client.options):
        method(link(poll, cast.alice))
    assert rows() == before
    page = client.get(link(poll, cast.alice)).content.decode()
    assert "Your answer, Alice" in page
    assert "noindex" in page


def test_the_link_votes_without_an_account_session(poll: Poll, cast: Cast, client: Client) -> None:
    address = link(poll, cast.rita)
    response = post(client, address, vote_data(poll, "no", "yes", "if-need-be"))
    assert (response.status_code, response.url) == (302, address)
    assert said(poll, cast.rita) == ["no", "yes", "if-need-be"]
    assert Ballot.objects.get().via == Via.MAIL
    assert "_auth_user_id" not in client.session


def test_a_vote_after_the_deadline_is_refused_and_changes_nothing(
    poll: Poll, cast: Cast, sign_in: Callable[..., Client]
) -> None:
    vote(poll, cast.alice, YES, YES, YES)
    close(poll)
    before = rows()
    answers = [
        post(Client(), link(poll, cast.alice), vote_data(poll, "no", "no", "no")),
        post(
            sign_in(cast.alice),
            f"{poll.get_absolute_url()}vote/",
            vote_data(poll, "no", "no", "no"),
        ),
        post(sign_in(cast.rita), f"{poll.get_absolute_url()}vote/", {}),
    ]
    for response in answers:
        assert response.status_code == 422
        assert "The deadline has passed; your vote was not saved." in response.content.decode()
    assert rows() == before
    assert said(poll, cast.alice) == ["yes", "yes", "yes"]


@pytest.mark.parametrize("token", ["forged", "WzEsMV0:1a:xx", "a" * 400])
def test_a_forged_link_is_not_found(poll: Poll, client: Client, token: str) -> None:
    address = f"{poll.get_absolute_url()}vote/{token}/"
    assert client.get(address).status_code == 404
    assert post(client, address, vote_data(poll, "yes", "yes", "yes")).status_code == 404
    assert rows()[:2] == (0, 0)


def test_a_link_is_good_for_one_person_and_one_poll(
    poll: Poll, make_poll: Callable[..., Poll], cast: Cast, client: Client
) -> None:
    other = make_poll(title="Another")
    moved = f"{other.get_absolute_url()}vote/{links.token_for(cast.alice, poll)}/"
    assert client.get(moved).status_code == 404
    # Bob is no member of the team: his link, made or not, opens nothing.
    assert client.get(link(poll, cast.bob)).status_code == 404
    User.objects.filter(pk=cast.alice.pk).update(is_active=False)
    assert client.get(link(poll, cast.alice)).status_code == 404


def test_dates_of_another_poll_are_no_answer(
    poll: Poll, make_poll: Callable[..., Poll], cast: Cast
) -> None:
    foreign = dict.fromkeys(make_poll().options.values_list("pk", flat=True), YES)
    with pytest.raises(Refused, match="The dates have changed meanwhile"):
        actions.vote(by=cast.alice, poll=poll, choices=foreign)
    assert rows()[:2] == (0, 0)


def test_hours_stand_in_the_polls_zone_and_in_ones_own_where_it_differs(
    make_poll: Callable[..., Poll], cast: Cast, sign_in: Callable[..., Client]
) -> None:
    poll = make_poll(starts=(at(40), at(41)))
    User.objects.filter(pk=cast.alice.pk).update(time_zone="Europe/Lisbon")
    for page in (
        sign_in(cast.alice).get(poll.get_absolute_url()).content.decode(),
        Client().get(link(poll, User.objects.get(pk=cast.alice.pk))).content.decode(),
    ):
        assert page.count(", 13:00–16:00, Stockholm") == 2
        assert page.count("On your clock: ") == 2
        assert page.count(", 12:00–15:00, Lisbon") == 2
    assert "On your clock" not in sign_in(cast.rita).get(poll.get_absolute_url()).content.decode()


def test_who_is_not_asked_has_no_vote(
    poll: Poll, make_poll: Callable[..., Poll], cast: Cast, sign_in: Callable[..., Client]
) -> None:
    outcomes = {
        role: post(
            sign_in(user), f"{poll.get_absolute_url()}vote/", vote_data(poll, *["yes"] * 3)
        ).status_code
        for role, user in cast.by_role().items()
    }
    assert outcomes == {
        "visitor": 302,
        "lead": 302,
        "staff": 404,
        "coordinator": 403,
        "researcher": 302,
        "foreign": 404,
        "admin": 404,
    }
    assert set(Ballot.objects.values_list("user__name", flat=True)) == {"Alice", "Rita"}


def test_a_save_takes_the_polls_lock_first(poll: Poll, cast: Cast) -> None:
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        vote(poll, cast.alice, YES, NO, MAYBE)
    statements = [q["sql"] for q in asked.captured_queries if "labs_" in q["sql"]]
    # The first statement of the helper reads the dates; the action begins with the lock.
    assert "FOR NO KEY UPDATE" in statements[1]


def test_new_dates_leave_answers_and_ask_for_the_rest(
    poll: Poll, cast: Cast, sign_in: Callable[..., Client]
) -> None:
    vote(poll, cast.alice, YES, NO, MAYBE)
    actions.extend(
        by=cast.carol, poll=poll, starts=[at(60)], closes_at=poll.closes_at, from_version=1
    )
    assert said(poll, cast.alice) == ["yes", "no", "if-need-be"]
    client = sign_in(cast.alice)
    assert (
        "They were added after you voted." in client.get(poll.get_absolute_url()).content.decode()
    )
    short = dict(list(vote_data(poll, "yes", "no", "if-need-be", "yes").items())[:3])
    assert post(client, f"{poll.get_absolute_url()}vote/", short).status_code == 422
    vote(poll, cast.alice, YES, NO, MAYBE, YES)
    assert said(poll, cast.alice) == ["yes", "no", "if-need-be", "yes"]


def test_a_person_who_leaves_takes_the_vote_along(poll: Poll, cast: Cast) -> None:
    vote(poll, cast.alice, YES, NO, MAYBE)
    User.objects.filter(pk=cast.alice.pk).delete()
    assert rows()[:2] == (0, 0)
