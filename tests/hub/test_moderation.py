"""Reports: made by anybody, decided by others than those concerned, told, appealed once."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from hub.models import Event, Report, SearchDocument, User
from hub.moderation import actions, registry
from knowledge.actions import articles, comments
from knowledge.models import Article, Comment
from tests.cities.test_constraints import refused, sql
from tests.conftest import Cast
from tests.knowledge.making import experience, send

SignIn = Callable[..., Client]
WHY = {"kind": "false", "why": "It was ten machines."}
GOES = {"decision": "goes", "reason": "It names a person."}
STAYS = {"decision": "stays", "reason": "It is as it was."}


@pytest.fixture
def article(cast: Cast) -> Article:
    return experience(cast)


@pytest.fixture
def said(cast: Cast, article: Article) -> Comment:
    return comments.add(by=cast.bob, article=article, body="Rude words")


def about(subject: str) -> str:
    return f"/reports/about/{subject}/"


def made(by: User, subject: str) -> Report:
    thing = registry.find(by, subject)
    assert thing is not None
    return actions.report(by=by, subject=subject, thing=thing, kind="hurtful", why="It hurts.")


def test_a_report_reaches_those_who_decide_and_nobody_else(
    cast: Cast, said: Comment, sign_in: SignIn
) -> None:
    response = send(sign_in(cast.mallory), about(said.subject), WHY)
    report = Report.objects.get()
    assert (response.status_code, response["Location"]) == (302, report.get_absolute_url())
    assert (report.subject, report.text, report.authors) == (
        said.subject,
        "Rude words",
        [cast.bob.pk],
    )
    event = Event.objects.get(verb="report.made")
    assert set(event.direct) == {cast.carol.pk, cast.ada.pk}
    for person, status in (
        (cast.carol, 200),
        (cast.ada, 200),
        (cast.mallory, 200),
        (cast.bob, 404),
        (cast.rita, 404),
    ):
        assert sign_in(person).get(report.get_absolute_url()).status_code == status
    assert "Rude words" not in sign_in(cast.bob).get("/inbox/").content.decode()
    assert "for you to decide" in sign_in(cast.carol).get("/").content.decode()
    assert report.title in sign_in(cast.carol).get("/reports/").content.decode()


def test_a_text_without_a_programme_is_its_citys_leads_to_decide(
    cast: Cast, sign_in: SignIn
) -> None:
    own = experience(cast, programme=None)
    report = made(cast.mallory, own.subject)
    assert report.moderators == ["admin", f"city:{cast.lund.pk}:lead"]
    assert report.title in sign_in(cast.alice).get("/reports/").content.decode()


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"kind": "", "why": "x"}, "kind"),
        ({"kind": "castle", "why": "x"}, "kind"),
        ({"kind": "false", "why": "  "}, "why"),
        ({"kind": "false", "why": "x" * 1001}, "why"),
    ],
)
def test_a_refused_report_keeps_its_words(
    cast: Cast, said: Comment, client: Client, sent: dict[str, str], field: str
) -> None:
    response = send(client, about(said.subject), sent)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert not Report.objects.exists()


@pytest.mark.parametrize("key", ["comment:0", "comment:99999999", "lab:1", "x", "comment:1x"])
def test_what_is_not_there_is_not_reported(cast: Cast, client: Client, key: str) -> None:
    assert client.get(about(key)).status_code == 404


def test_what_one_may_not_read_is_not_reported(cast: Cast, sign_in: SignIn) -> None:
    hidden = experience(cast, visibility="programme", title="Only for us")
    inside = comments.add(by=cast.rita, article=hidden, body="Between us")
    draft = experience(cast, publish=False)
    for subject in (hidden.subject, inside.subject, draft.subject):
        for person in (None, cast.mallory):
            page = sign_in(person).get(about(subject))
            assert page.status_code == 404
            assert send(sign_in(person), about(subject), WHY).status_code == 404
    assert not Report.objects.exists()


def test_visitors_report_up_to_a_number(cast: Cast, said: Comment, client: Client) -> None:
    thing = registry.find(cast.carol, said.subject)
    assert thing is not None
    for _ in range(actions.VISITORS_AN_HOUR - 1):
        actions.report(by=None, subject=said.subject, thing=thing, **WHY)
    assert send(client, about(said.subject), WHY)["Location"] == said.get_absolute_url()
    last = send(client, about(said.subject), WHY)
    assert last.status_code == 422
    assert "Sign in to report" in last.content.decode()
    assert Report.objects.count() == actions.VISITORS_AN_HOUR


def test_reporting_twice_is_one_report_in_the_newer_words(cast: Cast, said: Comment) -> None:
    first = made(cast.mallory, said.subject)
    thing = registry.find(cast.mallory, said.subject)
    assert thing is not None
    again = actions.report(by=cast.mallory, subject=said.subject, thing=thing, **WHY)
    assert (again.pk, Report.objects.get().why) == (first.pk, WHY["why"])


def test_a_comment_is_taken_down_with_every_report_and_brought_back_on_appeal(
    cast: Cast, said: Comment, sign_in: SignIn
) -> None:
    report, other = made(cast.mallory, said.subject), made(cast.rita, said.subject)
    path = report.get_absolute_url()
    send(sign_in(cast.carol), f"{path}decision/", GOES)
    said.refresh_from_db()
    assert (said.removed_by, said.removal_reason) == (cast.carol, GOES["reason"])
    assert set(Report.objects.values_list("state", flat=True)) == {"upheld"}
    told = {e.verb: set(e.direct) for e in Event.objects.filter(url=path)}
    assert told["report.decided"] == {cast.mallory.pk}
    assert told["report.upheld"] == {cast.bob.pk}
    assert set(Event.objects.get(url=other.get_absolute_url(), verb="report.decided").direct) == {
        cast.rita.pk
    }
    author = sign_in(cast.bob)
    page = author.get(path).content.decode()
    assert GOES["reason"] in page
    # Who reported it, and in which words, is not the author's to know.
    assert "It hurts." not in page
    assert "Mallory" not in page
    send(author, f"{path}appeal/", {"appeal": "I quoted somebody."})
    assert set(Event.objects.get(verb="report.appealed").direct) == {cast.carol.pk, cast.ada.pk}
    send(author, f"{path}appeal/", {"appeal": "Once more."})
    report.refresh_from_db()
    assert report.appeal == "I quoted somebody."
    # Who took it down does not decide on the appeal while there is somebody else.
    send(sign_in(cast.carol), f"{path}appeal/decision/", STAYS)
    report.refresh_from_db()
    assert report.appeal_state == "open"
    send(sign_in(cast.ada), f"{path}appeal/decision/", STAYS)
    report.refresh_from_db()
    said.refresh_from_db()
    assert (report.appeal_state, said.removed_at) == ("reversed", None)
    assert "Rude words" in sign_in(None).get(said.article.get_absolute_url()).content.decode()


def test_a_text_is_hidden_from_all_but_those_who_work_on_it(
    cast: Cast, article: Article, sign_in: SignIn
) -> None:
    report = made(cast.mallory, article.subject)
    send(sign_in(cast.carol), f"{report.get_absolute_url()}decision/", GOES)
    path = article.get_absolute_url()
    for person, status in ((None, 404), (cast.mallory, 404), (cast.rita, 404), (cast.bob, 200)):
        assert sign_in(person).get(path).status_code == status
        assert sign_in(person).get(f"{path}v/1/").status_code == status
    assert GOES["reason"] in sign_in(cast.bob).get(path).content.decode()
    assert article.title not in sign_in(None).get("/knowledge/").content.decode()
    assert article.title not in sign_in(None).get("/search/?q=excavators").content.decode()
    assert "public" not in SearchDocument.objects.get(pk=article.subject).audience
    assert "public" not in Event.objects.get(verb="article.published").audience
    # A new version does not bring it back by the way.
    article.refresh_from_db()
    made_anew = articles.entry_of(article.live)  # type: ignore[arg-type]
    articles.revise(by=cast.bob, article=article, entry=made_anew, base=1, publish=True)
    assert sign_in(None).get(path).status_code == 404
    actions.appeal(by=cast.bob, report=report, words="It names a street.")
    actions.decide_appeal(by=cast.ada, report=report, brings_back=True, reason="It does.")
    assert sign_in(None).get(path).status_code == 200
    assert "public" in Event.objects.get(verb="article.published").audience


def test_what_a_moderator_removes_unasked_is_told_and_can_be_appealed(
    cast: Cast, said: Comment, sign_in: SignIn
) -> None:
    path = f"/knowledge/{said.article.slug}/comments/{said.pk}/removal/"
    send(sign_in(cast.carol), path, {"reason": "It names a person."})
    said.refresh_from_db()
    report = Report.objects.get()
    assert (said.removed_by, report.state, report.decided_by) == (cast.carol, "upheld", cast.carol)
    assert Event.objects.get(verb="report.upheld").direct == [cast.bob.pk]
    send(sign_in(cast.bob), f"{report.get_absolute_url()}appeal/", {"appeal": "It names a street."})
    send(sign_in(cast.ada), f"{report.get_absolute_url()}appeal/decision/", STAYS)
    said.refresh_from_db()
    assert said.removed_at is None


def test_ones_own_words_go_without_a_decision(cast: Cast, said: Comment, sign_in: SignIn) -> None:
    path = f"/knowledge/{said.article.slug}/comments/{said.pk}/removal/"
    send(sign_in(cast.bob), path, {"reason": "Wrong text"})
    said.refresh_from_db()
    assert (said.removed_by, Report.objects.count()) == (cast.bob, 0)


def test_it_stays(cast: Cast, said: Comment, sign_in: SignIn) -> None:
    report = made(cast.mallory, said.subject)
    send(sign_in(cast.carol), f"{report.get_absolute_url()}decision/", STAYS)
    report.refresh_from_db()
    said.refresh_from_db()
    assert (report.state, report.reason, said.removed_at) == ("dismissed", STAYS["reason"], None)
    assert STAYS["reason"] in sign_in(cast.mallory).get(report.get_absolute_url()).content.decode()
    assert sign_in(cast.bob).get(report.get_absolute_url()).status_code == 404
    assert not Event.objects.filter(verb="report.upheld").exists()


def test_nobody_decides_on_their_own_words(cast: Cast, article: Article, sign_in: SignIn) -> None:
    own = comments.add(by=cast.carol, article=article, body="My words")
    report = made(cast.mallory, own.subject)
    path = f"{report.get_absolute_url()}decision/"
    send(sign_in(cast.carol), path, STAYS)
    report.refresh_from_db()
    assert report.is_open
    User.objects.filter(pk=cast.ada.pk).update(is_active=False)
    send(sign_in(cast.carol), path, STAYS)
    report.refresh_from_db()
    assert not report.is_open


def test_two_who_decide_at_once(cast: Cast, said: Comment) -> None:
    report = made(cast.mallory, said.subject)
    actions.decide(by=cast.ada, report=report, upheld=False, reason="Fine.")
    with pytest.raises(actions.Decided):
        actions.decide(by=cast.carol, report=report, upheld=True, reason="Not fine.")
    said.refresh_from_db()
    assert said.removed_at is None


@pytest.mark.parametrize("sent", [{"decision": "goes", "reason": " "}, {"reason": "x"}, {}])
def test_a_decision_says_why(
    cast: Cast, said: Comment, sign_in: SignIn, sent: dict[str, Any]
) -> None:
    report = made(cast.mallory, said.subject)
    response = send(sign_in(cast.carol), f"{report.get_absolute_url()}decision/", sent)
    assert response.status_code == 422
    report.refresh_from_db()
    assert report.is_open


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ("state = 'upheld'", "report_decided_with_reason"),
        ("reason = 'x'", "report_decided_with_reason"),
        ("appeal = 'x', appeal_state = 'open'", "report_appealed_when_upheld"),
        ("appeal_reason = 'x'", "report_appeal_decided_with_reason"),
        ("moderators = '{}'", "report_is_somebodys_to_decide"),
        ("readers = '{}'", "report_is_somebodys_to_decide"),
    ],
)
def test_rules_of_the_database(cast: Cast, said: Comment, change: str, rule: str) -> None:
    made(cast.mallory, said.subject)
    refused(rule, lambda: sql(f"update hub_report set {change}"))


def test_one_open_report_a_person_and_thing(cast: Cast, said: Comment) -> None:
    made(cast.mallory, said.subject)
    other = made(cast.rita, said.subject)
    again = f"update hub_report set reported_by_id = {cast.mallory.pk} where id = {other.pk}"
    refused("report_once_while_open", lambda: sql(again))


def test_a_text_is_removed_with_a_reason(cast: Cast, article: Article) -> None:
    bare = "update knowledge_article set removed_at = now()"
    refused("article_removed_with_reason", lambda: sql(bare))
