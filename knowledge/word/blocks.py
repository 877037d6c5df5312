"""A tree of a Word file as blocks of Markdown: headings, paragraphs, lists, quotes, tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import quote

from knowledge.forms.fields import one_line
from knowledge.word.tree import Element

#: Around the number of a picture, until it has an address; no text keeps them.
PICTURE = "\ue000{}\ue001"
_OWN = re.compile("[\ue000\ue001]")
_MARKUP = re.compile(r"([\\`*])|(\](?=[(\[:]))")
_UNDERSCORE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
_ENTITY = re.compile(r"&(?=#?\w{1,31};)")
_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_AT_START = re.compile(r"^(\s*)(?=#{1,6}(?:\s|$)|>|[-+](?:\s|$)|[-=]{2,}\s*$)", re.MULTILINE)
_NUMBERED = re.compile(r"^(\s*\d{1,9})([.)]\s)", re.MULTILINE)
_WIDE = str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻")
_LOW = str.maketrans("0123456789+-", "₀₁₂₃₄₅₆₇₈₉₊₋")
_MARKS = {"strong": "**", "em": "*", "s": "~~"}
_SCHEMES = ("http://", "https://", "mailto:")
_BACK = "↑"


@dataclass
class Block:
    #: heading, paragraph, list, quote, table
    form: str
    markdown: str
    #: Its words alone.
    plain: str
    #: Of a heading; 0 is the title of the whole.
    level: int = 0
    #: Nothing but bold words: a heading to those who do not use styles.
    is_bold: bool = False
    #: Cells of a table, or lines of a list or a paragraph, as plain words.
    rows: list[list[str]] = field(default_factory=list)


@dataclass
class Reading:
    """Blocks of one file, and what of it had no place in Markdown."""

    blocks: list[Block] = field(default_factory=list)
    #: Texts of links whose addresses lead to nobody's page, as of files on one's own disk.
    lost_links: list[str] = field(default_factory=list)
    nested_tables: int = 0
    merged_cells: int = 0
    notes: int = 0


def read(body: Element) -> Reading:
    found = Reading()
    for child in body.children:
        if isinstance(child, str):
            _add(found, "paragraph", Element("p", children=[child]))
        else:
            _block(found, child)
    return found


def _block(found: Reading, element: Element) -> None:
    name = element.name
    if re.fullmatch("h[1-6]", name):
        level = 0 if element.attributes.get("class") == "title" else int(name[1])
        _add(found, "heading", element, level=level)
    elif name in ("ul", "ol"):
        if any(li.attributes.get("id", "").partition("-")[0] in _NOTES for li in element.children
               if isinstance(li, Element)):  # fmt: skip
            found.notes = len(element.elements("li"))
        lines = list(_items(found, element, ""))
        rows = [[words] for words in map(plain, element.within("li")) if words]
        found.blocks.append(Block("list", "\n".join(lines), plain(element), rows=rows))
    elif name == "table":
        _table(found, element)
    elif name == "blockquote":
        inner = read(element)
        text = "\n\n".join(block.markdown for block in inner.blocks)
        quoted = "\n".join(f"> {line}".rstrip() for line in text.splitlines())
        found.blocks.append(Block("quote", quoted, plain(element)))
        found.lost_links += inner.lost_links
    else:
        _add(found, "paragraph", element)


#: How mammoth begins the id of a note.
_NOTES = ("footnote", "endnote")


def _add(found: Reading, form: str, element: Element, level: int = 0) -> None:
    # A heading is set off by its size: bold on top of it says nothing.
    text = _inline(found, element, is_marked=form != "heading").strip()
    words = plain(element)
    if not text:
        return
    if form == "heading":
        text = " ".join(text.replace("\\\n", " ").split())
    is_bold = form == "paragraph" and _is_bold(element)
    found.blocks.append(Block(form, text, words, level, is_bold, rows=[[words]] if words else []))


def _is_bold(element: Element) -> bool:
    parts = [c for c in element.children if not isinstance(c, str) or c.strip()]
    return bool(parts) and all(isinstance(c, Element) and c.name == "strong" for c in parts)


def _items(found: Reading, element: Element, indent: str) -> Iterator[str]:
    """Lines of a list; what stands in one item beside words is moved under it."""
    for number, item in enumerate(element.elements("li"), start=1):
        marker = f"{number}. " if element.name == "ol" else "- "
        under = indent + " " * len(marker)
        words = Element("p", children=[
            c for c in item.children
            if isinstance(c, str) or c.name not in ("ul", "ol", "table", "p")
        ])  # fmt: skip
        paragraphs = [words, *item.elements("p")]
        texts = [t for p in paragraphs if (t := _inline(found, p).strip().removesuffix(_BACK))]
        lines = "\n\n".join(texts).strip().splitlines() or [""]
        yield f"{indent}{marker}{lines[0]}".rstrip()
        yield from (f"{under}{line}".rstrip() for line in lines[1:])
        for inner in item.elements("ul", "ol"):
            yield from _items(found, inner, under)
        for table in item.elements("table"):
            found.nested_tables += 1
            yield f"{under}{_escaped(plain(table))}"


def _table(found: Reading, element: Element) -> None:
    rows, words = [], []
    for row in element.within("tr"):
        cells: list[str] = []
        said: list[str] = []
        for cell in row.elements("td", "th"):
            found.nested_tables += len(list(cell.within("table")))
            spans = [int(cell.attributes.get(n, "1") or 1) for n in ("colspan", "rowspan")]
            found.merged_cells += max(spans) > 1
            cells += [_cell(found, cell), *[""] * (min(spans[0], 64) - 1)]
            said += [plain(cell), *[""] * (min(spans[0], 64) - 1)]
        if any(cells):
            rows.append(cells)
            words.append(said)
    if not rows:
        return
    wide = max(map(len, rows))
    # One cell around everything is a frame, not a table.
    if wide == 1:
        for line in rows:
            found.blocks.append(Block("paragraph", line[0], plain(element), rows=words))
        return
    first, *rest = ([*row, *[""] * (wide - len(row))] for row in rows)
    lines = [first, ["---"] * wide, *rest]
    text = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    found.blocks.append(Block("table", text, plain(element), rows=words))


def _cell(found: Reading, cell: Element) -> str:
    """On one line, as a row of a table has only one."""
    text = _inline(found, cell).replace("\\\n", " ")
    return " ".join(text.replace("|", "\\|").split())


def _inline(found: Reading, element: Element, *, is_marked: bool = True) -> str:
    text = "".join(
        _escaped(child) if isinstance(child, str) else _inner(found, child, is_marked)
        for child in element.children
    )
    if element.name != "p":
        return text
    return _AT_START.sub(r"\1\\", _NUMBERED.sub(r"\1\\\2", text))


def _inner(found: Reading, element: Element, is_marked: bool) -> str:
    name = element.name
    if name == "br":
        return "\\\n"
    if name == "img":
        return PICTURE.format(element.attributes.get("src", ""))
    if name == "input":
        return "☒ " if "checked" in element.attributes else "☐ "
    text = _inline(found, Element("span", children=element.children), is_marked=is_marked)
    if name in ("p", "li", "td", "th", "tr", "ul", "ol", "table", "div"):
        return f" {text} "
    if name == "a":
        return _link(found, element, text)
    if name in ("sup", "sub"):
        digits = text.strip().strip("\\[]")
        script = _WIDE if name == "sup" else _LOW
        return digits.translate(script) if re.fullmatch(r"[\d+-]+", digits) else text
    if name in _MARKS and is_marked:
        return _around(text, _MARKS[name])
    return text


def _around(text: str, mark: str) -> str:
    """Marks touch words: the spaces of the marked part go outside of them."""
    bare = text.strip()
    if not bare or "\n" in bare or PICTURE[0] in bare:
        return text
    at = text.index(bare)
    return f"{text[:at]}{mark}{bare}{mark}{text[at + len(bare) :]}"


def _link(found: Reading, element: Element, text: str) -> str:
    address = element.attributes.get("href", "").strip()
    words = text.strip()
    if not words or not address or address.startswith("#"):
        return "" if words == _BACK else text
    if not address.lower().startswith(_SCHEMES) or PICTURE[0] in text:
        found.lost_links.append(plain(element) or address)
        return text
    return f"[{words}]({quote(one_line(address), safe=':/?#@!$&+,;=%~-._')})"


def plain(element: Element) -> str:
    """Its words on one line."""
    parts = []
    for child in element.children:
        words = child if isinstance(child, str) else plain(child)
        is_apart = isinstance(child, Element) and child.name not in (*_MARKS, "a", "sup", "sub")
        parts.append(f" {words} " if is_apart else words)
    return one_line(_OWN.sub("", "".join(parts))).removesuffix(_BACK).strip()


def _escaped(text: str) -> str:
    """Words that happen to look like Markdown stay words."""
    text = _OWN.sub("", text).replace("\xad", "").replace("\t", " ").replace("\n", " ")
    text = _UNDERSCORE.sub(r"\\_", _MARKUP.sub(r"\\\g<0>", text)).replace("~~", "\\~~")
    return _TAG.sub("\\\\<", _ENTITY.sub("\\\\&", text))
