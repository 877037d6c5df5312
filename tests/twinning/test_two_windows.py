"""What two people, or one in two windows, do to the same call at once: nothing is undone unseen."""

from typing import Any

import pytest

from cities.enums import Role
from cities.models import Membership
from cities.twinning.applications import actions as applying
from cities.twinning.calls import actions as calling
from cities.twinning.calls import catalogue
from cities.twinning.calls.catalogue import Entry
from cities.twinning.decisions import actions as deciding
from cities.twinning.enums import Outcome, RulingKind
from cities.twinning.models import (
    Application,
    Call,
    CallPilot,
    MatchAnswer,
    MatchPair,
    MatchRun,
    Review,
)
from cities.twinning.plans import actions as planning
from cities.twinning.reviews import actions as reviewing
from cities.twinning.reviews.board import board_of
from cities.twinning.runs import actions as runs
from cities.twinning.runs import publishing
from hub.models import Event
from hub.refusals import Refused
from tests.cities.test_city_pages import SignIn
from tests.conftest import Cast
from tests.labs.conftest import post
from tests.twinning.making import call, domain, whole
from tests.twinning.plans.conftest import group, plan
from tests.twinning.plans.conftest import whole as whole_plan
from tests.twinning.running import Round
from tests.twinning.test_calls import typed
from tests.worlds.calls import pilot_of, scheme_of
from tests.worlds.calls import plan as a_plan
from tests.worlds.runs import publish

__all__ = ["call", "domain", "group", "plan", "whole_plan"]


@pytest.fixture
def it(cast: Cast, call: Call) -> Application:
    """Leuven's, sent in; Rita reviews for the programme."""
    Membership.objects.create(user=cast.rita, programme=cast.syd, role=Role.REVIEWER)
    return applying.submit(application=whole(call, cast.leuven, cast.mallory), by=cast.mallory)


def asked(it: Application, cast: Cast) -> Review:
    reviewing.assign(call=it.call, pairs=[(it, cast.rita)], by=cast.carol)
    return Review.objects.get()


def entry(title: str) -> Entry:
    return Entry(title=title, cities=[], places=1)


def test_a_pilot_that_was_matched_stays_with_what_cities_answered(
    cast: Cast, sign_in: SignIn
) -> None:
    round_ = Round(cast, {"Gent": 1, "Brugge": 1})
    round_.apply("Aalst", "Gent")
    round_.apply("Dinant", "Gent")
    run = publish(round_.computed(), cast.carol)
    pair = run.pairs.get(pilot=round_.pilots["Brugge"])
    city = pair.application.city
    MatchAnswer.objects.create(
        pair=pair, city=city, is_yes=True, answered_at=run.published_at, answered_by=cast.mallory
    )
    removal = f"{round_.call.get_absolute_url()}pilots/{round_.pilots['Brugge'].pk}/removal/"
    # Nobody ranked Brugge, and yet a city was matched with it.
    assert not round_.pilots["Brugge"].ranks.exists()
    assert post(sign_in(cast.carol), removal, {}).status_code == 302
    assert CallPilot.objects.filter(pk=round_.pilots["Brugge"].pk).exists()
    assert (MatchPair.objects.count(), MatchAnswer.objects.count()) == (2, 1)


def test_a_pilot_that_a_draft_run_pins_stays(cast: Cast) -> None:
    round_ = Round(cast, {"Gent": 1, "Brugge": 1})
    round_.apply("Aalst", "Gent")
    round_.settle(round_.draft(), RulingKind.PIN, "Aalst", "Brugge")
    with pytest.raises(Refused):
        catalogue.remove(pilot=round_.pilots["Brugge"])


def test_a_pilot_that_another_removed_is_not_written(cast: Cast, call: Call) -> None:
    gone = pilot_of(call, cast.lund)
    catalogue.remove(pilot=CallPilot.objects.get(pk=gone.pk))
    with pytest.raises(Refused):
        catalogue.change(pilot=gone, entry=entry("Wind"))


