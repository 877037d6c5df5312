"""The hub's own processes under the supervisor: web, worker, beat and the mail sink."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from hub.embedded import problems, processes
from hub.embedded.places import CHECKOUT
from hub.embedded.problems import MEGABYTE, Problem
from hub.embedded.processes import Identity

LOG_LIMIT = 5 * MEGABYTE
# A process that falls more often than this is broken, not unlucky.
FALLS_ALLOWED = 5
FALLS_SECONDS = 60.0


class Child:
    def __init__(
        self,
        name: str,
        arguments: Sequence[str],
        *,
        env: dict[str, str],
        log: Path,
        pass_fds: Sequence[int] = (),
    ) -> None:
        self.name = name
        self.command = [sys.executable, "-m", *arguments]
        self.env = env
        self.log = log
        self.pass_fds = pass_fds
        self.process: subprocess.Popen[bytes] | None = None
        self._falls: list[float] = []

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = processes.spawn(
                self.command, env=self.env, cwd=CHECKOUT, log=log, pass_fds=self.pass_fds
            )

    def identity(self) -> Identity | None:
        return Identity.of(self.process.pid) if self.process else None

    def has_fallen(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def start_again(self) -> None:
        now = time.monotonic()
        self._falls = [at for at in self._falls if now - at < FALLS_SECONDS] + [now]
        if len(self._falls) > FALLS_ALLOWED:
            raise Problem(
                f"The {self.name} stopped {len(self._falls)} times within a minute; the end of "
                f"{self.log} says:\n{problems.tail_of(self.log)}"
            )
        self.start()

    def ask_to_stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End the whole session, with whatever the child itself had started."""
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(5)


def stop_all(children: Sequence[Child], *, seconds: float) -> None:
    for child in children:
        child.ask_to_stop()
    processes.wait_until(lambda: all(child.has_fallen() for child in children), seconds)
    for child in children:
        child.kill()


def open_log(folder: Path, name: str) -> Path:
    """The log of one part; a long one makes way for a fresh one, the last is kept."""
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / f"{name}.log"
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.replace(folder / f"{name}.log.1")
    return log
