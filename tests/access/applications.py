from tests.access import SIGN_IN, Row, only
from tests.worlds import World

OPEN = {"slug": "call_open.slug"}
CLOSED = {"slug": "call_closed.slug"}
DRAFTED = OPEN | {"city": "lund.slug"}
SENT = OPEN | {"city": "leuven.slug"}
MORE = CLOSED | {"city": "lund.slug"}
OWN = ("lead", "staff")
#: Who reads one that was sent in, besides its city.
RUN = ("coordinator", "admin")


def profile(world: World) -> dict[str, str]:
    return {"version": str(world["application_draft"].version), "offers": "Heat"}


def answers(world: World) -> dict[str, str]:
    question = world["application_draft"].call.scheme.questions.get()
    return {"answer-challenge": "Cold houses", f"version-{question.code}": "1"}


def hidden(*roles: str, then: int = 200, forbidden: tuple[str, ...] = ()) -> dict[str, int | str]:
    found: dict[str, int | str] = {"visitor": SIGN_IN, "*": 404}
    return found | dict.fromkeys(forbidden, 403) | dict.fromkeys(roles, then)


#: May see it, and is not its city.
READ = {"forbidden": RUN}

ROWS = [
    Row(
        "application-list",
        OPEN,
        get=only(*RUN),
        post={"visitor": SIGN_IN, "lead": 302, "staff": 302, "*": 403},
        data={"city": "lund"},
    ),
    Row("application-list", {"slug": "call_draft.slug"}, get=hidden(*RUN)),
    Row("application", DRAFTED, get=hidden(*OWN)),
    Row("application", SENT, get=hidden("foreign", *RUN)),
    Row("application", MORE, get=hidden(*OWN, *RUN)),
    Row(
        "application-profile",
        DRAFTED,
        get=hidden(*OWN),
        post=hidden(*OWN, then=302),
        data=profile,
    ),
    Row("application-profile", SENT, get=hidden("foreign", then=302, forbidden=RUN)),
    Row("application-profile", MORE, get=hidden(*OWN, forbidden=RUN)),
    Row(
        "application-answers",
        DRAFTED,
        get=hidden(*OWN),
        post=hidden(*OWN, then=302),
        data=answers,
        once="each answer has a version",
    ),
    # It was not among what was reopened.
    Row("application-answers", MORE, get=hidden(*OWN, then=302, forbidden=RUN)),
    Row(
        "application-files",
        DRAFTED,
        get=hidden(*OWN),
        post=hidden(*OWN, then=422),
        data={"title": "Letter"},
    ),
    Row("application-file", DRAFTED | {"pk": "application_file.pk"}, get=hidden(*OWN)),
    Row("application-file", SENT | {"pk": "application_file.pk"}, get=hidden()),
    Row(
        "application-file-removal",
        DRAFTED | {"pk": "application_file.pk"},
        post=hidden(*OWN, then=302),
    ),
    Row("application-submission", DRAFTED, post=hidden(*OWN, then=302)),
    Row("application-submission", SENT, post=hidden("foreign", then=302, forbidden=RUN)),
    Row("application-return", SENT, post=hidden("foreign", then=302, forbidden=RUN)),
    Row(
        "application-withdrawal",
        SENT,
        get=hidden("foreign", forbidden=RUN),
        post=hidden("foreign", then=302, forbidden=RUN),
        data={"reason": "The council said no"},
    ),
    Row(
        "application-screening",
        SENT,
        post=hidden(*RUN, then=302, forbidden=("foreign",)),
        data={"verdict": "pass", "reason": "Fits"},
    ),
    Row(
        "application-screening",
        DRAFTED,
        post=hidden(forbidden=OWN),
        data={"verdict": "pass", "reason": "Fits"},
    ),
]
