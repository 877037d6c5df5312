"""Labs for chosen cities: who sees them, and polls that keep their audience."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from hub import access
from hub.models import Delivery, User
from labs import actions
from labs.enums import OutcomeKind
from labs.models import Lab, Outcome
from labs.permissions import audience_keys
from labs.polls import actions as polls
from labs.refusals import Refused
from tests.conftest import Cast
from tests.labs.conftest import a_plan, form_data, post
from tests.labs.minutes import held
from tests.labs.polls.conftest import a_poll_plan

LUND = {"lead", "staff", "coordinator"}
SignIn = Callable[[User | None], Client]


@pytest.mark.parametrize(("state", "roles"), [("draft", {"coordinator"}), ("published", LUND)])
def test_the_people_of_the_cities_see_it(
    cast: Cast, make_lab: Callable[..., Lab], sign_in: SignIn, state: str, roles: set[str]
) -> None:
    lab = make_lab(state, audience="chosen-cities", cities=(cast.lund,))
    by_page, by_keys, by_condition = set(), set(), set()
    for role, user in cast.by_role().items():
        client = sign_in(user)
        reader: Any = user or client.get("/labs/").context["user"]
        if client.get(lab.get_absolute_url()).status_code == 200:
            by_page.add(role)
        if access.opened_by(reader, audience_keys(lab)):
            by_keys.add(role)
        if Lab.objects.visible_to(reader).filter(pk=lab.pk).exists():
            by_condition.add(role)
    assert [by_page, by_keys, by_condition] == [roles] * 3
    invited = Delivery.objects.filter(kind="lab.invitation").values_list("user__name", flat=True)
    assert set(invited) == (set() if state == "draft" else {"Alice", "Bob"})


def test_a_poll_of_chosen_cities_becomes_a_lab_for_them(cast: Cast) -> None:
    plan = a_poll_plan(audience="chosen-cities", cities=(cast.lund,))
    poll = polls.ask(by=cast.carol, programme=cast.syd, plan=plan)
    lab = polls.decide(by=cast.carol, poll=poll, option=poll.options.get(pk=_first(poll)))
    assert (lab.audience, list(lab.cities.all())) == ("chosen-cities", [cast.lund])


def _first(poll: Any) -> int:
    return int(poll.options.first().pk)


@pytest.mark.parametrize("audience", ["transition-team", "cities"])
def test_other_polls_keep_their_audience_too(cast: Cast, audience: str) -> None:
    poll = polls.ask(by=cast.carol, programme=cast.syd, plan=a_poll_plan(audience=audience))
    lab = polls.decide(by=cast.carol, poll=poll, option=poll.options.get(pk=_first(poll)))
    assert (lab.audience, lab.cities.count()) == (audience, 0)


def test_the_form_asks_for_the_cities(cast: Cast, sign_in: SignIn) -> None:
    carol = sign_in(cast.carol)
    data = form_data(programme=cast.syd.pk, audience="chosen-cities")
    refused = post(carol, "/labs/new/", data)
    assert (refused.status_code, Lab.objects.count()) == (422, 0)
    assert "Choose at least one city." in refused.content.decode()
    foreign = post(carol, "/labs/new/", data | {"cities": [cast.leuven.pk]})
    assert (foreign.status_code, Lab.objects.count()) == (422, 0)
    assert post(carol, "/labs/new/", data | {"cities": [cast.lund.pk]}).status_code == 302
    lab = Lab.objects.get()
    assert list(lab.cities.all()) == [cast.lund]
    again = carol.get(f"{lab.get_absolute_url()}edit/").context["form"]
    assert [city.pk for city in again["cities"].initial] == [cast.lund.pk]


def test_more_cities_are_invited_and_none_is_left_out(
    cast: Cast, make_lab: Callable[..., Lab]
) -> None:
    lab = make_lab(audience="chosen-cities", cities=(cast.lund,))
    facts = {"audience": "chosen-cities", "starts_at": lab.starts_at, "ends_at": lab.ends_at}
    plan = a_plan(**facts, cities=(cast.malmo,))
    with pytest.raises(Refused, match="can only become wider"):
        actions.change(by=cast.carol, lab=lab, plan=plan, from_version=lab.version)
    assert list(lab.cities.all()) == [cast.lund]
    lab.refresh_from_db()
    plan = a_plan(**facts, cities=(cast.lund, cast.malmo))
    changed = actions.change(by=cast.carol, lab=lab, plan=plan, from_version=lab.version)
    assert changed.city_ids == sorted([cast.lund.pk, cast.malmo.pk])
    assert f"city:{cast.malmo.pk}" in audience_keys(changed)


def test_many_follow_ups_of_such_labs_ask_for_the_cities_once(
    cast: Cast, make_lab: Callable[..., Lab], django_assert_num_queries: Any
) -> None:
    minutes = held(make_lab)
    Lab.objects.filter(pk=minutes.lab_id).update(audience="chosen-cities")
    minutes.lab.cities.set([cast.lund])
    found = list(Outcome.objects.filter(kind=OutcomeKind.FOLLOW_UP).with_frame())
    assert found
    with django_assert_num_queries(0):
        assert [audience_keys(outcome.lab)[0] for outcome in found] == [f"city:{cast.lund.pk}"]
