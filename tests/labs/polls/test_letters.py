"""The mails of a date poll as they arrive, and when they no longer leave."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from hub.delivery.letters import Letter, Skip
from hub.delivery.sweep import sweep
from hub.models import Delivery, OptOut, User
from labs.models import Poll
from labs.polls import actions
from tests.conftest import Cast
from tests.labs.conftest import at
from tests.labs.polls.conftest import MAYBE, NO, YES, close, vote
from tests.labs.test_letters import compose
from tests.smtp import Sink


def row(kind: str, user: User) -> Delivery:
    return Delivery.objects.filter(kind=f"poll.{kind}", user=user).latest("pk")


def letter(kind: str, user: User) -> Letter:
    found = compose(row(kind, user))
    assert isinstance(found, Letter), found
    return found


def skipped(kind: str, user: User) -> str:
    found = compose(row(kind, user))
    assert isinstance(found, Skip), found
    return str(found.reason)


@pytest.mark.django_db(transaction=True)
def test_the_question_and_the_receipt_arrive_and_the_link_works(
    poll: Poll, cast: Cast, smtp_sink: Sink, client: Client
) -> None:
    sweep()
    (mail,) = smtp_sink.to("alice@example.org")
    assert mail.subject == "Which date suits you? Heat from the neighbours"
    text = mail.message.get_body(("plain",))
    html = mail.message.get_body(("html",))
    assert text is not None
    assert html is not None
    assert "13:00–16:00, Stockholm" in text.get_content()
    assert "Say which dates suit you" in html.get_content()
    assert mail.message["List-Unsubscribe"]
    found = re.search(r"http://localhost:8000(/labs/polls/\S+/vote/\S+/)", text.get_content())
    assert found is not None
    assert client.get(found[1]).status_code == 200
    vote(poll, cast.alice, YES, MAYBE, NO)
    sweep()
    receipt = smtp_sink.to("alice@example.org")[1]
    assert receipt.subject == "Your vote is saved: Heat from the neighbours"
    body = receipt.message.get_body(("plain",))
    assert body is not None
    answers = re.findall(
        r"^- .*: (Yes|If need be|No)$", body.get_content().replace("\r", ""), re.MULTILINE
    )
    assert answers == ["Yes", "If need be", "No"]
    assert Delivery.objects.filter(state="sent").count() == len(smtp_sink.messages)


def test_a_swedish_reader_in_another_zone_reads_both_clocks(poll: Poll, cast: Cast) -> None:
    User.objects.filter(pk=cast.alice.pk).update(language="sv", time_zone="Europe/Athens")
    text = letter("invitation", cast.alice).text
    assert "kl. 13.00–16.00, Stockholm" in text
    assert "kl. 14.00–17.00, Athens" in text
    assert re.search(r"18\.00, Athens", text)


def test_a_receipt_says_what_stands_and_an_earlier_one_does_not_leave(
    poll: Poll, cast: Cast
) -> None:
    vote(poll, cast.alice, YES, YES, YES)
    first = row("receipt", cast.alice)
    vote(poll, cast.alice, NO, NO, NO)
    assert isinstance(compose(first), Skip)
    assert letter("receipt", cast.alice).text.count(": No\n") == 3
    # The poll closes before the worker comes to it: the receipt is still owed.
    close(poll)
    found = letter("receipt", cast.alice)
    assert "/vote/" not in found.text
    assert poll.get_absolute_url() in found.text


def test_who_has_voted_is_neither_asked_nor_reminded(poll: Poll, cast: Cast) -> None:
    vote(poll, cast.alice, YES, NO, MAYBE)
    for kind in ("invitation", "reminder"):
        assert skipped(kind, cast.alice) == "This person had already voted."
    assert "Your answer is still missing" in letter("reminder", cast.rita).subject


def test_nothing_asks_once_the_deadline_has_passed(poll: Poll, cast: Cast) -> None:
    close(poll)
    for kind in ("invitation", "reminder"):
        assert skipped(kind, cast.rita) == "The deadline of the poll had already passed."


def test_who_left_the_audience_gets_no_more_mail(
    make_poll: Callable[..., Poll], cast: Cast
) -> None:
    make_poll(audience="chosen-cities", cities=(cast.lund,))
    cast.bob.memberships.update(ended_at=at(-1), ended_by=cast.alice, started_at=at(-9))
    expected = "This person no longer belongs to those who are asked."
    assert skipped("invitation", cast.bob) == expected


def test_new_dates_ask_for_the_rest_and_a_later_change_replaces_the_mail(
    poll: Poll, cast: Cast
) -> None:
    vote(poll, cast.alice, YES, NO, MAYBE)
    actions.extend(
        by=cast.carol, poll=poll, starts=[at(60)], closes_at=poll.closes_at, from_version=1
    )
    assert "there are new dates" in letter("change", cast.alice).text
    first = row("change", cast.alice)
    actions.extend(
        by=cast.carol, poll=poll, starts=[at(61)], closes_at=poll.closes_at, from_version=2
    )
    first.refresh_from_db()
    assert first.state == "superseded"
    assert isinstance(compose(first), Skip)


def test_the_outcome_names_the_date_or_the_reason(
    poll: Poll, make_poll: Callable[..., Poll], cast: Cast
) -> None:
    vote(poll, cast.alice, YES, NO, MAYBE)
    option = poll.options.last()
    assert option is not None
    actions.decide(by=cast.carol, poll=poll, option=option)
    found = letter("outcome", cast.alice)
    assert found.subject == "The date is set: Heat from the neighbours"
    assert "13:00–16:00, Stockholm" in found.text
    actions.cancel(by=cast.carol, poll=make_poll(title="Cold"), reason="Snow everywhere")
    found = letter("outcome", cast.rita)
    assert found.subject == "No date after all: Cold"
    assert "Snow everywhere" in found.text
    assert "Snow everywhere" in found.html


def test_receipts_and_outcomes_leave_whatever_one_has_unsubscribed_from(
    poll: Poll, cast: Cast
) -> None:
    from hub.delivery.letters import kind

    OptOut.objects.create(user=cast.alice, kind="poll.invitation")
    essential = {name: kind(f"poll.{name}").is_essential for name in
                 ("invitation", "reminder", "change", "receipt", "outcome")}  # fmt: skip
    assert essential == {
        "invitation": False, "reminder": False, "change": False, "receipt": True, "outcome": True,
    }  # fmt: skip
