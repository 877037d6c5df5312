"""Replication plans: one being written, one signed and published, with comments and versions."""

import datetime as dt

from cities.twinning.actions import form_group
from cities.twinning.models import Plan, PlanFollowUp, PlanStep
from cities.twinning.plans import actions
from cities.twinning.plans.actions import Wanted
from hub.editing import Written
from hub.wallclock import today
from tests.worlds import World

PERIOD = (dt.date(2024, 9, 1), dt.date(2026, 3, 1))


def build(world: World) -> None:
    cast = world.cast
    plan = actions.begin(by=cast.bob, group=world["group_public"], city=cast.lund)
    insiders = ("lead", "staff", "foreign")
    write(plan, "context", world.secret_text("plan text", *insiders), by=cast.bob)
    step = Wanted(text=world.secret_text("plan step", *insiders), owner=cast.bob)
    world["step_draft"] = actions.add_step(by=cast.bob, plan=plan, wanted=step)
    actions.comment(by=cast.mallory, plan=plan, text=world.secret_text("plan comment", *insiders))
    world["comment_draft"] = plan.comments.get()
    actions.keep(by=cast.bob, plan=plan, note=world.secret("plan note", *insiders))
    world["plan_draft"] = plan
    world["plan_public"] = a_public_plan(world)
    world["group_begin"] = form_group(
        programme=cast.twinning, pilots=[cast.leuven], twins=[cast.lund], cohort=8, period=PERIOD
    )


def a_public_plan(world: World) -> Plan:
    """Of Lund in another group: signed, published, asked about today."""
    cast = world.cast
    group = form_group(
        programme=cast.syd,
        pilots=[cast.leuven],
        twins=[cast.lund],
        cohort=9,
        period=PERIOD,
        scheme=world["scheme_settled"],
    )
    world["group_published"] = group
    plan = actions.begin(by=cast.bob, group=group, city=cast.lund)
    write(plan, "context", "District heating from the river.", by=cast.bob)
    wanted = Wanted(text="Lower the temperature", owner=cast.bob, due_on=dt.date(2030, 1, 1))
    world["step_public"] = actions.add_step(by=cast.bob, plan=plan, wanted=wanted)
    actions.comment(
        by=cast.rita,
        plan=plan,
        code="context",
        text=world.secret_text(
            "plan remark", "lead", "staff", "foreign", "coordinator", "researcher"
        ),
    )
    actions.sign(by=cast.alice, plan=plan)
    plan = actions.publish(by=cast.alice, plan=plan)
    PlanFollowUp.objects.filter(plan=plan, months=6).update(due_on=today())
    return Plan.objects.with_frame().get(pk=plan.pk)


def write(plan: Plan, code: str, text: str, *, by: object) -> None:
    stands = plan.texts.get(code=code)
    written = Written(key=code, text=text, version=stands.version, is_touched=True)
    actions.write(by=by, plan=plan, texts=[written])  # type: ignore[arg-type]


def complete(plan: Plan, *, by: object) -> Plan:
    """All that a signature asks for."""
    write(plan, "context", "All that matters here.", by=by)
    for step in plan.steps.all():
        PlanStep.objects.filter(pk=step.pk).update(
            due_on=dt.date(2030, 1, 1), owner=by, owner_name=""
        )
    return plan