def test_a_draft_that_is_published_meanwhile_keeps_the_window_it_has(
    cast: Cast, sign_in: SignIn
) -> None:
    """Else “Saved.” would be said of dates that were left as they are."""
    scheme_of(cast.syd)
    draft = calling.create(programme=cast.syd, plan=a_plan("Call"), by=cast.carol)
    pilot_of(draft, cast.malmo)
    old = typed(title="Call", version=str(draft.version))
    published = calling.publish(call=draft, by=cast.carol)
    response = post(sign_in(cast.carol), f"{draft.get_absolute_url()}edit/", old)
    assert response.status_code == 422
    assert Call.objects.get().closes_at == published.closes_at


def test_a_call_that_outlasts_its_own_days_says_so(cast: Cast, sign_in: SignIn, call: Call) -> None:
    data = {"closes_day": "2031-04-01", "closes_hour": "17:00", "reason": "Holidays"}
    client = sign_in(cast.carol)
    post(client, f"{call.get_absolute_url()}extension/", data)
    page = client.get(call.get_absolute_url()).content.decode()
    assert "promised an answer before" in page
    assert "would start before" in page


def test_taking_a_reader_off_twice_does_not_ask_them_again(
    cast: Cast, sign_in: SignIn, it: Application
) -> None:
    review = asked(it, cast)
    client = sign_in(cast.carol)
    url = f"{it.call.get_absolute_url()}reviewing/{review.pk}/removal/"
    for _window in range(2):
        post(client, url, {"to": "off"})
        assert Review.objects.get().removed_at is not None
    # The board names who was taken off, so that a slip can be mended.
    (row,) = board_of(it.call).rows
    assert ([r.pk for r in row.removed], row.reviews) == ([review.pk], [])
    assert "Ask again" in client.get(f"{it.call.get_absolute_url()}reviewing/").content.decode()
    for _window in range(2):
        post(client, url, {"to": "again"})
        assert Review.objects.get().removed_at is None


def test_one_reader_is_asked_by_hand_unless_they_have_a_conflict(
    cast: Cast, sign_in: SignIn, it: Application
) -> None:
    client = sign_in(cast.carol)
    url = f"{it.call.get_absolute_url()}reviewing/"
    form = client.get(url).context["form"]
    assert [form.fields[n].choices for n in ("application", "reviewer")] == [
        [(str(it.pk), "Leuven")],
        [(str(cast.rita.pk), "Rita")],
    ]
    reviewing.declare(call=it.call, conflicts={it.city: "A friend"}, by=cast.rita)
    data = {"application": str(it.pk), "reviewer": str(cast.rita.pk)}
    page = client.post(url, {"_key": "k1" * 16, **data}, follow=True)
    assert "conflict of interest" in page.content.decode()
    assert not Review.objects.exists()
    it.call.conflicts.all().delete()
    post(client, url, data)
    assert Review.objects.get().reviewer == cast.rita
    assert post(client, url, data | {"reviewer": str(cast.bob.pk)}).status_code == 302
    assert Review.objects.count() == 1


def test_a_proposal_of_many_readers_is_one_form(
    cast: Cast, sign_in: SignIn, it: Application
) -> None:
    """112 applications with nine readers each are more fields than Django takes by itself."""
    pairs = [f"{it.pk}-{cast.rita.pk}"] * 1100
    url = f"{it.call.get_absolute_url()}reviewing/"
    assert post(sign_in(cast.carol), url, {"pairs": pairs}).status_code == 302


