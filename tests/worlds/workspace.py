"""What the people of a group keep together, hidden from everybody else."""

from cities.twinning.models import FitCheck, TwinGroup
from cities.twinning.workspace import actions, answers
from hub.wallclock import today
from tests.worlds import World


def build(world: World) -> None:
    cast = world.cast
    group = TwinGroup.objects.select_related("programme", "scheme").get(pk=world["group_public"].pk)
    scheme = group.scheme
    assert scheme is not None
    insiders = ("lead", "staff", "foreign")
    first, second = scheme.milestones.all()
    world["milestone_done"], world["milestone_open"] = first, second
    note = world.secret("milestone note", *insiders)
    actions.mark(by=cast.bob, group=group, milestone=first, done_on=today(), note=note)
    goal = world.secret_text("goal of the pilot", *insiders)
    world["goal_hidden"] = actions.state_goal(
        by=cast.mallory, group=group, city=cast.leuven, text=goal
    )
    world["file_hidden"] = actions.add_file(
        by=cast.bob,
        group=group,
        title=world.secret("group file", *insiders),
        link="https://files.example.org/",
    )
    actions.write_note(by=cast.bob, group=group, text=world.secret_text("group note", *insiders))
    action = world.secret("next action", *insiders)
    actions.set_action(by=cast.bob, group=group, text=action, city=cast.lund, due_on=None)
    words = world.secret("handover words", "lead", "staff", "foreign")
    actions.hand_over(by=cast.alice, group=group, city=cast.lund, holder=cast.bob, note=words)
    check = FitCheck.objects.create(group=group, month=3)
    world["fit_check"] = check
    # The other side never meets it.
    said = world.secret("fit answer", "lead", "staff")
    actions.answer_fit(by=cast.bob, check=check, city=cast.lund, answer="undecided", note=said)
    url = answers.url_for(cast.bob, check, cast.lund, "good")
    world["token_fit"] = url.rstrip("/").rsplit("/", 1)[1]
