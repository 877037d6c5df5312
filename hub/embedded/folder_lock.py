"""One supervisor per folder."""

from __future__ import annotations

import fcntl
import json
import os
from pathlib import Path
from typing import IO

from hub.embedded import problems, processes
from hub.embedded.problems import Problem
from hub.embedded.processes import Identity

SHUTDOWN_SECONDS = 30.0


def take(path: Path, *, address: str) -> IO[str]:
    """The lock, held as long as the returned file is open; the kernel frees it when we die."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Not "w": the words of the one who holds the lock must stay readable.
        file = path.open("a+", encoding="utf-8")
    except OSError as error:
        raise problems.from_os_error(error, path) from error
    if not _try(file) and not _wait_for_one_that_is_stopping(file, path):
        file.close()
        holder = read(path)
        raise Problem(
            f"The hub of this folder already runs at {holder.get('address', 'its address')} "
            f"(process {holder.get('pid', 'unknown')}): use that one, or stop it with `make stop`."
        )
    write(file, address=address, stopping=False)
    return file


def write(file: IO[str], *, address: str, stopping: bool) -> None:
    identity = Identity.of(os.getpid())
    words = {
        "pid": os.getpid(),
        "started": identity.started if identity else "",
        "address": address,
        "stopping": stopping,
    }
    file.seek(0)
    file.truncate()
    json.dump(words, file)
    file.flush()


def read(path: Path) -> dict[str, object]:
    try:
        words = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return words if isinstance(words, dict) else {}


def is_held(path: Path) -> bool:
    if not path.exists():
        return False
    with path.open("a+", encoding="utf-8") as file:
        return not _try(file)


def _try(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _wait_for_one_that_is_stopping(file: IO[str], path: Path) -> bool:
    """A restart right after Ctrl-C finds the earlier one still closing its database."""

    def free_or_not_stopping() -> bool:
        return _try(file) or not read(path).get("stopping")

    processes.wait_until(free_or_not_stopping, SHUTDOWN_SECONDS, pause=0.1)
    return _try(file)
