"""Versions, the signature, and what the world may read."""

from cities.enums import Role
from cities.models import Membership
from cities.twinning.models import (
    Plan,
    PlanComment,
    PlanFollowUp,
    PlanSection,
    PlanText,
    PlanVersion,
)
from cities.twinning.plans import actions, content
from hub.models import Event, SearchDocument
from hub.wallclock import in_months, today
from tests.cities.test_constraints import sql
from tests.conftest import Cast
from tests.twinning.plans.making import SignIn, at, seen_by, send, texts_of
from tests.worlds.plans import write


def test_a_version_is_kept_once_and_compared(cast: Cast, whole: Plan, sign_in: SignIn) -> None:
    client = sign_in(cast.bob)
    assert send(client, at(whole, "versions/"), {"note": "Before the visit"}).status_code == 302
    same = send(client, at(whole, "versions/"), {"note": "Again"})
    assert same.status_code == 422
    assert "Nothing has changed since version 1." in same.content.decode()
    write(whole, "context", "Heat from the sea.", by=cast.bob)
    step = whole.steps.get()
    actions.change_step(
        by=cast.bob, step=step, wanted=actions.Wanted(text="Lower it twice"), from_version=1
    )
    assert send(client, at(whole, "versions/")).status_code == 302
    assert list(PlanVersion.objects.values_list("number", "note")) == [
        (2, ""),
        (1, "Before the visit"),
    ]
    page = client.get(at(whole, "comparison/?from=1&to=2"))
    labels = [change["label"] for change in page.context["changes"]]
    assert labels == ["Context", "Steps"]
    parts = page.context["changes"][0]["parts"]
    assert [(p["op"], p["text"]) for p in parts if p["op"] != "equal"] == [
        ("delete", "river."),
        ("insert", "sea."),
    ]
    now = client.get(at(whole, "comparison/?from=2"))
    assert now.context["changes"] == []
    assert client.get(at(whole, "comparison/?from=7")).status_code == 404


def test_a_version_keeps_the_words_whatever_happens_to_the_rows(cast: Cast, whole: Plan) -> None:
    version = actions.keep(by=cast.bob, plan=whole)
    before = content.of_plan(whole)
    actions.remove_step(by=cast.bob, step=whole.steps.get())
    version.refresh_from_db()
    assert content.of_version(version) == before
    assert content.of_plan(whole).steps == []


def test_signing_says_what_is_missing(cast: Cast, plan: Plan, sign_in: SignIn) -> None:
    client = sign_in(cast.alice)
    page = client.get(at(plan, "signature/"))
    assert [lack.sentence for lack in page.context["needed"]] == [
        "“Context” is empty.",
        "There is no step yet: what will the city do?",
    ]
    assert send(client, at(plan, "signature/")).status_code == 422
    plan.refresh_from_db()
    assert (plan.is_open, plan.signed_version) == (True, None)
    actions.add_step(by=cast.bob, plan=plan, wanted=actions.Wanted(text="Ask"))
    write(plan, "context", "Heat", by=cast.bob)
    page = client.get(at(plan, "signature/"))
    assert [lack.sentence for lack in page.context["needed"]] == [
        "Step 1: nobody does it.",
        "Step 1: no day is set.",
    ]
    assert [lack.sentence for lack in page.context["advised"]] == [
        "Step 1 says nothing of money.",
        "Step 1 says on nobody's word.",
    ]


def test_a_dropped_step_lacks_nothing(cast: Cast, whole: Plan) -> None:
    dropped = actions.Wanted(text="Dig", state="dropped", state_note="Too dear")
    actions.add_step(by=cast.bob, plan=whole, wanted=dropped)
    assert actions.sign(by=cast.alice, plan=whole).number == 1


def test_only_the_lead_signs(cast: Cast, whole: Plan, sign_in: SignIn) -> None:
    assert send(sign_in(cast.bob), at(whole, "signature/")).status_code == 403
    client = sign_in(cast.alice)
    read = {"seen": client.get(at(whole, "signature/")).context["seen"]}
    assert send(client, at(whole, "signature/"), read).status_code == 302
    whole.refresh_from_db()
    version = PlanVersion.objects.get()
    assert (whole.is_open, whole.signed_version, version.is_signed) == (False, version, True)
    assert version.made_by == cast.alice
    due = dict(PlanFollowUp.objects.values_list("months", "due_on"))
    assert due == {6: in_months(today(), 6), 12: in_months(today(), 12)}


