"""How true texts still are: dates, answers by page and mail, owners, flags and who sees them."""

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core import signing
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from cities.models import Membership
from hub import samples
from hub.delivery.letters import Letter, Skip
from hub.delivery.sweep import sweep as deliver
from hub.models import Delivery, Event, User
from knowledge import reporting
from knowledge.actions import articles
from knowledge.enums import FlagKind
from knowledge.models import Article, Confirmation, Flag, Handover, Link, Revision
from knowledge.reuse import actions as reuse
from knowledge.reuse.actions import Told
from knowledge.upkeep import actions, answers, asking, sweeping
from knowledge.upkeep.dates import in_months, next_check, today
from tests.conftest import Cast
from tests.knowledge.making import case_note, entry, experience, send
from tests.labs.test_letters import compose, letter_of
from tests.smtp import Sink

SignIn = Callable[[User | None], Client]


@pytest.fixture
def article(cast: Cast) -> Article:
    return experience(cast)


def due(article: Article, days: int = 0, **more: Any) -> Article:
    """As if its day had come so many days ago."""
    day = today() - dt.timedelta(days=days)
    Article.objects.filter(pk=article.pk).update(review_by=day, **more)
    article.refresh_from_db()
    return article


def check(article: Article, rest: str = "") -> str:
    return f"{article.get_absolute_url()}check/{rest}"


def up(article: Article) -> list[tuple[str, str]]:
    flags = Flag.objects.open().filter(article=article).order_by("kind")
    return list(flags.values_list("kind", "evidence"))


# Dates --------------------------------------------------------------------------


def test_a_text_gets_its_day_when_it_is_published(cast: Cast) -> None:
    written = dt.datetime(2026, 2, 28, 23, 30, tzinfo=dt.UTC)
    made = articles.create(
        by=cast.bob, kind="experience", entry=entry(cast), publish=True, at=written
    )
    assert made.review_by == dt.date(2027, 2, 28)
    assert experience(cast, publish=False).review_by is None


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2026-11-30", 3, "2027-02-28"),
        ("2026-12-01", 12, "2027-12-01"),
    ],
)
def test_months_end_where_they_end(day: str, months: int, later: str) -> None:
    assert str(in_months(dt.date.fromisoformat(day), months)) == later


def test_a_new_version_is_a_look_at_it_and_a_saved_one_is_not(cast: Cast, article: Article) -> None:
    due(article, 40, asks=2, asked_at=timezone.now())
    saved = articles.revise(by=cast.bob, article=article, entry=entry(cast), base=1, publish=False)
    assert (saved.review_by, saved.asks) == (today() - dt.timedelta(days=40), 2)
    made = articles.revise(by=cast.bob, article=article, entry=entry(cast), base=2, publish=True)
    assert made.review_by == next_check("experience", timezone.now().date())
    assert (made.asks, made.asked_at) == (0, None)


def test_what_an_older_hub_published_gets_its_day_later(cast: Cast, article: Article) -> None:
    Article.objects.update(review_by=None)
    asking.date_what_has_none()
    article.refresh_from_db()
    assert article.published_at is not None
    assert article.review_by == next_check("experience", article.published_at.date())


def test_editors_set_another_day_within_five_years(
    cast: Cast, article: Article, sign_in: SignIn
) -> None:
    client, path = sign_in(cast.alice), check(article, "date/")
    before = article.review_by
    for bad in (today(), today() - dt.timedelta(days=1), in_months(today(), 61), "soon", ""):
        answer = send(client, path, {"review_by": str(bad)})
        assert answer.status_code == 422, bad
        assert answer.context["date_form"].errors
    article.refresh_from_db()
    assert article.review_by == before
    wanted = in_months(today(), 60)
    assert send(client, path, {"review_by": str(wanted)}).status_code == 302
    article.refresh_from_db()
    assert article.review_by == wanted
    assert send(sign_in(cast.mallory), path, {"review_by": str(today())}).status_code == 403


# Answers on the page ------------------------------------------------------------


