"""How translations begin, are written and go out of date."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from hub.models import Event
from knowledge.actions import articles, restoring, reviewing
from knowledge.models import Article, Rendering, Translation
from knowledge.reviewers import reviewer_keys
from knowledge.translation import actions
from tests.conftest import Cast
from tests.knowledge.making import case_note, experience, send
from tests.knowledge.translating import WORDS, begun, form_of, rendering, renew, translated, words

SignIn = Callable[[Any], Client]


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
