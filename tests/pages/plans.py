from cities.twinning.models import PlanComment, PlanFollowUp, PlanStep
from cities.twinning.plans import actions
from cities.twinning.plans.actions import Wanted
from tests.access.plans import DRAFT, PUBLIC
from tests.pages import Page, State
from tests.worlds import World
from tests.worlds.plans import complete

CITY = ("lead", "staff")
BEGIN = {"slug": "group_begin.slug", "city": "lund.slug"}


def one_more_step(world: World, number: int) -> PlanStep:
    wanted = Wanted(
        text=f"Step {number}", owner=world.cast.bob, budget="1 million", mandate="Board"
    )
    return actions.add_step(by=world.cast.bob, plan=world["plan_draft"], wanted=wanted)


def one_more_comment(world: World, number: int) -> PlanComment:
    return actions.comment(
        by=world.cast.mallory, plan=world["plan_draft"], text=f"Remark {number}", code="risks"
    )


def one_more_version(world: World, number: int) -> None:
    one_more_step(world, number)
    actions.keep(by=world.cast.bob, plan=world["plan_draft"], note=f"Change {number}")


def whole(world: World) -> None:
    complete(world["plan_draft"], by=world.cast.bob)


def signed(world: World) -> None:
    whole(world)
    actions.sign(by=world.cast.alice, plan=world["plan_draft"])


def opened_again(world: World) -> None:
    actions.reopen(by=world.cast.bob, plan=world["plan_public"])


def told(world: World) -> None:
    asked = PlanFollowUp.objects.get(plan=world["plan_public"], months=6)
    steps = {world["step_public"].pk: ("dropped", "No money")}
    actions.answer(by=world.cast.bob, follow_up=asked, steps=steps, summary="Slower than thought")


PAGES = [
    Page(
        "plan",
        DRAFT,
        kind="list",
        row=one_more_step,
        roles=CITY,
        queries=14,
        states={
            "whole": State(prepare=whole),
            "signed": State(prepare=signed),
            "about a section": State(query="?about=section-risks"),
        },
    ),
    Page(
        "plan",
        DRAFT,
        kind="list",
        row=one_more_comment,
        roles=("staff",),
        queries=14,
        name="comments on a plan",
    ),
    Page(
        "plan",
        PUBLIC,
        roles=("visitor", "lead", "researcher"),
        queries=14,
        states={"opened again": State(prepare=opened_again), "told": State(prepare=told)},
    ),
    Page("plan", BEGIN, roles=("staff", "foreign"), name="plan not begun"),
    Page(
        "plan-writing",
        DRAFT,
        kind="form",
        roles=("staff",),
        queries=6,
        states={"whole": State(prepare=whole), "error": State(send={"text-risks": "x" * 20_001})},
    ),
    Page(
        "plan-step-new",
        DRAFT,
        kind="form",
        roles=("staff",),
        queries=6,
        states={"error": State(send={"text": ""})},
    ),
    Page(
        "plan-step",
        DRAFT | {"pk": "step_draft.pk"},
        kind="form",
        roles=("staff",),
        queries=7,
        states={"error": State(send={"text": ""})},
    ),
    Page(
        "plan-step",
        PUBLIC | {"pk": "step_public.pk"},
        kind="form",
        roles=("staff",),
        queries=7,
        states={"error": State(send={"state": "dropped"})},
        name="plan-step of a signed plan",
    ),
    Page("plan-step-removal", DRAFT | {"pk": "step_draft.pk"}, roles=("staff",)),
    Page("plan-versions", DRAFT, kind="list", row=one_more_version, roles=("staff",), queries=5),
    Page("plan-version", DRAFT | {"number": "=1"}, roles=("foreign",)),
    Page(
        "plan-version",
        PUBLIC | {"number": "=1"},
        roles=("visitor", "staff"),
        name="published version",
    ),
    Page("plan-comparison", DRAFT, roles=("staff",), states={"changed": State(prepare=whole)}),
    Page(
        "plan-signature",
        DRAFT,
        kind="form",
        roles=("lead",),
        states={"whole": State(prepare=whole)},
    ),
    Page("plan-revision", PUBLIC, roles=("staff",)),
    Page("plan-publication", PUBLIC, roles=("lead",)),
    # Its one choice cannot be left empty in a browser.
    Page("plan-owner", DRAFT, kind="form", roles=("staff",)),
    Page(
        "plan-follow-up",
        PUBLIC | {"months": "=6"},
        kind="form",
        roles=("staff", "coordinator"),
        queries=7,
        states={"told": State(prepare=told)},
    ),
    Page("plan-follow-up", PUBLIC | {"months": "=12"}, roles=("staff",), name="follow-up to come"),
]