def test_still_true_takes_one_press_and_is_kept(
    cast: Cast, article: Article, sign_in: SignIn
) -> None:
    due(article, 100, asks=3)
    Flag.objects.create(article=article, kind="overdue", evidence=str(article.review_by))
    page = sign_in(None).get(article.get_absolute_url()).content.decode()
    assert "Not checked for a while" in page
    client = sign_in(cast.alice)
    assert client.get(check(article)).status_code == 200
    assert Confirmation.objects.count() == 0
    answer = send(client, check(article), {"answer": "still-true"})
    assert (answer.status_code, answer["Location"]) == (302, check(article))
    made = Confirmation.objects.get()
    assert (made.confirmed_by, made.revision, made.way) == (cast.alice, article.live, "page")
    article.refresh_from_db()
    assert article.review_by == made.review_by == next_check("experience", today())
    flag = Flag.objects.get()
    assert (flag.how, flag.settled_by) == ("still-true", cast.alice)
    page = sign_in(None).get(article.get_absolute_url()).content.decode()
    assert "Not checked for a while" not in page
    assert "by Alice" in page


def test_a_later_day_that_was_chosen_is_not_made_earlier(cast: Cast, article: Article) -> None:
    later = in_months(today(), 30)
    actions.set_date(by=cast.bob, article=article, day=later)
    made = actions.confirm(by=cast.bob, article=article, way="page")
    assert made.review_by == later


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({}, "answer"),
        ({"answer": "perhaps"}, "answer"),
        ({"answer": "doubt", "words": "  "}, "words"),
        ({"answer": "archive"}, "words"),
        ({"answer": "archive", "words": "x" * 301}, "words"),
        ({"answer": "hand-over"}, "receiver"),
        ({"answer": "hand-over", "receiver": "MALLORY"}, "receiver"),
    ],
)
def test_bad_answers_change_nothing(
    cast: Cast, article: Article, sign_in: SignIn, data: dict[str, str], field: str
) -> None:
    if data.get("receiver"):
        data = data | {"receiver": str(cast.mallory.pk)}
    before = Article.objects.values().get()
    answer = send(sign_in(cast.bob), check(article), data)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert "error-summary" in answer.content.decode()
    assert Article.objects.values().get() == before
    assert (Flag.objects.count(), Handover.objects.count(), Confirmation.objects.count()) == (
        0,
        0,
        0,
    )


def test_a_doubt_is_shown_to_readers_and_escaped(
    cast: Cast, article: Article, sign_in: SignIn
) -> None:
    words = "Costs <script>alert(1)</script> doubled"
    assert (
        send(sign_in(cast.bob), check(article), {"answer": "doubt", "words": words}).status_code
        == 302
    )
    page = sign_in(None).get(article.get_absolute_url()).content.decode()
    assert "This may be out of date" in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; doubled" in page
    assert "<script>alert" not in page
    article.refresh_from_db()
    assert article.review_by == in_months(today(), 3)
    event = Event.objects.get(verb="article.doubted")
    assert (event.audience, event.text) == (["public"], words)
    flag = Flag.objects.get()
    send(sign_in(cast.alice), check(article, f"flags/{flag.pk}/"), {})
    flag.refresh_from_db()
    assert (flag.how, flag.settled_by) == ("lifted", cast.alice)
    page = sign_in(None).get(article.get_absolute_url()).content.decode()
    assert "This may be out of date" not in page


def test_a_second_doubt_takes_the_place_of_the_first(cast: Cast, article: Article) -> None:
    actions.doubt(by=cast.bob, article=article, reason="First")
    actions.doubt(by=cast.alice, article=article, reason="Second")
    assert list(Flag.objects.open().values_list("text", flat=True)) == ["Second"]
    actions.confirm(by=cast.bob, article=article, way="page")
    assert up(article) == []


def test_no_longer_true_archives_with_the_reason(
    cast: Cast, article: Article, sign_in: SignIn
) -> None:
    asking.ask(due(article))
    answer = send(sign_in(cast.bob), check(article), {"answer": "archive", "words": "Sold"})
    assert (answer.status_code, answer["Location"]) == (302, article.get_absolute_url())
    article.refresh_from_db()
    assert (article.state, article.archive_reason) == ("archived", "Sold")
    assert Delivery.objects.get(kind="article.still-true").state == "superseded"
    assert sign_in(cast.bob).get(check(article)).status_code == 404


