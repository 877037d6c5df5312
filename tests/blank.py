"""The migrated database that all others are copied from: made once in a run, while tests are collected.

`python -m tests.blank` makes the one that HUB_TESTS_BLANK names; it bears that name once it is whole.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

import psycopg
from psycopg.sql import SQL, Identifier

from hub.embedded import processes

CHECKOUT = Path(__file__).parents[1]
NAME, LOG = "HUB_TESTS_BLANK", "HUB_TESTS_BLANK_LOG"


def begin(log: Path) -> subprocess.Popen[bytes]:
    os.environ |= {NAME: f"blank_{os.getpid()}", LOG: str(log)}
    with log.open("wb") as out:
        command = [sys.executable, "-W", "ignore", "-m", "tests.blank"]
        return processes.spawn(command, env=os.environ, cwd=CHECKOUT, log=out)


def end(maker: subprocess.Popen[bytes]) -> None:
    maker.kill()
    maker.wait()
    for name in (os.environ[NAME], _unready()):
        _ask("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def when_ready() -> str:
    """Its name, as soon as it may be copied."""
    name, log = os.environ[NAME], Path(os.environ[LOG])
    while _ask(f"SELECT FROM pg_database WHERE datname = '{name}'") == 0:
        if "Traceback" in log.read_text(errors="replace"):
            raise RuntimeError(f"The tests' database was not made:\n{log.read_text()}")
        time.sleep(0.2)
    return name


def _unready() -> str:
    return f"{os.environ[NAME]}_unready"


def _ask(statement: str, *names: str) -> int:
    """The number of rows it touched."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as line:
        return line.execute(SQL(statement).format(*map(Identifier, names))).rowcount  # type: ignore[arg-type]


if __name__ == "__main__":
    import django
    from django.core.management import call_command

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings")
    django.setup()
    from tests import databases

    databases.create(_unready(), "template0")
    with databases.using(_unready()):
        call_command("migrate", interactive=False, verbosity=0)
    _ask("ALTER DATABASE {} RENAME TO {}", _unready(), os.environ[NAME])
