from tests.access import SIGN_IN, Row, only
from tests.worlds import World

CALL = {"slug": "call_reviewed.slug"}
OWN = CALL | {"pk": "review_rita.pk"}
#: Its reviewer has a conflict with the city.
CONFLICT = CALL | {"pk": "review_alice.pk"}
RUN = ("admin",)
READER = {"visitor": SIGN_IN, "researcher": 200, "*": 404}
WROTE = READER | {"researcher": 302}


def scores(world: World) -> dict[str, str]:
    criterion = world["call_reviewed"].scheme.criteria.get()
    return {f"points-{criterion.pk}": "4", "comment": "Clear"}


def pairs(world: World) -> dict[str, str]:
    return {"pairs": f"{world['application_unread'].pk}-{world['rita'].pk}"}


ROWS = [
    Row(
        "application-review-list",
        CALL,
        get=only("researcher", "lead"),
        post=only("researcher", "lead", then=302),
        data={"reason": ""},
    ),
    # Reviewers of another programme are none here.
    Row("application-review-list", {"slug": "call_open.slug"}, get={"visitor": SIGN_IN, "*": 403}),
    Row("application-review", OWN, get=READER, post=WROTE, data=scores),
    Row("application-review", CONFLICT, get={"visitor": SIGN_IN, "*": 404}),
    Row(
        "application-review",
        {"slug": "call_closed.slug", "pk": "review_rita.pk"},
        get=READER | {"researcher": 404},
    ),
    Row("application-review-file", OWN | {"file": "paper_reviewed.pk"}, get=READER),
    Row(
        "application-review-file",
        CONFLICT | {"file": "paper_reviewed.pk"},
        get={"visitor": SIGN_IN, "*": 404},
    ),
    # Of an application that is not this review's.
    Row(
        "application-review-file",
        OWN | {"file": "application_file.pk"},
        get=READER | {"researcher": 404},
    ),
    Row("application-review-conflict", OWN, get=READER, post=WROTE, data={"reason": "A friend"}),
    Row(
        "application-review-abstention",
        OWN,
        get=READER,
        post=WROTE,
        data={"reason": "Not my field"},
    ),
    Row("application-review-board", CALL, get=only(*RUN), post=only(*RUN, then=302), data=pairs),
    Row("application-review-proposal", CALL, get=only(*RUN)),
    Row("application-review-proposal", CALL, query="?readers=0", get=only(*RUN, then=404)),
    Row("application-review-proposal", CALL, query="?readers=%C2%B2", get=only(*RUN, then=404)),
    Row("application-review-removal", OWN, post=only(*RUN, then=302)),
    Row(
        "application-review-removal",
        {"slug": "call_closed.slug", "pk": "review_rita.pk"},
        post=only("coordinator", "admin", then=404),
    ),
]