# Asked by the clock -------------------------------------------------------------


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


# From the mail ------------------------------------------------------------------


def path_of(user: User, article: Article) -> str:
    return answers.url_for(user, article).removeprefix("http://localhost:8000")


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


# Who answers for it -------------------------------------------------------------


def test_nobody_answers_for_a_text_without_their_own_word(
    cast: Cast, article: Article, sign_in: SignIn
) -> None:
    data = {"answer": "hand-over", "receiver": str(cast.alice.pk), "words": "You run it"}
    assert send(sign_in(cast.bob), check(article), data).status_code == 302
    asked = Handover.objects.get()
    article.refresh_from_db()
    assert (article.owner, asked.note, asked.state) == (cast.bob, "You run it", "open")
    assert Delivery.objects.get(kind="article.handover").user == cast.alice
    assert "asks you to answer" in sign_in(cast.alice).get("/").content.decode()
    path = asked.get_absolute_url()
    for who, status in ((cast.carol, 403), (cast.mallory, 404), (cast.bob, 403)):
        assert send(sign_in(who), path, {"answer": "accept"}).status_code == status
    assert send(sign_in(cast.alice), path, {"answer": "accept"}).status_code == 302
    article.refresh_from_db()
    asked.refresh_from_db()
    assert (article.owner, asked.state, asked.answered_by) == (cast.alice, "accepted", cast.alice)
    assert f"user:{cast.alice.pk}" in article.insiders
    event = Event.objects.get(verb="article.handed-over")
    assert (event.direct, set(event.audience)) == ([cast.bob.pk], set(article.insiders))
    again = send(sign_in(cast.alice), path, {"answer": "accept"})
    assert again.status_code == 403


def test_a_colleague_does_not_take_a_text_from_its_owner(
    cast: Cast, article: Article, sign_in: SignIn
) -> None:
    """Dora, staff of Lund as Bob, may edit it and no more; when he has gone, she may find another."""
    dora = User.objects.create(email="dora@example.org", name="Dora", language="en")
    Membership.objects.create(user=dora, city=cast.lund, role="staff")
    data = {"answer": "hand-over", "receiver": str(dora.pk)}
    answer = send(sign_in(dora), check(article), data)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["answer"])
    assert "Somebody else should answer" not in answer.content.decode()
    assert send(sign_in(dora), check(article, "question/"), {}).status_code == 403
    article.refresh_from_db()
    assert article.owner == cast.bob
    User.objects.filter(pk=cast.bob.pk).update(is_active=False)
    sweeping.sweep()
    assert send(sign_in(dora), check(article), data).status_code == 302
    article.refresh_from_db()
    assert article.owner == dora


def test_declining_and_taking_back_leave_it_as_it_was(
    cast: Cast, article: Article, sign_in: SignIn
) -> None:
    first = actions.hand_over(by=cast.bob, article=article, receiver=cast.alice)
    send(sign_in(cast.alice), first.get_absolute_url(), {"answer": "perhaps"})
    assert Handover.objects.open().count() == 1
    send(sign_in(cast.alice), first.get_absolute_url(), {"answer": "decline"})
    assert Event.objects.get(verb="article.handover-declined").direct == [cast.bob.pk]
    second = actions.hand_over(by=cast.carol, article=article, receiver=cast.alice)
    send(sign_in(cast.bob), second.get_absolute_url(), {"answer": "withdraw"})
    states = list(Handover.objects.order_by("pk").values_list("state", flat=True))
    article.refresh_from_db()
    assert (states, article.owner) == (["declined", "withdrawn"], cast.bob)
    row = Delivery.objects.filter(kind="article.handover").latest("pk")
    assert str(compose(row).reason) == "The question was answered first."  # type: ignore[union-attr]


def test_a_later_question_takes_the_place_of_the_first(cast: Cast, article: Article) -> None:
    first = actions.hand_over(by=cast.bob, article=article, receiver=cast.alice)
    actions.hand_over(by=cast.carol, article=article, receiver=cast.carol)
    first.refresh_from_db()
    article.refresh_from_db()
    assert (first.state, article.owner) == ("withdrawn", cast.carol)
    with pytest.raises(actions.Refused):
        actions.accept(by=cast.alice, handover=first)


