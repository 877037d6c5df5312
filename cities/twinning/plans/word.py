"""A plan as a Word document, with real headings and tables, so that it can be worked on."""

from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _
from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from cities.twinning.plans.printing import Sheet, facts_of

TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def drawn(sheet: Sheet) -> bytes:
    document = Document()
    _speak(document, sheet.language)
    document.core_properties.title = sheet.title
    document.core_properties.author = ""
    document.add_heading(sheet.title, level=0)
    document.add_paragraph(sheet.subtitle)
    document.add_paragraph(sheet.stand)
    for section in sheet.content.sections:
        document.add_heading(section.name, level=1)
        for paragraph in (section.text or "–").split("\n\n"):
            document.add_paragraph(paragraph)
    document.add_heading(_("Steps"), level=1)
    for number, step in enumerate(sheet.content.steps, start=1):
        document.add_heading(f"{number}. {step.text}", level=2)
        _table(document, facts_of(step))
    if not sheet.content.steps:
        document.add_paragraph("–")
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _table(document: Any, rows: list[tuple[str, str]]) -> None:
    table = document.add_table(rows=0, cols=2, style="Light List")
    for label, value in rows:
        cells = table.add_row().cells
        cells[0].text, cells[1].text = label, value


def _speak(document: Any, language: str) -> None:
    """Screen readers and spelling read the words in their own language."""
    mark = OxmlElement("w:lang")
    mark.set(qn("w:val"), language)
    document.styles["Normal"].element.get_or_add_rPr().append(mark)
