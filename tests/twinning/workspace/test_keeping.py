"""Milestones, goals, files, log, the next action, the handover and a newer template."""

import datetime as dt
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction

from cities.models import City
from cities.twinning.enums import GroupState
from cities.twinning.models import (
    Goal,
    GroupFile,
    GroupPart,
    Milestone,
    MilestoneMark,
    NextAction,
    PlanSection,
    Scheme,
    TwinGroup,
)
from cities.twinning.plans import actions as plans
from cities.twinning.plans.actions import Wanted
from cities.twinning.schemes.actions import settle
from cities.twinning.workspace import actions
from cities.twinning.workspace.comparing import changes
from cities.twinning.workspace.timeline import timeline_of
from hub.models import Event, StoredFile
from hub.wallclock import in_months, today
from tests.conftest import Cast
from tests.twinning.plans.making import SignIn, send, texts_of
from tests.worlds.plans import write

DAY = dt.timedelta(days=1)


def at(group: TwinGroup, rest: str = "") -> str:
    return f"{group.get_absolute_url()}{rest}"


def milestones(group: TwinGroup) -> list[Milestone]:
    return list(Milestone.objects.filter(scheme=group.scheme).order_by("month"))


def test_the_workspace_is_the_groups_own(cast: Cast, group: TwinGroup, sign_in: SignIn) -> None:
    said = "Goals of both sides"
    people = (cast.bob, cast.mallory, cast.carol, cast.rita, cast.ada, None)
    seen = [said in sign_in(user).get(at(group)).content.decode() for user in people]
    assert seen == [True, True, True, False, False, False]


def test_a_milestone_is_done_by_somebody_on_a_day(
    cast: Cast, group: TwinGroup, sign_in: SignIn
) -> None:
    first, _last = milestones(group)
    url = at(group, f"milestones/{first.pk}/")
    tomorrow = {"done_on": str(today() + DAY)}
    assert send(sign_in(cast.bob), url, tomorrow).status_code == 422
    told = {"done_on": str(today()), "note": "On the phone"}
    assert send(sign_in(cast.bob), url, told).status_code == 302
    mark = MilestoneMark.objects.get()
    assert (mark.milestone, mark.done_on, mark.marked_by) == (first, today(), cast.bob)
    # Said again by the other side, who said it first stands.
    send(sign_in(cast.mallory), url, {"done_on": str(today() - DAY), "note": ""})
    mark.refresh_from_db()
    assert (mark.done_on, mark.marked_by) == (today() - DAY, cast.bob)
    assert Event.objects.filter(verb="group.milestone").count() == 1
    send(sign_in(cast.mallory), f"{url}reopening/")
    assert not MilestoneMark.objects.exists()
    assert Event.objects.filter(verb="group.milestone-reopened").count() == 1


def test_the_timeline_says_what_is_next_and_late(cast: Cast, group: TwinGroup) -> None:
    first, last = milestones(group)
    found = timeline_of(group)
    assert [(line.milestone, line.is_late) for line in found.lines] == [
        (first, True),
        (last, False),
    ]
    assert [mark["state"] for mark in found.marks] == ["next", "later"]
    assert found.lines[0].due_on == in_months(group.period.lower, 1) - DAY
    assert [span.is_now for span in found.spans] == [True]
    actions.mark(by=cast.bob, group=group, milestone=first, done_on=today())
    found = timeline_of(group)
    assert (found.done, [mark["state"] for mark in found.marks]) == (1, ["past", "next"])


def test_both_sides_have_goals(cast: Cast, group: TwinGroup, sign_in: SignIn) -> None:
    url = at(group, "goals/new/")
    for user, city in ((cast.bob, cast.lund), (cast.mallory, cast.leuven)):
        data = {"city": str(city.pk), "text": f"{city.name} wants to know"}
        assert send(sign_in(user), url, data).status_code == 302
    # Nobody writes down the other side's goals; a coordinator may.
    foreign = {"city": str(cast.leuven.pk), "text": "Teach us"}
    assert send(sign_in(cast.bob), url, foreign).status_code == 422
    assert send(sign_in(cast.carol), url, foreign).status_code == 302
    page = sign_in(cast.bob).get(at(group)).content.decode()
    assert "Lund wants to know" in page
    assert "Leuven wants to know" in page


