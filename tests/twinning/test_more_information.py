"""What a city sees when the programme asks for more: what is open, until when, and nothing else."""

from cities.twinning.applications import actions
from cities.twinning.models import Call
from tests.cities.test_city_pages import SignIn
from tests.conftest import Cast
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
