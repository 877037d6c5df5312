"""Reuse: declared by a city, told as it goes, answered by the city that wrote, drawn and sent."""

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import override_settings
from prov.model import ProvDocument

from hub.models import Event, SearchDocument
from knowledge.actions import reach
from knowledge.models import Article, Reuse, ReuseStep
from knowledge.reuse import actions, flow
from knowledge.reuse.actions import Changed, Told
from tests.conftest import Cast
from tests.knowledge.making import experience
from tests.knowledge.translating import translated
from tests.labs.conftest import post

GOOD = {"stage": "adapt", "text": "Half as large", "city": "leuven", "version": "0"}


@pytest.fixture
def article(cast: Cast) -> Article:
    return experience(cast)


@pytest.fixture
def used(cast: Cast, article: Article) -> Reuse:
    told = Told("adapt", "Half as large")
    return actions.declare(by=cast.mallory, article=article, city=cast.leuven, told=told)


def address(article: Article) -> str:
    return f"{article.get_absolute_url()}reuse/"


def test_a_city_tells_and_the_authors_hear_of_it(
    cast: Cast, article: Article, sign_in: Callable[..., Client]
) -> None:
    response = post(sign_in(cast.mallory), address(article), GOOD)
    reuse = Reuse.objects.get()
    assert (response.status_code, response["Location"]) == (302, reuse.get_absolute_url())
    assert (reuse.city, reuse.stage, reuse.revision) == (cast.leuven, "adapt", article.live)
    event = Event.objects.get(verb="reuse.declared")
    assert (event.direct, event.text) == ([cast.bob.pk], "Leuven: Half as large")
    assert f"city:{cast.leuven.pk}" in event.subjects
    page = sign_in(None).get(article.get_absolute_url()).content.decode()
    assert "Leuven" in page
    assert "Adapts it" in page


def test_stages_are_kept_as_steps_and_stopping_says_why(cast: Cast, used: Reuse) -> None:
    tell = {"by": cast.mallory, "article": used.article, "city": cast.leuven}
    actions.declare(**tell, told=Told("reuse", "Half as large", "It runs"), from_version=1)
    actions.declare(**tell, told=Told("reuse", "Half as large", "It runs well"), from_version=2)
    told = Told("stopped", "Half as large", reason="Nobody repairs them")
    actions.declare(**tell, told=told, from_version=3)
    assert [step.stage for step in ReuseStep.objects.all()] == ["adapt", "reuse", "stopped"]
    used.refresh_from_db()
    assert (used.version, used.reason) == (4, "Nobody repairs them")
    actions.declare(**tell, told=Told("adapt", "Again", reason="kept by mistake"), from_version=4)
    used.refresh_from_db()
    assert used.reason == ""


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"stage": "stopped"}, "reason"),
        ({"stage": "reuse", "reason": "Too dear"}, "reason"),
        ({"text": "  "}, "text"),
        ({"text": "x" * 2001}, "text"),
        ({"stage": "copied"}, "stage"),
        ({"city": "lund"}, "city"),
        ({"version": "-1"}, "version"),
    ],
)
def test_bad_input_changes_nothing_and_keeps_what_was_typed(
    cast: Cast,
    article: Article,
    sign_in: Callable[..., Client],
    change: dict[str, str],
    field: str,
) -> None:
    response = post(sign_in(cast.mallory), address(article), {**GOOD, "outcome": "Warm", **change})
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert "Warm" in response.content.decode()
    assert Reuse.objects.count() == 0


def test_two_of_one_city_do_not_write_over_each_other(
    cast: Cast, used: Reuse, sign_in: Callable[..., Client]
) -> None:
    """The second sees both texts, and saves only by deciding so."""
    client = sign_in(cast.mallory)
    response = post(client, address(used.article), GOOD | {"text": "Twice as large"})
    page = response.content.decode()
    assert response.status_code == 422
    assert "Half as large" in page
    assert "Twice as large" in page
    assert 'name="version" value="1"' in page
    used.refresh_from_db()
    assert used.text == "Half as large"
    again = post(client, address(used.article), GOOD | {"text": "Twice as large", "version": "1"})
    used.refresh_from_db()
    assert (again.status_code, used.text) == (302, "Twice as large")
    used.delete()
    gone = post(client, address(used.article), GOOD | {"text": "Once more", "version": "2"})
    assert gone.status_code == 422
    assert "taken it away meanwhile" in gone.content.decode()
    again = post(client, address(used.article), GOOD | {"text": "Once more"})
    assert (again.status_code, Reuse.objects.get().text) == (302, "Once more")
    with pytest.raises(Changed):
        actions.declare(
            by=cast.mallory, article=used.article, city=cast.leuven, told=Told("adapt", "x")
        )


