"""Texts that try to become programs, and how to tell whether one did (trust 27)."""

import json
import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

_CODES = ["alert(1)", "top.x=1"]
_TAGS = [
    "<script>{c}</script>",
    "<SCRIPT SRC=//e.example/x.js></SCRIPT>",
    "<scr<script>ipt>{c}</scr</script>ipt>",
    "<script\x0b>{c}</script>",
    "<img src=x onerror={c}>",
    '<img src=x onerror="{c}">',
    "<img/src='x'/onerror='{c}'>",
    "<img src=`x`onerror={c}>",
    "<svg onload={c}>",
    "<svg><script>{c}</script></svg>",
    "<svg><animate onbegin={c} attributeName=x dur=1s>",
    "<svg><a xlink:href=javascript:{c}><text>x</text></a></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror={c}>",
    "<math href='javascript:{c}'>x</math>",
    "<iframe src=javascript:{c}></iframe>",
    "<iframe srcdoc='&lt;script&gt;{c}&lt;/script&gt;'></iframe>",
    "<object data=javascript:{c}></object>",
    "<embed src=javascript:{c}>",
    "<body onload={c}>",
    "<details open ontoggle={c}>x</details>",
    "<video><source onerror={c}></video>",
    "<audio src=x onerror={c}>",
    "<input autofocus onfocus={c}>",
    "<select autofocus onfocus={c}>",
    "<textarea autofocus onfocus={c}>",
    "<marquee onstart={c}>",
    "<form action=javascript:{c}><button>x</button></form>",
    "<button formaction=javascript:{c}>x</button>",
    "<a href=javascript:{c}>x</a>",
    "<a href='java\tscript:{c}'>x</a>",
    "<a href='&#106;avascript:{c}'>x</a>",
    "<base href=//e.example/>",
    "<link rel=stylesheet href=//e.example/x.css>",
    "<meta http-equiv=refresh content='0;url=javascript:{c}'>",
    "<style>*{{background:url(javascript:{c})}}</style>",
    "<p style=\"background:url('javascript:{c}')\">x</p>",
    "<div hx-get=/x hx-trigger=load hx-on:load={c}>x</div>",
    "<template><script>{c}</script></template>",
    "<noscript><p title='</noscript><img src=x onerror={c}>'>",
    "<!--><img src=x onerror={c}>-->",
    "<![CDATA[<script>{c}</script>]]>",
    "<?xml-stylesheet href='javascript:{c}'?>",
    "</textarea><script>{c}</script>",
    "</title><script>{c}</script>",
    "'\"><script>{c}</script>",
    '"onmouseover="{c}',
    "' autofocus onfocus='{c}",
    "</script><script>{c}</script>",
    "{{{{ {c} }}}}{{% debug %}}",
]
_MARKDOWN = [
    "[x](javascript:{c})",
    "[x](JaVaScRiPt:{c})",
    "[x](java&#115;cript:{c})",
    "[x](javascript&colon;{c})",
    "[x](java\\script:{c})",
    "[x]( javascript:{c})",
    "[x](<javascript:{c}>)",
    "[x](data:text/html,<script>{c}</script>)",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](vbscript:{c})",
    "[x](file:///etc/passwd)",
    '[x](//e.example/"onclick="{c})',
    '[x](http://e.example "t" onclick={c})',
    "[x](http://e.example 't\" onclick=\"{c}')",
    "[x][r]\n\n[r]: javascript:{c}",
    "[x][r]\n\n[r]: <data:text/html,{c}>",
    "![x](javascript:{c})",
    '![x" onerror="{c}](http://e.example/x.png)',
    '![x](http://e.example/x.png "t\\" onerror=\\"{c}")',
    "![<img src=x onerror={c}>](/files/1/)",
    "<javascript:{c}>",
    "<data:text/html,{c}>",
    '<http://e.example/"onclick="{c}>',
    '```" onclick="{c}\nx\n```',
    "```html\n<script>{c}</script>\n```",
    "`<script>{c}</script>`",
    "| a |\n|---|\n| <img src=x onerror={c}> |",
    "> <script>{c}</script>",
    "- <iframe src=javascript:{c}>",
    "# <script>{c}</script>",
    "**<script>{c}</script>**",
    "&lt;script&gt;{c}&lt;/script&gt;",
    "&#60;script&#62;{c}&#60;/script&#62;",
    "\\<script>{c}\\</script>",
    "<a\nhref=javascript:{c}>x</a>",
    "[a](javascript:{c} 'b')",
    "[<img src=x onerror={c}>](http://e.example)",
    "~~<svg onload={c}>~~",
]
PAYLOADS = [shape.format(c=code) for shape in _TAGS + _MARKDOWN for code in _CODES]

_FOREIGN = {
    "iframe",
    "object",
    "embed",
    "base",
    "style",
    "math",
    "marquee",
    "template",
    "applet",
    "frame",
}
_ADDRESSES = {"href", "src", "action", "formaction", "data", "xlink:href", "poster", "srcdoc"}


class _Eyes(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        #: The text of a script element that is data; its end is the first that a browser sees.
        self.data: str | None = None

    def handle_data(self, data: str) -> None:
        if self.data is not None:
            self.data += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "script" and self.data is not None:
            if not _is_json(self.data):
                self.found.append("<script> that is no data")
            self.data = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name.lower(): value or "" for name, value in attrs}
        if tag == "script" and given == {"type": "application/ld+json"}:
            self.data = ""
            return
        if tag in _FOREIGN or (tag == "script" and not given.get("src", "").startswith("/static/")):
            self.found.append(f"<{tag}>")
        if tag == "meta" and "http-equiv" in given:
            self.found.append("<meta http-equiv>")
        for name, value in given.items():
            if name.startswith(("on", "hx-on")) or name in ("style", "srcdoc"):
                self.found.append(f"<{tag} {name}>")
            if name in _ADDRESSES and not _is_harmless(value):
                self.found.append(f"<{tag} {name}={value}>")
        if tag in ("img", "link") and urlsplit(given.get("src") or given.get("href", "")).netloc:
            self.found.append(f"<{tag}> of another site")


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _is_harmless(address: str) -> bool:
    plain = "".join(c for c in address if c.isprintable() and not c.isspace()).lower()
    first = re.split("[/?#]", plain, maxsplit=1)[0]
    scheme = first.partition(":")[0] if ":" in first else ""
    return scheme in ("", "http", "https", "mailto")


def alive(html: str) -> list[str]:
    """What in this page could run or load by itself."""
    eyes = _Eyes()
    eyes.feed(html)
    eyes.close()
    return eyes.found
