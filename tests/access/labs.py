from labs import door
from tests.access import EVERYBODY, SIGN_IN, Row, everybody, only, signed_in
from tests.labs.conftest import form_data
from tests.worlds import World

TEAM = ("coordinator", "lead", "researcher")
DRAFT = {"slug": "lab_draft.slug"}
PUBLIC = {"slug": "lab_public.slug"}
TEAM_LAB = {"slug": "lab_team.slug"}
ASKED = {"slug": "lab_asked.slug"}
OFFERED = {"slug": "lab_offered.slug"}
PAST = {"slug": "lab_past.slug"}
PAST_TEAM = {"slug": "lab_past_team.slug"}
WRITING = {"slug": "lab_writing.slug"}
DECISION = {"kind": "decision", "text": "One tariff for all"}


def _new(world: World) -> dict[str, object]:
    return form_data(programme=world["syd"].pk)


def _edited(world: World) -> dict[str, object]:
    return form_data(version=world["lab_draft"].version)


def _noted(world: World) -> dict[str, object]:
    point = world["minutes_lab_writing"].points.get(position=1)
    return {
        f"notes-{point.pk}": "Heard and seen",
        f"version-{point.pk}": point.version,
        f"mark-{point.pk}": point.standing.mark,
    }


def _added(world: World) -> dict[str, object]:
    return {"point": world["minutes_lab_past"].points.get(position=1).pk, "text": "And this"}


def _reassigned(world: World) -> dict[str, object]:
    follow_up = world["follow_up"]
    return {
        "owner": f"city:{world['lund'].pk}",
        "due_on": follow_up.due_on.isoformat(),
        "version": follow_up.version,
    }


def _at_the_door(world: World) -> dict[str, object]:
    return {"code": door.code_of(world["lab_begun"])}


def _ticked_off(world: World) -> dict[str, object]:
    return {"registration": world["here"].pk, "came": "onsite"}


BEGUN = {"slug": "lab_begun.slug"}

CAME = {"slug": "lab_came.slug"}
EXCHANGE = {"slug": "lab_exchange.slug"}
EXCHANGE_DRAFT = {"slug": "lab_exchange_draft.slug"}
GROUP = ("lead", "staff", "foreign")


