"""Needs, answers and Labs are reported, taken down and brought back as texts and comments are."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from cities.models import Wish
from cities.needs import actions as needs
from hub import access, search
from hub.models import Event, Report, SearchDocument, User
from hub.moderation import actions, registry
from knowledge.actions import articles
from knowledge.answers import actions as answers
from knowledge.enums import Verdict
from knowledge.models import Answer
from labs import actions as meetings
from labs.models import Lab, Registration
from labs.permissions import audience_keys
from labs.reporting import bring_back, take_down
from tests.cities.test_constraints import refused, sql
from tests.conftest import Cast
from tests.knowledge.making import experience, send
from tests.knowledge.test_answers import give, is_answered
from tests.labs.conftest import a_plan

SignIn = Callable[..., Client]
VISITOR = AnonymousUser()
GOES = {"decision": "goes", "reason": "It names a neighbour."}
BACK = {"decision": "stays", "reason": "It names nobody any more."}


@pytest.fixture
def wish(cast: Cast) -> Wish:
    """Of Lund, in Learning Hub Syd."""
    return needs.state(
        city=cast.lund, kind="seeks", text="Why is Mr Berg so loud?", domains=[], by=cast.bob
    )


def a_lab(cast: Cast, state: str = "published", **changes: Any) -> Lab:
    lab = meetings.draft(by=cast.carol, programme=cast.syd, plan=a_plan(**changes))
    return lab if state == "draft" else meetings.publish(by=cast.carol, lab=lab)


def reported(cast: Cast, sign_in: SignIn, subject: str) -> Report:
    """By a visitor's like: somebody of another city, through the page."""
    sent = {"kind": "hurtful", "why": "It names a neighbour."}
    assert send(sign_in(cast.mallory), f"/reports/about/{subject}/", sent).status_code == 302
    return Report.objects.get()


def decided(by: Client, report: Report) -> None:
    assert send(by, f"{report.get_absolute_url()}decision/", GOES).status_code == 302
    report.refresh_from_db()
    assert report.state == "upheld"


def brought_back(sign_in: SignIn, author: User, moderator: User, report: Report) -> None:
    path, words = report.get_absolute_url(), {"appeal": "It is not he."}
    assert send(sign_in(author), f"{path}appeal/", words).status_code == 302
    assert send(sign_in(moderator), f"{path}appeal/decision/", BACK).status_code == 302


def seen_in(client: Client, *paths: str, words: str = "Mr Berg") -> list[str]:
    return [path for path in paths if words in client.get(path).content.decode()]


def test_a_need_leaves_every_list_and_comes_back(cast: Cast, wish: Wish, sign_in: SignIn) -> None:
    own = wish.get_absolute_url()
    everywhere = ("/", "/needs/", "/cities/lund/", "/search/?q=Berg", "/cities/?q=Berg", own)
    visitor = sign_in(None)
    before = seen_in(visitor, *everywhere)
    assert {"/", "/needs/", "/cities/lund/", "/search/?q=Berg", own} <= set(before)
    report = reported(cast, sign_in, wish.subject)
    assert report.moderators == ["admin", f"programme:{cast.syd.pk}:coordinator"]
    assert (report.authors, report.text) == ([cast.bob.pk], wish.text)
    decided(sign_in(cast.carol), report)
    for person in (None, cast.mallory, cast.carol):
        client = sign_in(person)
        assert client.get(own).status_code == 404
        paths = [p for p in everywhere if p != own and "q=Berg" not in p]
        assert seen_in(client, *paths) == []
        assert b"Mr Berg so" not in client.get("/search/?q=Berg").content
    assert not SearchDocument.objects.filter(pk=wish.subject).exists()
    assert "Berg" not in SearchDocument.objects.get(pk=cast.lund.subject).text
    assert Event.objects.get(verb="wish.sought").audience == ["admin", f"city:{cast.lund.pk}"]
    page = sign_in(cast.bob).get(own).content.decode()
    assert GOES["reason"] in page
    assert "closing/" not in page
    brought_back(sign_in, cast.bob, cast.ada, report)
    assert seen_in(sign_in(None), *everywhere) == before
    assert Event.objects.get(verb="wish.sought").audience == ["public"]


