"""Real workers and beats, started, stopped and killed from outside."""

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import redis
from django.conf import settings
from django.db import connection

from hub.delivery.sweep import sweep
from hub.embedded import processes
from tests.drills.delivery import kinds

PATIENCE = 60.0
MODULE = "tests.drills.delivery.kinds"


class Part:
    """One process group: a Celery worker with its child, or a beat."""

    def __init__(self, arguments: list[str], environment: dict[str, str], log: Path) -> None:
        self.log = log
        command = [sys.executable, "-m", "celery", "-A", "hub", *arguments]
        with log.open("ab") as out:
            self.process = processes.spawn(
                command,
                env=environment,
                cwd=settings.BASE_DIR,
                log=out,
                death_signal=signal.SIGKILL,
            )

    def signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)

    def pause(self) -> None:
        self.signal(signal.SIGSTOP)

    def resume(self) -> None:
        self.signal(signal.SIGCONT)

    def kill(self) -> None:
        self.signal(signal.SIGKILL)
        self.process.wait(10)

    @property
    def is_alive(self) -> bool:
        return self.process.poll() is None

    @property
    def is_ready(self) -> bool:
        said = self.log.read_bytes()
        return b" ready." in said or b"beat: Starting" in said


class Parts:
    """Three workers and two beats that the drills share, and what a drill adds to them.

    Starting one costs more than most drills: they are paused between drills, not ended.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.count = 0
        self.workers = [self.worker() for _ in range(3)]
        self.beats = [self.beat(), self.beat()]
        self.extra: list[Part] = []
        self.ready(*self.workers, *self.beats)

    def use(self, *, workers: int = 0, beats: int = 0) -> list[Part]:
        """Let so many of the shared ones work."""
        chosen = [*self.workers[:workers], *self.beats[:beats]]
        for part in chosen:
            part.resume()
        return chosen[:workers]

    def use_others(self, than: Part) -> None:
        """A beat and a worker that is not this one."""
        self.beats[0].resume()
        next(part for part in self.workers if part is not than).resume()

    def rest(self) -> None:
        """After a drill: end what it added, pause the others, replace what it killed."""
        for part in self.extra:
            part.kill()
        self.extra.clear()
        self.workers = [p if p.is_alive else self.worker() for p in self.workers]
        self.ready(*self.workers)
        until(self._is_paused, "the parts rest between two transactions")

    def _is_paused(self) -> bool:
        """A part that stopped within a transaction goes on: nobody could clear what it locks."""
        for part in [*self.workers, *self.beats]:
            part.pause()
        if not others_in_transaction():
            return True
        for part in [*self.workers, *self.beats]:
            part.resume()
        return False

    def stop(self) -> None:
        for part in [*self.workers, *self.beats, *self.extra]:
            part.kill()

    def add(self, *, without: str = "") -> Part:
        part = self.worker(without=without)
        self.extra.append(part)
        return part

    def ready(self, *parts: Part) -> None:
        until(lambda: all(part.is_ready for part in parts), "the parts are ready")

    def worker(self, *, without: str = "") -> Part:
        arguments = ["worker", "-c", "1", "-l", "info", "-I", MODULE]
        arguments += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
        arguments += ["-n", f"drill{self.count}@%h"]
        return self._start("worker", arguments, {"DRILL_WITHOUT": without})

    def beat(self, *, every: float = 0.3) -> Part:
        schedule = self.folder / f"schedule{self.count}"
        arguments = ["beat", "-l", "info", "-s", str(schedule), "--pidfile="]
        return self._start("beat", arguments, {"TICK_SECONDS": str(every)})

    def _start(self, kind: str, arguments: list[str], more: dict[str, str]) -> Part:
        self.count += 1
        environment = on_this_database() | {"EMAIL_TIMEOUT": "1", "DELIVERY_LEASE": "3"}
        return Part(arguments, environment | more, self.folder / f"{kind}{self.count}.log")


def on_this_database() -> dict[str, str]:
    """The environment of a part that works on the database of the test."""
    base, _, query = os.environ["DATABASE_URL"].partition("?")
    name = connection.settings_dict["NAME"]
    url = f"{base.rpartition('/')[0]}/{name}" + (f"?{query}" if query else "")
    return os.environ | {"DATABASE_URL": url, "PYTHONWARNINGS": "ignore"}


@contextlib.contextmanager
def sweepers(number: int, *, without: str) -> Iterator[None]:
    """Threads of this process that sweep without a protection: the negative controls."""
    over = threading.Event()

    def work() -> None:
        try:
            while not over.is_set():
                sweep(seconds=1)
                time.sleep(0.05)
        finally:
            connection.close()

    with kinds.changed(without):
        threads = [threading.Thread(target=work) for _ in range(number)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            over.set()
            for thread in threads:
                thread.join(PATIENCE)


def patience(number: int) -> float:
    """Seconds in which so many mails leave on a slow machine."""
    return PATIENCE + number / 10


def until(holds: Callable[[], bool], what: str, *, seconds: float = PATIENCE) -> float:
    """Wait until it holds; returns the seconds that took."""
    begun = time.monotonic()
    while not holds():
        if time.monotonic() - begun > seconds:
            raise AssertionError(f"After {seconds:.0f} s it was still not so that {what}.")
        time.sleep(0.02)
    return time.monotonic() - begun


def others_in_transaction() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() "
            "AND backend_type = 'client backend' AND pid <> pg_backend_pid() "
            "AND xact_start IS NOT NULL"
        )
        return cursor.fetchone() is not None


def flush_broker() -> None:
    url = settings.CACHES["default"]["LOCATION"]
    with redis.Redis.from_url(url) as broker:
        broker.flushdb()
