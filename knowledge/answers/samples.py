"""Sample answers to the sample cities' learning needs, and taking them away again."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from cities.models import Wish
from hub import samples
from knowledge.answers import actions
from knowledge.enums import Verdict
from knowledge.models import Answer, Article


@dataclass(frozen=True)
class SampleAnswer:
    #: The need is the city's sample in this domain.
    city: str
    domain: str
    by: str
    text: str = ""
    language: str = "en"
    #: How the title of the text begins.
    title: str = ""
    days_ago: int = 4
    #: Who of the city says that it helped.
    helped: str = ""


ANSWERS = (
    SampleAnswer(
        city="lund",
        domain="buildings",
        by="staff.plymouth",
        title="Doorstep energy advice",
        text="Our owners moved when a neighbour came along to the second visit. "
        "The text tells what the first visit did not do.",
        helped="lead.lund",
    ),
    SampleAnswer(
        city="landskrona",
        domain="industry",
        by="researcher",
        language="sv",
        text="Börja med en enda siffra som båda räknar på likadant, till exempel köpt energi. "
        "Ring mig gärna: vi har följt tre kommuner som gjorde så.",
        days_ago=9,
    ),
)


def load() -> None:
    for sample in ANSWERS:
        needs = Wish.objects.unanswered().filter(is_sample=True, city__slug=sample.city)
        need = needs.filter(domains__code=sample.domain).first()
        if need is None:
            continue
        written = Article.objects.published().filter(is_sample=True)
        text = written.filter(title__startswith=sample.title) if sample.title else written.none()
        answer = actions.give(
            by=samples.person(sample.by),
            wish=need,
            article=text.first(),
            text=sample.text,
            language=sample.language,
            is_sample=True,
            at=timezone.now() - timedelta(days=sample.days_ago),
        )
        if sample.helped:
            by = samples.person(sample.helped)
            actions.judge(by=by, answer=answer, verdict=Verdict.HELPED)


def remove() -> None:
    """The samples, and what sample people answered or judged since."""
    people = samples.people()
    ours = Answer.objects.filter(
        Q(is_sample=True) | Q(given_by__in=people) | Q(article__created_by__in=people)
    )
    needs = list(ours.values_list("wish", flat=True))
    samples.forget(*(f"answer:{pk}" for pk in ours.values_list("pk", flat=True)))
    ours.delete()
    for answer in Answer.objects.filter(removed_by__in=people).select_related(
        "wish__city", "article"
    ):
        actions.bring_back(answer=answer)
    judged = Answer.objects.filter(judged_by__in=people)
    needs += judged.values_list("wish", flat=True)
    judged.update(verdict="", judged_at=None, judged_by=None)
    actions.settle(needs)
