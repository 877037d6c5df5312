"""Blocks of a file into the sections of a text, by the headings that stand over them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.conf import settings
from django.utils import translation

from knowledge.enums import Kind
from knowledge.forms.fields import one_line
from knowledge.sections import OF_KIND, RESULT_CELLS, Section
from knowledge.word.blocks import PICTURE, Block

#: What else a heading may be called, in words that our own labels do not have.
OTHER_NAMES = {
    "summary": ("summary", "abstract", "sammanfattning", "kort sammanfattning", "in short"),
    "challenge": ("challenge", "problem", "background", "utmaning", "problemet", "bakgrund"),
    "context": ("setting", "förutsättningar", "sammanhang"),
    "blocks": ("solution", "what was done", "measures", "lösning", "lösningen", "åtgärder"),
    "actors": ("participants", "stakeholders", "organisation", "aktörer", "deltagare"),
    "timeline": ("schedule", "time plan", "tidplan", "tidslinje"),
    "costs": ("costs", "budget", "funding", "kostnader", "kostnad", "finansiering"),
    "results": ("outcome", "outcomes", "effects", "resultat", "utfall", "effekter"),
    "setback": ("setbacks", "what went wrong", "motgångar", "vad som gick fel"),
    "factors": ("success factors", "obstacles", "framgångsfaktorer", "hinder"),
    "law": ("law", "procurement", "juridik", "upphandling"),
    "benefits": ("co-benefits", "side effects", "mervärden", "sidoeffekter"),
    "preconditions": ("preconditions", "transferability", "överförbarhet", "förkrav"),
    "questions": ("open questions", "further research", "öppna frågor"),
    "tried": ("what was tried", "what we did", "vad vi gjorde"),
    "happened": ("results", "outcome", "resultat", "utfall"),
    "differently": ("lessons", "lessons learned", "lärdomar"),
}
#: Where words go that stand before the first heading we know.
FIRST = {Kind.EXPERIENCE: "tried", Kind.CASE_NOTE: "challenge"}
LONGEST_TITLE = 160
_NUMBER = re.compile(r"^[\divx]{1,4}(?:\.\d+)*[.):]?\s+")


@dataclass
class Sorted:
    title: str
    #: Section → its value as a form keeps it.
    fields: dict[str, str] = field(default_factory=dict)
    #: Headings that name no section; their words stand under another one.
    unknown: list[str] = field(default_factory=list)


def into_sections(kind: str, blocks: Sequence[Block], named: str) -> Sorted:
    """`named` is the title of a file that has none inside."""
    title, rest = _title(kind, blocks)
    sorting = _Sorting(kind)
    for block in rest:
        sorting.take(block)
    return Sorted(title or named, sorting.fields(), sorting.unknown)


def _title(kind: str, blocks: Sequence[Block]) -> tuple[str, Sequence[Block]]:
    """A paragraph in the style of a title, or the first thing of all if it is a heading."""
    for number, block in enumerate(blocks):
        is_title = block.form == "heading" and block.level == 0
        is_first = number == 0 and block.form == "heading" and not section_of(kind, block.plain)
        if is_title or is_first:
            # One that is too long is kept whole among the words.
            left = [] if len(block.plain) <= LONGEST_TITLE else [block]
            return block.plain[:LONGEST_TITLE].strip(), [
                *left, *blocks[:number], *blocks[number + 1 :]
            ]  # fmt: skip
    return "", blocks


def section_of(kind: str, heading: str) -> Section | None:
    return _names(kind).get(_bare(heading))


@cache
def _names(kind: str) -> dict[str, Section]:
    """What a section may be called, in every language of the hub."""
    found: dict[str, Section] = {}
    sections = [s for s in OF_KIND[kind] if s.form in ("text", "results", "line", "choice")]
    for section in sections:
        for other in OTHER_NAMES.get(section.code, ()):
            found[_bare(other)] = section
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found |= {_bare(str(section.label)): section for section in sections}
    return found


def _bare(heading: str) -> str:
    words = _NUMBER.sub("", one_line(heading).casefold())
    return words.strip(" .:?!*_–-")


class _Sorting:
    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.text = self.section = next(s for s in OF_KIND[kind] if s.code == FIRST[Kind(kind)])
        self.level = 1
        self.parts: dict[str, list[str]] = {}
        self.unknown: list[str] = []
        self.has_section = False

    def take(self, block: Block) -> None:
        if block.form == "heading" or block.is_bold:
            named = section_of(self.kind, block.plain)
            if named is not None:
                self._enter(named, block)
                return
        if block.form == "heading":
            self._sub_heading(block)
        elif self.section.form == "text":
            self._put(self.section.code, block.markdown)
        else:
            self._answer(block)

    def _enter(self, named: Section, block: Block) -> None:
        self.section, self.has_section = named, True
        self.level = block.level or 1
        if named.form == "text":
            self.text = named

    def _sub_heading(self, block: Block) -> None:
        """Its words stay with the section before; pictures and words need one that takes them."""
        self.section = self.text
        if block.level <= self.level or not self.has_section:
            self.unknown.append(block.plain)
        depth = min(max(block.level - self.level, 1), 4)
        self._put(self.text.code, f"{'#' * depth} {block.markdown}")

    def _answer(self, block: Block) -> None:
        """Of a section that is not written in Markdown."""
        if PICTURE[0] in block.markdown or block.form == "quote":
            self._put(self.text.code, block.markdown)
        elif self.section.form == "results":
            self._put("results", *_result_lines(block))
        elif self.section.form == "choice":
            self._choose(block)
        elif len(one_line(f"{' '.join(self.parts.get(self.section.code, []))} {block.plain}")) > (
            self.section.longest
        ):
            self._put(self.text.code, block.markdown)
        else:
            self._put(self.section.code, block.plain)

    def _choose(self, block: Block) -> None:
        code = chosen(self.section, block.plain)
        if code and self.section.code not in self.parts:
            self._put(self.section.code, code)
        else:
            self._put(self.text.code, f"{self.section.label}: {block.markdown}")

    def _put(self, code: str, *texts: str) -> None:
        self.parts.setdefault(code, []).extend(text for text in texts if text)

    def fields(self) -> dict[str, str]:
        joined = {}
        for section in OF_KIND[self.kind]:
            found = self.parts.get(section.code)
            if found:
                joined[section.code] = _JOINTS.get(section.form, " ").join(found)
        return joined


_JOINTS = {"text": "\n\n", "results": "\n"}


def chosen(section: Section, words: str) -> str:
    """The code whose label is written there, in any language of the hub; or nothing."""
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for code, label in section.choices:
                if _bare(str(label)) == _bare(words):
                    return str(code)
    return ""


def _result_lines(block: Block) -> Iterable[str]:
    """Rows of a table as lines of cells; other words are an indicator each."""
    rows = [[one_line(cell.replace("|", "/")) for cell in row] for row in block.rows]
    if block.form == "table" and rows and _is_head(rows[0]):
        rows = rows[1:]
    return [" | ".join(row).rstrip(" |") for row in rows if any(row)]


def _is_head(cells: Iterable[Any]) -> bool:
    heads: set[str] = {"baseline", "value", "utgångsvärde", "värde"}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            heads |= {_bare(str(head)) for head in RESULT_CELLS}
    return sum(_bare(cell) in heads for cell in cells) >= 2
