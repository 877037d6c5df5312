"""Coordinators and admins without a second factor reach nothing that is theirs alone."""

from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client, override_settings

from hub import access
from hub.backends import HubBackend
from hub.models import User
from tests.conftest import Cast

SignIn = Callable[[User | None], Client]

#: Pages that only a coordinator's or an admin's keys open.
PRIVILEGED = (
    "/desk/",
    "/admin/",
    "/admin/hub/user/",
    "/programmes/learning-hub-syd/people/invitations/",
    "/cities/lund/people/invitations/",
    "/organisations/lund-university/people/invitations/",
)


def _drop_second_factors() -> None:
    Authenticator.objects.all().delete()


@pytest.mark.parametrize("role", ["coordinator", "admin"])
def test_without_a_second_factor_no_privileged_page_opens(
    cast: Cast, sign_in: SignIn, role: str
) -> None:
    _drop_second_factors()
    client = sign_in(cast.by_role()[role])

    answers = {url: client.get(url) for url in PRIVILEGED}

    assert {a.status_code for a in answers.values()} <= {302, 403}
    assert {a["Location"] for url, a in answers.items() if not url.startswith("/admin")} == {
        "/settings/second-factor/"
    }
    assert client.get("/settings/second-factor/").status_code == 200
    for url in PRIVILEGED[3:]:
        assert client.post(url, {"_key": "k" * 20}).status_code == 403


def test_with_one_they_open(cast: Cast, sign_in: SignIn) -> None:
    """The control: it is the missing factor that closed them."""
    carols = {url: sign_in(cast.carol).get(url).status_code for url in PRIVILEGED}
    adas = {url: sign_in(cast.ada).get(url).status_code for url in PRIVILEGED}

    assert list(carols.values()) == [200, 302, 302, 200, 200, 200]
    assert sign_in(cast.carol).get("/admin/", follow=True).status_code == 403
    assert list(adas.values()) == [200] * 6


@override_settings(SAMPLE_HUB=True)
def test_the_sample_hub_asks_for_none_and_says_so(cast: Cast, sign_in: SignIn) -> None:
    _drop_second_factors()

    page = sign_in(cast.carol).get("/desk/")

    assert page.status_code == 200
    assert "no second factor is asked for" in page.content.decode()


def test_recovery_codes_alone_do_not_count(cast: Cast, sign_in: SignIn) -> None:
    _drop_second_factors()
    Authenticator.objects.create(
        user=cast.carol, type=Authenticator.Type.RECOVERY_CODES, data={"seed": "x", "used_mask": 0}
    )

    assert sign_in(cast.carol).get("/desk/").status_code == 302


def test_a_passkey_counts(cast: Cast, sign_in: SignIn) -> None:
    _drop_second_factors()
    Authenticator.objects.create(
        user=cast.carol, type=Authenticator.Type.WEBAUTHN, data={"name": "Phone"}
    )

    assert sign_in(cast.carol).get("/desk/").status_code == 200


def test_only_the_privileged_keys_are_held_back(cast: Cast) -> None:
    _drop_second_factors()

    carol = HubBackend().get_user(cast.carol.pk)
    alice = HubBackend().get_user(cast.alice.pk)

    assert carol is not None
    assert alice is not None
    assert carol.awaits_second_factor
    assert access.keys_of(carol) == {
        "public",
        "signed-in",
        f"user:{carol.pk}",
        f"programme:{cast.syd.pk}",
    }
    assert not alice.awaits_second_factor
    assert access.keys_of(alice) == access.keys_of(User.objects.get(pk=alice.pk))


def test_today_says_what_is_missing(cast: Cast, sign_in: SignIn) -> None:
    _drop_second_factors()

    assert "Your account needs a second step" in sign_in(cast.carol).get("/").content.decode()
    assert "Your account needs a second step" not in sign_in(cast.bob).get("/").content.decode()