def test_who_may_no_longer_edit_cannot_accept(
    cast: Cast, article: Article, sign_in: SignIn
) -> None:
    asked = actions.hand_over(by=cast.bob, article=article, receiver=cast.alice)
    Membership.objects.filter(user=cast.alice, city=cast.lund).update(
        ended_at=timezone.now(), ended_by=cast.carol
    )
    alice = User.objects.get(pk=cast.alice.pk)
    with pytest.raises(actions.CannotAnswerForIt):
        actions.accept(by=alice, handover=asked)
    send(sign_in(alice), asked.get_absolute_url(), {"answer": "accept"})
    article.refresh_from_db()
    assert (article.owner, Handover.objects.get().state) == (cast.bob, "open")
    with pytest.raises(actions.CannotAnswerForIt):
        actions.hand_over(by=cast.bob, article=article, receiver=cast.mallory)


def test_an_owner_who_left_is_flagged_until_somebody_takes_over(
    cast: Cast, article: Article
) -> None:
    private = experience(cast, title="Private", visibility="private")
    note = case_note(cast, city=None)
    case_note(cast, city=cast.leuven, programme=None)
    sweeping.sweep()
    assert Flag.objects.count() == 0
    Membership.objects.filter(user=cast.bob).update(ended_at=timezone.now(), ended_by=cast.carol)
    for _again in range(2):
        sweeping.sweep()
    assert up(article) == [("owner-gone", f"user:{cast.bob.pk}")]
    assert (up(private), up(note)) == ([], [])
    actions.hand_over(by=cast.alice, article=article, receiver=cast.alice)
    flag = Flag.objects.get()
    assert (flag.how, flag.settled_by) == ("handed-over", cast.alice)
    User.objects.filter(pk=cast.bob.pk).update(is_active=False)
    sweeping.sweep()
    assert (up(article), up(private)) == ([], [("owner-gone", f"user:{cast.bob.pk}")])
    User.objects.filter(pk=cast.bob.pk).update(is_active=True)
    sweeping.sweep()
    assert up(private) == []


def test_who_left_the_city_may_take_a_text_over_anew(cast: Cast, article: Article) -> None:
    """Alice, in the programme's team, leaves Lund after she has taken Bob's text over."""
    actions.hand_over(by=cast.alice, article=article, receiver=cast.alice)
    at_lund = Membership.objects.filter(user=cast.alice, city=cast.lund)
    at_lund.update(ended_at=timezone.now(), ended_by=cast.carol)
    sweeping.sweep()
    assert up(article) == [("owner-gone", f"user:{cast.alice.pk}")]
    alice = User.objects.get(pk=cast.alice.pk)
    Article.objects.update(owner=cast.bob)
    made = entry(cast, coauthors=[alice])
    articles.revise(by=cast.bob, article=article, entry=made, base=1, publish=True)
    actions.hand_over(by=alice, article=article, receiver=alice)
    sweeping.sweep()
    assert up(article) == []


def test_who_took_a_text_over_is_not_gone_while_they_belong_anywhere(
    cast: Cast, article: Article
) -> None:
    """Rita writes with Lund without being of the city."""
    made = entry(cast, coauthors=[cast.rita])
    article = articles.revise(by=cast.bob, article=article, entry=made, base=1, publish=True)
    actions.hand_over(by=cast.rita, article=article, receiver=cast.rita)
    sweeping.sweep()
    assert up(article) == []
    Membership.objects.filter(user=cast.rita).update(ended_at=timezone.now(), ended_by=cast.carol)
    sweeping.sweep()
    assert up(article) == [("owner-gone", f"user:{cast.rita.pk}")]


# Reuse, figures -----------------------------------------------------------------


