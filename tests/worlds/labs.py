from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from hub.editing import Written
from hub.models import User
from labs import actions, answers, feedback, settling
from labs.actions import Wanted
from labs.actions.materials import About
from labs.models import FeedbackAnswer, Lab, Outcome, Poll, Registration
from labs.plans import Point
from labs.polls import actions as polls
from labs.polls import links
from tests.labs.conftest import a_plan
from tests.labs.polls.conftest import MAYBE, NO, YES, a_poll_plan, close, vote
from tests.worlds import World

TEAM = ("lead", "researcher", "coordinator")
EXCHANGE = {"kind": "site-visit", "audience": "group"}


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
    _minutes(world, lab)
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
    _materials(world)
    _asked(world)
    _offered(world)
    _exchanges(world)
    _came(world, lab("Came", "open"))
    _polls(world)
    _feedback(world, lab("Held", "open"))


def _came(world: World, lab: Lab) -> None:
    """A Lab that is over, at which alice was."""
    actions.register(by=world["alice"], lab=lab, mode="onsite")
    now = timezone.now()
    times = {"starts_at": now - timedelta(days=9, hours=3), "ends_at": now - timedelta(days=9)}
    Lab.objects.filter(pk=lab.pk).update(**times)
    came = Registration.objects.filter(lab=lab)
    came.update(attended_at=now, attended_by=world["carol"], attended_mode="onsite")
    world["lab_came"], world["came"] = lab, came.get()


def _exchanges(world: World) -> None:
    """One that its twin group sees, one that its leads still plan."""

    def exchange(name: str, *roles: str) -> Lab:
        title = world.secret_text(f"exchange {name}", *roles)
        plan = a_plan(title=title, summary=title, group=world["group_public"], **EXCHANGE)
        return actions.draft(by=world["alice"], programme=world["twinning"], plan=plan)

    world["lab_exchange_draft"] = exchange("draft", "lead")
    made = exchange("published", "lead", "staff", "foreign")
    world["lab_exchange"] = actions.publish(by=world["alice"], lab=made)
    # Everybody reads her calendar in these tests, and it shows what waits for an answer.
    actions.cancel_registration(by=world["mallory"], lab=world["lab_exchange"])


def one_more_exchange(world: World, number: int) -> None:
    plan = a_plan(title=f"Visit {number}", group=world["group_public"], **EXCHANGE)
    lab = actions.draft(by=world["alice"], programme=world["twinning"], plan=plan)
    actions.publish(by=world["alice"], lab=lab)


def _minutes(world: World, lab: Callable[..., Lab]) -> None:
    """Published for everybody, published for the team, and still being written."""
    heard = world.secret_text("lab minutes team", *TEAM)
    owed = world.secret_text("follow up team", *TEAM)
    writing = world.secret_text("lab minutes unpublished", *TEAM)
    unsaid = world.secret_text("outcome unpublished", *TEAM)
    world["lab_past"] = lab("Past", "open")
    world["lab_past_team"] = lab("Past team", "transition-team", *TEAM)
    world["lab_writing"] = lab("Writing", "open")
    actions.register(by=world["alice"], lab=world["lab_past"], mode="onsite")
    actions.register(by=world["rita"], lab=world["lab_past_team"], mode="onsite")
    world["follow_up"] = _held(world, "lab_past", "Cheaper heat", "Ask the heat company", "bob")
    world["follow_up_team"] = _held(world, "lab_past_team", heard, owed, "rita")
    world["outcome_unpublished"] = _held(
        world, "lab_writing", writing, unsaid, "bob", is_published=False
    )
    link = settling.url_for(world["bob"], world["follow_up"])
    world["follow_up_answer"] = Link(link.rstrip("/").rpartition("/")[2])


