"""Forty queries of four languages over texts that are there and many generated ones.

Each names how the wanted title begins; at least 38 stand among the first three results.
"""

from random import Random
from typing import Any

import pytest
from django.test import Client

from cities.models import City
from hub.search.index import learn
from knowledge import synth
from knowledge.actions import articles
from knowledge.models import Article
from knowledge.sample_texts import TEXTS
from tests.conftest import Cast
from tests.knowledge.making import domain, entry

#: Language, title, and a sentence of each.
OWN = (
    ("de", "Wärmepumpen im Altbau: drei Winter in der Reihenhaussiedlung", "Die Leitungen blieben."),
    ("de", "Werkzeugkisten auf Rädern: wer sie ausleiht", "Die Handwerker fragten nach dem Schloss."),
    ("de", "Nach dem Losverfahren: was mit den Parkplätzen geschah", "Der Rat stimmte anders."),
    ("de", "Regenwasser auf dem Schulhof", "Die Kinder gruben die Mulden selbst."),
    ("pt", "Hortas nas coberturas: o que cresceu e o que secou", "Os vizinhos regaram à vez."),
    ("pt", "Autocarros na encosta: a bateria e o frio", "Os motoristas desligaram o aquecimento."),
    ("pt", "Compostagem no bairro antigo: quem guarda a chave", "As caixas encheram depressa."),
    ("pt", "Painéis na escola primária: uma fatura mais leve", "A direção pediu um seguro."),
)  # fmt: skip

MACHINES, HEAT, TRUCKS = "Eldrivna grävmaskiner på", "Surplus heat", "Samlastning i centrum"
LENTILS, ADVICE, SHED = "Linser på", "Doorstep energy", "Lånebod för"
SITES, CONTRACTS = "Utsläppsfria byggplatser", "Neighbourhood contracts"
PUMPS, BOXES, LOTS, RAIN = "Wärmepumpen", "Werkzeugkisten", "Nach dem Los", "Regenwasser"
GARDENS, BUSES, COMPOST, PANELS = "Hortas", "Autocarros", "Compostagem", "Painéis"

QUERIES: list[tuple[str, dict[str, str], str]] = [
    # Other forms of the words.
    ("kvartersgatan grävmaskin", {}, MACHINES),
    ("skolmenyer lins", {}, LENTILS),
    ("låneboden byggverktyget", {}, SHED),
    ("chaufför butiken samlastningen", {}, TRUCKS),
    ("utsläppsfri byggplats kommunerna", {}, SITES),
    ("landlord surplus", {}, HEAT),
    ("doorsteps advice visits", {}, ADVICE),
    ("neighbourhood contract travelling", {}, CONTRACTS),
    ("Wärmepumpe Reihenhaussiedlungen", {}, PUMPS),
    ("Werkzeugkiste ausleihen", {}, BOXES),
    ("Schulhöfe Regenwasser", {}, RAIN),
    ("horta cobertura", {}, GARDENS),
    ("autocarro baterias encostas", {}, BUSES),
    ("bairros antigos compostagem", {}, COMPOST),
    # Typed on another keyboard.
    ("gravmaskiner kvartersgata", {}, MACHINES),
    ("lanebod byggverktyg", {}, SHED),
    ("utslappsfria byggplatser kommuner", {}, SITES),
    ("chaufforerna samlastning", {}, TRUCKS),
    ("Warmepumpen Altbau", {}, PUMPS),
    ("Werkzeugkisten Radern", {}, BOXES),
    ("paineis escola primaria", {}, PANELS),
    ("compostagem bairro antigo", {}, COMPOST),
    # Slips.
    ("kvartersgtaa", {}, MACHINES),
    ("byggverktgy", {}, SHED),
    ("doorstpe", {}, ADVICE),
    ("landlrods", {}, HEAT),
    ("Reihenhaussiedlnug", {}, PUMPS),
    ("Losverfahern", {}, LOTS),
    ("compostagme", {}, COMPOST),
    ("coberutras", {}, GARDENS),
    # Phrases.
    ('"one visit is not enough"', {}, ADVICE),
    ('"a form that travels"', {}, CONTRACTS),
    ('"nästan ingen hittade dit"', {}, SHED),
    ('"drei Winter"', {}, PUMPS),
    ('"quem guarda a chave"', {}, COMPOST),
    # Narrowed.
    ("recept", {"domain": "land", "language": "sv"}, LENTILS),
    ("heat landlords", {"language": "en", "kind": "article"}, HEAT),
    ("butikerna", {"city": "helsingborg"}, TRUCKS),
    ("contracts", {"city": "leuven", "domain": "consumption"}, CONTRACTS),
    ("motoristas", {"language": "pt"}, BUSES),
]


@pytest.fixture
def texts(cast: Cast) -> dict[str, City]:
    """Those of the sample hub, and some in two more languages."""
    cities = {city.slug: city for city in City.objects.all()}
    for text in TEXTS:
        if text.city and text.city not in cities:
            cities[text.city] = City.objects.create(
                name=text.city.title(), slug=text.city, country="SE", latitude=56, longitude=13
            )
        tagged = [domain(code) for code in text.domains]
        made = entry(
            cast, title=text.title, fields=text.fields, language=text.language,
            city=cities.get(text.city or ""), domains=tagged,
        )  # fmt: skip
        articles.create(by=cast.bob, kind=text.kind, entry=made, publish=True)
    for language, title, sentence in OWN:
        fields = {"tried": sentence, "setback": "—"}
        made = entry(cast, title=title, fields=fields, language=language)
        articles.create(by=cast.bob, kind="experience", entry=made, publish=True)
    return cities


def misses(client: Client, cities: dict[str, City]) -> list[str]:
    """What was not found as it should be, each with what came instead."""
    found = []
    for words, narrow, wanted in QUERIES:
        chosen = narrow | ({"city": str(cities[narrow["city"]].pk)} if "city" in narrow else {})
        context: Any = client.get("/search/", {"q": words, **chosen}).context
        titles = [result.title for result, _foreign in context.get("results", [])[:3]]
        if not any(title.startswith(wanted) for title in titles):
            found.append(f"{words} {narrow}: {titles}")
    return found


def learn_all() -> None:
    while learn(5000):
        pass


def test_forty_queries_are_forty() -> None:
    assert len({(words, *narrow) for words, narrow, _wanted in QUERIES}) == 40


def test_at_least_38_are_found(cast: Cast, texts: dict[str, City], client: Client) -> None:
    synth.synth(Random(1), 300)
    learn_all()
    found = misses(client, texts)
    assert found[2:] == []
    # Its stems do not meet: "byggplats" loses the last letter that "byggplatser" keeps.
    assert not any(line.startswith("utsläppsfri byggplats") for line in found)


@pytest.mark.soak
@pytest.mark.django_db(transaction=True)
def test_at_least_38_are_found_among_many(
    cast: Cast, texts: dict[str, City], client: Client
) -> None:
    synth.synth(Random(1), 100_000)
    learn_all()
    assert Article.objects.count() > 100_000
    found = misses(client, texts)
    print(f"{len(QUERIES) - len(found)} of {len(QUERIES)} found", *found, sep="\n")
    assert found[2:] == []
