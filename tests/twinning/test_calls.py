"""A call: written, published, kept open longer; what its rules find of a city."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from cities.models import City
from cities.twinning.calls import actions, eligibility
from cities.twinning.calls.plans import Wanted
from cities.twinning.enums import Stage
from cities.twinning.models import Call, CallPilot, Extension, Rule
from hub.models import Event, SearchDocument
from hub.refusals import Refused
from tests.access.calls import RULES, call_form
from tests.cities.test_city_pages import SignIn
from tests.cities.test_constraints import refused, sql
from tests.conftest import Cast
from tests.labs.conftest import post
from tests.twinning.making import begun, call, domain, made
from tests.worlds.calls import pilot_of, plan, scheme_of

__all__ = ["call", "domain"]
NEW = "/programmes/learning-hub-syd/calls/new/"


def typed(**changes: Any) -> dict[str, Any]:
    class World:
        version = 1

    return call_form({"call_draft": World()}) | changes  # type: ignore[arg-type]


def test_a_call_is_written_as_a_draft_that_nobody_else_sees(cast: Cast, sign_in: SignIn) -> None:
    scheme = scheme_of(cast.syd)
    response = post(sign_in(cast.carol), NEW, typed())
    found = Call.objects.get()
    assert response["Location"] == f"/twinning/calls/{found.slug}/pilots/"
    assert (found.scheme, found.stage) == (scheme, Stage.DRAFT)
    # 17:00 on the wall of Stockholm in summer.
    assert found.closes_at == dt.datetime(2031, 4, 1, 15, tzinfo=dt.UTC)
    assert sign_in(cast.carol).get(found.get_absolute_url()).status_code == 200
    for person in (None, cast.bob, cast.mallory):
        assert sign_in(person).get(found.get_absolute_url()).status_code == 404
    assert not SearchDocument.objects.filter(kind="call").exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"closes_day": "2031-02-01"}, "closes_day"),
        ({"closes_day": "2033-02-01", "starts_on": "2034-01-01"}, "closes_day"),
        ({"opens_day": "2031-03-30", "opens_hour": "02:30"}, "opens_hour"),
        ({"title": ""}, "title"),
        ({"title": "x" * 161}, "title"),
        ({"time_zone": "Europe/Atlantis"}, "time_zone"),
        ({"starts_on": "2031-03-15"}, "starts_on"),
        ({"answers_on": "2031-03-15"}, "answers_on"),
        ({"most_ranks": "0"}, "most_ranks"),
        ({"round": "100000000000"}, "round"),
        ({"closes_day": "1731-02-30"}, "closes_day"),
    ],
)
def test_a_wrong_call_is_refused_beside_the_field(
    cast: Cast, sign_in: SignIn, changes: dict[str, str], field: str
) -> None:
    scheme_of(cast.syd)
    response = post(sign_in(cast.carol), NEW, typed(**changes))
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert not Call.objects.exists()


def test_without_a_template_no_call_is_written(cast: Cast, sign_in: SignIn) -> None:
    response = post(sign_in(cast.carol), NEW, typed())
    assert response.status_code == 422
    assert "template" in response.content.decode()


def test_publishing_asks_for_a_place_and_tells_the_pilots(cast: Cast) -> None:
    scheme_of(cast.syd)
    draft = actions.create(programme=cast.syd, plan=plan("Call"), by=cast.carol)
    with pytest.raises(Refused):
        actions.publish(call=draft, by=cast.carol)
    pilot_of(draft, cast.leuven, places=0)
    with pytest.raises(Refused):
        actions.publish(call=draft, by=cast.carol)
    pilot_of(draft, cast.leuven, places=2)
    found = actions.publish(call=draft, by=cast.carol)
    assert found.stage == Stage.OPEN
    event = Event.objects.get(verb="call.published")
    assert (event.audience, event.direct) == (["public"], [cast.mallory.pk])
    assert SearchDocument.objects.get(pk=found.subject).title == "Call"


def test_the_window_of_a_published_call_stays_through_an_edit(
    cast: Cast, sign_in: SignIn, call: Call
) -> None:
    response = post(
        sign_in(cast.carol),
        f"{call.get_absolute_url()}edit/",
        typed(title="Call for warmth", version=str(call.version)),
    )
    assert response.status_code == 302, response.context["form"].errors
    now = Call.objects.get()
    assert (now.title, now.closes_at) == ("Call for warmth", call.closes_at)


def test_two_editors_of_a_call(cast: Cast, sign_in: SignIn, call: Call) -> None:
    client, address = sign_in(cast.carol), f"{call.get_absolute_url()}edit/"
    version = str(call.version)
    assert post(client, address, typed(title="First", version=version)).status_code == 302
    response = post(client, address, typed(title="Second", version=version))
    assert response.status_code == 422
    assert response.context["form"]["title"].value() == "Second"
    assert Call.objects.get().title == "First"


def test_an_extension_tells_those_who_apply_and_keeps_its_reason(
    cast: Cast, sign_in: SignIn, call: Call
) -> None:
    begun(call, cast.lund, cast.bob)
    data = {"closes_day": "2031-04-01", "closes_hour": "17:00", "reason": "Holidays"}
    response = post(sign_in(cast.carol), f"{call.get_absolute_url()}extension/", data)
    assert response.status_code == 302
    kept = Extension.objects.get()
    assert (kept.before, kept.reason, kept.extended_by) == (call.closes_at, "Holidays", cast.carol)
    assert Call.objects.get().closes_at == kept.after
    event = Event.objects.get(verb="call.extended")
    assert set(event.direct) == {cast.alice.pk, cast.bob.pk}


@pytest.mark.parametrize("day", ["2020-01-01", ""])
def test_an_extension_into_the_past_is_refused(
    cast: Cast, sign_in: SignIn, call: Call, day: str
) -> None:
    data = {"closes_day": day, "closes_hour": "17:00", "reason": "Holidays"}
    response = post(sign_in(cast.carol), f"{call.get_absolute_url()}extension/", data)
    assert response.status_code == 422
    assert "closes_day" in response.context["form"].errors
    assert Call.objects.get().closes_at == call.closes_at


def test_rules_are_looked_up_or_left_to_a_person(cast: Cast) -> None:
    scheme_of(cast.syd)
    draft = actions.create(programme=cast.syd, plan=plan("Call"), by=cast.carol)
    pilot_of(draft, cast.malmo)
    rules = [
        Wanted("population-least", number=90_000),
        Wanted("population-most", number=90_000),
        Wanted("countries", countries=("SE", "FI")),
        Wanted("mission"),
        Wanted("not-mission"),
        Wanted("not-pilot"),
        Wanted("person", words="A climate plan"),
    ]
    actions.write_rules(call=draft, rules=rules, by=cast.carol)
    City.objects.filter(pk=cast.lund.pk).update(population=94_000, mission_status="yes")
    cast.lund.refresh_from_db()
    found = [finding.fits for finding in eligibility.findings(draft, cast.lund)]
    assert found == [True, False, True, True, False, True, None]
    assert eligibility.findings(draft, cast.malmo)[5].fits is False
    # Nothing is said of what the hub does not know.
    assert [f.fits for f in eligibility.findings(draft, cast.leuven)][:2] == [None, None]


def test_rules_are_kept_by_the_form_and_closed_by_publishing(cast: Cast, sign_in: SignIn) -> None:
    scheme_of(cast.syd)
    draft = actions.create(programme=cast.syd, plan=plan("Call"), by=cast.carol)
    address = f"{draft.get_absolute_url()}rules/"
    client = sign_in(cast.carol)
    assert post(client, address, RULES).status_code == 302
    assert Rule.objects.get().number == 20_000
    wrong = post(client, address, RULES | {"rules-0-number": ""})
    assert wrong.status_code == 422
    assert Rule.objects.get().number == 20_000
    pilot_of(draft, cast.malmo)
    actions.publish(call=draft, by=cast.carol)
    with pytest.raises(Refused):
        actions.write_rules(call=draft, rules=[], by=cast.carol)


def test_a_ranked_pilot_is_not_removed(cast: Cast, sign_in: SignIn, call: Call) -> None:
    from tests.twinning.making import whole

    whole(call, cast.lund, cast.bob)
    pilot = CallPilot.objects.get()
    client = sign_in(cast.carol)
    post(client, f"{call.get_absolute_url()}pilots/{pilot.pk}/removal/", {})
    assert CallPilot.objects.filter(pk=pilot.pk).exists()
    other = pilot_of(call, cast.leuven)
    post(client, f"{call.get_absolute_url()}pilots/{other.pk}/removal/", {})
    assert not CallPilot.objects.filter(pk=other.pk).exists()


def test_rules_of_the_database(cast: Cast, call: Call) -> None:
    now = timezone.now()
    refused(
        "call_opens_before_it_closes",
        lambda: sql("update twinning_call set closes_at = opens_at"),
    )
    refused(
        "call_published_at_with_by",
        lambda: sql("update twinning_call set published_by_id = null"),
    )
    refused("call_asks_for_a_choice", lambda: sql("update twinning_call set most_ranks = 0"))
    refused(
        "call_pilot_places_plausible", lambda: sql("update twinning_callpilot set places = 101")
    )
    refused(
        "call_pilot_city_once",
        lambda: sql(
            "insert into twinning_callpilotcity (pilot_id, city_id)"
            " select pilot_id, city_id from twinning_callpilotcity"
        ),
    )
    refused(
        "rule_says_what_its_kind_asks",
        lambda: sql(
            "insert into twinning_rule (call_id, kind, countries, words)"
            " values (%s, 'population-least', '{}', '')",
            call.pk,
        ),
    )
    refused(
        "extension_is_later",
        lambda: sql(
            "insert into twinning_extension (call_id, before, after, reason, extended_at,"
            " extended_by_id) values (%s, %s, %s, 'x', %s, %s)",
            call.pk,
            now,
            now,
            now,
            cast.carol.pk,
        ),
    )


def test_a_settled_template_stays(cast: Cast, call: Call) -> None:
    rule = "scheme_stays_as_settled"
    for table in ("module", "milestone", "plansection", "question", "criterion"):
        refused(rule, lambda table=table: sql(f"update twinning_{table} set name_en = 'x'"))  # type: ignore[misc]
        refused(rule, lambda table=table: sql(f"delete from twinning_{table}"))  # type: ignore[misc]
    refused(rule, lambda: sql("update twinning_scheme set months = 3"))
    assert made(cast, "Another").scheme_id == call.scheme_id
