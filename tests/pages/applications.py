from cities.twinning.models import Application
from tests.pages import Page, State
from tests.worlds import World
from tests.worlds.calls import one_more_application

OPEN = {"slug": "call_open.slug"}
DRAFTED = OPEN | {"city": "lund.slug"}
SENT = OPEN | {"city": "leuven.slug"}
MORE = {"slug": "call_closed.slug", "city": "lund.slug"}


def no_applications(world: World) -> None:
    Application.objects.all().delete()


PAGES = [
    Page(
        "application-list",
        OPEN,
        kind="list",
        row=one_more_application,
        roles=("coordinator",),
        queries=6,
        states={"empty": State(prepare=no_applications)},
    ),
    Page("application", DRAFTED, roles=("staff",), queries=22, name="application drafted"),
    Page("application", SENT, roles=("foreign", "coordinator"), queries=22),
    Page("application", MORE, roles=("staff", "coordinator"), queries=22, name="application asked"),
    Page(
        "application-profile",
        DRAFTED,
        kind="form",
        roles=("staff",),
        queries=18,
        states={"error": State(send={"contact-1-email": "bo@example.org"})},
    ),
    Page("application-answers", DRAFTED, kind="form", roles=("staff",)),
    Page(
        "application-files",
        DRAFTED,
        kind="form",
        roles=("staff",),
        states={"error": State(send={"title": ""})},
    ),
    Page(
        "application-withdrawal",
        SENT,
        kind="form",
        roles=("foreign",),
        states={"error": State(send={"reason": ""})},
    ),
]
