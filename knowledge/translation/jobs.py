"""Texts given to the machine: asked for, claimed, translated, settled; a row says what is owed."""

import logging
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from hub import access, events
from hub.models import User
from knowledge import reviewers
from knowledge.actions import articles
from knowledge.enums import JobState, Making, State
from knowledge.forms.fields import one_line
from knowledge.models import Article, Rendering, Revision, Translation, TranslationJob
from knowledge.sections import OF_KIND
from knowledge.translation import machine, pieces
from knowledge.translation.actions import NotPublished, Taken, entry_for, languages_taken
from knowledge.translation.following import words_of

log = logging.getLogger("knowledge.translation")

#: Characters of a whole text.
LONGEST = 60_000
#: After each try that did not work, minutes until the next; then it has failed.
PAUSES = (1, 5, 15, 60)
#: Longer than any text takes that is not too long.
LEASE = timedelta(minutes=15)
#: Jobs woken by one sweep.
TURN = 20


class TooLong(Exception):
    """More than is given to a machine at once."""


class NotPublic(Exception):
    """Only what everybody may read leaves the hub."""


@transaction.atomic
def ask(*, by: User, original: Article, language: str) -> TranslationJob:
    """Give a text to the machine; raises NotPublished, NotPublic, Taken or TooLong."""
    locked = articles.lock(original)
    if locked.state != State.PUBLISHED or locked.live is None:
        raise NotPublished
    if not is_public(locked):
        raise NotPublic
    if language not in free_languages(locked, [language]):
        raise Taken
    if sum(map(len, words_of(locked.kind, locked.live).values())) > LONGEST:
        raise TooLong
    job = TranslationJob.objects.create(original=locked, language=language, asked_by=by)
    transaction.on_commit(lambda: _wake(job.pk), robust=True)
    return job


def is_public(original: Article) -> bool:
    return original.audience == [access.PUBLIC]


def free_languages(original: Article, wanted: list[str]) -> list[str]:
    """Those nobody has begun, and those that only a machine has, from an earlier version."""
    waiting = TranslationJob.objects.waiting().filter(original=original)
    asked = set(waiting.values_list("language", flat=True))
    made = Rendering.objects.filter(translation__original=original)
    by_people = Q(made=Making.HUMAN) | Q(confirmed_at__isnull=False)
    people = set(made.filter(by_people).values_list("translation__language", flat=True))
    current = made.filter(based_on=original.live).values_list("translation__language", flat=True)
    there = set(made.values_list("translation__language", flat=True)) - people - set(current)
    taken = (languages_taken(original) - there) | asked
    return [code for code in wanted if code not in taken]


def _wake(job_id: int) -> None:
    from knowledge.tasks import translate_by_machine

    translate_by_machine.delay(job_id)


def due() -> list[int]:
    """Jobs to be woken; those whose worker died too often have failed."""
    if not machine.is_configured():
        return []
    free = Q(leased_until=None) | Q(leased_until__lt=Now())
    waiting = TranslationJob.objects.waiting().filter(free, due_at__lte=Now())
    for job in waiting.filter(tries__gt=len(PAUSES)):
        _settle(job, JobState.FAILED)
    return list(waiting.order_by("due_at").values_list("pk", flat=True)[:TURN])


def run(job_id: int) -> None:
    """Translate one text; safe to call twice and at once."""
    job = _claim(job_id)
    if job is None:
        return
    original = job.original
    live = original.live
    if live is None or original.state != State.PUBLISHED or not is_public(original):
        _settle(job, JobState.FAILED)
        return
    try:
        words = _translated(original, live, job.language)
    except machine.Unavailable as problem:
        log.warning("The translation service was not available: %s", problem)
        _later(job, problem.wait)
    except machine.Refused as problem:
        log.warning("The translation service refused: %s", problem)
        _settle(job, JobState.FAILED)
    else:
        _keep(job, live, words)


