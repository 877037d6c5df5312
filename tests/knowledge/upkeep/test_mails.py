"""Answered from the mail, without signing in."""

import datetime as dt
import re

import pytest
import time_machine
from django.core import signing
from django.test import Client
from django.utils import timezone

from hub.delivery.letters import Letter
from hub.delivery.sweep import sweep as deliver
from hub.models import Delivery, User
from knowledge.models import Article, Confirmation, Flag, Handover
from knowledge.upkeep import actions, answers, asking
from tests.conftest import Cast
from tests.knowledge.making import experience, send
from tests.knowledge.upkeep.making import due, path_of, up
from tests.labs.test_letters import letter_of
from tests.smtp import Sink


@pytest.mark.django_db(transaction=True)
def test_the_mail_arrives_and_one_press_answers_it(
    cast: Cast, client: Client, smtp_sink: Sink
) -> None:
    article = due(experience(cast))
    with time_machine.travel(timezone.now().replace(hour=10)):
        asking.ask_what_is_due()
    Delivery.objects.update(due_at=timezone.now(), try_at=timezone.now())
    deliver()
    (mail,) = [m for m in smtp_sink.to("bob@example.org") if "still true" in m.subject]
    assert mail.subject == f"Is this still true? {article.title}"
    body = mail.message.get_body(("plain",))
    assert body is not None
    found = re.search(r"http://localhost:8000(/knowledge/still-true/\S+/)", body.get_content())
    assert found is not None
    for look in (client.get, client.head):
        for _again in range(3):
            assert look(found[1]).status_code == 200
    assert Confirmation.objects.count() == 0
    assert send(client, found[1], {"answer": "still-true"}).status_code == 302
    made = Confirmation.objects.get()
    assert (made.confirmed_by, made.way) == (cast.bob, "mail")
    page = client.get(found[1]).content.decode()
    assert "This is answered" in page
    # The same link is good for one answer.
    assert send(client, found[1], {"answer": "archive", "words": "Old"}).status_code == 200
    article.refresh_from_db()
    assert (article.state, Confirmation.objects.count()) == ("published", 1)


@pytest.mark.parametrize("language", ["en", "sv"])
def test_the_mails_are_whole_in_both_languages(cast: Cast, article: Article, language: str) -> None:
    User.objects.update(language=language)
    cast.bob.refresh_from_db()
    asking.ask(due(article))
    Flag.objects.create(
        article=article, kind="dead-link", evidence="https://a.example/", text="404"
    )
    actions.hand_over(by=cast.bob, article=article, receiver=cast.alice, note="You <b>know</b> it")
    mails = [letter_of("article.still-true", cast.bob), letter_of("article.handover", cast.alice)]
    words = {
        "en": ["Is this still true?", "Will you answer for this text?"],
        "sv": ["Stämmer det här fortfarande?", "Vill du svara för den här texten?"],
    }[language]
    for mail, start in zip(mails, words, strict=True):
        assert isinstance(mail, Letter)
        assert mail.subject == f"{start} {article.title}"
        assert article.title in mail.text
        assert "http://localhost:8000/knowledge/" in mail.text
        assert "http://localhost:8000/knowledge/" in mail.html
    assert "You &lt;b&gt;know&lt;/b&gt; it" in mails[1].html
    said = {"en": "the page is not there", "sv": "sidan finns inte"}[language]
    assert said in mails[0].text


def test_links_that_are_wrong_open_nothing(cast: Cast, article: Article, client: Client) -> None:
    asking.ask(due(article))
    right = path_of(cast.bob, article)
    token = right.split("/")[3]
    other_salt = signing.dumps([article.pk, cast.bob.pk], salt="labs.answer")
    wrong = [
        token[:-1] + ("A" if token[-1] != "A" else "B"),
        other_salt,
        signing.dumps([article.pk, cast.mallory.pk], salt=answers.SALT),
        signing.dumps([0, cast.bob.pk], salt=answers.SALT),
        signing.dumps("x", salt=answers.SALT),
        signing.dumps([article.pk], salt=answers.SALT),
        "x",
    ]
    for one in wrong:
        path = f"/knowledge/still-true/{one}/"
        for answer in (client.get(path), send(client, path, {"answer": "still-true"})):
            assert answer.status_code == 404, one
            assert article.title not in answer.content.decode()
    assert client.get(right).status_code == 200
    with time_machine.travel(timezone.now() + answers.LASTS + dt.timedelta(hours=1)):
        assert client.get(right).status_code == 404
        assert send(client, right, {"answer": "still-true"}).status_code == 404
    assert Confirmation.objects.count() == 0


@pytest.mark.parametrize("happens", ["handed over", "account closed", "draft again"])
def test_a_link_ends_when_it_is_somebody_elses_text(
    cast: Cast, article: Article, client: Client, happens: str
) -> None:
    asking.ask(due(article))
    path = path_of(cast.bob, article)
    if happens == "handed over":
        actions.hand_over(by=cast.alice, article=article, receiver=cast.alice)
        asking.ask(Article.objects.get())
    elif happens == "account closed":
        User.objects.filter(pk=cast.bob.pk).update(is_active=False)
    else:
        Article.objects.update(state="draft", live=None, published_at=None, published_by=None)
    assert client.get(path).status_code == 404
    assert send(client, path, {"answer": "still-true"}).status_code == 404
    assert Confirmation.objects.count() == 0


def test_from_the_mail_it_is_doubted_archived_or_handed_over(cast: Cast, client: Client) -> None:
    made = [experience(cast, title=f"Text {n}") for n in range(3)]
    data = [
        {"answer": "doubt", "words": "Moved"},
        {"answer": "archive", "words": "Sold"},
        {"answer": "hand-over", "receiver": str(cast.alice.pk), "words": "You run it"},
    ]
    for article, answer in zip(made, data, strict=True):
        asking.ask(due(article))
        path = path_of(cast.bob, article)
        assert send(client, path, {**answer, "words": ""}).status_code == (
            302 if answer["answer"] == "hand-over" else 422
        )
        if answer["answer"] != "hand-over":
            assert send(client, path, answer).status_code == 302
        assert client.get(path).status_code == 200
        article.refresh_from_db()
    assert up(made[0]) == [("doubted", "")]
    assert (made[1].state, made[1].archived_by) == ("archived", cast.bob)
    assert made[2].owner == cast.bob
    assert Handover.objects.get().receiver == cast.alice


def test_the_page_from_the_mail_speaks_the_owners_language(
    cast: Cast, article: Article, client: Client
) -> None:
    User.objects.filter(pk=cast.bob.pk).update(language="sv")
    asking.ask(due(article))
    page = client.get(path_of(cast.bob, article)).content.decode()
    assert "Den stämmer fortfarande" in page
    assert "noindex" in page
