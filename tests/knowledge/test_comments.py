import json
from uuid import uuid4

import pytest

from hub.models import Event
from knowledge.actions import comments
from knowledge.models import Comment, EarlierComment
from tests.knowledge.making import case_note, experience, send


def path(article, rest: str = "") -> str:
    return f"/knowledge/{article.slug}/comments/{rest}"


def test_a_researcher_comments_on_a_case_note(cast, sign_in):
    article = case_note(cast)
    response = send(
        sign_in(cast.rita), path(article), {"body": "Compared to *what*?", "quote": "twice"}
    )

    said = Comment.objects.get()
    assert response.headers["Location"] == f"{article.get_absolute_url()}#comment-{said.pk}"
    assert (said.author, said.revision, said.quote) == (cast.rita, article.live, "twice")
    page = sign_in(None).get(article.get_absolute_url()).text
    assert "Compared to <em>what</em>?" in page
    assert "Lund University" in page
    event = Event.objects.get(verb="article.commented")
    assert (event.direct, event.subjects, event.audience) == (
        [cast.carol.pk],
        [article.subject],
        ["public"],
    )
    assert event.text == "Compared to what?"


def test_an_answer_joins_the_thread_and_tells_those_in_it(cast, sign_in):
    article = experience(cast, by=cast.bob)
    first = comments.add(by=cast.rita, article=article, body="How long?")
    answer = comments.add(by=cast.bob, article=article, body="A night.", answers=first)

    send(sign_in(cast.mallory), path(article), {"body": "With us two.", "answer": answer.pk})

    last = Comment.objects.latest("pk")
    assert last.parent == first
    event = Event.objects.get(verb="article.answered", actor=cast.mallory)
    assert event.direct == sorted([cast.bob.pk, cast.rita.pk])


def test_htmx_gets_an_event_and_the_part(cast, sign_in):
    article = experience(cast)
    client = sign_in(cast.rita)
    response = send(client, path(article), {"body": "Good."}, HX_Request="true")
    assert response.status_code == 204
    assert json.loads(response.headers["HX-Trigger"]) == {f"{article.slug}-comments": {}}

    part = client.get(path(article), headers={"HX-Request": "true"})
    assert "<html" not in part.text
    assert "Good." in part.text
    assert "HX-Request" in part.headers["Vary"]


def test_answering_opens_a_form_for_that_comment(cast, sign_in):
    article = experience(cast)
    said = comments.add(by=cast.rita, article=article, body="How long?")
    page = sign_in(cast.bob).get(path(article, f"?answer={said.pk}")).text
    assert "Your answer to Rita" in page
    assert f'name="answer" value="{said.pk}"' in page


@pytest.mark.parametrize("asked", ["99999999", "x", "-1", "9" * 30, "1e3"])
def test_answering_what_is_not_there(cast, sign_in, asked):
    article = experience(cast)
    status = sign_in(cast.bob).get(path(article, f"?answer={asked}")).status_code
    assert status == (404 if asked == "99999999" else 200)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("", "Write something first."),
        ("   \r\n ", "Write something first."),
        ("x" * 5001, "Ensure this value has at most 5000 characters (it has 5001)."),
    ],
)
def test_bad_comments_are_refused_and_kept(cast, sign_in, body, message):
    article = experience(cast)
    response = send(sign_in(cast.rita), path(article), {"body": body})
    assert response.status_code == 422
    assert response.context["form"].errors["body"] == [message]
    assert body.strip()[:50] in response.text
    assert Comment.objects.count() == 0


def test_sent_twice_it_stands_once(cast, sign_in):
    article = experience(cast)
    data = {"body": "Once.", "_key": uuid4().hex}
    client = sign_in(cast.rita)
    answers = [client.post(path(article), data).headers["Location"] for _ in range(3)]
    assert len(set(answers)) == 1
    assert Comment.objects.count() == 1


def test_who_belongs_nowhere_only_reads(cast, sign_in, django_user_model):
    article = experience(cast)
    stranger = django_user_model.objects.create(email="new@example.org", name="New", language="en")
    client = sign_in(stranger)
    assert send(client, path(article), {"body": "Hello"}).status_code == 403
    assert 'id="write"' not in client.get(article.get_absolute_url()).text
    visitor = send(sign_in(None), path(article), {"body": "Hello"})
    assert visitor.headers["Location"].startswith("/accounts/login/")
    assert Comment.objects.count() == 0


def test_a_hidden_article_takes_no_comments(cast, sign_in):
    article = experience(cast, visibility="private")
    client = sign_in(cast.mallory)
    assert send(client, path(article), {"body": "Hello"}).status_code == 404
    assert client.get(path(article)).status_code == 404


def test_an_edit_keeps_the_earlier_words(cast, sign_in):
    article = experience(cast)
    said = comments.add(by=cast.rita, article=article, body="Ten weeks")
    send(sign_in(cast.rita), path(article, f"{said.pk}/edit/"), {"body": "Eight weeks"})

    said.refresh_from_db()
    assert (said.body, said.edited_by) == ("Eight weeks", cast.rita)
    assert EarlierComment.objects.get().body == "Ten weeks"
    page = sign_in(None).get(path(article, f"{said.pk}/history/")).text
    assert "Ten weeks" in page


def test_nobody_edits_the_words_of_others(cast, sign_in):
    article = experience(cast)
    said = comments.add(by=cast.rita, article=article, body="Ten weeks")
    for user in (cast.bob, cast.carol, cast.ada, cast.mallory):
        answer = send(sign_in(user), path(article, f"{said.pk}/edit/"), {"body": "Mine"})
        assert answer.status_code == 403
    said.refresh_from_db()
    assert said.body == "Ten weeks"


def test_ids_of_another_article_do_not_fit(cast, sign_in):
    here, there = experience(cast), experience(cast)
    said = comments.add(by=cast.rita, article=there, body="Ten weeks")
    client = sign_in(cast.rita)
    for rest in (f"{said.pk}/edit/", f"{said.pk}/removal/", f"{said.pk}/history/"):
        assert client.get(path(here, rest)).status_code == 404
    assert send(client, path(here), {"body": "x", "answer": said.pk}).status_code == 404


def test_removal_hides_the_words_everywhere_and_keeps_them_with_the_reason(cast, sign_in):
    article = experience(cast)
    said = comments.add(by=cast.mallory, article=article, body="Qwertyuiop")
    comments.add(by=cast.bob, article=article, body="An answer", answers=said)
    send(
        sign_in(cast.carol), path(article, f"{said.pk}/removal/"), {"reason": "Not about the text"}
    )

    said.refresh_from_db()
    assert (said.body, said.removed_by, said.removal_reason) == (
        "Qwertyuiop",
        cast.carol,
        "Not about the text",
    )
    for client in (sign_in(None), sign_in(cast.bob)):
        page = client.get(article.get_absolute_url()).text
        assert "Qwertyuiop" not in page
        assert "Not about the text" in page
        assert "An answer" in page
        assert client.get(path(article, f"{said.pk}/history/")).status_code == 404
    assert Event.objects.filter(text__contains="Qwertyuiop").count() == 0


def test_removal_needs_a_reason_and_the_right(cast, sign_in):
    article = experience(cast)
    said = comments.add(by=cast.rita, article=article, body="Words")
    remove = path(article, f"{said.pk}/removal/")
    assert send(sign_in(cast.rita), remove, {"reason": " "}).status_code == 422
    assert send(sign_in(cast.bob), remove, {"reason": "x"}).status_code == 403
    said.refresh_from_db()
    assert said.removed_at is None
