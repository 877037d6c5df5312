from cities.models import Inquiry, Membership, Profile
from tests.pages import Page, State
from tests.worlds import World
from tests.worlds.people import one_more_person, one_more_question

BOB = {"pk": "bob.pk"}
INQUIRY = {"pk": "inquiry.pk"}


def nobody(world: World) -> None:
    Profile.objects.all().delete()
    Membership.objects.all().delete()


def no_questions(world: World) -> None:
    Inquiry.objects.all().delete()


PAGES = [
    Page(
        "people",
        kind="list",
        row=one_more_person,
        roles=("staff", "foreign"),
        queries=5,
        states={
            "empty": State(prepare=nobody),
            "found by words": State(query="?q=district+heating"),
            "slip put right": State(query="?q=distrct+heating"),
            "loose": State(query="?q=who+knows+heating"),
            "nothing found": State(query="?place=nowhere"),
            "narrowed": State(query="?knows=domain:energy&role=staff&language=sv"),
            "unknown choice": State(query="?knows=x"),
        },
    ),
    Page("people", roles=("visitor",), states={"empty": State(prepare=nobody)}, name="people open"),
    Page("person", BOB, roles=("lead", "staff", "foreign"), queries=8, name="person full"),
    Page("person", {"pk": "mallory.pk"}, queries=8, name="person open to visitors"),
    Page("person", {"pk": "alice.pk"}, roles=("lead",), queries=8, name="person without profile"),
    Page(
        "own-rights",
        roles=("lead", "coordinator", "admin"),
        states={"empty": State(prepare=nobody)},
    ),
    Page(
        "city-rights",
        {"slug": "lund.slug"},
        kind="list",
        row=one_more_person,
        roles=("lead",),
        queries=8,
    ),
    Page("programme-rights", {"slug": "syd.slug"}, roles=("coordinator",), queries=8),
    Page(
        "own-profile",
        kind="form",
        roles=("staff", "lead"),
        queries=12,
        states={"error": State(send={"email": "no address", "phone": "letters"})},
    ),
    Page(
        "person-question",
        BOB,
        kind="form",
        roles=("foreign",),
        states={"error": State(send={"text": ""})},
    ),
    Page(
        "inquiry-list",
        kind="list",
        row=one_more_question,
        roles=("staff",),
        states={"empty": State(prepare=no_questions)},
    ),
    Page(
        "inquiry",
        INQUIRY,
        roles=("staff", "foreign"),
        states={"error": State(send={"text": ""})},
        name="inquiry open",
    ),
    Page("inquiry", {"pk": "inquiry_other.pk"}, roles=("researcher",), name="inquiry waiting"),
    Page("inquiry-refusal", INQUIRY, roles=("staff",)),
    Page(
        "inquiry-reply",
        {"token": "reply_link.token"},
        kind="form",
        roles=("visitor", "staff"),
        states={"error": State(send={"text": ""})},
    ),
]
