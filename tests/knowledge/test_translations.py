"""Translations: how they begin, follow their original, go out of date and are found."""

import csv
import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.db.models import F
from django.test import Client

from hub import files, samples
from hub.models import Event, SearchDocument
from knowledge.actions import articles, restoring, reviewing
from knowledge.actions.articles import Entry
from knowledge.models import Article, Attachment, Rendering, Revision, Translation
from knowledge.reviewers import reviewer_keys
from knowledge.translation import actions
from tests.conftest import Cast
from tests.knowledge.making import case_note, domain, entry, experience, picture, send

SignIn = Callable[[Any], Client]
WORDS = {"tried": "Vi hyrde två maskiner.", "setback": "Laddningen tog hela natten."}


def begun(cast: Cast, original: Article, **changes: Any) -> Article:
    values = {"by": cast.mallory, "language": "sv", "title": "Eldrivna grävmaskiner"}
    return actions.begin(original=original, **values | changes)


def words(original: Article, by: Any, based_on: Revision | None = None, **changes: Any) -> Entry:
    original.refresh_from_db()
    values: dict[str, Any] = {"title": "Eldrivna grävmaskiner", "fields": WORDS, "language": "sv"}
    source = based_on or original.live
    assert source is not None
    return actions.entry_for(original, source, **values | changes)


def translated(cast: Cast, original: Article, by: Any = None, **changes: Any) -> Article:
    """Published, from what is live."""
    by = by or cast.mallory
    article = begun(cast, original, by=by)
    made = words(original, by, **changes)
    return articles.revise(by=by, article=article, entry=made, base=1, publish=True)


def renew(cast: Cast, original: Article, publish: bool = True, **changes: Any) -> Article:
    """The next version of an original; its words change unless told otherwise."""
    original.refresh_from_db()
    values = {"fields": {"tried": "We rented three machines.", "setback": "Noise at night."}}
    made = entry(cast, **values | changes)
    return articles.revise(
        by=cast.bob, article=original, entry=made, base=original.newest_number, publish=publish
    )


def rendering(article: Article) -> Rendering:
    article.refresh_from_db()
    return Rendering.objects.get(revision=article.live)


def form_of(article: Article, **changes: Any) -> dict[str, Any]:
    """What a browser sends from the editor of a translation."""
    article.refresh_from_db()
    original = article.translation.original
    return {
        "kind": article.kind,
        "article": article.slug,
        "base": str(article.newest_number),
        "based_on": str(original.live.number),
        "action": "publish",
        "title": "Eldrivna grävmaskiner på Brunnshög",
        **WORDS,
    } | changes


# Beginning -----------------------------------------------------------------------


def test_begun_translation_is_a_draft_with_a_slug_of_its_own(cast: Cast) -> None:
    original = experience(cast)
    article = begun(cast, original)
    assert (article.slug, article.state) == ("eldrivna-gravmaskiner", "draft")
    assert (article.language, article.city) == ("sv", cast.lund)
    assert list(article.authors.all()) == [cast.mallory]
    made = Rendering.objects.get(translation=article.pk)
    assert (made.based_on, made.made) == (original.live, "human")


def test_second_translation_into_a_language_is_refused(cast: Cast) -> None:
    original = experience(cast)
    begun(cast, original)
    with pytest.raises(actions.Taken):
        begun(cast, original, by=cast.alice)
    assert Translation.objects.count() == 1


def test_translation_into_the_originals_own_language_is_refused(cast: Cast) -> None:
    with pytest.raises(actions.Taken):
        begun(cast, experience(cast), language="en")


def test_language_of_a_version_in_review_is_not_translated_into(cast: Cast) -> None:
    original = experience(cast)
    renew(cast, original, publish=False, language="sv")
    with pytest.raises(actions.Taken):
        begun(cast, original)


def test_draft_is_not_translated(cast: Cast) -> None:
    with pytest.raises(actions.NotPublished):
        begun(cast, experience(cast, publish=False))


