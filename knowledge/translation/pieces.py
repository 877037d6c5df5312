"""Markdown taken apart for a machine, and put together again.

What the machine gets is the text of one paragraph, heading, list item or table cell as a little
HTML; what stands around it, code, addresses and tables' lines never leave the hub, and whatever
the machine loses of them is put back.
"""

import html
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser

#: Quotation marks, bullets, numbers, boxes and headings at the beginning of a line.
_FRONT = re.compile(r"\s*(?:>\s?)*\s*(?:(?:[-*+]|\d{1,9}[.)])\s+)?(?:\[[ xX]\]\s+)?(?:#{1,6}\s+)?")
_FENCE = re.compile(r"\s*(?:```|~~~)")
_UNDERLINE = re.compile(r"\s*(?:=+|-+)\s*")
_BAR = re.compile(r"(?<!\\)\|")
#: Links and pictures with their words; code and bare addresses as they are.
_INLINE = re.compile(
    r"(?P<link>!?\[(?P<words>[^\[\]\n]*)\]\((?P<address>[^()\s]*)\))"
    r"|(?P<kept>`+[^`\n]+`+|<https?://[^\s>]+>|https?://[^\s<>)\]]+)"
    r"|(?P<mark>\*\*|__|\*)"
)
_MARKS = {"**": "b", "__": "b", "*": "i"}
_TAGS = {"b": "**", "strong": "**", "i": "*", "em": "*"}


@dataclass
class Piece:
    """One run of text: as HTML for the machine, with what only the hub knows of it."""

    source: str
    markup: str = ""
    #: Number of a link or of something kept → what it is in Markdown.
    kept: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        all_found = list(_INLINE.finditer(self.source))
        left = Counter(_MARKS[found["mark"]] for found in all_found if found["mark"])
        out: list[str] = []
        open_marks: list[str] = []
        after = 0
        for found in all_found:
            out.append(html.escape(self.source[after : found.start()], quote=False))
            after = found.end()
            if found["mark"]:
                left[_MARKS[found["mark"]]] -= 1
                out.append(_mark(found["mark"], open_marks, left))
            elif found["link"]:
                front = "![" if found["link"].startswith("!") else "["
                self.kept.append((front, f"]({found['address']})"))
                words = html.escape(found["words"], quote=False)
                out.append(f'<a data-k="{len(self.kept) - 1}">{words}</a>')
            else:
                self.kept.append((found["kept"], ""))
                out.append(f'<img data-k="{len(self.kept) - 1}">')
        out.append(html.escape(self.source[after:], quote=False))
        out.extend(f"</{tag}>" for tag in reversed(open_marks))
        self.markup = "".join(out)

    def written(self, translated: str) -> str:
        """The machine's answer as Markdown again, on one line."""
        reader = _Reader(self.kept)
        reader.feed(translated)
        reader.close()
        return reader.result()


def _mark(mark: str, open_marks: list[str], left: Counter[str]) -> str:
    """A tag, or the stars themselves where they end nothing and begin nothing."""
    tag = _MARKS[mark]
    if open_marks and open_marks[-1] == tag:
        open_marks.pop()
        return f"</{tag}>"
    if tag in open_marks or not left[tag]:
        return mark
    open_marks.append(tag)
    return f"<{tag}>"


class _Reader(HTMLParser):
    def __init__(self, kept: list[tuple[str, str]]) -> None:
        super().__init__(convert_charrefs=True)
        self.kept, self.seen = kept, set[int]()
        self.out: list[str] = []
        self.ends: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _TAGS:
            self.out.append(_TAGS[tag])
            self.ends.append((tag, _TAGS[tag]))
        elif tag in ("a", "img"):
            number = dict(attrs).get("data-k") or ""
            known = number.isascii() and number.isdigit() and int(number) < len(self.kept)
            is_new = known and int(number) not in self.seen
            front, end = self.kept[int(number)] if is_new else ("", "")
            if is_new:
                self.seen.add(int(number))
            self.out.append(front)
            if tag == "a":
                self.ends.append((tag, end))
            else:
                self.out.append(end)

    def handle_endtag(self, tag: str) -> None:
        if any(opened == tag for opened, _end in self.ends):
            while self.ends:
                opened, end = self.ends.pop()
                self.out.append(end)
                if opened == tag:
                    return

    def handle_data(self, data: str) -> None:
        self.out.append(data)

    def result(self) -> str:
        self.out.extend(end for _tag, end in reversed(self.ends))
        lost = [f"{a}{b}" for n, (a, b) in enumerate(self.kept) if n not in self.seen]
        return " ".join(" ".join(["".join(self.out), *lost]).split())


def take_apart(text: str) -> list[str | Piece]:
    """The text as what stays and what is translated; joined again it is the text."""
    parts: list[str | Piece] = []
    fence, paragraph = "", ""

    def end_paragraph() -> None:
        nonlocal paragraph
        if paragraph:
            front = _front(paragraph)
            parts.extend(_worded(front, paragraph[len(front) :]))
            parts.append("\n")
        paragraph = ""

    for line in text.split("\n"):
        mark = _FENCE.match(line)
        is_code = bool(fence) or bool(mark)
        if mark and (not fence or line.strip().startswith(fence)):
            fence = "" if fence else mark.group().strip()
        is_indented = line.startswith(("    ", "\t")) and not paragraph and not _marked(line)
        if is_code or is_indented or not line.strip() or (paragraph and _UNDERLINE.fullmatch(line)):
            end_paragraph()
            parts.extend([line, "\n"])
        elif _BAR.search(line):
            end_paragraph()
            parts.extend(_cells(line))
        elif paragraph and not _marked(line):
            # A line that only goes on is a part of the paragraph before it.
            paragraph = f"{paragraph} {line.strip()}"
        else:
            end_paragraph()
            paragraph = line
    end_paragraph()
    return parts[:-1]


def _front(line: str) -> str:
    found = _FRONT.match(line)
    return found.group() if found else ""


def _marked(line: str) -> bool:
    return bool(_front(line).strip())


def _cells(line: str) -> list[str | Piece]:
    parts: list[str | Piece] = []
    for number, cell in enumerate(_BAR.split(line)):
        if number:
            parts.append("|")
        words = cell.strip()
        front = cell[: len(cell) - len(cell.lstrip())]
        parts.extend(_worded(front, words))
        parts.append(cell[len(front) + len(words) :])
    return [*parts, "\n"]


def _worded(front: str, words: str) -> list[str | Piece]:
    """Figures and rules say the same in every language."""
    has_letters = any(char.isalpha() for char in _INLINE.sub(lambda m: m["words"] or "", words))
    return [front, Piece(words) if has_letters else words]


def translated(text: str, translate: Callable[[list[str]], list[str]]) -> str:
    """Markdown in, Markdown out; `translate` gets every piece once, in order."""
    parts = take_apart(text)
    pieces = [part for part in parts if isinstance(part, Piece)]
    answers = iter(translate([piece.markup for piece in pieces])) if pieces else iter(())
    return "".join(part if isinstance(part, str) else part.written(next(answers)) for part in parts)
