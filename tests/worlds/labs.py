from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from hub.models import User
from labs import actions, answers
from labs.models import Lab, Poll
from labs.plans import Point
from labs.polls import actions as polls
from labs.polls import links
from tests.labs.conftest import a_plan
from tests.labs.polls.conftest import MAYBE, NO, YES, a_poll_plan, close, vote
from tests.worlds import World

TEAM = ("lead", "researcher", "coordinator")


@dataclass(frozen=True)
class Link:
    token: str


def build(world: World) -> None:
    coordinator, programme = world["carol"], world["syd"]

    def lab(name: str, audience: str, *roles: str, is_published: bool = True) -> Lab:
        """One Lab; where roles are named, all its texts carry a canary for them."""
        text = world.secret_text(f"{name} text", *roles) if roles else "Heat from the neighbours"
        point = world.secret_text(f"{name} agenda", *roles) if roles else "Welcome"
        plan = a_plan(
            title=f"{name} {text}",
            summary=text,
            place=text,
            audience=audience,
            seats_onsite=40,
            agenda=(Point(point, 30, point, point), Point("Pipes", 60)),
            join_link=f"https://meet.example.org/{name}",
        )
        made = actions.draft(by=coordinator, programme=programme, plan=plan)
        return actions.publish(by=coordinator, lab=made) if is_published else made

    world["lab_public"] = lab("Public", "open")
    world["lab_programme"] = lab("Programme", "cities", "staff", *TEAM)
    world["lab_team"] = lab("Team", "transition-team", *TEAM)
    world["lab_draft"] = lab("Draft", "open", "coordinator", is_published=False)
    link = world.secret("lab join link", "coordinator", "lead")
    Lab.objects.filter(pk=world["lab_public"].pk).update(
        join_link=f"https://meet.example.org/{link}"
    )
    actions.register(by=world["alice"], lab=world["lab_public"], mode="online")
    actions.register(by=world["rita"], lab=world["lab_public"], mode="onsite")
    world["lab_begun"] = lab("Begun", "open")
    now = timezone.now()
    Lab.objects.filter(pk=world["lab_begun"].pk).update(
        starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=2)
    )
    address = answers.url_for(world["rita"], world["lab_public"])
    world["lab_answer"] = Link(address.rstrip("/").rpartition("/")[2])
    _polls(world)


def _polls(world: World) -> None:
    """One that runs, one for chosen cities, one that waits for a decision, one cancelled."""

    def poll(name: str, *roles: str, **changes: object) -> Poll:
        text = world.secret_text(name, *roles)
        plan = a_poll_plan(title=f"{name} {text}", summary=text, place=text, **changes)
        return polls.ask(by=world["carol"], programme=world["syd"], plan=plan)

    world["poll_team"] = poll("Poll of the team", *TEAM)
    world["poll_city"] = poll(
        "Poll of Lund",
        "lead",
        "staff",
        "coordinator",
        audience="chosen-cities",
        cities=(world["lund"],),
    )
    world["poll_closed"] = poll("Poll that closed", *TEAM)
    # Somebody whose name stands nowhere else.
    voter = User.objects.create(
        email="voter@example.org", name=world.secret("poll voter", "coordinator")
    )
    for person in (voter, world["rita"]):
        vote(world["poll_closed"], person, YES, NO, MAYBE)
    close(world["poll_closed"])
    world["poll_cancelled"] = poll("Poll that ended", *TEAM)
    reason = world.secret_text("reason of the poll", *TEAM)
    polls.cancel(by=world["carol"], poll=world["poll_cancelled"], reason=reason)
    world["poll_option"] = world["poll_team"].options.first()
    # Who holds a link reads the poll: this one hides nothing.
    world["poll_linked"] = polls.ask(by=world["carol"], programme=world["syd"], plan=a_poll_plan())
    world["poll_link"] = Link(links.token_for(world["rita"], world["poll_linked"]))
    world["poll_linked_option"] = world["poll_linked"].options.first()
