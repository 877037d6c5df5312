from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone

from cities.models import Wish
from hub import access, events
from hub.models import Event, User
from knowledge.enums import Verdict
from knowledge.models import Answer, Article


class Closed(Exception):
    """The city has closed its need meanwhile."""


@transaction.atomic
def give(
    *,
    by: User,
    wish: Wish,
    article: Article | None = None,
    text: str = "",
    language: str = "",
    is_sample: bool = False,
    at: datetime | None = None,
) -> Answer:
    """Answer a need with a text, with words, or both; a text stands there once.

    `language` is that of the words; without one, the language that the writer works in.

    Raises `Closed` where the need is no longer open.
    """
    # Two who name the same text at once: the second waits here and finds the first one's row.
    locked = Wish.objects.select_for_update(of=("self",)).select_related("city").get(pk=wish.pk)
    if not locked.is_open:
        raise Closed
    known = Answer.objects.filter(wish=locked, article=article).first() if article else None
    if known is not None and not text:
        return known
    answer = Answer.objects.create(
        wish=locked,
        article=None if known else article,
        text=text,
        language=language or by.language,
        given_by=by,
        given_at=at or timezone.now(),
        is_sample=is_sample,
    )
    if answer.article is None or not answer.article.is_draft:
        _tell("need.answered", answer, by=by, told=[locked.stated_by_id])
    settle([locked.pk])
    return answer


@transaction.atomic
def judge(*, by: User, answer: Answer, verdict: Verdict) -> None:
    """The city that wants to learn says whether it helped; said again, it says the newer word."""
    done = (
        Answer.objects.filter(pk=answer.pk, removed_at=None)
        .exclude(verdict=verdict)
        .update(verdict=verdict, judged_at=timezone.now(), judged_by=by)
    )
    if done:
        _tell("need.judged", answer, by=by, told=[answer.given_by_id], text=str(verdict.label))
        settle([answer.wish_id])


@transaction.atomic
def take_away(*, answer: Answer) -> None:
    _news_of(answer).update(text="")
    answer.delete()
    settle([answer.wish_id])


@transaction.atomic
def take_down(*, by: User, answer: Answer, reason: str) -> None:
    """After a report: who gave it and the admins see it; the need may be open again."""
    if answer.removed_at is None:
        answer.take_down(by=by, reason=reason)
        own = [access.ADMIN, access.key("user", answer.given_by_id)]
        _news_of(answer).update(audience=own)
        settle([answer.wish_id])


@transaction.atomic
def bring_back(*, answer: Answer) -> None:
    answer.bring_back()
    if answer.wish.removed_at is None:
        article = answer.article
        readers = article.audience if article else [access.PUBLIC]
        _news_of(answer).update(audience=sorted(readers))
    settle([answer.wish_id])


def _news_of(answer: Answer) -> "QuerySet[Event]":
    return Event.objects.about(answer.wish.subject).filter(url=answer.get_absolute_url())


def announce(article: Article, *, by: User) -> None:
    """A text that was written for a need has been published: the city that asked hears of it."""
    given = Answer.objects.standing().filter(article=article)
    for answer in given.select_related("wish__city"):
        answer.article = article
        _tell("need.answered", answer, by=by, told=[answer.wish.stated_by_id])


def settle_of(article: Article) -> None:
    """The text, or who may read it, has changed: what it answers follows."""
    settle(Answer.objects.filter(article=article).values_list("wish_id", flat=True))


def settle(wishes: Iterable[int]) -> None:
    """Note on each need since when something that everybody may read answers it."""
    named = list(wishes)
    if not named:
        return
    first = Answer.objects.for_everybody().filter(wish=OuterRef("pk")).order_by("given_at")
    Wish.objects.filter(pk__in=named).update(answered_at=Subquery(first.values("given_at")[:1]))


def _tell(verb: str, answer: Answer, *, by: User, told: Iterable[int], text: str = "") -> None:
    wish, article = answer.wish, answer.article
    subjects = [wish.subject, wish.city.subject]
    events.record(
        verb=verb,
        by=by,
        title=wish.text,
        text=text or answer.text or (article.title if article else ""),
        url=answer.get_absolute_url(),
        audience=article.audience if article else [access.PUBLIC],
        subjects=[*subjects, article.subject] if article else subjects,
        direct=told,
    )
