"""What the journeys share: the hub with every part running, a browser, mails, and a clock to move.

gunicorn, a Celery worker and beat, PostgreSQL, Valkey, a real SMTP sink and Chromium. Each step
leaves a picture in var/journey/<name>/<language>/. The clock moves by tests/browser/later.py.
"""

import datetime as dt
import html
import http.cookiejar
import json
import re
import shutil
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import time_machine
import vobject
from icalendar import Calendar
from playwright.sync_api import Browser, Page

from tests import databases
from tests.browser.later import move_database_clock
from tests.browser.site import CHECKOUT, Site
from tests.smtp import Delivered, Sink


def languages(everyday: str) -> list[Any]:
    """A journey is made in one language every day, in the other with the long checks."""
    return [
        pytest.param(one, marks=() if one == everyday else pytest.mark.soak) for one in ("sv", "en")
    ]


@dataclass
class Journey:
    name: str
    site: Site
    browser: Browser
    sink: Sink
    language: str
    passwords: dict[str, str]
    steps: list[str] = field(default_factory=list)

    @property
    def album(self) -> Path:
        return Path(CHECKOUT) / "var" / "journey" / self.name / self.language

    @property
    def now(self) -> dt.datetime:
        """The time as all parts see it."""
        return dt.datetime.now(dt.UTC) + dt.timedelta(seconds=self.site.shift)

    def picture(self, page: Page, name: str) -> None:
        self.steps.append(name)
        page.screenshot(path=self.album / f"{len(self.steps):02}-{name}.png", full_page=True)

    def visitor(self, **options: Any) -> Page:
        """A new window, wide unless told otherwise."""
        viewport = {"width": 1280, "height": 900}
        window = self.browser.new_context(
            base_url=self.site.url, locale=self.language, **{"viewport": viewport, **options}
        )
        window.set_default_timeout(20_000)
        return window.new_page()

    def signed_in(self, name: str, **options: Any) -> Page:
        page = self.visitor(**options)
        page.goto("/accounts/login/")
        page.fill("[name=login]", f"{name}@example.org")
        page.fill("[name=password]", self.passwords[f"{name}@example.org"])
        page.click("main form button.primary")
        page.wait_for_url(lambda url: "/accounts/" not in url)
        return page

    def mails(self, kind: str, about: str) -> list[Delivered]:
        """What arrived about something, told apart by a word of the subject."""
        return [
            mail
            for mail in list(self.sink.messages)
            if about in mail.subject and kind in mail.subject
        ]

    def move_clock(self, when: dt.datetime) -> None:
        """All parts stop, both clocks move, all parts start again."""
        self.site.stop()
        self.site.shift = (when - dt.datetime.now(dt.UTC)).total_seconds()
        with self.site.own_database():
            move_database_clock(dt.timedelta(seconds=self.site.shift))
        self.site.start_web()
        self.site.start_worker_and_beat()


def until(true: Callable[[], Any], what: str, seconds: float = 90) -> None:
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            pytest.fail(f"In {seconds:.0f} s it did not happen: {what}")
        time.sleep(0.25)


@contextmanager
def begin(
    name: str, language: str, *, site: Site, blank: str, browser: Browser, sink: Sink,
    people: Callable[[str], None], at: dt.datetime,
) -> Iterator[Journey]:  # fmt: skip
    """The sample hub with further `people` on a site of its own, all parts started at that time."""
    var = site.folder / "var"
    var.mkdir()
    databases.create(site.database, blank)
    try:
        site.shift = (at - dt.datetime.now(dt.UTC)).total_seconds()
        with site.own_database():
            move_database_clock(dt.timedelta(seconds=site.shift))
        site.manage("sample", "load")
        with site.own_database(), time_machine.travel(at):
            people(language)
        passwords = json.loads((var / "sample-accounts.json").read_text(encoding="utf-8"))
        journey = Journey(name, site, browser, sink, language, passwords)
        shutil.rmtree(journey.album, ignore_errors=True)
        journey.album.mkdir(parents=True)
        site.start_web()
        site.start_worker_and_beat()
        yield journey
    finally:
        site.stop()
        databases.drop(site.database)


def text_of(mail: Delivered) -> str:
    body = mail.message.get_body(("plain",))
    return str(body.get_content()) if body is not None else ""


def link_in(mail: Delivered, path: str = "/labs/answer/") -> str:
    """The signed link to that part of the site."""
    found = re.search(rf"https?://\S+{path}\S+", text_of(mail))
    assert found is not None, text_of(mail)
    return found[0]


def press(link: str, language: str, before: Callable[[], Any] | None = None, **fields: str) -> int:
    """Open the link of a mail and send its form, as a browser without JavaScript does."""
    jar = http.cookiejar.CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    opener.addheaders = [("Accept-Language", language), ("Referer", link)]
    with opener.open(link, timeout=60) as answer:
        source = answer.read().decode()
    hidden = {
        name: html.unescape(re.search(rf'name="{name}" value="([^"]*)"', source)[1])  # type: ignore[index]
        for name in ("csrfmiddlewaretoken", "_key")
    }
    if before is not None:
        before()
    data = urllib.parse.urlencode({**hidden, **fields}).encode()
    with opener.open(link, data, timeout=60) as answer:
        return int(answer.status)


def fill(page: Page, **values: str) -> None:
    for name, value in values.items():
        page.fill(f"main [name='{name}']", value)


def settle(journey: Journey) -> None:
    """Every message that is due has left before the clock moves."""
    from hub.models import Delivery

    def quiet() -> bool:
        with journey.site.own_database():
            due = Delivery.objects.filter(state__in=["pending", "sending"])
            return not due.filter(due_at__lte=journey.now).exists()

    until(quiet, "all due messages leave")


def calendar_part(mail: Delivered) -> Any:
    """The part of a mail that calendars read; None where it has none."""
    parts = (p for p in mail.message.walk() if p.get_content_type() == "text/calendar")
    return next(parts, None)


def calendar_of(mail: Delivered) -> Any:
    """The one event of the mail's calendar part, read by a parser of calendars."""
    part = calendar_part(mail)
    assert part is not None
    calendar = Calendar.from_ical(part.get_payload(decode=True))
    assert calendar["METHOD"] == part.get_param("method") == "REQUEST"
    events = calendar.walk("VEVENT")
    assert len(events) == 1
    assert (events[0].get("UID"), events[0].get("SEQUENCE")) != (None, None)
    return events[0]


def read_by_another(mail: Delivered) -> Any:
    """The same event, read by another parser."""
    return vobject.readOne(calendar_part(mail).get_payload(decode=True).decode()).vevent
