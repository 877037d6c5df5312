"""The servers under the tests: a pytest plugin, loaded with `-p tests.services`.

Settings read the environment when Django is set up, which pytest-django does before any
conftest.py: only a plugin comes early enough. With DATABASE_URL or REDIS_URL set, those servers
are used (REDIS_URL's database and one more for each xdist worker; the account of DATABASE_URL has
to be a superuser, see tests/rows.py); without, real ones are started
for this run alone and are gone at its end, also when the run is killed.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hub import catalogues
from hub.embedded import places, processes
from hub.embedded.postgres import Postgres
from hub.embedded.problems import Problem
from hub.embedded.valkey import Valkey
from tests import blank
from tests.smtp import Sink

PREFIX = "hub-tests-"
LOOPBACK = re.compile(r"^(127\.|::1$|::ffff:127\.|localhost$|0\.0\.0\.0$|::$)")


class _Run:
    """What this process started, so that it can be stopped."""

    folder: Path | None = None
    own: Path | None = None
    places: places.Places | None = None
    servers: list[Postgres | Valkey] = []
    sink: Sink | None = None
    blank: subprocess.Popen[bytes] | None = None


class BlockedSocket(RuntimeError):
    """A test reached for a machine that is not this one."""


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    _forget_half_loaded_modules()
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if not worker:
        catalogues.compile_stale()
        _sweep_earlier_runs()
        _start_missing_servers()
    _take_own_redis_database(worker)
    _Run.sink = Sink()
    _Run.sink.start()
    os.environ["EMAIL_URL"] = f"smtp://127.0.0.1:{_Run.sink.port}"
    os.environ.setdefault("SECRET_KEY", "tests-only-" + "0123456789abcdef" * 4)
    os.environ["ALLOWED_HOSTS"] = "testserver,localhost,127.0.0.1"
    # Workers and beats of the drills have no guard as this process has.
    os.environ["CHECK_LINKS"] = "0"
    # Static files straight from their folders; pytest-django switches settings.DEBUG off again.
    os.environ["DEBUG"] = "1"
    _give_own_folder()
    if not worker:
        _Run.blank = blank.begin(_run_folder() / "blank.log")
    sys.addaudithook(_only_loopback)
    return (yield)


def pytest_unconfigure(config: pytest.Config) -> None:
    if _Run.sink is not None:
        _Run.sink.stop()
    if _Run.blank is not None:
        blank.end(_Run.blank)
    for server in reversed(_Run.servers):
        server.stop()
    _Run.servers.clear()
    if _Run.places is not None:
        for socket in _Run.places.sockets.iterdir():
            socket.unlink()
        _Run.places.clear_away()
    for folder in (_Run.folder, _Run.own):
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def smtp_sink() -> Iterator[Sink]:
    """The SMTP server that EMAIL_URL names, empty and without faults."""
    if _Run.sink is None:
        raise RuntimeError("The sink starts with the plugin: run pytest with -p tests.services.")
    _Run.sink.reset()
    yield _Run.sink
    _Run.sink.reset()


def _forget_half_loaded_modules() -> None:
    """pytest-randomly imports model_bakery before there are settings, and fails half-way.

    A module whose package is gone is not put back into it when that is imported again.
    """
    for name in list(sys.modules):
        parent = name.rpartition(".")[0]
        if name.startswith("django.") and parent not in sys.modules:
            del sys.modules[name]


def _start_missing_servers() -> None:
    wanted = {"DATABASE_URL": Postgres, "REDIS_URL": Valkey}
    missing = {name: server for name, server in wanted.items() if not os.environ.get(name)}
    if not missing:
        return
    folder = _run_folder()
    try:
        where = _Run.places = places.prepare(folder / "servers")
        for name, kind in missing.items():
            server = kind(where, log=folder / f"{name.lower()}.log", throwaway=True)
            _Run.servers.append(server)
            server.start()
            os.environ[name] = server.url
    except Problem as problem:
        raise pytest.UsageError(f"The test servers did not start. {problem}") from problem


def _run_folder() -> Path:
    """A folder of this run's own, named after the process so that a later run can sweep it."""
    if _Run.folder is None:
        _Run.folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-"))
        _Run.folder.chmod(0o755)
    return _Run.folder


def _sweep_earlier_runs() -> None:
    """Remove what a killed run left; its servers died with it."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        pid = folder.name.removeprefix(PREFIX).partition("-")[0]
        if pid.isdigit() and processes.Identity.of(int(pid)) is None:
            shutil.rmtree(folder, ignore_errors=True)


def _take_own_redis_database(worker: str) -> None:
    if worker:
        offset = int(worker.removeprefix("gw")) + 1
        os.environ["REDIS_URL"] = _moved(os.environ["REDIS_URL"], offset)


def _moved(url: str, offset: int) -> str:
    """The URL with its database number raised: workers must not eat each other's messages."""
    socket = re.search(r"(?<=[?&]virtual_host=)\d+", url)
    if socket:
        return f"{url[: socket.start()]}{int(socket.group()) + offset}{url[socket.end() :]}"
    base, _, number = url.rpartition("/")
    return f"{base}/{int(number) + offset}" if number.isdigit() else f"{url}/{offset}"


def _give_own_folder() -> None:
    """Files, mails and collected static files of this process, thrown away at its end."""
    _Run.own = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-files-"))
    (_Run.own / "static").mkdir()
    os.environ["VAR_DIR"] = str(_Run.own)


def _only_loopback(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.connect":
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else ""
    elif event == "socket.getaddrinfo":
        host = arguments[0] or ""
    else:
        return
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
    if name and not LOOPBACK.match(name):
        raise BlockedSocket(f"Tests stay on this machine, and this one reached for {name}.")
