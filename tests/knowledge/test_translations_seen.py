"""Who reads translations, where they are found, and the table of what is left to do."""

import csv
import json
import re
import threading
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.db import connections, transaction
from django.db.models import F
from django.test import Client

from hub import files, samples
from hub.models import Event, SearchDocument
from knowledge import reporting
from knowledge.actions import articles, reach
from knowledge.models import Article, Attachment, Rendering, Translation
from tests.conftest import Cast
from tests.knowledge.making import domain, experience, picture, send
from tests.knowledge.translating import begun, form_of, renew, translated, words

SignIn = Callable[[Any], Client]


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


def published_while_its_original_closes(cast: Cast) -> Article:
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
    return article


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_a_translation_is_lost_to_the_search(cast: Cast, monkeypatch: Any) -> None:
    """Negative control: what is read before the wait is pushed after it."""

    def unlocked(original: Article) -> None:
        for translation in Article.objects.translations_of(original).select_related("live"):
            reach.push(translation)

    monkeypatch.setattr(reach, "_push_translations", unlocked)
    article = published_while_its_original_closes(cast)
    assert article.state == "published"
    assert not SearchDocument.objects.filter(key=article.subject).exists()


@pytest.mark.django_db(transaction=True)
def test_translation_published_while_its_original_closes_is_closed_too(cast: Cast) -> None:
    article = published_while_its_original_closes(cast)
    assert (article.state, article.audience) == ("published", [f"user:{cast.bob.pk}"])
    assert SearchDocument.objects.get(key=article.subject).audience == article.audience


def test_what_was_taken_down_is_closed_in_every_language(cast: Cast, sign_in: SignIn) -> None:
    original = experience(cast, visibility="programme")
    article = translated(cast, original, by=cast.rita)
    reporting.take_down_article(by=cast.carol, pk=original.pk, reason="Names a resident")
    for text in (original, article):
        assert sign_in(cast.rita).get(text.get_absolute_url()).status_code == 404
        assert sign_in(cast.bob).get(text.get_absolute_url()).status_code == 200
    reporting.return_article(by=cast.carol, pk=original.pk)
    assert sign_in(cast.rita).get(article.get_absolute_url()).status_code == 200


def test_translation_is_taken_down_alone(cast: Cast, sign_in: SignIn) -> None:
    original = experience(cast, visibility="programme")
    article = translated(cast, original, by=cast.rita)
    reporting.take_down_article(by=cast.carol, pk=article.pk, reason="Names a resident")
    article.refresh_from_db()
    assert "admin" in article.audience
    cast.alice.memberships.filter(city=cast.lund).delete()
    assert sign_in(cast.alice).get(article.get_absolute_url()).status_code == 404
    assert sign_in(cast.alice).get(original.get_absolute_url()).status_code == 200
    assert sign_in(cast.rita).get(article.get_absolute_url()).status_code == 200
