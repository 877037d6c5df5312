"""Citations, read back by parsers that know nothing of who wrote them."""

import json
import re
from codecs import decode
from datetime import date
from html.parser import HTMLParser

import latexcodec  # noqa: F401
import pytest
import rispy
from django.test import Client
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from pybtex.database import parse_string

from hub.models import User
from knowledge import citing
from knowledge.actions import articles
from knowledge.citing import Author, Citation
from knowledge.models import Article, Revision
from tests.conftest import Cast
from tests.knowledge.making import case_note, entry, experience
from tests.knowledge.test_reviews import beside
from tests.knowledge.test_versions import again


def citation(**changes):
    values = {
        "key": "heat-v2",
        "kind": "experience",
        "title": "Heat from the sewer",
        "authors": [Author("Ek", "Rita")],
        "published": date(2026, 3, 9),
        "number": 2,
        "language": "sv",
        "publisher": "Learning Hub",
        "address": "https://hub.example/knowledge/heat/v/2/",
        "abstract": "Warm water is used twice.",
    }
    return Citation(**values | changes)


def apa(**changes):
    parts = citing.apa(citation(**changes))
    return f"{parts['before']} *{parts['title']}* {parts['after']}"


def plain(tex: str) -> str:
    """TeX as a reader sees it."""
    for name, mark in (("braceleft", "{"), ("braceright", "}"), ("backslash", "\\")):
        tex = tex.replace(rf"{{\text{name}}}", {"{": "\ue000", "}": "\ue001", "\\": "\ue002"}[mark])
    tex = tex.replace(r"{\textasciitilde}", "~").replace(r"{\textasciicircum}", "^")
    tex = re.sub(r"\\([$&%#_])", r"\1", tex).replace("{", "").replace("}", "")
    return tex.replace("\ue000", "{").replace("\ue001", "}").replace("\ue002", "\\")


def tex_entry(text):
    ((_key, found),) = parse_string(text, "bibtex").entries.items()
    return found


@pytest.mark.parametrize(
    ("name", "family", "given"),
    [
        ("Rita Ek", "Ek", "Rita"),
        ("Åsa Öberg-Ström", "Öberg-Ström", "Åsa"),
        ("Anna af Klint", "af Klint", "Anna"),
        ("Jan Peter van den Berg", "van den Berg", "Jan Peter"),
        ("J. R. Smith", "Smith", "J. R."),
        ("Sean O’Neill", "O’Neill", "Sean"),
        ("Ngũgĩ", "Ngũgĩ", ""),
        ("City lead, Lund (sample)", "City lead, Lund (sample)", ""),
        ("Anna and Bo", "Anna and Bo", ""),
        ("  Two \u202eand\u2028three 3 ", "Two and three 3", ""),
        ("Η Αθήνα", "Αθήνα", "Η"),
    ],
)
def test_names_are_parted(name, family, given):
    assert citing.author_named(name) == Author(family, given)


def test_apa_of_one_two_and_many():
    tail = "*Heat from the sewer* (Version 2) [Experience]. Learning Hub. https://hub.example/knowledge/heat/v/2/"
    assert apa() == f"Ek, R. (2026, March 9). {tail}"
    two = [Author("Ek", "Rita"), Author("af Klint", "Anna-Karin Eva")]
    assert apa(authors=two) == f"Ek, R., & af Klint, A.-K. E. (2026, March 9). {tail}"
    assert apa(authors=[Author("Lund")]) == f"Lund. (2026, March 9). {tail}"
    many = [Author(f"Ek{chr(65 + n)}", "Bo") for n in range(25)]
    assert "EkS, B., … EkY, B. (2026" in apa(authors=many)
    assert "EkT" not in apa(authors=many)


def test_apa_in_swedish():
    with translation.override("sv"):
        assert "(2026, 9 mars)" in apa() or "(2026, mars 9)" in apa()


def test_bibtex_is_read_back_by_pybtex():
    authors = [
        Author("Öberg-Ström", "Åsa"),
        Author("af Klint", "Anna"),
        Author("Lund, Malmö and {x"),
    ]
    title = r"50 % & {more} \ than $1_000 #1 ~ ^ “åäö” @misc"
    found = tex_entry(citing.bibtex(citation(authors=authors, title=title)))

    assert found.type == "misc"
    people = found.persons["author"]
    assert [plain(str(p)) for p in people] == [
        "Öberg-Ström, Åsa",
        "af Klint, Anna",
        "Lund, Malmö and {x",
    ]
    assert (people[1].prelast_names, people[1].last_names) == (["af"], ["Klint"])
    assert plain(found.fields["title"]) == title
    assert found.fields["title"].startswith("{")
    assert {k: found.fields[k] for k in ("year", "month", "version", "language", "url")} == {
        "year": "2026",
        "month": "March",
        "version": "2",
        "language": "sv",
        "url": "https://hub.example/knowledge/heat/v/2/",
    }


