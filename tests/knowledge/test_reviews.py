"""Sent in, remarked on, published or sent back, while readers go on reading what stands."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import DatabaseError, connection
from django.db.models import QuerySet
from django.test import Client
from django.urls import reverse

from cities.enums import Role
from cities.models import Membership, Organisation
from hub import fanout
from hub.models import Delivery, Event, Notification, SearchDocument, StoredFile, User
from knowledge.actions import articles, reviewing
from knowledge.models import Article, Attachment, Remark, Review, Revision
from knowledge.reviewers import reviewer_keys
from tests.knowledge.making import case_note, domain, entry, experience, form, picture, send
from tests.knowledge.test_models import refused

NEW = "/knowledge/new/"


def note(**changes):
    values = {"kind": "case-note", "summary": "In short.", "programme": "learning-hub-syd"}
    return form(**values | changes)


def beside(cast, article, **changes):
    """A new version in review beside the live one."""
    article.refresh_from_db()
    saved = articles.revise(
        by=cast.bob,
        article=article,
        entry=entry(cast, **changes),
        base=article.newest_number,
        publish=False,
    )
    return sent_in(cast.bob, saved)


def sent_in(by, article):
    keys = reviewer_keys(article.kind, article)
    return reviewing.send_in(by=by, article=article, reviewers=keys)


def reviewer(cast, name="dora", role=Role.REVIEWER):
    user = User.objects.create(email=f"{name}@example.org", name=name.capitalize(), language="en")
    Membership.objects.create(user=user, programme=cast.syd, role=role)
    return user


def path(review, end=""):
    return f"{review.get_absolute_url()}{end}"


def told(verb):
    event = Event.objects.get(verb=verb)
    fanout.fan_out(event.pk)
    return {n.user.name for n in Notification.objects.filter(event=event)}


def test_a_case_note_of_staff_is_sent_in_and_its_coordinator_told(cast, sign_in):
    response = send(sign_in(cast.bob), NEW, note(action="review"))

    review = Review.objects.get()
    assert (response.status_code, response.headers["Location"]) == (302, path(review))
    article = review.article
    assert (article.state, article.live, review.revision.number) == ("draft", None, 1)
    assert review.reviewers == sorted(
        [f"programme:{cast.syd.pk}:coordinator", f"programme:{cast.syd.pk}:reviewer"]
    )
    assert told("review.sent") == {"Carol"}
    assert Delivery.objects.get(kind="note").user == cast.carol
    assert SearchDocument.objects.count() == 0
    page = sign_in(cast.bob).get(path(review)).text
    assert "Asked to review it: Carol." in " ".join(page.split())


def test_staff_cannot_publish_a_case_note_that_has_reviewers(cast, sign_in):
    response = send(sign_in(cast.bob), NEW, note())

    assert response.status_code == 422
    assert response.context["form"].non_field_errors() == [
        "Others review this case note before it is published: send it in for review."
    ]
    assert Article.objects.count() == 0
    article = case_note(cast, by=cast.bob, publish=False)
    refusal = send(sign_in(cast.bob), f"/knowledge/{article.slug}/edit/", note(base="1"))
    assert refusal.status_code == 422
    assert Article.objects.get().live is None


def test_the_only_coordinator_publishes_her_own_case_note(cast, sign_in):
    response = send(sign_in(cast.carol), NEW, note())
    assert (response.status_code, Article.objects.get().state) == (302, "published")
    refusal = send(sign_in(cast.carol), NEW, note(action="review"))
    assert refusal.context["form"].non_field_errors() == [
        "Nobody but you can review this text: publish it yourself."
    ]


def test_with_another_reviewer_the_coordinator_cannot(cast, sign_in):
    dora = reviewer(cast)
    assert send(sign_in(cast.carol), NEW, note()).status_code == 422
    assert send(sign_in(cast.carol), NEW, note(action="review")).status_code == 302
    review = Review.objects.get()
    assert send(sign_in(cast.carol), path(review, "publication/"), {}).status_code == 403
    assert review.article.live is None
    assert send(sign_in(dora), path(review, "publication/"), {}).status_code == 302
    review.refresh_from_db()
    article = Article.objects.get()
    assert (review.state, review.decided_by, article.state) == ("published", dora, "published")
    assert (article.live, article.published_by) == (review.revision, dora)


def test_an_own_text_may_be_approved_where_nobody_else_is_left(cast, sign_in):
    review = sent_in(cast.carol, case_note(cast, publish=False))
    assert send(sign_in(cast.carol), path(review, "publication/"), {}).status_code == 302
    assert Article.objects.get().state == "published"


def test_what_only_authors_read_is_nobody_elses_to_review(cast, sign_in):
    response = send(sign_in(cast.bob), NEW, note(action="review", visibility="private"))
    assert response.context["form"].errors == {
        "visibility": ["Only its authors may read it: choose who else may, or publish it for them."]
    }
    assert send(sign_in(cast.bob), NEW, note(visibility="private")).status_code == 302


def test_an_experience_is_published_at_once_or_sent_in(cast, sign_in):
    assert send(sign_in(cast.bob), NEW, form()).status_code == 302
    assert Article.objects.get().state == "published"
    send(sign_in(cast.bob), NEW, form(action="review"))
    review = Review.objects.get()
    assert review.reviewers == [f"city:{cast.lund.pk}:lead"]
    assert told("review.sent") == {"Alice"}


def test_the_live_version_stays_while_a_new_one_is_reviewed(cast, sign_in):
    article = experience(cast, title="Old title")
    domain("energy")
    data = form(
        base="1", action="review", title="New title", tried="New words.", domains=["energy"]
    )
    data |= {"visibility": "programme", "programme": "learning-hub-syd", "city": "lund"}
    assert send(sign_in(cast.bob), f"/knowledge/{article.slug}/edit/", data).status_code == 302

    article.refresh_from_db()
    assert (article.title, article.live.number, article.newest_number) == ("Old title", 1, 2)
    assert (article.audience, article.visibility) == (["public"], "public")
    assert [d.code for d in article.domains.all()] == ["mobility"]
    assert SearchDocument.objects.get(pk=article.subject).title == "Old title"
    for user in (None, cast.mallory, cast.rita):
        client = sign_in(user)
        for address in ("", "versions/", "compare/", "comments/"):
            page = client.get(f"/knowledge/{article.slug}/{address}")
            assert page.status_code == 200
            assert ("New title" in page.text, "New words." in page.text) == (False, False)
        for address in ("v/2/", "compare/?from=1&to=2", "compare/?to=2"):
            assert client.get(f"/knowledge/{article.slug}/{address}").status_code == 404
        assert client.get(path(Review.objects.get())).status_code == (302 if user is None else 404)
    editor = sign_in(cast.alice)
    assert "Version 2 has been sent in" in editor.get(article.get_absolute_url()).text
    assert "New words." in editor.get(f"/knowledge/{article.slug}/v/2/").text
    assert "New words." in editor.get(path(Review.objects.get())).text


def test_publishing_takes_everything_of_the_version_along(cast, sign_in):
    article = experience(cast)
    review = beside(
        cast,
        article,
        title="New title",
        fields={"tried": "New words.", "stage": "running"},
        visibility="programme",
        coauthors=[cast.alice],
        domains=[],
        change="A better figure",
    )
    send(sign_in(cast.carol), path(review, "publication/"), {})

    article.refresh_from_db()
    assert (article.title, article.stage, article.visibility) == (
        "New title",
        "running",
        "programme",
    )
    assert (article.live.number, article.live.published_by, article.published_by) == (
        2,
        cast.carol,
        cast.bob,
    )
    assert [a.author for a in article.authorships.all()] == [cast.bob, cast.alice]
    assert article.domains.count() == 0
    assert "public" not in article.audience
    document = SearchDocument.objects.get(pk=article.subject)
    assert (document.title, document.audience) == ("New title", article.audience)
    event = Event.objects.get(verb="article.renewed")
    assert (event.actor, event.title, event.text) == (cast.carol, "New title", "A better figure")
    assert told("article.renewed") == {"Bob", "Alice"}


def test_a_reviewer_sees_what_changes_beside_the_words(cast, sign_in):
    article = experience(cast)
    review = beside(
        cast, article, visibility="programme", coauthors=[cast.alice], language="sv", domains=[]
    )
    page = sign_in(cast.carol).get(path(review))
    assert page.context["changes"] == []
    facts = {str(f["label"]): (f["before"], f["after"]) for f in page.context["beside"]}
    assert facts == {
        "Who may read it": ("Everybody", "The programme"),
        "Language you write in": ("English", "svenska"),
        "Emission domains": (str(domain()), ""),
        "Written together with": ("", "Alice"),
    }
    assert "<ins>The programme</ins>" in page.text


def test_remarks_are_kept_in_order_and_told(cast, sign_in):
    review = beside(cast, experience(cast))
    assert send(sign_in(cast.carol), path(review), {"body": ""}).status_code == 422
    send(sign_in(cast.carol), path(review), {"body": "Where does <b>this</b> come from?"})
    assert told("review.remarked") == {"Bob"}
    send(sign_in(cast.bob), path(review), {"body": "From the log."})
    assert [(r.author.name, r.body) for r in Remark.objects.all()] == [
        ("Carol", "Where does <b>this</b> come from?"),
        ("Bob", "From the log."),
    ]
    page = sign_in(cast.alice).get(path(review)).text
    assert "Where does &lt;b&gt;this&lt;/b&gt; come from?" in page
    assert page.index("&lt;b&gt;") < page.index("From the log.")
    last = Event.objects.filter(verb="review.remarked").latest("pk")
    assert last.direct == [cast.carol.pk]


def test_sent_back_with_a_reason_the_author_goes_on(cast, sign_in):
    article = case_note(cast, by=cast.bob, publish=False)
    review = sent_in(cast.bob, article)
    refusal = send(sign_in(cast.carol), path(review, "sending-back/"), {"back-reason": " "})
    assert refusal.status_code == 422
    assert refusal.context["back_form"].errors == {"reason": ["Say what should be changed."]}
    reason = {"back-reason": "No source for the litres."}
    assert send(sign_in(cast.carol), path(review, "sending-back/"), reason).status_code == 302

    review.refresh_from_db()
    assert (review.state, review.decided_by, review.reason) == (
        "sent-back",
        cast.carol,
        "No source for the litres.",
    )
    assert told("review.sent-back") == {"Bob"}
    bob = sign_in(cast.bob)
    assert "No source for the litres." in bob.get(f"/knowledge/{article.slug}/edit/").text
    assert "Sent back" in bob.get("/").text
    again = note(base="1", action="review", summary="With a source.")
    send(bob, f"/knowledge/{article.slug}/edit/", again)
    assert [(r.revision.number, r.state) for r in Review.objects.order_by("pk")] == [
        (1, "sent-back"),
        (2, "open"),
    ]


def test_a_version_that_was_sent_back_is_never_for_readers(cast, sign_in):
    article = experience(cast)
    review = beside(cast, article, fields={"tried": "A name that must not stand here."})
    reviewing.send_back(by=cast.carol, review=review, reason="Names a person")
    article.refresh_from_db()
    made = entry(cast, fields={"tried": "Without it."})
    articles.revise(by=cast.bob, article=article, entry=made, base=2, publish=True)

    visitor = sign_in(None)
    assert visitor.get(f"/knowledge/{article.slug}/v/3/").status_code == 200
    assert visitor.get(f"/knowledge/{article.slug}/v/2/").status_code == 404
    listed = visitor.get(f"/knowledge/{article.slug}/versions/")
    assert [v.number for v in listed.context["page"]] == [3, 1]
    compared = visitor.get(f"/knowledge/{article.slug}/compare/")
    assert (compared.context["before"].number, compared.context["after"].number) == (1, 3)
    assert "must not stand here" not in compared.text
    # Nor by the paragraphs that readers write notes on.
    notes = f"/knowledge/{article.slug}/notes/new/?section=tried&paragraph=1&version="
    member = sign_in(cast.rita)
    assert [member.get(f"{notes}{n}").status_code for n in (1, 2, 3)] == [200, 404, 200]


def test_a_picture_is_as_open_as_the_version_it_stands_in(cast, sign_in):
    article = experience(cast)
    client = sign_in(cast.bob)
    key = str(client.get(f"/knowledge/{article.slug}/edit/").context["draft_key"])
    typed = form(base="1", article=article.slug, section="tried", alt="A bus", draft=key)
    send(client, f"/knowledge/drafts/{key}/images/", typed | {"picture": picture()})
    stored = StoredFile.objects.get()
    words = f"![A bus]({stored.get_absolute_url()})"
    send(client, f"/knowledge/{article.slug}/edit/", form(base="1", action="review", tried=words))
    review = Review.objects.get()

    def seen_by(user):
        return sign_in(user).get(stored.get_absolute_url()).status_code

    assert Attachment.objects.get().article == article
    assert (seen_by(None), seen_by(cast.rita), seen_by(cast.alice)) == (404, 404, 200)
    send(sign_in(cast.alice), path(review, "publication/"), {})
    assert (seen_by(None), seen_by(cast.rita)) == (200, 200)


def test_a_reviewer_of_the_programme_sees_a_draft_while_it_is_asked_for(cast, sign_in):
    dora = reviewer(cast)
    article = case_note(cast, by=cast.bob, publish=False)
    assert sign_in(dora).get(article.get_absolute_url()).status_code == 404
    review = sent_in(cast.bob, article)
    assert told("review.sent") == {"Carol", "Dora"}
    assert sign_in(dora).get(article.get_absolute_url()).status_code == 200
    assert sign_in(dora).get(path(review)).status_code == 200
    assert article.title in sign_in(dora).get("/").text
    assert article.title in sign_in(dora).get(reverse("review-list")).text

    assert send(sign_in(cast.alice), path(review, "withdrawal/"), {}).status_code == 403
    assert send(sign_in(cast.bob), path(review, "withdrawal/"), {}).status_code == 302
    assert told("review.withdrawn") == {"Carol", "Dora"}
    assert sign_in(dora).get(article.get_absolute_url()).status_code == 404
    words = "Warm water is used twice."
    assert words in sign_in(cast.bob).get(path(review)).text
    taken_back = sign_in(dora).get(path(review)).text
    assert ("Taken back" in taken_back, words in taken_back) == (True, False)
    assert send(sign_in(dora), path(review, "publication/"), {}).status_code == 409
    assert "Nothing waits for you" in sign_in(dora).get(reverse("review-list")).text


def test_the_desk_is_for_those_who_review_in_this_place(cast, sign_in):
    far = reviewer(cast, "eve")
    Membership.objects.filter(user=far).update(programme=cast.twinning)
    beside(cast, experience(cast))
    assert sign_in(far).get(reverse("review-list")).context["page"].object_list == []
    assert len(sign_in(cast.alice).get(reverse("review-list")).context["page"]) == 1
    assert sign_in(cast.bob).get(reverse("review-list")).status_code == 403


def test_a_new_version_takes_the_one_in_review_out(cast, sign_in):
    article = experience(cast)
    review = beside(cast, article)
    edit = f"/knowledge/{article.slug}/edit/"
    assert "Version 2 is in review" in sign_in(cast.alice).get(edit).text
    send(sign_in(cast.alice), edit, form(base="2", programme="learning-hub-syd"))
    review.refresh_from_db()
    assert (review.state, review.decided_by) == ("withdrawn", cast.alice)
    article.refresh_from_db()
    assert article.live.number == 3
    late = send(sign_in(cast.carol), path(review, "publication/"), {})
    assert late.status_code == 409
    article.refresh_from_db()
    assert article.live.number == 3


def test_saved_beside_the_live_version_readers_see_nothing_of_it(cast, sign_in):
    article = experience(cast, title="Old title")
    data = form(base="1", action="save", title="New title")
    send(sign_in(cast.bob), f"/knowledge/{article.slug}/edit/", data)
    article.refresh_from_db()
    assert (article.title, article.live.number, article.newest_number) == ("Old title", 1, 2)
    assert sign_in(None).get(f"/knowledge/{article.slug}/v/2/").status_code == 404
    page = sign_in(cast.bob).get(article.get_absolute_url()).text
    assert "A newer version is being prepared" in page
    assert "Newer version not published" in sign_in(cast.bob).get("/").text
    opened = sign_in(cast.bob).get(f"/knowledge/{article.slug}/edit/").context
    assert (opened["base"], opened["form"].initial["title"]) == (2, "New title")


def test_the_second_of_two_reviewers_is_told_who_was_first(cast, sign_in):
    dora = reviewer(cast)
    review = sent_in(cast.bob, case_note(cast, by=cast.bob, publish=False))
    reviewing.publish(by=dora, review=review)
    answer = send(
        sign_in(cast.carol), path(review, "sending-back/"), {"back-reason": "Not like this."}
    )
    assert answer.status_code == 409
    assert "Somebody was before you" in answer.text
    assert "Dora" in answer.text
    review.refresh_from_db()
    assert (review.state, review.reason) == ("published", "")
    assert Event.objects.filter(verb="review.sent-back").count() == 0
    late = send(sign_in(cast.bob), path(review), {"body": "One more thing"})
    assert (late.status_code, Remark.objects.count()) == (409, 0)


def decide_at_once(cast, review, people):
    barrier = Barrier(2)

    def press(user):
        client = Client(raise_request_exception=True)
        client.force_login(user)
        barrier.wait(timeout=30)
        try:
            if user == people[0]:
                return send(client, path(review, "publication/"), {}).status_code
            return send(client, path(review, "sending-back/"), {"back-reason": "No."}).status_code
        except DatabaseError as error:
            return type(error).__name__
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(press, people))


@pytest.mark.drill
@pytest.mark.django_db(transaction=True)
def test_of_two_decisions_at_once_one_acts(cast):
    dora = reviewer(cast)
    for number in range(6):
        article = case_note(cast, by=cast.bob, publish=False, title=f"Note {number}")
        review = sent_in(cast.bob, article)
        answers = decide_at_once(cast, review, [cast.carol, dora])
        assert sorted(answers) == [302, 409]
        review.refresh_from_db()
        article.refresh_from_db()
        assert (review.state == "published") == (article.state == "published")
        assert review.decided_by == (cast.carol if review.state == "published" else dora)
        verbs = Event.objects.filter(verb__in=["article.published", "review.sent-back"])
        assert verbs.filter(title=f"Note {number}").count() == 1


@pytest.mark.drill
@pytest.mark.django_db(transaction=True)
def test_without_the_lock_a_decision_breaks(cast, monkeypatch):
    """Negative control: nobody waits, and the database refuses the second decision."""
    dora = reviewer(cast)
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **_: self)
    broken = 0
    for number in range(8):
        article = case_note(cast, by=cast.bob, publish=False, title=f"Note {number}")
        answers = decide_at_once(cast, sent_in(cast.bob, article), [cast.carol, dora])
        broken += sorted(map(str, answers)) != ["302", "409"]
    assert broken > 0


def test_one_review_at_a_time(cast):
    review = beside(cast, experience(cast))
    first = review.article.revisions.get(number=1)
    insert = """INSERT INTO knowledge_review (article_id, revision_id, reviewers, state, sent_at, sent_by_id, reason)
        VALUES (%s, %s, '{city:1:lead}', 'open', now(), %s, '')"""
    article, bob = review.article_id, cast.bob.pk
    assert refused(insert, article, first.pk, bob) == "review_one_open_per_article"
    assert refused(insert, article, review.revision_id, bob) == "knowledge_review_revision_id_key"
    other = experience(cast, title="Another")
    assert refused(insert, other.pk, first.pk, bob) == "review_of_own_version"
    assert refused(insert, other.pk, other.live_id, bob) == "accepted"


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("state = 'withdrawn'", "review_decided_at_with_by"),
        ("state = 'withdrawn', decided_at = now()", "review_decided_at_with_by"),
        ("decided_at = now(), decided_by_id = sent_by_id", "review_decided_at_with_by"),
        (
            "state = 'sent-back', decided_at = now(), decided_by_id = sent_by_id",
            "review_sent_back_with_reason",
        ),
        ("reason = 'x'", "review_sent_back_with_reason"),
        (
            "state = 'published', decided_at = now(), decided_by_id = sent_by_id",
            "review_publishes_its_version",
        ),
        ("reviewers = '{}'", "review_stays"),
        ("sent_by_id = sent_by_id + 1", "review_stays"),
        ("sent_at = now() + interval '1 day'", "review_stays"),
        ("article_id = article_id + 1", "review_stays"),
    ],
)
def test_a_review_is_whole(cast, change, constraint):
    review = beside(cast, experience(cast))
    assert refused(f"UPDATE knowledge_review SET {change} WHERE id = %s", review.pk) == constraint


def test_a_review_asks_somebody(cast):
    article = experience(cast)
    insert = """INSERT INTO knowledge_review (article_id, revision_id, reviewers, state, sent_at, sent_by_id, reason)
        VALUES (%s, %s, '{}', 'open', now(), %s, '')"""
    assert refused(insert, article.pk, article.live_id, cast.bob.pk) == "review_asks_somebody"


def test_the_version_under_review_never_changes(cast):
    review = beside(cast, experience(cast))
    first = review.article.revisions.get(number=1)
    swap = "UPDATE knowledge_review SET revision_id = %s WHERE id = %s"
    assert refused(swap, first.pk, review.pk) == "review_stays"
    renumber = "UPDATE knowledge_revision SET number = 7 WHERE id = %s"
    assert refused(renumber, review.revision_id) == "revision_stays"
    assert refused("DELETE FROM knowledge_review WHERE id = %s", review.pk) == "review_stays"
    assert Review.objects.count() == 1


def test_a_decision_is_made_once(cast):
    review = beside(cast, experience(cast))
    reviewing.send_back(by=cast.carol, review=review, reason="No source")
    for change in ("state = 'open', decided_at = NULL", "reason = 'y'", "decided_at = now()"):
        answer = refused(f"UPDATE knowledge_review SET {change} WHERE id = %s", review.pk)
        assert answer == "review_decided_once"
    late = "INSERT INTO knowledge_remark (review_id, author_id, body, written_at) VALUES (%s, %s, 'x', now())"
    assert refused(late, review.pk, cast.bob.pk) == "remark_while_open"


def test_a_remark_stays(cast):
    review = beside(cast, experience(cast))
    said = reviewing.remark(by=cast.carol, review=review, body="Why?")
    assert (
        refused("UPDATE knowledge_remark SET body = 'x' WHERE id = %s", said.pk) == "remark_stays"
    )
    assert refused("DELETE FROM knowledge_remark WHERE id = %s", said.pk) == "remark_stays"
    empty = "INSERT INTO knowledge_remark (review_id, author_id, body, written_at) VALUES (%s, %s, '', now())"
    assert refused(empty, review.pk, cast.bob.pk) == "remark_not_empty"


def test_what_readers_read_was_published(cast):
    review = beside(cast, experience(cast))
    live = "UPDATE knowledge_article SET live_id = %s WHERE id = %s"
    assert refused(live, review.revision_id, review.article_id) == "article_live_was_published"
    half = "UPDATE knowledge_revision SET published_at = now() WHERE id = %s"
    assert refused(half, review.revision_id) == "revision_published_at_with_by"
    again = (
        "UPDATE knowledge_revision SET published_at = now() WHERE article_id = %s AND number = 1"
    )
    assert refused(again, review.article_id) == "revision_stays"
    nobody = "UPDATE knowledge_article SET insiders = '{}' WHERE id = %s"
    assert refused(nobody, review.article_id) == "article_somebody_edits_it"


def test_a_place_that_was_renamed_or_has_gone_does_not_stop_a_decision(cast):
    article = experience(cast)
    review = beside(cast, article)
    cast.lund.slug = "lund-new"
    cast.lund.save(update_fields=["slug"])
    reviewing.publish(by=cast.carol, review=Review.objects.get(pk=review.pk))
    article.refresh_from_db()
    assert (article.city, article.live.number) == (cast.lund, 2)


def test_versions_of_before_reviews_stay_open_to_readers(cast):
    """Publishing stamps a version; the first of a draft that was only saved has no stamp."""
    article = experience(cast, publish=False)
    articles.revise(by=cast.bob, article=article, entry=entry(cast), base=1, publish=True)
    stamps = dict(Revision.objects.filter(article=article).values_list("number", "published_by"))
    assert stamps == {1: None, 2: cast.bob.pk}


def test_organisations_give_no_say(cast, sign_in):
    """A lead of a city elsewhere, or a researcher, decides nothing here."""
    Organisation.objects.create(name="SLU", slug="slu")
    review = beside(cast, experience(cast))
    for user in (cast.rita, cast.mallory, cast.ada):
        assert send(sign_in(user), path(review, "publication/"), {}).status_code == 404
    assert Review.objects.get().state == "open"
