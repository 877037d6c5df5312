"""Who speaks for a city in a group, and what goes with it when they leave."""

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from cities.models import City
from cities.twinning.enums import StepState
from cities.twinning.models import GroupPart, Plan, PlanStep, TwinGroup
from cities.twinning.plans import actions as plans
from cities.twinning.workspace import notices
from cities.twinning.workspace.actions.keeping import lock
from hub.models import User


@transaction.atomic
def hand_over(
    *, by: User, group: TwinGroup, city: City, holder: User, note: str = "", with_plan: bool = True
) -> GroupPart:
    """From now on; the city's plan and its open steps go along where the one before had them."""
    group = lock(group)
    before = GroupPart.objects.current().filter(group=group, city=city).first()
    if before is not None and before.holder_id == holder.pk:
        return before
    if before is not None:
        before.ended_at, before.ended_by = timezone.now(), by
        before.save(update_fields=["ended_at", "ended_by"])
        if with_plan:
            _hand_over_plan(group, city, before.holder, holder, by=by)
    part = GroupPart.objects.create(group=group, city=city, holder=holder, note=note, started_by=by)
    notices.tell("group.handed-over", group, by=by, text=city.name, direct=[holder])
    return part


def _hand_over_plan(group: TwinGroup, city: City, old: User, new: User, *, by: User) -> None:
    """Of a signed plan the steps stay as they were signed."""
    plan = Plan.objects.filter(group=group, city=city).first()
    if plan is None:
        return
    if plan.owner_id == old.pk:
        plans.take_over(by=by, plan=plan, owner=new)
    if plan.is_open:
        waiting = [StepState.PLANNED, StepState.UNDER_WAY]
        PlanStep.objects.filter(plan=plan, owner=old, state__in=waiting).update(
            owner=new, version=F("version") + 1
        )
