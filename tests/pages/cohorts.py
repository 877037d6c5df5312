from tests.pages import Page, State
from tests.worlds.cohorts import nothing_applied, one_more_group, one_more_withdrawal

CALL = {"slug": "call_open.slug"}
COHORT = {"slug": "syd.slug", "cohort": "=9"}
CAROL = ("coordinator",)

PAGES = [
    Page(
        "call-desk",
        CALL,
        kind="list",
        row=one_more_withdrawal,
        roles=CAROL,
        queries=14,
        states={"empty": State(prepare=nothing_applied)},
    ),
    Page(
        "cohort-desk",
        COHORT,
        kind="list",
        row=one_more_group,
        roles=CAROL,
        queries=24,
        states={
            "silent": State(query="?look=silent"),
            "sorted": State(query="?sort=-silence"),
            "nothing fits": State(query="?q=nowhere"),
        },
    ),
    Page(
        "application-list",
        CALL,
        kind="other",
        roles=CAROL,
        query="?step=sent",
        queries=6,
        name="application-list of a step",
    ),
    Page(
        "application-list",
        CALL,
        kind="other",
        roles=CAROL,
        query="?step=refused",
        queries=6,
        name="application-list of an empty step",
    ),
]
