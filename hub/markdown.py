"""Markdown to HTML that is safe to show: parsed without HTML, then cleaned by a list.

Two walls stand behind each other: markdown-it never passes HTML on, and nh3 keeps only what is
named here. No input may cost the parser more than `MOST_STEPS`: past them the text is shown as
plain paragraphs, on a slow machine as on a fast one.
"""

import re
import threading
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import nh3
from django.conf import settings
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

#: Rises when the HTML of the same text changes: cached HTML of lower versions is made anew.
VERSION = 1
#: Characters; longer texts are refused by forms long before.
LONGEST = 100_000
#: Rules tried by the parser. A real text of the longest kind takes about 10,000.
MOST_STEPS = 30_000

#: Address of an own picture → its width and height in pixels.
Pictures = Mapping[str, tuple[int, int]]

_TAGS = frozenset(
    (
        *("p", "br", "hr", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote"),
        *("pre", "code", "em", "strong", "s", "a", "img"),
        *("table", "thead", "tbody", "tr", "th", "td"),
    )
)
_ATTRIBUTES = {
    "a": {"href", "title", "rel"},
    "img": {"src", "alt", "title", "width", "height", "loading"},
    "ol": {"start"},
}
_CLASSES = {
    "th": {"align-left", "align-center", "align-right"},
    "td": {"align-left", "align-center", "align-right"},
}
#: Never in a text's own HTML: put there by a page for one reader (knowledge.passages).
_MARKS = {
    "mark": {"id"},
    "sup": set[str](),
    "a": _ATTRIBUTES["a"] | {"aria-label", "lang"},
}
_MARK_CLASSES = {
    "mark": {"passage"},
    "sup": {"passage-number"},
    "a": {"passage-add"},
}

_SCHEMES = ("http:", "https:", "mailto:")
_WEB = ("http://", "https://")
_BLOCK = re.compile(
    r"</?(?:p|br|hr|h\d|[uo]l|li|blockquote|pre|table|thead|tbody|t[rhd]|div)\b[^>]*>"
)
_TAG = re.compile(r"<[^>]*>")


class _TooLong(Exception):
    pass


class _Way(threading.local):
    steps = 0

    def begin(self) -> None:
        self.steps = 0

    def step(self) -> None:
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise _TooLong


_way = _Way()


def render(text: str, *, top_heading: int = 3, pictures: Pictures | None = None) -> SafeString:
    """`text` as HTML whose highest heading is `top_heading`; shows only the `pictures` named."""
    text = text.replace("\x00", "")
    _way.begin()
    if len(text) > LONGEST:
        return as_paragraphs(text)
    parser = _parser()
    try:
        tokens = parser.parse(text, {"top_heading": top_heading, "pictures": pictures or {}})
        html = parser.renderer.render(tokens, parser.options, {})
    except (_TooLong, RecursionError):
        return as_paragraphs(text)
    return clean(html)


def links(text: str) -> list[str]:
    """The addresses on the web, outside this hub, that the rendered text leads to, each once."""
    _way.begin()
    if len(text) > LONGEST:
        return []
    try:
        tokens = _parser().parse(text.replace("\x00", ""), {"top_heading": 3, "pictures": {}})
    except (_TooLong, RecursionError):
        return []
    inside = (child for token in tokens for child in token.children or [])
    found = (str(child.attrGet("href") or "") for child in inside if child.type == "link_open")
    return list(dict.fromkeys(a for a in found if a.startswith(_WEB) and _is_foreign(a)))


def as_paragraphs(text: str) -> SafeString:
    """Plain text: blank lines part paragraphs, nothing is marked up."""
    parts = [escape(p).replace("\n", "<br>") for p in re.split(r"\n[ \t]*\n", text) if p.strip()]
    return mark_safe("".join(f"<p>{part}</p>" for part in parts))  # noqa: S308 - escaped above


def plain(html: str, length: int = 0) -> str:
    """The words of rendered HTML on one line, cut at a word to `length` characters."""
    words = " ".join(_unescape(_TAG.sub("", _BLOCK.sub(" ", html))).split())
    if not length or len(words) <= length:
        return words
    return words[: length - 1].rsplit(" ", 1)[0].rstrip(",;:–-") + "…"


def _unescape(text: str) -> str:
    import html

    return html.unescape(text)


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": 20, "xhtmlOut": False})
    parser.enable(["table", "strikethrough"]).disable(["html_block", "html_inline"])
    parser.core.ruler.push("hub", _adapt)
    # The first rule of each chain runs at every step of the parser: it is counted.
    for chain in (parser.inline.ruler, parser.block.ruler):
        first = chain.__rules__[0]
        chain.at(first.name, _counted(first.fn), {"alt": first.alt})
    return parser


def _counted(rule: Callable[..., Any]) -> Callable[..., Any]:
    def counted(*args: Any) -> Any:
        _way.step()
        return rule(*args)

    return counted


def _adapt(state: StateCore) -> None:
    """Headings below the page's own, alignment as classes, links and pictures by our rules."""
    shift = state.env["top_heading"] - 1
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1]) + shift)}"
        elif token.type in ("th_open", "td_open"):
            style = str(token.attrs.pop("style", ""))
            if style.startswith("text-align:"):
                token.attrSet("class", f"align-{style.removeprefix('text-align:')}")
        elif token.type == "inline":
            token.children = _inline(token.children or [], state.env["pictures"])


def _inline(tokens: Sequence[Token], pictures: Pictures) -> list[Token]:
    kept = []
    for token in tokens:
        if token.type == "link_open":
            _guard_link(token)
        kept.append(_picture(token, pictures) if token.type == "image" else token)
    return kept


def _guard_link(token: Token) -> None:
    address = str(token.attrGet("href") or "")
    # What stands before a colon is a scheme, or may be taken for one by some reader.
    scheme = re.split("[/?#]", address, maxsplit=1)[0].lower()
    if ":" in scheme and not scheme.startswith(_SCHEMES):
        token.attrs = {}
    elif _is_foreign(address):
        token.attrSet("rel", "nofollow noopener")


def _is_foreign(address: str) -> bool:
    try:
        host = urlsplit(address.replace("\\", "/")).netloc
    except ValueError:
        return True
    return bool(host) and host != urlsplit(settings.BASE_URL).netloc


def _picture(token: Token, pictures: Pictures) -> Token:
    """Own pictures keep their place on the page; a foreign one would tell who reads: words only."""
    size = pictures.get(str(token.attrGet("src") or ""))
    if size is None:
        words = token.content or gettext("picture")
        return Token("text", "", 0, content=f"[{words}]", level=token.level)
    token.attrSet("width", str(size[0]))
    token.attrSet("height", str(size[1]))
    token.attrSet("loading", "lazy")
    return token


def clean(html: str, *, with_marks: bool = False) -> SafeString:
    """Only what is named above; `with_marks` also what a page puts around and beside passages."""
    cleaned = nh3.clean(
        html,
        tags=_TAGS | _MARKS.keys() if with_marks else set(_TAGS),
        attributes=_ATTRIBUTES | _MARKS if with_marks else _ATTRIBUTES,
        allowed_classes=_CLASSES | _MARK_CLASSES if with_marks else _CLASSES,
        link_rel=None,
        url_schemes={"http", "https", "mailto"},
    )
    return mark_safe(cleaned)  # noqa: S308 - cleaned by the line above
