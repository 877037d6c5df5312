from cities.twinning.models import Decision
from tests.pages import Page, State
from tests.worlds import World
from tests.worlds.calls import no_calls_but_open, one_more_decided

OPEN = {"slug": "call_open.slug"}


def nothing_decided(world: World) -> None:
    Decision.objects.all().delete()


PAGES = [
    Page(
        "decision-list",
        OPEN,
        kind="list",
        row=one_more_decided,
        roles=("coordinator",),
        queries=9,
        states={
            "empty": State(prepare=no_calls_but_open),
            "error": State(send={"subject-taken": ""}),
        },
    ),
    Page(
        "decision-letters",
        OPEN,
        kind="list",
        row=one_more_decided,
        roles=("coordinator",),
        queries=7,
        states={"empty": State(prepare=nothing_decided)},
    ),
]
