from tests.access.evidence import STEP
from tests.access.plans import DRAFT
from tests.pages import Page, State
from tests.worlds.evidence import one_more_source

PAGES = [
    Page(
        "plan",
        DRAFT,
        kind="list",
        row=one_more_source,
        roles=("staff",),
        queries=14,
        name="plan with evidence",
    ),
    Page(
        "plan-step-sources",
        STEP,
        kind="form",
        roles=("staff",),
        queries=7,
        states={"error": State(send={"source": ""})},
    ),
    Page(
        "plan-step-citations",
        STEP,
        kind="form",
        roles=("staff",),
        queries=7,
        states={"error": State(send={"address": "https://example.org/elsewhere"})},
    ),
]
