from typing import Any

from tests.access import EVERYBODY, SIGN_IN, Row, only, signed_in
from tests.knowledge.making import form
from tests.knowledge.word_files import Resent, p, packed, parts
from tests.worlds import World

PUBLIC = {"slug": "article_public.slug"}
PROGRAMME = {"slug": "article_programme.slug"}
DRAFT = {"slug": "article_draft.slug"}
PRIVATE = {"slug": "article_private.slug"}
REVIEWED = {"slug": "article_reviewed.slug"}
REVIEW = REVIEWED | {"pk": "review_open.pk"}
CASE_NOTE = {"slug": "note_reviewed.slug"}
CASE_NOTE_REVIEW = CASE_NOTE | {"pk": "review_note.pk"}
BACK = {"slug": "review_back.article.slug", "pk": "review_back.pk"}
NOTE = PUBLIC | {"pk": "note_public.pk"}
HIDDEN_NOTE = PROGRAMME | {"pk": "note_programme.pk"}
TRANSLATED = {"slug": "article_translated.slug"}
TRANSLATION = {"slug": "translation_public.slug"}
HIDDEN_TRANSLATION = {"slug": "translation_programme.slug"}
DRAFT_TRANSLATION = {"slug": "translation_draft.slug"}
COMMENT = PUBLIC | {"pk": "comment_public.pk"}
REUSE = PUBLIC | {"pk": "reuse_public.pk"}
HIDDEN_REUSE = PROGRAMME | {"pk": "reuse_programme.pk"}
KEY = {"key": "=6f0c2f6e-7d5b-4a55-9a53-0a4b8f1d2c3e"}
WRITERS = {"visitor": SIGN_IN, "lead": 200, "staff": 200, "foreign": 200, "*": 403}
EDITORS = ("lead", "staff", "coordinator")


def in_programme(then: int = 200) -> dict[str, Any]:
    return only("lead", "staff", "coordinator", "researcher", then=then, hidden=True, visitor=404)


def in_programme_signed_in(then: int) -> dict[str, Any]:
    return in_programme(then) | {"visitor": SIGN_IN}


def decided_by(*roles: str, then: int = 302) -> dict[str, Any]:
    """Those who see it and may not are told so; others do not hear of it."""
    return {**only(*EDITORS, then=403, hidden=True), **dict.fromkeys(roles, then)}


def edited(world: World) -> dict[str, Any]:
    return form(base=str(world["article_public"].newest_number), title="Changed")


def retranslated(world: World) -> dict[str, Any]:
    return {"base": "2", "based_on": "2", "action": "publish", "title": "Sol", "tried": "Tre."}


def retold(world: World) -> dict[str, Any]:
    return {"stage": "reuse", "text": "It runs.", "city": "leuven", "version": "1"}


def a_word_file() -> Resent:
    return Resent("plan.docx", packed(parts(p("Words."))))


def writers(then: int) -> dict[str, Any]:
    return {role: then if status == 200 else status for role, status in WRITERS.items()}


def without_key(**changes: Any) -> dict[str, Any]:
    data = form(**changes)
    del data["_key"]
    return data