def test_page_begins_a_translation_and_opens_the_editor(cast: Cast, sign_in: SignIn) -> None:
    original = experience(cast)
    path = f"{original.get_absolute_url()}translations/"
    sent = {"language": "sv", "title": "Grävmaskiner utan avgaser"}
    answer = send(sign_in(cast.mallory), path, sent)
    article = Article.objects.get(translation__original=original)
    assert answer.status_code == 302
    assert answer.url == f"/knowledge/{article.slug}/edit/"
    page = sign_in(cast.mallory).get(answer.url).content.decode()
    assert "We rented two machines." in page
    assert 'value="Grävmaskiner utan avgaser"' in page


def test_begin_form_without_a_title_says_so(cast: Cast, sign_in: SignIn) -> None:
    original = experience(cast)
    path = f"{original.get_absolute_url()}translations/"
    answer = send(sign_in(cast.mallory), path, {"language": "sv", "title": ""})
    assert answer.status_code == 422
    assert "error-summary" in answer.content.decode()
    assert not Translation.objects.exists()


def test_who_may_not_write_may_not_translate(cast: Cast, sign_in: SignIn) -> None:
    original = experience(cast)
    path = f"{original.get_absolute_url()}translations/"
    answer = send(sign_in(cast.rita), path, {"language": "sv", "title": "Grävmaskiner"})
    assert answer.status_code == 403
    assert not Translation.objects.exists()


# Writing -------------------------------------------------------------------------


def test_published_translation_is_told_to_the_originals_authors(
    cast: Cast, sign_in: SignIn
) -> None:
    original = experience(cast, coauthors=[cast.alice])
    article = begun(cast, original)
    answer = send(sign_in(cast.mallory), f"/knowledge/{article.slug}/edit/", form_of(article))
    assert answer.status_code == 302, answer.content
    event = Event.objects.get(verb="translation.published")
    assert set(event.direct) == {cast.bob.pk, cast.alice.pk}
    assert event.title == "Eldrivna grävmaskiner på Brunnshög"
    article.refresh_from_db()
    assert article.state == "published"
    assert article.live is not None
    assert article.live.fields["tried"] == WORDS["tried"]
    assert rendering(article).based_on == original.live


def test_translation_keeps_the_choices_of_its_original(cast: Cast, sign_in: SignIn) -> None:
    fields = {"tried": "We rented two machines.", "stage": "piloting", "call": True}
    original = experience(cast, fields=fields)
    article = translated(cast, original)
    assert article.stage == "piloting"
    # Who translates has not offered to be called.
    assert "call" not in article.live.fields
    renew(cast, original, fields=fields | {"stage": "running"})
    page = sign_in(None).get(article.get_absolute_url()).content.decode()
    assert "Running" in page
    assert "Being tried out" not in page


def test_editor_of_a_translation_asks_nothing_but_words(cast: Cast, sign_in: SignIn) -> None:
    article = begun(cast, experience(cast))
    page = sign_in(cast.mallory).get(f"/knowledge/{article.slug}/edit/").content.decode()
    for name in ("visibility", "city", "language", "domains", "coauthors"):
        assert f'id="id_{name}' not in page
    sent = form_of(article, visibility="private", city="leuven", language="de")
    send(sign_in(cast.mallory), f"/knowledge/{article.slug}/edit/", sent)
    article.refresh_from_db()
    assert (article.visibility, article.city, article.language) == ("public", cast.lund, "sv")


def test_who_saves_a_translation_stands_under_it(cast: Cast, sign_in: SignIn) -> None:
    article = translated(cast, experience(cast))
    sent = form_of(article, change="A better word")
    send(sign_in(cast.alice), f"/knowledge/{article.slug}/edit/", sent)
    assert list(article.authors.order_by("authorships__position")) == [cast.mallory, cast.alice]


def test_typed_words_survive_another_editor(cast: Cast, sign_in: SignIn) -> None:
    article = translated(cast, experience(cast))
    mine = form_of(article, tried="Vi hyrde två maskiner av en firma.")
    articles.revise(
        by=cast.alice, article=article, publish=True, base=2,
        entry=words(article.translation.original, cast.alice, fields={"tried": "Två maskiner."}),
    )  # fmt: skip
    path = f"/knowledge/{article.slug}/edit/"
    answer = send(sign_in(cast.mallory), path, mine)
    assert (answer.status_code, answer.url) == (302, path)
    page = sign_in(cast.mallory).get(path).content.decode()
    assert "Vi hyrde två maskiner av en firma." in page
    assert "Alice saved version 3" in page
    assert article.revisions.count() == 3


