"""Lists and pages: the same queries at any length, and what each part shows."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cities.models import City, KnowledgeArea, Membership
from hub.models import User
from labs import actions, people, synth
from labs.models import Lab, Registration
from labs.plans import Point
from tests.conftest import Cast
from tests.labs.conftest import a_plan, at


def asked(client: Client, url: str) -> int:
    """Queries of a page; the second visit, when all that is kept is kept."""
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len([q for q in captured if "SAVEPOINT" not in q["sql"]])


@pytest.mark.parametrize(("role", "budget"), [("visitor", 6), ("lead", 8), ("coordinator", 8)])
def test_a_lab_costs_as_much_with_200_people_as_with_one(
    cast: Cast,
    make_lab: Callable[..., Lab],
    make_people: Callable[[int], list[User]],
    sign_in: Callable[..., Client],
    role: str,
    budget: int,
) -> None:
    points = tuple(Point(f"Point {n}", 5) for n in range(30))
    small, large = (
        make_lab(audience="open", title=title, agenda=agenda, seats_onsite=500)
        for title, agenda in (("Small", points[:1]), ("Large", points))
    )
    people = make_people(200)
    actions.register(by=people[0], lab=small, mode="onsite")
    for person in people:
        actions.register(by=person, lab=large, mode="onsite")
    client = sign_in(cast.by_role()[role])
    counts = [asked(client, lab.get_absolute_url()) for lab in (small, large)]
    assert counts[0] == counts[1] <= budget


@pytest.mark.parametrize("when", ["upcoming", "past", "drafts"])
def test_lists_cost_the_same_at_1_and_30_rows(
    cast: Cast, make_lab: Callable[..., Lab], sign_in: Callable[..., Client], when: str
) -> None:
    client = sign_in(cast.carol)

    def one_more(n: int) -> None:
        lab = make_lab("draft" if when == "drafts" else "published", title=f"Lab {n}")
        if when == "past":
            Lab.objects.filter(pk=lab.pk).update(starts_at=at(-9), ends_at=at(-8))

    one_more(0)
    first = asked(client, f"/labs/?when={when}")
    for n in range(1, 30):
        one_more(n)
    assert asked(client, f"/labs/?when={when}") == first


def test_the_list_filters_by_programme_area_and_year(
    cast: Cast, make_lab: Callable[..., Lab], client: Client
) -> None:
    area = KnowledgeArea.objects.create(code="heat", name_en="Heat", name_sv="Värme")
    lab = make_lab(audience="open", knowledge_area=area, title="Warm")
    make_lab(audience="open", title="Cold")
    year = lab.local_start.year

    def titles(query: str) -> list[str]:
        return [lab.title for lab in client.get(f"/labs/?{query}").context["page"]]

    assert titles("") == ["Warm", "Cold"]
    assert titles("area=heat") == ["Warm"]
    assert titles(f"year={year}&programme=learning-hub-syd") == ["Warm", "Cold"]
    assert titles(f"year={year - 9}") == ["Warm", "Cold"]
    assert titles("programme=twinning") == []
    assert titles("programme=nonsense&year=x") == ["Warm", "Cold"]
    assert client.get("/labs/?page=999").status_code == 404


def test_the_agenda_runs_on_the_labs_own_clock(
    cast: Cast, lab: Lab, sign_in: Callable[..., Client]
) -> None:
    User.objects.filter(pk=cast.alice.pk).update(time_zone="Europe/Lisbon")
    slots = sign_in(cast.alice).get(lab.get_absolute_url()).context["slots"]
    assert [(slot.from_hour, slot.to_hour) for slot in slots] == [
        ("13:00", "13:20"),
        ("13:20", "14:20"),
    ]


def test_who_comes_is_grouped_by_city(cast: Cast, lab: Lab, sign_in: Callable[..., Client]) -> None:
    for person in (cast.alice, cast.rita, cast.carol):
        actions.register(by=person, lab=lab, mode="onsite")
    groups = sign_in(cast.alice).get(lab.get_absolute_url()).context["company"].delegations
    assert [(g.name, g.count, g.names) for g in groups] == [
        ("Lund", 1, ("Alice",)),
        ("Lund University", 1, ("Rita",)),
        ("Others", 1, ("Carol",)),
    ]


def test_many_places_and_people_are_counted_rather_than_listed(
    cast: Cast, make_lab: Callable[..., Lab], sign_in: Callable[..., Client]
) -> None:
    lab = make_lab(audience="open", seats_onsite=60)
    for n in range(30):
        city = City.objects.create(
            name=f"Town {n:02}", slug=f"town-{n:02}", country="SE", latitude=56, longitude=13
        )
        visitors = [User.objects.create(email=f"{n}-{i}@town.example") for i in range(1 + n % 2)]
        for user in visitors:
            Membership.objects.create(user=user, city=city, role="staff")
            Registration.objects.create(lab=lab, user=user, mode="onsite", state="seated")
    many = [User.objects.create(email=f"{n}@a.example", name=f"A {n:02}") for n in range(14)]
    for user in many:
        Membership.objects.create(user=user, city=cast.lund, role="staff")
        Registration.objects.create(lab=lab, user=user, mode="onsite", state="seated")
    company = sign_in(cast.alice).get(lab.get_absolute_url()).context["company"]
    first = company.delegations[0]
    assert (first.name, first.count, len(first.names), first.unnamed) == ("Lund", 14, 12, 2)
    assert len(company.delegations) == 12
    assert (company.other_places, company.other_people) == (19, 23)
    assert all(
        group.names == ()
        for group in Client().get(lab.get_absolute_url()).context["company"].delegations
    )


def test_the_coordinator_sees_for_everybody_what_was_sent_and_why_not(
    cast: Cast, make_lab: Callable[..., Lab], sign_in: Callable[..., Client]
) -> None:
    lab = make_lab(seats_onsite=1)
    actions.register(by=cast.alice, lab=lab, mode="onsite")
    actions.register(by=cast.rita, lab=lab, mode="onsite")
    roster = sign_in(cast.carol).get(lab.get_absolute_url()).context["roster"]
    for entry in roster:
        # One stands in the row and the others open below it; none is lost.
        assert len(entry.telling) == 1
        assert len(entry.telling) + len(entry.other_messages) == len(entry.messages)
    shown: dict[str, Any] = {
        str(entry.user): (
            entry.state,
            entry.place_in_line,
            sorted(str(message.kind) for message in entry.messages),
        )
        for entry in roster
    }
    assert shown == {
        "Alice": (
            "seated",
            0,
            [
                "Invitation",
                "Receipt of a registration",
                "Reminder",
                "Reminder",
            ],
        ),
        "Rita": ("waiting", 1, ["Invitation", "Receipt of a registration"]),
    }
    assert "roster" not in sign_in(cast.alice).get(lab.get_absolute_url()).context


def test_panels_tell_each_page_its_labs(
    cast: Cast, make_lab: Callable[..., Lab], sign_in: Callable[..., Client], client: Client
) -> None:
    public = make_lab(audience="open", title="Open heat")
    make_lab(title="Only the team")
    draft = make_lab("draft", title="Half a thought")
    assert "Open heat" in client.get("/").content.decode()
    city = client.get(cast.lund.get_absolute_url()).content.decode()
    assert ("Open heat" in city, "Only the team" in city) == (True, False)
    programme = sign_in(cast.alice).get(cast.syd.get_absolute_url()).content.decode()
    assert ("Open heat" in programme, "Only the team" in programme) == (True, True)
    today = client.get("/").content.decode()
    assert ("Waiting for your answer" in today, "Your next Lab" in today) == (True, False)
    actions.register(by=cast.alice, lab=public, mode="online")
    assert "Your next Lab" in client.get("/").content.decode()
    desk = sign_in(cast.carol).get("/desk/").content.decode()
    assert draft.title in desk


def test_the_bulk_generator_makes_labs_that_can_be_read(
    cast: Cast, sign_in: Callable[..., Client]
) -> None:
    from random import Random

    made = synth.synth(Random(7), 40, guests=(0, 6))
    assert len(made) == Lab.objects.count() == 40
    client = sign_in(cast.carol)
    for lab in Lab.objects.filter(programme=cast.syd)[:3]:
        assert client.get(lab.get_absolute_url()).status_code == 200


def test_an_unchanged_plan_alters_nothing(make_lab: Callable[..., Lab], cast: Cast) -> None:
    lab = make_lab()
    after = actions.change(by=cast.carol, lab=lab, plan=a_plan(), from_version=lab.version)
    assert (after.sequence, after.schedule_version, after.version) == (0, 1, lab.version + 1)


def test_places_in_line_are_the_same_on_every_page_of_people(
    make_lab: Callable[..., Lab],
    make_people: Callable[[int], list[User]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lab = make_lab(seats_onsite=1, seats_online=1)
    for number, user in enumerate(make_people(14)):
        actions.register(by=user, lab=lab, mode="online" if number % 3 else "onsite")
    monkeypatch.setattr(people, "ROSTER_PAGE", 5)
    found = [entry for page in "123" for entry in people.roster(lab, page)]
    answered = [entry for entry in found if entry.state]
    assert [entry.user.name for entry in answered[:2]] == ["Team 000", "Team 001"]
    assert [(e.user.name, e.mode, e.place_in_line) for e in answered[2:]] == [
        (
            registration.user.name,
            registration.mode,
            registration.place_in_line(),
        )
        for registration in lab.registrations.waiting().select_related("user")
    ]
    assert len(answered) == 14
