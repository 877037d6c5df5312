"""A plan as Word document and as PDF."""

from io import BytesIO
from typing import Any

import pytest
from docx import Document

from cities.twinning.models import Plan
from cities.twinning.plans import actions, pdf
from cities.twinning.plans.printing import sheet_of
from tests.conftest import Cast
from tests.twinning.plans.making import SignIn, at
from tests.worlds.plans import write

#: Letters that a typeface may lack, and what would break XML or a table.
HARD = "Åäö ğ ř ł ţ · Ελλάδα · София · <b>&amp;</b> “quoted” – 5 €"


def words_of(answer: Any) -> tuple[list[tuple[str, str]], list[str]]:
    """Paragraphs with their style, and the cells of all tables."""
    document = Document(BytesIO(answer.content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return [(p.style.name, p.text) for p in document.paragraphs], cells


def test_word_has_real_headings_and_every_word(cast: Cast, whole: Plan, sign_in: SignIn) -> None:
    write(whole, "context", f"{HARD}\n\nSecond paragraph.", by=cast.bob)
    answer = sign_in(cast.bob).get(at(whole, "plan.docx"))
    assert answer["Content-Disposition"] == 'attachment; filename="replication-plan-lund.docx"'
    paragraphs, cells = words_of(answer)
    assert paragraphs[0] == ("Title", "Replication plan of Lund")
    assert ("Normal", "Draft, not signed") in paragraphs
    assert ("Heading 1", "Context") in paragraphs
    assert ("Normal", HARD) in paragraphs
    assert ("Normal", "Second paragraph.") in paragraphs
    assert ("Heading 2", "1. Lower the temperature") in paragraphs
    assert cells[:4] == ["Who does it", "Bob", "Until when", "Tue 1 January 2030"]


def test_a_signed_version_says_who_signed(cast: Cast, whole: Plan, sign_in: SignIn) -> None:
    actions.sign(by=cast.alice, plan=whole)
    answer = sign_in(cast.mallory).get(at(whole, "plan.docx"))
    paragraphs, _cells = words_of(answer)
    assert "replication-plan-lund-1.docx" in answer["Content-Disposition"]
    assert paragraphs[2][1].startswith("Version 1, signed by Alice on ")


@pytest.mark.filterwarnings("error")
def test_pdf_holds_every_letter(cast: Cast, whole: Plan, sign_in: SignIn) -> None:
    write(whole, "context", HARD, by=cast.bob)
    answer = sign_in(cast.bob).get(at(whole, "plan.pdf"))
    assert answer["Content-Type"] == "application/pdf"
    data = answer.content
    assert data.startswith(b"%PDF-")
    assert b"/Lang (en)" in data
    # The typeface is in the file: no reader needs it.
    assert b"/FontFile2" in data
    assert b"/Outlines" in data


@pytest.mark.filterwarnings("error")
def test_letters_that_the_typeface_lacks_are_said_to_be_missing(whole: Plan) -> None:
    sheet = sheet_of(whole, None)
    paper = pdf.prepared(sheet)
    assert (paper.said("CO₂ → 0 ✓"), paper.lacks) == ("CO₂ -> 0 √", False)
    paper.add_page()
    assert (paper.said("თბილისი 🙂 ٣"), paper.lacks) == ("\ufffd" * 7 + " \ufffd \ufffd", True)
    assert paper.output()
    write(whole, "context", "თბილისი " * 3, by=whole.owner)
    plain, lacking = pdf.drawn(sheet), pdf.drawn(sheet_of(whole, None))
    assert plain.startswith(b"%PDF-")
    assert len(lacking) > len(plain)


@pytest.mark.filterwarnings("error")
def test_names_longer_than_a_foot_stay_beside_the_number(whole: Plan) -> None:
    whole.city.name = "Llanfairpwllgwyngyll" * 8
    assert pdf.drawn(sheet_of(whole, None)).startswith(b"%PDF-")


def test_what_a_signature_asks_for_is_not_called_optional(
    cast: Cast, whole: Plan, sign_in: SignIn
) -> None:
    page = sign_in(cast.bob).get(at(whole, "writing/")).content.decode()
    labels = [part.split("</label>")[0] for part in page.split('<label for="id_text-')[1:]]
    assert [("optional" in label) for label in labels] == [False, True]


def test_a_long_plan_becomes_pages(cast: Cast, whole: Plan, sign_in: SignIn) -> None:
    write(whole, "context", "A long line of words. " * 900, by=cast.bob)
    data = sign_in(cast.bob).get(at(whole, "plan.pdf")).content
    assert data.count(b"/Type /Page\n") >= 4


def test_a_version_that_is_not_there_is_no_document(
    cast: Cast, whole: Plan, sign_in: SignIn
) -> None:
    client = sign_in(cast.bob)
    wrong = ("?version=1", "?version=x", "?version=99999999")
    assert {client.get(at(whole, f"plan.pdf{query}")).status_code for query in wrong} == {404}