def test_what_was_taken_down_is_neither_closed_nor_answered_nor_judged(
    cast: Cast, wish: Wish, sign_in: SignIn
) -> None:
    answer = answers.give(by=cast.mallory, wish=wish, text="Ask Mr Berg.")
    draft = experience(cast, by=cast.mallory, city=cast.leuven, programme=None, publish=False)
    answers.give(by=cast.mallory, wish=wish, article=draft)
    report = reported(cast, sign_in, wish.subject)
    decided(sign_in(cast.carol), report)
    wish.refresh_from_db()
    assert not needs.close(wish=wish, by=cast.bob)
    with pytest.raises(answers.Closed):
        answers.give(by=cast.rita, wish=wish, text="Late")
    verdict = f"{answer.get_absolute_url().partition('#')[0]}answers/{answer.pk}/verdict/"
    for person, status in ((cast.bob, 403), (cast.mallory, 404)):
        assert send(sign_in(person), verdict, {"verdict": "helped"}).status_code == status
    # The text that was begun for it is published; the question is not told of with it.
    articles.put_live(by=cast.mallory, article=draft, revision=draft.revisions.get())
    open_news = Event.objects.filter(audience__contains=["public"], text__contains="Berg")
    assert not open_news.exists()
    assert not Event.objects.filter(audience__contains=["public"], title__contains="Berg").exists()
    page = sign_in(None).get(draft.get_absolute_url()).content.decode()
    assert "Mr Berg" not in page
    assert list(Answer.objects.visible_to(cast.rita)) == []
    # Closed before, it is not opened to all by opening it again.
    Wish.objects.filter(pk=wish.pk).update(closed_at=wish.removed_at, closed_by=cast.bob)
    assert not needs.reopen(wish=wish)
    search.rebuild("need")
    assert not SearchDocument.objects.filter(kind="need").exists()


def test_an_answer_leaves_the_need_open_again(cast: Cast, wish: Wish, sign_in: SignIn) -> None:
    give(sign_in(cast.mallory), wish, text="Mr Berg drinks.")
    answer = Answer.objects.get()
    own = wish.get_absolute_url()
    assert (is_answered(wish), seen_in(sign_in(None), own, words="drinks")) == (True, [own])
    thing = registry.find(cast.rita, answer.subject)
    assert thing is not None
    report = actions.report(
        by=cast.rita, subject=answer.subject, thing=thing, kind="hurtful", why="!"
    )
    assert report.authors == [cast.mallory.pk]
    decided(sign_in(cast.carol), report)
    assert not is_answered(wish)
    for person in (None, cast.rita, cast.bob, cast.carol):
        assert seen_in(sign_in(person), own, "/", words="drinks") == []
        assert registry.find(person or VISITOR, answer.subject) is None
    assert seen_in(sign_in(cast.mallory), own, words="drinks") == [own]
    news = Event.objects.get(verb="need.answered")
    assert news.audience == ["admin", f"user:{cast.mallory.pk}"]
    answer.refresh_from_db()
    answers.judge(by=cast.bob, answer=answer, verdict=Verdict.HELPED)
    answer.refresh_from_db()
    assert answer.verdict == ""
    assert send(sign_in(cast.mallory), f"{own}answers/{answer.pk}/removal/", {}).status_code == 403
    brought_back(sign_in, cast.mallory, cast.ada, report)
    assert (is_answered(wish), seen_in(sign_in(None), own, words="drinks")) == (True, [own])
    news.refresh_from_db()
    assert news.audience == ["public"]


def test_news_of_an_answer_with_a_private_text_stay_with_its_readers(
    cast: Cast, wish: Wish
) -> None:
    closed = experience(cast, by=cast.mallory, city=cast.leuven, programme=None,
                        visibility="private", title="Only mine")  # fmt: skip
    answer = answers.give(by=cast.mallory, wish=wish, article=closed)
    answers.take_down(by=cast.carol, answer=answer, reason="x")
    answers.bring_back(answer=answer)
    assert Event.objects.get(verb="need.answered").audience == closed.audience
    assert "public" not in closed.audience


def test_a_lab_is_closed_from_view_and_held(
    cast: Cast,
    sign_in: SignIn,
) -> None:
    lab = a_lab(cast, audience="open", title="Mr Berg and his oven", summary="He burns tyres.")
    meetings.register(by=cast.rita, lab=lab, mode="onsite")
    own = lab.get_absolute_url()
    everywhere = ("/labs/", "/programmes/learning-hub-syd/", "/labs/calendar.ics", own)
    before = seen_in(sign_in(None), *everywhere)
    assert {"/labs/", own} <= set(before)
    report = reported(cast, sign_in, lab.subject)
    assert report.moderators == ["admin", f"programme:{cast.syd.pk}:coordinator"]
    # Carol wrote it; somebody else decides as long as there is somebody.
    assert send(sign_in(cast.carol), f"{report.get_absolute_url()}decision/", GOES)
    report.refresh_from_db()
    assert report.state == "open"
    decided(sign_in(cast.ada), report)
    for person in (None, cast.mallory, cast.alice):
        client = sign_in(person)
        assert client.get(own).status_code == 404
        assert seen_in(client, *everywhere[:-1]) == []
        assert b"his oven" not in client.get("/search/?q=tyres").content
    for person in (cast.rita, cast.carol, cast.ada):
        assert GOES["reason"] in sign_in(person).get(own).content.decode()
    assert seen_in(sign_in(None), "/search/?q=tyres", words="his oven") == []
    brought_back(sign_in, cast.carol, cast.ada, report)
    assert seen_in(sign_in(None), *everywhere) == before
    assert SearchDocument.objects.get(pk=lab.subject).audience == ["public"]