def test_tex_reads_the_special_characters():
    found = tex_entry(citing.bibtex(citation(title=r"50 % & $1_0 #1 \ åäö")))
    # The codec leaves a dollar sign escaped, since bare ones begin a formula.
    read = decode(found.fields["title"], "ulatex").replace(r"\$", "$")
    assert read == r"{50 % & $1_0 #1 {\} åäö}"


def test_ris_is_read_back_by_rispy():
    authors = [Author("Öberg-Ström", "Åsa"), Author("Lund, the city")]
    text = citing.ris(citation(authors=authors, title="ER  - {50 %} & åäö", kind="case-note"))
    (found,) = rispy.loads(text)
    assert found == {
        "type_of_reference": "RPRT",
        "id": "heat-v2",
        "authors": ["Öberg-Ström, Åsa", "Lund the city"],
        "title": "ER  - {50 %} & åäö",
        "year": "2026",
        "date": "2026/03/09",
        "edition": "2",
        "publisher": "Learning Hub",
        "language": "sv",
        "abstract": "Warm water is used twice.",
        "urls": ["https://hub.example/knowledge/heat/v/2/"],
    }
    assert all(line.endswith("\r") for line in text.split("\n")[:-1])


@given(st.text(max_size=80), st.text(min_size=1, max_size=60))
def test_no_title_or_name_breaks_either_format(title, name):
    title = citing._line(title) or "x"
    author = citing.author_named(name)
    if not author.family:
        author = Author("Lund")
    made = citation(title=title, authors=[author, Author("Ek", "Rita")])
    (found,) = rispy.loads(citing.ris(made))
    assert (found["title"], len(found["authors"])) == (title, 2 if _has_letters(author) else 1)
    entry = tex_entry(citing.bibtex(made))
    assert plain(entry.fields["title"]) == title
    assert len(entry.persons["author"]) == 2
    assert entry.fields["url"] == made.address


def _has_letters(author):
    return bool(author.family.replace(",", " ").strip())


def test_the_files_have_their_types_and_names(cast, sign_in):
    article = experience(cast, title="Värme från Öresund", coauthors=[cast.alice])
    again(cast, article, title="Other title", coauthors=[])
    client = sign_in(None)
    bib = client.get(f"/knowledge/{article.slug}/v/1/citation.bib")
    ris = client.get(f"/knowledge/{article.slug}/v/1/citation.ris")

    assert (bib.headers["Content-Type"], ris.headers["Content-Type"]) == (
        "application/x-bibtex; charset=utf-8",
        "application/x-research-info-systems; charset=utf-8",
    )
    stem = "varme-fran-oresund-v1"
    assert bib.headers["Content-Disposition"] == f'attachment; filename="{stem}.bib"'
    assert ris.headers["Content-Disposition"] == f'attachment; filename="{stem}.ris"'
    assert tex_entry(bib.text).fields["title"] == "{Värme från Öresund}"
    (record,) = rispy.loads(ris.content.decode())
    assert (record["title"], record["authors"]) == ("Värme från Öresund", ["Bob", "Alice"])
    assert record["urls"] == [f"http://localhost:8000/knowledge/{article.slug}/v/1/"]
    (newest,) = rispy.loads(client.get(f"/knowledge/{article.slug}/v/2/citation.ris").text)
    assert (newest["title"], newest["authors"]) == ("Other title", ["Bob"])


def test_who_has_no_name_or_has_left_is_the_city(cast):
    User.objects.filter(pk=cast.bob.pk).update(name="")
    article = Article.objects.get(pk=experience(cast, coauthors=[cast.alice]).pk)
    User.objects.filter(pk=cast.alice.pk).update(is_active=False)
    revision = Revision.objects.get(article=article)
    assert citing.cite(revision).authors == [Author("Lund", is_body=True)]
    assert "bob" not in citing.bibtex(citing.cite(revision))


