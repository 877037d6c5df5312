"""The certificate of attendance: for whom, and what it says."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation

from hub.models import Delivery, User
from labs import actions, certificates
from labs.models import Lab, Registration
from labs.plans import Point
from tests.conftest import Cast
from tests.labs.conftest import at
from tests.labs.test_letters import compose

SignIn = Callable[[User | None], Client]


@pytest.fixture
def came(make_lab: Callable[..., Lab], cast: Cast) -> Registration:
    """Alice was there, Rita had a seat and did not come."""
    lab = make_lab(title="Heat below ground", place="Stadshuset")
    for user in (cast.alice, cast.rita):
        actions.register(by=user, lab=lab, mode="onsite")
    over(lab)
    found = Registration.objects.get(user=cast.alice)
    actions.mark_present(by=cast.carol, lab=lab, registration=found.pk, mode="onsite")
    return Registration.objects.select_related("lab").get(pk=found.pk)


def over(lab: Lab) -> None:
    end = timezone.now() - dt.timedelta(hours=1)
    times = {"starts_at": end - dt.timedelta(hours=2, minutes=30), "ends_at": end}
    Lab.objects.filter(pk=lab.pk).update(**times)


def page(client: Client, registration: Registration, pk: str = "") -> Any:
    return client.get(f"{registration.lab.get_absolute_url()}certificate/{pk}")


def test_it_says_who_where_and_how_long(came: Registration, cast: Cast, sign_in: SignIn) -> None:
    text = page(sign_in(cast.alice), came).content.decode()
    for words in (
        "Alice", "Heat below ground", "2 hours 30 minutes", "On site, Stadshuset",
        "Learning Hub Syd", "Lund University",
    ):  # fmt: skip
        assert words in text
    with translation.override("sv"):
        assert certificates.hours(came.lab) == "2 timmar 30 minuter"
    User.objects.filter(pk=cast.alice.pk).update(language="sv")
    client = sign_in(User.objects.get(pk=cast.alice.pk))
    client.cookies["django_language"] = "sv"
    assert "deltog i ett Learning Lab:" in page(client, came).content.decode()


def test_only_who_came_has_one(came: Registration, cast: Cast, sign_in: SignIn) -> None:
    statuses = {
        role: page(sign_in(user), came).status_code for role, user in cast.by_role().items()
    }
    assert statuses == {
        "visitor": 302, "lead": 200, "staff": 404, "coordinator": 404, "researcher": 404,
        "foreign": 404, "admin": 404,
    }  # fmt: skip
    alice = sign_in(cast.alice)
    assert "certificate/" in alice.get(came.lab.get_absolute_url()).content.decode()
    actions.mark_absent(by=cast.carol, lab=came.lab, registration=came.pk)
    assert page(alice, came).status_code == 404
    assert "certificate/" not in alice.get(came.lab.get_absolute_url()).content.decode()


def test_those_who_conduct_it_print_any(came: Registration, cast: Cast, sign_in: SignIn) -> None:
    carol = sign_in(cast.carol)
    listed = carol.get(f"{came.lab.get_absolute_url()}attendance/list/").content.decode()
    assert f"certificate/{came.pk}/" in listed
    assert "Alice" in page(carol, came, f"{came.pk}/").content.decode()
    silent = Registration.objects.get(user=cast.rita)
    assert page(carol, came, f"{silent.pk}/").status_code == 404
    assert page(sign_in(cast.rita), came, f"{came.pk}/").status_code == 404
    assert page(sign_in(cast.alice), came, f"{came.pk}/").status_code == 403


def test_there_is_none_before_the_end(came: Registration, cast: Cast, sign_in: SignIn) -> None:
    Lab.objects.update(ends_at=timezone.now() + dt.timedelta(hours=1))
    assert page(sign_in(cast.alice), came).status_code == 404


def test_several_days_count_what_the_agenda_says(make_lab: Callable[..., Lab]) -> None:
    lab = make_lab(ends_at=at(101, 16), agenda=(Point("Evening", 90), Point("Morning", 120)))
    assert certificates.minutes(lab) == 210


@pytest.mark.parametrize(("name", "is_linked"), [("alice", True), ("rita", False)])
def test_the_mail_of_thanks_leads_to_it(
    came: Registration, cast: Cast, name: str, is_linked: bool
) -> None:
    user = getattr(cast, name)
    row = Delivery(
        kind="lab.thanks", event=came.lab.subject, user=user,
        version=came.lab.schedule_version * 1000,
    )  # fmt: skip
    letter: Any = compose(row)
    assert [f"{came.lab.get_absolute_url()}certificate/" in text for text in (
        letter.text, letter.html,
    )] == [is_linked] * 2  # fmt: skip
