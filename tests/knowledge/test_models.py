"""Every rule the database holds, tried by SQL."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import Error

from cities.models import City
from knowledge.actions import articles, comments
from knowledge.models import Article, Revision, WorkingDraft
from tests.knowledge.making import case_note, entry, experience


def refused(statement: str, *values: object) -> str:
    """The name of the constraint that refuses the statement."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except IntegrityError as error:
        return str(error.__cause__.diag.constraint_name)  # type: ignore[union-attr]
    return "accepted"


def test_a_revision_cannot_be_changed(cast):
    article = experience(cast)
    for column, value in (
        ("title", "Other"),
        ("change", "x"),
        ("number", 9),
        ("made_at", "2020-01-01"),
    ):
        answer = refused(
            f"UPDATE knowledge_revision SET {column} = %s WHERE article_id = %s", value, article.pk
        )
        assert (column, answer) == (column, "revision_stays")
    assert (
        refused("UPDATE knowledge_revision SET fields = '{}' WHERE article_id = %s", article.pk)
        == "revision_stays"
    )


def test_only_the_cached_html_of_a_revision_may_be_made_anew(cast):
    article = experience(cast)
    assert (
        refused(
            "UPDATE knowledge_revision SET html = '{}', markup_version = 0 WHERE article_id = %s",
            article.pk,
        )
        == "accepted"
    )


def test_a_revision_cannot_be_deleted(cast):
    article = experience(cast)
    assert (
        refused("DELETE FROM knowledge_revision WHERE article_id = %s", article.pk)
        == "revision_stays"
    )
    assert Revision.objects.count() == 1


def test_a_sample_goes_away_as_a_whole(cast):
    """Negative control of the rule above: for samples it is lifted."""
    made = entry(cast)
    article = articles.create(
        by=cast.bob, kind="experience", entry=made, publish=False, is_sample=True
    )
    assert refused("DELETE FROM knowledge_revision WHERE article_id = %s", article.pk) == "accepted"


def test_numbers_are_unique_per_article(cast):
    article = experience(cast)
    assert (
        refused(
            """INSERT INTO knowledge_revision (article_id, number, title, fields, facts, change, html, markup_version, made_at, made_by_id)
        VALUES (%s, 1, 'x', '{}', '{}', '', '{}', 1, now(), %s)""",
            article.pk,
            cast.bob.pk,
        )
        == "revision_number_once"
    )


def test_the_live_version_is_its_own(cast):
    article, other = experience(cast), experience(cast)
    Article.objects.filter(pk=other.pk).update(
        live=None, state="draft", published_at=None, published_by=None
    )
    stolen = other.revisions.get().pk
    assert (
        refused("UPDATE knowledge_article SET live_id = %s WHERE id = %s", stolen, article.pk)
        == "article_live_is_its_own"
    )


def test_one_live_version_each(cast):
    first, second = experience(cast), experience(cast)
    assert (
        refused("UPDATE knowledge_article SET live_id = %s WHERE id = %s", first.live_id, second.pk)
        == "knowledge_article_live_id_key"
    )


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("state = 'draft'", "article_live_unless_draft"),
        ("live_id = NULL", "article_live_unless_draft"),
        ("city_id = NULL", "article_experience_has_city"),
        ("visibility = 'programme', programme_id = NULL", "article_programme_named"),
        ("visibility = 'group', group_id = NULL", "article_group_named"),
        ("published_by_id = NULL", "article_published_at_with_by"),
        ("state = 'archived'", "article_archived_at_with_by"),
        ("archived_at = now()", "article_archived_at_with_by"),
        ("title = ''", "article_has_title"),
        ("slug = ''", "article_has_title"),
        ("audience = '{}'", "article_somebody_sees_it"),
    ],
)
def test_an_article_is_whole(cast, change, constraint):
    article = experience(cast)
    assert refused(f"UPDATE knowledge_article SET {change} WHERE id = %s", article.pk) == constraint


def test_a_case_note_needs_no_city(cast):
    article = case_note(cast, city=None)
    assert (
        refused("UPDATE knowledge_article SET city_id = NULL WHERE id = %s", article.pk)
        == "accepted"
    )


def test_an_author_stands_once_and_in_one_place(cast):
    article = experience(cast, coauthors=[cast.alice])
    insert = (
        "INSERT INTO knowledge_authorship (article_id, author_id, position) VALUES (%s, %s, %s)"
    )
    assert refused(insert, article.pk, cast.alice.pk, 9) == "authorship_once_per_article"
    assert refused(insert, article.pk, cast.carol.pk, 2) == "authorship_order_is_total"


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("body = ''", "comment_not_empty"),
        ("edited_at = now()", "comment_edited_at_with_by"),
        ("removed_at = now()", "comment_removed_with_reason"),
        ("removal_reason = 'x'", "comment_removed_with_reason"),
        ("removed_at = now(), removed_by_id = author_id", "comment_removed_with_reason"),
        ("parent_id = id", "comment_answers_another"),
    ],
)
def test_a_comment_is_whole(cast, change, constraint):
    said = comments.add(by=cast.rita, article=experience(cast), body="Why?")
    answer = refused(f"UPDATE knowledge_comment SET {change} WHERE id = %s", said.pk)
    # The row check and the trigger both guard the last one; either may speak first.
    assert answer in {constraint, "comment_answers_a_remark"}
    assert answer == constraint or change == "parent_id = id"


def test_an_answer_belongs_to_a_remark_on_the_same_article(cast):
    here, there = experience(cast), experience(cast)
    remark = comments.add(by=cast.rita, article=here, body="Why?")
    answer = comments.add(by=cast.bob, article=here, body="So.", answers=remark)
    insert = """INSERT INTO knowledge_comment (article_id, revision_id, parent_id, author_id, quote, body,
        html, markup_version, created_at, removal_reason, is_sample)
        VALUES (%s, %s, %s, %s, '', 'x', '', 1, now(), '', false)"""
    me = cast.bob.pk
    assert refused(insert, there.pk, there.live_id, remark.pk, me) == "comment_answers_a_remark"
    assert refused(insert, here.pk, here.live_id, answer.pk, me) == "comment_answers_a_remark"
    assert refused(insert, here.pk, there.live_id, remark.pk, me) == "comment_on_own_version"
    assert refused(insert, here.pk, here.live_id, remark.pk, me) == "accepted"


def test_one_draft_per_person_and_article(cast):
    article = experience(cast)
    WorkingDraft.objects.create(user=cast.bob, article=article, kind="experience")
    WorkingDraft.objects.create(user=cast.alice, article=article, kind="experience")
    with (
        pytest.raises(IntegrityError, match="working_draft_once_per_article"),
        transaction.atomic(),
    ):
        WorkingDraft.objects.create(user=cast.bob, article=article, kind="experience")


def test_a_city_with_texts_cannot_be_deleted(cast):
    experience(cast)
    with pytest.raises(Error), transaction.atomic():
        City.objects.filter(pk=cast.lund.pk).delete()