@pytest.mark.parametrize("audience", ["open", "cities", "transition-team"])
def test_the_rule_for_a_closed_lab_is_one(
    cast: Cast,
    audience: str,
) -> None:
    lab = a_lab(cast, audience=audience)
    meetings.register(by=cast.rita, lab=lab, mode="onsite")
    # Mallory had a place; only what is open to everybody is still for her to see.
    Registration.objects.create(lab=lab, user=cast.mallory, mode="online", state="seated")
    take_down(by=cast.ada, pk=lab.pk, reason="x")
    lab.refresh_from_db()
    readers: list[Any] = [VISITOR, *(p for p in cast.by_role().values() if p)]
    seen = [r for r in readers if Lab.objects.visible_to(r).filter(pk=lab.pk).exists()]
    assert seen == [r for r in readers if access.opened_by(r, audience_keys(lab))]
    placed = [cast.rita, cast.mallory] if audience == "open" else [cast.rita]
    assert seen == [cast.carol, *placed, cast.ada]
    assert Event.objects.get(verb="lab.published").audience == sorted(audience_keys(lab))
    bring_back(by=cast.ada, pk=lab.pk)
    lab.refresh_from_db()
    assert (lab.removed_at, lab.removal_reason) == (None, "")


def test_drafts_and_what_one_may_not_see_are_not_reported(
    cast: Cast,
) -> None:
    draft, closed = a_lab(cast, state="draft"), a_lab(cast, title="For the team")
    people: list[User | AnonymousUser] = [VISITOR, cast.mallory]
    for reader in people:
        for one in (draft, closed):
            assert registry.find(reader, one.subject) is None
    assert registry.find(cast.carol, draft.subject) is None
    assert registry.find(cast.rita, closed.subject) is not None


def test_what_sample_people_took_down_comes_back_with_the_samples_gone(
    cast: Cast, wish: Wish
) -> None:
    from cities import reporting as of_cities
    from knowledge.answers import samples as own
    from labs import reporting as of_labs

    lab = a_lab(cast, audience="open")
    answer = answers.give(by=cast.rita, wish=wish, text="Words")
    answers.take_down(by=cast.ada, answer=answer, reason="x")
    of_cities.take_down(by=cast.ada, pk=wish.pk, reason="x")
    take_down(by=cast.ada, pk=lab.pk, reason="x")
    User.objects.filter(pk=cast.ada.pk).update(is_sample=True)
    own.remove()
    of_labs.bring_back_what_was_taken_down_by(User.objects.filter(is_sample=True))
    of_cities.bring_back_what_was_taken_down_by(User.objects.filter(is_sample=True))
    assert is_answered(wish)
    assert Lab.objects.visible_to(VISITOR).filter(pk=lab.pk).exists()
    assert Answer.objects.visible_to(VISITOR).filter(pk=answer.pk).exists()
    for model in (Wish, Answer, Lab):
        assert not model._default_manager.filter(removed_by=cast.ada).exists()


@pytest.mark.parametrize(
    ("table", "constraint"),
    [
        ("cities_wish", "wish_removed_with_reason"),
        ("knowledge_answer", "answer_removed_with_reason"),
        ("labs_lab", "lab_removed_with_reason"),
    ],
)
@pytest.mark.parametrize(
    "change",
    ["removed_at = now()", "removal_reason = 'x'", "removed_at = now(), removed_by_id = {0}"],
)
def test_the_database_wants_who_when_and_why(
    cast: Cast,
    wish: Wish,
    table: str,
    constraint: str,
    change: str,
) -> None:
    answers.give(by=cast.rita, wish=wish, text="Words")
    a_lab(cast)
    text = f"UPDATE {table} SET {change.format(cast.bob.pk)}"
    refused(constraint, lambda: sql(text))