def test_what_was_never_published_is_not_cited(cast, sign_in):
    article = experience(cast)
    review = beside(cast, article)
    for user in (None, cast.bob, cast.carol):
        client = sign_in(user)
        assert client.get(f"/knowledge/{article.slug}/v/2/citation.bib").status_code == 404
        assert client.get(f"/knowledge/{article.slug}/v/2/citation.ris").status_code == 404
    page = sign_in(cast.bob).get(f"/knowledge/{article.slug}/v/2/").text
    assert 'id="cite"' not in page
    with pytest.raises(ValueError, match="never published"):
        citing.cite(review.revision)


def test_the_page_of_a_version_offers_all_three(cast, sign_in):
    article = experience(cast, title="A & B <i>")
    page = sign_in(None).get(f"/knowledge/{article.slug}/v/1/").text
    assert "A &amp; B &lt;i&gt;" in page[page.index('id="cite-apa"') :]
    assert r"A \&amp; B &lt;i&gt;" in page[page.index('id="cite-bibtex"') :]
    assert "TY  - ELEC" in page
    assert page.count("data-copy=") == 3
    assert (
        f"/knowledge/{article.slug}/v/1/#cite" in sign_in(None).get(article.get_absolute_url()).text
    )


class Scripts(HTMLParser):
    """The texts of script elements, as a browser finds their ends."""

    def __init__(self, page):
        super().__init__()
        self.found, self.inside = [], False
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.inside = tag == "script" and ("type", "application/ld+json") in attrs
        if self.inside:
            self.found.append("")

    def handle_endtag(self, tag):
        self.inside = self.inside and tag != "script"

    def handle_data(self, data):
        if self.inside:
            self.found[-1] += data


def test_a_public_page_says_what_it_is(cast, sign_in):
    title = "</script><script>alert(1)</script><!-- & åäö"
    article = experience(cast, title=title, coauthors=[cast.alice])
    User.objects.filter(pk=cast.alice.pk).update(name="Alice Ek")
    page = sign_in(None).get(article.get_absolute_url()).text

    (script,) = Scripts(page).found
    data = json.loads(script)
    assert (data["headline"], data["@type"], data["version"]) == (title, "Article", "1")
    assert data["author"] == [
        {"@type": "Person", "name": "Bob"},
        {"@type": "Person", "name": "Alice Ek", "givenName": "Alice", "familyName": "Ek"},
    ]
    assert data["identifier"] == f"http://localhost:8000/knowledge/{article.slug}/v/1/"
    assert data["inLanguage"] == "en"
    assert data["datePublished"] == article.published_at.isoformat()
    assert "creativeWorkStatus" not in data
    assert "<script>alert(1)" not in page
    assert f'property="og:url" content="http://localhost:8000{article.get_absolute_url()}"' in page


def test_a_changed_page_says_when(cast, sign_in):
    article = case_note(cast)
    article.refresh_from_db()
    made = entry(cast, title="Other", fields={"summary": "New."})
    saved = articles.revise(by=cast.carol, article=article, entry=made, base=1, publish=True)
    (script,) = Scripts(sign_in(None).get(article.get_absolute_url()).text).found
    data = json.loads(script)
    assert (data["@type"], data["version"]) == ("Report", "2")
    live = Revision.objects.get(article=saved, number=2)
    assert data["dateModified"] == live.published_at.isoformat()
    assert data["datePublished"] < data["dateModified"]


@pytest.mark.parametrize("visibility", ["signed-in", "programme", "private"])
def test_what_is_not_public_carries_nothing_for_machines(cast, sign_in, visibility):
    article = experience(cast, visibility=visibility)
    page = sign_in(cast.bob).get(article.get_absolute_url()).text
    assert ("ld+json" in page, "og:title" in page) == (False, False)


def test_neither_draft_nor_archived_text_carries_it(cast, sign_in):
    draft = experience(cast, publish=False)
    archived = experience(cast)
    articles.archive(by=cast.bob, article=archived, reason="Old")
    for article in (draft, archived):
        assert "ld+json" not in sign_in(cast.bob).get(article.get_absolute_url()).text


def test_a_licence_and_what_it_builds_on_are_said_to_machines_and_people(
    cast: Cast, client: Client
) -> None:
    built = "Heat notes, https://example.org/heat?a=1&b=<2>"
    article = case_note(cast, fields={"summary": "Warm.", "licence": "cc-by", "adapted": built})
    page = client.get(article.get_absolute_url()).content.decode()
    script = re.search(r'<script type="application/ld\+json"[^>]*>(.*?)</script>', page, re.DOTALL)
    assert script is not None
    data = json.loads(script[1])
    assert data["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert data["isBasedOn"] == built
    assert "CC BY 4.0" in page
    assert 'href="https://example.org/heat?a=1' in page
    assert "<2>" not in page
