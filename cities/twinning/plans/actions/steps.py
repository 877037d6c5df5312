"""The steps of a plan: added, changed by one at a time, moved, taken out."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from cities.twinning.enums import StepState
from cities.twinning.models import Plan, PlanStep
from cities.twinning.plans.actions.writing import lock, lock_open
from hub.models import User
from hub.refusals import Refused

MOST_STEPS = 60


@dataclass(frozen=True)
class Wanted:
    """A step as it goes from a form into an action."""

    text: str
    owner: User | None = None
    owner_name: str = ""
    due_on: date | None = None
    budget: str = ""
    mandate: str = ""
    state: str = StepState.PLANNED
    state_note: str = ""


@transaction.atomic
def add_step(*, by: User, plan: Plan, wanted: Wanted) -> PlanStep:
    plan = lock_open(plan)
    last = plan.steps.order_by("-position").first()
    if plan.steps.count() >= MOST_STEPS:
        raise Refused(_("The plan has %(n)s steps; that is the most.") % {"n": MOST_STEPS})
    step = PlanStep(plan=plan, position=last.position + 1 if last else 1, changed_by=by)
    _describe(step, wanted)
    step.save()
    return step


@transaction.atomic
def change_step(*, by: User, step: PlanStep, wanted: Wanted, from_version: int) -> PlanStep:
    """Of a signed plan only how far it has come may be told."""
    step = _locked(step)
    if step.version != from_version:
        raise Refused(
            _(
                "Somebody else has changed this since you opened it. It now says: “%(text)s”. "
                "Save once more to put your words in its place."
            )
            % {"text": step.text}
        )
    if step.plan.is_open:
        _describe(step, wanted)
    else:
        step.state, step.state_note = wanted.state, wanted.state_note
    step.version, step.changed_by, step.changed_at = step.version + 1, by, timezone.now()
    step.save()
    return step


@transaction.atomic
def move_step(*, by: User, step: PlanStep, up: bool) -> None:
    """Before the one before it, or behind the next; at the end it stays."""
    lock_open(step.plan)
    step = _locked(step)
    plan = step.plan
    near = plan.steps.filter(position__lt=step.position).order_by("-position")
    if not up:
        near = plan.steps.filter(position__gt=step.position).order_by("position")
    if (other := near.first()) is None:
        return
    places = (other.position, step.position)
    for row, position in zip((step, other), places, strict=True):
        PlanStep.objects.filter(pk=row.pk).update(position=position, version=F("version") + 1)


@transaction.atomic
def remove_step(*, by: User, step: PlanStep) -> None:
    """Of what was asked about, the answers stay: such a step is dropped with a reason."""
    step = _locked(step)
    lock_open(step.plan)
    if step.answers.exists():
        raise Refused(
            _("It was asked about at a follow-up. Mark it as dropped and say why, instead.")
        )
    step.delete()


def _describe(step: PlanStep, wanted: Wanted) -> None:
    step.text, step.due_on = wanted.text, wanted.due_on
    step.owner, step.owner_name = wanted.owner, "" if wanted.owner else wanted.owner_name
    step.budget, step.mandate = wanted.budget, wanted.mandate
    step.state, step.state_note = wanted.state, wanted.state_note


def _locked(step: PlanStep) -> PlanStep:
    plan = lock(step.plan)
    found = PlanStep.objects.filter(pk=step.pk, plan=plan).select_related("owner").first()
    if found is None:
        raise Refused(_("The step was taken out meanwhile."))
    found.plan = plan
    return found
