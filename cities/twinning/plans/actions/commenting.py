from django.db import transaction
from django.utils import timezone

from cities.twinning.models import Plan, PlanComment, PlanStep
from cities.twinning.plans import notices
from hub.models import User


@transaction.atomic
def comment(
    *, by: User, plan: Plan, text: str, code: str = "", step: PlanStep | None = None
) -> PlanComment:
    """On a heading, on a step, or on the whole."""
    made = PlanComment.objects.create(
        plan=plan, code="" if step else code, step=step, text=text, author=by
    )
    before = plan.comments.exclude(pk=made.pk).filter(code=made.code, step=step)
    told = [plan.owner_id, *before.values_list("author", flat=True)]
    notices.tell("plan.commented", plan, by=by, text=text, direct=told)
    return made


def resolve(*, by: User, comment: PlanComment) -> bool:
    """False where somebody else was quicker."""
    still_open = PlanComment.objects.filter(pk=comment.pk, resolved_at=None)
    return still_open.update(resolved_at=timezone.now(), resolved_by=by) == 1
