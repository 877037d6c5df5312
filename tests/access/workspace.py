from hub.wallclock import today
from tests.access import Row, everybody, only

GROUP = {"slug": "group_public.slug"}
#: mallory is of the pilot city; nobody of the cast coordinates this programme.
INSIDE = ("lead", "staff", "foreign")
OWN = ("lead", "staff")
OTHER = {"slug": "group_published.slug"}

ROWS = [
    Row(
        "group-milestone",
        GROUP | {"pk": "milestone_open.pk"},
        get=only(*INSIDE),
        post=only(*INSIDE, then=302),
        data=lambda _world: {"done_on": str(today())},
    ),
    Row("group-milestone", GROUP | {"pk": "=0"}, get=only(*INSIDE, then=404)),
    Row(
        "group-milestone-reopening",
        GROUP | {"pk": "milestone_done.pk"},
        post=only(*INSIDE, then=302),
    ),
    Row(
        "group-goal-new",
        GROUP,
        get=only(*INSIDE),
        post={**only(*OWN, then=302), "foreign": 422},
        data=lambda world: {"city": str(world.cast.lund.pk), "text": "Know how"},
    ),
    Row(
        "group-goal",
        GROUP | {"pk": "goal_hidden.pk"},
        get=only(*INSIDE),
        post=only(*INSIDE, then=302),
        data={"text": "Know more", "state": "reached", "version": "1"},
    ),
    # Of another group than the address says.
    Row("group-goal", OTHER | {"pk": "goal_hidden.pk"}, get=only(*INSIDE, "coordinator", then=404)),
    Row(
        "group-files",
        GROUP,
        get=only(*INSIDE),
        post=only(*INSIDE, then=302),
        data={"title": "Agreement", "link": "https://example.org/agreement"},
    ),
    Row("group-file", GROUP | {"pk": "file_hidden.pk"}, get={"visitor": "sign-in", "*": 404}),
    Row(
        "group-file-removal",
        GROUP | {"pk": "file_hidden.pk"},
        get=only(*INSIDE),
        post=only(*INSIDE, then=302),
    ),
    Row(
        "group-file-removal",
        OTHER | {"pk": "file_hidden.pk"},
        get=only(*INSIDE, "coordinator", then=404),
    ),
    Row(
        "group-log",
        GROUP,
        get=only(*INSIDE),
        post=only(*INSIDE, then=302),
        data={"text": "We spoke on the phone."},
    ),
    Row("group-log", {"slug": "group_cluster.slug"}, get=only("foreign", "researcher")),
    Row(
        "group-action",
        GROUP,
        get=only(*INSIDE),
        post=only(*INSIDE, then=302),
        data={"text": "Choose a date"},
    ),
    Row("group-action-completion", GROUP, post=only(*INSIDE, then=302)),
    Row("group-template", GROUP, get=only(*INSIDE), post={**only("lead", then=302)}),
    Row("group-template", OTHER, get=only(*INSIDE, "coordinator")),
    Row(
        "group-handover",
        GROUP | {"city": "lund.slug"},
        get=only(*OWN),
        post=only(*OWN, then=302),
        data=lambda world: {"holder": str(world.cast.alice.pk)},
    ),
    Row("group-handover", GROUP | {"city": "malmo.slug"}, get=only(*INSIDE, then=404)),
    Row("group-handover", OTHER | {"city": "leuven.slug"}, get=only("foreign")),
    Row(
        "group-fit",
        GROUP | {"month": "=3"},
        get=only(*INSIDE),
        post=only(*INSIDE, then=302),
        data={"answer": "good"},
    ),
    Row("group-fit", GROUP | {"month": "=9"}, get=only(*INSIDE, then=404)),
    Row("fit-answer", {"token": "=forged"}, get=everybody(404), post=everybody(404)),
    Row(
        "fit-answer",
        {"token": "token_fit"},
        get=everybody(),
        post=everybody(302),
        data={"answer": "not", "note": "No time"},
    ),
]
