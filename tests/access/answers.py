from tests.access import SIGN_IN, Row, only, signed_in

SEEKS = {"slug": "lund.slug", "pk": "wish_seeks.pk"}
GIVEN = SEEKS | {"answer": "answer_public.pk"}
HIDDEN = SEEKS | {"answer": "answer_programme.pk"}
DRAFT = SEEKS | {"answer": "answer_draft.pk"}

OWN = ("lead", "staff", "admin")
SEEN = ("lead", "staff", "coordinator", "researcher")

ROWS = [
    Row(
        "answer-new",
        SEEKS,
        get=signed_in(),
        post=signed_in(302),
        data={"action": "answer", "text": "We rented two.", "article": "", "q": ""},
    ),
    # An offer and what is closed are not answered.
    Row(
        "answer-new",
        {"slug": "lund.slug", "pk": "wish_offers.pk"},
        get=signed_in(403),
        post=signed_in(403),
    ),
    Row(
        "answer-new",
        {"slug": "lund.slug", "pk": "wish_closed.pk"},
        get=signed_in(403),
        post=signed_in(403),
    ),
    Row("answer-verdict", GIVEN, post=only(*OWN, then=302), data={"verdict": "helped"}),
    Row(
        "answer-verdict",
        HIDDEN,
        post=only(*SEEN, then=403, hidden=True) | {"lead": 302, "staff": 302},
        data={"verdict": "other"},
    ),
    Row("answer-verdict", DRAFT, post={"visitor": SIGN_IN, "*": 404}, data={"verdict": "other"}),
    # Whoever gave it, and the city that it stands with.
    Row("answer-removal", GIVEN, get=only(*OWN, "foreign"), post=only(*OWN, "foreign", then=302)),
    Row(
        "answer-removal",
        HIDDEN,
        get=only(*SEEN, hidden=True) | {"researcher": 403},
        post=only(*SEEN, then=302, hidden=True) | {"researcher": 403},
    ),
]
