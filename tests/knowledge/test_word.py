"""A Word file becomes a draft: headings, lists, tables, links and pictures kept, or named."""

from typing import Any

import pytest
from django.test import Client

from hub import markdown
from knowledge.enums import Kind
from knowledge.models import Article, Attachment, WorkingDraft
from knowledge.word import reading
from tests.conftest import Cast
from tests.knowledge.making import domain, form, send
from tests.knowledge.word_files import W, h, image, link, p, packed, parts, run, table, upload, word

PATH = "/knowledge/import/"


def read(*body: str, kind: Kind = Kind.CASE_NOTE, **targets: str) -> reading.Document:
    return reading.read(word(*body, **targets), kind)


def test_headings_name_the_sections_in_both_languages(db: None) -> None:
    found = read(
        h("Bergvärme under torget", 0),
        h("Sammanfattning"), p("Varmt under stenen."),
        h("2. The challenge"), p("Gas was dear."), h("Who pays", 2), p("The owner."),
        p(run("Juridik och upphandling:", "b")), p("Öppet förfarande."),
        h("Hur långt det har kommit"), p("Igång."),
        h("Something of our own"), p("Its words."),
    )  # fmt: skip
    assert found.title == "Bergvärme under torget"
    assert found.fields == {
        "summary": "Varmt under stenen.",
        "challenge": "Gas was dear.\n\n# Who pays\n\nThe owner.",
        "law": "Öppet förfarande.\n\nWhere it stands: Igång.\n\n# Something of our own\n\nIts words.",
    }
    own = "Headings that are no section here: “Something of our own”."
    assert found.left_out == [f"{own} Their words stand under the one before."]


@pytest.mark.parametrize(
    ("words", "stage"), [("Running", "running"), ("Prövas.", "piloting"), ("Testas", "")]
)
def test_a_choice_is_taken_where_it_is_one(db: None, words: str, stage: str) -> None:
    found = read(h("Where it stands"), p(words))
    assert found.fields.get("stage", "") == stage
    assert (words in found.fields.get("challenge", "")) is (stage == "")


def test_what_stands_before_every_heading_is_kept(db: None) -> None:
    found = read(p("At first."), h("What happened"), p("Then."), kind=Kind.EXPERIENCE)
    assert (found.title, found.fields) == (
        "Bergvärme i Lund",
        {"tried": "At first.", "happened": "Then."},
    )


def test_a_title_that_is_too_long_is_also_kept_whole(db: None) -> None:
    long = "Wärmepumpe " * 20
    found = read(h(long, 0), p("Words."))
    assert len(found.title) <= 160
    assert long.strip() in found.fields["challenge"]


def test_lists_tables_links_and_marks_become_markdown(db: None) -> None:
    found = read(
        p("Under ", run("bold ", "b"), "and ", run("slanted", "i"), ", 5 m", run("2", "vertAlign")),
        p("One", numbered=(1, 0)), p("Inside", numbered=(1, 1)), p("Two", numbered=(1, 0)),
        p("First", numbered=(2, 0)), p("Second", numbered=(2, 0)),
        table(("Step", "Year"), ("Dig | drill", "2026")),
        p("See ", link("web", "the plan"), " and ", link("disk", "a file"), "."),
        p("As they said.", style="Citat"),
        web="https://example.org/plan (1).pdf", disk="file:///C:/plan.xlsx",
    )  # fmt: skip
    text = found.fields["challenge"]
    assert "Under **bold** and *slanted*" in text
    assert "- One\n  - Inside\n- Two" in text
    assert "1. First\n2. Second" in text
    assert "| Step | Year |\n| --- | --- |\n| Dig \\| drill | 2026 |" in text
    assert "[the plan](https://example.org/plan%20%281%29.pdf) and a file." in text
    assert "> As they said." in text
    html = markdown.render(text)
    assert html.count("<li>") == 5
    assert "<td>Dig | drill</td>" in html
    assert found.left_out == ["Addresses that lead to no page: “a file”. Their words are kept."]


@pytest.mark.parametrize(
    "words",
    [
        "# not a heading", "> no quote", "- no list", "1. no list", "+ no list", "---", "===",
        "2 * 3 * 4", "snake_case and _this_", "a ~~b~~ c", "<script>alert(1)</script>", "&lt;b&gt;",
        "[x](javascript:alert(1))", "![x](https://example.org/a.png)", "a\\*b", "`code`", "a | b",
        "[1]: http://example.org", "    four spaces",
    ],
)  # fmt: skip
def test_words_that_look_like_markup_stay_words(db: None, words: str) -> None:
    cell = p(run(words))
    for kept in (cell, p(run(words), numbered=(1, 0)), table((cell, "b"), ("c", cell))):
        text = read(p("Before."), kept, p("After.")).fields["challenge"]
        html = str(markdown.render(text))
        shown = markdown.plain(html)
        assert " ".join(words.split()) in shown, (text, shown)
        assert not any(tag in html for tag in ("<h", "<blockquote", "<code", "<a ", "<img", "<s>"))


