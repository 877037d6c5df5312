from labs import door
from tests.access import EVERYBODY, SIGN_IN, Row, everybody, only, signed_in
from tests.labs.conftest import form_data
from tests.worlds import World

TEAM = ("coordinator", "lead", "researcher")
DRAFT = {"slug": "lab_draft.slug"}
PUBLIC = {"slug": "lab_public.slug"}
TEAM_LAB = {"slug": "lab_team.slug"}


def _new(world: World) -> dict[str, object]:
    return form_data(programme=world["syd"].pk)


def _edited(world: World) -> dict[str, object]:
    return form_data(version=world["lab_draft"].version)


def _at_the_door(world: World) -> dict[str, object]:
    return {"code": door.code_of(world["lab_begun"])}


def _ticked_off(world: World) -> dict[str, object]:
    return {"registration": world["here"].pk, "came": "onsite"}


BEGUN = {"slug": "lab_begun.slug"}

ROWS = [
    Row("lab-list", get=EVERYBODY),
    Row("lab-list", query="?when=drafts", get=EVERYBODY),
    Row("lab-feed", get=EVERYBODY),
    Row("lab-own-calendar", get=signed_in()),
    Row("lab-calendar-address", get=signed_in(302), post=signed_in(302)),
    Row("lab-calendar-address-removal", get=signed_in(302), post=signed_in(302)),
    Row("lab-private-feed", {"token": "calendar_mallory.token"}, get=EVERYBODY),
    Row("lab-private-feed", {"token": "=forged"}, get=everybody(404)),
    Row("lab-clashes", get=only("coordinator")),
    Row("lab-clashes", query="?date=2027-03-26&time_zone=UTC", get=only("coordinator")),
    Row("lab-new", get=only("coordinator"), post=only("coordinator", then=302), data=_new),
    Row("lab", PUBLIC, get=EVERYBODY),
    Row(
        "lab",
        {"slug": "lab_programme.slug"},
        get=only(*TEAM, "staff", hidden=True, visitor=404),
    ),
    Row("lab", TEAM_LAB, get=only(*TEAM, hidden=True, visitor=404)),
    Row("lab", DRAFT, get=only("coordinator", hidden=True, visitor=404)),
    Row("lab-calendar", PUBLIC, get=EVERYBODY),
    Row("lab-calendar", TEAM_LAB, get=only(*TEAM, hidden=True, visitor=404)),
    Row("lab-calendar", DRAFT, get=everybody(404)),
    Row("lab-edit", PUBLIC, get=only("coordinator")),
    Row(
        "lab-edit",
        DRAFT,
        get=only("coordinator", hidden=True),
        post=only("coordinator", then=302, hidden=True),
        data=_edited,
    ),
    Row(
        "lab-publication",
        DRAFT,
        get=only("coordinator", hidden=True),
        post=only("coordinator", then=302, hidden=True),
    ),
    Row(
        "lab-cancellation",
        PUBLIC,
        get=only("coordinator"),
        post=only("coordinator", then=302),
        data={"reason": "Snow"},
    ),
    Row(
        "lab-held",
        {"slug": "lab_begun.slug"},
        get=only("coordinator"),
        post=only("coordinator", then=302),
    ),
    Row("lab-attendance", PUBLIC, get=signed_in()),
    Row("lab-attendance", TEAM_LAB, get=only(*TEAM, hidden=True)),
    Row(
        "lab-attendance",
        BEGUN,
        get=signed_in(),
        post={"visitor": SIGN_IN, "staff": 302, "*": 422},
        data=_at_the_door,
    ),
    Row("lab-attendance-list", DRAFT, get=only("coordinator", hidden=True)),
    Row(
        "lab-attendance-list",
        BEGUN,
        get=only("coordinator"),
        post=only("coordinator", then=302),
        data=_ticked_off,
    ),
    Row("lab-door", PUBLIC, get=only("coordinator")),
    Row("lab-door", DRAFT, get=only("coordinator", hidden=True)),
    Row("lab-reminders", PUBLIC, get=only("coordinator")),
    Row("lab-reminders", DRAFT, get=only("coordinator", hidden=True)),
    Row("lab-people", PUBLIC, get=only("coordinator")),
    Row("lab-people", DRAFT, get=only("coordinator", hidden=True)),
    Row("lab-messages", PUBLIC, get=only("coordinator")),
    Row("lab-messages", DRAFT, get=only("coordinator", hidden=True)),
    Row(
        "lab-registration",
        PUBLIC,
        get=signed_in(302),
        post=signed_in(302),
        data={"mode": "onsite"},
    ),
    Row(
        "lab-registration",
        TEAM_LAB,
        get=only(*TEAM, then=302, hidden=True),
        post=only(*TEAM, then=302, hidden=True),
        data={"mode": "onsite"},
    ),
    Row("lab-registration-cancellation", PUBLIC, get=signed_in(302), post=signed_in(302)),
    Row(
        "lab-registration-cancellation",
        TEAM_LAB,
        get=only(*TEAM, then=302, hidden=True),
        post=only(*TEAM, then=302, hidden=True),
    ),
    Row(
        "lab-answer",
        {"token": "lab_answer.token"},
        get=EVERYBODY,
        post=everybody(302),
        data={"mode": "online"},
    ),
    Row("lab-answer", {"token": "=forged"}, get=everybody(404), post=everybody(404)),
]
