"""Search over the real index: stems, accents, typos, filters; and nothing that leaks."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.db import connection
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from hub import search
from hub.models import SearchChange, SearchDocument, SearchWord
from hub.search import query as queries
from hub.search.query import Piece, TooSlow, Wanted, bounded, find, pieces
from hub.search.typos import corrected
from tests.conftest import Cast

VISITOR = AnonymousUser()
THEN = datetime(2026, 11, 1, 12, tzinfo=UTC)
TEXTS = {
    "sv-heat": ("sv", "Värmepumpar i Malmös skolor", "Kommunen bytte oljepannor mot värmepumpar i tolv skolor."),
    "sv-bike": ("sv", "Cykelbanor över bron", "Cyklisterna fick säkra banor på väg till stationen i Höör."),
    "sv-waste": ("sv", "Matavfall blir biogas", "Hushållen sorterar matavfall och bussarna körs på biogas."),
    "sv-house": ("sv", "Återbrukade tegelstenar", "Byggnader revs varsamt och stenarna återanvändes i Landskrona."),
    "en-heat": ("en", "District heating without fossil fuels", "Leuven connected hospitals to geothermal wells."),
    "en-bike": ("en", "Cargo bikes for deliveries", "Couriers replaced vans; citizens complained about parking."),
    "en-money": ("en", "Green bonds for municipalities", "Financing retrofits by issuing bonds through procurement."),
    "en-citizens": ("en", "Citizens' assemblies on climate", "Assembly members were drawn by lot in København and Århus."),
    "de-heat": ("de", "Wärmenetze in Städten", "Die Häuser wurden an das Fernwärmenetz angeschlossen. Straßen blieben offen."),
    "fr-bike": ("fr", "Pistes cyclables à Besançon", "Les élèves pédalent vers leurs écoles."),
    "pt-solar": ("pt", "Painéis solares em Guimarães", "As instalações nas escolas produzem eletricidade."),
    "nl-roof": ("nl", "Groene daken in Groningen", "Bewoners legden daken aan met subsidies."),
    "fi-wood": ("fi", "Puurakentaminen Lahdessa", "Kaupunki rakensi kouluja puusta ja talot lämpenevät."),
    "es-water": ("es", "Gestión del agua en Valencia", "Los vecinos ahorraron agua con contadores inteligentes."),
    "it-air": ("it", "Aria pulita a Bologna", "I cittadini misurano l'inquinamento delle strade."),
    "ro-tram": ("ro", "Tramvaie noi la Iași", "Orașul a cumpărat tramvaie electrice pentru locuitori."),
    "el-energy": ("el", "Ενεργειακές κοινότητες", "Οι πολίτες της Αθήνας παράγουν ηλεκτρική ενέργεια."),
    "pl-coal": ("pl", "Łódź bez węgla", "Miasto wymienia piece na nowe."),
}  # fmt: skip

#: What is typed → the one text that must be among the first results.
FORTY = [
    ("värmepump", "sv-heat"), ("värmepumpar", "sv-heat"), ("varmepump", "sv-heat"),
    ("skola", "sv-heat"), ("skolorna", "sv-heat"), ("Malmö", "sv-heat"), ("malmos", "sv-heat"),
    ("cykelbana", "sv-bike"), ("cyklist", "sv-bike"), ("Hoor", "sv-bike"), ("station bana", "sv-bike"),
    ("hushåll", "sv-waste"), ("buss biogas", "sv-waste"), ("sorterar", "sv-waste"),
    ("byggnad", "sv-house"), ("aterbrukade", "sv-house"), ("tegelsten", "sv-house"),
    ("heat district", "en-heat"), ("hospital", "en-heat"), ("connecting", "en-heat"),
    ("fossil fuel", "en-heat"), ('"geothermal wells"', "en-heat"), ("well -pump", "en-heat"),
    ("delivery", "en-bike"), ("courier", "en-bike"), ("complaining", "en-bike"),
    ("municipality bond", "en-money"), ("retrofit", "en-money"), ("procuring or retrofitted", "en-money"),
    ("København", "en-citizens"), ("Kobenhavn", "en-citizens"), ("aarhus or århus", "en-citizens"),
    ("assembly", "en-citizens"), ("wärmenetz", "de-heat"), ("strasse", "de-heat"),
    ("Besancon", "fr-bike"), ("Guimaraes escola", "pt-solar"), ("dak bewoner", "nl-roof"),
    ("kaupunki", "fi-wood"), ("gestion", "es-water"), ("strada", "it-air"), ("Iasi", "ro-tram"),
    ("πολίτης", "el-energy"), ("lodz", "pl-coal"),
]  # fmt: skip

TYPOS = [
    ("värmepunpar", "värmepumpar"), ("vaermepumpar", "värmepumpar"), ("biogsa", "biogas"),
    ("geotermal", "geothermal"), ("landksrona", "landskrona"), ("Lueven", "leuven"),
    ("hosiptals", "hospitals"), ("kobenhagn", "københavn"), ("retrofyts", "retrofits"),
    ("matafvall", "matavfall"),
]  # fmt: skip


def put(key: str, **fields: Any) -> None:
    facts = {
        "kind": "thing", "title": key, "text": "", "url": f"/{key}/", "language": "en",
        "audience": ["public"], "dated_at": THEN,
    }  # fmt: skip
    search.put(key=key, **{**facts, **fields})


@pytest.fixture
def thing(monkeypatch: pytest.MonkeyPatch) -> None:
    from hub.search import registry

    monkeypatch.setattr(registry, "_kinds", dict(registry._kinds))
    monkeypatch.setattr(registry, "_facets", dict(registry._facets))
    search.register("thing", label="Things", icon="article")
    search.register("other", label="Other things", icon="article")
    search.facet("colour", label="Colour", names=lambda keys: {k: k.title() for k in keys})


@pytest.fixture
def texts(db: None, thing: None) -> None:
    for key, (language, title, text) in TEXTS.items():
        put(key, title=title, text=text, language=language)
    while search.learn():
        pass


def keys(words: str, reader: Any = VISITOR, **wanted: Any) -> list[str]:
    return [result.key for result in find(reader, Wanted(words, **wanted)).results]


@pytest.mark.parametrize(("words", "key"), FORTY)
def test_query_finds_its_text(texts: None, words: str, key: str) -> None:
    assert keys(words)[:3].count(key) == 1


@pytest.mark.parametrize(("typed", "meant"), TYPOS)
def test_typo_is_put_right(texts: None, typed: str, meant: str) -> None:
    assert keys(typed) == []
    assert corrected(VISITOR, typed) == meant


def test_known_words_are_left_alone(texts: None) -> None:
    assert corrected(VISITOR, "hospital biogsa") == "hospital biogas"
    assert corrected(VISITOR, "hospital") == ""
    assert corrected(VISITOR, "qqqqqqqq") == ""
    assert corrected(VISITOR, "%%% ''") == ""


def test_title_counts_more_than_text(db: None, thing: None) -> None:
    put("in-text", text="Something about heat and more", dated_at=THEN + timedelta(days=9))
    put("in-title", title="Heat")
    assert keys("heat") == ["in-title", "in-text"]


def test_what_is_called_just_that_comes_first(db: None, thing: None) -> None:
    put("university", title="Malmö University", text="Malmö, Malmö, Malmö", dated_at=THEN)
    put("city", title="Malmö", text="A city", dated_at=THEN - timedelta(days=900))
    assert keys("malmö") == ["city", "university"]


def test_a_thing_in_no_language_is_found_in_those_of_its_words(db: None, thing: None) -> None:
    words = "Vi söker sätt att sortera plasten. We look for reusable packaging."
    put("city", title="Höör", text=words, language="", also_in=["sv", "en"])
    put("only-english", title="Höör", text=words)
    assert keys("plast") == ["city"]
    assert set(keys("package")) == {"city", "only-english"}
    (found,) = find(VISITOR, Wanted("plast")).results
    assert "plasten" in [piece.text for piece in found.snippet if piece.is_found]


def test_where_nothing_has_all_words_most_of_them_will_do(texts: None, client: Client) -> None:
    def shown(q: str, **narrow: str) -> tuple[list[str], bool]:
        page = client.get("/search/", {"q": q, **narrow})
        assert ("all but one of them" in page.content.decode()) is page.context.get(
            "is_loose", False
        )
        found = [result.key for result, _language in page.context["results"]]
        return found, page.context.get("is_loose", False)

    assert shown("hospitals wells courier") == (["en-heat"], True)
    assert shown("hospitals courier") == (["en-bike", "en-heat"], True)
    assert shown("hospitals wells") == (["en-heat"], False)
    # The links that narrow name the words as they were typed.
    assert shown("hospitals wells courier", language="en") == (["en-heat"], True)
    assert shown("hospitals wells courier", language="fr") == ([], True)
    # What is narrowed on purpose is not loosened; nor are words that are nowhere.
    for query in ('hospitals "courier wells"', "hospitals -wells courier zzz", "zzzqqq yyyqqq"):
        assert shown(query) == ([], False)


def test_what_others_build_on_comes_first_among_its_likes(db: None, thing: None) -> None:
    put("a", title="Heat pumps", text="Words about pumps.", dated_at=THEN)
    put("b", title="Heat pumps", text="Words about pumps.", dated_at=THEN - timedelta(days=90))
    put("c", title="Pumps", text="Heat.", dated_at=THEN - timedelta(days=90))
    assert keys("pumps")[1:] == ["a", "b"]
    search.weigh(key="b", weight=2)
    assert keys("pumps")[1:] == ["b", "a"]
    # However many they are, it does not come before what fits better.
    search.weigh(key="b", weight=70_000)
    assert (keys("pumps")[0], SearchDocument.objects.get(pk="b").weight) == ("c", 1000)
    put("b", title="Heat pumps", text="Words about pumps.", dated_at=THEN - timedelta(days=90))
    assert keys("pumps")[1:] == ["a", "b"]


def test_minus_and_quotes(texts: None) -> None:
    assert keys("geothermal") == ["en-heat"]
    assert keys("geothermal -hospitals") == []
    assert keys('"wells geothermal"') == []


def test_audience_bounds_results_counts_and_suggestions(cast: Cast, thing: None) -> None:
    hidden = {"title": "Kanariefågel", "text": "Kanariefågeln sjunger", "facets": ["colour:yellow"]}
    put("hidden", audience=[f"programme:{cast.syd.pk}"], **hidden)
    put("private", audience=[f"user:{cast.rita.pk}"], **hidden)
    while search.learn():
        pass
    for reader in (VISITOR, cast.mallory):
        found = find(reader, Wanted("kanariefågel"))
        assert (found.results, found.total, found.counts) == ([], 0, {})
        assert corrected(reader, "kanariefågle") == ""
    seen = find(cast.bob, Wanted("kanariefågel"))
    assert [r.key for r in seen.results] == ["hidden"]
    assert seen.counts["colour"] == {"yellow": 1}
    assert keys("kanariefågel", cast.rita) == ["hidden", "private"]
    assert corrected(cast.bob, "kanariefågle") == "kanariefågel"


def test_word_of_a_text_that_was_closed_is_not_suggested(cast: Cast, thing: None) -> None:
    put("opened", text="Kanariefågel")
    while search.learn():
        pass
    put("opened", text="Kanariefågel", audience=[f"user:{cast.rita.pk}"])
    assert SearchWord.objects.filter(word="kanariefågel").count() == 1
    assert corrected(VISITOR, "kanariefågle") == ""


def test_words_of_closed_texts_are_not_learnt(cast: Cast, thing: None) -> None:
    put("closed", text="hemlighet", audience=[f"programme:{cast.syd.pk}"])
    put("open", text="offentlighet", audience=["signed-in"])
    while search.learn():
        pass
    assert list(SearchWord.objects.values_list("word", flat=True)) == ["offentlighet", "open"]
    assert SearchChange.objects.count() == 0


def test_filters_narrow_and_count(db: None, thing: None) -> None:
    put("a", title="heat a", facets=["colour:red"], language="sv")
    put(
        "b",
        title="heat b",
        facets=["colour:red", "colour:blue"],
        dated_at=THEN - timedelta(days=400),
    )
    put("c", title="heat c", kind="other", facets=["colour:blue"])
    assert sorted(keys("heat", facets={"colour": "red"})) == ["a", "b"]
    assert keys("heat", facets={"colour": "red"}, language="sv") == ["a"]
    assert keys("heat", kind="other") == ["c"]
    assert sorted(keys("heat", since=THEN.date())) == ["a", "c"]
    assert keys("heat", until=(THEN - timedelta(days=1)).date()) == ["b"]
    found = find(VISITOR, Wanted("heat", kind="thing", facets={"colour": "blue"}))
    assert [r.key for r in found.results] == ["b"]
    assert found.counts == {
        "kind": {"thing": 1, "other": 1},
        "language": {"en": 1},
        "colour": {"red": 2, "blue": 1},
    }


def test_counts_are_capped(db: None, thing: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "CAP", 3)
    for n in range(5):
        put(f"t{n}", title="heat", dated_at=THEN + timedelta(days=n))
    found = find(VISITOR, Wanted("heat"))
    assert (found.total, found.is_capped, found.counts_are_capped) == (3, True, True)
    assert {r.key for r in found.results} <= {"t1", "t2", "t3", "t4"}


def test_pages_do_not_overlap(db: None, thing: None) -> None:
    for n in range(45):
        put(f"t{n:02}", title="heat")
    pages = [keys("heat", page=page) for page in (1, 2, 3, 4)]
    assert [len(page) for page in pages] == [20, 20, 5, 0]
    assert len({key for page in pages for key in page}) == 45


def test_snippet_is_escaped_by_the_template(db: None, thing: None, client: Client) -> None:
    put(
        "x",
        title="<script>alert(1)</script>",
        text="Heat & <img src=x onerror=alert(2)> \ue000 < b \ue001",
    )
    page = client.get("/search/", {"q": "heat"}).content.decode()
    main = page.partition("<main")[2].partition("</main")[0]
    assert "<mark>Heat</mark> &amp; " in main
    assert "&lt;script&gt;alert(1)" in main
    assert ("<script>alert" in page, "onerror=alert(2)>" in page) == (False, False)


def test_pieces_survive_sentinels_in_the_text() -> None:
    assert pieces("a \ue000b\ue001 c") == [Piece("a ", False), Piece("b", True), Piece(" c", False)]
    assert pieces("\ue001a\ue000b") == [Piece("a", False), Piece("b", True)]


def test_slow_search_is_given_up(
    texts: None, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "TIMEOUT_MS", 50)
    with pytest.raises(TooSlow), bounded(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(5)")

    def slow(*_: object) -> None:
        raise TooSlow

    monkeypatch.setattr("hub.views.search.find", slow)
    response = client.get("/search/", {"q": "heat"})
    assert response.status_code == 503
    assert "took too long" in response.content.decode()


def test_page_shows_what_was_meant(texts: None, client: Client) -> None:
    page = client.get(
        "/search/", {"q": "värmepunpar"}, headers={"accept-language": "en"}
    ).content.decode()
    assert "These are the results for <strong>värmepumpar</strong>" in page
    assert "Värmepumpar i Malmös skolor" in page


@pytest.mark.parametrize(
    "query",
    ["q=" + "a" * 201, "q=heat&since=tomorrow", "q=heat&kind=nonsense", "q=heat&page=0",
     "q=heat&page=99999999999999999999", "q=heat&since=2026-02-01&until=2026-01-01", "q=heat&since=0001-01-01",
     "q=heat&since=9999-12-31", "q=heat&until=9999-12-31"],
)  # fmt: skip
def test_bad_input_is_answered_in_words(texts: None, client: Client, query: str) -> None:
    response = client.get("/search/?" + query)
    assert response.status_code == 200
    assert '<ol class="entries"' not in response.content.decode()


@pytest.mark.parametrize(
    "words",
    [
        "'",
        "\\",
        "a:*",
        "&|!",
        "((((",
        "-",
        '"',
        "\ud7ff",
        "<->",
        "or or",
        "%_",
        "a" * 200,
        "å" * 200,
    ],
)
def test_odd_words_find_nothing_and_break_nothing(texts: None, client: Client, words: str) -> None:
    assert client.get("/search/", {"q": words}).status_code == 200


def test_search_asks_the_database_a_fixed_number_of_times(
    texts: None, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for n in range(40):
        put(f"more{n}", title="heat", facets=[f"colour:{n}"])
    client.get("/search/?q=heat")
    with django_assert_num_queries(7, exact=False):
        client.get("/search/?q=heat")


def test_reindex_puts_what_is_and_drops_what_was(db: None, thing: None) -> None:
    search.register(
        "thing", label="Things", icon="article", rebuild=lambda: put("new", text="ordbok")
    )
    put("old")
    call_command("reindex", "thing", verbosity=0)
    assert list(SearchDocument.objects.filter(kind="thing").values_list("key", flat=True)) == [
        "new"
    ]
    call_command("reindex", verbosity=0)
    assert SearchWord.objects.filter(word="ordbok").count() == 1
