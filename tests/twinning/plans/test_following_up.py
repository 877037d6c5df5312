"""Half a year and a year after the signature."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from cities.models import Membership
from cities.twinning.models import Plan, PlanAnswer, PlanFollowUp
from cities.twinning.plans import actions, sweeping
from cities.twinning.plans.letters import ANSWERED, NOT_THEIRS
from hub.delivery.letters import Letter, Skip, kind
from hub.models import Delivery, User
from hub.refusals import Refused
from hub.wallclock import today
from tests.conftest import Cast
from tests.twinning.plans.making import SignIn, at, send

DAY = dt.timedelta(days=1)


@pytest.fixture
def asked(cast: Cast, whole: Plan) -> PlanFollowUp:
    """Its day is today."""
    actions.sign(by=cast.alice, plan=whole)
    PlanFollowUp.objects.filter(months=6).update(due_on=today())
    return PlanFollowUp.objects.select_related("plan__group", "plan__city").get(months=6)


def owed() -> list[tuple[str, int]]:
    rows = Delivery.objects.filter(kind=sweeping.FOLLOW_UP).order_by("pk")
    return [(row.user.name, row.version) for row in rows if row.user]


def letter_of(user: User) -> Letter | Skip:
    row = Delivery.objects.filter(kind=sweeping.FOLLOW_UP, user=user).latest("pk")
    row.user = User.objects.with_keys().get(pk=user.pk)
    return kind(row.kind).compose(row)


def test_the_owner_is_asked_twice_and_then_the_coordinator_sees_silence(
    cast: Cast, asked: PlanFollowUp, sign_in: SignIn
) -> None:
    assert (sweeping.ask_what_is_due(), owed()) == (1, [("Bob", 1)])
    assert sweeping.ask_what_is_due() == 0
    assert not sweeping.silent().exists()
    with time_machine.travel(timezone.now() + 15 * DAY):
        assert (sweeping.ask_what_is_due(), owed()) == (1, [("Bob", 1), ("Bob", 2)])
        assert not sweeping.silent().exists()
    with time_machine.travel(timezone.now() + 30 * DAY):
        assert sweeping.ask_what_is_due() == 0
        assert list(sweeping.silent()) == [asked]
        assert "Plans nobody tells of" in sign_in(cast.carol).get("/desk/").content.decode()


def test_nobody_is_asked_before_the_day(cast: Cast, whole: Plan) -> None:
    actions.sign(by=cast.alice, plan=whole)
    assert (sweeping.ask_what_is_due(), owed()) == (0, [])


def test_where_the_owner_has_left_the_leads_are_asked(cast: Cast, asked: PlanFollowUp) -> None:
    Membership.objects.filter(user=cast.bob).update(ended_at=timezone.now(), ended_by=cast.alice)
    sweeping.ask_what_is_due()
    assert owed() == [("Alice", 1)]


def test_no_mail_leaves_at_night(cast: Cast, asked: PlanFollowUp) -> None:
    with time_machine.travel(timezone.now().replace(hour=1, minute=0)):
        sweeping.ask_what_is_due()
        row = Delivery.objects.get(kind=sweeping.FOLLOW_UP)
        due = row.due_at.astimezone(ZoneInfo(cast.bob.time_zone))
    assert (due.hour, due.minute) == (7, 0)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["How far has the plan of Lund come?", "It is 6 months since"]),
        ("sv", ["Hur långt har planen för Lund kommit?", "Det har gått 6 månader sedan"]),
    ],
)
def test_the_mail_is_whole_in_both_languages(
    cast: Cast, asked: PlanFollowUp, language: str, words: list[str]
) -> None:
    from django.utils import translation

    sweeping.ask_what_is_due()
    with translation.override(language):
        mail = letter_of(cast.bob)
    assert isinstance(mail, Letter)
    assert mail.subject == words[0]
    for form in (mail.text, mail.html):
        assert words[1] in form
        assert "Lower the temperature" in form
        assert f"http://localhost:8000{asked.get_absolute_url()}" in form


def test_what_has_changed_since_is_not_sent(cast: Cast, asked: PlanFollowUp) -> None:
    sweeping.ask_what_is_due()
    actions.answer(by=cast.alice, follow_up=asked, steps={})
    assert letter_of(cast.bob) == Skip(ANSWERED)
    PlanFollowUp.objects.update(answered_at=None, answered_by=None)
    Membership.objects.filter(user=cast.bob).delete()
    assert letter_of(cast.bob) == Skip(NOT_THEIRS)


def test_the_answer_is_told_by_step(cast: Cast, asked: PlanFollowUp, sign_in: SignIn) -> None:
    step = asked.plan.steps.get()
    url = asked.get_absolute_url()
    client = sign_in(cast.bob)
    dropped = send(client, url, {f"state-{step.pk}": "dropped"})
    assert dropped.status_code == 422
    data = {f"state-{step.pk}": "under-way", f"note-{step.pk}": "Two streets", "summary": "Slow"}
    assert send(client, url, data).status_code == 302
    step.refresh_from_db()
    assert (step.state, step.state_note) == ("under-way", "Two streets")
    told = PlanAnswer.objects.get()
    assert (told.step, told.state, told.text) == (step, "under-way", "Two streets")
    assert "Two streets" in sign_in(cast.carol).get(url).content.decode()
    # A second answer finds the first.
    send(sign_in(cast.alice), url, data | {"summary": "Fast"})
    asked.refresh_from_db()
    assert (asked.summary, asked.answered_by) == ("Slow", cast.bob)
    with pytest.raises(Refused, match="answered meanwhile"):
        actions.answer(by=cast.alice, follow_up=asked, steps={})


def test_a_step_that_was_answered_for_is_dropped_not_deleted(
    cast: Cast, asked: PlanFollowUp, sign_in: SignIn
) -> None:
    step = asked.plan.steps.get()
    actions.answer(by=cast.bob, follow_up=asked, steps={step.pk: ("done", "")})
    actions.reopen(by=cast.bob, plan=asked.plan)
    send(sign_in(cast.bob), at(asked.plan, f"steps/{step.pk}/removal/"))
    assert asked.plan.steps.get() == step


def test_it_waits_on_the_first_page_of_the_day(
    cast: Cast, asked: PlanFollowUp, sign_in: SignIn
) -> None:
    said = "How far has your plan come?"
    pages = [
        sign_in(user).get("/").content.decode() for user in (cast.bob, cast.alice, cast.mallory)
    ]
    assert [said in page for page in pages] == [True, True, False]


def test_nothing_is_answered_before_its_day(
    cast: Cast, asked: PlanFollowUp, sign_in: SignIn
) -> None:
    later = PlanFollowUp.objects.select_related("plan__group", "plan__city").get(months=12)
    client = sign_in(cast.bob)
    assert "It is asked on that day" in client.get(later.get_absolute_url()).content.decode()
    assert send(client, later.get_absolute_url(), {}).status_code == 302
    later.refresh_from_db()
    assert not later.is_answered
