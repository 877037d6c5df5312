from tests.pages import Page, State
from tests.worlds import World
from tests.worlds.calls import no_calls, one_more_call, one_more_pilot

SYD = {"slug": "syd.slug"}
OPEN = {"slug": "call_open.slug"}
DRAFT = {"slug": "call_draft.slug"}


def begin_scheme(world: World) -> None:
    from cities.twinning.schemes.actions import begin

    begin(programme=world.cast.syd, by=world.cast.carol)


PAGES = [
    Page("scheme", SYD, roles=("visitor", "coordinator"), queries=8),
    Page(
        "call-list",
        kind="list",
        row=one_more_call,
        roles=("visitor", "coordinator"),
        states={"empty": State(prepare=no_calls)},
    ),
    Page(
        "call",
        OPEN,
        kind="list",
        row=one_more_pilot,
        roles=("visitor", "staff", "foreign", "coordinator"),
        queries=13,
    ),
    Page("call", DRAFT, roles=("coordinator",), queries=14, name="call as a draft"),
    Page("call", {"slug": "call_closed.slug"}, queries=13, name="call that has closed"),
    Page(
        "call-new",
        SYD,
        kind="form",
        roles=("coordinator",),
        states={
            "error": State(send={"title": "", "opens_day": "2031-03-30", "opens_hour": "02:30"})
        },
    ),
    Page("call-edit", DRAFT, kind="form", roles=("coordinator",)),
    Page(
        "call-edit",
        OPEN,
        kind="form",
        roles=("coordinator",),
        name="call-edit of a published one",
        states={"error": State(send={"title": ""})},
    ),
    Page(
        "call-rules",
        DRAFT,
        kind="form",
        roles=("coordinator",),
        states={"error": State(send={"rules-0-kind": "person"})},
    ),
    Page(
        "call-pilots",
        OPEN,
        kind="form",
        roles=("coordinator",),
        queries=8,
        states={"error": State(send={"title": "", "places": "-1"})},
    ),
    Page(
        "call-pilot",
        OPEN | {"pk": "pilot_call_for_heat.pk"},
        kind="form",
        roles=("coordinator",),
        queries=10,
    ),
    Page("call-pilot-removal", OPEN | {"pk": "pilot_call_for_heat.pk"}, roles=("coordinator",)),
    Page("call-publication", DRAFT, roles=("coordinator",)),
    Page(
        "call-extension",
        OPEN,
        kind="form",
        roles=("coordinator",),
        states={"error": State(send={"closes_day": "2020-01-01", "reason": ""})},
    ),
    Page("call-removal", DRAFT, roles=("coordinator",)),
]
