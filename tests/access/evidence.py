from tests.access import Row
from tests.access.plans import DRAFT, OWN, hidden
from tests.worlds import World

STEP = DRAFT | {"pk": "step_draft.pk"}
DENIED = ("foreign",)


def a_source(world: World) -> dict[str, str]:
    return {"source": f"lab-{world['lab_exchange'].pk}"}


def a_text(world: World) -> dict[str, str]:
    return {"address": world["article_public"].get_absolute_url()}


ROWS = [
    Row(
        "plan-step-sources",
        STEP,
        get=hidden(*OWN, denied=DENIED),
        post=hidden(*OWN, then=302, denied=DENIED),
        data=a_source,
    ),
    Row(
        "plan-step-source-removal",
        STEP | {"source": "plan_source.pk"},
        post=hidden(*OWN, then=302, denied=DENIED),
    ),
    Row(
        "plan-step-citations",
        STEP,
        get=hidden(*OWN, denied=DENIED),
        post=hidden(*OWN, then=302, denied=DENIED),
        data=a_text,
    ),
    Row(
        "plan-citation-removal",
        STEP | {"citation": "plan_citation.pk"},
        post=hidden(*OWN, then=302, denied=DENIED),
    ),
    Row(
        "plan-citation-look",
        STEP | {"citation": "plan_citation.pk"},
        post=hidden(*OWN, then=302, denied=DENIED),
    ),
    Row(
        "plan-citation-look",
        STEP | {"citation": "=0"},
        post=hidden(*OWN, then=404, denied=DENIED),
    ),
]
