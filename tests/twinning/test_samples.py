"""The sample group: a half-written plan, goals and milestones, and nothing left of them."""

from pathlib import Path
from typing import Any

import pytest

from cities.twinning.models import (
    Goal,
    GroupFile,
    GroupNote,
    GroupPart,
    MilestoneMark,
    NextAction,
    Plan,
    PlanComment,
    PlanVersion,
    TwinGroup,
)
from cities.twinning.plans import actions as plans
from cities.twinning.workspace import actions as workspace
from cities.twinning.workspace.sweeping import ask_what_is_due
from hub import samples
from hub.models import Event, SearchDocument, User
from knowledge.models import PlanCitation
from labs.models import PlanSource
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
    assert (MilestoneMark.objects.count(), Goal.objects.count()) == (6, 3)
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
