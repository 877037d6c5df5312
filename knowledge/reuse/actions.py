"""Declaring that a city takes something over, telling how it went, and the other city's answer."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from cities.models import City
from hub import events
from hub.models import Event, User
from knowledge.actions.reach import weigh
from knowledge.enums import ReuseStage
from knowledge.models import Article, Reuse, ReuseStep


class Changed(Exception):
    """Somebody of the same city saved after the form was opened; `reuse` is what stands now."""

    def __init__(self, reuse: Reuse) -> None:
        super().__init__(f"Reuse {reuse.pk} is at version {reuse.version}.")
        self.reuse = reuse


@dataclass(frozen=True)
class Told:
    """One filled-in form."""

    stage: str
    text: str
    outcome: str = ""
    reason: str = ""


@transaction.atomic
def declare(
    *,
    by: User,
    article: Article,
    city: City,
    told: Told,
    from_version: int = 0,
    is_sample: bool = False,
    at: datetime | None = None,
) -> Reuse:
    """A city's first word on an article, or a later one; `from_version` is 0 for the first.

    Raises `Changed` where another version stands by now.
    """
    # Two of one city who declare at once: the second waits here and finds the first one's row.
    article = Article.objects.select_for_update(of=("self",), no_key=True).get(pk=article.pk)
    if article.live is None:
        raise ValueError(f"Nothing of article {article.pk} is published to be used.")
    now = at or timezone.now()
    reuse = Reuse.objects.with_ends().filter(article=article, city=city).first()
    if (reuse.version if reuse else 0) != from_version:
        raise Changed(reuse or Reuse(article=article, city=city, version=0))
    before = reuse.stage if reuse else ""
    if reuse is None:
        reuse = Reuse(
            article=article,
            city=city,
            revision=article.live,
            version=0,
            declared_by=by,
            declared_at=now,
            is_sample=is_sample,
        )
    reuse.stage, reuse.text, reuse.outcome = told.stage, told.text, told.outcome
    reuse.reason = told.reason if told.stage == ReuseStage.STOPPED else ""
    reuse.version += 1
    reuse.changed_by, reuse.changed_at = by, now
    reuse.save()
    if reuse.stage != before:
        ReuseStep.objects.create(reuse=reuse, stage=reuse.stage, taken_at=now, taken_by=by)
        weigh(article)
    _tell("reuse.changed" if before else "reuse.declared", reuse, by=by)
    return reuse


@transaction.atomic
def answer(*, by: User, reuse: Reuse, answer: str) -> None:
    """The city that wrote confirms it, or says that it knows nothing of it."""
    done = (
        Reuse.objects.filter(pk=reuse.pk)
        .exclude(answer=answer)
        .update(answer=answer, answered_at=timezone.now(), answered_by=by)
    )
    if done:
        reuse.refresh_from_db()
        _tell("reuse.answered", reuse, by=by)


@transaction.atomic
def withdraw(*, by: User, reuse: Reuse) -> None:
    """Declared by mistake: as if it had not been; what went well or badly is told instead."""
    Event.objects.about(reuse.article.subject).filter(url=reuse.get_absolute_url()).update(text="")
    reuse.delete()
    weigh(reuse.article)


def _tell(verb: str, reuse: Reuse, *, by: User) -> None:
    """The authors hear of it, and who has declared it; followers of the text and of both cities."""
    article = reuse.article
    told = {*article.authorships.values_list("author_id", flat=True), reuse.declared_by_id}
    events.record(
        verb=verb,
        by=by,
        title=article.title,
        text=f"{reuse.city.name}: {reuse.reason or reuse.outcome or reuse.text}",
        url=reuse.get_absolute_url(),
        audience=article.audience,
        subjects=[*article.subjects, f"city:{reuse.city_id}"],
        direct=told,
    )
