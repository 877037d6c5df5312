"""The rows of cities.people."""

from tests.access import Row, only, signed_in

LUND = {"slug": "lund.slug"}
UNIVERSITY = {"slug": "university.slug"}
SYD = {"slug": "syd.slug"}
MEMBERSHIP = {"pk": "membership.pk"}
INVITATION = {"pk": "invitation.pk"}
KEEPERS = ("lead", "coordinator", "admin")
COORDINATORS = ("coordinator", "admin")


def asked(role: str) -> dict[str, str]:
    return {"email": "nora@example.org", "role": role, "language": "sv"}


def of_bob(then: int = 200) -> dict[str, int | str]:
    """Staff see who is there, and who keeps them; others find nothing."""
    return only(*KEEPERS, then=then, hidden=True) | {"staff": 403}


ROWS = [
    Row("city-people", LUND, get=only("staff", *KEEPERS)),
    Row("city-people", {"slug": "leuven.slug"}, get=only("foreign", "admin")),
    Row(
        "city-invite",
        LUND,
        get=only(*KEEPERS),
        post=only(*KEEPERS, then=302),
        data=asked("staff"),
    ),
    Row("city-invite", {"slug": "leuven.slug"}, post=only("admin", then=302), data=asked("lead")),
    Row("organisation-people", UNIVERSITY, get=only("researcher", *COORDINATORS)),
    Row(
        "organisation-invite",
        UNIVERSITY,
        get=only(*COORDINATORS),
        post=only(*COORDINATORS, then=302),
        data=asked("researcher"),
    ),
    Row("programme-people", SYD, get=only("lead", "staff", "researcher", *COORDINATORS)),
    # Alice and Rita review for that programme.
    Row(
        "programme-people",
        {"slug": "twinning.slug"},
        get=only("lead", "researcher", "foreign", "admin"),
    ),
    Row(
        "programme-invite",
        SYD,
        get=only(*COORDINATORS),
        post=only(*COORDINATORS, then=302),
        data=asked("reviewer"),
    ),
    Row("own-rights", get=signed_in()),
    Row("city-rights", LUND, get=only(*KEEPERS)),
    Row("organisation-rights", UNIVERSITY, get=only(*COORDINATORS)),
    Row("programme-rights", SYD, get=only(*COORDINATORS)),
    Row("membership-role", MEMBERSHIP, get=of_bob(), post=of_bob(302), data={"role": "lead"}),
    Row("membership-ending", MEMBERSHIP, get=of_bob(), post=of_bob(302)),
    Row("invitation-resending", INVITATION, post=only(*KEEPERS, then=302, hidden=True)),
    Row(
        "invitation-revocation",
        INVITATION,
        get=only(*KEEPERS, hidden=True),
        post=only(*KEEPERS, then=302, hidden=True),
    ),
]
