from labs.models import Poll
from labs.polls import actions as polls
from tests.labs.conftest import at
from tests.labs.polls.conftest import MAYBE, NO, YES, a_poll_plan, vote
from tests.pages import Page, State
from tests.worlds import World

COORDINATOR = ("coordinator",)
POLL = {"slug": "poll_team.slug"}


def no_polls(world: World) -> None:
    Poll.objects.all().delete()


def one_more_poll(world: World, n: int) -> Poll:
    plan = a_poll_plan(title=f"Poll number {n}", audience="cities")
    return polls.ask(by=world["carol"], programme=world["syd"], plan=plan)


def voted(world: World) -> None:
    vote(world["poll_team"], world["alice"], YES, NO, MAYBE)


def extended(world: World) -> None:
    voted(world)
    poll = world["poll_team"]
    polls.extend(
        by=world["carol"], poll=poll, starts=[at(60)], closes_at=poll.closes_at, from_version=1
    )


def asked_of_cities(world: World) -> None:
    poll = world["poll_team"]
    Poll.objects.filter(pk=poll.pk).update(audience="chosen-cities")
    poll.cities.set([world["lund"], world["malmo"]])


def decided(world: World) -> None:
    voted(world)
    polls.decide(by=world["carol"], poll=world["poll_team"], option=world["poll_option"])


def decided_by_link(world: World) -> None:
    polls.decide(by=world["carol"], poll=world["poll_linked"], option=world["poll_linked_option"])


PAGES = [
    Page(
        "poll-list",
        kind="list",
        roles=("staff", "coordinator"),
        row=one_more_poll,
        states={"empty": State(prepare=no_polls)},
    ),
    Page(
        "poll",
        POLL,
        roles=("lead", "coordinator"),
        queries=7,
        states={
            "voted": State(prepare=voted),
            "more dates": State(prepare=extended),
            "decided": State(prepare=decided),
            "of chosen cities": State(prepare=asked_of_cities),
        },
    ),
    Page("poll", {"slug": "poll_closed.slug"}, roles=COORDINATOR, queries=12, name="poll closed"),
    Page("poll", {"slug": "poll_cancelled.slug"}, roles=("lead",), name="poll cancelled"),
    Page(
        "poll-new",
        kind="form",
        roles=COORDINATOR,
        states={
            "error": State(send={"title": "", "dates-0-day": "2020-01-01"}),
            "one more date": State(click='button[value="add"]'),
        },
    ),
    Page("poll-edit", POLL, kind="form", roles=COORDINATOR, queries=7),
    Page(
        "poll-edit",
        {"slug": "poll_closed.slug"},
        kind="form",
        roles=COORDINATOR,
        states={"error": State(send={"closes_on": "2020-01-01"})},
        name="poll extension",
    ),
    Page(
        "poll-vote-by-link",
        {"slug": "poll_linked.slug", "token": "poll_link.token"},
        kind="form",
        roles=("visitor",),
        states={"decided": State(prepare=decided_by_link)},
    ),
    Page("poll-reminder", POLL, kind="form", roles=COORDINATOR),
    Page(
        "poll-cancellation",
        POLL,
        kind="form",
        roles=COORDINATOR,
        states={"error": State(send={"reason": ""})},
    ),
    Page("poll-messages", POLL, kind="other", roles=COORDINATOR),
]