def test_case_note_in_translation_is_reviewed(cast: Cast, sign_in: SignIn) -> None:
    original = case_note(cast)
    article = begun(cast, original)
    sent = form_of(article, summary="Varmt vatten används två gånger.")
    answer = send(sign_in(cast.mallory), f"/knowledge/{article.slug}/edit/", sent)
    assert answer.status_code == 422
    sent["action"] = "review"
    answer = send(sign_in(cast.mallory), f"/knowledge/{article.slug}/edit/", sent)
    assert answer.status_code == 302
    review = article.reviews.get()
    reviewing.publish(by=cast.carol, review=review)
    article.refresh_from_db()
    assert (article.state, article.audience) == ("published", ["public"])
    assert Event.objects.get(verb="translation.published").actor == cast.carol


# Going out of date ---------------------------------------------------------------


def test_changed_original_makes_it_outdated_and_tells_the_translator(
    cast: Cast, sign_in: SignIn
) -> None:
    original = experience(cast)
    article = translated(cast, original)
    renew(cast, original, change="Three, not two")
    event = Event.objects.get(verb="translation.outdated")
    assert event.direct == [cast.mallory.pk]
    assert (event.url, event.text) == (article.get_absolute_url(), "Three, not two")
    page = sign_in(None).get(article.get_absolute_url()).content.decode()
    assert "Outdated: the original has changed since" in page
    assert f"{original.get_absolute_url()}compare/?from=1&amp;to=2" in page


def test_second_change_tells_nobody_again(cast: Cast) -> None:
    original = experience(cast)
    translated(cast, original)
    renew(cast, original)
    renew(cast, original, fields={"tried": "Four machines.", "setback": "None."})
    assert Event.objects.filter(verb="translation.outdated").count() == 1


def test_same_words_in_a_new_version_leave_it_current(cast: Cast, sign_in: SignIn) -> None:
    original = experience(cast)
    article = translated(cast, original)
    fields = {"tried": "We rented two machines.", "setback": "Charging took all night."}
    renew(cast, original, fields=fields | {"stage": "running"})
    assert rendering(article).based_on.number == 2
    assert not Event.objects.filter(verb="translation.outdated").exists()
    assert "Outdated" not in sign_in(None).get(article.get_absolute_url()).content.decode()


def test_original_that_gets_its_old_words_back_makes_it_current(cast: Cast) -> None:
    original = experience(cast)
    article = translated(cast, original)
    first = original.live
    assert first is not None
    renew(cast, original)
    original.refresh_from_db()
    restoring.restore(
        by=cast.bob, article=original, revision=first, base=2, change="Back", publish=True
    )
    assert rendering(article).based_on.number == 3


def test_unpublished_version_of_the_original_outdates_nothing(cast: Cast, sign_in: SignIn) -> None:
    original = experience(cast)
    article = translated(cast, original)
    renew(cast, original, publish=False)
    page = sign_in(cast.mallory).get(article.get_absolute_url()).content.decode()
    assert "Outdated" not in page
    assert not Event.objects.filter(verb="translation.outdated").exists()
    original.refresh_from_db()
    review = reviewing.send_in(
        by=cast.bob, article=original, reviewers=reviewer_keys("experience", original)
    )
    reviewing.publish(by=cast.carol, review=review)
    assert "Outdated" in sign_in(None).get(article.get_absolute_url()).content.decode()


def test_editor_marks_what_changed_and_asks_whether_it_was_taken_over(
    cast: Cast, sign_in: SignIn
) -> None:
    original = experience(cast)
    article = translated(cast, original)
    renew(cast, original)
    path = f"/knowledge/{article.slug}/edit/"
    page = sign_in(cast.mallory).get(path).content.decode()
    assert "three" in page
    assert "<del>" in page
    send(sign_in(cast.mallory), path, form_of(article, change="A comma"))
    assert rendering(article).based_on.number == 1
    sent = form_of(article, tried="Vi hyrde tre maskiner.", is_current="on")
    send(sign_in(cast.mallory), path, sent)
    assert rendering(article).based_on.number == 2
    assert "Outdated" not in sign_in(None).get(article.get_absolute_url()).content.decode()


