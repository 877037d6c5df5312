"""What a step stands on, and what its plan's owner learns when that changes."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from cities.models import City
from cities.twinning.actions import form_group
from cities.twinning.models import Plan, PlanStep
from cities.twinning.plans import actions as plans
from cities.twinning.plans.actions import Wanted
from hub.models import Event, User
from knowledge.actions import articles
from knowledge.evidence import actions, sweeping
from knowledge.models import Article, Flag, PlanAlarm, PlanCitation, Reuse, Revision
from knowledge.reuse import actions as reuse
from knowledge.reuse.actions import Told
from knowledge.upkeep import actions as upkeep
from knowledge.upkeep import sweeping as flags
from labs import actions as labs
from labs.enums import Mode
from labs.models import Lab, PlanSource
from labs.plan_sources import steps_served
from tests.conftest import Cast
from tests.knowledge.making import entry, experience
from tests.labs.conftest import a_plan
from tests.labs.minutes import in_days, over
from tests.twinning.plans.conftest import PERIOD
from tests.twinning.plans.making import SignIn, at, send
from tests.worlds.plans import write
from tests.worlds.twinning import a_scheme


@pytest.fixture
def plan(cast: Cast) -> Plan:
    a_scheme(cast.syd)
    group = form_group(
        programme=cast.syd, pilots=[cast.leuven], twins=[cast.lund], cohort=1, period=PERIOD
    )
    return plans.begin(by=cast.bob, group=group, city=cast.lund)


@pytest.fixture
def step(cast: Cast, plan: Plan) -> PlanStep:
    return plans.add_step(by=cast.bob, plan=plan, wanted=Wanted(text="Lower the temperature"))


@pytest.fixture
def article(cast: Cast) -> Article:
    return experience(cast)


def alarms(kind: str = "") -> list[str]:
    found = PlanAlarm.objects.open().order_by("kind", "pk")
    return list(found.filter(kind=kind or "changed").values_list("evidence", flat=True))


def kinds() -> list[str]:
    return sorted(PlanAlarm.objects.open().values_list("kind", flat=True))


def url_of(step: PlanStep, rest: str) -> str:
    return at(step.plan, f"steps/{step.pk}/{rest}")


def a_decision(cast: Cast, *, kind: str = "decision") -> Any:
    """Of a Lab that Alice came to; its minutes are published."""
    plan = a_plan(audience="cities")
    lab = labs.publish(by=cast.carol, lab=labs.draft(by=cast.carol, programme=cast.syd, plan=plan))
    labs.register(by=cast.alice, lab=lab, mode=Mode.ONSITE)
    minutes = labs.begin_minutes(by=cast.carol, lab=over(lab))
    wanted = labs.Wanted(kind=kind, text="We lower it to 65 degrees")
    if kind == "follow-up":
        wanted = labs.Wanted(kind, "We send the contract", cast.bob, cast.lund, in_days(9))
    outcome = labs.add_outcome(by=cast.carol, minutes=minutes, wanted=wanted)
    labs.publish_minutes(by=cast.carol, minutes=minutes)
    lab.registrations.update(
        attended_at=lab.starts_at, attended_by=cast.carol, attended_mode="onsite"
    )
    return outcome


def test_a_step_shows_its_thread(
    cast: Cast, step: PlanStep, article: Article, sign_in: SignIn
) -> None:
    """Decision, who was there, and the text it builds on."""
    outcome = a_decision(cast)
    client = sign_in(cast.bob)
    chosen = {"source": f"outcome-{outcome.pk}"}
    assert send(client, url_of(step, "sources/"), chosen).status_code == 302
    cited = {"near": str(article.pk)}
    assert send(client, url_of(step, "citations/"), cited).status_code == 302
    page = client.get(at(step.plan)).content.decode()
    for said in ("We lower it to 65 degrees", "District heating", "Lund: Alice", article.title):
        assert said in page
    assert page.index("We lower it") < page.index("Lund: Alice") < page.index(article.title)
    # Named twice, both stand there once.
    send(client, url_of(step, "sources/"), chosen)
    send(client, url_of(step, "citations/"), cited)
    assert (PlanSource.objects.count(), PlanCitation.objects.count()) == (1, 1)


def test_who_may_not_see_the_lab_sees_no_decision_of_it(
    cast: Cast, step: PlanStep, sign_in: SignIn
) -> None:
    """mallory is of the group, and not of the programme that the Lab was for."""
    labs.add_source(by=cast.bob, step=step, outcome=a_decision(cast))
    assert "65 degrees" in sign_in(cast.carol).get(at(step.plan)).content.decode()
    assert "65 degrees" not in sign_in(cast.mallory).get(at(step.plan)).content.decode()


def test_a_follow_up_serves_a_step_and_says_so(cast: Cast, step: PlanStep, sign_in: SignIn) -> None:
    outcome = a_decision(cast, kind="follow-up")
    data = {"source": f"outcome-{outcome.pk}"}
    assert send(sign_in(cast.bob), url_of(step, "sources/"), data).status_code == 302
    page = sign_in(cast.bob).get(outcome.get_absolute_url()).content.decode()
    assert "Lower the temperature" in page
    assert steps_served(User.objects.with_keys().get(pk=cast.rita.pk), outcome) == []


def test_only_what_one_sees_is_offered(
    cast: Cast, step: PlanStep, sign_in: SignIn, make_lab: Callable[..., Lab]
) -> None:
    draft = make_lab(state="draft", title="Hidden draft")
    answer = send(sign_in(cast.bob), url_of(step, "sources/"), {"source": f"lab-{draft.pk}"})
    assert answer.status_code == 422
    private = experience(
        cast, by=cast.mallory, visibility="private", title="Mine", city=cast.leuven
    )
    for data in ({"address": private.get_absolute_url()}, {"near": str(private.pk)}, {}):
        answer = send(sign_in(cast.bob), url_of(step, "citations/"), data)
        assert answer.status_code == 422
        assert "Mine" not in answer.content.decode()
    assert not PlanCitation.objects.exists()


@pytest.fixture
def make_lab(cast: Cast) -> Callable[..., Lab]:
    def make(state: str = "published", **changes: Any) -> Lab:
        lab = labs.draft(by=cast.carol, programme=cast.syd, plan=a_plan(**changes))
        return lab if state == "draft" else labs.publish(by=cast.carol, lab=lab)

    return make


def test_the_owner_learns_that_a_cited_text_has_changed(
    cast: Cast, step: PlanStep, article: Article, sign_in: SignIn
) -> None:
    citation = actions.cite(by=cast.bob, step=step, article=article)
    assert sweeping.sweep() == 0
    articles.revise(
        by=cast.bob,
        article=article,
        entry=entry(cast, title="Electric excavators, again"),
        base=1,
        publish=True,
    )
    assert (sweeping.sweep(), sweeping.sweep()) == (1, 0)
    assert alarms() == ["2"]
    told = Event.objects.get(verb="plan.evidence-changed")
    assert (told.direct, told.audience) == ([cast.bob.pk], [f"user:{cast.bob.pk}"])
    client = sign_in(cast.bob)
    assert "There is a newer version of it" in client.get("/").content.decode()
    page = client.get(at(step.plan)).content.decode()
    assert f"/knowledge/{article.slug}/compare/?from=1" in page
    assert send(client, url_of(step, f"citations/{citation.pk}/look/")).status_code == 302
    citation.refresh_from_db()
    assert citation.revision is not None
    assert (citation.revision.number, citation.title, kinds()) == (
        2,
        "Electric excavators, again",
        [],
    )
    assert sweeping.sweep() == 0


def test_the_owner_learns_that_it_may_be_out_of_date(
    cast: Cast, step: PlanStep, article: Article
) -> None:
    actions.cite(by=cast.bob, step=step, article=article)
    upkeep.doubt(by=cast.bob, article=article, reason="Prices have doubled.")
    assert (sweeping.sweep(), kinds()) == (1, ["outdated"])
    # The same flag is told once, also after somebody has looked.
    actions.look_again(by=cast.bob, citation=PlanCitation.objects.get())
    assert (sweeping.sweep(), kinds()) == (0, [])


def test_the_owner_learns_that_it_failed_elsewhere(
    cast: Cast, step: PlanStep, article: Article
) -> None:
    actions.cite(by=cast.bob, step=step, article=article)
    city = City.objects.get(slug="leuven")
    reuse.declare(
        by=cast.mallory,
        article=article,
        city=city,
        told=Told("stopped", "We tried it.", reason="No room"),
    )
    flags.sweep()
    assert Flag.objects.open().filter(kind="reuse-stopped").exists()
    assert (sweeping.sweep(), kinds(), Reuse.objects.count()) == (1, ["stopped"], 1)


@pytest.mark.parametrize("how", ["archived", "taken down", "deleted"])
def test_a_step_says_that_its_text_is_gone(
    cast: Cast, step: PlanStep, article: Article, sign_in: SignIn, how: str
) -> None:
    actions.cite(by=cast.bob, step=step, article=article)
    if how == "archived":
        upkeep.archive(by=cast.bob, article=article, reason="Sold.")
    elif how == "taken down":
        Article.objects.update(
            removed_at=article.created_at, removed_by=cast.ada, removal_reason="x"
        )
    else:
        bare = {"published_at": None, "published_by": None, "live": None}
        Article.objects.update(is_sample=True, state="draft", **bare)
        Revision.objects.all().delete()
        Article.objects.all().delete()
    assert (sweeping.sweep(), kinds()) == (1, ["gone"])
    page = sign_in(cast.mallory).get(at(step.plan)).content.decode()
    assert "Electric excavators on Brunnshög" in page
    assert "no longer there" in page


def test_a_withdrawn_group_hears_nothing(cast: Cast, step: PlanStep, article: Article) -> None:
    actions.cite(by=cast.bob, step=step, article=article)
    upkeep.doubt(by=cast.bob, article=article, reason="Old.")
    step.plan.group.state = "withdrawn"
    step.plan.group.save()
    assert sweeping.sweep() == 0


def test_the_world_sees_the_public_evidence_of_a_published_plan(
    cast: Cast, step: PlanStep, article: Article, sign_in: SignIn
) -> None:
    hidden = experience(cast, title="For the programme only", visibility="programme")
    for cited in (article, hidden):
        actions.cite(by=cast.bob, step=step, article=cited)
    upkeep.doubt(by=cast.bob, article=article, reason="Old.")
    sweeping.sweep()
    write(step.plan, "context", "Heat", by=cast.bob)
    PlanStep.objects.update(owner=cast.bob, due_on=in_days(9))
    plans.sign(by=cast.alice, plan=step.plan)
    plans.publish(by=cast.alice, plan=step.plan)
    page = sign_in(None).get(at(step.plan)).content.decode()
    assert article.title in page
    assert "For the programme only" not in page
    assert "It may be out of date" not in page


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        ("INSERT INTO labs_plansource (step_id, added_at, added_by_id) SELECT step_id, now(), added_by_id FROM labs_plansource", "plan_source_is_one_thing"),
        ("INSERT INTO labs_plansource (step_id, outcome_id, added_at, added_by_id) SELECT step_id, outcome_id, now(), added_by_id FROM labs_plansource", "plan_source_once_a_step"),
        ("INSERT INTO knowledge_plancitation (step_id, article_id, title, cited_at, cited_by_id) SELECT step_id, article_id, title, now(), cited_by_id FROM knowledge_plancitation", "plan_citation_once_a_step"),
        ("UPDATE knowledge_plancitation SET title = ''", "plan_citation_has_title"),
        ("INSERT INTO knowledge_planalarm (citation_id, kind, evidence, raised_at) SELECT citation_id, kind, evidence, now() FROM knowledge_planalarm", "plan_alarm_once_for_its_evidence"),
        ("UPDATE knowledge_planalarm SET kind = 'odd'", "plan_alarm_kind_known"),
        ("UPDATE knowledge_planalarm SET settled_at = now()", "plan_alarm_settled_at_with_by"),
    ],
)  # fmt: skip
def test_database_refuses(
    cast: Cast, step: PlanStep, article: Article, statement: str, constraint: str
) -> None:
    labs.add_source(by=cast.bob, step=step, outcome=a_decision(cast))
    citation = actions.cite(by=cast.bob, step=step, article=article)
    PlanAlarm.objects.create(citation=citation, kind="changed", evidence="2")
    with (
        pytest.raises(IntegrityError) as refused,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    cause = refused.value.__cause__
    assert cause is not None
    assert cause.diag.constraint_name == constraint  # type: ignore[attr-defined]