def _held(
    world: World, name: str, notes: str, owed: str, owner: str, *, is_published: bool = True
) -> Outcome:
    """A Lab that is over, with minutes, a decision and a follow-up, which is returned."""
    carol, lab = world["carol"], world[name]
    now = timezone.now()
    Lab.objects.filter(pk=lab.pk).update(
        starts_at=now - timedelta(days=20, hours=3), ends_at=now - timedelta(days=20)
    )
    lab.refresh_from_db()
    minutes = actions.begin_minutes(by=carol, lab=lab)
    texts = [Written(str(p.pk), f"{notes}, {p.position}", 1, True) for p in minutes.points.all()]
    actions.write_minutes(by=carol, minutes=minutes, texts=texts)
    actions.add_outcome(
        by=carol, minutes=minutes, wanted=Wanted("decision", owed), point=minutes.points.first()
    )
    user = world[owner]
    city = world["lund"] if owner == "bob" else None
    due_on = timezone.localdate() + timedelta(days=30)
    follow_up = actions.add_outcome(
        by=carol, minutes=minutes, wanted=Wanted("follow-up", owed, user, city, due_on)
    )
    if is_published:
        minutes = actions.publish_minutes(by=carol, minutes=minutes)
        actions.add_to_minutes(by=carol, point=minutes.points.get(position=1), text=f"{notes}, too")
    world[f"minutes_{name}"] = minutes
    return Outcome.objects.with_frame().get(pk=follow_up.pk)


def one_more_follow_up(world: World, number: int) -> None:
    wanted = Wanted("follow-up", f"Thing number {number}", world["bob"], world["malmo"])
    due_on = timezone.localdate() + timedelta(days=number)
    actions.add_outcome(
        by=world["carol"], minutes=world["minutes_lab_past"], wanted=replace(wanted, due_on=due_on)
    )


def _materials(world: World) -> None:
    """Files for everybody, for those with a seat, and of the team's Lab; one at a point."""

    def add(name: str, lab: Lab, secret: str, *, for_registered: bool = False) -> None:
        text = f"Notes. {secret}".encode()
        upload = SimpleUploadedFile(f"{name}.txt", text)
        about = About(secret or "Slides", lab.agenda.first(), for_registered)
        world[name] = actions.add_material(by=world["carol"], lab=lab, about=about, upload=upload)

    add("material", world["lab_public"], "")
    seated = world.secret("material seats", *TEAM)
    add("material_seats", world["lab_public"], seated, for_registered=True)
    add("material_team", world["lab_team"], world.secret("material team", *TEAM))
    link = "https://example.org/report"
    about = About("The report")
    actions.add_material(by=world["carol"], lab=world["lab_past"], about=about, link=link)


def _asked(world: World) -> None:
    """A Lab whose places the coordinator gives: two wait for the answer."""
    plan = a_plan(title="Asked for", audience="open", seats_online=1, needs_approval=True)
    made = actions.draft(by=world["carol"], programme=world["syd"], plan=plan)
    world["lab_asked"] = actions.publish(by=world["carol"], lab=made)
    for name in ("alice", "bob"):
        actions.register(by=world[name], lab=world["lab_asked"], mode="online")


def _offered(world: World) -> None:
    """A Lab with one seat, which is held for Bob."""
    plan = a_plan(title="Offered", audience="open", seats_onsite=1, offer_hours=24)
    made = actions.draft(by=world["carol"], programme=world["syd"], plan=plan)
    world["lab_offered"] = lab = actions.publish(by=world["carol"], lab=made)
    for name in ("alice", "bob", "rita"):
        actions.register(by=world[name], lab=lab, mode="onsite")
    actions.cancel_registration(by=world["alice"], lab=lab)
    address = answers.url_for(world["bob"], lab)
    world["offer_answer"] = Link(address.rstrip("/").rpartition("/")[2])


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
    text = world.secret_text("poll of the group", "lead", "staff", "foreign")
    plan = a_poll_plan(
        title=text, summary=text, place=text, group=world["group_public"], **EXCHANGE
    )
    world["poll_group"] = polls.ask(by=world["alice"], programme=world["twinning"], plan=plan)
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


def _feedback(world: World, lab: Lab) -> None:
    """A Lab that was held, with three answers that only coordinators read."""
    actions.register(by=world["alice"], lab=lab, mode="onsite")
    actions.register(by=world["rita"], lab=lab, mode="online")
    now = timezone.now()
    Lab.objects.filter(pk=lab.pk).update(
        starts_at=now - timedelta(hours=5), ends_at=now - timedelta(hours=2)
    )
    world["lab_held"] = lab = actions.hold(by=world["carol"], lab=lab)
    for n in range(3):
        FeedbackAnswer.objects.create(
            lab=lab,
            usefulness=3 + n,
            takes_home=world.secret_text(f"feedback {'abc'[n]}", "coordinator"),
        )
    world["feedback_link"] = Link(feedback.token_for(world["rita"], lab))
