from tests.access import SIGN_IN, Row, only

CALL = {"slug": "call_open.slug"}
COHORT = {"slug": "syd.slug", "cohort": "=9"}
#: Ada runs the hub, and has no part in a group.
RUN = ("coordinator",)
NOBODY = {"visitor": SIGN_IN, "*": 403}


def tables(route: str) -> list[Row]:
    """The same people open a desk and its table."""
    ends = (route, f"{route}-sheet")
    return [Row(end, args, get=get) for end in ends for args, get in ROUTES[route]]


ROUTES = {
    "call-desk": [
        (CALL, only(*RUN)),
        # Ada sees drafts of calls.
        (
            {"slug": "call_draft.slug"},
            {"visitor": SIGN_IN, "coordinator": 200, "admin": 403, "*": 404},
        ),
        # Of a programme that Carol does not coordinate.
        ({"slug": "call_reviewed.slug"}, NOBODY),
    ],
    "cohort-desk": [
        (COHORT, only(*RUN)),
        (COHORT | {"cohort": "=77"}, only(*RUN, then=404)),
        (COHORT | {"cohort": "=99999999999999999999"}, only(*RUN, then=404)),
        ({"slug": "twinning.slug", "cohort": "=1"}, NOBODY),
    ],
}
ROWS = [row for route in ROUTES for row in tables(route)]
