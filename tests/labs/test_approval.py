"""Places given by the coordinator: asked for, given or refused, one or many at once."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from hub.models import Delivery, User
from labs import actions, answers, calendars, people, reminding, sheets, subscriptions
from labs.calendars import Guest
from labs.models import Lab, Registration, RegistrationStep
from labs.refusals import Refused
from tests.conftest import Cast
from tests.labs.conftest import a_plan, post
from tests.labs.test_letters import event_of, letter_of
from tests.labs.test_registering import line


@pytest.fixture
def asked_for(make_lab: Callable[..., Lab]) -> Lab:
    """Two seats on site, one online; the coordinator gives them."""
    return make_lab(seats_onsite=2, seats_online=1, audience="open", needs_approval=True)


@pytest.fixture
def team(asked_for: Lab, make_people: Callable[[int], list[User]]) -> list[User]:
    """Five who ask for a place, the last one online."""
    found = make_people(5)
    for n, user in enumerate(found):
        actions.register(by=user, lab=asked_for, mode="online" if n == 4 else "onsite")
    return found


def ids(lab: Lab, *users: User) -> list[int]:
    return [lab.registrations.get(user=user).pk for user in users]


def states(lab: Lab) -> list[str]:
    return [state for _name, _mode, state in line(lab)]


def test_who_asks_holds_neither_seat_nor_turn(asked_for: Lab, team: list[User]) -> None:
    asked_for.refresh_from_db()
    assert states(asked_for) == ["pending"] * 5
    assert (asked_for.seated_onsite, asked_for.seated_online, asked_for.waiting) == (0, 0, 0)
    assert set(asked_for.registrations.values_list("waitlist_number", flat=True)) == {None}
    assert not Delivery.objects.filter(kind="lab.reminder").exists()


def test_the_coordinator_finds_on_today_that_people_ask(
    asked_for: Lab, team: list[User], cast: Cast, sign_in: Callable[[User | None], Client]
) -> None:
    assert "5 people wait for your answer" in sign_in(cast.carol).get("/").content.decode()
    for user in (cast.alice, cast.mallory):
        assert "wait for your answer" not in sign_in(user).get("/").content.decode()


def test_places_are_given_in_the_order_in_which_people_asked(
    asked_for: Lab, team: list[User], cast: Cast
) -> None:
    # A change of mode, and back, costs nobody the turn.
    actions.register(by=team[0], lab=asked_for, mode="online")
    actions.register(by=team[0], lab=asked_for, mode="onsite")
    given = actions.approve(by=cast.carol, lab=asked_for, people=None)
    assert given == actions.Given(seated=3, waiting=2)
    assert line(asked_for) == [
        ("Team 000", "onsite", "seated"),
        ("Team 001", "onsite", "seated"),
        ("Team 004", "online", "seated"),
        ("Team 002", "onsite", "waiting"),
        ("Team 003", "onsite", "waiting"),
    ]
    steps = RegistrationStep.objects.filter(step="approved").values_list("taken_by", "state")
    assert sorted(steps) == [(cast.carol.pk, "seated")] * 3 + [(cast.carol.pk, "waiting")] * 2
    reminded = Delivery.objects.filter(kind="lab.reminder").values_list("user__name", flat=True)
    assert set(reminded) == {"Team 000", "Team 001", "Team 004"}
    # Who is approved and waits moves up as anybody does.
    actions.cancel_registration(by=team[0], lab=asked_for)
    assert ("Team 002", "onsite", "seated") in line(asked_for)


def test_the_coordinator_answers_from_the_list(
    asked_for: Lab, team: list[User], cast: Cast, sign_in: Callable[..., Client]
) -> None:
    client = sign_in(cast.carol)
    url, back = (
        f"{asked_for.get_absolute_url()}approvals/",
        f"{asked_for.get_absolute_url()}#people",
    )
    page = client.get(asked_for.get_absolute_url()).content.decode()
    assert "5 people wait for your answer" in page
    assert page.count("Waits for your answer") == 5
    chosen = ids(asked_for, team[1], team[2])
    response = post(client, url, {"answer": "approve", "people": chosen})
    assert (response.status_code, response.url) == (302, back)
    refused = ids(asked_for, team[3])
    post(client, url, {"answer": "refuse", "people": refused, "reason": "Only for heat people"})
    assert line(asked_for) == [
        ("Team 000", "onsite", "pending"),
        ("Team 004", "online", "pending"),
        ("Team 003", "onsite", "refused"),
        ("Team 001", "onsite", "seated"),
        ("Team 002", "onsite", "seated"),
    ]
    page = client.get(asked_for.get_absolute_url()).content.decode()
    assert "Only for heat people" in page
    post(client, url, {"answer": "approve", "everybody": "on"})
    assert states(asked_for) == ["refused", "seated", "seated", "seated", "waiting"]
    # Minds change: who was refused may get a place after all.
    post(client, url, {"answer": "approve", "people": refused})
    assert asked_for.registrations.get(user=team[3]).refusal_reason == ""
    assert states(asked_for) == ["seated", "seated", "seated", "waiting", "waiting"]


@pytest.mark.parametrize(
    ("form", "field", "sentence"),
    [
        ({"answer": "approve"}, "everybody", "Choose somebody in the list, or everybody."),
        ({"answer": "refuse", "everybody": "on"}, "reason", "Say why there is no place for them."),
        (
            {"answer": "approve", "people": "999999"},
            "everybody",
            "Somebody you chose no longer waits. Choose again.",
        ),
        (
            {"answer": "approve", "people": "x"},
            "everybody",
            "Somebody you chose no longer waits. Choose again.",
        ),
    ],
)
def test_an_answer_that_cannot_be_given_is_explained(
    asked_for: Lab,
    team: list[User],
    cast: Cast,
    sign_in: Callable[..., Client],
    form: dict[str, str],
    field: str,
    sentence: str,
) -> None:
    response = post(sign_in(cast.carol), f"{asked_for.get_absolute_url()}approvals/", form)
    assert response.status_code == 422
    assert response.context["approval"].errors == {field: [sentence]}
    assert states(asked_for) == ["pending"] * 5


REFUSING = {"answer": "refuse", "everybody": "on", "reason": "Only for\nheat people"}


def stamp_of(page: str) -> str:
    found = re.search(r'name="confirmed" value="([0-9a-f]{32})"', page)
    assert found
    return found.group(1)


def test_refusing_everybody_asks_first_and_keeps_what_was_typed(
    asked_for: Lab, team: list[User], cast: Cast, sign_in: Callable[..., Client]
) -> None:
    client, url = sign_in(cast.carol), f"{asked_for.get_absolute_url()}approvals/"
    before = Delivery.objects.count()
    asking = post(client, url, REFUSING)
    page = asking.content.decode()
    assert (asking.status_code, states(asked_for)) == (200, ["pending"] * 5)
    assert "Give 5 people no place?" in page
    assert "5 people get a mail at once, with this reason:" in page
    assert "<p>Only for<br>heat people</p>" in page
    assert "Team 000, Team 001, Team 002, Team 003, Team 004" in page
    # Back: the form as it was, and nobody told.
    back = post(client, url, {**REFUSING, "confirmed": stamp_of(page), "back": "1"})
    assert (back.status_code, states(asked_for)) == (200, ["pending"] * 5)
    assert re.search(r"<textarea[^>]*>\s*Only for\nheat people</textarea>", back.content.decode())
    assert re.search(r'name="everybody"[^>]* checked', back.content.decode())
    assert Delivery.objects.count() == before
    done = post(client, url, {**REFUSING, "confirmed": stamp_of(page)})
    assert (done.status_code, states(asked_for)) == (302, ["refused"] * 5)
    reasons = set(asked_for.registrations.values_list("refusal_reason", flat=True))
    assert reasons == {"Only for\nheat people"}
    assert Delivery.objects.filter(kind="lab.decision").count() == 5


def test_who_asks_meanwhile_is_not_refused_unseen(
    asked_for: Lab, team: list[User], cast: Cast, sign_in: Callable[..., Client]
) -> None:
    client, url = sign_in(cast.carol), f"{asked_for.get_absolute_url()}approvals/"
    stamp = stamp_of(post(client, url, REFUSING).content.decode())
    actions.register(by=cast.bob, lab=asked_for, mode="online")
    again = post(client, url, {**REFUSING, "confirmed": stamp})
    assert (again.status_code, states(asked_for)) == (422, ["pending"] * 6)
    page = again.content.decode()
    assert ("Others wait by now" in page, "Give 6 people no place?" in page) == (True, True)
    post(client, url, {**REFUSING, "confirmed": stamp_of(page)})
    assert states(asked_for) == ["refused"] * 6


def test_several_who_were_ticked_are_asked_for_too_and_one_is_not(
    asked_for: Lab, team: list[User], cast: Cast, sign_in: Callable[..., Client]
) -> None:
    client, url = sign_in(cast.carol), f"{asked_for.get_absolute_url()}approvals/"
    two = {"answer": "refuse", "people": ids(asked_for, *team[:2]), "reason": "Too many"}
    page = post(client, url, two).content.decode()
    assert ("Give 2 people no place?" in page, states(asked_for)) == (True, ["pending"] * 5)
    for pk in two["people"]:
        assert f'<input type="hidden" name="people" value="{pk}">' in page
    one = {**two, "people": ids(asked_for, team[0])}
    assert post(client, url, one).status_code == 302
    assert states(asked_for) == ["pending"] * 4 + ["refused"]
    # One of the two has an answer by now; the other alone is one press.
    assert post(client, url, two).status_code == 302
    assert states(asked_for) == ["pending"] * 3 + ["refused"] * 2


def test_another_labs_people_are_out_of_reach(
    asked_for: Lab, team: list[User], cast: Cast, make_lab: Callable[..., Lab]
) -> None:
    other = make_lab(needs_approval=True)
    given = actions.approve(by=cast.carol, lab=other, people=ids(asked_for, *team))
    assert (given.seated, states(asked_for)) == (0, ["pending"] * 5)


def test_every_step_is_told_by_mail(asked_for: Lab, team: list[User], cast: Cast) -> None:
    received = letter_of("lab.receipt", team[0])
    assert received.subject.startswith("You have asked for a place: ")
    assert (received.calendar, "the answer comes by mail" in received.text) == (None, True)
    actions.approve(by=cast.carol, lab=asked_for, people=ids(asked_for, *team[:3]))
    actions.refuse(
        by=cast.carol, lab=asked_for, people=ids(asked_for, team[3]), reason="One of each city"
    )
    seat, turn, no = (letter_of("lab.decision", team[n]) for n in (0, 2, 3))
    assert seat.subject.startswith("You have a seat: ")
    assert event_of(seat.calendar).attendee.params["PARTSTAT"] == ["ACCEPTED"]
    assert turn.subject.startswith("You are on the waitlist: ")
    assert (turn.calendar, "You are number 1 on the waitlist" in turn.text) == (None, True)
    assert no.subject.startswith("No place for you: ")
    assert (no.method, "The reason: One of each city" in no.text) == ("CANCEL", True)
    assert "The reason: One of each city" in no.html
    stale = Delivery.objects.filter(kind="lab.receipt", user__in=team[:4])
    assert set(stale.values_list("state", flat=True)) == {"superseded"}


def test_the_link_in_the_mail_asks_and_takes_back(
    asked_for: Lab, cast: Cast, client: Client
) -> None:
    address = answers.url_for(cast.alice, asked_for).removeprefix("http://testserver")
    address = address[address.index("/labs/") :]
    assert "Ask for a place" in client.get(address).content.decode()
    assert Registration.objects.count() == 0
    post(client, address, {"mode": "online"})
    assert line(asked_for) == [("Alice", "online", "pending")]
    page = client.get(address).content.decode()
    assert ("You have asked for a place" in page, "I no longer want a place" in page) == (
        True,
        True,
    )
    post(client, address, {"give_back": "1"})
    assert line(asked_for) == []
    post(client, address, {"mode": "online"})
    assert line(asked_for) == [("Alice", "online", "pending")]
    actions.refuse(by=cast.carol, lab=asked_for, people=None, reason="Too many")
    page = client.get(address).content.decode()
    assert ("The reason: Too many" in page, "Ask for a place" in page) == (True, False)
    assert post(client, address, {"mode": "online"}).status_code == 422
    assert states(asked_for) == ["refused"]


def test_the_reason_is_not_called_optional(
    asked_for: Lab, team: list[User], cast: Cast, sign_in: Callable[..., Client]
) -> None:
    page = sign_in(cast.carol).get(asked_for.get_absolute_url()).content.decode()
    assert "Reason, where you give no place</label>" in page
    assert not re.search(r'<textarea name="reason"[^>]* required', page)


def test_who_was_refused_is_asked_and_told_no_more(
    asked_for: Lab, team: list[User], cast: Cast, sign_in: Callable[..., Client]
) -> None:
    actions.refuse(by=cast.carol, lab=asked_for, people=ids(asked_for, team[0]), reason="Full bus")
    page = sign_in(team[0]).get(asked_for.get_absolute_url()).content.decode()
    assert ("The reason: Full bus" in page, "Ask for a place" in page) == (True, False)
    assert '<h2 id="register-heading">There was no place for you</h2>' in page
    with pytest.raises(Refused, match="could not give you a place"):
        actions.register(by=team[0], lab=asked_for, mode="online")
    plan = a_plan(
        place="Rådhuset", seats_onsite=2, seats_online=1, audience="open", needs_approval=True
    )
    actions.change(by=cast.carol, lab=asked_for, plan=plan, from_version=asked_for.version)
    told = Delivery.objects.filter(kind="lab.change").values_list("user__name", flat=True)
    assert ("Team 000" in told, "Team 001" in told) == (False, True)
    asked_for.refresh_from_db()
    actions.cancel(by=cast.carol, lab=asked_for, reason="Snow")
    told = Delivery.objects.filter(kind="lab.cancellation").values_list("user__name", flat=True)
    assert ("Team 000" in told, "Team 001" in told) == (False, True)


def test_lists_figures_and_calendars_know_who_waits_for_an_answer(
    asked_for: Lab, team: list[User], cast: Cast
) -> None:
    actions.refuse(by=cast.carol, lab=asked_for, people=ids(asked_for, team[0]), reason="No")
    roster = people.roster(asked_for, None).object_list
    assert [entry.state for entry in roster[:4]] == ["pending"] * 4
    table = sheets.people_as_csv(asked_for)
    assert table.count("waits for the coordinator's answer") == 4
    assert table.count("got no place") == 1
    assert people.company(asked_for, with_names=True).delegations == []
    lab = asked_for
    assert reminding.why_not("lab.reminder", lab, team[1], "pending") == reminding.PENDING
    assert reminding.why_not("lab.thanks", lab, team[0], "refused") == reminding.REFUSED
    own = subscriptions.labs_of(team[1])
    assert [(one.answer, one.is_certain) for one in own] == [("pending", False)]
    assert subscriptions.labs_of(team[0]) == []
    waits = calendars.own_feed(own, name="x").decode()
    assert "You wait for the coordinator's answer." in waits
    guest = Guest(team[0], lab.registrations.get(user=team[0]))
    assert guest.answer == "DECLINED"


def test_the_desk_names_labs_where_people_ask(
    asked_for: Lab, team: list[User], cast: Cast, sign_in: Callable[..., Client]
) -> None:
    page = sign_in(cast.carol).get("/desk/").content.decode()
    assert "5 people wait for your answer" in page


def test_people_who_wait_are_answered_before_the_rule_is_dropped(
    asked_for: Lab, team: list[User], cast: Cast
) -> None:
    plan = a_plan(seats_onsite=2, seats_online=1, audience="open")
    with pytest.raises(Refused, match="Answer them before"):
        actions.change(by=cast.carol, lab=asked_for, plan=plan, from_version=asked_for.version)
    actions.approve(by=cast.carol, lab=asked_for, people=None)
    lab = actions.change(by=cast.carol, lab=asked_for, plan=plan, from_version=asked_for.version)
    assert lab.needs_approval is False


def test_nobody_is_answered_once_the_lab_has_begun(
    asked_for: Lab, team: list[User], cast: Cast
) -> None:
    Lab.objects.filter(pk=asked_for.pk).update(starts_at=timezone.now() - timedelta(minutes=1))
    with pytest.raises(Refused, match="has begun"):
        actions.approve(by=cast.carol, lab=asked_for, people=None)
    assert states(asked_for) == ["pending"] * 5


def test_a_reason_stands_only_where_there_was_no_place(asked_for: Lab, team: list[User]) -> None:
    rows = asked_for.registrations.filter(user=team[0])
    with (
        pytest.raises(IntegrityError, match="registration_reason_where_refused"),
        transaction.atomic(),
    ):
        rows.update(refusal_reason="Because")