def test_reuse_that_was_stopped_is_flagged_once_for_each_stop(
    cast: Cast, article: Article, sign_in: SignIn
) -> None:
    def tell(stage: str, version: int, reason: str = "") -> None:
        told = Told(stage, "Half as large", reason=reason)
        by, city = cast.mallory, cast.leuven
        reuse.declare(by=by, article=article, city=city, told=told, from_version=version)
        for _again in range(2):
            sweeping.sweep()

    tell("adapt", 0)
    assert up(article) == []
    tell("stopped", 1, "Too <i>dear</i>")
    assert [kind for kind, _evidence in up(article)] == ["reuse-stopped"]
    page = sign_in(cast.bob).get(check(article)).content.decode()
    assert "Leuven has stopped using it: Too &lt;i&gt;dear&lt;/i&gt;" in page
    flag = Flag.objects.get()
    send(sign_in(cast.bob), check(article, f"flags/{flag.pk}/"), {})
    sweeping.sweep()
    flag.refresh_from_db()
    assert (up(article), flag.how) == ([], "seen")
    tell("adapt", 2)
    tell("stopped", 3, "Again")
    assert len(up(article)) == 1
    tell("reuse", 4)
    assert (up(article), Flag.objects.latest("pk").how) == ([], "by-itself")
    tell("stopped", 5, "For good")
    made = Flag.objects.open().get().reuse
    assert made is not None
    reuse.withdraw(by=cast.mallory, reuse=made)
    assert Flag.objects.count() == 0


def test_a_reader_reports_a_newer_figure_and_hears_what_came_of_it(
    cast: Cast, article: Article, sign_in: SignIn
) -> None:
    path = f"{article.get_absolute_url()}figures/new/"
    data = {"figure": "120 <b>litres</b> in 2027", "source": "https://stats.example/2027"}
    client = sign_in(cast.rita)
    assert "There is a newer figure" in client.get(article.get_absolute_url()).content.decode()
    assert send(client, path, data).status_code == 302
    flag = Flag.objects.get()
    assert (flag.raised_by, flag.evidence) == (cast.rita, "https://stats.example/2027")
    event = Event.objects.get(verb="article.figure-reported")
    assert (event.direct, set(event.audience)) == ([cast.bob.pk], set(article.insiders))
    again = send(client, path, data | {"figure": "121"})
    assert (again.status_code, list(again.context["form"].errors)) == (422, ["source"])
    page = sign_in(cast.bob).get(check(article)).content.decode()
    assert "120 &lt;b&gt;litres&lt;/b&gt; in 2027" in page
    settle = check(article, f"flags/{flag.pk}/")
    bad = send(sign_in(cast.bob), settle, {f"flag-{flag.pk}-answer": "declined"})
    assert bad.status_code == 422
    assert "error-summary" in bad.content.decode()
    declined = {f"flag-{flag.pk}-answer": "declined", f"flag-{flag.pk}-reason": "Another street"}
    assert send(sign_in(cast.bob), settle, declined).status_code == 302
    flag.refresh_from_db()
    assert (flag.how, flag.reason, flag.settled_by) == ("declined", "Another street", cast.bob)
    told = Event.objects.get(verb="article.figure-declined")
    assert (told.audience, told.direct) == ([f"user:{cast.rita.pk}"], [cast.rita.pk])
    send(sign_in(cast.bob), settle, {f"flag-{flag.pk}-answer": "taken"})
    flag.refresh_from_db()
    assert flag.how == "declined"
    send(sign_in(cast.rita), path, data)
    second = Flag.objects.open().get()
    taken = {f"flag-{second.pk}-answer": "taken"}
    answer = send(sign_in(cast.alice), check(article, f"flags/{second.pk}/"), taken)
    assert answer["Location"] == f"{article.get_absolute_url()}edit/"
    assert Event.objects.get(verb="article.figure-taken").direct == [cast.rita.pk]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"figure": ""}, "figure"),
        ({"figure": "x" * 301}, "figure"),
        ({"source": ""}, "source"),
        ({"source": "http://stats.example/"}, "source"),
        ({"source": "javascript:alert(1)"}, "source"),
        ({"source": "https://" + "a" * 1000 + ".example/"}, "source"),
    ],
)
def test_bad_reports_change_nothing(
    cast: Cast, article: Article, sign_in: SignIn, change: dict[str, str], field: str
) -> None:
    data = {"figure": "120 litres", "source": "https://stats.example/"} | change
    answer = send(sign_in(cast.rita), f"{article.get_absolute_url()}figures/new/", data)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert Flag.objects.count() == 0


