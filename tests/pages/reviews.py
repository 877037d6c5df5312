from cities.twinning.models import Conflict, Declaration
from tests.pages import Page, State
from tests.worlds import World
from tests.worlds.reviews import nothing_to_review, one_more_review

CALL = {"slug": "call_reviewed.slug"}
OWN = CALL | {"pk": "review_rita.pk"}


def not_declared(world: World) -> None:
    Declaration.objects.all().delete()
    Conflict.objects.all().delete()


PAGES = [
    Page(
        "application-review-list",
        CALL,
        kind="list",
        row=one_more_review,
        roles=("researcher",),
        queries=6,
        states={
            "before declaring": State(prepare=not_declared),
            "empty": State(prepare=nothing_to_review),
        },
    ),
    Page(
        "application-review",
        OWN,
        kind="form",
        roles=("researcher",),
        queries=15,
        states={"error": State(send={"comment": "Not scored yet"})},
    ),
    Page("application-review-conflict", OWN, kind="form", roles=("researcher",)),
    Page("application-review-abstention", OWN, kind="form", roles=("researcher",)),
    Page(
        "application-review-board",
        CALL,
        kind="list",
        row=one_more_review,
        roles=("admin",),
        queries=10,
        states={"empty": State(prepare=nothing_to_review)},
    ),
    Page(
        "application-review-proposal",
        CALL,
        kind="list",
        row=one_more_review,
        roles=("admin",),
        queries=8,
    ),
]
