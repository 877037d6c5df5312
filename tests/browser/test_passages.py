"""Selected words offer a note on them, counted by the script as the server counts them."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page

from hub import markdown
from knowledge.anchoring import Place
from knowledge.passages import Mark, Section
from tests.browser.conftest import Stage

pytestmark = pytest.mark.browser

RICH = (
    "Vi **hyrde [två](https://example.org/) maskiner**, 🚜 och é.\n\n- Ett\n  - *Två* ord\n- Tre\n\n"
    "| a | b |\n|---|---|\n| c d | e |\n\n> Citat\n> på två rader\n"
)
#: Selects from one text to another, by their numbers among all texts, and says what was selected.
SELECT = """([first, from, last, to]) => {
  const prose = document.querySelector("[data-passages]");
  const walker = document.createTreeWalker(prose, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode())
    if (!walker.currentNode.parentElement.closest(".passage-number, .passage-add")) texts.push(walker.currentNode);
  getSelection().setBaseAndExtent(texts[first], from, texts[last], Math.min(to, texts[last].length));
}"""
HREF = "() => document.querySelector('[data-passage-offer]:not([hidden]) a')?.getAttribute('href')"


@pytest.fixture
def page(stage: Stage) -> Iterator[Page]:
    context = stage.enter("researcher")
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
    page.goto(stage.world["article_public"].get_absolute_url())
    yield page
    context.close()
    assert faults == []


def offered(page: Page) -> dict[str, str]:
    page.wait_for_timeout(300)
    query = parse_qs(urlsplit(page.evaluate(HREF)).query)
    return {name: values[0] for name, values in query.items()}


def test_selected_words_become_the_quote_of_a_note(page):
    page.evaluate(SELECT, [0, 3, 2, 9])
    asked = offered(page)
    assert (asked["version"], asked["section"]) == ("1", "tried")
    page.keyboard.press("Tab")
    page.locator("[data-passage-offer] a").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/notes/new/**")
    assert page.input_value("#id_quote") == "rented two machines"


def test_the_script_counts_as_the_server_does(page):
    section = Section(markdown.render(RICH))
    marks = [
        Mark(Place(3, 12), "passage-1", '<sup class="passage-number"><a href="#c">1</a></sup>')
    ]
    add = ['<a class="passage-add" href="#a">+</a>'] * len(section.paragraphs)
    shown = section.marked(marks, add)
    page.evaluate("html => { document.querySelector('[data-passages]').innerHTML = html }", shown)
    count = len(Section(section.marked(marks)).texts) - 1
    tried = 0
    for first in range(0, count, 2):
        for last in range(first, min(first + 7, count), 3):
            page.evaluate("() => getSelection().removeAllRanges()")
            page.evaluate(SELECT, [first, 0, last, 4])
            page.wait_for_timeout(220)
            href = page.evaluate(HREF)
            if href is None:
                continue
            query = parse_qs(urlsplit(href).query)
            start, end = int(query["start"][0]), int(query["end"][0])
            said = page.evaluate("() => getSelection().toString()")
            words = " ".join(said.split())
            assert "".join(section.text[start:end].split()) == "".join(words.split())
            tried += 1
    assert tried > 10


def test_nothing_is_offered_outside_the_text(page):
    page.evaluate("() => getSelection().selectAllChildren(document.querySelector('h1'))")
    page.wait_for_timeout(300)
    assert page.evaluate(HREF) is None
