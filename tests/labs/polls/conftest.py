from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from labs.enums import Choice
from labs.models import Ballot, Poll
from labs.polls import actions
from labs.polls.plans import PollPlan
from tests.conftest import Cast
from tests.labs.conftest import STOCKHOLM, at

YES, MAYBE, NO = Choice.YES, Choice.IF_NEED_BE, Choice.NO


def a_poll_plan(**changes: Any) -> PollPlan:
    facts: dict[str, Any] = {
        "title": "Heat from the neighbours",
        "starts": (at(40), at(41, 9), at(47)),
        "minutes": 180,
        "time_zone": STOCKHOLM,
        "closes_at": at(14, 17),
        "audience": "transition-team",
        "summary": "Which pipe first?",
        "language": "en",
        "place": "Stadshuset",
        "is_online": True,
    }
    return PollPlan(**(facts | changes))


@pytest.fixture
def make_poll(cast: Cast) -> Callable[..., Poll]:
    def make(**changes: Any) -> Poll:
        return actions.ask(by=cast.carol, programme=cast.syd, plan=a_poll_plan(**changes))

    return make


@pytest.fixture
def poll(make_poll: Callable[..., Poll]) -> Poll:
    return make_poll()


def vote(poll: Poll, user: Any, *said: Choice, **how: Any) -> Ballot:
    """One answer for each date, in their order."""
    options = list(poll.options.values_list("pk", flat=True))
    return actions.vote(by=user, poll=poll, choices=dict(zip(options, said, strict=True)), **how)


def vote_data(poll: Poll, *said: str) -> dict[str, str]:
    options = poll.options.values_list("pk", flat=True)
    return {f"date-{pk}": choice for pk, choice in zip(options, said, strict=False)}


def close(poll: Poll) -> Poll:
    """As if the deadline had passed."""
    Poll.objects.filter(pk=poll.pk).update(closes_at=timezone.now() - timedelta(minutes=1))
    poll.refresh_from_db()
    return poll


def poll_data(**changes: Any) -> dict[str, Any]:
    """The form of a new poll, filled in rightly; None leaves a field out."""
    today = timezone.localdate()
    data: dict[str, Any] = {
        "title": "Heat from the neighbours",
        "place": "Stadshuset",
        "is_online": "on",
        "minutes": "180",
        "time_zone": STOCKHOLM,
        "closes_on": (today + timedelta(days=14)).isoformat(),
        "closes_hour": "17:00",
        "audience": "transition-team",
        "language": "en",
        "dates-TOTAL_FORMS": "4",
        "dates-INITIAL_FORMS": "0",
        "dates-0-day": (today + timedelta(days=40)).isoformat(),
        "dates-0-begins": "13:00",
        "dates-1-day": (today + timedelta(days=41)).isoformat(),
        "dates-1-begins": "09:00",
        "confirmed": "1",
    }
    return {name: value for name, value in (data | changes).items() if value is not None}