def test_after_signing_a_next_version_is_needed_to_change(
    cast: Cast, whole: Plan, sign_in: SignIn
) -> None:
    actions.sign(by=cast.alice, plan=whole)
    client = sign_in(cast.bob)
    assert client.get(at(whole, "writing/"))["Location"] == at(whole)
    stopped = send(client, at(whole, "writing/"), {"text-context": "New"}, **{"X-Autosave": "1"})
    assert stopped.status_code == 409
    step = whole.steps.get()
    told = {
        "state": "done",
        "state_note": "Since May",
        "version": str(step.version),
        "text": "Other",
    }
    assert send(client, at(whole, f"steps/{step.pk}/"), told).status_code == 302
    step.refresh_from_db()
    assert (step.state, step.text) == ("done", "Lower the temperature")
    assert send(client, at(whole, "revision/"))["Location"] == at(whole, "writing/")
    write(whole, "context", "Heat from the sea.", by=cast.bob)
    whole.refresh_from_db()
    assert (whole.is_open, whole.signed_version.number) == (True, 1)
    assert content.of_version(whole.signed_version).sections[0].text == "Heat from the river."
    assert actions.sign(by=cast.alice, plan=whole).number == 2
    # The first signature counts.
    assert PlanFollowUp.objects.count() == 2


def test_the_world_reads_what_was_signed_and_nothing_else(
    cast: Cast, whole: Plan, sign_in: SignIn
) -> None:
    write(whole, "risks", "The money", by=cast.bob)
    actions.comment(by=cast.mallory, plan=whole, text="Really the money?")
    actions.sign(by=cast.alice, plan=whole)
    visitor = sign_in(None)
    addresses = ["", "plan.pdf", "plan.docx", "v/1/"]
    assert {visitor.get(at(whole, rest)).status_code for rest in addresses} == {404}
    shown = {"shown": "yes"}
    assert send(sign_in(cast.alice), at(whole, "publication/"), shown).status_code == 302
    actions.reopen(by=cast.bob, plan=whole)
    write(whole, "context", "A secret draft", by=cast.bob)
    visitor = sign_in(None)
    page = visitor.get(at(whole)).content.decode()
    assert "Heat from the river." in page
    assert "A secret draft" not in page
    assert "Really the money?" not in page
    assert {visitor.get(at(whole, rest)).status_code for rest in addresses} == {200}
    document = SearchDocument.objects.get(pk=whole.subject)
    assert (document.audience, document.title) == (["public"], "Replication plan of Lund")
    assert Event.objects.get(verb="plan.published").audience == ["public"]
    hidden = {"shown": "no"}
    assert send(sign_in(cast.alice), at(whole, "publication/"), hidden).status_code == 302
    # A newer signature is not there: pressed again, it is published no longer.
    whole.refresh_from_db()
    assert whole.published_version is None
    assert sign_in(None).get(at(whole)).status_code == 404
    assert not SearchDocument.objects.filter(pk=whole.subject).exists()
    assert "public" not in Event.objects.get(verb="plan.published").audience


def test_publishing_in_two_windows_does_not_undo_it(
    cast: Cast, whole: Plan, sign_in: SignIn
) -> None:
    actions.sign(by=cast.alice, plan=whole)
    client = sign_in(cast.alice)
    page = client.get(at(whole, "publication/"))
    asked = {"shown": page.context["form"]["shown"].value()}
    for _window in range(2):
        assert send(client, at(whole, "publication/"), asked).status_code == 302
    whole.refresh_from_db()
    assert whole.published_version == whole.signed_version


def test_nobody_signs_words_that_came_while_they_read(
    cast: Cast, whole: Plan, sign_in: SignIn
) -> None:
    client = sign_in(cast.alice)
    read = {"seen": client.get(at(whole, "signature/")).context["seen"]}
    write(whole, "context", "Heat from the coal mine.", by=cast.bob)
    answer = send(client, at(whole, "signature/"), read)
    assert answer.status_code == 422
    assert "Read it once more" in answer.content.decode()
    whole.refresh_from_db()
    assert whole.is_open
    # The page that answered shows the plan as it stands now.
    again = {"seen": answer.context["seen"]}
    assert send(client, at(whole, "signature/"), again).status_code == 302


def test_only_what_is_signed_is_published(cast: Cast, whole: Plan, sign_in: SignIn) -> None:
    answer = send(sign_in(cast.alice), at(whole, "publication/"))
    assert answer["Location"] == at(whole)
    whole.refresh_from_db()
    assert whole.published_version is None


