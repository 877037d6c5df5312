from cities.models import Membership
from hub.models import Event, Follow, Invitation, Notification, OptOut
from tests.pages import Page, State
from tests.worlds import World
from tests.worlds.hub import one_more_member, one_more_note

LUND = {"slug": "lund.slug"}


def nobody_else(world: World) -> None:
    Invitation.objects.all().delete()
    Membership.objects.exclude(user=world.cast.alice).delete()


def no_notes(world: World) -> None:
    Notification.objects.all().delete()


def no_news(world: World) -> None:
    Notification.objects.all().delete()
    Follow.objects.all().delete()
    Event.objects.update(audience=["user:0"])


def follows_nothing(world: World) -> None:
    Follow.objects.all().delete()


def has_stopped(world: World) -> None:
    OptOut.objects.create(user=world.cast.bob, kind="digest")


PAGES = [
    Page(
        "home",
        kind="other",
        roles=("visitor", "staff", "coordinator"),
        queries=20,
        states={"empty": State(prepare=no_news)},
    ),
    Page("accessibility", kind="other"),
    Page("privacy", kind="other"),
    Page("source", kind="other"),
    Page("feeds", kind="other"),
    Page("search", kind="other", name="search start"),
    Page("search", kind="other", query="?q=Lund", queries=8, name="search results"),
    Page("search", kind="other", query="?q=xyzzyq", queries=10, name="search nothing"),
    Page("settings", kind="form", roles=("staff",), states={"error": State(send={"name": ""})}),
    Page("second-factor", kind="other", roles=("staff", "coordinator")),
    Page(
        "invitation",
        {"token": "invitation.token"},
        kind="form",
        roles=("visitor",),
        states={
            "error": State(send={"name": "", "password": "short"}),
        },
    ),
    Page("invitation", {"token": "invitation_mallory.token"}, roles=("foreign",), kind="form"),
    Page(
        "inbox",
        kind="list",
        row=one_more_note,
        roles=("staff",),
        queries=4,
        states={"empty": State(prepare=no_notes)},
    ),
    Page("following", roles=("staff",), states={"empty": State(prepare=follows_nothing)}),
    Page(
        "mail-settings",
        kind="form",
        roles=("staff",),
        states={"stopped": State(prepare=has_stopped)},
    ),
    Page("unsubscribe", {"token": "unsubscribing.token"}, roles=("visitor",)),
    Page("desk", kind="other", roles=("coordinator",), queries=20),
    Page(
        "city-people",
        LUND,
        kind="list",
        row=one_more_member,
        roles=("staff", "lead"),
        states={"alone": State(prepare=nobody_else)},
    ),
    Page(
        "city-invite",
        LUND,
        kind="form",
        roles=("lead",),
        states={"error": State(send={"email": "bob@example.org"})},
    ),
    Page("programme-people", {"slug": "syd.slug"}, roles=("coordinator",)),
    Page("membership-role", {"pk": "membership.pk"}, kind="form", roles=("lead",)),
    Page("membership-ending", {"pk": "membership.pk"}, kind="form", roles=("lead",)),
    Page("invitation-revocation", {"pk": "invitation.pk"}, kind="form", roles=("lead",)),
]
