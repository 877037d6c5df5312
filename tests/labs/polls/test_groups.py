"""A date for an exchange: its twin group is asked, its leads decide, and only they all see it."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from cities.models import Programme
from cities.twinning.models import TwinGroup
from hub.models import Delivery, Event, User
from labs.models import Lab, Poll
from labs.polls import actions, notices
from labs.polls.permissions import audience_keys, can_coordinate, can_vote
from tests.conftest import Cast
from tests.labs.conftest import post
from tests.labs.polls.conftest import MAYBE, NO, YES, a_poll_plan, poll_data, vote
from tests.labs.test_letters import letter_of

SignIn = Callable[[User | None], Client]


@pytest.fixture
def poll(cast: Cast, group: TwinGroup) -> Poll:
    """Lund and Leuven are one group; alice leads Lund, bob is of Lund, mallory of Leuven."""
    plan = a_poll_plan(audience="group", kind="site-visit", group=group)
    return actions.ask(by=cast.alice, programme=cast.twinning, plan=plan)


def test_the_people_of_the_group_are_asked_and_nobody_else(poll: Poll, cast: Cast) -> None:
    asked = {user.email for user in notices.voters(poll)}
    assert asked == {"alice@example.org", "bob@example.org", "mallory@example.org"}
    mailed = Delivery.objects.filter(kind="poll.invitation")
    assert set(mailed.values_list("user__email", flat=True)) == asked
    for name in ("alice", "bob", "carol", "rita", "mallory"):
        user = User.objects.get(email=f"{name}@example.org")
        is_asked = name in ("alice", "bob", "mallory")
        assert can_vote(user, poll) is is_asked
        assert can_coordinate(user, poll) is (name == "alice")
        assert Poll.objects.visible_to(user).filter(pk=poll.pk).exists() is is_asked
    assert set(Event.objects.get(verb="poll.opened").audience) == set(audience_keys(poll))


def test_the_mail_speaks_of_the_group_and_its_meeting(poll: Poll, cast: Cast) -> None:
    letter = letter_of("poll.invitation", cast.mallory)
    assert f"{poll.asker} looks for a date for a site visit." in letter.text
    assert "Learning Lab" not in letter.text.replace("Learning Lab Hub", "")
    User.objects.filter(pk=cast.mallory.pk).update(language="sv")
    swedish = letter_of("poll.invitation", User.objects.get(pk=cast.mallory.pk))
    assert "söker ett datum för ett studiebesök" in swedish.text


def test_a_lead_asks_from_the_page_of_the_group_and_makes_the_winner_an_exchange(
    cast: Cast, group: TwinGroup, sign_in: SignIn
) -> None:
    alice = sign_in(cast.alice)
    address = "/labs/polls/new/?group=leuven-lund"
    assert address in alice.get(group.get_absolute_url()).content.decode()
    shown = alice.get(address).content.decode()
    assert "is asked." in shown
    assert 'name="audience"' not in shown
    data = poll_data(kind="workshop", audience=None)
    confirming = post(alice, address, {k: v for k, v in data.items() if k != "confirmed"})
    assert confirming.status_code == 200
    assert Poll.objects.count() == 0
    assert post(alice, address, data).status_code == 302
    poll = Poll.objects.get()
    assert (poll.kind, poll.audience, poll.group) == ("workshop", "group", group)
    assert poll.programme == cast.twinning
    for user, said in ((cast.bob, (YES, NO)), (cast.mallory, (YES, MAYBE))):
        vote(poll, user, *said)
    option = poll.options.first()
    assert option is not None
    answer = post(alice, f"{poll.get_absolute_url()}decision/", {"option": option.pk})
    lab = Lab.objects.get()
    assert (answer.status_code, answer.url) == (302, lab.get_absolute_url())
    assert (lab.kind, lab.audience, lab.group) == ("workshop", "group", group)
    assert (lab.starts_at, lab.state, lab.title) == (option.starts_at, "draft", poll.title)
    text = letter_of("poll.outcome", cast.mallory).text
    assert "The invitation to the workshop comes when it is published" in text


def test_only_leads_and_coordinators_ask_a_group(
    cast: Cast, group: TwinGroup, sign_in: SignIn
) -> None:
    data = poll_data(kind="workshop", audience=None)
    for user in (cast.bob, cast.mallory, cast.carol):
        assert post(sign_in(user), "/labs/polls/new/?group=leuven-lund", data).status_code == 403
    assert Poll.objects.count() == 0
    # Without the group a lead may not ask, whatever the form says.
    assert post(sign_in(cast.alice), "/labs/polls/new/", data).status_code == 403
    assert post(sign_in(cast.alice), "/labs/polls/new/?group=none", data).status_code == 404


@pytest.mark.parametrize("kind", ["", "learning-lab", "party"])
def test_a_kind_that_is_no_exchange_is_refused(
    cast: Cast, group: TwinGroup, sign_in: SignIn, kind: str
) -> None:
    data = poll_data(kind=kind, audience=None)
    answer = post(sign_in(cast.alice), "/labs/polls/new/?group=leuven-lund", data)
    assert (answer.status_code, set(answer.context["form"].errors)) == (422, {"kind"})
    assert Poll.objects.count() == 0


def test_the_group_of_a_poll_is_of_its_programme(poll: Poll, cast: Cast) -> None:
    with pytest.raises(IntegrityError, match="poll_group_of_its_programme"), transaction.atomic():
        Poll.objects.filter(pk=poll.pk).update(programme=cast.syd)
    other = Programme.objects.exclude(pk=cast.twinning.pk).first()
    with (
        pytest.raises(IntegrityError, match="group_of_its_polls_programme"),
        transaction.atomic(),
    ):
        TwinGroup.objects.filter(pk=poll.group_id).update(programme=other)
