from cities.twinning.models import FitAnswer, Goal, GroupFile, GroupNote, MilestoneMark, NextAction
from cities.twinning.workspace import actions
from hub.wallclock import today
from tests.pages import Page, State
from tests.worlds import World
from tests.worlds.twinning import a_scheme

GROUP = {"slug": "group_public.slug"}
INSIDE = ("staff", "foreign")


def one_more_goal(world: World, number: int) -> Goal:
    return Goal.objects.create(
        group=world["group_public"],
        city=world.cast.lund,
        text=f"Goal {number}",
        changed_by=world.cast.bob,
    )


def one_more_file(world: World, number: int) -> GroupFile:
    return GroupFile.objects.create(
        group=world["group_public"],
        title=f"File {number}",
        link="https://example.org/",
        added_by=world.cast.bob,
    )


def one_more_note(world: World, number: int) -> GroupNote:
    return GroupNote.objects.create(
        group=world["group_public"], text=f"Note {number}", written_by=world.cast.bob
    )


def nothing_kept(world: World) -> None:
    for model in (MilestoneMark, Goal, GroupFile, GroupNote, NextAction, FitAnswer):
        model.objects.all().delete()


def a_newer_template(world: World) -> None:
    a_scheme(world.cast.twinning, number=3)


def marked_twice(world: World) -> None:
    actions.mark(
        by=world.cast.bob,
        group=world["group_public"],
        milestone=world["milestone_open"],
        done_on=today(),
    )


PAGES = [
    Page(
        "group",
        GROUP,
        kind="list",
        row=one_more_goal,
        roles=INSIDE,
        queries=24,
        name="workspace",
        states={
            "empty": State(prepare=nothing_kept),
            "newer template": State(prepare=a_newer_template),
        },
    ),
    Page(
        "group-milestone",
        GROUP | {"pk": "milestone_open.pk"},
        kind="form",
        roles=("staff",),
        states={"error": State(send={"done_on": ""}), "done": State(prepare=marked_twice)},
    ),
    Page(
        "group-goal-new",
        GROUP,
        kind="form",
        roles=INSIDE,
        states={"error": State(send={"text": ""})},
    ),
    Page(
        "group-goal",
        GROUP | {"pk": "goal_hidden.pk"},
        kind="form",
        roles=("staff",),
        states={"error": State(send={"state": "dropped"})},
    ),
    Page(
        "group-files",
        GROUP,
        kind="list",
        row=one_more_file,
        roles=("staff",),
        queries=6,
        states={"empty": State(prepare=nothing_kept), "error": State(send={"title": ""})},
    ),
    Page("group-file-removal", GROUP | {"pk": "file_hidden.pk"}, roles=("staff",)),
    Page(
        "group-log",
        GROUP,
        kind="list",
        row=one_more_note,
        roles=("staff",),
        queries=6,
        states={"error": State(send={"text": ""})},
    ),
    Page(
        "group-action",
        GROUP,
        kind="form",
        roles=("staff",),
        states={"error": State(send={"text": ""})},
    ),
    Page(
        "group-template",
        GROUP,
        roles=("lead", "staff"),
        states={"newer": State(prepare=a_newer_template)},
        queries=12,
    ),
    Page(
        "group-handover",
        GROUP | {"city": "lund.slug"},
        kind="form",
        roles=("staff",),
    ),
    Page("group-fit", GROUP | {"month": "=3"}, kind="form", roles=INSIDE),
    Page(
        "fit-answer",
        {"token": "token_fit"},
        kind="form",
        roles=("visitor",),
        states={"unanswered": State(prepare=nothing_kept)},
    ),
]
