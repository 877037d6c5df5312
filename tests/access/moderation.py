from tests.access import EVERYBODY, SIGN_IN, Row, only

OPEN = {"pk": "report_open.pk"}
HIDDEN = {"pk": "report_programme.pk"}
UPHELD = {"pk": "report_upheld.pk"}
APPEALED = {"pk": "report_appealed.pk"}
WHY = {"kind": "false", "why": "It was ten machines."}
DECISION = {"decision": "stays", "reason": "We have looked."}
PROGRAMME = ("lead", "staff", "coordinator", "researcher")

ROWS = [
    Row("report-list", get=only("coordinator", "admin", "lead")),
    Row("report-list", query="?state=all&page=1", get=only("coordinator", "admin", "lead")),
    Row(
        "report-new",
        {"subject": "article_public.subject"},
        get=EVERYBODY,
        post={"*": 302},
        data=WHY,
    ),
    Row(
        "report-new",
        {"subject": "comment_public.subject"},
        get=EVERYBODY,
        post={"*": 302},
        data=WHY,
    ),
    Row(
        "report-new",
        {"subject": "article_programme.subject"},
        get=only(*PROGRAMME, hidden=True, visitor=404),
        post=only(*PROGRAMME, then=302, hidden=True, visitor=404),
        data=WHY,
    ),
    Row("report-new", {"subject": "article_draft.subject"}, get={"*": 404}, post={"*": 404}),
    *[
        Row("report-new", {"subject": f"{named}.subject"}, get=EVERYBODY, post={"*": 302}, data=WHY)
        for named in ("wish_seeks", "answer_public", "lab_public")
    ],
    Row(
        "report-new",
        {"subject": "lab_team.subject"},
        get=only("lead", "coordinator", "researcher", hidden=True, visitor=404),
        post=only("lead", "coordinator", "researcher", then=302, hidden=True, visitor=404),
        data=WHY,
    ),
    *[
        Row("report-new", {"subject": f"{named}.subject"}, get={"*": 404}, post={"*": 404})
        for named in ("wish_removed", "answer_removed", "lab_removed", "lab_draft")
    ],
    Row(
        "wish",
        {"slug": "lund.slug", "pk": "wish_removed.pk"},
        get=only("lead", "staff", "admin", hidden=True, visitor=404),
    ),
    Row(
        "lab",
        {"slug": "lab_removed.slug"},
        get=only("coordinator", "researcher", "admin", hidden=True, visitor=404),
    ),
    Row("report-new", {"subject": "=city:1"}, get={"*": 404}, post={"*": 404}),
    Row("report-new", {"subject": "=x"}, get={"*": 404}, post={"*": 404}),
    # Mallory reported it; the coordinator and the admin decide.
    Row("report", OPEN, get=only("coordinator", "admin", "foreign", hidden=True)),
    Row("report", HIDDEN, get=only("coordinator", "admin", "researcher", hidden=True)),
    # Bob wrote it, and learns why it was taken down.
    Row("report", UPHELD, get=only("coordinator", "admin", "foreign", "staff", hidden=True)),
    Row(
        "report-decision",
        OPEN,
        post=only("coordinator", "admin", then=302, hidden=True) | {"foreign": 403},
        data=DECISION,
    ),
    Row(
        "report-appeal",
        UPHELD,
        post={
            "visitor": SIGN_IN,
            "staff": 302,
            "foreign": 403,
            "coordinator": 403,
            "admin": 403,
            "*": 404,
        },
        data={"appeal": "It is true."},
    ),
    Row(
        "appeal-decision",
        APPEALED,
        post={
            "visitor": SIGN_IN,
            "coordinator": 302,
            "admin": 302,
            "staff": 403,
            "foreign": 403,
            "*": 404,
        },
        data=DECISION,
    ),
]
