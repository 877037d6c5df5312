"""Machine translation: Markdown kept, a service that misbehaves, never over a person's words."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.checks import run_checks
from django.db import connections
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from hub.models import Event
from knowledge.actions import articles
from knowledge.models import Article, Rendering, TranslationJob
from knowledge.tasks import sweep_translations
from knowledge.translation import actions, jobs, machine, pieces
from tests.conftest import Cast
from tests.knowledge.making import case_note, entry, experience, send
from tests.translator import Fault, Translator, shout

SignIn = Callable[[Any], Client]
TEXT = """## What we rented

Two **machines** from [the firm](https://example.org/a?b=c),
with `volts: 48` and a picture.

![A bike](/files/7/)

- first *thing*
  1. nested & small

| Month | Cost |
|---|---|
| May | 12 |

```
code stays
```
> quoted words"""
SHOUTED = """## WHAT WE RENTED

TWO **MACHINES** FROM [THE FIRM](https://example.org/a?b=c), WITH `volts: 48` AND A PICTURE.

![A BIKE](/files/7/)

- FIRST *THING*
  1. NESTED & SMALL

| MONTH | COST |
|---|---|
| MAY | 12 |

```
code stays
```
> QUOTED WORDS"""


@pytest.fixture
def translator(settings: Any) -> Iterator[Translator]:
    server = Translator()
    server.start()
    settings.TRANSLATE_URL, settings.TRANSLATE_KEY = server.url, "a-key"
    yield server
    server.stop()


def asked(cast: Cast, original: Article, language: str = "sv") -> TranslationJob:
    return jobs.ask(by=cast.mallory, original=original, language=language)


def made(original: Article) -> Article:
    return Article.objects.get(translation__original=original)


# Markdown --------------------------------------------------------------------------


def every(texts: list[str]) -> list[str]:
    return [shout(text) for text in texts]


def test_markdown_is_kept_around_the_words() -> None:
    assert pieces.translated(TEXT, every) == SHOUTED


def test_addresses_and_code_are_not_sent() -> None:
    sent: list[str] = []
    pieces.translated(TEXT, lambda texts: [sent.append(t) or t for t in texts])  # type: ignore[func-returns-value]
    joined = " ".join(sent)
    for kept in ("example.org", "/files/7/", "volts", "code stays", "---"):
        assert kept not in joined


def test_what_the_machine_loses_is_put_back() -> None:
    answer = pieces.translated("See [this](https://example.org/) and `x = 1`.", lambda t: ["Ja."])
    assert answer == "Ja. [](https://example.org/) `x = 1`"


def test_tags_of_the_machines_own_are_dropped() -> None:
    said = '<script>x</script><a href="https://evil.example">hej</a> <a data-k="9">du</a> &lt;b&gt;'
    assert pieces.translated("Hello", lambda _: [said]) == "xhej du <b>"


def test_unbalanced_marks_stay_as_they_are() -> None:
    assert pieces.translated("2 * 3 is **six", every) == "2 * 3 IS **SIX"


@given(st.text(alphabet="ab *_`[]()!#|>-\n\t<&;1.😀å", max_size=80))
def test_every_text_comes_back_whole(text: str) -> None:
    """The letters are all there, whatever the marks around them."""
    answer = pieces.translated(text, lambda texts: texts)
    assert [c for c in answer if c.isalpha()] == [c for c in text if c.isalpha()]


# The whole way -----------------------------------------------------------------------


def test_text_goes_to_the_machine_and_comes_back_labelled(
    cast: Cast, sign_in: SignIn, translator: Translator
) -> None:
    original = experience(cast, fields={"tried": TEXT, "setback": "Nights.", "stage": "running"})
    job = asked(cast, original)
    jobs.run(job.pk)
    article = made(original)
    assert article.title == "ELECTRIC EXCAVATORS ON BRUNNSHÖG"
    assert article.live is not None
    assert article.live.fields["tried"] == SHOUTED
    assert (article.state, article.language, article.stage) == ("published", "sv", "running")
    assert Rendering.objects.get(revision=article.live).is_unread
    first = translator.asked[0]
    assert (first["path"], first["format"], first["api_key"]) == ("/translate", "html", "a-key")
    assert (first["source"], first["target"]) == ("en", "sv")
    page = sign_in(None).get(article.get_absolute_url()).content.decode()
    assert "Machine translation, not yet read by a person" in page
    event = Event.objects.get(verb="translation.made")
    assert (event.direct, event.audience) == ([cast.mallory.pk], article.audience)
    job.refresh_from_db()
    assert (job.state, job.tries) == ("done", 1)


def test_task_that_runs_twice_translates_once(cast: Cast, translator: Translator) -> None:
    job = asked(cast, experience(cast))
    jobs.run(job.pk)
    sent = len(translator.asked)
    jobs.run(job.pk)
    assert len(translator.asked) == sent
    assert Article.objects.exclude(translation=None).count() == 1


def test_case_note_by_machine_waits_for_review(cast: Cast, translator: Translator) -> None:
    original = case_note(cast)
    jobs.run(asked(cast, original).pk)
    article = made(original)
    assert (article.state, article.live) == ("draft", None)
    assert article.revisions.get().fields["summary"] == "WARM WATER IS USED TWICE."


def test_person_who_edits_makes_it_human(
    cast: Cast, sign_in: SignIn, translator: Translator
) -> None:
    original = experience(cast)
    jobs.run(asked(cast, original).pk)
    article = made(original)
    sent = {
        "kind": "experience", "article": article.slug, "base": "1", "based_on": "1",
        "action": "publish", "title": "Elgrävare", "tried": "Vi hyrde två.", "setback": "Natten.",
    }  # fmt: skip
    send(sign_in(cast.mallory), f"/knowledge/{article.slug}/edit/", sent)
    page = sign_in(None).get(article.get_absolute_url()).content.decode()
    assert "Translated from English by Mallory" in page
    assert "Machine translation" not in page
    with pytest.raises(actions.Taken):
        asked(cast, original)


def test_read_machine_translation_says_by_whom(
    cast: Cast, sign_in: SignIn, translator: Translator
) -> None:
    original = experience(cast)
    jobs.run(asked(cast, original).pk)
    article = made(original)
    path = f"/knowledge/{article.slug}/confirmation/"
    send(sign_in(cast.bob), path, {"number": "1", "based_on": "1"})
    page = sign_in(None).get(article.get_absolute_url()).content.decode()
    assert "Machine translation, read and found right by Bob" in page


def test_outdated_machine_translation_is_made_anew(cast: Cast, translator: Translator) -> None:
    original = experience(cast)
    jobs.run(asked(cast, original).pk)
    with pytest.raises(actions.Taken):
        asked(cast, original)
    changed = entry(cast, fields={"tried": "Three machines.", "setback": "Noise."})
    articles.revise(by=cast.bob, article=original, entry=changed, base=1, publish=True)
    jobs.run(asked(cast, original).pk)
    article = made(original)
    assert article.live is not None
    assert (article.live.number, article.live.fields["tried"]) == (2, "THREE MACHINES.")
    assert Rendering.objects.get(revision=article.live).based_on.number == 2


def test_person_who_begins_while_the_machine_works_is_not_written_over(
    cast: Cast, translator: Translator
) -> None:
    original = experience(cast)
    job = asked(cast, original)

    def meanwhile(text: str) -> str:
        if not Article.objects.filter(translation__original=original).exists():
            actions.begin(by=cast.bob, original=original, language="sv", title="Min egen")
        return shout(text)

    words = jobs._translated

    def and_somebody_begins(*args: Any) -> dict[str, str]:
        found = words(*args)
        meanwhile("")
        return found

    jobs._translated, kept = and_somebody_begins, jobs._translated
    try:
        jobs.run(job.pk)
    finally:
        jobs._translated = kept
    article = made(original)
    assert (article.title, article.newest_number) == ("Min egen", 1)
    job.refresh_from_db()
    assert job.state == "failed"
    assert Event.objects.get(verb="translation.failed").direct == [cast.mallory.pk]


def test_text_that_is_closed_meanwhile_is_not_sent(cast: Cast, translator: Translator) -> None:
    original = experience(cast)
    job = asked(cast, original)
    changed = entry(cast, visibility="programme", title="Hidden title")
    articles.revise(by=cast.bob, article=original, entry=changed, base=1, publish=True)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, translator.asked) == ("failed", [])
    told = Event.objects.filter(direct__contains=[cast.mallory.pk])
    assert not told.filter(title="Hidden title").exists()


@pytest.mark.parametrize("visibility", ["signed-in", "programme", "private"])
def test_only_what_everybody_may_read_leaves_the_hub(
    cast: Cast, translator: Translator, visibility: str
) -> None:
    with pytest.raises(jobs.NotPublic):
        asked(cast, experience(cast, visibility=visibility))


def test_text_that_is_too_long_is_refused(cast: Cast, translator: Translator) -> None:
    long = dict.fromkeys(("tried", "happened", "setback", "differently"), "word " * 3900)
    with pytest.raises(jobs.TooLong):
        asked(cast, experience(cast, fields=long))


def test_long_text_is_sent_in_parts(cast: Cast, translator: Translator) -> None:
    original = experience(cast, fields={"tried": "\n\n".join(["word " * 60] * 40)})
    jobs.run(asked(cast, original).pk)
    sizes = [sum(map(len, sent["q"])) for sent in translator.asked]
    assert len(sizes) > 2
    assert max(sizes) <= machine.MOST_SENT
    assert made(original).live.fields["tried"].count("WORD") == 2400


# A service that misbehaves -------------------------------------------------------------


AT_ONCE = (Fault.REFUSES, Fault.MOVED)
LATER = [fault for fault in Fault if fault not in AT_ONCE]


@pytest.mark.parametrize("fault", LATER, ids=lambda fault: fault.name)
def test_fault_is_tried_again_later(
    cast: Cast, translator: Translator, monkeypatch: Any, fault: Fault
) -> None:
    monkeypatch.setattr(machine, "TIMEOUT", 0.5)
    translator.fault = fault
    job = asked(cast, experience(cast))
    began = timezone.now()
    jobs.run(job.pk)
    assert timezone.now() - began < timedelta(seconds=5)
    job.refresh_from_db()
    assert (job.state, job.tries, job.leased_until) == ("waiting", 1, None)
    pause = timedelta(minutes=10 if fault is Fault.BUSY else 1)
    assert job.due_at >= began + pause
    assert jobs.due() == []
    TranslationJob.objects.update(due_at=began)
    translator.fault = None
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.tries) == ("done", 2)


def test_nobody_there_is_tried_again_later(cast: Cast, translator: Translator) -> None:
    job = asked(cast, experience(cast))
    translator.stop()
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.tries) == ("waiting", 1)


@pytest.mark.parametrize("fault", AT_ONCE, ids=lambda fault: fault.name)
def test_refusal_is_told_at_once(cast: Cast, translator: Translator, fault: Fault) -> None:
    translator.fault = fault
    job = asked(cast, experience(cast))
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.state == "failed"
    assert [sent["path"] for sent in translator.asked] == ["/translate"]
    event = Event.objects.get(verb="translation.failed")
    assert (event.direct, event.audience) == ([cast.mallory.pk], [f"user:{cast.mallory.pk}"])
    # It stays one person's news when the text goes on.
    articles.revise(by=cast.bob, article=job.original, entry=entry(cast), base=1, publish=True)
    event.refresh_from_db()
    assert event.audience == [f"user:{cast.mallory.pk}"]


def test_after_the_last_try_it_has_failed(cast: Cast, translator: Translator) -> None:
    translator.fault = Fault.BROKEN
    job = asked(cast, experience(cast))
    for _ in range(7):
        TranslationJob.objects.update(due_at=timezone.now())
        jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.tries) == ("failed", len(jobs.PAUSES) + 1)
    assert len(translator.asked) == len(jobs.PAUSES) + 1
    assert not Article.objects.exclude(translation=None).exists()


def test_job_of_a_worker_that_died_is_taken_up_again(cast: Cast, translator: Translator) -> None:
    job = asked(cast, experience(cast))
    TranslationJob.objects.update(tries=1, leased_until=timezone.now() + timedelta(minutes=1))
    assert jobs.due() == []
    jobs.run(job.pk)
    assert translator.asked == []
    TranslationJob.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    assert jobs.due() == [job.pk]
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.tries) == ("done", 2)


def test_worker_that_comes_back_late_settles_nothing(cast: Cast, translator: Translator) -> None:
    original = experience(cast)
    job = asked(cast, original)
    late = jobs._claim(job.pk)
    assert late is not None
    TranslationJob.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    jobs.run(job.pk)
    jobs._keep(late, original.live, {"title": "LATE", "tried": "LATE"})
    assert made(original).title == "ELECTRIC EXCAVATORS ON BRUNNSHÖG"
    assert made(original).newest_number == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_translate_once(translator: Translator, cast: Cast) -> None:
    job = asked(cast, experience(cast))

    def work() -> None:
        try:
            jobs.run(job.pk)
        finally:
            connections.close_all()

    both = [threading.Thread(target=work) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join(20)
    assert Article.objects.exclude(translation=None).count() == 1
    job.refresh_from_db()
    assert (job.state, job.tries) == ("done", 1)


# None configured -----------------------------------------------------------------------


def test_without_a_service_there_is_no_button(cast: Cast, sign_in: SignIn, settings: Any) -> None:
    assert (settings.TRANSLATE_URL, settings.TRANSLATE_KEY) == ("", "")
    original = experience(cast)
    path = f"{original.get_absolute_url()}translations/"
    page = sign_in(cast.mallory).get(path).content.decode()
    assert "machine" not in page.lower()
    answer = send(sign_in(cast.mallory), f"{path}machine/", {"machine-language": "sv"})
    assert answer.status_code == 404
    assert not TranslationJob.objects.exists()
    sweep_translations()


def test_button_gives_the_text_to_the_machine(
    cast: Cast, sign_in: SignIn, translator: Translator
) -> None:
    original = experience(cast)
    path = f"{original.get_absolute_url()}translations/"
    assert "Translate by machine" in sign_in(cast.mallory).get(path).content.decode()
    answer = send(sign_in(cast.mallory), f"{path}machine/", {"machine-language": "sv"})
    assert (answer.status_code, answer.url) == (302, path)
    job = TranslationJob.objects.get()
    assert (job.original, job.language, job.asked_by) == (original, "sv", cast.mallory)
    page = sign_in(cast.mallory).get(path).content.decode()
    assert "Being translated by machine" in page
    again = send(sign_in(cast.mallory), f"{path}machine/", {"machine-language": "sv"})
    assert again.status_code == 422
    assert TranslationJob.objects.count() == 1


def test_button_is_for_public_texts_and_for_who_may_translate(
    cast: Cast, sign_in: SignIn, translator: Translator
) -> None:
    closed = experience(cast, visibility="programme")
    path = f"{closed.get_absolute_url()}translations/"
    assert "by machine" not in sign_in(cast.alice).get(path).content.decode()
    sent = {"machine-language": "sv"}
    assert send(sign_in(cast.alice), f"{path}machine/", sent).status_code == 403
    assert send(sign_in(cast.mallory), f"{path}machine/", sent).status_code == 404
    path = f"{experience(cast).get_absolute_url()}translations/machine/"
    assert send(sign_in(cast.rita), path, sent).status_code == 403
    assert not TranslationJob.objects.exists()


@pytest.mark.parametrize(
    ("url", "is_wrong"),
    [
        ("", False),
        ("https://translate.example.org", False),
        ("http://libretranslate:5000/", False),
        ("ftp://translate.example.org", True),
        ("translate.example.org", True),
        ("https://user:password@translate.example.org", True),
    ],
)
def test_address_that_cannot_work_is_told_at_the_start(
    settings: Any, url: str, is_wrong: bool
) -> None:
    settings.TRANSLATE_URL = url
    assert ("knowledge.E001" in {message.id for message in run_checks()}) is is_wrong
