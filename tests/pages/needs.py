from cities.models import Wish
from tests.pages import Page, State
from tests.worlds import World
from tests.worlds.cities import one_more_wish

LUND = {"slug": "lund.slug"}
LEUVEN = {"slug": "leuven.slug"}


def no_wishes(world: World) -> None:
    Wish.objects.all().delete()


PAGES = [
    Page(
        "need-list",
        kind="list",
        row=one_more_wish,
        states={
            "empty": State(prepare=no_wishes),
            "filtered": State(query="?state=closed"),
            "nothing found": State(query="?asked=nowhere"),
            "unknown choice": State(query="?kind=x"),
        },
    ),
    Page(
        "wish",
        LUND | {"pk": "wish_seeks.pk"},
        roles=("visitor", "staff", "foreign"),
        name="wish need",
    ),
    Page("wish", LUND | {"pk": "wish_offers.pk"}, roles=("visitor", "foreign"), name="wish offer"),
    Page("wish", LUND | {"pk": "wish_removed.pk"}, roles=("staff",), name="wish removed"),
    Page("wish", LUND | {"pk": "wish_closed.pk"}, roles=("staff",), name="wish closed"),
    # With an answer of his own that was taken down.
    Page("wish", LEUVEN | {"pk": "wish_asked.pk"}, roles=("staff",), name="wish asked"),
    Page(
        "wish-new", LUND, kind="form", roles=("staff",), states={"error": State(send={"text": ""})}
    ),
    Page(
        "question-new",
        LEUVEN,
        kind="form",
        roles=("staff",),
        states={"error": State(send={"text": ""})},
    ),
]
