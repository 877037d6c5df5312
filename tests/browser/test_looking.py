"""Negative controls: a page with every fault there is, and each look finds its own."""

import pytest

from tests.browser import looking
from tests.browser.conftest import Stage

pytestmark = pytest.mark.browser

BAD = """<!DOCTYPE html><html lang="fi"><head><meta charset="utf-8"><title>Bad</title></head><body>
<main><h1>One</h1><h1>Two</h1><h4>Deep</h4><p id="a" style="width:2000px">wide</p><p id="a">again</p>
<img src="/static/none.png"><label for="nowhere">x</label><input name="q" aria-invalid="true">
<ul><p>not an item</p></ul><script>document.title = 'run'</script><a href="/x">link <button>in</button></a>
<button class="flat">flat</button><div tabindex="0" class="bare">bare</div></main></body></html>"""


def test_every_look_finds_its_fault(stage: Stage) -> None:
    window = stage.enter("visitor")
    tab = window.new_page()
    ears = looking.Ears(tab, stage.site.url)
    policy = "default-src 'none'; img-src 'self'; script-src 'self'"
    tab.route(
        "**/control/",
        lambda route: route.fulfill(
            body=BAD, content_type="text/html", headers={"Content-Security-Policy": policy}
        ),
    )
    tab.goto("/control/", wait_until="load")
    heard = "\n".join(ears.all(tab))
    assert "content policy: script-src" in heard
    assert "content policy: style-src" in heard
    assert "none.png" in heard
    html = "\n".join(looking.html_faults(BAD))
    for fault in ("'a' occurs 2 times", "points nowhere", "no alt", "style or an event handler",
                  "<ul> holds <p>", "holds interactive <button>"):  # fmt: skip
        assert fault in html
    frame = "\n".join(looking.frame_faults(tab, "sv"))
    assert "2 h1" in frame
    assert "lang is 'fi'" in frame
    assert "jumps from 1 to 4" in frame
    assert "axe image-alt" in "\n".join(looking.axe_faults(tab))
    errors = "\n".join(looking.error_faults(tab))
    assert "no summary" in errors
    assert "q is not tied" in errors
    keys = "\n".join(looking.keyboard_faults(tab))
    assert "no skip link" in keys
    tab.evaluate("document.querySelector('#a').style.width = '2000px'")
    tab.evaluate("document.querySelector('.flat').style.border = 'none'")
    assert looking.sideways(tab) != []
    assert "no edge" in "\n".join(looking.forced_colour_faults(tab))
    tab.evaluate("document.querySelector('.flat').style.transition = 'opacity 2s'")
    assert looking.motion_faults(tab) != []
    window.close()
