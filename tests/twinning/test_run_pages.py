"""What coordinators read of a run, try out from it, and compare."""

from typing import Any

import pytest

from cities.twinning.enums import RulingKind, RunState
from cities.twinning.models import Application, MatchRun
from cities.twinning.runs import actions, comparing, reading
from tests.cities.test_city_pages import SignIn
from tests.conftest import Cast
from tests.labs.conftest import post
from tests.twinning.running import Round
from tests.worlds import World


@pytest.fixture
def two(cast: Cast) -> Round:
    return two_of(cast)


def two_of(cast: Cast) -> Round:
    """Both want Gent, which has one place; Brugge takes the other."""
    made = Round(cast, {"Gent": 1, "Brugge": 1})
    made.apply("Aalst", "Gent", "Brugge")
    made.apply("Dinant", "Gent", "Brugge")
    return made


def url(run: MatchRun, rest: str = "") -> str:
    return f"{run.get_absolute_url()}{rest}"


def loser_of(two: Round, run: MatchRun) -> str:
    return next(name for name, pilot in two.result(run).items() if pilot == "Brugge")


def test_a_run_reads_in_words(two: Round, sign_in: SignIn) -> None:
    run = two.computed()
    page = sign_in(two.by).get(url(run)).content.decode()
    assert "2 of 2 cities have a match." in page
    assert "The weakest match has 50.0 points of 100, on average they have 75.0." in page
    assert "The twin’s wish number 1 of 2." in page


def test_a_city_page_says_why_not_its_first_wish(two: Round, sign_in: SignIn) -> None:
    run = two.computed()
    loser = loser_of(two, run)
    winner = next(name for name in two.applications if name != loser)
    gent = two.pilots["Gent"].pk
    address = url(run, f"cities/{loser.lower()}/")
    assert f"{gent}/" in sign_in(two.by).get(address).content.decode()
    page = sign_in(two.by).get(f"{address}{gent}/").content.decode()
    assert f"Gent has one place, and {winner} has it." in page
    assert "With this pair all would be just as good; the order of entry decided." in page
    assert f"{winner} would move from Gent to Brugge." in page
    assert "With one place more at Gent, nobody else would have to move." in page


def test_what_if_one_pilot_took_two(two: Round, sign_in: SignIn) -> None:
    run = two.computed()
    loser = two.applications[loser_of(two, run)]
    sent = {"trial": "place", "application": str(loser.pk), "pilot": str(two.pilots["Gent"].pk)}
    response = post(sign_in(two.by), url(run, "variants/"), sent)
    derived = MatchRun.objects.get(derived_from=run)
    assert response["Location"] == url(derived)
    assert derived.places == {str(two.pilots["Gent"].pk): 2}
    # The call itself is as it was.
    two.pilots["Gent"].refresh_from_db()
    assert two.pilots["Gent"].places == 1

    after = two.computed(derived)

    assert set(two.result(after).values()) == {"Gent"}
    catalogue = reading.catalogue_of(two.call, two.by, after.weights)
    comparison = comparing.compared(run, after, catalogue)
    (change,) = comparison.changes
    assert (change.city.name, change.before, change.after) == (
        loser.city.name,
        "Brugge",
        "Gent",
    )
    assert (change.points_before, change.points_after, change.turn) == ("50.0", "100.0", 1)
    assert (comparison.winners, comparison.losers, comparison.same) == (1, 0, 1)
    page = sign_in(two.by).get(url(run, f"beside/{after.number}/")).content.decode()
    assert "1 better off, 0 worse off, 1 as before." in page


@pytest.mark.parametrize("trial", ["pin", "lift"])
def test_what_if_a_pair_were_pinned_or_its_veto_lifted(
    two: Round, sign_in: SignIn, trial: str
) -> None:
    draft = two.draft()
    if trial == "lift":
        two.settle(draft, "veto", "Aalst", "Gent")
    else:
        two.settle(draft, "pin", "Aalst", "Brugge")
    run = two.computed(draft)
    sent = {
        "trial": trial,
        "application": str(two.applications["Aalst"].pk),
        "pilot": str(two.pilots["Gent"].pk),
    }
    post(sign_in(two.by), url(run, "variants/"), sent)
    derived = MatchRun.objects.get(derived_from=run)
    kinds = list(derived.rulings.values_list("kind", "pilot_id"))
    assert kinds == ([(RulingKind.PIN, two.pilots["Gent"].pk)] if trial == "pin" else [])


def test_a_pair_that_does_not_belong_to_the_call_is_refused(world: World, sign_in: SignIn) -> None:
    two = two_of(world.cast)
    run = two.draft()
    foreign: Application = world["application_sent"]
    sent = {
        "kind": "pin",
        "application": str(foreign.pk),
        "pilot": str(two.pilots["Gent"].pk),
        "reason": "x",
    }
    response = post(sign_in(two.by), url(run, "rulings/"), sent)
    assert response.status_code == 422
    assert not run.rulings.exists()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"weight_interest": "0"}, "At least one criterion must count."),
        ({"weight_interest": "11"}, "less than or equal to 10"),
        ({"weight_interest": "x"}, "whole number"),
    ],
)
def test_weights_that_say_nothing_are_refused_in_the_form(
    two: Round, sign_in: SignIn, changes: dict[str, str], says: str
) -> None:
    run = two.draft()
    form = sign_in(two.by).get(url(run, "settings/")).context["form"]
    sent: dict[str, Any] = {name: str(form[name].value()) for name in form.fields} | changes
    response = post(sign_in(two.by), url(run, "settings/"), sent)
    assert response.status_code == 422
    assert says in response.content.decode()
    run.refresh_from_db()
    assert run.weights["interest"] == 1


def test_progress_is_polled_in_a_part_and_read_without_scripts(two: Round, sign_in: SignIn) -> None:
    run = actions.start(run=two.draft(), by=two.by)
    MatchRun.objects.update(progress=42, step="scores")
    client = sign_in(two.by)
    whole = client.get(url(run)).content.decode()
    part = client.get(url(run), HTTP_HX_REQUEST="true").content.decode()
    for page in (whole, part):
        assert "42 of 100" in page
        assert "Scoring every pair" in page
        assert f'href="{url(run)}"' in page
    assert "<html" not in part
    # Once it is done the part asked for is the whole page, which has no poll any more.
    actions.cancel(run=run)
    after = client.get(url(run), HTTP_HX_REQUEST="true")
    assert after.headers.get("HX-Refresh") == "true"


def test_stopping_from_the_page(two: Round, sign_in: SignIn) -> None:
    run = actions.start(run=two.draft(), by=two.by)
    post(sign_in(two.by), url(run, "cancellation/"), {})
    run.refresh_from_db()
    assert run.state == RunState.CANCELLED
    assert "It was stopped before it was done" in sign_in(two.by).get(url(run)).content.decode()


def test_reasons_of_a_run_are_for_coordinators_only(
    two: Round, cast: Cast, sign_in: SignIn
) -> None:
    run = two.computed()
    addresses = [
        url(run),
        url(run, "cities/aalst/"),
        url(run, f"beside/{run.number}/"),
        url(run, "rulings/"),
    ]
    for person in (cast.bob, cast.mallory, cast.rita):
        for address in addresses:
            assert sign_in(person).get(address).status_code == 403
    # The call is published, its matching is not: nothing of it is in what others read.
    assert "Matching" not in sign_in(cast.mallory).get(two.call.get_absolute_url()).content.decode()