def test_still_right_needs_no_new_words(cast: Cast, sign_in: SignIn) -> None:
    original = experience(cast)
    article = translated(cast, original)
    renew(cast, original)
    path = f"/knowledge/{article.slug}/confirmation/"
    answer = send(sign_in(cast.mallory), path, {"number": "2", "based_on": "2"})
    assert (answer.status_code, answer.url) == (302, article.get_absolute_url())
    made = rendering(article)
    assert (made.based_on.number, made.confirmed_by) == (2, cast.mallory)
    assert article.revisions.count() == 2


def test_still_right_of_another_version_than_was_read_is_refused(
    cast: Cast, sign_in: SignIn
) -> None:
    original = experience(cast)
    article = translated(cast, original)
    renew(cast, original)
    path = f"/knowledge/{article.slug}/confirmation/"
    send(sign_in(cast.mallory), path, {"number": "1", "based_on": "2"})
    assert rendering(article).based_on.number == 1


def test_still_right_names_published_versions_only(cast: Cast, sign_in: SignIn) -> None:
    original = experience(cast)
    article = translated(cast, original)
    renew(cast, original, publish=False)
    path = f"/knowledge/{article.slug}/confirmation/"
    answer = send(sign_in(cast.mallory), path, {"number": "2", "based_on": "2"})
    assert answer.status_code == 404
    assert rendering(article).based_on.number == 1


def test_restored_version_says_what_it_was_made_from(cast: Cast) -> None:
    original = experience(cast)
    article = translated(cast, original)
    old = article.live
    assert old is not None
    renew(cast, original)
    made = words(original, cast.mallory, fields={"tried": "Tre maskiner."})
    articles.revise(by=cast.mallory, article=article, entry=made, base=2, publish=True)
    article.refresh_from_db()
    restoring.restore(
        by=cast.mallory, article=article, revision=old, base=3, change="Back", publish=True
    )
    assert rendering(article).based_on.number == 1


# Who reads it --------------------------------------------------------------------


def test_translation_is_as_open_as_its_original(cast: Cast, sign_in: SignIn) -> None:
    original = experience(cast)
    article = translated(cast, original)
    key = f"article:{article.pk}"
    assert SearchDocument.objects.get(key=key).audience == ["public"]
    renew(cast, original, visibility="private")
    article.refresh_from_db()
    original.refresh_from_db()
    assert article.audience == original.audience == [f"user:{cast.bob.pk}"]
    assert SearchDocument.objects.get(key=key).audience == original.audience
    about = Event.objects.about(article.subject)
    assert {tuple(event.audience) for event in about} == {tuple(original.audience)}
    # Not even for the one who wrote it: it says what the original says.
    for person in (None, cast.mallory, cast.alice):
        assert sign_in(person).get(article.get_absolute_url()).status_code == 404
    assert sign_in(cast.mallory).get(f"/knowledge/{article.slug}/edit/").status_code == 404
    assert sign_in(cast.bob).get(article.get_absolute_url()).status_code == 200


def test_draft_of_a_translation_closes_with_its_original(cast: Cast, sign_in: SignIn) -> None:
    original = experience(cast)
    article = begun(cast, original)
    path = f"/knowledge/{article.slug}/edit/"
    assert sign_in(cast.mallory).get(path).status_code == 200
    renew(cast, original, visibility="private", fields={"tried": "Hidden words."})
    answer = sign_in(cast.mallory).get(path)
    assert answer.status_code == 404
    assert "Hidden words." not in answer.content.decode()


def test_translator_who_leaves_the_programme_does_not_see_the_original(
    cast: Cast, sign_in: SignIn
) -> None:
    original = experience(cast, visibility="programme")
    article = begun(cast, original, by=cast.rita)
    path = f"/knowledge/{article.slug}/edit/"
    assert "We rented two machines." in sign_in(cast.rita).get(path).content.decode()
    cast.rita.memberships.all().delete()
    answer = sign_in(cast.rita).get(path)
    assert answer.status_code == 404
    assert "We rented two machines." not in answer.content.decode()
    # Her own words stay hers until the original changes.
    page = sign_in(cast.rita).get(article.get_absolute_url()).content.decode()
    assert original.slug not in page
    renew(cast, original, visibility="programme")
    assert sign_in(cast.rita).get(article.get_absolute_url()).status_code == 404


