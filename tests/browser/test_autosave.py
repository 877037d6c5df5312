"""Nothing typed is lost: not where the connection drops, nor where a form's answer never comes."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Error, Page, expect

from tests.browser.conftest import Stage

pytestmark = pytest.mark.browser

NEW = "/knowledge/new/?kind=experience&fresh"
STATE = "main [data-autosave-state]"
TITLE, WORDS = "Heat from the bakery", "Two ovens, one pool."
OFFER = f"{STATE} button"


@pytest.fixture
def window(stage: Stage) -> Iterator[BrowserContext]:
    context = stage.enter("staff", locale="en")
    yield context
    context.close()
    stage.reset()


def opened(window: BrowserContext, path: str = NEW) -> Page:
    page = window.new_page()
    page.goto(path)
    return page


def typed_in(page: Page) -> None:
    page.fill("main [name=title]", TITLE)
    page.check("main [name=domains][value=mobility]")
    page.fill("main [name=tried]", WORDS)
    page.fill("main [name=setback]", "Flour in the filters.")


def assert_all_there(page: Page) -> None:
    expect(page.locator("main [name=title]")).to_have_value(TITLE)
    expect(page.locator("main [name=domains][value=mobility]")).to_be_checked()
    expect(page.locator("main [name=tried]")).to_have_value(WORDS)


def test_a_text_typed_without_a_network_is_found_again(window: BrowserContext) -> None:
    page = opened(window)
    window.set_offline(True)
    typed_in(page)
    expect(page.locator(f"{STATE}[data-kind=failed]")).to_be_visible(timeout=10_000)
    page.close()
    window.set_offline(False)
    again = opened(window)
    # In whichever language this person was left with by the pages looked at before.
    expect(again.locator(STATE)).to_contain_text(TITLE)
    again.click(OFFER)
    assert_all_there(again)
    expect(again.locator(f"{STATE}[data-kind=saved]")).to_be_visible(timeout=10_000)
    again.close()
    # It is the hub's now, and goes on where it was.
    last = opened(window, "/knowledge/new/?kind=experience")
    assert_all_there(last)
    expect(last.locator(OFFER)).to_have_count(0)


def test_a_form_whose_answer_never_came_is_not_lost(window: BrowserContext) -> None:
    page = opened(window)
    typed_in(page)
    window.set_offline(True)
    with pytest.raises(Error):
        page.click("main button[value=publish]")
        page.wait_for_url("**/knowledge/heat-from-the-bakery/", timeout=3000)
    page.close()
    window.set_offline(False)
    again = opened(window)
    again.click(OFFER)
    assert_all_there(again)
    again.click("main button[value=publish]")
    again.wait_for_url("**/knowledge/heat-from-the-bakery/")
    # What has become a text is not offered as a lost one.
    after = opened(window)
    after.wait_for_timeout(1500)
    expect(after.locator(OFFER)).to_have_count(0)
    assert after.evaluate("() => localStorage.length") == 0


def test_what_was_published_is_not_offered_at_the_next_edit(window: BrowserContext) -> None:
    page = opened(window)
    typed_in(page)
    page.click("main button[value=publish]")
    page.wait_for_url("**/knowledge/heat-from-the-bakery/")
    for words in ("Three ovens.", "Four ovens."):
        page.goto("/knowledge/heat-from-the-bakery/edit/")
        page.wait_for_timeout(500)
        expect(page.locator(OFFER)).to_have_count(0)
        page.fill("main [name=tried]", words)
        page.click("main button[value=publish]")
        page.wait_for_url("**/knowledge/heat-from-the-bakery/")
    page.goto("/knowledge/heat-from-the-bakery/edit/")
    expect(page.locator("main [name=tried]")).to_have_value("Four ovens.")
    expect(page.locator(OFFER)).to_have_count(0)
    # A tick that was taken away without a network comes back as it was: away.
    window.set_offline(True)
    page.uncheck("main [name=domains][value=mobility]")
    page.check("main [name=levers] >> nth=0")
    expect(page.locator(f"{STATE}[data-kind=failed]")).to_be_visible(timeout=10_000)
    page.close()
    window.set_offline(False)
    again = opened(window, "/knowledge/heat-from-the-bakery/edit/")
    expect(again.locator("main [name=domains][value=mobility]")).to_be_checked()
    again.click(OFFER)
    expect(again.locator("main [name=domains][value=mobility]")).not_to_be_checked()
    expect(again.locator("main [name=levers] >> nth=0")).to_be_checked()


def test_another_person_at_the_same_browser_is_offered_nothing(
    stage: Stage, window: BrowserContext
) -> None:
    page = opened(window)
    window.set_offline(True)
    typed_in(page)
    expect(page.locator(f"{STATE}[data-kind=failed]")).to_be_visible(timeout=10_000)
    page.close()
    window.set_offline(False)
    window.add_cookies(
        [{"name": "sessionid", "value": stage.sessions["lead"], "url": stage.site.url}]
    )
    other = opened(window)
    other.wait_for_timeout(1500)
    expect(other.locator(OFFER)).to_have_count(0)
    assert TITLE not in other.content()
