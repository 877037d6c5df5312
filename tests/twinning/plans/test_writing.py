"""Beginning a plan and writing it, alone and two at once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cities.twinning.enums import GroupState
from cities.twinning.models import Plan, PlanStep, TwinGroup
from cities.twinning.plans import actions
from cities.twinning.plans.actions import Wanted
from cities.twinning.schemes.actions import settled_of
from hub.models import Event
from hub.refusals import Refused
from tests.conftest import Cast
from tests.twinning.plans.making import SignIn, at, send, texts_of, typed
from tests.worlds.plans import write


def test_a_plan_begins_with_the_headings_of_the_template(
    cast: Cast, group: TwinGroup, sign_in: SignIn
) -> None:
    client = sign_in(cast.bob)
    url = f"/twinning/groups/{group.slug}/plan/lund/"
    assert "Nobody has begun the plan yet" in client.get(url).content.decode()
    assert send(client, url)["Location"] == f"{url}writing/"
    plan = Plan.objects.get()
    assert (plan.owner, plan.language, plan.is_open) == (cast.bob, "en", True)
    assert texts_of(plan) == {"context": "", "risks": ""}
    group.refresh_from_db()
    assert group.scheme == settled_of(cast.syd)
    # Begun twice it is there once.
    send(client, url)
    assert Plan.objects.get() == plan
    told = Event.objects.get(verb="plan.begun")
    assert told.audience == [
        f"city:{cast.lund.pk}",
        f"group:{group.pk}",
        f"programme:{cast.syd.pk}:coordinator",
    ]


def test_what_a_signature_needs_is_not_called_optional(
    cast: Cast, plan: Plan, sign_in: SignIn
) -> None:
    page = sign_in(cast.bob).get(at(plan, "writing/")).content.decode()
    labels = {
        code: page.partition(f'<label for="id_text-{code}">')[2].partition("</label>")[0]
        for code in ("context", "risks")
    }
    assert {code: "(optional)" in label for code, label in labels.items()} == {
        "context": False,
        "risks": True,
    }


def test_without_a_template_there_are_no_headings(
    cast: Cast, group: TwinGroup, sign_in: SignIn
) -> None:
    TwinGroup.objects.filter(pk=group.pk).update(programme=cast.twinning)
    client = sign_in(cast.bob)
    url = f"/twinning/groups/{group.slug}/plan/lund/"
    answer = send(client, url)
    assert answer["Location"] == url
    assert not Plan.objects.exists()
    assert "The programme has no template yet" in client.get(url).content.decode()


def test_with_one_twin_the_address_leads_to_its_plan(
    cast: Cast, plan: Plan, sign_in: SignIn
) -> None:
    answer = sign_in(cast.bob).get(f"/twinning/groups/{plan.group.slug}/plan/")
    assert answer["Location"] == at(plan)


def test_with_several_twins_it_lists_them(cast: Cast, plan: Plan, sign_in: SignIn) -> None:
    plan.group.members.create(city=cast.malmo, role="twin")
    url = f"/twinning/groups/{plan.group.slug}/plan/"
    rows = sign_in(cast.mallory).get(url).context["rows"]
    assert rows == [(cast.lund, plan), (cast.malmo, None)]
    assert sign_in(None).get(url).status_code == 404


def test_two_editors_at_one_heading_lose_no_word(cast: Cast, plan: Plan, sign_in: SignIn) -> None:
    url = at(plan, "writing/")
    alice, bob = (typed(plan, context=f"{name} writes") for name in ("Alice", "Bob"))
    assert send(sign_in(cast.alice), url, alice).status_code == 302
    answer = send(sign_in(cast.bob), url, bob)
    assert answer.status_code == 422
    body = answer.content.decode()
    assert "Alice has written under “Context” since you opened this page." in body
    assert "Bob writes" in body
    assert texts_of(plan)["context"] == "Alice writes"
    # The page that came back knows of both: saving again is a decision.
    form = answer.context["form"]
    again = {name: form.data[name] for name in bob}
    assert send(sign_in(cast.bob), url, again).status_code == 302
    assert texts_of(plan)["context"] == "Bob writes"


def test_two_editors_at_two_headings_are_both_kept(cast: Cast, plan: Plan, sign_in: SignIn) -> None:
    url = at(plan, "writing/")
    alice, bob = typed(plan, context="One"), typed(plan, risks="Two")
    assert send(sign_in(cast.alice), url, alice).status_code == 302
    assert send(sign_in(cast.bob), url, bob).status_code == 302
    assert texts_of(plan) == {"context": "One", "risks": "Two"}


def test_autosave_keeps_and_hands_back(cast: Cast, plan: Plan, sign_in: SignIn) -> None:
    url = at(plan, "writing/")
    bob = typed(plan, risks="Money")
    send(sign_in(cast.alice), url, typed(plan, context="Alice writes"))
    answer = send(sign_in(cast.bob), url, bob, **{"X-Autosave": "1"})
    assert (answer.status_code, texts_of(plan)) == (
        200,
        {"context": "Alice writes", "risks": "Money"},
    )
    handed = {text["name"]: text.get("text") for text in answer.json()["texts"]}
    assert handed == {"text-context": "Alice writes", "text-risks": None}
    clash = send(
        sign_in(cast.bob),
        url,
        typed(plan) | {"text-context": "Bob", "version-context": "1", "mark-context": "old"},
        **{"X-Autosave": "1"},
    )
    assert clash.status_code == 409
    assert "Alice has also written under “Context”" in clash.json()["message"]


def test_a_heading_that_is_too_long_is_refused(cast: Cast, plan: Plan, sign_in: SignIn) -> None:
    answer = send(sign_in(cast.bob), at(plan, "writing/"), typed(plan, context="x" * 20_001))
    assert answer.status_code == 422
    assert "20001 characters" in answer.content.decode()
    assert texts_of(plan)["context"] == ""


def test_steps_are_added_changed_moved_and_taken_out(
    cast: Cast, plan: Plan, sign_in: SignIn
) -> None:
    client = sign_in(cast.bob)
    for text in ("Ask the board", "Dig"):
        data = {
            "text": text,
            "state": "planned",
            "owner": str(cast.alice.pk),
            "due_on": "2030-05-01",
        }
        assert send(client, at(plan, "steps/new/"), data).status_code == 302
    first, second = PlanStep.objects.order_by("position")
    assert (first.owner, str(first.due_on), first.state) == (cast.alice, "2030-05-01", "planned")
    send(client, at(plan, f"steps/{second.pk}/place/"), {"to": "up"})
    assert list(plan.steps.values_list("text", flat=True)) == ["Dig", "Ask the board"]
    # At the end it stays.
    send(client, at(plan, f"steps/{second.pk}/place/"), {"to": "up"})
    assert list(plan.steps.values_list("text", flat=True)) == ["Dig", "Ask the board"]
    second.refresh_from_db()
    changed = {"text": "Dig less", "state": "dropped", "version": str(second.version)}
    refused = send(client, at(plan, f"steps/{second.pk}/"), changed)
    assert refused.status_code == 422
    assert "Say why it is dropped" in refused.content.decode()
    send(client, at(plan, f"steps/{second.pk}/"), changed | {"state_note": "Too dear"})
    second.refresh_from_db()
    assert (second.text, second.state, second.state_note) == ("Dig less", "dropped", "Too dear")
    send(client, at(plan, f"steps/{second.pk}/removal/"))
    assert list(plan.steps.all()) == [first]


def test_a_step_from_an_old_version_is_refused_with_what_stands(
    cast: Cast, plan: Plan, sign_in: SignIn
) -> None:
    step = actions.add_step(by=cast.alice, plan=plan, wanted=Wanted(text="Ask"))
    actions.change_step(by=cast.alice, step=step, wanted=Wanted(text="Ask twice"), from_version=1)
    url = at(plan, f"steps/{step.pk}/")
    answer = send(sign_in(cast.bob), url, {"text": "Ask once", "state": "planned", "version": "1"})
    assert answer.status_code == 422
    assert "It now says: “Ask twice”" in answer.content.decode()
    data = {
        "text": "Ask once",
        "state": "planned",
        "version": answer.context["form"].data["version"],
    }
    assert send(sign_in(cast.bob), url, data).status_code == 302
    step.refresh_from_db()
    assert step.text == "Ask once"


def test_a_step_has_one_owner_of_the_city(cast: Cast, plan: Plan, sign_in: SignIn) -> None:
    client, url = sign_in(cast.bob), at(plan, "steps/new/")
    both = {"text": "Ask", "state": "planned", "owner": str(cast.bob.pk), "owner_name": "Housing"}
    foreign = {"text": "Ask", "state": "planned", "owner": str(cast.mallory.pk)}
    assert [send(client, url, data).status_code for data in (both, foreign)] == [422, 422]
    assert not PlanStep.objects.exists()


def test_sixty_steps_are_the_most(cast: Cast, plan: Plan) -> None:
    PlanStep.objects.bulk_create(
        PlanStep(plan=plan, position=n, text=f"Step {n}", changed_by=cast.bob) for n in range(1, 61)
    )
    with pytest.raises(Refused, match="60 steps"):
        actions.add_step(by=cast.bob, plan=plan, wanted=Wanted(text="One more"))


def test_people_of_a_withdrawn_city_read_and_write_no_more(
    cast: Cast, plan: Plan, sign_in: SignIn
) -> None:
    TwinGroup.objects.update(state=GroupState.WITHDRAWN)
    client = sign_in(cast.bob)
    assert client.get(at(plan)).status_code == 200
    assert client.get(at(plan, "writing/")).status_code == 403
    assert sign_in(cast.mallory).get(at(plan)).status_code == 404


def test_who_wrote_each_text_is_not_asked_for_one_by_one(
    cast: Cast, plan: Plan, sign_in: SignIn
) -> None:
    client = sign_in(cast.bob)
    asked = []
    for text in ("", "Heat from the river."):
        for row in plan.texts.all() if text else ():
            write(plan, row.code, text, by=cast.alice)
        client.get(at(plan, "writing/"))
        with CaptureQueriesContext(connection) as queries:
            client.get(at(plan, "writing/"))
        asked.append(len(queries))
    assert asked[0] == asked[1]
