"""Children that end with us, and finding again those that could not."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from hub.embedded.accounts import Account

PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Identity:
    """A process that is this one and no later one with the same number."""

    pid: int
    started: str

    @classmethod
    def of(cls, pid: int) -> Identity | None:
        started = _start_mark(pid)
        return cls(pid, started) if started else None

    def is_alive(self) -> bool:
        return _start_mark(self.pid) == self.started


def spawn(
    command: Sequence[str],
    *,
    env: Mapping[str, str],
    cwd: Path,
    log: IO[Any] | int,
    account: Account | None = None,
    death_signal: signal.Signals = signal.SIGTERM,
    pass_fds: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Start a child in a session of its own, as `account`, ended when this process dies.

    Call it from the main thread: the kernel ties the death signal to the thread that forked.
    """
    rights: dict[str, Any] = {}
    if account is not None:
        rights = {"user": account.uid, "group": account.gid, "extra_groups": []}
    return subprocess.Popen(  # noqa: S603 - every caller passes a fixed list
        list(command),
        env=dict(env),
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        pass_fds=pass_fds,
        preexec_fn=_death_signal(death_signal),  # noqa: PLW1509 - no threads run yet
        **rights,
    )


def stop(
    identity: Identity,
    *,
    gently: signal.Signals = signal.SIGTERM,
    seconds: float = 10.0,
    forcibly: signal.Signals = signal.SIGKILL,
) -> None:
    """End a process of ours: ask first, insist after `seconds`."""
    for request, patience in ((gently, seconds), (forcibly, 5.0)):
        if not identity.is_alive():
            return
        try:
            os.kill(identity.pid, request)
        except ProcessLookupError:
            return
        wait_until(lambda: not identity.is_alive(), patience)


def wait_until(done: Callable[[], bool], seconds: float, pause: float = 0.05) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if done():
            return True
        time.sleep(pause)
    return done()


def end_with_parent(number: signal.Signals) -> None:
    """Have this process itself signalled when the one that started it dies."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)


def _death_signal(number: signal.Signals) -> Callable[[], None] | None:
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    parent = os.getpid()

    def arrange() -> None:
        # The kernel forgets the signal when the user changes, so this comes after that.
        prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return arrange


def _start_mark(pid: int) -> str:
    """A text that differs for every process that ever had this number; empty for none."""
    stat = Path(f"/proc/{pid}/stat")
    if Path("/proc/self/stat").exists():
        try:
            fields = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:
            return ""
        # Field 3 is the state, 22 the start in clock ticks since the boot.
        return "" if fields[0] in {"Z", "X"} else f"{_boot()}:{fields[19]}"
    found = subprocess.run(  # noqa: S603 - a fixed command and our own number
        ["/bin/ps", "-o", "stat=,lstart=", "-p", str(pid)],
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    return "" if not found or found.startswith("Z") else found.partition(" ")[2].strip()


def _boot() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return "boot"
