"""Web servers of one run, in production settings, each on a database of its own."""

import http.client
import os
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from hub.embedded import processes

WORKERS = 2
START_SECONDS = 60.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Web:
    """gunicorn with one application; a context manager."""

    application: str
    environment: dict[str, str]
    log: Path

    def __enter__(self) -> "Web":
        self.port = free_port()
        command = [
            *(sys.executable, "-m", "gunicorn", self.application, "--no-control-socket"),
            *("--bind", f"127.0.0.1:{self.port}", "--workers", str(WORKERS)),
            *("--worker-class", "gthread", "--threads", "2", "--keep-alive", "60"),
            *("--log-level", "warning", "--preload"),
        ]
        started = time.perf_counter()
        with self.log.open("ab") as log:
            self.process: subprocess.Popen[bytes] = processes.spawn(
                command, env=os.environ | self.environment, cwd=Path.cwd(), log=log
            )
        self._wait()
        self.start_seconds = time.perf_counter() - started
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.process.terminate()
        self.process.wait(30)

    @property
    def pid(self) -> int:
        return self.process.pid

    def _wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise SystemExit(f"The web server stopped at once; its log is {self.log}.")
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
            try:
                connection.request("GET", "/healthz")
                connection.getresponse().read()
            except OSError:
                time.sleep(0.05)
            else:
                return
            finally:
                connection.close()
        raise SystemExit(f"The web server did not answer; its log is {self.log}.")