def _claim(job_id: int) -> TranslationJob | None:
    """A lease, committed before anything is sent; `tries` tells this claim from later ones."""
    free = Q(leased_until=None) | Q(leased_until__lt=Now())
    waiting = TranslationJob.objects.waiting().filter(free, pk=job_id, due_at__lte=Now())
    job = waiting.select_related("original__live", "asked_by").first()
    if job is None or job.tries > len(PAUSES):
        return None
    mine = waiting.filter(tries=job.tries).update(tries=job.tries + 1, leased_until=Now() + LEASE)
    job.tries += 1
    return job if mine else None


def _translated(original: Article, live: Revision, language: str) -> dict[str, str]:
    def by_machine(texts: list[str]) -> list[str]:
        return machine.translate(texts, original.language, language)

    words = words_of(original.kind, live)
    return {code: pieces.translated(text, by_machine) for code, text in words.items()}


def _later(job: TranslationJob, wait: int) -> None:
    if job.tries > len(PAUSES):
        _settle(job, JobState.FAILED)
        return
    pause = max(timedelta(minutes=PAUSES[job.tries - 1]), timedelta(seconds=wait))
    _mine(job).update(due_at=timezone.now() + pause, leased_until=None)


def _mine(job: TranslationJob) -> Any:
    """A worker that comes back after its lease finds nothing here."""
    return TranslationJob.objects.waiting().filter(pk=job.pk, tries=job.tries)


@transaction.atomic
def _settle(job: TranslationJob, state: JobState, article: Article | None = None) -> None:
    if not _mine(job).update(state=state, settled_at=timezone.now(), leased_until=None):
        return
    if article is not None:
        _tell("translation.made", article, job, article.audience, article.subject)
        return
    original = Article.objects.get(pk=job.original_id)
    # What has been closed meanwhile is not named to those it was closed for.
    if is_public(original):
        own = [access.key("user", job.asked_by_id)]
        _tell("translation.failed", original, job, own, job.subject)


def _tell(
    verb: str, article: Article, job: TranslationJob, audience: list[str], subject: str
) -> None:
    events.record(
        verb=verb,
        by=None,
        title=article.title,
        url=article.get_absolute_url(),
        audience=audience,
        subjects=[subject],
        direct=[job.asked_by_id],
    )


@transaction.atomic
def _keep(job: TranslationJob, live: Revision, words: dict[str, str]) -> None:
    """A new translation, or a newer version of one that only machines have written."""
    original = articles.lock(job.original)
    # Another worker may have taken the job over while the service was thinking.
    if not _mine(job).select_for_update().exists():
        return
    is_open = original.state == State.PUBLISHED and is_public(original)
    there = Translation.objects.filter(original=original, language=job.language).first()
    if not is_open or (there is None and job.language in languages_taken(original)):
        _settle(job, JobState.FAILED)
        return
    title = one_line(words.pop("title"))[:160] or live.title
    fields = _fitting(original.kind, words)
    entry = entry_for(
        original, live, title=title, fields=fields, language=job.language, by_machine=True
    )
    publish = reviewers.can_publish(job.asked_by, original.kind, entry)
    if there is None:
        article = articles.create(
            by=job.asked_by, kind=original.kind, entry=entry, publish=publish, original=original
        )
    else:
        article = articles.lock(there.article)
        if _is_by_people(article):
            _settle(job, JobState.FAILED)
            return
        article = articles.revise(
            by=job.asked_by, article=article, entry=entry, base=article.newest_number,
            publish=publish,
        )  # fmt: skip
    _settle(job, JobState.DONE, article)


def _is_by_people(article: Article) -> bool:
    by_people = Q(made=Making.HUMAN) | Q(confirmed_at__isnull=False)
    return Rendering.objects.filter(by_people, translation=article.pk).exists()


def _fitting(kind: str, words: dict[str, str]) -> dict[str, str]:
    """No longer than a form takes: other languages need more words."""
    longest = {section.code: section.longest for section in OF_KIND[kind]}
    return {code: text[: longest[code]] for code, text in words.items()}
