from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from labs import actions, answers
from labs.models import Lab, Registration
from labs.plans import Point
from tests.labs.conftest import a_plan
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
    # Mallory registered for a Lab that she may not see: her calendar must not show it.
    Registration.objects.create(
        lab=world["lab_team"], user=world["mallory"], mode="online", state="seated"
    )
    world["calendar_mallory"] = actions.renew_calendar_address(by=world["mallory"])
    world["here"] = Registration.objects.create(
        lab=world["lab_begun"], user=world["bob"], mode="onsite", state="seated"
    )
    address = answers.url_for(world["rita"], world["lab_public"])
    world["lab_answer"] = Link(address.rstrip("/").rpartition("/")[2])
