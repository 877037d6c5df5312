"""How a call goes: counts that open lists of as many, who left, and the ways to the desk."""

import datetime as dt

import pytest
from django.utils import timezone

from cities.enums import Role
from cities.models import Membership
from cities.twinning.applications import actions as applying
from cities.twinning.applications.screening import screen
from cities.twinning.applications.steps import Step, counts_of
from cities.twinning.cohorts.withdrawals import withdrawals_of
from cities.twinning.enums import Outcome, Screening
from cities.twinning.models import Application, Decision, MatchPair, TwinGroup
from cities.twinning.reviews import actions as reviewing
from cities.twinning.runs import forming, publishing
from tests.cities.test_city_pages import SignIn
from tests.conftest import Cast
from tests.twinning.running import Round
from tests.worlds import runs as worlds

SHOWN = ("Ghent", "Namur", "Lier", "Mons", "Bruges", "Aalst")


@pytest.fixture
def round_(cast: Cast) -> Round:
    """Six cities have sent in, two pilots have two places each; Mallory writes for all."""
    made = Round(cast, {"Ystad": 2, "Espoo": 2})
    for n, name in enumerate(SHOWN):
        made.apply(name, *(("Ystad", "Espoo") if n % 2 else ("Espoo", "Ystad")))
    return made


def counts(round_: Round) -> dict[str, int]:
    """Those that are not 0."""
    return {step.value: n for step, n in counts_of([round_.call])[round_.call.pk].items() if n}


def answer(round_: Round, pair: MatchPair, yes: bool, by: Cast) -> None:
    for city in pair.asked:
        publishing.answer(
            pair=pair,
            city=city,
            is_yes=yes,
            reason="" if yes else "Elections",
            by=by.mallory,
        )
        if not yes:
            break


def published(round_: Round, cast: Cast) -> list[MatchPair]:
    run = worlds.publish(round_.computed(), cast.carol)
    return list(run.pairs.exclude(pilot=None).with_answers().order_by("pk"))


def test_every_step_is_counted_and_lists_as_many(
    cast: Cast, round_: Round, sign_in: SignIn
) -> None:
    applying.begin(call=round_.call, city=cast.lund, by=cast.bob)
    screen(
        application=round_.applications["Ghent"],
        verdict=Screening.MORE,
        reason="Who?",
        reopened=["offers"],
        until=timezone.now() + dt.timedelta(days=3),
        by=cast.carol,
    )
    for name, verdict in (("Namur", Screening.FAIL), ("Mons", Screening.PASS)):
        it = round_.applications[name]
        screen(application=it, verdict=verdict, reason="So", by=cast.carol)
    applying.withdraw(application=round_.applications["Aalst"], reason="No", by=cast.mallory)
    Membership.objects.create(user=cast.rita, programme=cast.syd, role=Role.REVIEWER)
    pair = (round_.applications["Mons"], cast.rita)
    reviewing.assign(call=round_.call, pairs=[pair], by=cast.carol)
    Decision.objects.create(
        application=round_.applications["Lier"], outcome=Outcome.TAKEN, decided_by=cast.carol
    )
    pairs = published(round_, cast)
    answer(round_, pairs[0], True, cast)
    answer(round_, pairs[1], False, cast)
    found = counts(round_)
    assert found == {
        "begun": 1,
        "sent": 5,
        "screening": 2,
        "more": 1,
        "passed": 1,
        "failed": 1,
        "review": 1,
        "decided": 1,
        "matched": 4,
        "accepted": 1,
        "refused": 1,
        "withdrawn": 1,
    }
    client = sign_in(cast.carol)
    desk = client.get(f"{round_.call.get_absolute_url()}desk/").content.decode()
    for step in Step:
        path = f"{round_.call.get_absolute_url()}applications/?step={step}"
        assert len(client.get(path).context["rows"]) == found[step], step
        assert f"/applications/?step={step}" in desk
    assert len(client.get(f"{round_.call.get_absolute_url()}applications/").context["rows"]) == 7
    odd = client.get(f"{round_.call.get_absolute_url()}applications/?step=odd")
    assert (odd.status_code, len(odd.context["rows"])) == (200, 7)


