from django.db.models.functions import Now

from hub.models import User
from labs import actions
from labs.actions.materials import About
from labs.enums import FollowUpState
from labs.models import Lab, Material, Outcome, Registration, ReminderRule
from tests.labs.conftest import a_plan
from tests.pages import Page, State
from tests.worlds import World
from tests.worlds.labs import one_more_exchange, one_more_follow_up

COORDINATOR = ("coordinator",)
PUBLIC = {"slug": "lab_public.slug"}
DRAFT = {"slug": "lab_draft.slug"}
BEGUN = {"slug": "lab_begun.slug"}
ASKED = {"slug": "lab_asked.slug"}
OFFERED = {"slug": "lab_offered.slug"}
PAST = {"slug": "lab_past.slug"}
WRITING = {"slug": "lab_writing.slug"}


def no_labs(world: World) -> None:
    Lab.objects.all().delete()


def one_more_lab(world: World, n: int) -> Lab:
    plan = a_plan(title=f"Lab number {n}", audience="open")
    lab = actions.draft(by=world["carol"], programme=world["syd"], plan=plan)
    return actions.publish(by=world["carol"], lab=lab)


def full(world: World) -> None:
    lab = world["lab_public"]
    Lab.objects.filter(pk=lab.pk).update(seats_onsite=1, seats_online=1)


def cancelled(world: World) -> None:
    actions.cancel(by=world["carol"], lab=world["lab_public"], reason="Snow on the line")


def no_outcomes(world: World) -> None:
    Outcome.objects.all().delete()


def done(world: World) -> None:
    state = FollowUpState.DONE
    actions.settle(by=world["bob"], follow_up=world["follow_up"], state=state, note="They agreed")


def city_alone(world: World) -> None:
    Outcome.objects.filter(pk=world["follow_up"].pk).update(owner=None)


def held(world: World) -> None:
    actions.hold(by=world["carol"], lab=world["lab_begun"])


def present(world: World) -> None:
    actions.mark_present(
        by=world["carol"],
        lab=world["lab_begun"],
        registration=world["here"].pk,
        mode="onsite",
    )


def one_more_seat(world: World, n: int) -> Registration:
    user = User.objects.create(email=f"guest{n}@example.org", name=f"Guest {n}")
    return Registration.objects.create(
        lab=world["lab_begun"], user=user, mode="onsite", state="seated"
    )


def refused(world: World) -> None:
    lab, reason = world["lab_asked"], "This one is for pilots"
    actions.refuse(by=world["carol"], lab=lab, people=None, reason=reason)


def ran_out(world: World) -> None:
    held = Registration.objects.filter(lab=world["lab_offered"], state="offered")
    held.update(offered_until=Now())
    actions.pass_on_what_ran_out()


def no_materials(world: World) -> None:
    Material.objects.all().delete()


def one_more_material(world: World, n: int) -> Material:
    link = f"https://example.org/{n}"
    about = About(f"Link number {n}")
    return actions.add_material(by=world["carol"], lab=world["lab_public"], about=about, link=link)


def no_reminders(world: World) -> None:
    ReminderRule.objects.all().delete()


def own_address(world: World) -> None:
    actions.renew_calendar_address(by=world["bob"])


