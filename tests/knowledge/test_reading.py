from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as ET

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cities.models import Lever
from hub.models import SearchDocument
from knowledge.actions import articles, comments
from knowledge.models import Article, Revision, WorkingDraft
from labs.models import Lab
from tests.knowledge.making import case_note, domain, entry, experience


def queries(client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def a_lab(cast, **changes) -> Lab:
    values = {
        "programme": cast.syd,
        "title": "Building without diesel",
        "slug": "without-diesel",
        "starts_at": timezone.now() - timedelta(days=3),
        "ends_at": timezone.now() - timedelta(days=3, hours=-3),
        "seats_onsite": 20,
        "audience": "open",
        "state": "published",
        "created_by": cast.carol,
        "published_by": cast.carol,
        "published_at": timezone.now(),
    }
    return Lab.objects.create(**values | changes)


def test_the_page_shows_the_text_first_and_what_did_not_work_as_prominently(cast, sign_in):
    article = experience(
        cast,
        fields={
            "tried": "Two machines.",
            "happened": "It was quiet.",
            "setback": "Charging took all night.",
            "stage": "piloting",
            "cost": "under-10",
            "call": True,
        },
    )
    page = sign_in(None).get(article.get_absolute_url()).text
    order = [
        page.index(words)
        for words in ("Two machines.", "It was quiet.", "Charging took all night.")
    ]
    assert order == sorted(order)
    assert '<section class="setback" id="setback"><h2>What did not work</h2>' in page
    assert "Being tried out" in page
    assert "Under 10,000 euro" in page
    assert "bob@example.org" not in page
    assert "bob@example.org" in sign_in(cast.mallory).get(article.get_absolute_url()).text


def test_the_text_names_its_language(cast, sign_in):
    article = experience(cast, language="sv", fields={"tried": "Två maskiner."})
    page = sign_in(None).get(article.get_absolute_url(), headers={"Accept-Language": "en"}).text
    assert '<html lang="en"' in page
    assert '<div class="prose" lang="sv">' in page


@pytest.mark.parametrize(
    ("visibility", "seen"),
    [
        ("public", {"visitor", "lead", "staff", "coordinator", "researcher", "foreign", "admin"}),
        ("signed-in", {"lead", "staff", "coordinator", "researcher", "foreign", "admin"}),
        ("programme", {"lead", "staff", "coordinator", "researcher"}),
        ("private", {"staff"}),
    ],
)
def test_who_reads_what_by_page_list_version_search_and_feed(cast, sign_in, visibility, seen):
    article = experience(cast, visibility=visibility, title="Zylinderkopf")
    comments.add(by=cast.bob, article=article, body="Words under it")
    found: dict[str, set[str]] = {}
    for role, user in cast.by_role().items():
        client = sign_in(user)
        url = article.get_absolute_url()
        for name, path in (
            ("page", url),
            ("version", f"{url}v/1/"),
            ("versions", f"{url}versions/"),
            ("compare", f"{url}compare/"),
            ("comments", f"{url}comments/"),
        ):
            if client.get(path).status_code == 200:
                found.setdefault(name, set()).add(role)
        for name, path in (
            ("list", "/knowledge/"),
            ("filtered", "/knowledge/?city=lund"),
            ("city", "/cities/lund/"),
            ("search", "/search/?q=zylinderkopf&kind=article"),
        ):
            if url in client.get(path).text:
                found.setdefault(name, set()).add(role)
        if "Zylinderkopf" in client.get("/feeds/knowledge.atom").text:
            found.setdefault("feed", set()).add(role)
    everywhere = {
        "page",
        "version",
        "versions",
        "compare",
        "comments",
        "list",
        "filtered",
        "city",
        "search",
    }
    expected = dict.fromkeys(everywhere, seen)
    if visibility == "public":
        expected["feed"] = seen
    assert found == expected


def test_list_filters(cast, sign_in):
    domain("energy")
    lever = Lever.objects.create(code="finance", name_en="Finance", name_sv="Finansiering")
    first = experience(
        cast, title="First", fields={"tried": "x", "stage": "running"}, levers=[lever]
    )
    second = case_note(
        cast, title="Second", language="sv", domains=[domain("energy")], city=cast.malmo
    )
    client = sign_in(None)
    for query, expected in (
        ("", {first, second}),
        ("kind=experience", {first}),
        ("kind=case-note", {second}),
        ("city=lund", {first}),
        ("city=malmo", {second}),
        ("domain=energy", {second}),
        ("lever=finance", {first}),
        ("language=sv", {second}),
        ("stage=running", {first}),
        ("programme=learning-hub-syd", {first, second}),
        ("kind=experience&city=malmo", set()),
    ):
        assert set(client.get(f"/knowledge/?{query}").context["page"]) == expected, query


@pytest.mark.parametrize(
    "query", ["page=0", "page=-1", "page=x", "page=99999", "page=1e9", "page=2"]
)
def test_pages_that_do_not_exist(cast, sign_in, query):
    experience(cast)
    assert sign_in(None).get(f"/knowledge/?{query}").status_code == 404


def test_pages_part_the_list_and_keep_the_filter(cast, sign_in):
    for number in range(23):
        experience(cast, title=f"Text {number}")
    client = sign_in(None)
    first, second = (client.get(f"/knowledge/?city=lund&page={n}") for n in (1, 2))
    assert (len(first.context["page"]), len(second.context["page"])) == (20, 3)
    assert "city=lund&amp;page=2" in first.text
    assert not {a.pk for a in first.context["page"]} & {a.pk for a in second.context["page"]}


def test_unknown_filter_values_are_named_and_filter_nothing(cast, sign_in):
    experience(cast)
    response = sign_in(None).get("/knowledge/?kind=magic")
    assert response.status_code == 200


def test_queries_of_the_list_do_not_grow(cast, sign_in):
    def asked() -> tuple[int, int]:
        return queries(sign_in(None), "/knowledge/"), queries(sign_in(cast.bob), "/knowledge/")

    experience(cast)
    before = asked()
    for number in range(29):
        experience(cast, title=f"Row {number}")
    assert asked() == before
    assert before[0] <= 4
    assert before[1] <= 6


def test_queries_of_an_article_with_thirty_comments(cast, sign_in):
    lab = a_lab(cast)
    article = experience(cast, lab=lab, coauthors=[cast.alice])
    first = comments.add(by=cast.rita, article=article, body="Why?")
    path = article.get_absolute_url()
    before = queries(sign_in(None), path), queries(sign_in(cast.bob), path)
    people = [cast.alice, cast.bob, cast.carol, cast.rita, cast.mallory]
    for number in range(29):
        answers = first if number % 3 == 0 else None
        comments.add(by=people[number % 5], article=article, body=f"Word {number}", answers=answers)
    after = queries(sign_in(None), path), queries(sign_in(cast.bob), path)
    assert after == before
    assert after[0] <= 6
    assert after[1] <= 8


def test_statements_of_a_saved_comment(cast):
    article = experience(cast)
    article = Article.objects.get(pk=article.pk)
    with CaptureQueriesContext(connection) as captured:
        comments.add(by=cast.rita, article=article, body="Good.")
    assert len([q for q in captured.captured_queries if "SAVEPOINT" not in q["sql"]]) <= 4


def test_the_feed_is_atom_and_public_only(cast, sign_in):
    experience(cast, title="Open & <free>", fields={"tried": "A", "setback": "B"})
    experience(cast, title="Hidden", visibility="signed-in")
    experience(cast, title="Unfinished", publish=False)
    response = sign_in(cast.bob).get("/feeds/knowledge.atom")
    assert response.headers["Content-Type"].startswith("application/atom+xml")
    names = {"a": "http://www.w3.org/2005/Atom"}
    feed = ET.fromstring(response.content)  # noqa: S314 - our own
    titles = [e.text for e in feed.findall("a:entry/a:title", names)]
    assert titles == ["Open & <free>"]


def test_home_shows_what_did_not_work(cast, sign_in):
    for number in range(4):
        fields = {"tried": "x", "setback": f"Setback {number}"}
        experience(cast, title=f"Text {number}", fields=fields)
    page = sign_in(None).get("/").text
    assert [f"Setback {n}" in page for n in range(4)] == [False, True, True, True]


def test_today_shows_waiting_drafts_and_what_was_said(cast, sign_in):
    article = experience(cast, by=cast.bob)
    comments.add(by=cast.rita, article=article, body="How long did it take?")
    WorkingDraft.objects.create(user=cast.bob, kind="experience", title="Half a text")
    WorkingDraft.objects.create(user=cast.alice, kind="experience", title="Not mine")
    page = sign_in(cast.bob).get("/").text
    assert "Half a text" in page
    assert "How long did it take?" in page
    assert "Not mine" not in page


def test_a_lab_offers_to_write_and_shows_what_was_written(cast, sign_in):
    lab = a_lab(cast)
    article = experience(cast, lab=lab)
    page = sign_in(cast.bob).get(lab.get_absolute_url()).text
    assert article.get_absolute_url() in page
    assert f"/knowledge/new/?kind=experience&amp;lab={lab.slug}" in page
    assert "/knowledge/new/" not in sign_in(cast.rita).get(lab.get_absolute_url()).text


def test_an_experience_from_a_lab_is_prefilled(cast, sign_in):
    lab = a_lab(
        cast,
        starts_at=datetime(2026, 11, 3, 23, 30, tzinfo=UTC),
        ends_at=datetime(2026, 11, 4, 2, tzinfo=UTC),
    )
    lab.agenda.create(position=1, title="Power at the gate", minutes=20)
    initial = sign_in(cast.bob).get(f"/knowledge/new/?lab={lab.slug}").context["form"].initial
    assert (initial["lab"], initial["programme"]) == (lab.slug, "learning-hub-syd")
    # Half past eleven in the evening by UTC is the next day in Stockholm.
    assert initial["tried"] == "Building without diesel, 2026-11-04\n\n- Power at the gate\n\n"


def test_a_hidden_lab_prefills_nothing_and_keeps_its_name(cast, sign_in):
    lab = a_lab(cast, audience="transition-team", title="Zugzwang")
    assert sign_in(cast.mallory).get(f"/knowledge/new/?lab={lab.slug}").status_code == 404
    article = experience(cast, by=cast.alice, lab=lab)
    for user in (None, cast.bob, cast.mallory):
        assert "Zugzwang" not in sign_in(user).get(article.get_absolute_url()).text
    assert "Zugzwang" not in sign_in(cast.bob).get(f"/knowledge/{article.slug}/edit/").text
    made = entry(cast, lab=lab)
    articles.revise(by=cast.bob, article=article, entry=made, base=1, publish=True)
    assert Article.objects.get().lab == lab
    assert "Zugzwang" in sign_in(cast.alice).get(article.get_absolute_url()).text


def test_html_of_an_older_renderer_is_made_anew(cast, sign_in):
    article = experience(cast, fields={"tried": "**bold**"})
    Revision.objects.update(html={"tried": "<p>stale</p>"}, markup_version=0)
    page = sign_in(None).get(article.get_absolute_url()).text
    assert "<strong>bold</strong>" in page
    assert "stale" not in page


def test_the_index_can_be_built_anew(cast):
    article = experience(cast)
    experience(cast, publish=False)
    before = SearchDocument.objects.get(pk=article.subject)
    SearchDocument.objects.all().delete()
    call_command("reindex", "article", verbosity=0)
    after = SearchDocument.objects.get()
    assert (after.pk, after.text, after.audience, after.facets) == (
        before.pk,
        before.text,
        before.audience,
        before.facets,
    )