def test_who_may_comment(cast: Cast, whole: Plan, sign_in: SignIn) -> None:
    """The group and the coordinator at any time; the programme's researchers once it is public."""
    data = {"text": "Measured how?"}
    people = (cast.bob, cast.mallory, cast.carol, cast.rita)
    before = [send(sign_in(user), at(whole, "comments/"), data).status_code for user in people]
    assert before == [302, 302, 302, 404]
    actions.sign(by=cast.alice, plan=whole)
    actions.publish(by=cast.alice, plan=whole)
    assert send(sign_in(cast.rita), at(whole, "comments/"), data).status_code == 302
    Membership.objects.filter(user=cast.rita, role=Role.RESEARCHER).delete()
    assert send(sign_in(cast.rita), at(whole, "comments/"), data).status_code == 403
    assert PlanComment.objects.count() == 4


def test_a_comment_stands_at_what_it_is_about(cast: Cast, whole: Plan, sign_in: SignIn) -> None:
    step = whole.steps.get()
    client = sign_in(cast.mallory)
    for about in ("", "section-context", f"step-{step.pk}"):
        send(client, at(whole, "comments/"), {"text": f"On {about}", "about": about})
    wrong = send(client, at(whole, "comments/"), {"text": "On nothing", "about": "step-0"})
    assert wrong.status_code == 422
    page = client.get(at(whole))
    stands = [
        [c.text for c in page.context["comments"]],
        [c.text for c in page.context["sections"][0].comments],
        [c.text for c in page.context["steps"][0].comments],
    ]
    assert stands == [["On"], ["On section-context"], [f"On step-{step.pk}"]]
    told = Event.objects.filter(verb="plan.commented").first()
    assert told is not None
    assert told.direct == [cast.bob.pk]


def test_a_comment_on_a_heading_that_has_gone_is_still_read(
    cast: Cast, whole: Plan, sign_in: SignIn
) -> None:
    actions.comment(by=cast.mallory, plan=whole, text="Which risks?", code="risks")
    whole.texts.filter(code="risks").delete()
    page = sign_in(cast.bob).get(at(whole))
    assert [c.text for c in page.context["comments"]] == ["Which risks?"]


def test_a_comment_is_taken_up_by_the_city_or_its_author(
    cast: Cast, whole: Plan, sign_in: SignIn
) -> None:
    first, second, third = (
        actions.comment(by=by, plan=whole, text="Why?")
        for by in (cast.mallory, cast.mallory, cast.carol)
    )
    url = at(whole, "comments/{}/resolution/")
    assert send(sign_in(cast.bob), url.format(first.pk)).status_code == 302
    assert send(sign_in(cast.mallory), url.format(second.pk)).status_code == 302
    assert send(sign_in(cast.mallory), url.format(third.pk)).status_code == 403
    done = PlanComment.objects.exclude(resolved_at=None).values_list("pk", "resolved_by")
    assert sorted(done) == [(first.pk, cast.bob.pk), (second.pk, cast.mallory.pk)]


def test_somebody_else_of_the_city_answers_for_it(cast: Cast, whole: Plan, sign_in: SignIn) -> None:
    client = sign_in(cast.bob)
    foreign = send(client, at(whole, "owner/"), {"owner": str(cast.mallory.pk)})
    assert foreign.status_code == 422
    assert send(client, at(whole, "owner/"), {"owner": str(cast.alice.pk)}).status_code == 302
    whole.refresh_from_db()
    assert whole.owner == cast.alice
    assert Event.objects.get(verb="plan.owned").direct == [cast.alice.pk]


def test_the_plan_is_seen_by_its_group_and_coordinators_only(cast: Cast, whole: Plan) -> None:
    seen = [
        Plan.objects.visible_to(seen_by(user)).count()
        for user in (cast.alice, cast.bob, cast.mallory, cast.carol, cast.rita, cast.ada)
    ]
    assert seen == [1, 1, 1, 1, 0, 0]
    assert texts_of(whole)["context"] == "Heat from the river."


def test_links_to_many_sections_are_wide_enough_to_press(
    cast: Cast, whole: Plan, sign_in: SignIn
) -> None:
    """The list comes with the third section; its links stand a finger apart."""
    scheme = whole.group.scheme
    assert scheme is not None
    # A settled template gets no more rows.
    sql("set constraints all immediate")
    sql("alter table twinning_plansection disable trigger user")
    third = PlanSection.objects.create(
        scheme=scheme, code="more", position=3, name_en="More", name_sv="Mer"
    )
    PlanText.objects.create(plan=whole, section=third, code="more")
    page = sign_in(cast.bob).get(at(whole)).content.decode()
    assert '<ol class="plan-lacks"><li><a href="#section-context">' in page
