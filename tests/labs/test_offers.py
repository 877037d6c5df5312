"""Free seats offered to the next in line, for some hours and never past the Lab's start."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.test import Client
from django.utils import timezone

from hub.delivery.letters import Skip
from hub.models import Delivery, User
from labs import actions, answers, calendars, people, reminding, sheets, subscriptions
from labs.models import Lab, Registration, RegistrationStep
from labs.refusals import Refused
from labs.tasks import pass_on_offers
from tests.conftest import Cast
from tests.labs.conftest import a_plan, post
from tests.labs.test_letters import compose, event_of, letter_of
from tests.labs.test_models import insert_registration, refused
from tests.labs.test_registering import line


@pytest.fixture
def offering(make_lab: Callable[..., Lab]) -> Lab:
    """Two seats on site, one online; a free one is offered for a day."""
    return make_lab(seats_onsite=2, seats_online=1, audience="open", offer_hours=24)


@pytest.fixture
def team(offering: Lab, make_people: Callable[[int], list[User]]) -> list[User]:
    """Six: two seated on site, one online; 2 and 5 wait on site, 4 online."""
    found = make_people(6)
    for n, mode in enumerate(["onsite", "onsite", "onsite", "online", "online", "onsite"]):
        actions.register(by=found[n], lab=offering, mode=mode)
    return found


def run_out(lab: Lab) -> None:
    lab.registrations.filter(state="offered").update(offered_until=Now() - timedelta(seconds=1))


def state_of(lab: Lab, person: User) -> str:
    return lab.registrations.get(user=person).state


def steps_of(lab: Lab, person: User) -> list[str]:
    rows = RegistrationStep.objects.filter(registration__lab=lab, registration__user=person)
    return list(rows.values_list("step", flat=True))


def test_a_free_seat_is_held_for_the_next_of_that_mode(offering: Lab, team: list[User]) -> None:
    actions.cancel_registration(by=team[0], lab=offering)
    assert line(offering) == [
        ("Team 002", "onsite", "offered"),
        ("Team 001", "onsite", "seated"),
        ("Team 003", "online", "seated"),
        ("Team 004", "online", "waiting"),
        ("Team 005", "onsite", "waiting"),
    ]
    offering.refresh_from_db()
    # The seat is held: nobody who comes now gets it.
    assert (offering.seated_onsite, offering.free("onsite")) == (2, 0)
    until = offering.registrations.get(user=team[2]).offered_until
    assert until is not None
    assert abs(until - timezone.now() - timedelta(hours=24)) < timedelta(minutes=1)
    assert offering.registrations.get(user=team[5]).place_in_line() == 1
    newcomer = User.objects.create(email="late@example.org", name="Zoe")
    assert actions.register(by=newcomer, lab=offering, mode="onsite").is_waiting


def test_who_accepts_has_the_seat(offering: Lab, team: list[User]) -> None:
    actions.cancel_registration(by=team[0], lab=offering)
    assert not Delivery.objects.filter(kind="lab.reminder", user=team[2], state="pending").exists()
    actions.accept_offer(by=team[2], lab=offering)
    assert (state_of(offering, team[2]), steps_of(offering, team[2])[-1]) == ("seated", "accepted")
    assert Delivery.objects.filter(kind="lab.reminder", user=team[2], state="pending").exists()
    # A second press, or one of the sweep after it, changes nothing.
    actions.accept_offer(by=team[2], lab=offering)
    pass_on_offers()
    assert steps_of(offering, team[2]) == ["registered", "offered", "accepted"]


def test_who_passes_it_on_lets_the_next_decide(offering: Lab, team: list[User]) -> None:
    actions.cancel_registration(by=team[0], lab=offering)
    actions.cancel_registration(by=team[2], lab=offering)
    assert (state_of(offering, team[2]), steps_of(offering, team[2])[-1]) == ("cancelled", "passed")
    assert state_of(offering, team[5]) == "offered"


def test_an_offer_that_ran_out_goes_to_the_next_in_the_same_sweep(
    offering: Lab, team: list[User]
) -> None:
    actions.cancel_registration(by=team[0], lab=offering)
    actions.cancel_registration(by=team[3], lab=offering)
    pass_on_offers()
    assert state_of(offering, team[2]) == "offered"
    run_out(offering)
    with pytest.raises(Refused, match="has run out"):
        actions.accept_offer(by=team[2], lab=offering)
    pass_on_offers()
    pass_on_offers()
    assert line(offering) == [
        ("Team 005", "onsite", "offered"),
        ("Team 001", "onsite", "seated"),
    ]
    # Released, not put at the end: whoever does not answer is not asked again and again.
    assert steps_of(offering, team[2]) == ["registered", "offered", "lapsed"]
    assert steps_of(offering, team[4]) == ["registered", "offered", "lapsed"]
    offering.refresh_from_db()
    assert (offering.seated_onsite, offering.seated_online, offering.waiting) == (2, 0, 0)
    # They may come back, at the end of the line or into the seat that nobody wanted.
    assert actions.register(by=team[2], lab=offering, mode="onsite").is_waiting
    assert actions.register(by=team[4], lab=offering, mode="online").is_seated


def test_the_coordinator_reads_how_an_offer_ended(
    offering: Lab, team: list[User], sign_in: Callable[..., Client], cast: Cast
) -> None:
    actions.cancel_registration(by=team[0], lab=offering)
    actions.cancel_registration(by=team[2], lab=offering)
    run_out(offering)
    pass_on_offers()
    said = {entry.user.name: entry.absence for entry in people.roster(offering, None)}
    assert [said[f"Team 00{n}"] for n in (0, 2, 5)] == [
        "Not coming",
        "Passed the offer on",
        "Let the offer run out",
    ]
    page = sign_in(cast.carol).get(offering.get_absolute_url()).content.decode()
    assert [page.count(words) for words in said.values() if words != "Not coming"] == [1, 1]
    table = sheets.people_as_csv(offering)
    assert '"Let the offer run out"' in table
    assert '"Passed the offer on"' in table
    # Who comes back after that and leaves is one like the others.
    actions.register(by=team[5], lab=offering, mode="onsite")
    actions.cancel_registration(by=team[5], lab=offering)
    again = next(e for e in people.roster(offering, None) if e.user == team[5])
    assert (again.last_step, again.absence) == ("cancelled", "Not coming")


def test_no_seat_is_held_past_the_start(
    offering: Lab, team: list[User], cast: Cast, make_lab: Callable[..., Lab]
) -> None:
    soon = timezone.now() + timedelta(hours=5)
    Lab.objects.filter(pk=offering.pk).update(starts_at=soon)
    actions.cancel_registration(by=team[0], lab=offering)
    assert offering.registrations.get(user=team[2]).offered_until == soon
    # Once it has begun the seat stays empty and nobody is asked any more.
    begun = timezone.now() - timedelta(minutes=1)
    Lab.objects.filter(pk=offering.pk).update(starts_at=begun)
    with pytest.raises(Refused, match="has begun"):
        actions.accept_offer(by=team[2], lab=offering)
    run_out(offering)
    pass_on_offers()
    assert (state_of(offering, team[2]), state_of(offering, team[5])) == ("cancelled", "waiting")


def test_a_lab_moved_to_an_earlier_hour_shortens_offers(
    offering: Lab, team: list[User], cast: Cast
) -> None:
    actions.cancel_registration(by=team[0], lab=offering)
    soon = timezone.now() + timedelta(hours=3)
    facts = {"seats_onsite": 2, "seats_online": 1, "audience": "open", "offer_hours": 24}
    plan = a_plan(starts_at=soon, ends_at=soon + timedelta(hours=1), **facts)
    actions.change(by=cast.carol, lab=offering, plan=plan, from_version=offering.version)
    assert offering.registrations.get(user=team[2]).offered_until == soon


def test_the_other_mode_may_be_taken_instead(offering: Lab, team: list[User]) -> None:
    actions.cancel_registration(by=team[0], lab=offering)
    with pytest.raises(Refused, match="There is no seat left online"):
        actions.register(by=team[2], lab=offering, mode="online")
    assert state_of(offering, team[2]) == "offered"
    # To register once more as one did is to accept.
    assert actions.register(by=team[2], lab=offering, mode="onsite").is_seated


def test_the_link_in_the_mail_asks_before_it_takes_the_seat(
    offering: Lab, team: list[User], client: Client
) -> None:
    actions.cancel_registration(by=team[0], lab=offering)
    address = answers.url_for(team[2], offering)
    address = address[address.index("/labs/") :]
    page = client.get(address).content.decode()
    assert ("Take the seat" in page, "Pass it on" in page) == (True, True)
    client.head(address)
    assert state_of(offering, team[2]) == "offered"
    response = post(client, address, {"take": "1"})
    assert (response.status_code, state_of(offering, team[2])) == (302, "seated")
    actions.cancel_registration(by=team[1], lab=offering)
    address = answers.url_for(team[5], offering)
    address = address[address.index("/labs/") :]
    post(client, address, {"give_back": "1"})
    assert state_of(offering, team[5]) == "cancelled"
    page = post(client, address, {"take": "1"})
    assert state_of(offering, team[5]) == "cancelled"
    assert "No seat is held for you any more." in client.get(address).content.decode()


def test_signed_in_the_offer_stands_on_the_page_and_on_today(
    offering: Lab, team: list[User], sign_in: Callable[..., Client]
) -> None:
    actions.cancel_registration(by=team[0], lab=offering)
    client = sign_in(team[2])
    home = client.get("/").content.decode()
    assert ("Waiting for your answer" in home, "A seat is held for you" in home) == (True, True)
    page = client.get(offering.get_absolute_url()).content.decode()
    assert "Then it goes to the next in line." in page
    post(client, f"{offering.get_absolute_url()}registration/offer/")
    assert state_of(offering, team[2]) == "seated"
    # Nobody takes what is held for another.
    actions.cancel_registration(by=team[1], lab=offering)
    assert state_of(offering, team[5]) == "offered"
    stranger = sign_in(team[4])
    post(stranger, f"{offering.get_absolute_url()}registration/offer/")
    assert (state_of(offering, team[4]), state_of(offering, team[5])) == ("waiting", "offered")


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        (24, "Somebody waits for it: it is offered to the next in line at once."),
        (None, "Somebody waits for it: it goes to the next in line at once."),
    ],
)
def test_who_gives_back_is_told_what_becomes_of_the_seat(
    offering: Lab,
    team: list[User],
    sign_in: Callable[..., Client],
    hours: int | None,
    said: str,
) -> None:
    Lab.objects.filter(pk=offering.pk).update(offer_hours=hours)
    page = sign_in(team[0]).get(f"{offering.get_absolute_url()}registration/cancellation/")
    assert said in page.content.decode()


def test_offer_and_its_end_are_told_by_mail(offering: Lab, team: list[User], cast: Cast) -> None:
    actions.cancel_registration(by=team[0], lab=offering)
    row = Delivery.objects.get(kind="lab.offer", user=team[2])
    assert row.expires_at == offering.registrations.get(user=team[2]).offered_until
    letter = letter_of("lab.offer", team[2])
    assert letter.subject.startswith("A seat is free for you: ")
    assert ("It is held for you until" in letter.text, letter.calendar) == (True, None)
    assert answers.url_for(team[2], offering) in letter.html
    run_out(offering)
    assert str(getattr(compose(row), "reason", "")) == "The offer had run out."
    pass_on_offers()
    assert isinstance(compose(row), Skip)
    lapse = letter_of("lab.lapse", team[2])
    assert lapse.subject.startswith("The seat went to the next in line: ")
    assert ("register again" in lapse.text, "register again" in lapse.html) == (True, True)
    actions.accept_offer(by=team[5], lab=offering)
    receipt = letter_of("lab.receipt", team[5])
    assert event_of(receipt.calendar).attendee.params["PARTSTAT"] == ["ACCEPTED"]


def test_lists_figures_and_calendars_know_of_offers(offering: Lab, team: list[User]) -> None:
    actions.cancel_registration(by=team[0], lab=offering)
    entries = [(e.user.name, e.state) for e in people.roster(offering, None).object_list][:4]
    assert entries[2:] == [("Team 002", "offered"), ("Team 004", "waiting")]
    assert sheets.people_as_csv(offering).count("has been offered a seat") == 1
    company = people.company(offering, with_names=True).delegations
    assert sum(group.count for group in company) == 2
    assert reminding.why_not("lab.reminder", offering, team[2], "offered") == reminding.OFFERED
    own = subscriptions.labs_of(team[2])
    assert [(one.answer, one.is_certain) for one in own] == [("offered", False)]
    assert "A seat is held for you." in calendars.own_feed(own, name="x").decode()


def test_seats_cannot_be_lowered_below_what_is_held(
    offering: Lab, team: list[User], cast: Cast
) -> None:
    actions.cancel_registration(by=team[0], lab=offering)
    plan = a_plan(seats_onsite=1, seats_online=1, audience="open", offer_hours=24)
    with pytest.raises(Refused, match="2 people already have a seat"):
        actions.change(by=cast.carol, lab=offering, plan=plan, from_version=offering.version)


def test_a_larger_room_is_offered_too(offering: Lab, team: list[User], cast: Cast) -> None:
    plan = a_plan(seats_onsite=3, seats_online=1, audience="open", offer_hours=24)
    actions.change(by=cast.carol, lab=offering, plan=plan, from_version=offering.version)
    assert (state_of(offering, team[2]), state_of(offering, team[5])) == ("offered", "waiting")


def test_offers_count_as_seats_whoever_writes(offering: Lab, team: list[User], cast: Cast) -> None:
    rows = offering.registrations.filter(user=team[5])
    with (
        pytest.raises(IntegrityError, match="lab_seated_within_seats"),
        transaction.atomic(),
    ):
        rows.update(state="offered", waitlist_number=None, offered_until=Now())
    with (
        pytest.raises(IntegrityError, match="registration_offered_until_a_moment"),
        transaction.atomic(),
    ):
        insert_registration(offering, cast.alice.pk, "onsite", "offered", None)
    hours = "UPDATE labs_lab SET offer_hours = {} WHERE id = %s"
    refused("lab_offers_for_some_hours", hours.format(0), offering.pk)
    refused("lab_offers_for_some_hours", hours.format(169), offering.pk)
    assert Registration.objects.filter(lab=offering, state="offered").count() == 0
