"""What the desk says of each group: progress, what is next, silence, answers, plans."""

import csv
import datetime as dt
from io import StringIO

import time_machine
from django.utils import timezone

from cities.enums import Role
from cities.models import Membership
from cities.twinning.actions import form_group
from cities.twinning.cohorts.overview import Line, lines_of, loaded
from cities.twinning.enums import GroupState
from cities.twinning.models import FitCheck, GroupMembership, PlanFollowUp, TwinGroup
from cities.twinning.plans import actions as plans
from cities.twinning.workspace import actions
from hub.models import User
from hub.wallclock import today
from tests.cities.test_city_pages import SignIn
from tests.conftest import Cast, give_second_factor
from tests.worlds.plans import complete, write

DESK = "/programmes/learning-hub-syd/cohorts/1/"


def line(user: User, group: TwinGroup) -> Line:
    found = lines_of(user, loaded(TwinGroup.objects.filter(pk=group.pk)))
    return found[0]


def another(cast: Cast, group: TwinGroup, **more: object) -> TwinGroup:
    """Leuven – Malmö, as old as the first."""
    facts = {"cohort": 1, "scheme": group.scheme, **more}
    return form_group(
        programme=cast.syd,
        pilots=[cast.leuven],
        twins=[cast.malmo],
        period=(group.period.lower, group.period.upper),
        **facts,  # type: ignore[arg-type]  # fields of the group
    )


def test_a_group_that_nobody_has_touched(cast: Cast, group: TwinGroup) -> None:
    seen = line(cast.carol, group)
    assert (seen.done, seen.total, seen.late) == (0, 2, 1)
    assert seen.coming is not None
    assert seen.coming.milestone.name_en == "Kick-off"
    assert (seen.action, seen.last_at, seen.asked) == (None, None, None)
    # Silent since it began, four months ago.
    assert seen.weeks is not None
    assert seen.weeks >= 16
    assert (seen.is_silent, seen.is_behind, seen.is_doubtful, seen.is_signed) == (
        True,
        True,
        False,
        False,
    )
    assert [(p.city, p.plan, p.words) for p in seen.plans] == [(cast.lund, None, "Not begun")]


def test_progress_and_what_is_next(cast: Cast, group: TwinGroup) -> None:
    first = group.scheme.milestones.all()[0]  # type: ignore[union-attr]  # it has one
    actions.mark(by=cast.bob, group=group, milestone=first, done_on=today())
    late = today() - dt.timedelta(days=1)
    actions.set_action(by=cast.bob, group=group, text="Call Leuven", city=cast.lund, due_on=late)
    seen = line(cast.carol, group)
    assert (seen.done, seen.late, seen.is_behind) == (1, 0, True)
    assert (seen.action.text if seen.action else "", seen.next_on) == ("Call Leuven", late)
    assert (seen.weeks, seen.is_silent) == (0, False)


def test_silence_is_counted_in_weeks_from_the_last_sign(cast: Cast, group: TwinGroup) -> None:
    now = timezone.now()
    with time_machine.travel(now - dt.timedelta(days=50), tick=False):
        actions.write_note(by=cast.bob, group=group, text="We spoke")
    assert line(cast.carol, group).weeks == 7
    with time_machine.travel(now - dt.timedelta(days=20), tick=False):
        plan = plans.begin(by=cast.bob, group=group, city=cast.lund)
    assert line(cast.carol, group).weeks == 2
    with time_machine.travel(now - dt.timedelta(days=8), tick=False):
        write(plan, "context", "Heat", by=cast.bob)
    seen = line(cast.carol, group)
    assert (seen.weeks, seen.plans[0].words) == (1, "1 of 2 sections")


def test_a_group_that_has_ended_is_not_called_silent(cast: Cast, group: TwinGroup) -> None:
    TwinGroup.objects.update(state=GroupState.CLOSED)
    seen = line(cast.carol, group)
    assert (seen.weeks, seen.is_silent, seen.late, seen.is_behind) == (None, False, 0, False)


def test_a_group_that_begins_later_says_when(cast: Cast, group: TwinGroup, sign_in: SignIn) -> None:
    TwinGroup.objects.update(period=(dt.date(2031, 3, 1), None))
    seen = line(cast.carol, group)
    assert (seen.weeks, seen.is_silent, seen.has_begun) == (None, False, False)
    assert "Begins 1 March 2031" in sign_in(cast.carol).get(DESK).content.decode()


def test_both_sides_answers_with_the_silent_one_named(cast: Cast, group: TwinGroup) -> None:
    FitCheck.objects.create(group=group, month=3)
    newest = FitCheck.objects.create(group=group, month=9)
    actions.answer_fit(by=cast.bob, check=newest, city=cast.lund, answer="not", note="No time")
    seen = line(cast.carol, group)
    assert seen.asked == newest
    said = [(v.city.name, v.said.answer if v.said else None) for v in seen.voices]
    assert said == [("Leuven", None), ("Lund", "not")]
    assert (seen.is_doubtful, seen.is_unanswered) == (True, True)