def test_never_published_words_are_not_reached_through_the_editor(
    cast: Cast, sign_in: SignIn
) -> None:
    original = experience(cast)
    article = begun(cast, original)
    renew(cast, original, publish=False, fields={"tried": "Secret plans.", "setback": "Much."})
    path = f"/knowledge/{article.slug}/edit/"
    for sent in ({"based_on": "2"}, {"based_on": "2", "action": "preview"}, {"based_on": "99"}):
        answer = send(sign_in(cast.mallory), path, form_of(article) | sent)
        assert answer.status_code == (200 if "action" in sent else 422)
        assert "Secret plans." not in answer.content.decode()
    assert Rendering.objects.filter(translation=article.pk).count() == 1


def test_hidden_original_is_not_translated_by_outsiders(cast: Cast, sign_in: SignIn) -> None:
    for visibility in ("private", "programme"):
        original = experience(cast, visibility=visibility, title="Hidden words")
        path = f"{original.get_absolute_url()}translations/"
        client = sign_in(cast.mallory)
        assert client.get(path).status_code == 404
        answer = send(client, path, {"language": "sv", "title": "Dolt"})
        assert answer.status_code == 404
    assert not Translation.objects.exists()


def test_unpublished_translation_is_not_named_to_others(cast: Cast, sign_in: SignIn) -> None:
    original = experience(cast)
    begun(cast, original, title="Hemlig rubrik")
    for path in ("", "translations/"):
        page = sign_in(cast.rita).get(f"{original.get_absolute_url()}{path}").content.decode()
        assert "Hemlig rubrik" not in page
        assert "hemlig-rubrik" not in page
    assert "Begun, not published" in page


def test_translation_is_archived_and_comes_back_with_its_original(cast: Cast) -> None:
    original = experience(cast)
    article = translated(cast, original)
    articles.archive(by=cast.bob, article=original, reason="Replaced")
    article.refresh_from_db()
    assert (article.state, article.archive_reason) == ("archived", "Replaced")
    assert not SearchDocument.objects.filter(key=article.subject).exists()
    original.refresh_from_db()
    articles.bring_back(by=cast.bob, article=original)
    article.refresh_from_db()
    assert article.state == "published"
    assert SearchDocument.objects.filter(key=article.subject).exists()


def test_translation_does_not_come_back_without_its_original(cast: Cast, sign_in: SignIn) -> None:
    original = experience(cast)
    article = translated(cast, original)
    articles.archive(by=cast.bob, article=original, reason="Replaced")
    path = f"{article.get_absolute_url()}return/"
    answer = send(sign_in(cast.mallory), path, {})
    article.refresh_from_db()
    assert (answer.status_code, article.state) == (302, "archived")
    page = sign_in(cast.mallory).get(answer.url).content.decode()
    assert "The text is back" not in page


def test_version_of_a_translation_names_the_version_it_says(cast: Cast, sign_in: SignIn) -> None:
    original = experience(cast)
    article = translated(cast, original)
    renew(cast, original)
    page = sign_in(None).get(f"{article.get_absolute_url()}v/2/").content.decode()
    assert f'href="{original.get_absolute_url()}v/1/"' in page


def test_translation_archived_by_itself_stays_so(cast: Cast) -> None:
    original = experience(cast)
    article = translated(cast, original)
    articles.archive(by=cast.mallory, article=article, reason="Wrong")
    articles.archive(by=cast.bob, article=original, reason="Replaced")
    original.refresh_from_db()
    articles.bring_back(by=cast.bob, article=original)
    article.refresh_from_db()
    assert (article.state, article.archive_reason) == ("archived", "Wrong")


# Finding it ----------------------------------------------------------------------


def test_page_names_its_languages(cast: Cast, sign_in: SignIn) -> None:
    original = experience(cast)
    article = translated(cast, original)
    for text in (original, article):
        page = sign_in(None).get(text.get_absolute_url()).content.decode()
        for code, other in (("en", original), ("sv", article)):
            link = f'hreflang="{code}" href="http://localhost:8000{other.get_absolute_url()}"'
            assert f'<link rel="alternate" {link}>' in page
    assert "Translated from English by Mallory" in page
    page = sign_in(None).get(original.get_absolute_url()).content.decode()
    assert f'<a href="{article.get_absolute_url()}" hreflang="sv" lang="sv"' in page


