"""A plan as PDF, with bookmarks, in a typeface that knows Latin, Greek and Cyrillic."""

from typing import cast

from django.core.cache import cache
from django.utils.translation import gettext as _
from font_roboto import font_files
from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.fonts import TTFFont

from cities.twinning.plans.printing import Sheet, facts_of

TYPE = "application/pdf"
INK, MUTED, LINE = (23, 33, 31), (85, 96, 92), (217, 216, 208)


#: What people type that the typeface does not draw, as it can.
NEAR = str.maketrans(
    {
        "→": "->",
        "⇒": "=>",
        "←": "<-",
        "↔": "<->",
        "✓": "√",
        "✔": "√",
        "☐": "[ ]",
        "☑": "[x]",
        "☒": "[x]",
        "■": "•",
        "□": "•",
        "●": "•",
        "▪": "•",
        "★": "*",
        "☆": "*",
    }
)
#: Characters of a line at the foot of a page; what is longer would run into the page's number.
FOOT = 105


class _Paper(FPDF):
    def __init__(self, sheet: Sheet) -> None:
        super().__init__(format="A4")
        self.sheet = sheet
        #: Whether a letter was met that the typeface does not draw.
        self.lacks = False

    def said(self, text: str) -> str:
        """As the typeface can draw it: a letter that it lacks is a mark, not a hole."""
        near = text.translate(NEAR)
        known = cast("TTFFont", self.fonts["roboto"]).cmap
        self.lacks = self.lacks or any(ord(letter) not in known for letter in near if letter > " ")
        return "".join(x if x <= " " or ord(x) in known else "\ufffd" for x in near)

    def footer(self) -> None:
        self.set_y(-15)
        self.set_font("Roboto", size=8)
        self.set_text_color(*MUTED)
        foot = self.said(f"{self.sheet.title} · {self.sheet.stand}")
        self.cell(0, 5, foot if len(foot) <= FOOT else f"{foot[: FOOT - 1]}…", align="L")
        self.cell(0, 5, f"{self.page_no()}/{{nb}}", align="R")


#: A version is drawn once a day at most: anybody may ask for a published one.
DRAWN_LASTS = 24 * 3600


def drawn(sheet: Sheet) -> bytes:
    if not sheet.kept_as:
        return _draw(sheet)
    return cast("bytes", cache.get_or_set(sheet.kept_as, lambda: _draw(sheet), DRAWN_LASTS))


def prepared(sheet: Sheet) -> _Paper:
    """Paper with its typeface, and nothing on it."""
    paper = _Paper(sheet)
    paper.add_font("Roboto", fname=font_files["Roboto"])
    paper.add_font("Roboto", style="B", fname=font_files["RobotoBold"])
    paper.set_lang(sheet.language)
    paper.set_title(sheet.title)
    paper.set_margins(25, 22, 25)
    paper.set_auto_page_break(True, 22)
    return paper


def _draw(sheet: Sheet) -> bytes:
    paper = prepared(sheet)
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
    if paper.lacks:
        paper.ln(4)
        _line(paper, _("PDF lacks some letters of this plan: the Word file has them."), size=9)
    return bytes(paper.output())


def _heading(paper: _Paper, text: str) -> None:
    if paper.will_page_break(24):
        paper.add_page()
    paper.ln(6)
    paper.set_draw_color(*LINE)
    paper.line(25, paper.get_y(), 185, paper.get_y())
    paper.ln(3)
    paper.start_section(paper.said(text))
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
    paper.multi_cell(
        0, size * 0.5, paper.said(text), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT
    )
    paper.ln(1)