def test_a_signed_plan_and_its_follow_up(cast: Cast, group: TwinGroup) -> None:
    plan = plans.begin(by=cast.bob, group=group, city=cast.lund)
    wanted = plans.Wanted(text="Build", owner=cast.bob, due_on=dt.date(2030, 1, 1))
    plans.add_step(by=cast.bob, plan=plan, wanted=wanted)
    plans.sign(by=cast.alice, plan=complete(plan, by=cast.bob))
    PlanFollowUp.objects.filter(months=6).update(due_on=today() - dt.timedelta(days=1))
    seen = line(cast.carol, group)
    follow_up = seen.plans[0].follow_up
    assert (seen.is_signed, seen.plans[0].words) == (True, "Signed")
    assert (follow_up.months if follow_up else 0, seen.plans[0].is_late) == (6, True)


def test_who_does_not_coordinate_is_shown_nothing_of_it(cast: Cast, group: TwinGroup) -> None:
    """Each part follows its own rule of who sees it, whatever opens the page."""
    check = FitCheck.objects.create(group=group, month=3)
    actions.answer_fit(by=cast.bob, check=check, city=cast.lund, answer="good")
    actions.write_note(by=cast.bob, group=group, text="We spoke")
    actions.set_action(by=cast.bob, group=group, text="Call", city=None, due_on=None)
    for outsider in (cast.rita, cast.ada):
        seen = line(User.objects.get(pk=outsider.pk), group)
        assert (seen.action, seen.last_at, seen.asked) == (None, None, None)


def test_staff_of_its_cities_do_not_open_the_desk(
    cast: Cast, group: TwinGroup, sign_in: SignIn
) -> None:
    GroupMembership.objects.create(group=group, user=cast.rita)
    for path in (DESK, f"{DESK}groups.csv"):
        for person in (cast.alice, cast.bob, cast.mallory, cast.rita, cast.ada):
            assert sign_in(person).get(path).status_code == 403
        assert sign_in(cast.carol).get(path).status_code == 200
    # Another programme's coordinator is no coordinator here.
    Membership.objects.create(user=cast.rita, programme=cast.twinning, role=Role.COORDINATOR)
    give_second_factor(cast.rita)
    assert sign_in(cast.rita).get(DESK).status_code == 403


def test_chosen_and_sorted_with_htmx_and_without(
    cast: Cast, group: TwinGroup, sign_in: SignIn
) -> None:
    other = another(cast, group)
    actions.write_note(by=cast.carol, group=other, text="Just spoken")
    client = sign_in(cast.carol)

    def shown(query: str) -> list[str]:
        return [row.group.title for row in client.get(f"{DESK}{query}").context["page"]]

    assert shown("") == ["Leuven – Lund", "Leuven – Malmö"]
    assert shown("?sort=-group") == ["Leuven – Malmö", "Leuven – Lund"]
    assert shown("?sort=silence") == ["Leuven – Malmö", "Leuven – Lund"]
    assert shown("?look=silent") == ["Leuven – Lund"]
    assert shown("?q=malm") == ["Leuven – Malmö"]
    assert shown("?state=closed") == []
    # What is not understood asks for nothing.
    assert len(shown("?sort=odd&look=odd&page=999")) == 2
    part = client.get(f"{DESK}?look=silent", headers={"HX-Request": "true"})
    assert part.template_name == "twinning/cohorts/_groups.html"
    assert "Leuven – Malmö" not in part.content.decode()


def test_the_table_for_a_spreadsheet(cast: Cast, group: TwinGroup, sign_in: SignIn) -> None:
    another(cast, group)
    actions.set_action(by=cast.bob, group=group, text="=cmd()", city=None, due_on=today())
    answer = sign_in(cast.carol).get(f"{DESK}groups.csv?q=lund")
    assert answer["Content-Type"] == "text/csv"
    heads, row = csv.reader(StringIO(answer.content.decode("utf-8-sig")))
    told = dict(zip(heads, row, strict=True))
    assert (told["Twin group"], told["Pilot cities"]) == ("Leuven – Lund", "Leuven")
    assert (told["Next action"], told["Milestones"]) == ("'=cmd()", "2")
    assert told["Replication plans"] == "Lund: Not begun"


def test_a_cohort_that_is_none_does_not_exist(
    cast: Cast, group: TwinGroup, sign_in: SignIn
) -> None:
    for number in ("2", "0", "99999999999999999999"):
        path = DESK.replace("/1/", f"/{number}/")
        assert sign_in(cast.carol).get(path).status_code == 404