def test_lists_name_a_text_once_in_the_readers_language(cast: Cast, sign_in: SignIn) -> None:
    original = experience(cast)
    article = translated(cast, original)
    for path in ("/knowledge/", "/cities/lund/", "/"):
        client = sign_in(None)
        english = client.get(path, headers={"accept-language": "en"}).content.decode()
        swedish = client.get(path, headers={"accept-language": "sv"}).content.decode()
        assert f'href="{original.get_absolute_url()}"' in english
        assert f'href="{article.get_absolute_url()}"' not in english
        assert f'href="{article.get_absolute_url()}"' in swedish
        assert f'href="{original.get_absolute_url()}"' not in swedish


def test_list_keeps_the_original_while_its_translation_is_a_draft(
    cast: Cast, sign_in: SignIn
) -> None:
    original = experience(cast)
    begun(cast, original)
    page = sign_in(None).get("/knowledge/", headers={"accept-language": "sv"}).content.decode()
    assert f'href="{original.get_absolute_url()}"' in page


def test_filter_by_language_finds_translations(cast: Cast, sign_in: SignIn) -> None:
    original = experience(cast)
    article = translated(cast, original)
    page = sign_in(None).get("/knowledge/?language=sv").content.decode()
    assert f'href="{article.get_absolute_url()}"' in page
    assert f'href="{original.get_absolute_url()}"' not in page


def test_feed_names_originals(cast: Cast, client: Client) -> None:
    original = experience(cast)
    translated(cast, original)
    feed = client.get("/feeds/knowledge.atom").content.decode()
    assert original.title in feed
    assert "grävmaskiner" not in feed


def test_language_of_a_translated_text_is_not_changed_to_the_translations(
    cast: Cast, sign_in: SignIn
) -> None:
    original = experience(cast)
    translated(cast, original)
    sent = {
        "kind": "experience", "article": original.slug, "base": "1", "action": "publish",
        "title": "Electric excavators", "city": "lund", "domains": ["mobility"],
        "tried": "Two.", "setback": "None.", "language": "sv", "visibility": "public",
    }  # fmt: skip
    answer = send(sign_in(cast.bob), f"{original.get_absolute_url()}edit/", sent)
    assert answer.status_code == 422
    original.refresh_from_db()
    assert original.language == "en"


# What the database holds -----------------------------------------------------------


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


# The table of what is left to do -----------------------------------------------------


def table(client: Client, query: str = "") -> list[list[str]]:
    """The rows of the file: text, how it stands, versions behind."""
    sheet = client.get(f"/knowledge/translations/translations.csv{query}").content.decode(
        "utf-8-sig"
    )
    return [[row[0], row[5], row[6]] for row in list(csv.reader(StringIO(sheet)))[1:]]


def test_table_counts_how_each_text_stands(cast: Cast, sign_in: SignIn) -> None:
    for title in ("Missing", "Begun", "Machine", "Behind", "Current"):
        experience(cast, title=title)
    named = {article.title: article for article in Article.objects.all()}
    begun(cast, named["Begun"])
    made = words(named["Machine"], cast.mallory, by_machine=True)
    articles.create(
        by=cast.mallory, kind="experience", entry=made, publish=True, original=named["Machine"]
    )
    translated(cast, named["Behind"])
    renew(cast, named["Behind"], title="Behind")
    renew(cast, named["Behind"], title="Behind", fields={"tried": "Four.", "setback": "None."})
    # A version that nobody has published is nothing to be behind of.
    renew(cast, named["Behind"], title="Behind", publish=False, fields={"tried": "Five."})
    translated(cast, named["Current"])
    experience(cast, title="På svenska", language="sv")
    assert sorted(table(sign_in(cast.alice), "?language=sv")) == [
        ["Begun", "Begun, not published", "0"],
        ["Behind", "Outdated", "2"],
        ["Current", "Up to date", "0"],
        ["Machine", "By machine, not read", "0"],
        ["Missing", "Missing", "0"],
    ]
    assert table(sign_in(cast.alice), "?language=sv&state=outdated") == [
        ["Behind", "Outdated", "2"]
    ]
    assert [row[0] for row in table(sign_in(cast.alice), "?language=en")] == ["På svenska"]
    page = sign_in(cast.alice).get("/knowledge/translations/?language=sv").content.decode()
    assert "2 versions behind" in page
    assert "<span>Missing: 1</span>" in page


