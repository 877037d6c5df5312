"""Every page × role × state in a real Chromium (trust 26, 38, 39), driven by tests/pages.

The everyday walk covers every page, role and state, and gives each page both themes and both
languages; `make soak` walks the full product.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.utils import translation
from playwright.sync_api import Page as Tab
from playwright.sync_api import Response

from tests.browser import looking
from tests.browser.conftest import Stage
from tests.pages import Page, State, pages

pytestmark = pytest.mark.browser

PAGES = list(pages())
#: Theme and language of a page's visits, in turn: two visits meet all four.
TURNS = (("light", "en"), ("dark", "sv"), ("light", "sv"), ("dark", "en"))


@dataclass(frozen=True)
class Visit:
    role: str
    state: str
    theme: str
    language: str

    def __str__(self) -> str:
        return f"[{self.role}, {self.state}, {self.theme}, {self.language}]"


def visits(page: Page, *, everything: bool = False) -> list[Visit]:
    """The full state as every role, the other states as the first role that may see them."""
    plain = [(role, "full") for role in page.roles]
    # The last role has the most to see and to do.
    others = [(page.roles[-1], state) for state in page.states]
    if len(plain + others) == 1:
        plain *= 2
    if everything:
        return [Visit(r, s, t, la) for r, s in dict.fromkeys(plain + others) for t, la in TURNS]
    return [
        Visit(role, state, *TURNS[n % len(TURNS)]) for n, (role, state) in enumerate(plain + others)
    ]


def opened(stage: Stage, page: Page, visit: Visit, tab: Tab) -> Response | None:
    """Bring the page into its state; the answer that the state's source stands in."""
    state = page.states.get(visit.state, State())
    if state.prepare is not None:
        with stage.site.own_database(), translation.override(visit.language):
            state.prepare(stage.world)
    answer = tab.goto(page.url(stage.world, state), wait_until="load")
    if state.send is not None:
        answer = sent(tab, dict(state.send))
    if state.click is not None:
        tab.locator(state.click).first.click()
        tab.locator(".htmx-request").first.wait_for(state="detached")
    return answer


def sent(tab: Tab, fields: dict[str, str]) -> Response | None:
    """Fill the main form and send it past the browser's own checks."""
    form = tab.locator("main form[method=post]").filter(
        has=tab.locator(f"[name='{next(iter(fields))}']")
    )
    form.first.evaluate("f => { f.noValidate = true; f.removeAttribute('data-unsaved'); }")
    for name, value in fields.items():
        field = form.first.locator(f"[name='{name}']").first
        kind = field.evaluate("f => f.type || f.tagName")
        if kind in ("checkbox", "radio"):
            form.first.locator(f"[name='{name}'][value='{value}']").check()
        elif kind.startswith("select"):
            field.select_option(value)
        else:
            # Past widgets that correct what is typed: the bad value is what is tested.
            field.evaluate(
                "(f, v) => { f.type === 'date' && (f.type = 'text'); f.value = v; }", value
            )
    with tab.expect_navigation() as going:
        main = form.first.locator("button.primary")
        (main if main.count() else form.first.locator("button:not([type=button])")).last.click()
    return going.value


def faults_of(stage: Stage, page: Page, visit: Visit) -> Iterator[str]:
    with stage.look(visit.role, color_scheme=visit.theme, locale=visit.language) as (tab, ears):
        try:
            answer = opened(stage, page, visit, tab)
            status = answer.status if answer else 0
            state = page.states.get(visit.state, State())
            if state.send is not None:
                if status != 422:
                    yield f"a refused form answers 422, this was {status}"
                yield from looking.error_faults(tab)
            elif status != 200:
                yield f"answers {status}"
            if answer is not None and state.click is None:
                yield from looking.html_faults(answer.text())
            yield from looking.frame_faults(tab, visit.language)
            is_new = stage.is_first(visit.role, visit.theme, visit.language)
            yield from looking.axe_faults(tab, shell=is_new)
            yield from ears.all(tab)
        finally:
            if page.states.get(visit.state, State()).prepare is not None:
                stage.reset()


def walk(stage: Stage, page: Page, *, everything: bool = False) -> list[str]:
    found = []
    for visit in visits(page, everything=everything):
        stage.speak(visit.language)
        found += [f"{visit} {fault}" for fault in faults_of(stage, page, visit)]
    return found


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_page_is_sound(page: Page, stage: Stage) -> None:
    faults = walk(stage, page)
    assert not faults, "\n".join(faults)


@pytest.mark.soak
@pytest.mark.parametrize("page", PAGES, ids=str)
def test_page_is_sound_in_every_theme_and_language(page: Page, stage: Stage) -> None:
    faults = walk(stage, page, everything=True)
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_page_fits_everybody(page: Page, stage: Stage) -> None:
    """320 px, text at 200 %, forced colours, less motion, the keyboard alone, the source alone."""
    role, url = page.roles[-1], page.url(stage.world)
    stage.speak("sv")
    with stage.look(role, locale="sv", color_scheme="light") as (tab, _):
        tab.goto(url, wait_until="load")
        faults = looking.script_faults(tab)
        faults += looking.keyboard_faults(tab)
        faults += looking.forced_colour_faults(tab)
        faults += looking.motion_faults(tab)
        tab.set_viewport_size({"width": 320, "height": 700})
        faults += [f"320 px: {one}" for one in looking.sideways(tab)]
        tab.set_viewport_size({"width": 1280, "height": 900})
        tab.evaluate("document.documentElement.style.fontSize = '200%'")
        faults += [f"200 % text: {one}" for one in looking.sideways(tab)]
    assert not faults, "\n".join(faults)


@pytest.mark.soak
@pytest.mark.parametrize("page", PAGES, ids=str)
def test_page_says_the_same_without_javascript(page: Page, stage: Stage) -> None:
    role, url = page.roles[-1], page.url(stage.world)
    said = []
    for has_script in (True, False):
        with stage.look(role, locale="sv", java_script_enabled=has_script) as (tab, _):
            tab.goto(url, wait_until="load")
            said.append(len(tab.locator("main").inner_text()))
    assert said[1] >= 0.9 * said[0], said


def test_first_visit_is_light(stage: Stage) -> None:
    """At most 60 KB compressed and 8 requests for everything a first visit loads."""
    import brotli

    window = stage.enter("visitor")
    tab = window.new_page()
    sizes: dict[str, int] = {}
    line = window.new_cdp_session(tab)
    line.send("Network.enable")
    urls: dict[str, str] = {}
    line.on(
        "Network.responseReceived", lambda e: urls.update({e["requestId"]: e["response"]["url"]})
    )
    line.on(
        "Network.loadingFinished",
        lambda e: sizes.update({urls.get(e["requestId"], "?"): int(e["encodedDataLength"])}),
    )
    answer = tab.goto("/", wait_until="networkidle")
    assert answer is not None
    # A proxy in front compresses pages; static files come compressed from us.
    page_size = len(brotli.compress(answer.body(), quality=5))
    total = page_size + sum(size for url, size in sizes.items() if url != answer.url)
    window.close()
    assert len(sizes) <= 8, sizes
    assert page_size <= 14_000, page_size
    assert total <= 60_000, {**sizes, answer.url: page_size}