def test_nobody_answers_for_a_city_that_has_withdrawn(cast: Cast, sign_in: SignIn) -> None:
    round_ = Round(cast, {"Gent": 1})
    it = round_.apply("Aalst", "Gent")
    run = publish(round_.computed(), cast.carol)
    gent = round_.pilots["Gent"].cities.get().city
    Membership.objects.create(user=cast.alice, city=gent, role=Role.LEAD)
    applying.withdraw(application=it, reason="No staff", by=cast.mallory)
    client = sign_in(cast.alice)
    pair = run.pairs.with_answers().get()
    with pytest.raises(Refused):
        publishing.answer(pair=pair, city=gent, is_yes=True, reason="", by=cast.alice)
    page = client.get(f"{run.call.get_absolute_url()}matches/gent/").content.decode()
    assert "Aalst has withdrawn" in page
    assert "/answer/" not in page


def test_who_is_told_names_cities_where_nobody_can_answer(cast: Cast) -> None:
    round_ = Round(cast, {"Gent": 1})
    it = round_.apply("Aalst", "Gent")
    it.contacts.update(name="Bo Ek", email="bo@example.org")
    told = {one.city.name: one for one in publishing.receivers(round_.computed())}
    assert (told["Aalst"].has_lead, told["Aalst"].people) == (False, [])
    assert list(told["Aalst"].contacts) == ["Bo Ek, bo@example.org"]
    Membership.objects.create(user=cast.alice, city=it.city, role=Role.LEAD)
    assert publishing.receivers(MatchRun.objects.get())[0].has_lead


def test_a_city_that_came_in_after_the_declaration_is_asked_about_first(
    cast: Cast, sign_in: SignIn, it: Application
) -> None:
    review = asked(it, cast)
    reviewing.declare(call=it.call, conflicts={}, by=cast.rita)
    client = sign_in(cast.rita)
    assert client.get(review.get_absolute_url()).status_code == 200
    late = applying.submit(application=whole(it.call, cast.lund, cast.bob), by=cast.bob)
    reviewing.assign(call=it.call, pairs=[(late, cast.rita)], by=cast.carol)
    second = Review.objects.get(application=late)
    assert client.get(second.get_absolute_url()).status_code == 404
    page = client.get(f"{it.call.get_absolute_url()}reviews/")
    assert not page.context["has_declared"]
    assert cast.lund in page.context["form"].fields["cities"].queryset
    reviewing.declare(call=it.call, conflicts={}, by=cast.rita)
    assert client.get(second.get_absolute_url()).status_code == 200


def test_a_run_says_which_cities_it_knows_nothing_of(cast: Cast, sign_in: SignIn) -> None:
    round_ = Round(cast, {"Gent": 1})
    round_.apply("Aalst", "Gent")
    run = round_.computed()
    client = sign_in(cast.carol)
    round_.apply("Dinant", "Gent")
    for end in ("", "publication/"):
        page = client.get(f"{run.get_absolute_url()}{end}")
        assert [city.name for city in page.context["came"]] == ["Dinant"]
        assert "Cities have come in since this run" in page.content.decode()
    # One that the programme declined is not waited for.
    deciding.write(
        call=round_.call,
        decisions={round_.applications["Dinant"]: ("declined", "")},
        letters={},
        by=cast.carol,
    )
    assert client.get(run.get_absolute_url()).context["came"] == []


def test_a_city_reads_the_decision_on_its_page_once_it_is_told(
    cast: Cast, sign_in: SignIn, it: Application
) -> None:
    words = {of: deciding.Words("Answer", "Dear {city}") for of in Outcome}
    deciding.write(
        call=it.call, decisions={it: ("reserve", "Next in line")}, letters=words, by=cast.carol
    )
    client = sign_in(cast.mallory)
    assert "Next in line" not in client.get(it.get_absolute_url()).content.decode()
    seen = deciding.digest(deciding.prepared(it.call))
    deciding.send(call=it.call, seen=seen, by=cast.carol)
    page = client.get(it.get_absolute_url()).content.decode()
    assert "On the reserve list" in page
    assert "Next in line" in page


