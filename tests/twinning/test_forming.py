"""Matches that both sides accepted become twin groups."""

import pytest

from cities.enums import CityRole
from cities.models import Participation
from cities.twinning.models import Application, MatchPair, MatchRun, TwinGroup
from cities.twinning.runs import forming
from hub.models import Event, SearchDocument
from hub.refusals import Refused
from tests.cities.test_city_pages import SignIn
from tests.conftest import Cast
from tests.labs.conftest import post
from tests.twinning.running import Round
from tests.twinning.test_publishing import lead, of, say
from tests.worlds.runs import publish


@pytest.fixture
def run(cast: Cast) -> MatchRun:
    """Aalst and Ieper go to Gent, Dinant to Brugge; put to them."""
    made = Round(cast, {"Gent": 2, "Brugge": 1})
    made.apply("Aalst", "Gent", "Brugge")
    made.apply("Ieper", "Gent")
    made.apply("Dinant", "Brugge", "Gent")
    for name in ("Aalst", "Ieper", "Dinant", "Gent", "Brugge"):
        lead(name)
    return publish(made.computed(), cast.carol)


def accept(run: MatchRun, twin: str, pilot: str) -> None:
    say(run, twin, twin)
    say(run, twin, pilot)


def test_a_pilot_and_its_twins_become_one_group(cast: Cast, sign_in: SignIn, run: MatchRun) -> None:
    accept(run, "Aalst", "Gent")
    accept(run, "Ieper", "Gent")
    say(run, "Dinant", "Dinant")
    where = f"{run.get_absolute_url()}groups/"
    client = sign_in(cast.carol)
    assert [group.title for group in client.get(where).context["coming"]] == ["Gent – Aalst, Ieper"]
    assert post(client, where, {}).status_code == 302
    group = TwinGroup.objects.get()
    call = run.call
    assert (group.title, group.scheme, group.cohort) == (
        "Gent – Aalst, Ieper",
        call.scheme,
        call.cohort,
    )
    months = (group.period.upper.year - call.starts_on.year) * 12
    months += group.period.upper.month - call.starts_on.month
    assert (group.period.lower, months) == (call.starts_on, call.scheme.months)
    assert SearchDocument.objects.filter(pk=group.subject).exists()
    assert Event.objects.get(verb="group.formed").audience == ["public"]
    roles = dict(Participation.objects.filter(cohort=call.cohort).values_list("city__name", "role"))
    assert {name: roles[name] for name in ("Gent", "Aalst", "Ieper")} == {
        "Gent": CityRole.PILOT,
        "Aalst": CityRole.TWIN,
        "Ieper": CityRole.TWIN,
    }
    # Dinant waits for Brugge, and follows later; nothing is formed twice.
    with pytest.raises(Refused):
        forming.form(run=run, by=cast.carol)
    say(run, "Dinant", "Brugge")
    (later,) = forming.form(run=run, by=cast.carol)
    assert later.title == "Brugge – Dinant"
    assert MatchPair.objects.filter(run=run, group=None).count() == 0


def test_a_run_that_does_not_stand_forms_nothing(
    cast: Cast, sign_in: SignIn, run: MatchRun
) -> None:
    MatchRun.objects.update(ended_at=run.published_at, ended_by=cast.carol)
    where = f"{run.get_absolute_url()}groups/"
    assert post(sign_in(cast.carol), where, {}).status_code == 302
    with pytest.raises(Refused):
        forming.form(run=MatchRun.objects.get(), by=cast.carol)
    assert not TwinGroup.objects.exists()


def test_a_city_that_left_since_is_in_no_group(cast: Cast, run: MatchRun) -> None:
    from cities.twinning.applications import actions as applying

    accept(run, "Aalst", "Gent")
    left = Application.objects.get(city__name="Aalst")
    applying.withdraw(application=left, reason="No staff", by=cast.mallory)
    with pytest.raises(Refused):
        forming.form(run=run, by=cast.carol)


def test_a_city_that_takes_part_already_keeps_its_role(cast: Cast, run: MatchRun) -> None:
    accept(run, "Aalst", "Gent")
    gent = run.pairs.with_answers().get(application__city__name="Aalst").asked[1]
    Participation.objects.create(
        programme=cast.syd, city=gent, role=CityRole.CORE, period=("2020-01-01", None)
    )
    forming.form(run=run, by=cast.carol)
    assert Participation.objects.get(programme=cast.syd, city=gent).role == CityRole.CORE


def test_the_way_back_names_the_run(cast: Cast, sign_in: SignIn, run: MatchRun) -> None:
    page = sign_in(cast.carol).get(f"{run.get_absolute_url()}groups/").content.decode()
    assert f'href="{run.get_absolute_url()}">Run {run.number}</a>' in page


def test_the_reason_for_a_no_is_not_called_optional(
    cast: Cast, sign_in: SignIn, run: MatchRun
) -> None:
    page = sign_in(of("Aalst")).get(f"{run.call.get_absolute_url()}matches/aalst/")
    label = page.content.decode().partition("Reason")[2].partition("</label>")[0]
    assert label.strip() == ""