def test_the_city_that_wrote_answers_once(
    cast: Cast, used: Reuse, sign_in: Callable[..., Client]
) -> None:
    client = sign_in(cast.bob)
    assert "Others take up what your city told" in client.get("/").content.decode()
    path = f"{address(used.article)}{used.pk}/answer/"
    assert post(client, path, {"answer": "perhaps"}).status_code == 302
    used.refresh_from_db()
    assert used.answer == ""
    for _again in range(2):
        post(client, path, {"answer": "confirmed"})
    used.refresh_from_db()
    assert (used.answer, used.answered_by) == ("confirmed", cast.bob)
    event = Event.objects.get(verb="reuse.answered")
    assert cast.mallory.pk in event.direct
    assert "Others take up what your city told" not in client.get("/").content.decode()


def test_who_declared_by_mistake_takes_it_away(
    cast: Cast, used: Reuse, sign_in: Callable[..., Client]
) -> None:
    path = f"{address(used.article)}{used.pk}/removal/"
    assert post(sign_in(cast.bob), path).status_code == 403
    client = sign_in(cast.mallory)
    assert client.get(path).status_code == 200
    assert Reuse.objects.count() == 1
    assert post(client, path).status_code == 302
    assert (Reuse.objects.count(), ReuseStep.objects.count()) == (0, 0)
    assert Event.objects.get(verb="reuse.declared").text == ""


def test_what_is_not_seen_flows_nowhere(
    cast: Cast, used: Reuse, sign_in: Callable[..., Client]
) -> None:
    hidden = experience(cast, title="Only for the programme", visibility="programme")
    told = Told("reuse", "Secretly")
    actions.declare(by=cast.carol, article=hidden, city=cast.malmo, told=told)
    for path in ("/knowledge/flow/", "/knowledge/flow/flow.csv", "/knowledge/flow/prov.json"):
        visitor = sign_in(None).get(path).content.decode()
        member = sign_in(cast.alice).get(path).content.decode()
        assert ("Electric excavators" in visitor, "Only for the programme" in visitor) == (
            True,
            False,
        )
        assert "Only for the programme" in member
    page = sign_in(None).get("/knowledge/flow/").content.decode()
    assert "Malmö" not in page.split("<main", 1)[1]


def test_filters_name_one_end_or_the_other(cast: Cast, used: Reuse, client: Client) -> None:
    def shown(query: str) -> bool:
        return "Electric excavators" in client.get(f"/knowledge/flow/?{query}").content.decode()

    assert [shown(f"city={slug}") for slug in ("lund", "leuven")] == [True, True]
    assert [shown(f"stage={stage}") for stage in ("adapt", "reuse")] == [True, False]
    assert [shown(f"domain={code}") for code in ("mobility",)] == [True]
    # An old link's unknown value asks for nothing.
    assert shown("stage=copied&city=atlantis")


def test_who_takes_it_up_lifts_a_text_and_its_translations_in_the_search(
    cast: Cast, used: Reuse, client: Client
) -> None:
    def weights() -> dict[str, int]:
        return dict(SearchDocument.objects.filter(kind="article").values_list("key", "weight"))

    text = used.article
    newer = experience(cast, title=text.title)
    assert weights() == {text.subject: 1, newer.subject: 0}
    found = client.get("/search/", {"q": "excavators"}).context["results"]
    assert [result.key for result, _language in found] == [text.subject, newer.subject]
    other = translated(cast, text)
    assert weights()[other.subject] == 1
    stopped = Told("stopped", "We tried.", reason="Too dear.")
    actions.declare(by=cast.mallory, article=text, city=cast.leuven, told=stopped, from_version=1)
    assert set(weights().values()) == {0}
    again = Told("reuse", "After all.")
    actions.declare(by=cast.mallory, article=text, city=cast.leuven, told=again, from_version=2)
    assert weights() == {text.subject: 1, other.subject: 1, newer.subject: 0}
    reach.push(text)
    assert weights()[text.subject] == 1
    actions.withdraw(by=cast.mallory, reuse=Reuse.objects.get())
    assert set(weights().values()) == {0}


