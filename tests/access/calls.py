from typing import Any

from tests.access import EVERYBODY, SIGN_IN, Row, only
from tests.worlds import World

SYD = {"slug": "syd.slug"}
OPEN = {"slug": "call_open.slug"}
DRAFT = {"slug": "call_draft.slug"}
CLOSED = {"slug": "call_closed.slug"}
PILOT = OPEN | {"pk": "pilot_call_for_heat.pk"}
RUN = ("coordinator", "admin")


def call_form(world: World) -> dict[str, Any]:
    return {
        "title": "Call for water",
        "opens_day": "2031-03-01",
        "opens_hour": "09:00",
        "closes_day": "2031-04-01",
        "closes_hour": "17:00",
        "time_zone": "Europe/Stockholm",
        "starts_on": "2031-09-01",
        "round": "1",
        "most_ranks": "5",
        "most_domains": "3",
        "version": str(world["call_draft"].version),
    }


def pilot_form(world: World) -> dict[str, Any]:
    return {"title": "Heat", "cities": str(world["malmo"].pk), "places": "2"}


RULES = {
    "rules-TOTAL_FORMS": "1",
    "rules-INITIAL_FORMS": "0",
    "rules-0-kind": "population-least",
    "rules-0-number": "20000",
}
NO_ROWS = {"modules-TOTAL_FORMS": "0", "modules-INITIAL_FORMS": "0"}
LATER = {"closes_day": "2031-04-01", "closes_hour": "17:00", "reason": "Holidays"}

ROWS = [
    Row("scheme", SYD, get=EVERYBODY),
    Row("scheme-draft", SYD, get=only(*RUN, then=302), post=only(*RUN, then=302)),
    # There is no draft in the world.
    Row("scheme-part", SYD | {"part": "=modules"}, get=only(*RUN, then=404)),
    Row("scheme-part", SYD | {"part": "=nothing"}, get={"visitor": SIGN_IN, "*": 404}),
    Row("scheme-settlement", SYD, get=only(*RUN, then=404)),
    Row("call-list", get=EVERYBODY),
    Row("call-list", query="?page=99", get={"*": 404}),
    Row("call", OPEN, get=EVERYBODY),
    Row("call", CLOSED, get=EVERYBODY),
    Row("call", DRAFT, get={"coordinator": 200, "admin": 200, "*": 404}),
    Row("call-new", SYD, get=only(*RUN), post=only(*RUN, then=302), data=call_form),
    Row(
        "call-edit",
        DRAFT,
        get=only(*RUN, hidden=True),
        post=only(*RUN, then=302, hidden=True),
        data=call_form,
    ),
    Row("call-edit", OPEN, get=only(*RUN)),
    Row(
        "call-rules",
        DRAFT,
        get=only(*RUN, hidden=True),
        post=only(*RUN, then=302, hidden=True),
        data=RULES,
    ),
    Row("call-rules", OPEN, get=only(*RUN, then=302)),
    Row("call-pilots", OPEN, get=only(*RUN), post=only(*RUN, then=302), data=pilot_form),
    Row("call-pilot", PILOT, get=only(*RUN), post=only(*RUN, then=302), data=pilot_form),
    # Of another call than the address says.
    Row("call-pilot", CLOSED | {"pk": "pilot_call_for_heat.pk"}, get=only(*RUN, then=404)),
    Row("call-pilot-removal", PILOT, get=only(*RUN), post=only(*RUN, then=302)),
    Row(
        "call-publication",
        DRAFT,
        get=only(*RUN, hidden=True),
        post=only(*RUN, then=302, hidden=True),
    ),
    Row("call-publication", OPEN, get=only(*RUN, then=302)),
    Row("call-extension", OPEN, get=only(*RUN), post=only(*RUN, then=302), data=LATER),
    Row("call-extension", DRAFT, get=only(*RUN, then=302, hidden=True)),
    Row("call-removal", DRAFT, get=only(*RUN, hidden=True), post=only(*RUN, then=302, hidden=True)),
    Row("call-removal", OPEN, get=only(*RUN, then=302)),
]
