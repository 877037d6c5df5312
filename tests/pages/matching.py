from tests.pages import Page, State
from tests.worlds.runs import (
    accepted,
    answered,
    impossible,
    no_runs,
    nobody_matched,
    one_has_left,
    one_more_pair,
    one_more_proposed,
    one_more_ruling,
    one_more_run,
    under_way,
)

CALL = {"slug": "call_open.slug"}
DONE = CALL | {"number": "run_done.number"}
OTHER = CALL | {"number": "run_other.number"}
DRAFT = CALL | {"number": "run_draft.number"}
LEUVEN = {"city": "leuven.slug"}
CAROL = ("coordinator",)

PAGES = [
    Page(
        "match-run-list",
        CALL,
        kind="list",
        row=one_more_run,
        roles=CAROL,
        states={"empty": State(prepare=no_runs)},
    ),
    Page(
        "match-run",
        DONE,
        kind="list",
        row=one_more_pair,
        roles=CAROL,
        queries=14,
        states={
            "under way": State(prepare=under_way),
            "impossible": State(prepare=impossible),
            "one has left": State(prepare=one_has_left),
            "nobody matched": State(prepare=nobody_matched),
        },
    ),
    Page("match-run", DRAFT, roles=CAROL, queries=11, name="match-run being set up"),
    Page(
        "match-run-settings",
        DRAFT,
        kind="form",
        roles=CAROL,
        queries=10,
        states={"error": State(send={"weight_size": "11"})},
    ),
    Page(
        "match-run-rulings",
        DRAFT,
        kind="list",
        row=one_more_ruling,
        roles=CAROL,
        queries=13,
        states={"error": State(send={"reason": ""})},
    ),
    Page("match-run-removal", DRAFT, roles=CAROL),
    Page("match-run-city", OTHER | LEUVEN, roles=CAROL, queries=12),
    Page(
        "match-run-missing",
        OTHER | LEUVEN | {"pilot": "pilot_call_for_wind.pk"},
        roles=CAROL,
        queries=11,
    ),
    Page(
        "match-run-comparison",
        DONE | {"other": "run_other.number"},
        roles=CAROL,
        queries=14,
    ),
    Page("match-run-publication", DONE, roles=CAROL, queries=18),
    Page("match-run-return", OTHER, roles=CAROL),
    Page(
        "match-run-groups",
        OTHER,
        roles=CAROL,
        queries=10,
        states={"accepted": State(prepare=accepted)},
    ),
    Page(
        "match-run",
        OTHER,
        roles=CAROL,
        queries=18,
        name="match-run put to the cities",
        states={"answered": State(prepare=answered)},
    ),
    Page(
        "city-matches",
        CALL | LEUVEN,
        kind="detail",
        roles=("foreign", "admin"),
        queries=14,
        states={"answered": State(prepare=answered)},
    ),
    Page(
        "city-matches",
        CALL | {"city": "malmo.slug"},
        kind="list",
        row=one_more_proposed,
        roles=("admin",),
        queries=14,
        name="city-matches of a pilot",
    ),
]
