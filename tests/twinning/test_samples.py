"""The sample group: a half-written plan, goals and milestones, and nothing left of them."""

from pathlib import Path
from typing import Any

import pytest

from cities.twinning.cohorts import overview
from cities.twinning.models import (
    Application,
    ApplicationAnswer,
    Call,
    FitAnswer,
    FitCheck,
    Goal,
    GroupFile,
    GroupNote,
    GroupPart,
    MatchRun,
    MilestoneMark,
    NextAction,
    Plan,
    PlanComment,
    PlanVersion,
    ScreeningVerdict,
    TwinGroup,
)
from cities.twinning.plans import actions as plans
from cities.twinning.runs import forming, publishing
from cities.twinning.workspace import actions as workspace
from cities.twinning.workspace.sweeping import ask_what_is_due
from hub import samples
from hub.models import Event, SearchDocument, User
from knowledge.models import PlanCitation
from labs.models import PlanSource
from tests.cities.test_constraints import sql
from tests.worlds import runs
from tests.worlds.plans import complete

pytestmark = pytest.mark.django_db
KEPT = (Plan, PlanVersion, PlanComment, MilestoneMark, Goal, GroupNote, NextAction, GroupPart)


@pytest.fixture
def loaded(settings: Any, tmp_path: Path, django_capture_on_commit_callbacks: Any) -> TwinGroup:
    settings.SAMPLE_HUB = True
    settings.VAR_DIR = settings.MEDIA_ROOT = tmp_path
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with django_capture_on_commit_callbacks(execute=True):
        samples.load()
    return TwinGroup.objects.get(slug="lund-plymouth")


def test_one_group_works_and_writes(loaded: TwinGroup) -> None:
    plan = Plan.objects.select_related("city").get()
    assert (plan.group, plan.city.slug, plan.is_sample) == (loaded, "plymouth", True)
    assert [plan.texts.exclude(text="").count(), plan.steps.count()] == [4, 3]
    assert (PlanSource.objects.count(), PlanCitation.objects.count()) == (1, 1)
    assert (loaded.marks.count(), Goal.objects.count()) == (6, 3)
    counts = [model.objects.count() for model in KEPT]
    samples.load()
    assert [model.objects.count() for model in KEPT] == counts


def test_removing_takes_all_of_it_away(loaded: TwinGroup) -> None:
    """Also what sample people did since: signed, published, answered, brought, kept."""
    plan = complete(Plan.objects.get(), by=samples.person("staff.plymouth"))
    for text in plan.texts.filter(section__is_required=True, text=""):
        text.text = "Written"
        text.save()
    plans.sign(by=samples.person("staff.plymouth"), plan=plan)
    plans.publish(by=samples.person("staff.plymouth"), plan=plan)
    workspace.add_file(
        by=samples.person("lead.lund"), group=loaded, title="A", link="https://example.org/"
    )
    ask_what_is_due()
    assert SearchDocument.objects.filter(kind="plan").exists()
    samples.remove()
    assert [model.objects.count() for model in (*KEPT, GroupFile, PlanSource, PlanCitation)] == [
        0
    ] * 11
    assert (User.objects.count(), Event.objects.count()) == (0, 0)
    assert not SearchDocument.objects.filter(kind="plan").exists()
    loaded.refresh_from_db()
    assert loaded.scheme is None


def test_groups_of_its_cohort_have_come_differently_far(loaded: TwinGroup) -> None:
    groups = overview.loaded(TwinGroup.objects.filter(cohort=loaded.cohort))
    lines = overview.lines_of(samples.person("coordinator"), groups)
    assert sorted(line.done for line in lines) == [0, 0, 0, 2, 4, 6, 7]
    assert [line.group.slug for line in lines if line.is_doubtful] == [
        "copenhagen-fuenlabrada",
        "espoo-amersfoort",
    ]
    samples.remove()
    assert not TwinGroup.objects.exclude(scheme=None).exists()
    assert (FitCheck.objects.count(), FitAnswer.objects.count()) == (0, 0)


def test_the_closed_call_has_a_run_that_nobody_was_asked_about(loaded: TwinGroup) -> None:
    run = MatchRun.objects.select_related("call").get()
    assert (run.state, run.matched, run.published_at) == ("done", 6, None)
    asked = ScreeningVerdict.objects.filter(application__city__name="Riga")
    assert list(asked.values_list("verdict", flat=True)) == ["pass", "more"]


def test_removing_takes_what_came_of_the_sample_call(loaded: TwinGroup) -> None:
    """Published, answered, made groups of by sample people: all of it goes."""
    by = samples.person("coordinator")
    before = TwinGroup.objects.count()
    run = runs.publish(MatchRun.objects.get(), by)
    for pair in run.pairs.with_answers():
        for city in pair.asked:
            publishing.answer(pair=pair, city=city, is_yes=True, reason="", by=by)
    formed = forming.form(run=run, by=by)
    assert TwinGroup.objects.count() == before + len(formed)
    workspace.write_note(by=by, group=formed[0], text="We spoke")
    samples.remove()
    assert TwinGroup.objects.count() == before
    assert (MatchRun.objects.count(), Call.objects.count(), User.objects.count()) == (0, 0, 0)
    assert ScreeningVerdict.objects.count() == 0
    assert not SearchDocument.objects.filter(pk__in=[group.subject for group in formed]).exists()


def test_what_sample_people_matched_elsewhere_goes_too(loaded: TwinGroup) -> None:
    real = User.objects.create_user("real@city.example", name="Real")
    Call.objects.update(is_sample=False, made_by=real, published_by=real)
    kept = Application.objects.filter(call__cohort=6)
    kept.update(is_sample=False, started_by=real, changed_by=real, submitted_by=real)
    ApplicationAnswer.objects.update(changed_by=real)
    count = kept.count()
    samples.remove()
    assert (MatchRun.objects.count(), kept.count()) == (0, count)
    assert set(kept.values_list("screening", flat=True)) == {""}
    sql("set constraints all immediate")
    assert not ScreeningVerdict.objects.exists()
