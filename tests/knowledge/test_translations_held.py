"""What the database holds of translations."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from knowledge.actions import articles
from knowledge.models import Translation
from knowledge.translation import actions
from tests.conftest import Cast
from tests.knowledge.making import experience
from tests.knowledge.translating import begun, rendering, renew, translated, words


@contextmanager
def refused(name: str) -> Iterator[None]:
    """What is done in it is held up by the constraint of that name."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        yield
        connection.check_constraints()
    assert caught.value.__cause__.diag.constraint_name == name


def broken(name: str, sql: str, *values: Any) -> None:
    with refused(name), connection.cursor() as cursor:
        cursor.execute(sql, values)


INSERT = (
    "INSERT INTO knowledge_translation (article_id, original_id, language, original_language)"
    " VALUES (%s, %s, %s, %s)"
)


def test_database_refuses_translations_that_are_none(cast: Cast) -> None:
    original, other = experience(cast), experience(cast, language="sv", title="Annan")
    article = translated(cast, original)
    third = experience(cast, language="de", title="Dritter")
    broken("translation_of_an_original", INSERT, other.pk, article.pk, "sv", "sv")
    broken("translation_of_an_original", INSERT, original.pk, third.pk, "en", "de")
    broken("translation_of_an_original", INSERT, other.pk, other.pk, "sv", "sv")
    broken("translation_once_per_language", INSERT, other.pk, original.pk, "sv", "en")
    broken("translation_versions_have_renderings", INSERT, other.pk, third.pk, "sv", "de")
    second = experience(cast, language="sv", title="Till")
    broken("translation_into_another_language", INSERT, other.pk, second.pk, "sv", "sv")


def test_database_keeps_the_two_languages_apart(cast: Cast) -> None:
    original = experience(cast)
    article = translated(cast, original)
    update = "UPDATE knowledge_article SET language = %s WHERE id = %s"
    broken("translation_into_another_language", update, "sv", original.pk)
    broken("translation_language_is_its_articles", update, "de", article.pk)
    own = "UPDATE knowledge_translation SET language = 'de' WHERE article_id = %s"
    broken("translation_language_is_its_articles", own, article.pk)
    its = "UPDATE knowledge_translation SET original_language = 'de' WHERE article_id = %s"
    broken("translation_original_language_is_its_articles", its, article.pk)
    with connection.cursor() as cursor:
        cursor.execute(update, ["de", original.pk])
    assert Translation.objects.get(pk=article.pk).original_language == "de"


def test_database_keeps_a_translation_with_its_original(cast: Cast) -> None:
    article, other = translated(cast, experience(cast)), experience(cast, title="Another")
    move = "UPDATE knowledge_translation SET original_id = %s WHERE article_id = %s"
    broken("translation_stays", move, other.pk, article.pk)


def test_database_refuses_a_wider_audience(cast: Cast) -> None:
    original = experience(cast, visibility="programme")
    article = translated(cast, original, by=cast.alice)
    widen = "UPDATE knowledge_article SET audience = %s WHERE id = %s"
    rule = "translation_no_wider_than_original"
    broken(rule, widen, ["public"], article.pk)
    broken(rule, widen, ["signed-in"], article.pk)
    broken(rule, widen, [f"programme:{cast.twinning.pk}"], article.pk)
    broken(rule, widen, [f"user:{cast.mallory.pk}"], article.pk)
    broken(rule, widen, [f"user:{cast.bob.pk}"], original.pk)
    broken(
        rule,
        "UPDATE knowledge_article SET insiders = %s WHERE id = %s",
        [f"user:{cast.mallory.pk}"],
        article.pk,
    )


def test_database_refuses_a_rendering_of_another_text(cast: Cast) -> None:
    original, other = experience(cast), experience(cast, title="Another")
    article = translated(cast, original)
    renew(cast, original, publish=False)
    hidden = original.revisions.get(number=2)
    move = "UPDATE knowledge_rendering SET based_on_id = %s WHERE revision_id = %s"
    rule = "rendering_of_published_original"
    broken(rule, move, other.live_id, article.live_id)
    broken(rule, move, hidden.pk, article.live_id)


def test_database_moves_a_rendering_forward_only(cast: Cast) -> None:
    original = experience(cast)
    first = original.live_id
    renew(cast, original)
    article = translated(cast, original)
    move = "UPDATE knowledge_rendering SET based_on_id = %s WHERE revision_id = %s"
    broken("rendering_stays", move, first, article.live_id)
    made = "UPDATE knowledge_rendering SET made = %s WHERE revision_id = %s"
    broken("rendering_stays", made, "machine", article.live_id)
    unknown = "UPDATE knowledge_rendering SET confirmed_at = now() WHERE revision_id = %s"
    broken("rendering_confirmed_at_with_by", unknown, article.live_id)


def test_database_lets_no_machine_write_over_a_person(cast: Cast) -> None:
    original = experience(cast)
    article = begun(cast, original)
    made = words(original, cast.mallory, by_machine=True)
    with refused("rendering_machine_never_over_human"):
        articles.revise(by=cast.mallory, article=article, entry=made, base=1, publish=True)
    article.refresh_from_db()
    assert article.newest_number == 1


def test_database_lets_no_machine_write_over_what_a_person_has_read(cast: Cast) -> None:
    original = experience(cast)
    made = words(original, cast.mallory, by_machine=True)
    article = articles.create(
        by=cast.mallory, kind="experience", entry=made, publish=True, original=original
    )
    assert rendering(article).is_unread
    actions.confirm(by=cast.bob, article=article, number=1, based_on=made.based_on)
    with refused("rendering_machine_never_over_human"):
        articles.revise(by=cast.mallory, article=article, entry=made, base=1, publish=True)


def test_database_asks_every_version_for_its_source(cast: Cast) -> None:
    article = translated(cast, experience(cast))
    broken(
        "translation_versions_have_renderings",
        "INSERT INTO knowledge_revision (article_id, number, title, fields, facts, change, html,"
        " markup_version, made_at, made_by_id) VALUES (%s, 9, 'x', '{}', '{}', '', '{}', 1,"
        " now(), %s)",
        article.pk,
        cast.bob.pk,
    )
