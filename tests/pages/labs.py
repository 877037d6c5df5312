from hub.models import User
from labs import actions
from labs.models import Lab, Registration, ReminderRule
from tests.labs.conftest import a_plan
from tests.pages import Page, State
from tests.worlds import World

COORDINATOR = ("coordinator",)
PUBLIC = {"slug": "lab_public.slug"}
BEGUN = {"slug": "lab_begun.slug"}
DRAFT = {"slug": "lab_draft.slug"}


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


def no_reminders(world: World) -> None:
    ReminderRule.objects.all().delete()


def own_address(world: World) -> None:
    actions.renew_calendar_address(by=world["bob"])


PAGES = [
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
        states={
            "full": State(),
            "no seats": State(prepare=full),
            "cancelled": State(prepare=cancelled),
        },
    ),
    Page("lab", DRAFT, roles=COORDINATOR, queries=8, name="lab draft"),
    Page("lab", {"slug": "lab_begun.slug"}, roles=COORDINATOR, name="lab begun"),
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
    Page("lab-publication", DRAFT, kind="form", roles=COORDINATOR),
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
        roles=("staff", "lead"),
        states={"wrong code": State(send={"code": "nonsense"}), "present": State(prepare=present)},
    ),
    Page(
        "lab-attendance-list",
        BEGUN,
        kind="list",
        roles=COORDINATOR,
        row=one_more_seat,
        states={"present": State(prepare=present), "nobody": State(query="?q=zzz")},
    ),
    Page("lab-door", PUBLIC, kind="other", roles=COORDINATOR),
    Page(
        "lab-reminders",
        PUBLIC,
        kind="other",
        roles=COORDINATOR,
        states={"none ahead": State(prepare=no_reminders)},
    ),
    Page("lab-messages", PUBLIC, kind="other", roles=COORDINATOR),
    Page("lab-answer", {"token": "lab_answer.token"}, kind="form", roles=("visitor",)),
]
