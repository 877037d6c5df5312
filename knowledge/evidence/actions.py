"""Citing a text in a step of a plan, and what the plan's owner learns of it later."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cities.twinning.models import PlanStep
from hub.models import User
from hub.refusals import Refused
from knowledge.models import Article, PlanAlarm, PlanCitation

MOST_CITED = 20


@transaction.atomic
def cite(*, by: User, step: PlanStep, article: Article) -> PlanCitation:
    """The version that is live now; cited twice, it stands there once."""
    # Locked, so that the twenty-first does not slip in beside the twentieth.
    step = PlanStep.objects.select_for_update(of=("self",), no_key=True).get(pk=step.pk)
    found = PlanCitation.objects.filter(step=step, article=article).first()
    if found is not None:
        return found
    if article.live is None or not article.is_standing:
        raise Refused(_("Only what is published can be cited."), "article")
    if PlanCitation.objects.filter(step=step).count() >= MOST_CITED:
        raise Refused(_("The step cites %(n)s texts; that is the most.") % {"n": MOST_CITED})
    return PlanCitation.objects.create(
        step=step,
        article=article,
        revision=article.live,
        title=article.live.title,
        cited_by=by,
    )


def remove(*, by: User, citation: PlanCitation) -> None:
    PlanCitation.objects.filter(pk=citation.pk).delete()


@transaction.atomic
def look_again(*, by: User, citation: PlanCitation) -> PlanCitation:
    """Somebody has read what is there now: it is cited from here on, and its alarms are settled."""
    found = (
        PlanCitation.objects.select_for_update(of=("self",))
        .select_related("article__live")
        .get(pk=citation.pk)
    )
    article = found.article
    if article is not None and article.is_standing and article.live is not None:
        found.revision, found.title = article.live, article.live.title
        found.save(update_fields=["revision", "title"])
    waiting = PlanAlarm.objects.open().filter(citation=found)
    waiting.update(settled_at=timezone.now(), settled_by=by)
    return found
