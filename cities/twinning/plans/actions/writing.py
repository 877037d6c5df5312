"""A plan is begun from its group's template and written by several at once."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cities.models import City
from cities.twinning.models import Plan, PlanText, TwinGroup
from cities.twinning.plans import notices
from cities.twinning.schemes.actions import settled_of
from hub.editing import Clashing, Standing, Written, judged
from hub.models import User
from hub.refusals import Refused


@transaction.atomic
def begin(*, by: User, group: TwinGroup, city: City, is_sample: bool = False) -> Plan:
    """The plan of a twin city; begun twice at once, it is there once."""
    group = TwinGroup.objects.select_for_update(of=("self",), no_key=True).get(pk=group.pk)
    found = Plan.objects.with_frame().filter(group=group, city=city).first()
    if found is not None:
        return found
    scheme = group.scheme or settled_of(group.programme)
    if scheme is None:
        raise Refused(
            _("The programme has no template yet, and so no headings. Ask its coordinator.")
        )
    if group.scheme is None:
        group.scheme = scheme
        group.save(update_fields=["scheme"])
    plan = Plan.objects.create(
        group=group,
        city=city,
        language=by.language,
        owner=by,
        begun_by=by,
        is_sample=is_sample,
    )
    PlanText.objects.bulk_create(
        PlanText(plan=plan, section=section, code=section.code)
        for section in scheme.plan_sections.all()
    )
    notices.tell("plan.begun", plan, by=by)
    return plan


@transaction.atomic
def follow_template(plan: Plan) -> None:
    """The headings of the group's template now; what was written stays under its own."""
    plan = lock_open(plan)
    scheme = plan.group.scheme
    if scheme is None:
        return
    stand = {text.code: text for text in plan.texts.all()}
    for section in scheme.plan_sections.all():
        text = stand.pop(section.code, None)
        if text is None:
            PlanText.objects.create(plan=plan, section=section, code=section.code)
        elif text.section_id != section.pk:
            PlanText.objects.filter(pk=text.pk).update(section=section)
    # A heading that the template no longer has goes where nobody wrote under it.
    plan.texts.filter(code__in=stand, text="").delete()


@transaction.atomic
def write(
    *, by: User, plan: Plan, texts: Iterable[Written], is_draft: bool = False
) -> list[Standing]:
    """Save what was changed; returns the texts that were left as they were.

    A refusal leaves everything as it was (Clashing); an `is_draft` keeps the other texts.
    """
    lock_open(plan)
    rows = {row.code: row for row in plan.texts.select_related("changed_by", "section")}
    news, clashes = judged(texts, [row.standing for row in rows.values()])
    if clashes and not is_draft:
        raise Clashing(clashes)
    for written in news:
        row = rows[written.key]
        row.text, row.version = written.text, row.version + 1
        row.changed_by, row.changed_at = by, timezone.now()
        row.save(update_fields=["text", "version", "changed_by", "changed_at"])
    return clashes


@transaction.atomic
def take_over(*, by: User, plan: Plan, owner: User) -> Plan:
    """Somebody of the city answers for the plan from now on."""
    plan = lock(plan)
    if plan.owner_id == owner.pk:
        return plan
    plan.owner = owner
    plan.save(update_fields=["owner"])
    notices.tell("plan.owned", plan, by=by, direct=[owner])
    return plan


def lock(plan: Plan) -> Plan:
    return Plan.objects.locked().with_frame().get(pk=plan.pk)


def lock_open(plan: Plan) -> Plan:
    """The plan under its lock; refused once it is signed."""
    found = lock(plan)
    if not found.is_open:
        raise Refused(_("The plan is signed. Begin its next version to change it."))
    return found