ROWS = [
    Row(
        "lab-new",
        query="?group=leuven-lund",
        get=only("lead"),
        post=only("lead", then=302),
        data=form_data(kind="workshop", audience="group"),
    ),
    Row("lab-new", query="?group=nowhere", get=signed_in(404)),
    Row("lab-certificate", CAME, get=only("lead", hidden=True)),
    Row("lab-certificate", PUBLIC, get=signed_in(404)),
    Row(
        "lab-certificate-of",
        {**CAME, "pk": "came.pk"},
        get={"visitor": SIGN_IN, "coordinator": 200, "lead": 403, "*": 404},
    ),
    # No mail service shares a secret with this hub.
    Row("lab-replies", post=everybody(404)),
    Row("lab", EXCHANGE, get=only(*GROUP, hidden=True, visitor=404)),
    Row("lab", EXCHANGE_DRAFT, get=only("lead", hidden=True, visitor=404)),
    Row("lab-calendar", EXCHANGE, get=only(*GROUP, hidden=True, visitor=404)),
    Row(
        "lab-edit",
        EXCHANGE_DRAFT,
        get=only("lead", hidden=True),
        post=only("lead", then=302, hidden=True),
        data=lambda world: form_data(
            kind="workshop", audience="group", version=world["lab_exchange_draft"].version
        ),
    ),
    Row(
        "lab-publication",
        EXCHANGE_DRAFT,
        get=only("lead", hidden=True),
        post=only("lead", then=302, hidden=True),
    ),
    Row(
        "lab-registration",
        EXCHANGE,
        get=only(*GROUP, then=302, hidden=True),
        post=only(*GROUP, then=302, hidden=True),
        data={"mode": "onsite"},
    ),
    Row("lab-list", get=EVERYBODY),
    Row("lab-list", query="?when=drafts", get=EVERYBODY),
    Row("lab-feed", get=EVERYBODY),
    Row("lab-own-calendar", get=signed_in()),
    Row("lab-calendar-address", get=signed_in(302), post=signed_in(302)),
    Row("lab-calendar-address-removal", get=signed_in(302), post=signed_in(302)),
    Row("lab-private-feed", {"token": "calendar_mallory.token"}, get=EVERYBODY),
    Row("lab-private-feed", {"token": "=forged"}, get=everybody(404)),
    Row("lab-clashes", get=only("coordinator", "lead")),
    Row("lab-clashes", query="?date=2027-03-26&time_zone=UTC", get=only("coordinator", "lead")),
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
    Row(
        "lab-registration-cancellation",
        PUBLIC,
        # Those who have a seat are asked first.
        get={**signed_in(302), "lead": 200, "researcher": 200},
        post=signed_in(302),
    ),
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
    Row("lab-approvals", PUBLIC, get=only("coordinator", then=302)),
    Row(
        "lab-approvals",
        ASKED,
        get=only("coordinator", then=302),
        post=only("coordinator", then=302),
        data={"answer": "approve", "everybody": "on"},
    ),
    # Two of them: asked once more, and nothing is written.
    Row(
        "lab-approvals",
        ASKED,
        get=only("coordinator", then=302),
        post=only("coordinator"),
        data={"answer": "refuse", "everybody": "on", "reason": "Too many"},
    ),
    Row("lab-approvals", DRAFT, get=only("coordinator", then=302, hidden=True)),
    Row("lab-registration-offer", OFFERED, get=signed_in(302), post=signed_in(302)),
    Row(
        "lab-registration-offer",
        TEAM_LAB,
        get=only(*TEAM, then=302, hidden=True),
        post=only(*TEAM, then=302, hidden=True),
    ),
    Row(
        "lab-materials",
        PUBLIC,
        get=only("coordinator"),
        post=only("coordinator", then=302),
        data={"title": "Slides", "link": "https://example.org/slides"},
    ),
    Row("lab-materials", DRAFT, get=only("coordinator", hidden=True)),
    Row(
        "lab-material",
        {**PUBLIC, "pk": "material.pk"},
        get=only("coordinator"),
        post=only("coordinator", then=302),
        data={"title": "Slides, mended"},
    ),
    Row("lab-material", {**DRAFT, "pk": "material.pk"}, get=signed_in(404)),
    Row(
        "lab-material-removal",
        {**PUBLIC, "pk": "material.pk"},
        get=only("coordinator"),
        post=only("coordinator", then=302),
    ),
    Row("lab-material-file", {**PUBLIC, "pk": "material.pk"}, get=EVERYBODY),
    Row(
        "lab-material-file",
        {**PUBLIC, "pk": "material_seats.pk"},
        get={"coordinator": 200, "lead": 200, "researcher": 200, "*": 404},
    ),
    Row(
        "lab-material-file",
        {**TEAM_LAB, "pk": "material_team.pk"},
        get=only(*TEAM, hidden=True, visitor=404),
    ),
    Row("lab-material-file", {**PUBLIC, "pk": "material_team.pk"}, get=everybody(404)),
    Row("lab-minutes", PAST, get=EVERYBODY),
    Row(
        "lab-minutes",
        {"slug": "lab_begun.slug"},
        get=only(*TEAM, hidden=True, visitor=404),
        post=only(*TEAM, then=302, visitor=403),
    ),
    Row("lab-minutes", WRITING, get=only(*TEAM, hidden=True, visitor=404)),
    Row("lab-minutes", PAST_TEAM, get=only(*TEAM, hidden=True, visitor=404)),
    Row(
        "lab-minutes-edit",
        WRITING,
        get=only(*TEAM),
        post=only(*TEAM, then=302),
        data=_noted,
    ),
    Row("lab-minutes-edit", PAST_TEAM, get=only(*TEAM, then=302, hidden=True)),
    Row(
        "lab-minutes-publication",
        WRITING,
        get=only("coordinator"),
        post=only("coordinator", then=302),
    ),
    Row(
        "lab-minutes-additions",
        PAST,
        get=only(*TEAM),
        post=only(*TEAM, then=302),
        data=_added,
    ),
    Row(
        "lab-outcomes",
        WRITING,
        get=only(*TEAM),
        post=only(*TEAM, then=302),
        data=DECISION,
    ),
    Row("lab-outcomes", PAST_TEAM, get=only(*TEAM, hidden=True)),
    Row(
        "lab-outcome",
        {**WRITING, "pk": "outcome_unpublished.pk"},
        get=only(*TEAM),
        post=only(*TEAM, then=302),
        data={**DECISION, "version": 1},
    ),
    Row("follow-ups", get=signed_in()),
    Row("follow-ups", query="?state=late", get=signed_in()),
    Row("follow-up", {"pk": "follow_up.pk"}, get=signed_in()),
    Row("follow-up", {"pk": "follow_up_team.pk"}, get=only(*TEAM, hidden=True)),
    Row("follow-up", {"pk": "outcome_unpublished.pk"}, get=signed_in(404)),
    Row(
        "follow-up-settling",
        {"pk": "follow_up.pk"},
        post=only("staff", "coordinator", then=302),
    ),
    Row(
        "follow-up-settling",
        {"pk": "follow_up_team.pk"},
        post={
            "visitor": SIGN_IN,
            "researcher": 302,
            "coordinator": 302,
            "lead": 403,
            "*": 404,
        },
    ),
    Row(
        "follow-up-owner",
        {"pk": "follow_up.pk"},
        get=only("staff", "lead", "coordinator"),
        post=only("staff", "lead", "coordinator", then=302),
        data=_reassigned,
    ),
    Row(
        "follow-up-owner",
        {"pk": "follow_up_team.pk"},
        get={
            "visitor": SIGN_IN,
            "coordinator": 200,
            "researcher": 403,
            "lead": 403,
            "*": 404,
        },
    ),
    Row(
        "follow-up-answer",
        {"token": "follow_up_answer.token"},
        get=EVERYBODY,
        post=everybody(302),
    ),
    Row("follow-up-answer", {"token": "=forged"}, get=everybody(404), post=everybody(404)),
    Row("term", {"slug": "syd.slug"}, get=only(*TEAM, "staff")),
    Row("term", {"slug": "syd.slug"}, query="?year=1999", get=only(*TEAM, "staff", then=404)),
    Row(
        "lab-feedback",
        {"slug": "lab_held.slug"},
        get=only("lead", "researcher", "coordinator"),
        post=only("lead", "researcher", then=302),
        data={"usefulness": "4"},
    ),
    Row(
        "lab-feedback-by-link",
        {"slug": "lab_held.slug", "token": "feedback_link.token"},
        get=EVERYBODY,
        post=everybody(302),
        data={"usefulness": "4", "is_anonymous": "on"},
    ),
    Row(
        "lab-feedback-by-link",
        {"slug": "lab_held.slug", "token": "=forged"},
        get=everybody(404),
        post=everybody(404),
    ),
]
