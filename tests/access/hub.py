from tests.access import EVERYBODY, SIGN_IN, Row, everybody, only, signed_in

INVITATION = {"token": "invitation.token"}
FOREIGN_INVITATION = {"token": "invitation_mallory.token"}
MAIL = {"name": "=20270101T000000000000-1.eml"}
NOT_HERE = {"visitor": SIGN_IN, "*": 404}
SETTINGS = {
    "name": "Somebody",
    "language": "sv",
    "time_zone": "Europe/Athens",
    "theme": "dark",
}
MAILING = {"mail_notes": "daily", "digest_hour": "7", "digest_weekday": "1", "kind-lab": "at-once"}

ROWS = [
    Row("home", get=EVERYBODY),
    Row("healthz", get=EVERYBODY),
    Row("readyz", get=EVERYBODY),
    Row("metrics", get={"admin": 200, "*": 403}),
    Row("search", get=EVERYBODY),
    Row("search", query="?q=Lund", get=EVERYBODY),
    Row("search", query="?q=Kanariefågel", get=EVERYBODY),
    Row("feeds", get=EVERYBODY),
    Row("accessibility", get=EVERYBODY),
    Row("privacy", get=EVERYBODY),
    Row("source", get=EVERYBODY),
    # The page of components is the admin's, outside development.
    Row("face", get=only("admin", hidden=True, visitor=404)),
    Row("settings", get=signed_in(), post=signed_in(302), data=SETTINGS),
    Row("second-factor", get=signed_in()),
    Row("set-language", post=everybody(303), data={"language": "sv", "next": "/"}),
    Row("set-theme", post=everybody(303), data={"theme": "dark", "next": "/"}),
    Row("invitation", INVITATION, get={"visitor": 200, "*": 403}),
    Row("invitation", FOREIGN_INVITATION, get={"visitor": 200, "foreign": 200, "*": 403}),
    Row("invitation-acceptance", INVITATION, post={"visitor": SIGN_IN, "*": 403}),
    Row(
        "invitation-acceptance",
        FOREIGN_INVITATION,
        post={"visitor": SIGN_IN, "foreign": 302, "*": 403},
    ),
    Row(
        "invitation-account",
        INVITATION,
        post={"visitor": 302, "*": 403},
        data={"name": "Nina", "password": "three calm herons", "language": "en"},
    ),
    # An address that has an account signs in instead.
    Row(
        "invitation-account",
        FOREIGN_INVITATION,
        post={"visitor": 422, "foreign": 302, "*": 403},
        data={"name": "Nina", "password": "three calm herons", "language": "en"},
    ),
    Row("inbox", get=signed_in()),
    Row("inbox-reading", post=signed_in(303), data=lambda w: {"note": w["note"].pk}),
    Row("mail-settings", get=signed_in(), post=signed_in(302), data=MAILING),
    Row("mail-kind", post=signed_in(303), data={"kind": "lab.reminder"}),
    Row(
        "following",
        get=signed_in(),
        post=signed_in(303),
        data=lambda w: {"subject": w["malmo"].subject, "wish": "follow"},
    ),
    # Only one's own following has a rhythm.
    Row(
        "follow-rhythm",
        post={"visitor": SIGN_IN, "staff": 303, "*": 404},
        data=lambda w: {"subject": w["lund"].subject, "rhythm": "weekly"},
    ),
    Row("follow-button", {"subject": "lund.subject"}, get=signed_in(302)),
    # About something that no room lets anybody decide.
    Row(
        "delivery-decision",
        {"pk": "delivery_failed.pk"},
        post=NOT_HERE,
        data={"decision": "again"},
    ),
    Row(
        "unsubscribe",
        {"token": "unsubscribing.token"},
        get=EVERYBODY,
        post=everybody(302),
        once="A mail program may repeat it without a key (RFC 8058); it changes nothing more.",
    ),
    Row("desk", get=only("coordinator", "admin")),
    # Only a sample hub keeps mails to read (tests/hub/test_mails.py).
    Row("mail-list", get=NOT_HERE),
    Row("mail", MAIL, get=NOT_HERE),
    Row("mail-html", MAIL, get=NOT_HERE),
]
