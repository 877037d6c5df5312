"""A real Chromium, and the world on a real web server, once per test process."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright

from tests import chromium, databases, rows
from tests.browser.looking import Ears
from tests.browser.site import Site, session_of
from tests.worlds import ROLES, World
from tests.worlds.kept import KeptWorld

# Playwright's loop in this thread makes Django think the ORM is called from async code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium.find()
    if path is None:
        pytest.fail(chromium.SENTENCE)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=chromium.options())
        yield started
        started.close()


WIDE: ViewportSize = {"width": 1280, "height": 900}


@dataclass
class Stage:
    """The world on its site; `reset()` puts every row back."""

    site: Site
    world: World
    browser: Browser
    sessions: dict[str, str]
    #: Tabs that `look` keeps open, by their role and options.
    kept: dict[tuple[object, ...], tuple[Page, Ears]] = field(default_factory=dict)
    seen: set[tuple[str, ...]] = field(default_factory=set)
    #: Everybody's language; none while the rows say which.
    language: str = ""

    def enter(self, role: str, **options: Any) -> BrowserContext:
        """A browser window of that person, at 1280 px unless told otherwise."""
        context = self.browser.new_context(base_url=self.site.url, **{"viewport": WIDE, **options})
        context.set_default_timeout(15_000)
        self._sign_in(context, role)
        return context

    @contextmanager
    def look(self, role: str, **options: Any) -> Iterator[tuple[Page, Ears]]:
        """A tab of that person as if new: opening one takes longer than the page it shows."""
        which = (role, *sorted(options.items()))
        if which not in self.kept:
            tab = self.enter(role, **options).new_page()
            self.kept[which] = tab, Ears(tab, self.site.url)
        tab, ears = self.kept.pop(which)
        yield tab, ears
        # After a fault inside it is not kept.
        if options.get("java_script_enabled", True):
            tab.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
        tab.goto("about:blank")
        tab.set_viewport_size(WIDE)
        tab.context.clear_cookies()
        self._sign_in(tab.context, role)
        ears.heard.clear()
        self.kept[which] = tab, ears

    def is_first(self, *which: str) -> bool:
        """Whether this is asked for the first time."""
        is_new = which not in self.seen
        self.seen.add(which)
        return is_new

    def _sign_in(self, context: BrowserContext, role: str) -> None:
        if role in self.sessions:
            cookie = {"name": "sessionid", "value": self.sessions[role], "url": self.site.url}
            context.add_cookies([cookie])  # type: ignore[list-item]

    def speak(self, language: str) -> None:
        """Everybody's own language, as if each had chosen it in the settings."""
        from hub.models import User

        if language != self.language:
            with self.site.own_database():
                User.objects.update(language=language)
            self.language = language

    def reset(self) -> None:
        rows.put_back(self.site.database)
        self.language = ""


@pytest.fixture(scope="session")
def static_root(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """Static files as a hub serves them: collected once in a run, by the first who needs them."""
    own = tmp_path_factory.getbasetemp()
    run = own if worker_id == "master" else own.parent
    with (run / "static.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (run / "static").exists():
            Site(own, "none", STATIC_ROOT=str(run / "static")).manage(
                "collectstatic", "--noinput", "-v0"
            )
    return run / "static"


@pytest.fixture(scope="session")
def stage(
    browser: Browser, kept_world: KeptWorld, static_root: Path, django_db_blocker: Any,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Stage]:  # fmt: skip
    folder = tmp_path_factory.mktemp("site")
    site = Site(folder, f"{kept_world.database}_stage", STATIC_ROOT=str(static_root))
    world = deepcopy(kept_world.world)
    with django_db_blocker.unblock():
        databases.create(site.database, kept_world.database)
        try:
            with site.own_database():
                sessions = {
                    role: session_of(world.person(role)) for role in ROLES if role != "visitor"
                }
            rows.keep(site.database)
            site.start_web()
            yield Stage(site, world, browser, sessions)
        finally:
            site.stop()
            databases.drop(site.database)


@pytest.fixture
def journey_site(
    own_name: str, static_root: Path, django_db_blocker: Any, tmp_path: Path
) -> Iterator[Site]:
    """A site for one journey, not started; its database is the journey's to make."""
    with django_db_blocker.unblock():
        yield Site(tmp_path, f"{own_name}_journey", SAMPLE_HUB="1", VAR_DIR=str(tmp_path / "var"),
                   STATIC_ROOT=str(static_root), TICK_SECONDS="2")  # fmt: skip
