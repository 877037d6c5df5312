from typing import Any

from tests.access import SIGN_IN, Row, only
from tests.worlds import World

CALL = {"slug": "call_open.slug"}
DONE = CALL | {"number": "run_done.number"}
OTHER = CALL | {"number": "run_other.number"}
DRAFT = CALL | {"number": "run_draft.number"}
RUN = ("coordinator", "admin")
LEUVEN = {"city": "leuven.slug"}


def settings_form(world: World) -> dict[str, Any]:
    from cities.twinning.matching.criteria import Criterion

    weights = {f"weight_{criterion}": "3" for criterion in Criterion}
    places = {f"places_{pilot.pk}": "3" for pilot in world["call_open"].pilots.all()}
    return {"name": "Two", **places, **weights}


def ruling_form(world: World) -> dict[str, Any]:
    """Of another pair than the one that is settled."""
    from tests.worlds.calls import one_more_application

    return {
        "kind": "pin",
        "application": str(one_more_application(world, 500).pk),
        "pilot": str(world["pilot_call_for_heat"].pk),
        "reason": "They know each other",
    }


def seen_form(world: World) -> dict[str, Any]:
    from cities.twinning.runs import publishing

    return {"seen": publishing.digest(publishing.receivers(world["run_done"]))}


YES = {"answer": "yes", "reason": "We know them"}
#: Mallory is staff there; Carol and Ada see every call's matches.
OWN = ("foreign", "coordinator", "admin")

ROWS = [
    Row("match-run-list", CALL, get=only(*RUN), post=only(*RUN, then=302)),
    Row("match-run-list", {"slug": "call_draft.slug"}, get=only(*RUN, hidden=True)),
    Row("match-run-list", CALL, query="?page=99", get=only(*RUN, then=404)),
    Row("match-run", DONE, get=only(*RUN)),
    Row("match-run", DRAFT, get=only(*RUN)),
    # Of another call than the address says: that call has one run.
    Row(
        "match-run",
        {"slug": "call_closed.slug", "number": "run_draft.number"},
        get=only(*RUN, then=404),
    ),
    Row(
        "match-run-settings",
        DRAFT,
        get=only(*RUN),
        post=only(*RUN, then=302),
        data=settings_form,
    ),
    Row("match-run-settings", DONE, get=only(*RUN, then=302)),
    Row(
        "match-run-rulings",
        DRAFT,
        get=only(*RUN),
        post=only(*RUN, then=302),
        data=ruling_form,
    ),
    Row("match-run-rulings", DONE, get=only(*RUN, then=302)),
    Row("match-run-ruling-removal", DRAFT | {"pk": "ruling.pk"}, post=only(*RUN, then=302)),
    # A ruling of another run.
    Row("match-run-ruling-removal", DONE | {"pk": "ruling.pk"}, post=only(*RUN, then=404)),
    Row("match-run-start", DRAFT, post=only(*RUN, then=302)),
    Row("match-run-cancellation", DONE, post=only(*RUN, then=302)),
    Row("match-run-removal", DRAFT, get=only(*RUN), post=only(*RUN, then=302)),
    Row("match-run-variant", DONE, post=only(*RUN, then=302)),
    Row("match-run-city", DONE | LEUVEN, get=only(*RUN)),
    # Lund's application is a draft, and in no run.
    Row("match-run-city", DONE | {"city": "lund.slug"}, get=only(*RUN, then=404)),
    Row("match-run-city", DRAFT | LEUVEN, get=only(*RUN, then=404)),
    # It is the pilot that Leuven has.
    Row(
        "match-run-missing",
        DONE | LEUVEN | {"pilot": "pilot_call_for_heat.pk"},
        get=only(*RUN, then=404),
    ),
    Row("match-run-missing", OTHER | LEUVEN | {"pilot": "pilot_call_for_wind.pk"}, get=only(*RUN)),
    Row("match-run-comparison", DONE | {"other": "run_other.number"}, get=only(*RUN)),
    Row("match-run-comparison", DONE | {"other": "run_draft.number"}, get=only(*RUN, then=404)),
    Row(
        "match-run-publication",
        DONE,
        get=only(*RUN),
        post=only(*RUN, then=302),
        data=seen_form,
    ),
    Row("match-run-publication", OTHER, get=only(*RUN, then=302)),
    # Nothing is accepted yet: it says so.
    Row("match-run-groups", OTHER, get=only(*RUN), post=only(*RUN, then=302)),
    Row("match-run-groups", DONE, get=only(*RUN, then=302)),
    Row("match-run-return", OTHER, get=only(*RUN), post=only(*RUN, then=302)),
    Row("match-run-return", DONE, get=only(*RUN, then=302)),
    Row("city-matches", CALL | LEUVEN, get=only(*OWN, hidden=True)),
    Row("city-matches", CALL | {"city": "malmo.slug"}, get=only(*RUN, hidden=True)),
    # It is in no match; nobody is told more than that.
    Row("city-matches", CALL | {"city": "lund.slug"}, get={"visitor": SIGN_IN, "*": 404}),
    Row("city-matches", {"slug": "call_closed.slug"} | LEUVEN, get={"visitor": SIGN_IN, "*": 404}),
    # Who leads the city answers for it; Mallory is staff. Nobody leads Leuven here, so that the
    # coordinators write down what it says.
    Row(
        "city-match-answer",
        CALL | LEUVEN | {"pk": "proposed.pk"},
        post={"visitor": SIGN_IN, "foreign": 403, "coordinator": 302, "admin": 302, "*": 404},
        data=YES,
    ),
]
