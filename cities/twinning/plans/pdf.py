"""A plan as PDF, with bookmarks, in a typeface that knows Latin, Greek and Cyrillic."""

from typing import cast

from django.core.cache import cache
from django.utils.translation import gettext as _
from font_roboto import font_files
from fpdf import FPDF
from fpdf.enums import XPos, YPos

from cities.twinning.plans.printing import Sheet, facts_of

TYPE = "application/pdf"
INK, MUTED, LINE = (23, 33, 31), (85, 96, 92), (217, 216, 208)


class _Paper(FPDF):
    def __init__(self, sheet: Sheet) -> None:
        super().__init__(format="A4")
        self.sheet = sheet

    def footer(self) -> None:
        self.set_y(-15)
        self.set_font("Roboto", size=8)
        self.set_text_color(*MUTED)
        self.cell(0, 5, f"{self.sheet.title} · {self.sheet.stand}", align="L")
        self.cell(0, 5, f"{self.page_no()}/{{nb}}", align="R")


#: A version is drawn once a day at most: anybody may ask for a published one.
DRAWN_LASTS = 24 * 3600


def drawn(sheet: Sheet) -> bytes:
    if not sheet.kept_as:
        return _draw(sheet)
    return cast("bytes", cache.get_or_set(sheet.kept_as, lambda: _draw(sheet), DRAWN_LASTS))


def _draw(sheet: Sheet) -> bytes:
    paper = _Paper(sheet)
    paper.add_font("Roboto", fname=font_files["Roboto"])
    paper.add_font("Roboto", style="B", fname=font_files["RobotoBold"])
    paper.set_lang(sheet.language)
    paper.set_title(sheet.title)
    paper.set_margins(25, 22, 25)
    paper.set_auto_page_break(True, 22)
    paper.add_page()
    _line(paper, sheet.title, size=22, bold=True)
    _line(paper, sheet.subtitle, size=11)
    _line(paper, sheet.stand, size=9, color=MUTED)
    for section in sheet.content.sections:
        _heading(paper, section.name)
        _line(paper, section.text or "–")
    _heading(paper, _("Steps"))
    for number, step in enumerate(sheet.content.steps, start=1):
        paper.ln(2)
        _line(paper, f"{number}. {step.text}", bold=True)
        for label, value in facts_of(step):
            _line(paper, f"{label}: {value}", size=10)
    if not sheet.content.steps:
        _line(paper, "–")
    return bytes(paper.output())


def _heading(paper: _Paper, text: str) -> None:
    if paper.will_page_break(24):
        paper.add_page()
    paper.ln(6)
    paper.set_draw_color(*LINE)
    paper.line(25, paper.get_y(), 185, paper.get_y())
    paper.ln(3)
    paper.start_section(text)
    _line(paper, text, size=14, bold=True)


def _line(
    paper: _Paper,
    text: str,
    *,
    size: int = 11,
    bold: bool = False,
    color: tuple[int, int, int] = INK,
) -> None:
    paper.set_font("Roboto", style="B" if bold else "", size=size)
    paper.set_text_color(*color)
    paper.multi_cell(0, size * 0.5, text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    paper.ln(1)