def test_a_call_with_nothing_yet_says_so(cast: Cast, sign_in: SignIn) -> None:
    made = Round(cast, {"Ystad": 1})
    page = sign_in(cast.carol).get(f"{made.call.get_absolute_url()}desk/")
    assert "No twin groups yet" in page.content.decode()
    assert "No city has left" in page.content.decode()
    assert counts(made) == {}


def test_who_left_and_what_it_touched(cast: Cast, round_: Round) -> None:
    pairs = published(round_, cast)
    left, declined = pairs[0].application, pairs[1]
    answer(round_, pairs[0], True, cast)
    answer(round_, declined, False, cast)
    run = pairs[0].run
    groups = forming.form(run=run, by=cast.carol)
    applying.withdraw(application=left, reason="The council said no", by=cast.mallory)
    newest, before = withdrawals_of(cast.carol, [round_.call])
    assert (newest.city, newest.reason) == (left.city, "The council said no")
    assert [pilot.name for pilot in newest.pilots] == [
        pairs[0].pilot.name if pairs[0].pilot else ""
    ]
    assert newest.groups == groups
    assert (before.is_declined, before.reason) == (True, "Elections")
    assert before.application == declined.application
    assert withdrawals_of(cast.rita, [round_.call]) == []


def test_a_no_that_a_repair_took_along_is_told_once(cast: Cast, round_: Round) -> None:
    from cities.twinning.runs import actions

    pairs = published(round_, cast)
    answer(round_, pairs[1], False, cast)
    repair = actions.derive(run=pairs[0].run, by=cast.carol, is_repair=True)
    worlds.publish(round_.computed(repair), cast.carol)
    assert len(withdrawals_of(cast.carol, [round_.call])) == 1


def test_groups_of_its_matches_stand_on_the_desk_of_a_call(
    cast: Cast, round_: Round, sign_in: SignIn
) -> None:
    pairs = published(round_, cast)
    answer(round_, pairs[0], True, cast)
    formed = forming.form(run=pairs[0].run, by=cast.carol)
    page = sign_in(cast.carol).get(f"{round_.call.get_absolute_url()}desk/")
    assert [line.group for line in page.context["page"]] == formed
    assert page.context["running"] == 1
    # The call has no cohort, so a group of some cohort is none of its own.
    TwinGroup.objects.update(cohort=4)
    MatchPair.objects.update(group=None)
    page = sign_in(cast.carol).get(f"{round_.call.get_absolute_url()}desk/")
    assert page.context["has_groups"] is False


@pytest.mark.parametrize("path", ["/", "/desk/", "/programmes/learning-hub-syd/"])
def test_the_ways_to_the_desk(cast: Cast, round_: Round, sign_in: SignIn, path: str) -> None:
    desk = f"{round_.call.get_absolute_url()}desk/"
    assert desk in sign_in(cast.carol).get(path).content.decode()
    assert desk not in sign_in(cast.bob).get(path).content.decode()


def test_the_call_leads_to_its_desk(cast: Cast, round_: Round, sign_in: SignIn) -> None:
    desk = f"{round_.call.get_absolute_url()}desk/"
    for reader, leads in ((cast.carol, True), (cast.mallory, False), (cast.ada, False)):
        page = sign_in(reader).get(round_.call.get_absolute_url()).content.decode()
        assert (desk in page) is leads


def test_a_draft_is_counted_and_not_read(cast: Cast, round_: Round, sign_in: SignIn) -> None:
    it = applying.begin(call=round_.call, city=cast.lund, by=cast.bob)
    applying.withdraw(application=it, reason="Secret words", by=cast.bob)
    page = sign_in(cast.carol).get(f"{round_.call.get_absolute_url()}desk/").content.decode()
    assert "Secret words" not in page
    assert counts(round_)["withdrawn"] == 1
    assert Application.objects.visible_to(cast.carol).filter(pk=it.pk).count() == 0