def test_the_news_of_a_match_says_with_whom(cast: Cast) -> None:
    round_ = Round(cast, {"Gent": 1})
    it = round_.apply("Aalst", "Gent")
    Membership.objects.create(user=cast.alice, city=it.city, role=Role.LEAD)
    publish(round_.computed(), cast.carol)
    told = Event.objects.filter(verb="match.proposed", direct__contains=[cast.alice.pk])
    assert [event.text for event in told] == ["Gent – Aalst"]


def test_more_information_is_waited_for_to_the_end_of_the_day_that_was_named(
    cast: Cast, sign_in: SignIn, it: Application
) -> None:
    data = {"verdict": "more", "reason": "Who pays?", "reopened": ["offers"]}
    client = sign_in(cast.carol)
    response = post(client, f"{it.get_absolute_url()}screening/", data | {"until": "2031-04-30"})
    assert response.status_code == 302
    page = sign_in(cast.mallory).get(it.get_absolute_url()).content.decode()
    assert "30 April 2031, 23:59" in page
    # Nothing else is open, and no button leads to what is closed.
    assert f"{it.get_absolute_url()}profile/" in page
    assert f"{it.get_absolute_url()}answers/" not in page
    Application.objects.update(reopened_until=it.submitted_at)
    assert "Nothing more came" in client.get(it.get_absolute_url()).content.decode()


def test_what_readers_have_begun_with_is_not_taken_back(
    cast: Cast, sign_in: SignIn, it: Application
) -> None:
    client = sign_in(cast.mallory)
    assert client.get(it.get_absolute_url()).context["can_take_back"]
    asked(it, cast)
    assert not client.get(it.get_absolute_url()).context["can_take_back"]
    with pytest.raises(Refused):
        applying.take_back(application=it, by=cast.mallory)


def test_points_for_an_earlier_text_do_not_count_for_a_later_one(
    cast: Cast, it: Application
) -> None:
    review = asked(it, cast)
    reviewing.declare(call=it.call, conflicts={}, by=cast.rita)
    points: dict[Any, int | None] = dict.fromkeys(it.call.scheme.criteria.all(), 4)
    reviewing.write(review=review, points=points, comment="", is_final=True, by=cast.rita)
    applying.withdraw(application=it, reason="No staff", by=cast.mallory)
    applying.submit(application=applying.resume(application=it, by=cast.mallory), by=cast.mallory)
    review.refresh_from_db()
    assert review.submitted_at is None
    assert review.scores.count() == len(points)


def test_a_city_that_took_its_application_back_leaves_a_run_that_can_be_repaired(
    cast: Cast, sign_in: SignIn
) -> None:
    round_ = Round(cast, {"Gent": 1})
    it = round_.apply("Aalst", "Gent")
    round_.apply("Dinant", "Gent")
    run = round_.computed()
    applying.take_back(application=it, by=cast.mallory)
    page = sign_in(cast.carol).get(run.get_absolute_url())
    assert [city.name for city in page.context["gone"]] == ["Aalst"]
    assert runs.derive(run=run, by=cast.carol, is_repair=True).is_repair


def test_a_step_that_another_took_out_is_refused_in_words(
    cast: Cast, whole_plan: Any, monkeypatch: pytest.MonkeyPatch, sign_in: SignIn
) -> None:
    from cities.twinning.plans.views import steps

    step = whole_plan.steps.get()
    address = f"{whole_plan.get_absolute_url()}steps/{step.pk}/"
    real = steps._step

    def found(*args: Any) -> Any:
        """Taken out between the look and the lock."""
        pair = real(*args)
        planning.remove_step(by=cast.alice, step=pair[1])
        pair[1].pk = step.pk
        return pair

    monkeypatch.setattr(steps, "_step", found)
    data = {"text": "Other words", "state": "planned", "version": "1"}
    assert post(sign_in(cast.bob), address, data).status_code == 302
    with pytest.raises(Refused):
        planning.move_step(by=cast.bob, step=step, up=True)
