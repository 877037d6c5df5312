"""A programme's template: copied, changed, settled; what runs keeps its own version."""

import pytest

from cities.twinning.models import Call, Module, Question, Scheme
from cities.twinning.schemes import actions
from tests.cities.test_city_pages import SignIn
from tests.conftest import Cast
from tests.labs.conftest import post
from tests.twinning.making import call, domain, made
from tests.worlds.calls import scheme_of

__all__ = ["call", "domain"]
DRAFT = "/programmes/learning-hub-syd/template/draft/"


def test_a_new_version_is_a_copy_that_nothing_follows_until_it_is_settled(
    cast: Cast, sign_in: SignIn, call: Call
) -> None:
    client = sign_in(cast.carol)
    assert post(client, DRAFT, {})["Location"] == DRAFT
    draft = Scheme.objects.get(settled_at=None)
    assert (draft.number, draft.questions.get().code) == (2, "challenge")
    assert made(cast, "Second").scheme_id == call.scheme_id
    row = draft.modules.get()
    rows = {
        "modules-TOTAL_FORMS": "2",
        "modules-INITIAL_FORMS": "1",
        "modules-0-id": str(row.pk),
        "modules-0-position": "1",
        "modules-0-name_en": "Getting started",
        "modules-0-name_sv": "Komma igång",
        "modules-0-first_month": "1",
        "modules-0-last_month": "4",
        "modules-1-position": "2",
        "modules-1-name_en": "Co-creating",
        "modules-1-name_sv": "Skapa tillsammans",
        "modules-1-first_month": "5",
        "modules-1-last_month": "9",
    }
    assert post(client, f"{DRAFT}modules/", rows).status_code == 302
    assert [m.name_en for m in draft.modules.all()] == ["Getting started", "Co-creating"]
    assert Module.objects.filter(scheme=call.scheme).get().name_en == "First"
    assert post(client, "/programmes/learning-hub-syd/template/settlement/", {}).status_code == 302
    assert made(cast, "Third").scheme_id == draft.pk
    assert Call.objects.get(pk=call.pk).scheme_id == call.scheme_id


def test_a_wrong_row_changes_nothing_and_keeps_what_was_typed(cast: Cast, sign_in: SignIn) -> None:
    scheme_of(cast.syd)
    client = sign_in(cast.carol)
    post(client, DRAFT, {})
    rows = {
        "questions-TOTAL_FORMS": "1",
        "questions-INITIAL_FORMS": "0",
        "questions-0-position": "2",
        "questions-0-name_en": "Who decides?",
        "questions-0-name_sv": "",
        "questions-0-longest": "9",
    }
    response = post(client, f"{DRAFT}questions/", rows)
    assert response.status_code == 422
    assert set(response.context["formset"].forms[0].errors) == {"name_sv", "longest"}
    assert "Who decides?" in response.content.decode()
    assert not Question.objects.filter(name_en="Who decides?").exists()


def test_a_new_question_gets_a_code_of_its_own(cast: Cast, sign_in: SignIn) -> None:
    scheme_of(cast.syd)
    client = sign_in(cast.carol)
    post(client, DRAFT, {})
    rows = {"questions-TOTAL_FORMS": "2", "questions-INITIAL_FORMS": "0"}
    for n in (0, 1):
        rows |= {
            f"questions-{n}-position": "2",
            f"questions-{n}-name_en": "Who decides?",
            f"questions-{n}-name_sv": "Vem bestämmer?",
            f"questions-{n}-longest": "500",
        }
    assert post(client, f"{DRAFT}questions/", rows).status_code == 302
    codes = set(Question.objects.filter(name_en="Who decides?").values_list("code", flat=True))
    assert codes == {"who-decides", "who-decides-2"}


def test_the_shipped_templates_are_whole(db: None) -> None:
    from cities import reference
    from cities.twinning.schemes import reference as schemes

    reference.load_frame()
    schemes.load()
    schemes.load()
    twinning = Scheme.objects.get(programme__slug="twinning-learning-programme")
    assert (twinning.months, twinning.hours_a_month) == (20, 12)
    modules = list(twinning.modules.all())
    assert [m.name_sv for m in modules] == ["Komma igång", "Skapa tillsammans", "Ta till vara"]
    # They follow one another without a gap and fill the time.
    assert [m.first_month for m in modules] == [1, *(m.last_month + 1 for m in modules[:-1])]
    assert modules[-1].last_month == twinning.months
    syd = Scheme.objects.get(programme__slug="learning-hub-syd")
    for scheme in (twinning, syd):
        assert scheme.is_settled
        assert scheme.criteria.count() >= 2
        assert scheme.milestones.order_by("month").last().month <= scheme.months  # type: ignore[union-attr]
        for row in [*scheme.questions.all(), *scheme.plan_sections.all()]:
            assert row.name_en != row.name_sv or row.code == "risks"


@pytest.mark.parametrize("part", ["", "modules/"])
def test_a_version_that_is_settled_meanwhile_is_left_alone(
    cast: Cast, sign_in: SignIn, call: Call, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    client = sign_in(cast.carol)
    post(client, DRAFT, {})
    lock = actions._lock_draft

    def settled_between(scheme: Scheme) -> Scheme:
        actions.settle(scheme=scheme)
        return lock(scheme)

    monkeypatch.setattr(actions, "_lock_draft", settled_between)
    rows = {"modules-TOTAL_FORMS": "0", "modules-INITIAL_FORMS": "0"}
    typed = {"months": "7", "hours_a_month": "3", "_key": "typed-here", **rows}
    response = client.post(DRAFT + part, typed, follow=True)
    assert response.redirect_chain[-1][0] == "/programmes/learning-hub-syd/template/"
    assert "This version is settled" in response.content.decode()
    assert Scheme.objects.newest_first()[0].months != 7
