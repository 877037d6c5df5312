"""The mail that asks how far a plan has come, composed at the moment it leaves."""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cities.twinning.models import PlanFollowUp
from cities.twinning.plans.permissions import can_write
from cities.twinning.plans.sweeping import FOLLOW_UP
from hub import delivery
from hub.delivery import Letter, Skip
from hub.delivery.frame import drawn
from hub.models import Delivery

GONE = gettext_lazy("The plan is no longer there.")
ANSWERED = gettext_lazy("The question was answered first.")
NOT_THEIRS = gettext_lazy("This person no longer works with the plan.")


def register() -> None:
    delivery.register(
        FOLLOW_UP, label=gettext_lazy("How far has your plan come?"), compose=follow_up
    )


def follow_up(row: Delivery) -> Letter | Skip:
    pk = int(row.event.removeprefix("plan-follow-up:"))
    frame = ("plan__group__programme", "plan__city", "plan__signed_version")
    found = PlanFollowUp.objects.select_related(*frame).filter(pk=pk).first()
    if found is None or row.user is None:
        return Skip(GONE)
    if found.is_answered:
        return Skip(ANSWERED)
    if not can_write(row.user, found.plan):
        return Skip(NOT_THEIRS)
    context = {
        "plan": found.plan,
        "follow_up": found,
        "steps": found.plan.steps.all(),
        "is_again": found.asks > 1,
        "action_url": settings.BASE_URL + found.get_absolute_url(),
    }
    subject = _("How far has the plan of %(city)s come?") % {"city": found.plan.city.name}
    return drawn(row, "twinning/mail/plan_follow_up", subject, context)