ROWS = [
    Row("article-transfer", PUBLIC, get=EVERYBODY),
    Row("article-transfer", PUBLIC, query="?city=leuven", get=EVERYBODY),
    Row("article-transfer", PUBLIC, query="?city=nowhere", get=EVERYBODY),
    Row("article-transfer", PROGRAMME, get=in_programme()),
    # Not before something of it is published.
    Row("article-transfer", DRAFT, get={"*": 404}),
    Row("article-transfer", CASE_NOTE, get={"*": 404}),
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
    Row(
        "article-draft",
        KEY,
        get={"visitor": SIGN_IN, "*": 404},
        post=writers(204),
        data=lambda _world: without_key(),
    ),
    Row(
        "article-import",
        get=WRITERS | {"coordinator": 200},
        post={
            "visitor": SIGN_IN,
            "lead": 302,
            "staff": 302,
            "foreign": 302,
            "coordinator": 302,
            "*": 403,
        },
        data=lambda _world: {"file": a_word_file(), "kind": "case-note", "language": "en"},
    ),
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
    Row("knowledge-flow", get=EVERYBODY),
    Row("knowledge-flow-csv", get=EVERYBODY),
    Row("knowledge-flow-prov", get=EVERYBODY),
    Row(
        "article-reuse",
        PUBLIC,
        get=EVERYBODY,
        post={"visitor": SIGN_IN, "foreign": 302, "*": 403},
        data=retold,
    ),
    Row("article-reuse", PROGRAMME, get=in_programme()),
    Row("article-reuse", DRAFT, get=only(hidden=True, visitor=404)),
    Row("reuse-answer", REUSE, post=only("lead", "staff", then=302), data={"answer": "confirmed"}),
    Row(
        "reuse-answer",
        HIDDEN_REUSE,
        post=only("lead", "staff", then=302, hidden=True) | {"coordinator": 403, "researcher": 403},
        data={"answer": "unknown"},
    ),
    Row("reuse-removal", REUSE, get=only("foreign"), post=only("foreign", then=302)),
    Row(
        "reuse-removal",
        HIDDEN_REUSE,
        get=in_programme(403) | {"visitor": SIGN_IN},
    ),
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
    Row("article-bibtex", PUBLIC | {"number": "=1"}, get=EVERYBODY),
    Row("article-bibtex", PROGRAMME | {"number": "=1"}, get=in_programme()),
    Row("article-bibtex", REVIEWED | {"number": "=2"}, get={"*": 404}),
    Row("article-ris", PUBLIC | {"number": "=1"}, get=EVERYBODY),
    Row("article-ris", PROGRAMME | {"number": "=1"}, get=in_programme()),
    Row("article-ris", REVIEWED | {"number": "=2"}, get={"*": 404}),
    Row(
        "article-restore",
        REVIEWED | {"number": "=1"},
        get=only(*EDITORS),
        post=only(*EDITORS, then=302),
        data={"base": "2", "change": "Version 1 again"},
    ),
    Row("article-restore", PRIVATE | {"number": "=1"}, get=only("staff", then=302, hidden=True)),
    Row("article-read", PUBLIC, post=signed_in(302), data={"number": "1"}),
    Row("article-read", PROGRAMME, post=in_programme_signed_in(302), data={"number": "1"}),
    Row("article-read", REVIEWED, post={"visitor": SIGN_IN, "*": 404}, data={"number": "2"}),
    Row("article-compare", PUBLIC, get=EVERYBODY),
    Row("article-compare", PRIVATE, get=only("staff", hidden=True, visitor=404)),
    Row("article", REVIEWED, get=EVERYBODY),
    Row("article", CASE_NOTE, get=only(*EDITORS, hidden=True, visitor=404)),
    Row("article-versions", REVIEWED, get=EVERYBODY),
    Row("article-version", REVIEWED | {"number": "=1"}, get=EVERYBODY),
    Row(
        "article-version",
        REVIEWED | {"number": "=2"},
        get=only(*EDITORS, hidden=True, visitor=404),
    ),
    Row("article-compare", REVIEWED, get=EVERYBODY),
    Row(
        "article-compare",
        REVIEWED,
        query="?from=1&to=2",
        get=only(*EDITORS, hidden=True, visitor=404),
    ),
    Row("article-edit", REVIEWED, get=only(*EDITORS)),
    Row("article", TRANSLATION, get=EVERYBODY),
    Row("article", HIDDEN_TRANSLATION, get=in_programme()),
    Row("article", DRAFT_TRANSLATION, get=only(*EDITORS, hidden=True, visitor=404)),
    Row(
        "article-edit",
        TRANSLATION,
        get=only(*EDITORS, "foreign"),
        post=only(*EDITORS, "foreign", then=302),
        data=retranslated,
    ),
    Row("article-edit", HIDDEN_TRANSLATION, get=only(*EDITORS, hidden=True) | {"researcher": 403}),
    Row("article-edit", DRAFT_TRANSLATION, get=only(*EDITORS, hidden=True)),
    Row(
        "article-translations",
        TRANSLATED,
        get=EVERYBODY,
        post=only(*EDITORS, "foreign", then=302),
        data={"language": "fr", "title": "Le soleil sur les toits"},
    ),
    Row("article-translations", TRANSLATION, get=EVERYBODY),
    Row(
        "article-translations",
        PROGRAMME,
        get=in_programme(),
        post=only(*EDITORS, then=302, hidden=True, visitor=404) | {"researcher": 403},
        data={"language": "fr", "title": "Titre"},
    ),
    Row("article-translations", DRAFT, get={"*": 404}),
    Row("article-translations", DRAFT_TRANSLATION, get=only(*EDITORS, hidden=True, visitor=404)),
    # There is no such page where no service is configured.
    Row("article-machine", TRANSLATED, post={"visitor": SIGN_IN, "*": 404}),
    Row(
        "article-confirm",
        TRANSLATION,
        post=only(*EDITORS, "foreign", then=302),
        data={"number": "2", "based_on": "2"},
    ),
    Row(
        "article-confirm",
        HIDDEN_TRANSLATION,
        post=only(*EDITORS, then=302, hidden=True) | {"researcher": 403},
        data={"number": "2", "based_on": "1"},
    ),
    Row(
        "article-confirm",
        PUBLIC,
        post={"visitor": SIGN_IN, "*": 404},
        data={"number": "1", "based_on": "1"},
    ),
    Row("translation-list", get=only(*EDITORS, "foreign")),
    Row("translation-list", query="?language=sv&state=outdated", get=only(*EDITORS, "foreign")),
    Row("translation-csv", get=only(*EDITORS, "foreign")),
    Row("review-list", get=only("lead", "researcher", "coordinator")),
    Row(
        "review",
        REVIEW,
        get=only(*EDITORS, hidden=True),
        post=only(*EDITORS, then=302, hidden=True),
        data={"body": "Where does the figure come from?"},
    ),
    Row("review", CASE_NOTE_REVIEW, get=only(*EDITORS, hidden=True)),
    Row("review", BACK, get=only(*EDITORS, hidden=True)),
    Row("review-publish", REVIEW, post=decided_by("lead", "coordinator")),
    Row("review-publish", CASE_NOTE_REVIEW, post=decided_by("coordinator")),
    Row("review-publish", BACK, post=decided_by("coordinator", then=409)),
    Row(
        "review-send-back",
        REVIEW,
        post=decided_by("lead", "coordinator"),
        data={"back-reason": "The figure has no source."},
    ),
    Row("review-withdraw", REVIEW, post=decided_by("staff")),
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
