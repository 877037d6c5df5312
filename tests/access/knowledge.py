from typing import Any

from tests.access import EVERYBODY, SIGN_IN, Row, only, signed_in
from tests.knowledge.making import form
from tests.worlds import World

PUBLIC = {"slug": "article_public.slug"}
PROGRAMME = {"slug": "article_programme.slug"}
DRAFT = {"slug": "article_draft.slug"}
PRIVATE = {"slug": "article_private.slug"}
NOTE = PUBLIC | {"pk": "note_public.pk"}
HIDDEN_NOTE = PROGRAMME | {"pk": "note_programme.pk"}
COMMENT = PUBLIC | {"pk": "comment_public.pk"}
KEY = {"key": "=6f0c2f6e-7d5b-4a55-9a53-0a4b8f1d2c3e"}
WRITERS = {"visitor": SIGN_IN, "lead": 200, "staff": 200, "foreign": 200, "*": 403}
EDITORS = ("lead", "staff", "coordinator")


def in_programme(then: int = 200) -> dict[str, Any]:
    return only("lead", "staff", "coordinator", "researcher", then=then, hidden=True, visitor=404)


def edited(world: World) -> dict[str, Any]:
    return form(base=str(world["article_public"].newest_number), title="Changed")


def writers(then: int) -> dict[str, Any]:
    return {role: then if status == 200 else status for role, status in WRITERS.items()}


def without_key(**changes: Any) -> dict[str, Any]:
    data = form(**changes)
    del data["_key"]
    return data


ROWS = [
    Row("article-list", get=EVERYBODY),
    Row("article-list", query="?kind=experience&city=lund&page=1", get=EVERYBODY),
    Row("knowledge-feed", get=EVERYBODY),
    Row(
        "article-new",
        get=WRITERS | {"coordinator": 200},
        post={"visitor": SIGN_IN, "lead": 302, "staff": 302, "foreign": 422, "*": 403},
        data=lambda _world: without_key(),
    ),
    Row(
        "article-preview",
        post=WRITERS | {"coordinator": 200},
        data=lambda _world: without_key(),
    ),
    Row("article-draft", KEY, post=writers(204), data=lambda _world: without_key()),
    Row(
        "article-draft-image",
        KEY,
        post=writers(422),
        data=lambda _world: without_key(section="tried"),
    ),
    Row(
        "article-draft-remove",
        {"key": "draft.key"},
        post=only("staff", then=302, hidden=True),
    ),
    Row("article", PUBLIC, get=EVERYBODY),
    Row("article", PROGRAMME, get=in_programme()),
    Row("article", DRAFT, get=only(*EDITORS, hidden=True, visitor=404)),
    Row("article", PRIVATE, get=only("staff", hidden=True, visitor=404)),
    Row("article-edit", PUBLIC, get=only(*EDITORS), post=only(*EDITORS, then=302), data=edited),
    Row("article-edit", PRIVATE, get=only("staff", hidden=True)),
    Row("article-edit", DRAFT, get=only(*EDITORS, hidden=True)),
    Row(
        "article-archive",
        PUBLIC,
        get=only(*EDITORS),
        post=only(*EDITORS, then=302),
        data={"reason": "Replaced"},
    ),
    Row("article-return", PUBLIC, post=only(*EDITORS, then=302)),
    Row("article-versions", PUBLIC, get=EVERYBODY),
    Row("article-versions", PROGRAMME, get=in_programme()),
    Row("article-version", PUBLIC | {"number": "=1"}, get=EVERYBODY),
    Row("article-version", PROGRAMME | {"number": "=1"}, get=in_programme()),
    Row("article-compare", PUBLIC, get=EVERYBODY),
    Row("article-compare", PRIVATE, get=only("staff", hidden=True, visitor=404)),
    Row(
        "article-comments",
        PUBLIC,
        get=EVERYBODY,
        post=signed_in(302),
        data={"body": "How long did it take?"},
    ),
    Row(
        "article-comments",
        PROGRAMME,
        get=in_programme(),
        post=in_programme(302),
        data={"body": "And what did it cost?"},
    ),
    Row(
        "comment-edit",
        COMMENT,
        get=only("researcher"),
        post=only("researcher", then=302),
        data={"body": "How many weeks did it take?"},
    ),
    Row("comment-history", COMMENT, get=EVERYBODY),
    Row(
        "comment-remove",
        COMMENT,
        get=only("researcher", "coordinator", "admin"),
        post=only("researcher", "coordinator", "admin", then=302),
        data={"reason": "Said twice"},
    ),
    Row(
        "article-note-new",
        PUBLIC,
        query="?version=1&section=tried&paragraph=1",
        get=signed_in(),
        post=signed_in(302),
        data={"quote": "We rented two machines.", "body": "For how much?"},
    ),
    Row(
        "article-note-new",
        PROGRAMME,
        query="?version=1&section=tried&start=0&end=12",
        get=in_programme() | {"visitor": SIGN_IN},
        post=in_programme(302) | {"visitor": SIGN_IN},
        data={"quote": "Kanariefågel", "body": "Which one?"},
    ),
    Row("article-note", NOTE, get=signed_in()),
    Row("article-note", HIDDEN_NOTE, get=in_programme() | {"visitor": SIGN_IN}),
    Row(
        "article-note-resolution",
        NOTE,
        post=only("researcher", *EDITORS, then=302),
        data={"state": "resolved"},
    ),
    Row(
        "article-note-resolution",
        HIDDEN_NOTE,
        post=only("researcher", *EDITORS, then=302, hidden=True),
        data={"state": "resolved"},
    ),
    Row("file", {"pk": "file_public.pk"}, get=EVERYBODY),
    Row("file", {"pk": "file_private.pk"}, get=only("staff", hidden=True, visitor=404)),
    Row(
        "article-from-lab",
        {"slug": "lab_past.slug"},
        post=only("lead", "staff", "foreign", then=302),
        data={"kind": "experience"},
    ),
    Row(
        "article-from-lab",
        {"slug": "lab_past_team.slug"},
        post={
            "visitor": SIGN_IN,
            "lead": 302,
            "coordinator": 302,
            "researcher": 403,
            "*": 404,
        },
        data={"kind": "case-note"},
    ),
]
