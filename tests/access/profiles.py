"""The rows of cities.profiles and cities.asking."""

from tests.access import EVERYBODY, SIGN_IN, Row, everybody, only, signed_in

BOB = {"pk": "bob.pk"}
MALLORY = {"pk": "mallory.pk"}
UNA = {"pk": "una.pk"}
INQUIRY = {"pk": "inquiry.pk"}
OTHERS_INQUIRY = {"pk": "inquiry_other.pk"}
TWO = ("staff", "foreign")
PROFILE = {
    "listing": "signed-in",
    "title": "Planner",
    "languages": ["sv"],
    "email_circle": "nobody",
}
TEXT = {"text": "How was the winter?"}

ROWS = [
    Row("people", get=EVERYBODY),
    Row("people", query="?q=district+heating&knows=domain:energy&language=sv", get=EVERYBODY),
    Row("people", query="?knows=x&role=king&place=lund&page=999", get=EVERYBODY),
    Row("people", query="?q=qvack", get=EVERYBODY),
    Row("person", BOB, get={"visitor": 404, "*": 200}),
    # She lets visitors find her.
    Row("person", MALLORY, get=EVERYBODY),
    Row("person", UNA, get={"*": 404}),
    Row("person", {"pk": "=999999"}, get={"*": 404}),
    Row("own-profile", get=signed_in(), post=signed_in(302), data=PROFILE),
    Row(
        "person-question",
        BOB,
        get=signed_in() | {"staff": 403},
        post=signed_in(302) | {"staff": 403},
        data=TEXT,
    ),
    # He wants nothing from alice.
    Row("person-question", {"pk": "nils.pk"}, get=signed_in() | {"lead": 403}, data=TEXT),
    Row("person-question", UNA, get=only(hidden=True), post=only(hidden=True), data=TEXT),
    Row("inquiry-list", get=signed_in()),
    Row("inquiry-list", query="?page=999", get=signed_in(404)),
    Row("inquiry", INQUIRY, get=only(*TWO, hidden=True)),
    Row("inquiry", OTHERS_INQUIRY, get=only("researcher", "lead", hidden=True)),
    Row("inquiry-answer", INQUIRY, post=only(*TWO, then=302, hidden=True), data=TEXT),
    Row(
        "inquiry-answer",
        OTHERS_INQUIRY,
        post=only("researcher", "lead", then=302, hidden=True),
        data=TEXT,
    ),
    Row(
        "inquiry-refusal",
        INQUIRY,
        get=only(*TWO, hidden=True),
        post=only(*TWO, then=302, hidden=True),
    ),
    Row("inquiry-return", INQUIRY, post=only(*TWO, then=302, hidden=True)),
    Row(
        "inquiry-reply",
        {"token": "reply_link.token"},
        get=EVERYBODY,
        post=everybody(302),
        data=TEXT,
    ),
    Row("inquiry-reply", {"token": "=forged"}, get={"*": 404}, post={"*": 404}, data=TEXT),
    # Who wrote it does not report it.
    Row(
        "report-new",
        {"subject": "message.subject"},
        get=only("staff", hidden=True, visitor=404),
        post=only("staff", then=302, hidden=True, visitor=404),
        data={"kind": "hurtful", "why": "It is rude."},
    ),
    Row("report-new", {"subject": "=message:999999"}, get={"*": 404}, post={"*": 404}),
    Row(
        "city-people",
        {"slug": "malmo.slug"},
        get={"visitor": SIGN_IN, "coordinator": 200, "admin": 200, "*": 403},
    ),
]
