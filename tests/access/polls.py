from tests.access import EVERYBODY, Row, everybody, only, signed_in
from tests.labs.polls.conftest import poll_data, vote_data
from tests.worlds import World

TEAM = ("coordinator", "lead", "researcher")
GROUP = ("lead", "staff", "foreign")
POLL = {"slug": "poll_team.slug"}
CITY_POLL = {"slug": "poll_city.slug"}
GROUP_POLL = {"slug": "poll_group.slug"}
CLOSED_POLL = {"slug": "poll_closed.slug"}
#: Of the pages with which a poll is conducted: its voters see it and may not.
MEMBERS_OF_POLL = only("lead", "researcher", then=403, hidden=True)
MEMBERS_OF_GROUP_POLL = only("staff", "foreign", then=403, hidden=True)


def _new_poll(world: World) -> dict[str, object]:
    return poll_data(programme=world["syd"].pk)


def _vote(world: World) -> dict[str, str]:
    return vote_data(world["poll_team"], "yes", "no", "if-need-be")


ROWS = [
    Row("poll-list", get=signed_in()),
    Row("poll-new", get=only("coordinator"), post=only("coordinator", then=302), data=_new_poll),
    Row(
        "poll-new",
        query="?group=leuven-lund",
        get=only("lead"),
        post=only("lead", then=302),
        data=poll_data(kind="workshop", audience=None),
    ),
    Row("poll-new", query="?group=nowhere", get=signed_in(404)),
    Row("poll", GROUP_POLL, get=only(*GROUP, hidden=True)),
    Row(
        "poll-edit",
        GROUP_POLL,
        get={**MEMBERS_OF_GROUP_POLL, "lead": 200},
        post={**MEMBERS_OF_GROUP_POLL, "lead": 302},
        data=lambda world: poll_data(
            kind="workshop", audience=None, version=world["poll_group"].version
        ),
    ),
    Row("poll", POLL, get=only(*TEAM, hidden=True)),
    Row("poll", CITY_POLL, get=only("lead", "staff", "coordinator", hidden=True)),
    Row("poll", {"slug": "poll_cancelled.slug"}, get=only(*TEAM, hidden=True)),
    Row(
        "poll-edit",
        POLL,
        get={**MEMBERS_OF_POLL, "coordinator": 200},
        post={**MEMBERS_OF_POLL, "coordinator": 302},
        data=lambda world: poll_data(version=world["poll_team"].version),
    ),
    Row("poll-edit", CLOSED_POLL, get={**MEMBERS_OF_POLL, "coordinator": 200}),
    Row(
        "poll-vote",
        POLL,
        get=only(*TEAM, then=302, hidden=True),
        post={**only("lead", "researcher", then=302, hidden=True), "coordinator": 403},
        data=_vote,
    ),
    Row(
        "poll-vote",
        CITY_POLL,
        get=only("lead", "staff", "coordinator", then=302, hidden=True),
        post={**only("lead", "staff", then=302, hidden=True), "coordinator": 403},
        data=lambda world: vote_data(world["poll_city"], "yes", "no", "yes"),
    ),
    Row(
        "poll-vote-by-link",
        {"slug": "poll_linked.slug", "token": "poll_link.token"},
        get=EVERYBODY,
        post=everybody(302),
        data=lambda world: vote_data(world["poll_linked"], "yes", "no", "yes"),
    ),
    Row(
        "poll-vote-by-link",
        {"slug": "poll_linked.slug", "token": "=forged"},
        get=everybody(404),
        post=everybody(404),
    ),
    Row(
        "poll-reminder",
        POLL,
        get={**MEMBERS_OF_POLL, "coordinator": 200},
        post={**MEMBERS_OF_POLL, "coordinator": 302},
        data=lambda world: {"people": str(world["alice"].pk)},
    ),
    Row(
        "poll-decision",
        POLL,
        get={**MEMBERS_OF_POLL, "coordinator": 302},
        post={**MEMBERS_OF_POLL, "coordinator": 302},
        data=lambda world: {"option": world["poll_option"].pk},
    ),
    Row(
        "poll-cancellation",
        POLL,
        get={**MEMBERS_OF_POLL, "coordinator": 200},
        post={**MEMBERS_OF_POLL, "coordinator": 302},
        data={"reason": "No time"},
    ),
    Row("poll-messages", POLL, get={**MEMBERS_OF_POLL, "coordinator": 200}),
]