PAGES = [
    Page("lab-certificate", {"slug": "lab_came.slug"}, kind="other", roles=("lead",)),
    Page(
        "lab-certificate-of",
        {"slug": "lab_came.slug", "pk": "came.pk"},
        kind="other",
        roles=COORDINATOR,
    ),
    Page(
        "group",
        {"slug": "group_public.slug"},
        kind="list",
        roles=("lead", "staff"),
        row=one_more_exchange,
        queries=24,
        name="group with exchanges",
        states={"no exchanges": State(prepare=no_labs)},
    ),
    # With something unread: how much of it may still be seen is asked exactly.
    Page("lab", {"slug": "lab_exchange.slug"}, roles=("lead", "staff"), queries=7, name="exchange"),
    Page(
        "lab",
        {"slug": "lab_removed.slug"},
        roles=("researcher", "coordinator"),
        queries=8,
        name="lab closed",
    ),
    Page(
        "lab",
        {"slug": "lab_exchange_draft.slug"},
        roles=("lead",),
        queries=9,
        name="exchange draft",
    ),
    Page(
        "lab-new",
        kind="form",
        roles=("lead",),
        query="?group=leuven-lund",
        name="exchange form",
        states={"error": State(send={"title": "", "place": ""})},
    ),
    Page(
        "lab-publication",
        {"slug": "lab_exchange_draft.slug"},
        kind="form",
        roles=("lead",),
        queries=12,
        name="exchange publication",
    ),
    Page(
        "lab-own-calendar",
        kind="other",
        roles=("staff",),
        states={"with an address": State(prepare=own_address)},
    ),
    Page(
        "lab-list",
        kind="list",
        roles=("visitor", "staff", "coordinator"),
        row=one_more_lab,
        queries=5,
        states={
            "empty": State(prepare=no_labs),
            "filtered": State(query="?programme=learning-hub-syd&year=2020"),
            "past": State(query="?when=past"),
            "drafts": State(query="?when=drafts"),
        },
    ),
    Page(
        "lab",
        PUBLIC,
        roles=("visitor", "staff", "lead", "coordinator"),
        queries=7,
        states={
            "full": State(),
            "no seats": State(prepare=full),
            "cancelled": State(prepare=cancelled),
        },
    ),
    Page(
        "lab",
        ASKED,
        roles=("lead", "staff", "coordinator"),
        name="lab with approval",
        states={"refused": State(prepare=refused)},
    ),
    Page(
        "lab",
        OFFERED,
        roles=("staff", "coordinator"),
        name="lab with offers",
        states={"ran out": State(prepare=ran_out)},
    ),
    Page(
        "lab-answer",
        {"token": "offer_answer.token"},
        kind="form",
        roles=("visitor",),
        name="lab-answer to an offer",
    ),
    Page(
        "lab-materials",
        PUBLIC,
        kind="list",
        roles=COORDINATOR,
        row=one_more_material,
        states={
            "empty": State(prepare=no_materials),
            "error": State(send={"title": ""}),
        },
    ),
    Page(
        "lab-material",
        PUBLIC | {"pk": "material.pk"},
        kind="form",
        roles=COORDINATOR,
        states={"error": State(send={"title": ""})},
    ),
    Page("lab-material-removal", PUBLIC | {"pk": "material.pk"}, kind="form", roles=COORDINATOR),
    Page("lab", DRAFT, roles=COORDINATOR, queries=9, name="lab draft"),
    Page("lab", {"slug": "lab_begun.slug"}, roles=COORDINATOR, name="lab begun", queries=7),
    Page(
        "lab-new",
        kind="form",
        roles=COORDINATOR,
        states={
            "error": State(send={"title": "", "seats_onsite": "0", "date": "2020-01-01"}),
            "one more point": State(click='button[value="add"]'),
        },
    ),
    Page("lab-edit", PUBLIC, kind="form", roles=COORDINATOR),
    Page("lab-publication", DRAFT, kind="form", roles=COORDINATOR, queries=8),
    Page(
        "lab-cancellation",
        PUBLIC,
        kind="form",
        roles=COORDINATOR,
        states={"error": State(send={"reason": ""})},
    ),
    Page("lab-held", {"slug": "lab_begun.slug"}, kind="form", roles=COORDINATOR),
    Page(
        "lab-attendance",
        BEGUN,
        kind="form",
        roles=("staff",),
        states={"wrong code": State(send={"code": "nonsense"}), "present": State(prepare=present)},
    ),
    Page("lab-attendance", BEGUN, kind="other", roles=("lead",), name="lab door without a seat"),
    Page("lab-registration-cancellation", PUBLIC, kind="other", roles=("lead",), name="give back"),
    Page(
        "lab-attendance-list",
        BEGUN,
        kind="list",
        roles=COORDINATOR,
        row=one_more_seat,
        states={"present": State(prepare=present), "nobody": State(query="?q=zzz")},
    ),
    Page("lab-door", PUBLIC, kind="other", roles=COORDINATOR),
    Page("lab-door", PAST, kind="other", roles=COORDINATOR, name="lab-door closed"),
    Page(
        "lab",
        {"slug": "lab_came.slug"},
        roles=("visitor", "lead", "coordinator"),
        queries=7,
        name="lab over",
    ),
    Page(
        "lab-reminders",
        PUBLIC,
        kind="other",
        roles=COORDINATOR,
        states={"none ahead": State(prepare=no_reminders)},
    ),
    Page("lab-messages", PUBLIC, kind="other", roles=COORDINATOR),
    Page("lab-answer", {"token": "lab_answer.token"}, kind="form", roles=("visitor",)),
    Page("lab", PAST, roles=("visitor", "staff", "coordinator"), name="lab past", queries=7),
    Page("lab", WRITING, roles=COORDINATOR, queries=7, name="lab with open minutes"),
    Page("lab-minutes", PAST, kind="other", roles=("visitor", "staff", "coordinator")),
    Page("lab-minutes", BEGUN, kind="other", roles=COORDINATOR, name="lab-minutes not begun"),
    Page("lab-minutes-edit", WRITING, kind="form", roles=("coordinator",)),
    Page("lab-minutes-publication", WRITING, kind="form", roles=COORDINATOR),
    Page(
        "lab-minutes-additions",
        PAST,
        kind="form",
        roles=COORDINATOR,
        states={"error": State(send={"text": ""})},
    ),
    Page(
        "lab-outcomes",
        WRITING,
        kind="form",
        roles=COORDINATOR,
        states={"error": State(send={"text": ""})},
    ),
    Page(
        "lab-outcome",
        WRITING | {"pk": "outcome_unpublished.pk"},
        kind="form",
        roles=COORDINATOR,
        states={"error": State(send={"text": "", "due_on": "2020-01-01"})},
    ),
    Page(
        "follow-ups",
        kind="list",
        roles=("staff", "coordinator"),
        row=one_more_follow_up,
        states={
            "empty": State(prepare=no_outcomes),
            "filtered": State(query="?state=dropped&programme=learning-hub-syd"),
        },
    ),
    Page(
        "follow-up",
        {"pk": "follow_up.pk"},
        kind="other",
        roles=("staff", "researcher", "coordinator"),
        states={"done": State(prepare=done), "city alone": State(prepare=city_alone)},
    ),
    Page(
        "follow-up-owner",
        {"pk": "follow_up.pk"},
        kind="form",
        roles=("staff",),
        states={"error": State(send={"due_on": "2020-01-01"})},
    ),
    Page(
        "follow-up-answer",
        {"token": "follow_up_answer.token"},
        kind="form",
        roles=("visitor",),
        states={"done": State(prepare=done)},
    ),
    Page(
        "term",
        {"slug": "syd.slug"},
        kind="other",
        roles=("staff", "coordinator"),
        queries=6,
        states={
            "held": State(prepare=held),
            "empty": State(prepare=no_labs),
            "first year": State(query="?year=2025"),
        },
    ),
    Page("lab", {"slug": "lab_held.slug"}, roles=("lead", "coordinator"), name="lab held"),
    Page(
        "lab-feedback",
        {"slug": "lab_held.slug"},
        kind="form",
        roles=("lead",),
        queries=8,
        states={"error": State(send={"takes_home": "Much"})},
    ),
    Page(
        "lab-feedback",
        {"slug": "lab_held.slug"},
        kind="other",
        roles=COORDINATOR,
        queries=8,
        name="lab feedback read",
    ),
    Page(
        "lab-feedback-by-link",
        {"slug": "lab_held.slug", "token": "feedback_link.token"},
        kind="form",
        roles=("visitor",),
        states={"error": State(send={"takes_home": "Much"})},
    ),
]
