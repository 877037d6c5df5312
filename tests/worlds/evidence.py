"""What the step of a hidden plan stands on: a meeting, and a text that has been doubted."""

from cities.twinning.models import Plan
from cities.twinning.plans import content
from cities.twinning.plans.pages import StepPart
from knowledge.evidence import actions as evidence
from knowledge.models import PlanAlarm
from labs import actions as labs
from labs.models import PlanSource
from tests.worlds import World


def build(world: World) -> None:
    cast, step = world.cast, world["step_draft"]
    world["plan_source"] = labs.add_source(by=cast.bob, step=step, lab=world["lab_public"])
    world["plan_citation"] = evidence.cite(by=cast.bob, step=step, article=world["article_asked"])
    plan = Plan.objects.with_frame().get(pk=step.plan_id)
    # As the page of the plan hands it to panels.
    world["step_part"] = StepPart(1, content.of_plan(plan).steps[0], plan)
    PlanAlarm.objects.create(citation=world["plan_citation"], kind="outdated", evidence="flag:0")


def one_more_source(world: World, number: int) -> PlanSource:
    """The same meeting for one more step."""
    from tests.pages.plans import one_more_step

    step = one_more_step(world, number)
    evidence.cite(by=world.cast.bob, step=step, article=world["article_asked"])
    return labs.add_source(by=world.cast.bob, step=step, lab=world["lab_public"])