def test_a_table_of_results_becomes_results(db: None) -> None:
    found = read(
        h("Resultat"), p("Measured for a year."),
        table(("Indikator", "Enhet", "Före", "Efter", "Källa"), ("Gas", "MWh", "90", "12", "a|b")),
    )  # fmt: skip
    assert found.fields == {
        "results": "Measured for a year.\nGas | MWh | 90 | 12 | a/b",
    }


def test_pictures_are_made_anew_and_stand_where_they_stood(cast: Cast, sign_in: Any) -> None:
    client = sign_in(cast.bob)
    file = word(
        h("Utmaningen"), p("Before."), p(image("pic1", "The pump [old]")), p("After."),
        p(image("pic2", how="link")), p(image("pic1")),
        pic1="media/one.jpg", pic2="https://example.org/tracks-you.png",
    )  # fmt: skip
    response = send(client, PATH, {"file": file, "kind": "case-note", "language": "sv"})
    draft = WorkingDraft.objects.get()
    assert response["Location"] == f"/knowledge/new/?kind=case-note&draft={draft.key}"
    first, second = Attachment.objects.all()
    assert first.file.content_type == "image/webp"
    assert first.file.audience == [f"user:{cast.bob.pk}"]
    pump = f"![The pump (old)]({first.file.get_absolute_url()})"
    third = f"![Picture 3]({second.file.get_absolute_url()})"
    assert draft.data["challenge"] == [f"Before.\n\n{pump}\n\nAfter.\n\n[picture 2]\n\n{third}"]
    assert draft.left_out == [
        "Picture 2: of a kind that is not taken, or kept elsewhere.",
        "Picture 3 has no description: say what it shows.",
    ]


def test_a_draft_can_be_looked_through_saved_and_published(cast: Cast, sign_in: Any) -> None:
    client = sign_in(cast.bob)
    domain()
    file = word(h("Solel på taket", 0), h("Vad vi prövade"), p("Paneler."), h("Eget"), p("Ord."))
    path = send(client, PATH, {"file": file, "kind": "experience", "language": "sv"})["Location"]
    page = client.get(path)
    content = page.content.decode()
    assert "could not be taken over" in content
    assert "“Eget”" in content
    assert page.context["form"].initial["tried"] == "Paneler.\n\n# Eget\n\nOrd."
    assert page.context["form"].initial["language"] == "sv"
    draft = WorkingDraft.objects.get()
    # What is typed later does not take the list away.
    typed = form(draft=str(draft.key), title="Solel", tried="Paneler. Mer.")
    assert send(client, f"/knowledge/drafts/{draft.key}/", typed).status_code == 204
    assert "“Eget”" in client.get(path).content.decode()
    assert send(client, "/knowledge/new/", typed).status_code == 302
    assert not WorkingDraft.objects.exists()
    assert Article.objects.get().live is not None


def test_what_is_too_long_is_kept_and_told_of_beside_its_field(cast: Cast, sign_in: Any) -> None:
    client = sign_in(cast.bob)
    file = word(h("In plain language"), *[p("Twenty-four characters. " * 4)] * 30)
    path = send(client, PATH, {"file": file, "kind": "case-note", "language": "en"})["Location"]
    initial = client.get(path).context["form"].initial
    assert len(initial["summary"]) > 1500
    sent = form(kind="case-note", action="save", summary=initial["summary"])
    refused = send(client, "/knowledge/new/?kind=case-note", sent)
    assert refused.status_code == 422
    assert "summary" in refused.context["form"].errors
    assert initial["summary"].strip() in refused.content.decode()


def test_the_draft_is_nobody_elses(cast: Cast, sign_in: Any) -> None:
    send(sign_in(cast.bob), PATH, {"file": word(p("Mine.")), "kind": "case-note", "language": "en"})
    draft = WorkingDraft.objects.get()
    path = f"/knowledge/new/?kind=case-note&draft={draft.key}"
    assert sign_in(cast.alice).get(path).status_code == 404
    assert "Mine." not in sign_in(cast.alice).get("/knowledge/new/?kind=case-note").content.decode()


def test_a_kind_one_may_not_write_is_not_offered(cast: Cast, sign_in: Any) -> None:
    client: Client = sign_in(cast.carol)
    sent = {"file": word(p("Words.")), "kind": "experience", "language": "en"}
    refused = send(client, PATH, sent)
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["kind"])
    assert not WorkingDraft.objects.exists()


def test_what_has_no_place_is_listed(db: None) -> None:
    lost = (
        "<w:p><w:r><m:oMath xmlns:m='m'/><w:object/><w:commentReference w:id='0'/></w:r>"
        "<w:del><w:r><w:delText>old</w:delText></w:r></w:del></w:p>"
    )
    inner = table((p("In") + table(("a", "b")), "c"))
    files = parts(p("Words."), lost, inner) | {
        "word/header1.xml": f"<w:hdr {W}>{p('Lund')}</w:hdr>",
    }
    found = reading.read(upload(packed(files)), Kind.CASE_NOTE)
    assert "Words." in found.fields["challenge"]
    assert "old" not in found.fields["challenge"]
    assert found.left_out == [
        "Formulas: write them in words, or add a picture of them.",
        "Embedded files, such as sheets.",
        "What was struck out while changes were tracked.",
        "Comments in the margin.",
        "What stands at the top and bottom of every page.",
        "Tables inside tables: their words stand in one cell.",
    ]
