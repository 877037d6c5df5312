"""The environment of a command that is run beside a hub which is already running."""

from __future__ import annotations

import atexit
import json
import os
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path

from hub.embedded import problems
from hub.embedded.places import CHECKOUT
from hub.embedded.processes import Identity

# These never touch a database: they work in a fresh clone.
WITHOUT_SERVERS = {"help", "version", "messages", "-h", "--help", "--version"}
NOWHERE = {
    "DATABASE_URL": "postgres://nobody@/none?host=/nonexistent",
    "REDIS_URL": "redis+socket:///nonexistent?virtual_host=0",
}
# These must work when nothing runs: the day one needs them is the day the hub is down.
STARTS_SERVERS = {"backup", "restore"}
SENTENCE = (
    "No database: start the hub of this folder with `make run` in another terminal, "
    "or set DATABASE_URL and REDIS_URL to servers of your own."
)


def var() -> Path:
    return Path(os.environ.get("VAR_DIR") or CHECKOUT / "var")


def adopt() -> None:
    """Take over the servers of this folder's running hub, unless the environment names others."""
    if not os.environ.get("SECRET_KEY"):
        _supply({"SECRET_KEY": secret_key()})
    if _complete():
        return
    _supply(running())
    if _complete():
        return
    if WITHOUT_SERVERS.intersection(sys.argv[1:2] or ["help"]):
        _supply(NOWHERE)
        return
    if STARTS_SERVERS.intersection(sys.argv[1:2]):
        _borrow_servers()
        return
    raise SystemExit(SENTENCE)


def _complete() -> bool:
    return bool(os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"))


def _supply(variables: Mapping[str, str]) -> None:
    """Set what is unset; a variable that is there but empty counts as unset."""
    for name, value in variables.items():
        if not os.environ.get(name):
            os.environ[name] = value


def _borrow_servers() -> None:
    """Run this folder's servers for the length of this one command."""
    # Imported here: most commands meet a running hub and need none of it.
    from hub.embedded import folder_lock, places
    from hub.embedded.postgres import Postgres
    from hub.embedded.valkey import Valkey

    def start(server: Postgres | Valkey) -> str:
        atexit.register(server.stop)
        server.start()
        return server.url

    try:
        lock = folder_lock.take(var() / "run" / "serve.lock", address="the terminal")
        atexit.register(lock.close)
        where = places.prepare(var(), fallback=places.fallback_for(var()))
        # Runs last: what is registered first ends last.
        atexit.register(where.clear_away)
        logs = var() / "log"
        logs.mkdir(exist_ok=True)
        if not os.environ.get("DATABASE_URL"):
            os.environ["DATABASE_URL"] = start(Postgres(where, log=logs / "postgresql.log"))
        if not os.environ.get("REDIS_URL"):
            os.environ["REDIS_URL"] = start(Valkey(where, log=logs / "valkey.log"))
    except problems.Problem as problem:
        raise SystemExit(str(problem)) from problem


def running() -> dict[str, str]:
    """The variables of the servers that this folder's supervisor runs now; empty if none does."""
    try:
        record = json.loads(record_path().read_text(encoding="utf-8"))
        variables = {str(name): str(value) for name, value in record["environment"].items()}
        supervisor = Identity(int(record["pid"]), str(record["started"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}
    return variables if supervisor.is_alive() else {}


def record_path() -> Path:
    return var() / "run" / "servers.json"


def secret_key() -> str:
    """The key of this installation, made once; 0600 because sessions hang on it."""
    path = var() / "secret-key"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            fresh = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(fresh, "w", encoding="ascii") as file:
                file.write(secrets.token_urlsafe(60))
        return path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise SystemExit(str(problems.from_os_error(error, path))) from error