def test_one_reader_does_not_flood_an_owner(cast: Cast, article: Article) -> None:
    for n in range(3):
        actions.report_figure(
            by=cast.rita, article=article, figure=str(n), source=f"https://a.example/{n}"
        )
    with pytest.raises(actions.TooManyReports):
        actions.report_figure(
            by=cast.rita, article=article, figure="3", source="https://a.example/3"
        )


# Who sees what ------------------------------------------------------------------


def test_flags_of_a_text_are_seen_by_those_who_edit_it_only(cast: Cast, sign_in: SignIn) -> None:
    """The text itself is open to everybody; of the private one nobody hears."""
    public, private = experience(cast), experience(cast, title="Private", visibility="private")
    for n, article in enumerate((public, private)):
        Flag.objects.create(
            article=article,
            kind="dead-link",
            evidence=f"https://secret-{n}.example/kanarie",
            text="404",
        )
    seen: dict[str, list[bool]] = {}
    for name, who in cast.by_role().items():
        client = sign_in(who)
        pages = [client.get(path).content.decode() for path in (
            "/", "/knowledge/radar/", "/knowledge/radar/radar.csv", public.get_absolute_url(),
            check(public), private.get_absolute_url(), check(private), "/inbox/",
            "/search/?q=kanarie", "/feeds/knowledge.atom",
        )]  # fmt: skip
        seen[name] = [any(f"secret-{n}.example" in page for page in pages) for n in (0, 1)]
    assert seen == {
        "visitor": [False, False],
        "lead": [True, False],
        "staff": [True, True],
        "coordinator": [True, False],
        "researcher": [False, False],
        "foreign": [False, False],
        "admin": [False, False],
    }


def test_flags_are_settled_through_their_own_text_only(
    cast: Cast, article: Article, sign_in: SignIn
) -> None:
    other = experience(cast, title="Other", visibility="private")
    flag = Flag.objects.create(article=other, kind="dead-link", evidence="https://a.example/")
    for who, path in (
        (cast.alice, check(article, f"flags/{flag.pk}/")),
        (cast.alice, check(other, f"flags/{flag.pk}/")),
        (cast.mallory, check(other, f"flags/{flag.pk}/")),
    ):
        assert send(sign_in(who), path, {}).status_code == 404
    asked = Handover.objects.create(article=other, receiver=cast.bob, asked_by=cast.bob)
    path = check(article, f"handover/{asked.pk}/")
    assert sign_in(cast.bob).get(path).status_code == 404
    assert sign_in(cast.alice).get(asked.get_absolute_url()).status_code == 404
    flag.refresh_from_db()
    assert flag.is_open


def test_who_may_no_longer_read_a_text_hears_no_more_of_it(cast: Cast, article: Article) -> None:
    actions.report_figure(by=cast.rita, article=article, figure="12", source="https://a.example/")
    made = entry(cast, visibility="private")
    articles.revise(by=cast.bob, article=article, entry=made, base=1, publish=True)
    event = Event.objects.get(verb="article.figure-reported")
    assert event.audience == [f"user:{cast.bob.pk}"]


# Radar --------------------------------------------------------------------------


def test_the_radar_puts_first_what_matters_most_and_filters(cast: Cast, sign_in: SignIn) -> None:
    quiet, used, stale = (experience(cast, title=t) for t in ("Quiet", "Used", "Stale"))
    note = case_note(cast, city=cast.malmo)
    told = Told("adapt", "Half as large")
    reuse.declare(by=cast.mallory, article=used, city=cast.leuven, told=told)
    gone = Told("stopped", "Half as large", reason="Too dear")
    reuse.declare(by=cast.mallory, article=quiet, city=cast.leuven, told=gone)
    for article in (quiet, used, note):
        Flag.objects.create(
            article=article, kind="dead-link", evidence="https://a.example/", text="404"
        )
    due(stale, 95)
    Flag.objects.create(article=stale, kind="overdue", evidence=str(stale.review_by))
    client = sign_in(cast.carol)

    def shown(query: str = "") -> list[tuple[str, int]]:
        page = client.get(f"/knowledge/radar/{query}").context["page"]
        return [(a.title, a.rank) for a in page]

    # (1 + 5) x 2; 1 x (3 months + 1); 1 x 2, in the order of their days.
    assert shown() == [("Used", 12), ("Stale", 4), ("Quiet", 2), ("Heat from the sewer", 2)]
    assert shown("?flag=overdue") == [("Stale", 4)]
    assert shown("?city=malmo") == [("Heat from the sewer", 2)]
    assert shown("?programme=twinning") == []
    assert len(shown("?programme=learning-hub-syd&flag=dead-link")) == 3
    alice = sign_in(cast.alice).get("/knowledge/radar/").context["page"]
    assert [a.title for a in alice] == ["Used", "Stale", "Quiet"]
    assert sign_in(cast.mallory).get("/knowledge/radar/").status_code == 403
    home = sign_in(cast.carol).get("/").content.decode()
    assert "Texts that may no longer be true" in home
    assert "Your texts to check" in sign_in(cast.bob).get("/").content.decode()


