"""Seats and the waitlist, from the page and from the link in a mail."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone

from hub.models import Delivery, User
from labs import actions, answers
from labs.models import Lab, Registration, RegistrationStep
from labs.refusals import Refused
from tests.conftest import Cast
from tests.labs.conftest import a_plan, post


def line(lab: Lab) -> list[tuple[str, str, str]]:
    rows = Registration.objects.filter(lab=lab).exclude(state="cancelled")
    rows = rows.order_by("state", "waitlist_number", "user__name")
    return [(row.user.name, row.mode, row.state) for row in rows.select_related("user")]


@pytest.fixture
def small(make_lab: Callable[..., Lab]) -> Lab:
    """Two seats on site, one online."""
    return make_lab(seats_onsite=2, seats_online=1, audience="open")


@pytest.fixture
def team(make_people: Callable[[int], list[User]]) -> list[User]:
    return make_people(6)


def test_a_person_registers_changes_mode_and_cancels_on_the_page(
    lab: Lab, cast: Cast, sign_in: Callable[..., Client]
) -> None:
    client = sign_in(cast.alice)
    url = f"{lab.get_absolute_url()}registration/"
    for mode in ("onsite", "onsite", "online"):
        response = post(client, url, {"mode": mode})
        assert (response.status_code, response.url) == (302, lab.get_absolute_url())
    assert line(lab) == [("Alice", "online", "seated")]
    post(client, f"{url}cancellation/")
    assert line(lab) == []
    steps = RegistrationStep.objects.values_list("step", "mode", "state", "via")
    assert list(steps) == [
        ("registered", "onsite", "seated", "site"),
        ("changed-mode", "online", "seated", "site"),
        ("cancelled", "online", "cancelled", "site"),
    ]
    lab.refresh_from_db()
    assert (lab.seated_onsite, lab.seated_online) == (0, 0)


def test_registering_without_a_mode_is_explained(
    lab: Lab, cast: Cast, sign_in: Callable[..., Client]
) -> None:
    response = post(sign_in(cast.alice), f"{lab.get_absolute_url()}registration/")
    assert response.status_code == 422
    assert response.context["form"].errors == {"mode": ["Choose how you take part."]}
    assert Registration.objects.count() == 0


def test_a_visitor_signs_in_first_and_comes_back_to_the_lab(small: Lab, client: Client) -> None:
    response = post(client, f"{small.get_absolute_url()}registration/", {"mode": "online"})
    assert (response.status_code, response.url.split("?")[0]) == (302, "/accounts/login/")
    assert Registration.objects.count() == 0


def test_whoever_cannot_come_says_so_once_and_is_asked_no_more(
    small: Lab, team: list[User], sign_in: Callable[..., Client]
) -> None:
    client = sign_in(team[0])
    assert "I cannot come" in client.get(small.get_absolute_url()).content.decode()
    post(client, f"{small.get_absolute_url()}registration/cancellation/")
    declined = small.registrations.get(user=team[0])
    assert (declined.state, declined.steps.get().step) == ("cancelled", "declined")
    assert "Waiting for your answer" not in client.get("/").content.decode()
    page = client.get(small.get_absolute_url()).content.decode()
    assert ("You do not come" in page, "I cannot come" in page) == (True, False)
    # Minds change: the seats are still open to them.
    actions.register(by=team[0], lab=small, mode="onsite")
    assert small.registrations.get(user=team[0]).is_seated


def test_the_waitlist_moves_up_in_order_and_by_mode(small: Lab, team: list[User]) -> None:
    for n, mode in enumerate(["onsite", "onsite", "onsite", "online", "online", "onsite"]):
        actions.register(by=team[n], lab=small, mode=mode)
    assert line(small) == [
        ("Team 000", "onsite", "seated"),
        ("Team 001", "onsite", "seated"),
        ("Team 003", "online", "seated"),
        ("Team 002", "onsite", "waiting"),
        ("Team 004", "online", "waiting"),
        ("Team 005", "onsite", "waiting"),
    ]
    assert Registration.objects.get(user=team[5]).place_in_line() == 2
    actions.cancel_registration(by=team[0], lab=small)
    assert line(small) == [
        ("Team 001", "onsite", "seated"),
        ("Team 002", "onsite", "seated"),
        ("Team 003", "online", "seated"),
        ("Team 004", "online", "waiting"),
        ("Team 005", "onsite", "waiting"),
    ]
    promoted = Delivery.objects.filter(kind="lab.promotion").values_list("user__name", flat=True)
    assert list(promoted) == ["Team 002"]


def test_a_larger_room_moves_people_up(small: Lab, team: list[User], cast: Cast) -> None:
    for person in team:
        actions.register(by=person, lab=small, mode="onsite")
    plan = a_plan(seats_onsite=4, seats_online=1, audience="open")
    actions.change(by=cast.carol, lab=small, plan=plan, from_version=small.version)
    assert [state for _name, _mode, state in line(small)] == ["seated"] * 4 + ["waiting"] * 2
    assert [name for name, _mode, state in line(small) if state == "waiting"] == [
        "Team 004",
        "Team 005",
    ]


def test_changing_to_a_full_mode_keeps_the_seat(small: Lab, team: list[User]) -> None:
    actions.register(by=team[0], lab=small, mode="online")
    actions.register(by=team[1], lab=small, mode="onsite")
    with pytest.raises(Refused, match="You keep the seat that you have"):
        actions.register(by=team[1], lab=small, mode="online")
    assert ("Team 001", "onsite", "seated") in line(small)


def test_changing_mode_frees_the_seat_for_whoever_waits(small: Lab, team: list[User]) -> None:
    for n in range(3):
        actions.register(by=team[n], lab=small, mode="onsite")
    actions.register(by=team[0], lab=small, mode="online")
    assert line(small) == [
        ("Team 000", "online", "seated"),
        ("Team 001", "onsite", "seated"),
        ("Team 002", "onsite", "seated"),
    ]


def test_whoever_comes_back_stands_last(small: Lab, team: list[User]) -> None:
    for person in team[:4]:
        actions.register(by=person, lab=small, mode="onsite")
    actions.cancel_registration(by=team[2], lab=small)
    actions.register(by=team[2], lab=small, mode="onsite")
    waiting = [name for name, _mode, state in line(small) if state == "waiting"]
    assert waiting == ["Team 003", "Team 002"]


@pytest.mark.parametrize("state", ["begun", "cancelled", "held"])
def test_a_closed_lab_takes_nobody(lab: Lab, cast: Cast, state: str) -> None:
    if state == "cancelled":
        actions.cancel(by=cast.carol, lab=lab, reason="Snow")
    else:
        Lab.objects.update(starts_at=timezone.now() - timedelta(hours=1))
    if state == "held":
        actions.hold(by=cast.carol, lab=lab)
    with pytest.raises(Refused):
        actions.register(by=cast.alice, lab=lab, mode="online")
    assert Registration.objects.count() == 0


def path_of(user: User, lab: Lab) -> str:
    return "/labs/answer/" + answers.url_for(user, lab).rstrip("/").rpartition("/")[2] + "/"


def test_looking_at_the_link_changes_nothing(lab: Lab, cast: Cast, client: Client) -> None:
    path = path_of(cast.alice, lab)
    for method in (client.get, client.head, client.get):
        assert method(path).status_code == 200
    assert (Registration.objects.count(), RegistrationStep.objects.count()) == (0, 0)


def test_the_link_registers_and_gives_back_without_signing_in(
    lab: Lab, cast: Cast, client: Client
) -> None:
    path = path_of(cast.alice, lab)
    response = post(client, path, {"mode": "online"})
    assert (response.status_code, response.url) == (302, path)
    assert line(lab) == [("Alice", "online", "seated")]
    assert "You have a seat" in client.get(path).content.decode()
    assert "_auth_user_id" not in client.session
    post(client, path, {"give_back": "1"})
    assert line(lab) == []
    assert set(RegistrationStep.objects.values_list("via", flat=True)) == {"mail"}


def test_the_link_acts_for_its_person_whoever_opens_it(
    lab: Lab, cast: Cast, sign_in: Callable[..., Client]
) -> None:
    client = sign_in(cast.mallory)
    path = path_of(cast.alice, lab)
    assert "Your answer, Alice" in client.get(path).content.decode()
    post(client, path, {"mode": "onsite"})
    assert line(lab) == [("Alice", "onsite", "seated")]


def test_a_forged_or_foreign_link_is_not_found(lab: Lab, cast: Cast, client: Client) -> None:
    other_purpose = signing.dumps([lab.pk, cast.alice.pk], salt="something-else")
    outsider = path_of(cast.mallory, lab)
    for path in ("/labs/answer/x/", f"/labs/answer/{other_purpose}/", outsider):
        assert client.get(path).status_code == 404
        assert post(client, path, {"mode": "online"}).status_code == 404
    assert Registration.objects.count() == 0


def test_the_link_ends_with_the_lab_and_with_the_account(
    lab: Lab, cast: Cast, client: Client
) -> None:
    path = path_of(cast.alice, lab)
    User.objects.filter(pk=cast.alice.pk).update(is_active=False)
    assert client.get(path).status_code == 404
    User.objects.filter(pk=cast.alice.pk).update(is_active=True)
    Lab.objects.update(
        starts_at=timezone.now() - timedelta(hours=3), ends_at=timezone.now() - timedelta(hours=1)
    )
    assert post(client, path, {"mode": "online"}).status_code == 410
    assert Registration.objects.count() == 0
