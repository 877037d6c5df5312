from cities.twinning.decisions.actions import digest, prepared
from tests.access import Row, only
from tests.worlds import World

OPEN = {"slug": "call_open.slug"}
RUN = ("coordinator", "admin")


def typed(world: World) -> dict[str, str]:
    found = {f"outcome-{world['application_sent'].pk}": "taken"}
    for of in ("taken", "reserve", "declined"):
        found |= {f"subject-{of}": "Your application", f"body-{of}": "Dear {city}"}
    return found


def read(world: World) -> dict[str, str]:
    return {"seen": digest(prepared(world["call_open"]))}


ROWS = [
    Row("decision-list", OPEN, get=only(*RUN), post=only(*RUN, then=302), data=typed),
    Row("decision-letters", OPEN, get=only(*RUN), post=only(*RUN, then=302), data=read),
    Row("decision-letters", {"slug": "call_draft.slug"}, get=only(*RUN, hidden=True)),
]
