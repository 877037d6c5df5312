"""The words of a section's HTML, and marks around some of them.

The HTML is the hub's own, cleaned and kept with its revision. It is read as the stream of its
parts and written again with elements put in between; no text is changed or searched in. What is
written is cleaned once more, so that no fault here can let anything through.
"""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser
from itertools import pairwise

from django.utils.safestring import SafeString

from hub import markdown
from knowledge.anchoring import Place

#: Part paragraphs; what stands before and after them are different words.
_BLOCKS = frozenset(
    (
        *("p", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "hr"),
        *("table", "thead", "tbody", "tr"),
    )
)
#: Part words only.
_GAPS = frozenset(("td", "th", "br"))
_CELLS = frozenset(("td", "th"))
_PIECE = re.compile(r"\s+|\S+")


@dataclass(frozen=True)
class _Word:
    """Characters of one text of the HTML, and where they stand among the words of all."""

    at: int
    text: int
    offset: int
    length: int


@dataclass(frozen=True)
class Mark:
    """A passage to be shown: its first part gets the id, and `ending` (HTML) follows its last."""

    place: Place
    id: str
    ending: str = ""


class Section(HTMLParser):
    """One section's HTML, read."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        #: Tags as they came, and texts as people read them, by their number in `texts`.
        self.parts: list[tuple[str, str] | int] = []
        self.texts: list[str] = []
        self.words: list[_Word] = []
        self.paragraphs: list[Place] = []
        self._pieces: list[str] = []
        self._length = 0
        self._gap = self._new_paragraph = False
        self.feed(html)
        self.close()
        self.text = "".join(self._pieces)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self._tag(tag, self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        self._tag(tag, f"</{tag}>")

    def _tag(self, tag: str, raw: str) -> None:
        self.parts.append((tag, raw))
        if tag in _BLOCKS:
            self._gap = self._new_paragraph = True
        elif tag in _GAPS:
            self._gap = True

    def handle_data(self, data: str) -> None:
        number = len(self.texts)
        self.texts.append(data)
        self.parts.append(number)
        for piece in _PIECE.finditer(data):
            if piece[0].isspace():
                self._gap = True
            else:
                self._take(piece[0], number, piece.start())

    def _take(self, word: str, number: int, offset: int) -> None:
        if self._gap and self._length:
            self._pieces.append(" ")
            self._length += 1
        start = self._length
        self._pieces.append(word)
        self._length += len(word)
        self.words.append(_Word(start, number, offset, len(word)))
        if self._new_paragraph or not self.paragraphs:
            self.paragraphs.append(Place(start, self._length))
        else:
            self.paragraphs[-1] = Place(self.paragraphs[-1].start, self._length)
        self._gap = self._new_paragraph = False

    def marked(self, marks: Sequence[Mark], after_paragraph: Sequence[str] = ()) -> SafeString:
        """The HTML with the passages marked and something put at the end of each paragraph."""
        return markdown.clean(_Writer(self, marks, after_paragraph).html(), with_marks=True)

    def reads(self, place: Place, exact: str) -> bool:
        return self.text[place.start : place.end] == exact

    def offered(self, paragraph: int | None, start: int | None, end: int | None) -> Place | None:
        """A paragraph by its number from 1, or the characters from and to without outer spaces."""
        if paragraph is not None:
            return self.paragraphs[paragraph - 1] if paragraph <= len(self.paragraphs) else None
        if start is None or end is None:
            return None
        words = self.text[start:end]
        start += len(words) - len(words.lstrip())
        words = words.strip()
        return Place(start, start + len(words)) if words else None

    def words_in(self, place: Place) -> list[_Word]:
        first = bisect_right(self.words, place.start, key=lambda w: w.at + w.length)
        return self.words[first : bisect_left(self.words, place.end, key=lambda w: w.at)]


class _Writer:
    def __init__(self, section: Section, marks: Sequence[Mark], after: Sequence[str]) -> None:
        self.section = section
        #: Number of a text → stretches of it that belong to a passage; what stands at its end.
        self.stretches: dict[int, list[tuple[int, int, Mark]]] = defaultdict(list)
        self.endings: dict[int, list[tuple[int, str]]] = defaultdict(list)
        self.paragraph_ends: dict[int, str] = {}
        for mark in marks:
            self._plan(mark)
        for place, html in zip(section.paragraphs, after, strict=bool(after)):
            self.paragraph_ends[section.words_in(place)[-1].text] = html
        self.out: list[str] = []
        self.begun: set[str] = set()
        #: Wait for a place where they may stand: not inside a link, and at a paragraph's end.
        self.waiting: list[str] = []
        self.after_paragraph = ""
        self.in_link = False

    def _plan(self, mark: Mark) -> None:
        words = self.section.words_in(mark.place)
        found: dict[int, tuple[int, int]] = {}
        for word in words:
            start = word.offset + max(0, mark.place.start - word.at)
            end = word.offset + min(word.length, mark.place.end - word.at)
            found[word.text] = (found.get(word.text, (start, 0))[0], end)
        for text, (start, end) in found.items():
            self.stretches[text].append((start, end, mark))
        if words:
            self.endings[words[-1].text].append((found[words[-1].text][1], mark.ending))

    def html(self) -> str:
        for part in self.section.parts:
            if isinstance(part, int):
                self._text(part)
            else:
                self._tag(*part)
        self._let_out(is_end=True)
        return "".join(self.out)

    def _tag(self, tag: str, raw: str) -> None:
        is_block = tag in _BLOCKS or tag in _CELLS
        if is_block:
            self._let_out(is_end=True)
        self.out.append(raw)
        if tag == "a":
            self.in_link = not raw.startswith("</")
            self._let_out()

    def _let_out(self, *, is_end: bool = False) -> None:
        if self.in_link:
            return
        self.out += self.waiting
        self.waiting = []
        if is_end:
            self.out.append(self.after_paragraph)
            self.after_paragraph = ""

    def _text(self, number: int) -> None:
        """The text in pieces, each inside the marks that cover it, the earliest outermost."""
        text, stretches = self.section.texts[number], self.stretches[number]
        inner = {at for first, last, _mark in stretches for at in (first, last)}
        edges = sorted({0, len(text), *inner})
        for start, end in pairwise(edges):
            covering = [m for first, last, m in stretches if first <= start and end <= last]
            self.out += [self._opening(mark) for mark in covering]
            self.out.append(escape(text[start:end], quote=False))
            self.out.append("</mark>" * len(covering))
            self.waiting += [html for at, html in self.endings[number] if at == end]
            self._let_out()
        self.after_paragraph = self.paragraph_ends.get(number, self.after_paragraph)

    def _opening(self, mark: Mark) -> str:
        if mark.id in self.begun:
            return '<mark class="passage">'
        self.begun.add(mark.id)
        return f'<mark class="passage" id="{escape(mark.id)}">'
