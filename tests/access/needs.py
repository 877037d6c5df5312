from tests.access import EVERYBODY, Row, only

LUND = {"slug": "lund.slug"}
LEUVEN = {"slug": "leuven.slug"}
SEEKS = LUND | {"pk": "wish_seeks.pk"}
OWN = ("lead", "staff", "admin")

ROWS = [
    Row("need-list", get=EVERYBODY),
    Row("need-list", query="?kind=seeks&state=unanswered&domain=heat&country=SE", get=EVERYBODY),
    Row("need-list", query="?kind=x&state=maybe&asked=lund&page=1", get=EVERYBODY),
    Row("need-list", query="?page=999", get={"*": 404}),
    Row("wish", SEEKS, get=EVERYBODY),
    Row("wish", LUND | {"pk": "wish_offers.pk"}, get=EVERYBODY),
    Row("wish", LUND | {"pk": "wish_closed.pk"}, get=EVERYBODY),
    # Of another city than the address says.
    Row("wish", LEUVEN | {"pk": "wish_seeks.pk"}, get={"*": 404}),
    Row(
        "wish-new",
        LUND,
        get=only(*OWN),
        post=only(*OWN, then=302),
        data={"kind": "seeks", "text": "How do we start?"},
    ),
    # Nobody asks their own city.
    Row(
        "question-new",
        LUND,
        get=only("foreign"),
        post=only("foreign", then=302),
        data={"city": "leuven", "text": "What did it cost?"},
    ),
    Row(
        "question-new",
        LEUVEN,
        get=only("lead", "staff"),
        post=only("lead", "staff", then=302),
        data={"city": "lund", "text": "What did it cost?"},
    ),
    Row("wish-closing", SEEKS, post=only(*OWN, then=302)),
    Row("wish-return", LUND | {"pk": "wish_closed.pk"}, post=only(*OWN, then=302)),
]
