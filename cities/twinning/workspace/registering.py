"""What the hub is told of the workspace of twin groups when it starts."""

from django.utils.translation import gettext_lazy as _

from cities.twinning.workspace import letters, panels
from cities.twinning.workspace import samples as own_samples
from hub import events, samples


def register() -> None:
    add = events.register
    add("group.milestone", _("{actor} marked a milestone of {title} as done"))
    add("group.milestone-reopened", _("{actor} took back a milestone of {title}"))
    add("group.goal", _("{actor} wrote down a goal for {title}"))
    add("group.goal-reached", _("{actor}: a goal of {title} is reached"))
    add("group.file", _("{actor} added a file to {title}"))
    add("group.next-action", _("{actor} said what {title} does next"))
    add("group.action-done", _("{actor} did what was next for {title}"))
    add("group.template", _("{actor} chose a newer template for {title}"))
    add("group.handed-over", _("{actor} named who speaks for a city in {title}"))
    add("group.fit", _("{actor} says how it goes between {title}"))
    samples.register("groups", load=own_samples.load, remove=own_samples.remove, order=56)
    letters.register()
    panels.register()
