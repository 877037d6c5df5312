from cities.twinning.models import PlanText
from tests.access import EVERYBODY, SIGN_IN, Row, everybody, only
from tests.worlds import World

DRAFT = {"slug": "group_public.slug", "city": "lund.slug"}
PUBLIC = {"slug": "group_published.slug", "city": "lund.slug"}
#: mallory is of the pilot city of both groups; carol coordinates the programme of the second.
INSIDE = ("lead", "staff", "foreign")
INSIDE_PUBLIC = (*INSIDE, "coordinator")
OWN = ("lead", "staff")


def hidden(*roles: str, then: int = 200, denied: tuple[str, ...] = ()) -> dict[str, int | str]:
    """As `only(hidden=True)`; of those who see it, `denied` may not do this."""
    return {**only(*roles, then=then, hidden=True), **dict.fromkeys(denied, 403)}


def seen(*roles: str, then: int = 200) -> dict[str, int | str]:
    """404 for the visitor too: the page is public once it is published."""
    return {**dict.fromkeys(roles, then), "*": 404}


def texts(world: World) -> dict[str, str]:
    rows = PlanText.objects.filter(plan=world["plan_draft"])
    data = {f"text-{row.code}": row.text for row in rows}
    data |= {f"version-{row.code}": str(row.version) for row in rows}
    return data | {f"mark-{row.code}": row.standing.mark for row in rows} | {"text-risks": "Money"}


ROWS = [
    Row("plan-list", {"slug": "group_public.slug"}, get=everybody(302)),
    Row("plan-list", {"slug": "group_cluster.slug"}, get=everybody(302)),
    Row("plan", DRAFT, get=seen(*INSIDE)),
    Row("plan", PUBLIC, get=EVERYBODY),
    Row("plan", PUBLIC, query="?about=section-context", get=EVERYBODY),
    Row(
        "plan",
        {"slug": "group_cluster.slug", "city": "=twin-1000"},
        get=seen("foreign", "researcher"),
        post={"foreign": 403, "researcher": 403, "*": 404},
    ),
    Row("plan", {"slug": "group_public.slug", "city": "leuven.slug"}, get=everybody(404)),
    Row(
        "plan",
        {"slug": "group_begin.slug", "city": "lund.slug"},
        get=seen(*INSIDE),
        post={**dict.fromkeys(OWN, 302), "foreign": 403, "*": 404},
    ),
    Row(
        "plan-writing",
        DRAFT,
        get=hidden(*OWN, denied=("foreign",)),
        post=hidden(*OWN, then=302, denied=("foreign",)),
        data=texts,
    ),
    Row("plan-writing", PUBLIC, get=only(*OWN, then=302)),
    Row(
        "plan-step-new",
        DRAFT,
        get=hidden(*OWN, denied=("foreign",)),
        post=hidden(*OWN, then=302, denied=("foreign",)),
        data={"text": "Ask the housing companies", "state": "planned"},
    ),
    Row("plan-step-new", PUBLIC, get=only(*OWN, then=302)),
    Row(
        "plan-step",
        DRAFT | {"pk": "step_draft.pk"},
        get=hidden(*OWN, denied=("foreign",)),
        post=hidden(*OWN, then=302, denied=("foreign",)),
        data={"text": "Ask", "state": "under-way", "version": "1"},
    ),
    # Of another plan than the address says.
    Row("plan-step", PUBLIC | {"pk": "step_draft.pk"}, get=only(*OWN, then=404)),
    Row(
        "plan-step",
        PUBLIC | {"pk": "step_public.pk"},
        get=only(*OWN),
        post=only(*OWN, then=302),
        data={"state": "done", "state_note": "It works", "version": "1"},
    ),
    Row(
        "plan-step-place",
        DRAFT | {"pk": "step_draft.pk"},
        post=hidden(*OWN, then=302, denied=("foreign",)),
        data={"to": "up"},
    ),
    Row(
        "plan-step-removal",
        DRAFT | {"pk": "step_draft.pk"},
        get=hidden(*OWN, denied=("foreign",)),
        post=hidden(*OWN, then=302, denied=("foreign",)),
    ),
    Row("plan-comments", DRAFT, post=hidden(*INSIDE, then=302), data={"text": "And the roofs?"}),
    Row(
        "plan-comments",
        PUBLIC,
        post=only(*INSIDE_PUBLIC, "researcher", then=302),
        data={"text": "Measured how?", "about": "section-context"},
    ),
    Row(
        "plan-comment-resolution",
        DRAFT | {"pk": "comment_draft.pk"},
        post=hidden(*INSIDE, then=302),
    ),
    Row(
        "plan-comment-resolution",
        PUBLIC | {"pk": "comment_draft.pk"},
        post={"visitor": SIGN_IN, "*": 404},
    ),
    Row(
        "plan-versions",
        DRAFT,
        get=hidden(*INSIDE),
        post={**hidden(*OWN, then=422), "foreign": 403},
    ),
    Row("plan-versions", PUBLIC, get=only(*INSIDE_PUBLIC)),
    Row("plan-version", DRAFT | {"number": "=1"}, get=seen(*INSIDE)),
    Row("plan-version", PUBLIC | {"number": "=1"}, get=EVERYBODY),
    Row("plan-version", PUBLIC | {"number": "=2"}, get=everybody(404)),
    Row("plan-comparison", DRAFT, get=hidden(*INSIDE)),
    Row("plan-comparison", PUBLIC, query="?from=1&to=1", get=only(*INSIDE_PUBLIC)),
    Row("plan-comparison", PUBLIC, query="?from=x", get=only(*INSIDE_PUBLIC, then=404)),
    Row("plan-docx", DRAFT, get=seen(*INSIDE)),
    Row("plan-docx", PUBLIC, get=EVERYBODY),
    Row("plan-pdf", DRAFT, query="?version=1", get=seen(*INSIDE)),
    Row("plan-pdf", PUBLIC, get=EVERYBODY),
    Row(
        "plan-signature",
        DRAFT,
        get=hidden("lead", denied=("staff", "foreign")),
        post=hidden("lead", then=422, denied=("staff", "foreign")),
    ),
    Row("plan-signature", PUBLIC, get=only("lead", then=302)),
    Row("plan-revision", DRAFT, get=hidden(*OWN, then=302, denied=("foreign",))),
    Row("plan-revision", PUBLIC, get=only(*OWN), post=only(*OWN, then=302)),
    Row("plan-publication", DRAFT, get=hidden("lead", then=302, denied=("staff", "foreign"))),
    Row("plan-publication", PUBLIC, get=only("lead"), post=only("lead", then=302)),
    Row(
        "plan-owner",
        DRAFT,
        get=hidden(*OWN, denied=("foreign",)),
        post=hidden(*OWN, then=302, denied=("foreign",)),
        data=lambda world: {"owner": str(world.cast.alice.pk)},
    ),
    Row("plan-follow-up", DRAFT | {"months": "=6"}, get={"visitor": SIGN_IN, "*": 404}),
    Row(
        "plan-follow-up",
        PUBLIC | {"months": "=6"},
        get=only(*INSIDE_PUBLIC),
        post=only(*OWN, then=302),
        data=lambda world: {f"state-{world['step_public'].pk}": "under-way", "summary": "Slow"},
    ),
]