def test_table_is_narrowed_by_domain(cast: Cast, sign_in: SignIn) -> None:
    experience(cast, title="Buses")
    experience(cast, title="Heat", domains=[domain("energy")])
    assert table(sign_in(cast.alice), "?language=sv&domain=energy") == [["Heat", "Missing", "0"]]


def test_table_names_nothing_that_the_reader_may_not_see(cast: Cast, sign_in: SignIn) -> None:
    hidden = experience(cast, visibility="programme", title="Hidden text")
    translated(cast, hidden, by=cast.alice, title="Dold text")
    begun(cast, experience(cast, title="Open text"), title="Hemlig rubrik")
    rows = table(sign_in(cast.mallory), "?language=sv")
    assert rows == [["Open text", "Begun, not published", "0"]]
    page = sign_in(cast.rita).get("/knowledge/translations/?language=sv")
    assert page.status_code == 403
    page = sign_in(cast.alice).get("/knowledge/translations/?language=sv").content.decode()
    assert "Hidden text" in page
    assert "Hemlig rubrik" not in page


def test_pictures_of_the_original_stand_in_its_translation(cast: Cast, sign_in: SignIn) -> None:
    original = experience(cast)
    shown, hidden = (
        files.store_picture(upload=picture(), audience=["public"], by=cast.bob) for _ in range(2)
    )
    for file in (shown, hidden):
        Attachment.objects.create(file=file, article=original, alt="A bike")
    fields = {"tried": f"Look: ![A bike]({shown.get_absolute_url()})"}
    renew(cast, original, fields=fields)
    both = f"![]({shown.get_absolute_url()}) ![]({hidden.get_absolute_url()})"
    article = translated(cast, original, fields={"tried": both})
    page = sign_in(None).get(article.get_absolute_url()).content.decode()
    assert f'src="{shown.get_absolute_url()}"' in page
    assert f'src="{hidden.get_absolute_url()}"' not in page


def test_linked_data_says_what_was_translated_by_whom(cast: Cast, sign_in: SignIn) -> None:
    original = experience(cast)
    article = translated(cast, original)
    page = sign_in(None).get(article.get_absolute_url()).content.decode()
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page)
    assert found is not None
    data = json.loads(found[1])
    assert data["translator"] == [{"@type": "Person", "name": "Mallory"}]
    assert data["translationOfWork"]["url"].endswith(original.get_absolute_url())
    assert "author" not in data


def test_samples_have_a_translation_and_an_outdated_one(
    db: None, settings: Any, tmp_path: Path
) -> None:
    settings.SAMPLE_HUB, settings.VAR_DIR = True, tmp_path
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    samples.load()
    made = Rendering.objects.filter(revision__lives_in__is_sample=True)
    behind = made.filter(based_on__number__lt=F("translation__original__live__number"))
    assert (made.count(), behind.count()) == (2, 1)
    samples.remove()
    assert not Translation.objects.exists()
    assert not Article.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_translation_published_while_its_original_closes_is_closed_too(cast: Cast) -> None:
    original = experience(cast)
    article = begun(cast, original)
    made = words(original, cast.mallory)

    def close() -> None:
        try:
            renew(cast, Article.objects.get(pk=original.pk), visibility="private")
        finally:
            connections.close_all()

    closing = threading.Thread(target=close)
    with transaction.atomic():
        articles.revise(by=cast.mallory, article=article, entry=made, base=1, publish=True)
        closing.start()
        closing.join(0.7)
        # It waits for the row of the translation.
        assert closing.is_alive()
    closing.join(20)
    article.refresh_from_db()
    assert (article.state, article.audience) == ("published", [f"user:{cast.bob.pk}"])
    assert SearchDocument.objects.get(key=article.subject).audience == article.audience
