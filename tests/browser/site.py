"""The hub as it runs: gunicorn on a database of its own, with worker and beat where wanted."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests import databases

CHECKOUT = Path(__file__).parents[2]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as line:
        return int(line.getsockname()[1])


class Site:
    """Started parts and their addresses. `stop()` ends all of them."""

    def __init__(self, folder: Path, database: str, **extra: str) -> None:
        self.folder, self.database, self.port = folder, database, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.parts: list[subprocess.Popen[bytes]] = []
        #: How far the clocks of the parts are moved (tests/browser/later.py).
        self.shift = 0.0
        # A test run's DEBUG serves loose files; here they are collected, hashed and compressed.
        inherited = {k: v for k, v in os.environ.items() if k != "DEBUG"}
        self.environment = {
            **inherited,
            "DATABASE_URL": re.sub(
                r"/[^/?]*(\?|$)", rf"/{database}\1", os.environ["DATABASE_URL"], count=1
            ),
            "BASE_URL": self.url,
            "ALLOWED_HOSTS": "127.0.0.1,localhost",
            "WEB_CONCURRENCY": "1",
            "WEB_THREADS": "8",
            "PYTHONPATH": str(CHECKOUT),
            "PYTHONWARNINGS": "ignore",
            **extra,
        }

    def manage(self, *arguments: str) -> str:
        """A management command on this site; its output. Raises with it where it fails."""
        ended = subprocess.run(
            [sys.executable, "-m", *self._clock(), "manage", *arguments],
            cwd=CHECKOUT, env=self.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if ended.returncode:
            raise RuntimeError(f"manage.py {' '.join(arguments)}:\n{ended.stdout}{ended.stderr}")
        return ended.stdout

    def start_web(self) -> None:
        self._start("gunicorn", "-c", "python:hub.gunicorn_conf", "-b", f"127.0.0.1:{self.port}",
                    "hub.wsgi")  # fmt: skip
        self._wait_until_alive()

    def start_worker_and_beat(self) -> None:
        self._start("celery", "-A", "hub", "worker", "-c", "1", "--without-mingle", "--without-gossip",
                    "-l", "warning")  # fmt: skip
        self._start("celery", "-A", "hub", "beat", "-s", str(self.folder / "beat"), "-l", "warning")

    def stop(self) -> None:
        for part in reversed(self.parts):
            part.terminate()
        for part in self.parts:
            try:
                part.wait(25)
            except subprocess.TimeoutExpired:
                part.kill()
                part.wait()
        self.parts.clear()

    @contextmanager
    def own_database(self) -> Iterator[None]:
        """The ORM of this process works on the site's database inside."""
        with databases.using(self.database):
            yield

    def _start(self, module: str, *arguments: str) -> None:
        with (self.folder / f"{module}.log").open("ab") as log:
            started = subprocess.Popen(
                [sys.executable, "-m", *self._clock(), module, *arguments],
                cwd=CHECKOUT, env=self.environment, stdout=log, stderr=log,
            )  # fmt: skip
        self.parts.append(started)

    def _clock(self) -> list[str]:
        return ["tests.browser.later", str(self.shift)] if self.shift else []

    def _wait_until_alive(self) -> None:
        for _ in range(300):
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=5):  # noqa: S310 - own
                    return
            except OSError:
                if self.parts[-1].poll() is not None:
                    break
                time.sleep(0.1)
        said = (self.folder / "gunicorn.log").read_text(errors="replace")[-3000:]
        raise RuntimeError(f"The web server did not start:\n{said}")


def session_of(person: Any) -> str:
    """A session as the sign-in makes one; the sign-in itself has its own tests."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.cached_db import SessionStore

    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    return str(session.session_key)
