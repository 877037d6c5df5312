from django.db import transaction
from django.utils.translation import gettext as _

from cities.twinning.models import PlanStep
from hub.models import User
from labs.models import Lab, Outcome, PlanSource
from labs.refusals import Refused

MOST_SOURCES = 20


@transaction.atomic
def add_source(
    *, by: User, step: PlanStep, outcome: Outcome | None = None, lab: Lab | None = None
) -> PlanSource:
    """Named twice, it stands there once."""
    # Locked, so that the twenty-first does not slip in beside the twentieth.
    step = PlanStep.objects.select_for_update(of=("self",), no_key=True).get(pk=step.pk)
    found = PlanSource.objects.filter(step=step, outcome=outcome, lab=lab).first()
    if found is not None:
        return found
    if PlanSource.objects.filter(step=step).count() >= MOST_SOURCES:
        raise Refused(
            _("The step names %(n)s decisions and visits; that is the most.") % {"n": MOST_SOURCES}
        )
    return PlanSource.objects.create(step=step, outcome=outcome, lab=lab, added_by=by)


def remove_source(*, by: User, source: PlanSource) -> None:
    PlanSource.objects.filter(pk=source.pk).delete()
