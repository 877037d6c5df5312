"""Points of an agenda moved by the handle: with a mouse, with a finger, and not at all by Escape."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page

from tests.browser.conftest import Stage

pytestmark = pytest.mark.browser

#: A little inside the handle, and a little above the middle of the first row.
INSIDE, ABOVE = 8, 10


@pytest.fixture(params=["mouse", "touch"])
def edit(request: pytest.FixtureRequest, stage: Stage) -> Iterator[tuple[str, Page]]:
    """The form of a Lab with two points, as its coordinator has it on a desk or on a phone."""
    phone = {"viewport": {"width": 360, "height": 800}, "has_touch": True, "is_mobile": True}
    context = stage.enter("coordinator", **(phone if request.param == "touch" else {}))
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
    page.goto(f"{stage.world['lab_draft'].get_absolute_url()}edit/")
    yield request.param, page
    context.close()
    assert faults == []


def titles(page: Page) -> list[str]:
    rows = page.locator("[data-reorder-row] input[name$=title]")
    return [rows.nth(n).input_value() for n in (0, 1)]


def middle(handle: Locator) -> tuple[float, float]:
    box = handle.bounding_box()
    assert box is not None
    return box["x"] + INSIDE, box["y"] + INSIDE


def drag_up(page: Page, how: str, *, last: str = "") -> None:
    """The second point above the first; `last` is a key pressed before it is let go."""
    handles = page.locator("[data-reorder-handle]")
    handles.nth(1).scroll_into_view_if_needed()
    (x, y), (_x, end) = middle(handles.nth(1)), middle(handles.nth(0))
    end -= ABOVE
    if how == "mouse":
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x, end, steps=6)
        if last:
            page.keyboard.press(last)
        page.mouse.up()
        return
    devtools = page.context.new_cdp_session(page)

    def touch(kind: str, *points: float) -> None:
        where = [{"x": x, "y": point} for point in points]
        devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": where})

    touch("touchStart", y)
    for step in range(1, 7):
        touch("touchMove", y + (end - y) * step / 6)
    if last:
        page.keyboard.press(last)
    touch("touchEnd")


def test_a_point_is_dropped_where_it_belongs(edit: tuple[str, Page]) -> None:
    how, page = edit
    first, second = titles(page)
    drag_up(page, how, last="Escape")
    assert titles(page) == [first, second]
    with page.expect_response("**/edit/") as answer:
        drag_up(page, how)
    assert answer.value.status == 200
    page.locator("[data-reorder-row][data-focus]").wait_for()
    assert titles(page) == [second, first]
    # The server has reckoned the hours anew, and the row is the one to go on with.
    hours = page.locator("[data-reorder-row] legend .small")
    assert hours.nth(0).inner_text().endswith("00")
    assert page.evaluate("document.activeElement.matches('[data-reorder-row][data-focus]')")