def test_a_goal_from_an_old_version_is_refused(
    cast: Cast, group: TwinGroup, sign_in: SignIn
) -> None:
    goal = actions.state_goal(by=cast.bob, group=group, city=cast.lund, text="Know how")
    url = at(group, f"goals/{goal.pk}/")
    reached = {"text": "Know how", "state": "reached", "note": "In May", "version": "1"}
    assert send(sign_in(cast.alice), url, reached).status_code == 302
    late = send(sign_in(cast.bob), url, {"text": "Know why", "state": "open", "version": "1"})
    assert late.status_code == 422
    assert "It now says: “Know how”" in late.content.decode()
    goal.refresh_from_db()
    assert (goal.state, goal.note, goal.text) == ("reached", "In May", "Know how")
    dropped = {"text": "Know how", "state": "dropped", "version": "2"}
    assert send(sign_in(cast.bob), url, dropped).status_code == 422


def test_files_are_the_groups_and_coordinators(
    cast: Cast, group: TwinGroup, sign_in: SignIn, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    upload = SimpleUploadedFile("plan.pdf", b"%PDF-1.4\n%%EOF", content_type="application/pdf")
    data = {"title": "The agreement", "file": upload}
    assert send(sign_in(cast.bob), at(group, "files/"), data).status_code == 302
    found = GroupFile.objects.get()
    statuses = [
        sign_in(user).get(found.get_absolute_url()).status_code
        for user in (cast.mallory, cast.carol, cast.rita, cast.ada)
    ]
    assert statuses == [200, 200, 404, 404]
    # By its own address it opens to nobody.
    assert sign_in(cast.bob).get(f"/files/{found.file_id}/").status_code == 404
    both = {"title": "Two", "link": "https://example.org", "file": upload}
    assert send(sign_in(cast.bob), at(group, "files/"), {"title": "None"}).status_code == 422
    assert send(sign_in(cast.bob), at(group, "files/"), both).status_code == 422
    send(sign_in(cast.mallory), at(group, f"files/{found.pk}/removal/"))
    assert (GroupFile.objects.count(), StoredFile.objects.count()) == (0, 0)


def test_the_log_holds_what_happened_and_what_was_written(
    cast: Cast, group: TwinGroup, sign_in: SignIn
) -> None:
    actions.state_goal(by=cast.bob, group=group, city=cast.lund, text="Know how")
    send(sign_in(cast.mallory), at(group, "log/"), {"text": "We spoke on the phone."})
    entries = sign_in(cast.carol).get(at(group, "log/")).context["entries"]
    assert [(e.sentence, e.text) for e in entries] == [
        ("", "We spoke on the phone."),
        ("Bob wrote down a goal for Leuven – Lund", "Lund: Know how"),
    ]
    assert sign_in(cast.rita).get(at(group, "log/")).status_code == 403


def test_there_is_one_next_action(cast: Cast, group: TwinGroup, sign_in: SignIn) -> None:
    url = at(group, "next-action/")
    for text in ("Choose a date", "Book the train"):
        data = {"text": text, "city": str(cast.lund.pk), "due_on": "2030-01-01"}
        assert send(sign_in(cast.bob), url, data).status_code == 302
    waiting = NextAction.objects.get(done_at=None)
    assert (waiting.text, waiting.city) == ("Book the train", cast.lund)
    assert send(sign_in(cast.mallory), f"{url}completion/").status_code == 302
    waiting.refresh_from_db()
    assert waiting.done_by == cast.mallory
    # Pressed again there is nothing to complete.
    send(sign_in(cast.bob), f"{url}completion/")
    waiting.refresh_from_db()
    assert waiting.done_by == cast.mallory


def test_a_withdrawn_group_is_worked_in_no_more(
    cast: Cast, group: TwinGroup, sign_in: SignIn
) -> None:
    TwinGroup.objects.update(state=GroupState.WITHDRAWN)
    client = sign_in(cast.carol)
    assert client.get(at(group)).status_code == 200
    assert send(client, at(group, "log/"), {"text": "Late"}).status_code == 403
    assert sign_in(cast.bob).get(at(group, "goals/new/")).status_code == 403


def test_with_the_part_go_the_plan_and_its_open_steps(
    cast: Cast, group: TwinGroup, sign_in: SignIn
) -> None:
    plan = plans.begin(by=cast.bob, group=group, city=cast.lund)
    waiting = plans.add_step(by=cast.bob, plan=plan, wanted=Wanted(text="Dig", owner=cast.bob))
    done = Wanted(text="Ask", owner=cast.bob, state="done")
    finished = plans.add_step(by=cast.bob, plan=plan, wanted=done)
    url = at(group, "handover/lund/")
    assert send(sign_in(cast.bob), url, {"holder": str(cast.bob.pk)}).status_code == 302
    data = {"holder": str(cast.alice.pk), "note": "Call Ann", "with_plan": "on"}
    assert send(sign_in(cast.bob), url, data).status_code == 302
    now = GroupPart.objects.current().get()
    assert (now.holder, now.note, GroupPart.objects.count()) == (cast.alice, "Call Ann", 2)
    for row in (plan, waiting, finished):
        row.refresh_from_db()
    assert (plan.owner, waiting.owner, finished.owner) == (cast.alice, cast.alice, cast.bob)
    told = Event.objects.filter(verb="group.handed-over").first()
    assert told is not None
    assert told.direct == [cast.alice.pk]
    assert send(sign_in(cast.bob), url, {"holder": str(cast.mallory.pk)}).status_code == 422


def a_newer_template(cast: Cast) -> Scheme:
    """Risks gone, indicators new, the kick-off later."""
    scheme = Scheme.objects.create(programme=cast.syd, number=2, months=18, hours_a_month=12)
    for n, (code, name) in enumerate((("context", "Context"), ("indicators", "Indicators"))):
        PlanSection.objects.create(scheme=scheme, code=code, name_en=name, name_sv=name, position=n)
    Milestone.objects.create(scheme=scheme, name_en="Kick-off", name_sv="Upptakt", month=2)
    settle(scheme=scheme)
    scheme.refresh_from_db()
    return scheme


def test_a_newer_template_is_followed_only_by_choice(
    cast: Cast, group: TwinGroup, sign_in: SignIn
) -> None:
    plan = plans.begin(by=cast.bob, group=group, city=cast.lund)
    write(plan, "context", "Kept", by=cast.bob)
    kick_off, signed = milestones(group)
    for milestone in (kick_off, signed):
        actions.mark(by=cast.bob, group=group, milestone=milestone, done_on=today())
    newer = a_newer_template(cast)
    found = {change.label: change for change in changes(group.scheme, newer)}
    assert found["Length and time"].moved == ["20 → 18 months"]
    assert (found["Milestones"].gone, found["Milestones"].moved) == (
        ["Plan signed"],
        ["Kick-off: month 1 → month 2"],
    )
    sections = found["Sections of the replication plan"]
    assert (sections.come, sections.gone) == (["Indicators"], ["Risks"])
    assert (
        "Follow this template"
        not in sign_in(cast.carol).get(at(group, "template/")).content.decode()
    )
    for user in (cast.bob, cast.carol):
        assert send(sign_in(user), at(group, "template/")).status_code == 403
    group.refresh_from_db()
    assert group.scheme != newer
    assert send(sign_in(cast.alice), at(group, "template/")).status_code == 302
    group.refresh_from_db()
    assert group.scheme == newer
    # What was written stays, empty headings that are gone go, new ones come.
    assert texts_of(plan) == {"context": "Kept", "indicators": ""}
    timeline = timeline_of(group)
    assert [(line.milestone.month, line.mark is not None) for line in timeline.lines] == [(2, True)]
    assert [mark.milestone for mark in timeline.others] == [signed]


def test_a_signed_plan_meets_the_new_headings_in_its_next_version(
    cast: Cast, group: TwinGroup
) -> None:
    plan = plans.begin(by=cast.bob, group=group, city=cast.lund)
    write(plan, "context", "Heat", by=cast.bob)
    step = Wanted(text="Dig", owner=cast.bob, due_on=today())
    plans.add_step(by=cast.bob, plan=plan, wanted=step)
    plans.sign(by=cast.alice, plan=plan)
    actions.adopt(by=cast.alice, group=group, scheme=a_newer_template(cast))
    assert texts_of(plan) == {"context": "Heat", "risks": ""}
    plans.reopen(by=cast.bob, plan=plan)
    assert texts_of(plan) == {"context": "Heat", "indicators": ""}


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        ("INSERT INTO twinning_milestonemark (group_id, milestone_id, done_on, note, marked_at, marked_by_id) SELECT group_id, milestone_id, done_on, note, marked_at, marked_by_id FROM twinning_milestonemark", "milestone_done_once"),
        ("UPDATE twinning_goal SET text = ''", "goal_says_something"),
        ("UPDATE twinning_goal SET state = 'lost'", "goal_state_known"),
        ("UPDATE twinning_goal SET state = 'dropped'", "goal_dropped_says_why"),
        ("UPDATE twinning_goal SET city_id = (SELECT id FROM cities_city WHERE slug = 'malmo')", "city_of_its_group"),
        ("UPDATE twinning_nextaction SET city_id = (SELECT id FROM cities_city WHERE slug = 'malmo')", "city_of_its_group"),
        ("UPDATE twinning_grouppart SET city_id = (SELECT id FROM cities_city WHERE slug = 'malmo')", "city_of_its_group"),
        ("UPDATE twinning_nextaction SET text = ''", "next_action_says_what"),
        ("UPDATE twinning_nextaction SET done_at = now()", "next_action_done_at_with_by"),
        ("INSERT INTO twinning_nextaction (group_id, text, stated_at, stated_by_id) SELECT group_id, 'Two', now(), stated_by_id FROM twinning_nextaction", "next_action_one_at_a_time"),
        ("INSERT INTO twinning_grouppart (group_id, city_id, holder_id, note, started_at, started_by_id) SELECT group_id, city_id, holder_id, '', now(), holder_id FROM twinning_grouppart", "group_part_one_at_a_time"),
        ("UPDATE twinning_grouppart SET ended_at = now()", "group_part_ended_at_with_by"),
        ("UPDATE twinning_groupfile SET title = ''", "group_file_has_title"),
        ("UPDATE twinning_groupfile SET link = ''", "group_file_is_link_or_file"),
        ("UPDATE twinning_groupnote SET text = ''", "group_note_says_so"),
    ],
)  # fmt: skip
def test_database_refuses(cast: Cast, group: TwinGroup, statement: str, constraint: str) -> None:
    actions.mark(by=cast.bob, group=group, milestone=milestones(group)[0], done_on=today())
    actions.state_goal(by=cast.bob, group=group, city=cast.lund, text="Know how")
    actions.set_action(by=cast.bob, group=group, text="Call", city=cast.lund, due_on=None)
    actions.hand_over(by=cast.bob, group=group, city=cast.lund, holder=cast.bob)
    actions.add_file(by=cast.bob, group=group, title="A", link="https://example.org/")
    actions.write_note(by=cast.bob, group=group, text="We spoke")
    with pytest.raises(IntegrityError) as refused:
        run(statement)
    cause = refused.value.__cause__
    assert cause is not None
    assert cause.diag.constraint_name == constraint  # type: ignore[attr-defined]


def run(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_goals_of_no_city_of_the_group_are_refused(cast: Cast, group: TwinGroup) -> None:
    with pytest.raises(IntegrityError, match="not of group"), transaction.atomic():
        Goal.objects.create(
            group=group, city=City.objects.get(slug="malmo"), text="x", changed_by=cast.bob
        )