def test_the_radar_as_a_file_runs_no_formula(cast: Cast, sign_in: SignIn) -> None:
    made = experience(cast, title="=HYPERLINK(1)")
    Flag.objects.create(article=made, kind="dead-link", evidence="https://a.example/", text="410")
    answer = sign_in(cast.carol).get("/knowledge/radar/radar.csv")
    assert answer["Content-Type"] == "text/csv"
    heads, row = answer.content.decode("utf-8-sig").strip().splitlines()
    assert row.startswith('"\'=HYPERLINK(1)","http://localhost:8000/knowledge/')
    assert row.endswith('"A link in it leads nowhere: the page was taken away."')
    assert heads.count(",") == 10


# The database holds it ----------------------------------------------------------

FLAG = "INSERT INTO knowledge_flag (article_id, kind, evidence, text, raised_at, raised_by_id, settled_at, settled_by_id, how, reason) SELECT id, {} FROM knowledge_article"


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        (FLAG.format("'dead-link', 'a', '', now(), NULL, NULL, NULL, '', ''"), "flag_once_while_open"),
        (FLAG.format("'odd', 'b', '', now(), NULL, NULL, NULL, '', ''"), "flag_kind_is_known"),
        (FLAG.format("'doubted', '', 'Old', now(), NULL, NULL, NULL, '', ''"), "flag_raised_by_who_may"),
        (FLAG.format("'doubted', '', '', now(), owner_id, NULL, NULL, '', ''"), "flag_raised_by_who_may"),
        (FLAG.format("'overdue', '', '', now(), owner_id, NULL, NULL, '', ''"), "flag_raised_by_who_may"),
        (FLAG.format("'overdue', '', '', now(), NULL, now(), NULL, '', ''"), "flag_settled_at_with_how"),
        (FLAG.format("'overdue', '', '', now(), NULL, now(), NULL, 'seen', ''"), "flag_settled_at_with_how"),
        (FLAG.format("'overdue', '', '', now(), NULL, now(), owner_id, 'by-itself', ''"), "flag_settled_at_with_how"),
        (FLAG.format("'overdue', '', '', now(), NULL, NULL, owner_id, '', ''"), "flag_settled_at_with_how"),
        (FLAG.format("'newer-figure', 'c', 'x', now(), owner_id, now(), owner_id, 'declined', ''"), "flag_declined_says_why"),
        (FLAG.format("'newer-figure', 'c', 'x', now(), owner_id, now(), owner_id, 'taken', 'No'"), "flag_declined_says_why"),
        (FLAG.format("'reuse-stopped', 'c', '', now(), NULL, NULL, NULL, '', ''"), "flag_reuse_only_of_stopped"),
        ("UPDATE knowledge_confirmation SET review_by = '2030-01-01'", "confirmation_kept"),
        ("UPDATE knowledge_confirmation SET confirmed_at = now()", "confirmation_kept"),
        (
            "INSERT INTO knowledge_confirmation (article_id, revision_id, confirmed_at, confirmed_by_id, way, review_by) SELECT article_id, revision_id, confirmed_at, confirmed_by_id, 'fax', review_by FROM knowledge_confirmation",
            "confirmation_way_is_known",
        ),
        (
            "INSERT INTO knowledge_confirmation (article_id, revision_id, confirmed_at, confirmed_by_id, way, review_by) SELECT article_id, (SELECT max(id) FROM knowledge_revision), confirmed_at, confirmed_by_id, way, review_by FROM knowledge_confirmation",
            "confirmation_of_own_version",
        ),
        (
            "INSERT INTO knowledge_handover (article_id, receiver_id, note, state, asked_at, asked_by_id) SELECT article_id, receiver_id, note, state, asked_at, asked_by_id FROM knowledge_handover",
            "handover_one_open_per_article",
        ),
        ("UPDATE knowledge_handover SET state = 'declined'", "handover_answered_at_with_by"),
        ("UPDATE knowledge_handover SET answered_at = now()", "handover_answered_at_with_by"),
        ("UPDATE knowledge_handover SET state = 'lost', answered_at = now(), answered_by_id = asked_by_id", "handover_state_is_known"),
        ("UPDATE knowledge_handover SET state = 'accepted', answered_at = now(), answered_by_id = asked_by_id", "handover_accepted_by_its_receiver"),
        ("INSERT INTO knowledge_link (article_id, address, host, state, met, due_at, failures) SELECT article_id, address, host, state, met, due_at, failures FROM knowledge_link", "link_once_per_article"),
        ("UPDATE knowledge_link SET state = 'odd'", "link_state_is_known"),
        ("UPDATE knowledge_link SET address = 'file:///etc/passwd'", "link_is_on_the_web"),
        ("UPDATE knowledge_link SET state = 'dead', failures = 2, failed_on = now()", "link_dead_after_three_days"),
        ("UPDATE knowledge_link SET failures = 3", "link_failures_with_day"),
        ("UPDATE knowledge_link SET failed_on = now()", "link_failures_with_day"),
    ],
)  # fmt: skip
def test_the_database_holds_it(
    cast: Cast, article: Article, statement: str, constraint: str
) -> None:
    actions.confirm(by=cast.bob, article=article, way="page")
    actions.hand_over(by=cast.bob, article=article, receiver=cast.alice)
    Link.objects.create(article=article, address="https://a.example/", host="a.example")
    Flag.objects.create(article=article, kind="dead-link", evidence="a")
    if "max(id)" in statement:
        experience(cast, title="Another")
    with (
        pytest.raises(IntegrityError) as refused,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert refused.value.__cause__.diag.constraint_name == constraint  # type: ignore[union-attr]


def test_a_version_that_was_never_published_is_not_confirmed(cast: Cast, article: Article) -> None:
    articles.revise(by=cast.bob, article=article, entry=entry(cast), base=1, publish=False)
    unseen = Revision.objects.get(number=2)
    with pytest.raises(IntegrityError, match="published version"), transaction.atomic():
        Confirmation.objects.create(
            article=article, revision=unseen, confirmed_by=cast.bob, way="page", review_by=today()
        )


def test_whose_account_is_erased_leaves_the_confirmation(cast: Cast, article: Article) -> None:
    made = actions.confirm(by=cast.bob, article=article, way="page")
    Confirmation.objects.filter(pk=made.pk).update(confirmed_by=cast.carol)
    assert Confirmation.objects.get().confirmed_by == cast.carol


def test_every_kind_of_flag_weighs_something_on_the_radar() -> None:
    from knowledge.upkeep.radar import WEIGHTS

    assert set(WEIGHTS) == set(FlagKind)


def test_the_sample_texts_show_it_and_go_away(db: None, settings: Any, tmp_path: Path) -> None:
    settings.SAMPLE_HUB, settings.VAR_DIR = True, tmp_path
    samples.load()
    sweeping.sweep()
    asking.ask_what_is_due()
    flags = Flag.objects.open().order_by("kind").values_list("kind", "article__is_sample")
    assert list(flags) == [("dead-link", True), ("overdue", True), ("reuse-stopped", True)]
    assert Confirmation.objects.get().article.is_sample
    assert Delivery.objects.filter(kind="article.still-true").count() == 0
    late = Article.objects.get(flags__kind="overdue")
    assert late.review_by is not None
    assert late.review_by < today() - dt.timedelta(days=90)
    samples.remove()
    left = [m.objects.count() for m in (Article, Flag, Confirmation, Handover, Link)]
    assert left == [0, 0, 0, 0, 0]
