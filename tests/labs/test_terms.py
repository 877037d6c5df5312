"""The term view: the year's rhythm, its areas, the cities that came, and a warning that repeats."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client

from cities.enums import Role
from cities.models import KnowledgeArea, Membership
from hub.models import User
from labs import actions, terms
from labs.models import Lab, Poll, Registration
from labs.polls import actions as polls
from tests.conftest import Cast
from tests.harness.counting import questions
from tests.labs.conftest import at, form_data, post
from tests.labs.polls.conftest import a_poll_plan

PAGE = "/labs/terms/learning-hub-syd/"
CLOCK = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.fixture
def heat(db: None) -> KnowledgeArea:
    return KnowledgeArea.objects.create(code="heat", name_en="Heat", name_sv="Värme")


@pytest.fixture
def waste(db: None) -> KnowledgeArea:
    return KnowledgeArea.objects.create(code="plast", name_en="Waste", name_sv="Plast")


def on(lab: Lab, day: str, state: str = "published") -> Lab:
    """The Lab as if it took place on that day."""
    start = datetime.fromisoformat(f"{day}T12:00:00+00:00")
    changes: dict[str, object] = {"starts_at": start, "ends_at": start.replace(hour=15)}
    if state == "held":
        changes |= {"state": "held", "held_at": start, "held_by": lab.created_by}
    Lab.objects.filter(pk=lab.pk).update(**changes)
    lab.refresh_from_db()
    return lab


def test_labs_stand_in_their_half_year(
    cast: Cast, make_lab: Callable[..., Lab], sign_in: Callable[..., Client]
) -> None:
    on(make_lab(title="Held in spring"), "2026-03-11", "held")
    on(make_lab(title="June"), "2026-06-30")
    # 23:30 UTC on New Year's Eve is the next year in Stockholm.
    Lab.objects.filter(pk=make_lab(title="New Year").pk).update(
        starts_at=datetime(2026, 12, 31, 23, 30, tzinfo=UTC),
        ends_at=datetime(2027, 1, 1, 3, tzinfo=UTC),
    )
    on(make_lab("draft", title="Autumn draft"), "2026-10-07")
    on(actions.cancel(by=cast.carol, lab=make_lab(title="Off"), reason="x"), "2026-09-01")
    with time_machine.travel(CLOCK):
        client = sign_in(cast.carol)
        shown = client.get(PAGE).context
        halves = [(half.name, [lab.title for lab in half.labs]) for half in shown["halves"]]
        assert halves == [
            ("Spring 2026", ["Held in spring", "June"]),
            ("Autumn 2026", ["Autumn draft"]),
        ]
        assert (shown["rhythm"].count, shown["rhythm"].lacking) == (3, 0)
        assert [mark["state"] for mark in shown["marks"]] == ["past", "next", "later"]
        # Whoever does not see the draft does not see it counted either.
        rhythm = sign_in(cast.alice).get(PAGE).context["rhythm"]
        assert (rhythm.count, rhythm.least, rhythm.most) == (2, 2, 4)
        assert client.get(f"{PAGE}?year=2027").context["labs"][0].title == "New Year"
        assert client.get(f"{PAGE}?year=2024").status_code == 404
        assert client.get(f"{PAGE}?year=x").status_code == 404


def test_areas_are_counted_against_the_taxonomy(
    cast: Cast,
    make_lab: Callable[..., Lab],
    sign_in: Callable[..., Client],
    heat: KnowledgeArea,
    waste: KnowledgeArea,
) -> None:
    on(make_lab(knowledge_area=heat), "2025-03-11", "held")
    on(make_lab(knowledge_area=heat), "2026-03-11", "held")
    on(make_lab("draft", knowledge_area=waste), "2026-10-11")
    with time_machine.travel(CLOCK):

        def counts(user: User) -> list[tuple[str, int, int]]:
            areas = sign_in(user).get(PAGE).context["areas"]
            return [(area.code, area.this_year, area.in_all) for area in areas]

        assert counts(cast.carol) == [("heat", 1, 2), ("plast", 1, 1)]
        # A draft is a secret: for the team the area has never been used.
        assert counts(cast.alice) == [("heat", 1, 2), ("plast", 0, 0)]
        assert [area.code for area in sign_in(cast.alice).get(PAGE).context["never"]] == ["plast"]


def test_cities_that_were_at_no_held_lab_stand_first(
    cast: Cast, make_lab: Callable[..., Lab], sign_in: Callable[..., Client]
) -> None:
    labs = [make_lab(title=f"Lab {n}", audience="open") for n in range(3)]
    for lab in labs:
        Registration.objects.create(lab=lab, user=cast.alice, mode="onsite", state="seated")
        Registration.objects.create(lab=lab, user=cast.bob, mode="onsite", state="seated")
    erik = User.objects.create(email="erik@malmo.example", name="Erik")
    Membership.objects.create(user=erik, city=cast.malmo, role=Role.STAFF)
    Registration.objects.create(lab=labs[0], user=erik, mode="onsite", state="cancelled")
    Registration.objects.create(lab=labs[2], user=erik, mode="onsite", state="seated")
    on(labs[0], "2026-03-11", "held")
    on(labs[1], "2026-04-11", "held")
    # Seated at one that is still to come counts for nothing yet.
    on(labs[2], "2026-10-11")
    with time_machine.travel(CLOCK):
        context = sign_in(cast.carol).get(PAGE).context
        assert [(city.name, city.labs_attended) for city in context["cities"]] == [
            ("Malmö", 0),
            ("Lund", 2),
        ]
        assert [city.name for city in context["absent"]] == ["Malmö"]
        assert "cities" not in sign_in(cast.alice).get(PAGE).context


def test_polls_that_run_are_shown(
    cast: Cast, make_lab: Callable[..., Lab], sign_in: Callable[..., Client]
) -> None:
    running = polls.ask(by=cast.carol, programme=cast.syd, plan=a_poll_plan(title="Runs"))
    over = polls.ask(by=cast.carol, programme=cast.syd, plan=a_poll_plan(title="Is over"))
    polls.cancel(by=cast.carol, poll=over, reason="x")
    assert sign_in(cast.carol).get(PAGE).context["polls"] == [running]
    # Bob is not in the team that is asked.
    assert sign_in(cast.bob).get(PAGE).context["polls"] == []
    assert Poll.objects.count() == 2


def test_the_year_costs_the_same_with_30_labs_as_with_one(
    cast: Cast, make_lab: Callable[..., Lab], sign_in: Callable[..., Client]
) -> None:
    make_lab()
    client = sign_in(cast.carol)
    few = questions(client, PAGE)[0]
    for n in range(29):
        make_lab(title=f"Lab {n}")
    assert len(questions(client, PAGE)[0]) == len(few)


def test_a_repeated_area_warns_and_saves(
    cast: Cast, make_lab: Callable[..., Lab], sign_in: Callable[..., Client], heat: KnowledgeArea
) -> None:
    first = make_lab(knowledge_area=heat, title="Warm")
    client = sign_in(cast.carol)
    year = first.local_start.year
    form = client.get("/labs/new/").content.decode()
    assert f"Heat (has a Lab in {year})" in form
    assert f"Heat (has a Lab in {year})" in client.get("/labs/polls/new/").content.decode()
    data = form_data(programme=cast.syd.pk, knowledge_area=str(heat.pk))
    response = post(client, "/labs/new/", data)
    assert (response.status_code, Lab.objects.count()) == (302, 2)
    page = client.get(response.url).content.decode()
    assert f"Heat already has a Lab in {year}: “Warm”. You may still hold this one." in page


def test_another_year_another_programme_and_a_cancelled_lab_do_not_warn(
    cast: Cast, make_lab: Callable[..., Lab], heat: KnowledgeArea
) -> None:
    lab = make_lab(knowledge_area=heat)
    assert terms.repetition(lab) == ""
    on(make_lab(knowledge_area=heat), "2030-03-01")
    actions.cancel(by=cast.carol, lab=make_lab(knowledge_area=heat), reason="x")
    foreign = make_lab(knowledge_area=heat)
    Lab.objects.filter(pk=foreign.pk).update(programme=cast.twinning)
    assert terms.repetition(lab) == ""
    make_lab(knowledge_area=heat, title="Again", starts_at=at(101), ends_at=at(101, 16))
    in_same_year = at(100).year == at(101).year
    assert bool(terms.repetition(lab)) == in_same_year


def test_the_programmes_page_and_the_desk_lead_to_the_term_view(
    cast: Cast, sign_in: Callable[..., Client]
) -> None:
    links = {
        role: f'href="{PAGE}"' in sign_in(user).get(cast.syd.get_absolute_url()).content.decode()
        for role, user in cast.by_role().items()
    }
    assert {role for role, is_there in links.items() if is_there} == {
        "lead", "staff", "coordinator", "researcher",
    }  # fmt: skip
    assert f'href="{PAGE}"' in sign_in(cast.carol).get("/desk/").content.decode()
