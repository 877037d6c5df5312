"""What is looked at on a page in the browser; each look returns faults as sentences."""

import re
from typing import Any

import html5lib
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import ConsoleMessage, Page, Request, Response

#: Each page is brought axe as it loads, and starts it when asked: sending it takes as long as a run.
AXE = f"window.startAxe = () => {{ {AXE_SCRIPT} }};"
RUN_AXE = """([context, options]) => {
    if (!window.axe) startAxe();
    return axe.run(context, options).then(results => results.violations);
}"""
#: All of WCAG 2.2 A and AA; no rule is switched off.
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]

#: html5lib knows the standard of its day and no elements by name; these are fine in today's.
_FINE = {"unexpected-html-element-in-foreign-content-svg"}


class Ears:
    """Listens to console, policy violations, failed and foreign requests of one page."""

    def __init__(self, page: Page, origin: str) -> None:
        self.heard: list[str] = []
        self.origin = origin
        self.status_of_page = 0
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.heard.append(f"script error: {error}"))
        page.on("request", self._request)
        page.on("response", self._response)
        page.add_init_script(
            "window.violations = []; addEventListener('securitypolicyviolation',"
            " e => window.violations.push(e.violatedDirective + ' ' + e.blockedURI + ' ' + e.sample))"
        )
        page.add_init_script(AXE)

    def _console(self, message: ConsoleMessage) -> None:
        # The page itself may answer 404 or 422 and is meant to; its parts may not.
        # A form refused through htmx is sent again the plain way, which brings its page.
        expected = (
            "Failed to load resource" in message.text and "status of 4" in message.text
        ) or ("Response Status Error Code 422" in message.text)
        if message.type in ("error", "warning") and not expected:
            self.heard.append(f"console {message.type}: {message.text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.origin, "data:", "blob:")):
            self.heard.append(f"request to another place: {request.url}")

    def _response(self, response: Response) -> None:
        refused = response.status == 422 and "hx-request" in response.request.headers
        if response.status >= 400 and not refused and not response.request.is_navigation_request():
            self.heard.append(f"{response.status} for {response.url}")

    def all(self, page: Page) -> list[str]:
        violations = page.evaluate("window.violations || []")
        return self.heard + [f"content policy: {v}" for v in violations]


#: The frame of every page; the same for a person, a theme and a language.
SHELL = [["body > header"], ["body > footer"]]


def axe_faults(page: Page, *, shell: bool = True) -> list[str]:
    """What axe finds on the page, or on all of it but its frame."""
    context = {"include": [["html"]], "exclude": [] if shell else SHELL}
    # Without preloading: only experimental rules read style sheets, and those are in no tag here.
    options = {
        "runOnly": {"type": "tag", "values": TAGS},
        "resultTypes": ["violations"],
        "preload": False,
    }
    # Where a fault is takes long to work out: only if there is one.
    if not page.evaluate(RUN_AXE, [context, options | {"selectors": False}]):
        return []
    faults = []
    for violation in page.evaluate(RUN_AXE, [context, options]):
        for node in violation["nodes"][:5]:
            faults.append(
                f"axe {violation['id']}: {node['target']} {node.get('failureSummary', '')[:200]}"
            )
    return faults


def html_faults(source: str) -> list[str]:
    """Parse errors by the standard's own algorithm, and what a parser does not judge."""
    parser = html5lib.HTMLParser(strict=False, namespaceHTMLElements=False)
    tree = parser.parse(source)
    faults = [
        f"html {line}:{column} {code} {data}"
        for (line, column), code, data in parser.errors
        if code not in _FINE
    ]
    return faults + _structure_faults(tree)


def _structure_faults(tree: Any) -> list[str]:
    ids = [node.get("id") for node in tree.iter() if node.get("id") is not None]
    known = set(ids)
    faults = [
        f"html id {name!r} occurs {ids.count(name)} times" for name in known if ids.count(name) > 1
    ]
    faults += [
        f"html id {name!r} has a space or is empty" for name in known if not name or " " in name
    ]
    for node in tree.iter():
        if not isinstance(node.tag, str):
            continue
        faults += [f"html <{node.tag}> {fault}" for fault in _faults_of(node, known)]
    return faults


_ONLY = {
    "ul": {"li", "script", "template"},
    "ol": {"li", "script", "template"},
    "dl": {"dt", "dd", "div", "script", "template"},
    "tr": {"td", "th", "script", "template"},
    "select": {"option", "optgroup", "hr"},
}
_OBSOLETE = {"center", "font", "big", "tt", "strike", "marquee", "frame", "acronym"}
_INTERACTIVE = {"a", "button", "input", "select", "textarea", "label", "details"}
_BLOCKS = {
    "div",
    "p",
    "ul",
    "ol",
    "dl",
    "table",
    "section",
    "h1",
    "h2",
    "h3",
    "h4",
    "form",
    "figure",
}


def _faults_of(node: Any, known: set[str]) -> list[str]:
    tag, children = node.tag, [c for c in node if isinstance(c.tag, str)]
    faults = []
    for attribute in ("for", "form", "list"):
        if node.get(attribute) and node.get(attribute) not in known:
            faults.append(f"{attribute}={node.get(attribute)!r} points nowhere")
    for attribute in ("aria-labelledby", "aria-describedby", "aria-controls", "aria-errormessage"):
        for name in (node.get(attribute) or "").split():
            if name not in known:
                faults.append(f"{attribute} points to {name!r}, which is nowhere")
    if node.get("style") is not None or any(name.startswith("on") for name in node.keys()):  # noqa: SIM118 - an element, not a dict
        faults.append("has style or an event handler as attribute")
    if tag in _OBSOLETE:
        faults.append("is obsolete")
    if tag == "img" and node.get("alt") is None:
        faults.append("has no alt")
    if tag in _ONLY:
        faults += [f"holds <{c.tag}>" for c in children if c.tag not in _ONLY[tag]]
    if tag in ("a", "button"):
        inside = [c.tag for c in node.iter() if c is not node and c.tag in _INTERACTIVE]
        faults += [f"holds interactive <{inner}>" for inner in inside]
    if tag in ("span", "button", "label", "h1", "h2", "h3"):
        faults += [f"holds block <{c.tag}>" for c in children if c.tag in _BLOCKS]
    return faults


def frame_faults(page: Page, language: str) -> list[str]:
    """One h1, a title, landmarks, the right language."""
    facts = page.evaluate(
        """() => ({
            h1: [...document.querySelectorAll('h1')].filter(h => h.checkVisibility()).length,
            lang: document.documentElement.lang, title: document.title.trim(),
            main: document.querySelectorAll('main').length,
            levels: [...document.querySelectorAll('h1,h2,h3,h4,h5,h6')]
                .filter(h => h.checkVisibility()).map(h => +h.tagName[1]),
        })"""
    )
    faults = []
    if facts["h1"] != 1:
        faults.append(f"{facts['h1']} h1 on the page")
    if facts["lang"][:2] != language:
        faults.append(f"lang is {facts['lang']!r}, the reader's language is {language!r}")
    if facts["main"] != 1 or not facts["title"]:
        faults.append("no main or no title")
    steps = zip(facts["levels"], facts["levels"][1:], strict=False)
    faults += [f"heading level jumps from {a} to {b}" for a, b in steps if b > a + 1]
    return faults


def error_faults(page: Page) -> list[str]:
    """A refused form: a summary that links to its fields, and each field tied to its message."""
    facts = page.evaluate(
        """() => ({
            title: document.title,
            links: [...document.querySelectorAll('.error-summary a')].map(a => a.getAttribute('href')),
            found: [...document.querySelectorAll('.error-summary a')]
                .filter(a => document.getElementById((a.getAttribute('href') || '#').slice(1))).length,
            invalid: [...document.querySelectorAll('[aria-invalid="true"]')].map(f => [f.name,
                (f.getAttribute('aria-describedby')
                    || f.closest('fieldset')?.getAttribute('aria-describedby') || '').split(' ')
                    .some(id => document.getElementById(id)?.textContent.trim())]),
        })"""
    )
    faults = []
    if not facts["links"]:
        faults.append("errors: no summary with links")
    if facts["found"] != len(facts["links"]):
        faults.append(f"errors: the summary links to fields that are not there: {facts['links']}")
    if not facts["invalid"]:
        faults.append("errors: no field is marked as invalid")
    faults += [
        f"errors: {name} is not tied to its message" for name, tied in facts["invalid"] if not tied
    ]
    if not re.match(r"(Error|Fel):", facts["title"]):
        faults.append(f"errors: the title does not say so: {facts['title']!r}")
    return faults


def script_faults(page: Page) -> list[str]:
    """What the server sent says what the page says: scripts bring nothing that one must read."""
    bare, whole = page.evaluate(
        """async () => {
            const words = page => page.querySelector('main').textContent.replace(/\\s+/g, ' ').length;
            const source = await (await fetch(location.href)).text();
            return [words(new DOMParser().parseFromString(source, 'text/html')), words(document)];
        }"""
    )
    return [f"without JavaScript {bare} of {whole} characters"] if bare < 0.9 * whole else []


def sideways(page: Page) -> list[str]:
    """What makes the page scroll sideways."""
    return list(
        page.evaluate(
            """() => {
                const wide = document.documentElement.clientWidth, found = [];
                if (document.documentElement.scrollWidth <= wide) return [];
                for (const e of document.body.querySelectorAll('*')) {
                    const box = e.getBoundingClientRect();
                    if (box.right > wide + 1 && box.width > 0 && !e.closest('[data-scrolls], .table-scroll'))
                        found.push(e.tagName.toLowerCase() + '.' + e.className + ' to ' + Math.round(box.right));
                }
                return found.slice(0, 5).concat('page is ' + document.documentElement.scrollWidth + ' wide');
            }"""
        )
    )


def forced_colour_faults(page: Page) -> list[str]:
    """Buttons and fields keep an edge where the system takes the colours away."""
    page.emulate_media(forced_colors="active")
    bare = page.evaluate(
        """() => [...document.querySelectorAll('button, .button, input:not([type=hidden]), select, textarea')]
            .filter(e => e.checkVisibility() && !e.closest('.visually-hidden') && !e.matches('[type=file]'))
            .filter(e => { const s = getComputedStyle(e); return !['Top', 'Bottom', 'Left', 'Right'].some(
                side => parseFloat(s['border' + side + 'Width']) > 0 && s['border' + side + 'Style'] !== 'none')
                && !s.textDecorationLine.includes('underline') && !['checkbox', 'radio'].includes(e.type)
                && !e.querySelector('svg'); })
            .map(e => e.outerHTML.slice(0, 90))"""
    )
    page.emulate_media(forced_colors="none")
    return [f"forced colours: no edge on {one}" for one in bare[:3]]


def motion_faults(page: Page) -> list[str]:
    page.emulate_media(reduced_motion="reduce")
    moving = page.evaluate(
        """() => { const open = [...document.querySelectorAll('a, button')].slice(0, 60);
            return open.filter(e => getComputedStyle(e).transitionDuration.split(',')
                .some(d => parseFloat(d) > 0.01)).map(e => e.className).concat(
                document.getAnimations().filter(a => a instanceof CSSAnimation && a.playState === 'running').map(a => 'animation')); }"""
    )
    page.emulate_media(reduced_motion="no-preference")
    return [f"moves though motion is unwanted: {moving[:3]}"] if moving else []


_FOCUSED = """() => { const e = document.activeElement;
    if (!e || e === document.body) return null;
    const s = getComputedStyle(e), b = e.getBoundingClientRect();
    const ring = (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2) || s.boxShadow !== 'none';
    e.dataset.walked = '1';
    return { what: e.outerHTML.slice(0, 100), ring, skip: e.classList.contains('skip'),
        seen: b.width > 0 && b.height > 0 && b.bottom > 0 && b.top < innerHeight && b.right > 0
              && b.left < innerWidth };
}"""
_REACHABLE = """() => [...document.querySelectorAll(
    'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]')]
    .filter(e => e.checkVisibility({visibilityProperty: true}) && !e.disabled && e.tabIndex >= 0
        && !(e.type === 'radio' && !e.checked) && !e.closest('details:not([open]) > :not(summary)')
        && !e.dataset.walked && !e.closest('[inert]'))
    .map(e => e.outerHTML.slice(0, 100))"""


def keyboard_faults(page: Page, most: int = 150) -> list[str]:
    """Tab through the whole page: skip link first, every stop in view with a ring, all reached."""
    page.evaluate("() => { document.activeElement?.blur(); scrollTo(0, 0); }")
    faults, steps = [], 0
    for steps in range(most):
        page.keyboard.press("Tab")
        stop = page.evaluate(_FOCUSED)
        if stop is None:
            break
        if steps == 0 and not stop["skip"]:
            faults.append(f"keyboard: the first stop is no skip link but {stop['what']}")
        if not stop["ring"]:
            faults.append(f"keyboard: no focus ring on {stop['what']}")
        if not stop["seen"]:
            faults.append(f"keyboard: focus out of sight on {stop['what']}")
    if steps < most - 1:
        faults += [f"keyboard: not reached: {one}" for one in page.evaluate(_REACHABLE)[:3]]
    return faults[:8]
