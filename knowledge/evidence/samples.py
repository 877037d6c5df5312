"""A sample plan builds on a sample text."""

from cities.twinning.models import PlanStep
from hub import samples
from knowledge.evidence import actions
from knowledge.models import Article, PlanAlarm, PlanCitation


def load() -> None:
    """The first public text of Lund, in the first step of the first sample plan."""
    step = PlanStep.objects.filter(plan__is_sample=True).first()
    text = Article.objects.standing().filter(
        is_sample=True, visibility="public", city__slug="lund", translation=None
    )
    article = text.select_related("live").order_by("pk").first()
    if step is not None and article is not None:
        actions.cite(by=samples.person("staff.plymouth"), step=step, article=article)


def remove() -> None:
    theirs = samples.people()
    PlanCitation.objects.filter(cited_by__in=theirs).delete()
    PlanAlarm.objects.filter(settled_by__in=theirs).delete()
