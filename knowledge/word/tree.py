"""The HTML that mammoth makes of a Word file, as a tree of elements and words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = frozenset(("br", "img", "input", "hr"))


@dataclass
class Element:
    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element | str] = field(default_factory=list)

    def elements(self, *names: str) -> list[Element]:
        """Children of these names, in their order."""
        return [c for c in self.children if isinstance(c, Element) and c.name in names]

    def within(self, name: str) -> Iterator[Element]:
        """All of the name inside, but not what is inside of one."""
        for child in self.children:
            if isinstance(child, Element):
                if child.name == name:
                    yield child
                else:
                    yield from child.within(name)


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open = [Element("body")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        made = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(made)
        if tag not in _VOID:
            self.open.append(made)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].children.append(Element(tag, {n: v or "" for n, v in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if len(self.open) > 1 and self.open[-1].name == tag:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def tree(html: str) -> Element:
    """Of well-formed HTML."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    return builder.open[0]
