from typing import Any

from knowledge.upkeep.dates import in_months, today
from tests.access import EVERYBODY, SIGN_IN, Row, everybody, only, signed_in
from tests.access.knowledge import (
    DRAFT,
    EDITORS,
    PRIVATE,
    PROGRAMME,
    PUBLIC,
    decided_by,
    in_programme_signed_in,
)
from tests.worlds import World

FIGURE = PUBLIC | {"pk": "figure_public.pk"}
HANDOVER = PUBLIC | {"pk": "handover_public.pk"}


def edited_in_programme(then: int = 200) -> dict[str, Any]:
    return only(*EDITORS, then=then, hidden=True) | {"researcher": 403}


def declined(world: World) -> dict[str, Any]:
    name = f"flag-{world['figure_public'].pk}"
    return {f"{name}-answer": "declined", f"{name}-reason": "Of another street"}


ROWS = [
    Row(
        "article-check",
        PUBLIC,
        get=only(*EDITORS),
        post=only(*EDITORS, then=302),
        data={"answer": "still-true"},
    ),
    Row(
        "article-check",
        PROGRAMME,
        get=edited_in_programme(),
        post=edited_in_programme(302),
        data={"answer": "doubt", "words": "Moved"},
    ),
    Row("article-check", PRIVATE, get=only("staff", hidden=True)),
    Row("article-check", DRAFT, get={"visitor": SIGN_IN, "*": 404}),
    Row(
        "article-check-date",
        PUBLIC,
        post=only(*EDITORS, then=302),
        data=lambda _world: {"review_by": str(in_months(today(), 6))},
    ),
    Row("article-ask", PUBLIC, post=only(*EDITORS, then=302)),
    Row("article-ask", PROGRAMME, post=edited_in_programme(302)),
    Row("article-ask", PRIVATE, post=only("staff", then=302, hidden=True)),
    Row("article-flag", PUBLIC | {"pk": "flag_public.pk"}, post=only(*EDITORS, then=302)),
    Row("article-flag", FIGURE, post=only(*EDITORS, then=302), data=declined),
    Row(
        "article-flag",
        PRIVATE | {"pk": "flag_private.pk"},
        post=only("staff", then=302, hidden=True),
    ),
    # Of another text than the address says.
    Row(
        "article-flag",
        PUBLIC | {"pk": "flag_private.pk"},
        post=only(*EDITORS, then=404),
    ),
    Row(
        "article-handover",
        HANDOVER,
        get=only(*EDITORS, hidden=True),
        post=decided_by("lead"),
        data={"answer": "accept"},
    ),
    Row(
        "article-figure-new",
        PUBLIC,
        get=signed_in(),
        post=signed_in(302),
        data={"figure": "80 litres a week", "source": "https://stats.example.org/2028"},
    ),
    Row(
        "article-figure-new",
        PROGRAMME,
        get=in_programme_signed_in(200),
        post=in_programme_signed_in(302),
        data={"figure": "80 litres a week", "source": "https://stats.example.org/2028"},
    ),
    Row(
        "still-true",
        {"token": "token_asked"},
        get=EVERYBODY,
        post=everybody(302),
        data={"answer": "still-true"},
    ),
    Row("still-true", {"token": "=forged"}, get=everybody(404), post=everybody(404)),
    Row("knowledge-radar", get=only("lead", "coordinator")),
    Row("knowledge-radar", query="?flag=dead-link&city=lund", get=only("lead", "coordinator")),
    Row("knowledge-radar-csv", get=only("lead", "coordinator")),
]