def test_what_a_page_narrows_by_does_not_fill_the_search_field(
    cast: Cast, used: Reuse, client: Client
) -> None:
    def field(path: str) -> str:
        page = client.get(path).content.decode()
        return page[page.index('id="site-search"') :].partition(">")[0]

    assert "value=" not in field("/knowledge/flow/?domain=mobility")
    assert 'value="electric"' in field("/search/?q=electric")


def test_the_map_draws_one_line_of_each_pair_in_its_stage(cast: Cast, used: Reuse) -> None:
    other = experience(cast, title="Another text")
    told = Told("understand", "We read it")
    actions.declare(by=cast.mallory, article=other, city=cast.leuven, told=told)
    drawn = str(flow.map_of(flow.found(cast.bob, {})))
    assert drawn.count("map-arc") == 1
    assert "cohort-1" in drawn
    assert ">Lund</text>" in drawn
    assert ">Leuven</text>" in drawn


@override_settings(BASE_URL="https://hub.example.org")
def test_the_files_are_read_by_others(cast: Cast, used: Reuse, client: Client) -> None:
    Reuse.objects.update(text="=HYPERLINK(1)", outcome="Åtta grader")
    answer = client.get("/knowledge/flow/flow.csv")
    assert answer["Content-Type"] == "text/csv"
    heads, row = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert (row[0], row[2], row[9]) == ("Lund", "Leuven", "'=HYPERLINK(1)")
    assert len(heads) == len(row)
    read: Any = ProvDocument.deserialize(
        content=client.get("/knowledge/flow/prov.json").content.decode(), format="json"
    )
    kinds = sorted(str(record.get_type()) for record in read.get_records())
    assert kinds == [
        "prov:Agent", "prov:Agent", "prov:Attribution", "prov:Attribution", "prov:Derivation",
        "prov:Entity", "prov:Entity",
    ]  # fmt: skip
    derived = next(r for r in read.get_records() if str(r.get_type()) == "prov:Derivation")
    ends = [value.uri for _name, value in derived.formal_attributes if value is not None]
    version = f"https://hub.example.org{used.article.get_absolute_url()}v/1"
    assert version in ends
    assert json.loads(client.get("/knowledge/flow/prov.json").content)["entity"]


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        ("UPDATE knowledge_reuse SET stage = 'copied'", "reuse_stage_is_known"),
        ("UPDATE knowledge_reuse SET stage = 'stopped'", "reuse_stopped_says_why"),
        ("UPDATE knowledge_reuse SET reason = 'Too dear'", "reuse_stopped_says_why"),
        ("UPDATE knowledge_reuse SET text = ''", "reuse_says_what"),
        ("UPDATE knowledge_reuse SET answer = 'confirmed'", "reuse_answered_at_with_by"),
        (
            (
                "UPDATE knowledge_reuse r SET city_id = a.city_id FROM knowledge_article a"
                " WHERE a.id = r.article_id"
            ),
            "reuse_by_another_city",
        ),
        (
            (
                "UPDATE knowledge_reuse r SET revision_id = v.id FROM knowledge_revision v"
                " WHERE v.article_id <> r.article_id"
            ),
            "reuse_of_own_version",
        ),
        (
            (
                "INSERT INTO knowledge_reuse (article_id, city_id, revision_id, stage, text, outcome,"
                " reason, version, declared_at, declared_by_id, changed_at, changed_by_id, answer,"
                " is_sample) SELECT article_id, city_id, revision_id, stage, text, outcome, reason,"
                " version, declared_at, declared_by_id, changed_at, changed_by_id, answer, is_sample"
                " FROM knowledge_reuse"
            ),
            "reuse_once_per_city",
        ),
        ("UPDATE knowledge_reusestep SET stage = 'reuse'", "reuse_step_kept"),
    ],
)
def test_the_database_holds_it(cast: Cast, used: Reuse, statement: str, constraint: str) -> None:
    experience(cast, title="Another text")
    with (
        pytest.raises(IntegrityError) as refused,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert refused.value.__cause__.diag.constraint_name == constraint  # type: ignore[union-attr]
