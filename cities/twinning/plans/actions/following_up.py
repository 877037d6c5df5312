"""What became of a signed plan, half a year and a year later."""

from collections.abc import Mapping

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from cities.twinning.models import Plan, PlanAnswer, PlanFollowUp, PlanStep
from cities.twinning.plans import notices
from cities.twinning.plans.dates import FOLLOW_UPS
from hub.models import User
from hub.refusals import Refused
from hub.wallclock import in_months, today


def plan_follow_ups(plan: Plan) -> None:
    """Counted from the first signature: a later version is no reason to ask later."""
    PlanFollowUp.objects.bulk_create(
        [
            PlanFollowUp(plan=plan, months=months, due_on=in_months(today(), months))
            for months in FOLLOW_UPS
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def answer(
    *,
    by: User,
    follow_up: PlanFollowUp,
    steps: Mapping[int, tuple[str, str]],
    summary: str = "",
) -> PlanFollowUp:
    """`steps`: of each step's id, how far it has come and one line. The steps say so too."""
    # Two of the city who answer at once: the second waits here and finds it answered.
    found = PlanFollowUp.objects.select_for_update().get(pk=follow_up.pk)
    if found.is_answered:
        raise Refused(_("Somebody of your city has answered meanwhile."))
    for step in PlanStep.objects.filter(plan=found.plan_id, pk__in=steps):
        state, text = steps[step.pk]
        PlanAnswer.objects.create(follow_up=found, step=step, state=state, text=text)
        PlanStep.objects.filter(pk=step.pk).update(
            state=state,
            state_note=text,
            version=F("version") + 1,
            changed_by=by,
            changed_at=timezone.now(),
        )
    found.summary, found.answered_at, found.answered_by = summary, timezone.now(), by
    found.save(update_fields=["summary", "answered_at", "answered_by"])
    plan = Plan.objects.with_frame().get(pk=found.plan_id)
    notices.tell("plan.followed-up", plan, by=by, text=summary, url=follow_up.get_absolute_url())
    return found
