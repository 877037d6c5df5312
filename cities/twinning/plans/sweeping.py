"""Asking how far a plan has come: on its day, once more, and then the coordinator sees silence."""

import datetime as dt

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from cities.enums import Role
from cities.models import Membership
from cities.twinning.enums import GroupState
from cities.twinning.models import Plan, PlanFollowUp
from cities.twinning.plans.dates import ASK_AGAIN, MOST_ASKS
from hub import delivery
from hub.models import User
from hub.wallclock import out_of_the_night, today

FOLLOW_UP = "plan.follow-up"
LASTS = dt.timedelta(days=10)
AT_ONCE = 200


def ask_what_is_due() -> int:
    """All whose day has come or is past; safe to run at any time, and twice at once."""
    due = _due().order_by("due_on", "pk").values_list("pk", flat=True)
    return sum(_ask_in_turn(pk) for pk in list(due[:AT_ONCE]))


def silent() -> "QuerySet[PlanFollowUp]":
    """Asked as often as we ask, and not answered: the coordinator's to take up."""
    waited = timezone.now() - ASK_AGAIN
    return PlanFollowUp.objects.filter(
        answered_at=None, asks__gte=MOST_ASKS, asked_at__lte=waited
    ).exclude(plan__group__state=GroupState.WITHDRAWN)


def _due() -> "QuerySet[PlanFollowUp]":
    waited = Q(asks=0) | Q(asked_at__lte=timezone.now() - ASK_AGAIN)
    return PlanFollowUp.objects.filter(
        waited, answered_at=None, asks__lt=MOST_ASKS, due_on__lte=today()
    ).exclude(plan__group__state=GroupState.WITHDRAWN)


@transaction.atomic
def _ask_in_turn(pk: int) -> bool:
    # Two sweeps at once: the second waits here and finds it asked.
    PlanFollowUp.objects.select_for_update().get(pk=pk)
    found = _due().filter(pk=pk).first()
    if found is None:
        return False
    found.asks, found.asked_at = found.asks + 1, timezone.now()
    found.save(update_fields=["asks", "asked_at"])
    for person in answerable(Plan.objects.select_related("owner").get(pk=found.plan_id)):
        due_at = out_of_the_night(found.asked_at, person.time_zone, found.asked_at + LASTS)
        delivery.plan(
            kind=FOLLOW_UP,
            event=f"plan-follow-up:{pk}",
            receivers=[person],
            version=found.asks,
            due_at=due_at,
            expires_at=due_at + LASTS,
        )
    return True


def answerable(plan: Plan) -> list[User]:
    """Who answers for the plan; where they have left the city, its leads."""
    held = Membership.objects.current().filter(city=plan.city_id, user__is_active=True)
    if held.filter(user=plan.owner_id).exists():
        return [plan.owner]
    leads = held.filter(role=Role.LEAD).values("user")
    return list(User.objects.filter(pk__in=leads))
