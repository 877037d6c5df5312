"""The owner is asked by the clock, and by a coordinator."""

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from hub.delivery.letters import Skip
from hub.models import Delivery
from knowledge import reporting
from knowledge.actions import articles
from knowledge.models import Article, Flag, Link
from knowledge.upkeep import actions, asking, sweeping
from knowledge.upkeep.dates import in_months, today
from tests.conftest import Cast
from tests.knowledge.making import entry, experience, send
from tests.knowledge.upkeep.making import SignIn, check, due, path_of, up
from tests.labs.test_letters import compose, letter_of


def asked() -> list[tuple[str, int, str]]:
    rows = Delivery.objects.filter(kind="article.still-true").order_by("pk")
    return list(rows.values_list("user__name", "version", "state"))


@time_machine.travel("2026-11-23T09:00:00Z", tick=False)
def test_the_owner_is_asked_twice_and_then_it_stands_on_the_radar(article: Article) -> None:
    due(article, -1)
    for days, mails, flags in [
        (0, 0, 0),
        (1, 1, 0),
        (14, 1, 0),
        (15, 2, 0),
        (28, 2, 0),
        (29, 2, 1),
        (60, 2, 1),
    ]:
        with time_machine.travel(
            dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC) + dt.timedelta(days=days), tick=False
        ):
            for _again in range(2):
                asking.ask_what_is_due()
        assert (len(asked()), len(up(article))) == (mails, flags), days
    assert [version for _name, version, _state in asked()] == [1, 2]
    assert up(article) == [("overdue", "2026-11-24")]


def test_nobody_is_asked_at_night(cast: Cast, article: Article) -> None:
    due(article)
    with time_machine.travel("2026-11-23T23:30:00Z", tick=False):
        asking.ask_what_is_due()
    row = Delivery.objects.get(kind="article.still-true")
    assert row.due_at == dt.datetime(2026, 11, 24, 6, tzinfo=dt.UTC)


@pytest.mark.parametrize("state", ["draft", "archived", "private"])
def test_only_published_texts_are_asked_about(cast: Cast, state: str) -> None:
    made = experience(cast, publish=state != "draft", visibility="private")
    if state == "archived":
        articles.archive(by=cast.bob, article=made, reason="Old")
    due(made, 3)
    asking.ask_what_is_due()
    assert asked() == ([("Bob", 1, "pending")] if state == "private" else [])


def test_a_text_that_was_taken_down_waits(
    cast: Cast, article: Article, sign_in: SignIn, client: Client
) -> None:
    """Until it is returned nobody is asked about it, and it stands on no list."""
    asking.ask(due(article, 3))
    link = path_of(cast.bob, article)
    Flag.objects.create(article=article, kind="dead-link", evidence="https://a.example/")
    Link.objects.create(
        article=article,
        address="https://a.example/",
        host="a.example",
        state="dead",
        failures=3,
        failed_on=today(),
    )
    Article.objects.update(asked_at=timezone.now() - dt.timedelta(days=20))
    reporting.take_down_article(by=cast.carol, pk=article.pk, reason="A name in it")
    asking.ask_what_is_due()
    sweeping.sweep()
    assert (len(asked()), client.get(link).status_code) == (1, 404)
    assert send(client, link, {"answer": "still-true"}).status_code == 404
    carol = sign_in(cast.carol)
    assert carol.get(check(article)).status_code == 404
    assert list(carol.get("/knowledge/radar/").context["page"]) == []
    row = Delivery.objects.get(kind="article.still-true")
    assert isinstance(compose(row), Skip)
    reporting.return_article(by=cast.carol, pk=article.pk)
    asking.ask_what_is_due()
    assert len(asked()) == 2
    assert len(list(sign_in(cast.carol).get("/knowledge/radar/").context["page"])) == 1


@pytest.mark.parametrize("happens", ["confirm", "set_date", "doubt", "hand_over", "revise"])
def test_whoever_has_answered_is_asked_no_more(cast: Cast, article: Article, happens: str) -> None:
    due(article, 3)
    asking.ask_what_is_due()
    if happens == "confirm":
        actions.confirm(by=cast.alice, article=article, way="page")
    elif happens == "set_date":
        actions.set_date(by=cast.bob, article=article, day=in_months(today(), 1))
    elif happens == "doubt":
        actions.doubt(by=cast.bob, article=article, reason="Moved")
    elif happens == "hand_over":
        actions.hand_over(by=cast.alice, article=article, receiver=cast.alice)
    else:
        articles.revise(by=cast.bob, article=article, entry=entry(cast), base=1, publish=True)
    row = Delivery.objects.get(kind="article.still-true")
    expected = "pending" if happens == "revise" else "superseded"
    assert row.state == expected
    assert isinstance(compose(row), Skip)
    asking.ask_what_is_due()
    later = asked()[1:]
    assert later == ([("Alice", 2, "pending")] if happens == "hand_over" else [])


@pytest.mark.parametrize(
    ("happens", "reason"),
    [
        ("archive", "The text is not published."),
        ("answer", "The question was answered first."),
        ("owner", "Somebody else answers for the text."),
        ("delete", "The text is no longer there."),
    ],
)
def test_what_has_changed_is_seen_before_the_mail_leaves(
    cast: Cast, article: Article, happens: str, reason: str
) -> None:
    asking.ask(due(article))
    row = Delivery.objects.get(kind="article.still-true")
    if happens == "archive":
        articles.archive(by=cast.bob, article=article, reason="Old")
    elif happens == "answer":
        Article.objects.update(asked_at=None)
    elif happens == "owner":
        Article.objects.update(owner=cast.alice)
    else:
        row.event = "article:0"
    found = compose(row)
    assert isinstance(found, Skip)
    assert str(found.reason) == reason


def test_a_coordinator_asks_now_and_not_again_within_the_week(
    cast: Cast, article: Article, sign_in: SignIn
) -> None:
    client, path = sign_in(cast.carol), check(article, "question/")
    answer = send(client, path, {"next": "/knowledge/radar/?flag=overdue"})
    assert answer["Location"] == "/knowledge/radar/?flag=overdue"
    assert send(client, path, {"next": "https://evil.example/"})["Location"] == check(article)
    assert asked() == [("Bob", 1, "pending")]
    assert "Carol asks whether" in letter_of("article.still-true", cast.bob).text
    with time_machine.travel(timezone.now() + dt.timedelta(days=8)):
        send(client, path, {})
    assert len(asked()) == 2
    assert send(sign_in(cast.mallory), path, {}).status_code == 403
