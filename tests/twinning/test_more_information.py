"""What a city sees when the programme asks for more: what is open, until when, and nothing else."""

import datetime as dt
from zoneinfo import ZoneInfo

from django.utils import timezone

from cities.twinning.applications import actions
from cities.twinning.models import Application, Call
from tests.cities.test_city_pages import SignIn
from tests.conftest import Cast
from tests.labs.conftest import post
from tests.twinning.making import call, domain, whole
from tests.twinning.test_applications import address, ask

__all__ = ["call", "domain"]


def test_only_what_is_open_is_offered(cast: Cast, sign_in: SignIn, call: Call) -> None:
    it = actions.submit(application=whole(call, cast.lund, cast.bob), by=cast.bob)
    ask(it, cast, "answer-challenge")
    page = sign_in(cast.bob).get(address(it)).content.decode()
    assert f"{address(it, 'answers/')}#id_answer-challenge" in page
    assert address(it, "profile/") not in page
    assert address(it, "files/") not in page
    assert "Nothing is missing" not in page


def test_the_last_day_is_told_as_it_was_typed(cast: Cast, sign_in: SignIn, call: Call) -> None:
    it = actions.submit(application=whole(call, cast.lund, cast.bob), by=cast.bob)
    day = timezone.localdate() + dt.timedelta(days=3)
    data = {"verdict": "more", "reason": "Who?", "reopened": ["offers"], "until": day.isoformat()}
    assert post(sign_in(cast.carol), address(it, "screening/"), data).status_code == 302
    until = Application.objects.get().reopened_until
    assert until is not None
    local = timezone.localtime(until, ZoneInfo(call.time_zone))
    assert (local.date(), local.hour, local.minute) == (day, 23, 59)
