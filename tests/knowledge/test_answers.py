"""Learning needs are answered by texts and by words; only what everybody may read counts."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from cities.models import Wish
from cities.needs import actions as needs
from hub.models import Event
from knowledge.actions import articles
from knowledge.answers import actions
from knowledge.models import Answer, Article
from tests.cities.test_constraints import refused, sql
from tests.conftest import Cast
from tests.knowledge.making import domain, experience, form, send

SignIn = Callable[..., Client]


@pytest.fixture
def wish(cast: Cast) -> Wish:
    return needs.state(
        city=cast.leuven,
        kind="seeks",
        text="How are nights kept quiet?",
        domains=[domain()],
        by=cast.mallory,
    )


def address(wish: Wish) -> str:
    return f"{wish.get_absolute_url()}answers/"


def give(client: Client, wish: Wish, **data: str) -> Any:
    sent = {"text": "", "q": "", "article": "", "action": "answer"} | data
    return send(client, address(wish), sent)


def is_answered(wish: Wish) -> bool:
    return Wish.objects.filter(pk=wish.pk, answered_at__isnull=False).exists()


def test_words_answer_and_who_asked_hears_of_it(cast: Cast, wish: Wish, sign_in: SignIn) -> None:
    response = give(sign_in(cast.bob), wish, text="Charge by day.")
    answer = Answer.objects.get()
    assert (response.status_code, response["Location"]) == (302, answer.get_absolute_url())
    assert (answer.wish, answer.article, answer.text) == (wish, None, "Charge by day.")
    event = Event.objects.get(verb="need.answered")
    assert (event.direct, event.title) == ([cast.mallory.pk], wish.text)
    assert is_answered(wish)
    page = sign_in(None).get(wish.get_absolute_url()).content.decode()
    assert "Charge by day." in page
    assert "Has an answer" in page


def test_a_text_answers_and_says_so_itself(cast: Cast, wish: Wish, sign_in: SignIn) -> None:
    article = experience(cast)
    give(sign_in(cast.rita), wish, article=article.slug)
    assert Answer.objects.get().article == article
    assert article.title in sign_in(None).get(wish.get_absolute_url()).content.decode()
    assert wish.text in sign_in(None).get(article.get_absolute_url()).content.decode()
    again = give(sign_in(cast.bob), wish, article=article.slug)
    assert again.status_code == 422
    assert Answer.objects.count() == 1


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({}, "text"),
        ({"text": "   "}, "text"),
        ({"text": "x" * 1001}, "text"),
        ({"text": "kept words", "article": "nowhere"}, "article"),
    ],
)
def test_a_refused_answer_keeps_what_was_typed(
    cast: Cast, wish: Wish, sign_in: SignIn, sent: dict[str, str], field: str
) -> None:
    response = give(sign_in(cast.bob), wish, **sent)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert sent.get("text", "").strip() in response.content.decode()
    assert not Answer.objects.exists()


def test_looking_for_texts_writes_nothing_and_keeps_the_words(
    cast: Cast, wish: Wish, sign_in: SignIn
) -> None:
    article = experience(cast, domains=[domain("energy")])
    client = sign_in(cast.rita)
    assert article.title not in client.get(address(wish)).content.decode()
    response = give(client, wish, text="My words", q="excavator", action="search")
    page = response.content.decode()
    assert response.status_code == 200
    assert article.title in page
    assert "My words" in page
    assert "error-summary" not in page
    assert not Answer.objects.exists()
    none = give(client, wish, q="hovercraft", action="search").content.decode()
    assert "No text was found" in none


def test_texts_of_the_domain_are_offered(cast: Cast, wish: Wish, sign_in: SignIn) -> None:
    near = experience(cast, title="Near it")
    far = experience(cast, title="Far from it", domains=[domain("energy")])
    page = sign_in(cast.rita).get(address(wish)).content.decode()
    assert [near.title in page, far.title in page] == [True, False]
    shown = sign_in(None).get(wish.get_absolute_url()).content.decode()
    assert [near.title in shown, far.title in shown] == [True, False]


def test_a_hidden_text_is_neither_offered_nor_taken_nor_shown(
    cast: Cast, wish: Wish, sign_in: SignIn
) -> None:
    hidden = experience(cast, title="For the programme", visibility="programme")
    draft = experience(cast, title="Unfinished", publish=False)
    outsider = sign_in(cast.mallory)
    for article in (hidden, draft):
        assert article.title not in outsider.get(address(wish)).content.decode()
        assert give(outsider, wish, article=article.slug).status_code == 422
    answer = actions.give(by=cast.bob, wish=wish, article=hidden, text="Read this")
    assert not is_answered(wish)
    for client in (sign_in(None), outsider):
        page = client.get(wish.get_absolute_url()).content.decode()
        assert "For the programme" not in page
        assert "Read this" not in page
        path = f"{address(wish)}{answer.pk}/verdict/"
        assert send(client, path, {"verdict": "helped"}).status_code in (302, 404)
    answer.refresh_from_db()
    assert answer.verdict == ""
    assert "Read this" in sign_in(cast.alice).get(wish.get_absolute_url()).content.decode()


def test_a_text_written_for_a_need_answers_it_once_published(
    cast: Cast, wish: Wish, sign_in: SignIn
) -> None:
    client = sign_in(cast.bob)
    page = client.get(f"/knowledge/new/?kind=experience&need={wish.pk}")
    assert page.context["form"]["need"].value() == str(wish.pk)
    send(client, "/knowledge/new/", form(action="save", need=str(wish.pk)))
    article = Article.objects.get()
    assert (article.answers.get().wish, is_answered(wish)) == (wish, False)
    assert not Event.objects.filter(verb="need.answered").exists()
    assert article.title not in sign_in(cast.mallory).get(wish.get_absolute_url()).content.decode()
    made = articles.entry_of(article.revisions.get())
    articles.revise(by=cast.bob, article=article, entry=made, base=1, publish=True)
    assert is_answered(wish)
    assert Event.objects.get(verb="need.answered").direct == [cast.mallory.pk]
    articles.archive(by=cast.bob, article=article, reason="Old")
    assert not is_answered(wish)


def test_who_may_no_longer_read_no_longer_counts(cast: Cast, wish: Wish) -> None:
    article = experience(cast)
    actions.give(by=cast.bob, wish=wish, article=article)
    assert is_answered(wish)
    article.refresh_from_db()
    made = articles.entry_of(article.live)  # type: ignore[arg-type]
    changed = type(made)(**{**vars(made), "visibility": "programme"})
    articles.revise(by=cast.bob, article=article, entry=changed, base=1, publish=True)
    assert not is_answered(wish)


def test_the_asking_city_says_whether_it_helped(cast: Cast, wish: Wish, sign_in: SignIn) -> None:
    answer = actions.give(by=cast.bob, wish=wish, text="Charge by day.")
    path = f"{address(wish)}{answer.pk}/verdict/"
    assert send(sign_in(cast.bob), path, {"verdict": "helped"}).status_code == 403
    client = sign_in(cast.mallory)
    send(client, path, {"verdict": "other"})
    assert not is_answered(wish)
    send(client, path, {"verdict": "helped"})
    answer.refresh_from_db()
    assert (answer.verdict, answer.judged_by, is_answered(wish)) == ("helped", cast.mallory, True)
    told = Event.objects.filter(verb="need.judged").order_by("pk")
    assert [(e.direct, e.text) for e in told] == [
        ([cast.bob.pk], "Not what was meant"),
        ([cast.bob.pk], "It helped"),
    ]
    send(client, path, {"verdict": "maybe"})
    answer.refresh_from_db()
    assert answer.verdict == "helped"


def test_taking_an_answer_away(cast: Cast, wish: Wish, sign_in: SignIn) -> None:
    answer = actions.give(by=cast.bob, wish=wish, text="Call me at home")
    path = f"{address(wish)}{answer.pk}/removal/"
    assert send(sign_in(cast.rita), path, {}).status_code == 403
    assert "Call me at home" in sign_in(cast.bob).get(path).content.decode()
    assert Answer.objects.exists()
    send(sign_in(cast.bob), path, {})
    assert not Answer.objects.exists()
    assert not is_answered(wish)
    assert Event.objects.get(verb="need.answered").text == ""


def test_what_is_closed_is_not_answered(cast: Cast, wish: Wish, sign_in: SignIn) -> None:
    client = sign_in(cast.bob)
    needs.close(wish=wish, by=cast.mallory)
    assert give(client, wish, text="Too late").status_code == 403
    assert "Answer</a>" not in client.get(wish.get_absolute_url()).content.decode()
    with pytest.raises(actions.Closed):
        actions.give(by=cast.bob, wish=wish, text="Too late")
    send(client, "/knowledge/new/", form())
    made = articles.entry_of(Article.objects.get().revisions.get())
    late = type(made)(**{**vars(made), "need": wish})
    article = articles.create(by=cast.bob, kind="experience", entry=late, publish=True)
    assert article.state == "published"
    assert not Answer.objects.exists()


COPY = """
insert into knowledge_answer
    (wish_id, article_id, text, language, given_at, given_by_id, verdict, is_sample)
select wish_id, article_id, text, language, given_at, given_by_id, verdict, is_sample
from knowledge_answer
"""
TO_OFFER = """
update knowledge_answer set wish_id = (select id from cities_wish where kind = 'offers')
"""


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        ("update knowledge_answer set article_id = null, text = ''", "answer_says_something"),
        ("update knowledge_answer set verdict = 'helped'", "answer_judged_at_with_by"),
        (TO_OFFER, "answer_only_to_needs"),
        (COPY, "answer_once_by_a_text"),
    ],
)
def test_rules_of_the_database(cast: Cast, wish: Wish, statement: str, rule: str) -> None:
    needs.state(city=cast.lund, kind="offers", text="Heat", domains=[], by=cast.bob)
    actions.give(by=cast.bob, wish=wish, article=experience(cast))
    refused(rule, lambda: sql(statement))
