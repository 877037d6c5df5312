from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.utils import timezone

from hub import zones
from hub.models import User
from tests.conftest import Cast

SignIn = Callable[[User | None], Client]
KEY = {"_key": "0123456789abcdef"}
RIGHT = {
    "name": "Bob Ek",
    "language": "sv",
    "time_zone": "Europe/Athens",
    "theme": "dark",
}


def _stored(user: User) -> dict[str, str]:
    return User.objects.filter(pk=user.pk).values(*RIGHT).get()


def test_a_person_changes_their_settings(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.bob)

    saved = client.post("/settings/", RIGHT | KEY)
    page = client.get("/settings/").content.decode()

    assert (saved.status_code, saved["Location"]) == (302, "/settings/")
    assert _stored(cast.bob) == RIGHT
    assert '<html lang="sv" data-theme="dark">' in page


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 121),
        ("language", "tlh"),
        ("time_zone", "Mars/Olympus"),
        ("time_zone", "../../etc/passwd"),
        ("theme", "pink"),
    ],
)
def test_a_wrong_setting_is_refused_beside_its_field(
    cast: Cast, sign_in: SignIn, field: str, value: str
) -> None:
    before = _stored(cast.bob)

    refused = sign_in(cast.bob).post("/settings/", RIGHT | {field: value} | KEY)

    assert refused.status_code == 422
    assert f'id="id_{field}' in refused.content.decode()
    assert _stored(cast.bob) == before


def test_fields_that_are_not_on_the_form_change_nothing(cast: Cast, sign_in: SignIn) -> None:
    extra = {"is_admin": "on", "is_active": "", "email": "x@example.org", "is_sample": "on"}

    sign_in(cast.bob).post("/settings/", RIGHT | extra | KEY)

    bob = User.objects.get(pk=cast.bob.pk)
    assert (bob.is_admin, bob.is_active, bob.email, bob.is_sample) == (
        False,
        True,
        "bob@example.org",
        False,
    )


def test_a_visitor_chooses_a_language_and_a_theme(client: Client, db: None) -> None:
    sent = client.post("/settings/language/", {"language": "sv", "next": "/privacy/"})
    client.post("/settings/theme/", {"theme": "dark"})
    page = client.get("/privacy/").content.decode()

    assert (sent.status_code, sent["Location"]) == (303, "/privacy/")
    assert '<html lang="sv" data-theme="dark">' in page
    client.post("/settings/theme/", {"theme": ""})
    assert '<html lang="sv">' in client.get("/privacy/").content.decode()


def test_a_persons_choice_is_stored(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.bob)

    client.post("/settings/language/", {"language": "sv"})
    client.post("/settings/theme/", {"theme": "light"})

    bob = User.objects.get(pk=cast.bob.pk)
    assert (bob.language, bob.theme) == ("sv", "light")


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "javascript:alert(1)",
        "/\\evil.example",
        "x" * 5000,
        "",
    ],
)
def test_the_way_back_never_leaves_the_hub(client: Client, db: None, target: str) -> None:
    sent = client.post("/settings/language/", {"language": "sv", "next": target})

    assert sent.status_code == 303
    assert "evil" not in sent["Location"]
    assert "javascript" not in sent["Location"]


def test_zones_are_places_and_europes_come_first() -> None:
    names = zones.names()

    assert names[0].startswith("Europe/")
    assert names[-1] == "UTC"
    assert zones.is_known("Europe/Stockholm")
    assert not zones.is_known("Etc/GMT+3")


def test_zones_are_offered_by_todays_names_only() -> None:
    offered = {name for _area, places in zones.choices() for name, _label in places}

    for today in ("Europe/Stockholm", "Europe/Oslo", "Europe/Kyiv", "Asia/Kolkata", "UTC"):
        assert today in offered
    for obsolete in ("Europe/Kiev", "Asia/Calcutta", "US/Pacific", "Australia/ACT"):
        assert obsolete not in offered


def test_zones_say_how_far_off_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    for month, offset in ((1, "+01:00"), (7, "+02:00")):
        at = datetime(2027, month, 5, 12, 30, tzinfo=UTC)
        monkeypatch.setattr(timezone, "now", lambda at=at: at)
        labels = dict(zones.choices()[0][1])
        assert labels["Europe/Stockholm"] == f"Stockholm (UTC{offset})"
    asia = next(dict(places) for area, places in zones.choices() if area == "Asia")
    assert asia["Asia/Ho_Chi_Minh"] == "Ho Chi Minh (UTC+07:00)"
    assert asia["Asia/Kathmandu"] == "Kathmandu (UTC+05:45)"


def test_an_obsolete_zone_that_stands_already_stays(cast: Cast, sign_in: SignIn) -> None:
    User.objects.filter(pk=cast.bob.pk).update(time_zone="Asia/Calcutta")
    client = sign_in(cast.bob)

    page = client.get("/settings/").content.decode()
    assert '<option value="Asia/Calcutta" selected>Calcutta (UTC+05:30)</option>' in page
    sent = client.post("/settings/", RIGHT | {"time_zone": "Asia/Calcutta"} | KEY)

    assert sent.status_code == 302
    assert User.objects.get(pk=cast.bob.pk).time_zone == "Asia/Calcutta"
    # It is nobody else's to choose.
    assert "Asia/Calcutta" not in sign_in(cast.alice).get("/settings/").content.decode()


def test_no_zone_at_all_is_refused(cast: Cast, sign_in: SignIn) -> None:
    sent = sign_in(cast.bob).post("/settings/", RIGHT | {"time_zone": "Etc/GMT+3"} | KEY)

    assert sent.status_code == 422
    assert "“Etc/GMT+3” is no time zone that we know." in sent.content.decode()
