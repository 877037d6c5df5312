"""`make run` as a whole: real processes, killed and started again."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from hub.embedded import processes
from hub.embedded.processes import Identity

CHECKOUT = Path(__file__).resolve().parents[2]
READY_SECONDS = 120
RECOVERY_SECONDS = 60
CHOSEN = ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "BASE_URL", "DEBUG", "MAKELEVEL")


class Hub:
    """One folder's hub, started the way `make run` does."""

    def __init__(self, var: Path) -> None:
        self.var = var
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> subprocess.Popen[bytes]:
        env = {name: value for name, value in os.environ.items() if name not in CHOSEN}
        env |= {"VAR_DIR": str(self.var), "PORT": str(self.port), "SAMPLE_HUB": "0"}
        with (self.var / "out").open("wb") as out:
            command = [sys.executable, "-m", "hub.embedded.serve"]
            return subprocess.Popen(command, cwd=CHECKOUT, env=env, stdout=out, stderr=out)

    def start_and_wait(self) -> None:
        self.process = self.start()
        assert processes.wait_until(self._is_up_or_gone, READY_SECONDS, pause=0.2), self.words()
        assert "The Learning Hub is ready" in self.words()

    def words(self) -> str:
        return (self.var / "out").read_text(encoding="utf-8", errors="replace")

    def page(self, path: str) -> str:
        try:
            with urllib.request.urlopen(f"http://localhost:{self.port}{path}", timeout=10) as page:
                return page.read().decode()
        except OSError as error:
            return str(error)

    def record(self) -> dict:
        return json.loads((self.var / "run" / "servers.json").read_text())

    def everyone(self) -> list[Identity]:
        database = self.postmaster()
        assert database is not None
        return [database, *(Identity(pid, mark) for pid, mark in self.record()["processes"])]

    def kill_database(self) -> Identity:
        database = self.postmaster()
        assert database is not None
        os.kill(database.pid, signal.SIGKILL)
        return database

    def postmaster(self) -> Identity | None:
        data = self.var / "postgres" / "postmaster.pid"
        return Identity.of(int(data.read_text().splitlines()[0])) if data.exists() else None

    def _is_up_or_gone(self) -> bool:
        assert self.process is not None
        return "is ready" in self.words() or self.process.poll() is not None


@pytest.fixture
def hub() -> Iterator[Hub]:
    # Not tmp_path: pytest closes that to others, and a server of root's runs as another account.
    var = Path(tempfile.mkdtemp(prefix="hub-serve-å "))
    var.chmod(0o755)
    running = Hub(var)
    yield running
    if running.process is not None and running.process.poll() is None:
        running.process.send_signal(signal.SIGTERM)
        running.process.wait(60)
    shutil.rmtree(var, ignore_errors=True)


@pytest.mark.drill
def test_hub_survives_kills_and_keeps_its_data(hub: Hub) -> None:
    hub.start_and_wait()
    assert hub.page("/healthz") == "ok\n"
    with psycopg.connect(hub.record()["environment"]["DATABASE_URL"]) as line:
        line.execute("CREATE TABLE kept (word text)")
        line.execute("INSERT INTO kept VALUES ('å')")
    _second_start_is_refused(hub)
    _database_comes_back_by_itself(hub)

    killed = hub.everyone()
    assert hub.process is not None
    hub.process.send_signal(signal.SIGKILL)
    hub.process.wait()
    # At once, while the orphans are still closing down.
    hub.start_and_wait()
    assert [one for one in killed if one.is_alive()] == []
    with psycopg.connect(hub.record()["environment"]["DATABASE_URL"]) as line:
        assert line.execute("SELECT word FROM kept").fetchall() == [("å",)]

    last = hub.everyone()
    hub.process.send_signal(signal.SIGINT)
    assert hub.process.wait(60) == 0
    assert [one for one in last if one.is_alive()] == []
    assert not (hub.var / "run" / "servers.json").exists()


def _second_start_is_refused(hub: Hub) -> None:
    assert hub.process is not None
    second = hub.start()
    assert second.wait(30) == 1
    assert hub.words() == (
        f"The hub of this folder already runs at http://localhost:{hub.port}/ "
        f"(process {hub.process.pid}): use that one, or stop it with `make stop`.\n"
    )
    assert hub.page("/healthz") == "ok\n"


def _database_comes_back_by_itself(hub: Hub) -> None:
    killed = hub.kill_database()

    def is_back() -> bool:
        answers = '"database": {"state": "ok"' in hub.page("/readyz")
        return answers and hub.postmaster() not in {None, killed}

    assert processes.wait_until(is_back, RECOVERY_SECONDS, pause=0.5)
