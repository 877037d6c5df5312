"""Versions of a plan, its signature, and what the world may read of it."""

from django.db import transaction
from django.utils.translation import gettext as _

from cities.twinning.models import Plan, PlanVersion
from cities.twinning.plans import content, documents, missing, notices
from cities.twinning.plans.actions.following_up import plan_follow_ups
from cities.twinning.plans.actions.writing import follow_template, lock, lock_open
from hub.models import User
from hub.refusals import Refused


@transaction.atomic
def keep(*, by: User, plan: Plan, note: str = "") -> PlanVersion:
    """The plan as it stands, under the next number; the same as the last one is not kept twice."""
    plan = lock_open(plan)
    stands = content.as_json(content.of_plan(plan))
    newest = plan.versions.first()
    if newest is not None and newest.content == stands:
        raise Refused(
            _("Nothing has changed since version %(number)d.") % {"number": newest.number}
        )
    version = _make(plan, stands, by=by, note=note)
    notices.tell("plan.kept", plan, by=by, text=note)
    return version


@transaction.atomic
def sign(*, by: User, plan: Plan, seen: str | None = None) -> PlanVersion:
    """The city's lead stands by it; from now on it changes in a new version only.

    `seen` is the mark of the content that was read: nobody signs words that came meanwhile.
    """
    plan = lock_open(plan)
    stands = content.of_plan(plan)
    if seen is not None and stands.mark != seen:
        raise Refused(
            _("Somebody has changed the plan since you opened this page. Read it once more.")
        )
    if lacks := missing.needed(stands):
        raise Refused(_("The plan cannot be signed yet: %(lack)s") % {"lack": lacks[0].sentence})
    version = _make(plan, content.as_json(stands), by=by, is_signed=True)
    plan.signed_version, plan.is_open = version, False
    plan.save(update_fields=["signed_version", "is_open", "newest_number"])
    plan_follow_ups(plan)
    notices.tell("plan.signed", plan, by=by)
    return version


@transaction.atomic
def reopen(*, by: User, plan: Plan) -> Plan:
    """The next version is begun; what was signed stays as it is."""
    plan = lock(plan)
    if not plan.is_open:
        plan.is_open = True
        plan.save(update_fields=["is_open"])
        follow_template(plan)
        notices.tell("plan.reopened", plan, by=by)
    return plan


@transaction.atomic
def publish(*, by: User, plan: Plan) -> Plan:
    """Everybody may read the version that was signed last."""
    plan = lock(plan)
    if plan.signed_version is None:
        raise Refused(_("Only a signed plan is published."))
    if plan.published_version_id != plan.signed_version_id:
        plan.published_version = plan.signed_version
        plan.save(update_fields=["published_version"])
        documents.put_plan(plan)
        notices.tell("plan.published", plan, by=by)
    return plan


@transaction.atomic
def unpublish(*, by: User, plan: Plan) -> Plan:
    plan = lock(plan)
    if plan.published_version_id is not None:
        plan.published_version = None
        plan.save(update_fields=["published_version"])
        documents.put_plan(plan)
        notices.hide(plan)
    return plan


def _make(
    plan: Plan, stands: dict[str, object], *, by: User, note: str = "", is_signed: bool = False
) -> PlanVersion:
    plan.newest_number += 1
    plan.save(update_fields=["newest_number"])
    return PlanVersion.objects.create(
        plan=plan,
        number=plan.newest_number,
        content=stands,
        note=note,
        made_by=by,
        is_signed=is_signed,
    )
