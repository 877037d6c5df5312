"""`make run`: the servers, the database, web, worker and beat under one supervisor.

It runs outside Django: settings need the servers' addresses before they are read.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import threading
import urllib.error
import urllib.request
from pathlib import Path
from types import FrameType

from hub.embedded import children, environment, folder_lock, places, problems, processes
from hub.embedded.children import Child
from hub.embedded.places import CHECKOUT
from hub.embedded.postgres import Postgres
from hub.embedded.problems import Problem
from hub.embedded.processes import Identity
from hub.embedded.terminal import complain, say, step
from hub.embedded.valkey import Valkey

WEB_SECONDS = 120.0
STOP_SECONDS = 25.0
FIRST_PORT, LAST_PORT = 1, 65_535


class Supervisor:
    def __init__(self, port: int) -> None:
        self.port = port
        self.address = f"http://localhost:{port}/"
        self.var = environment.var()
        self.logs = self.var / "log"
        self.stop_asked = threading.Event()
        self.hurry = False
        self.servers: list[Postgres | Valkey] = []
        self.children: list[Child] = []
        self.places: places.Places | None = None
        self.sink = socket.socket()

    def run(self) -> None:
        lock = folder_lock.take(self.var / "run" / "serve.lock", address=self.address)
        try:
            # In this order: what a killed supervisor left may still hold the port.
            self._stop_strays()
            _refuse_busy_port(self.port)
            self._listen_to_signals(starting=True)
            exported = self._start_servers()
            self._prepare(exported)
            self._start_children(exported)
            self._announce()
            self._listen_to_signals(starting=False)
            self._watch()
        except OSError as error:
            raise problems.from_os_error(error, self.var) from error
        except KeyboardInterrupt:
            say()
        finally:
            self._listen_to_signals(starting=False)
            folder_lock.write(lock, address=self.address, stopping=True)
            self._stop()

    def _stop_strays(self) -> None:
        """End what a killed supervisor left, known by number and start so that none is mistaken."""
        try:
            record = json.loads(environment.record_path().read_text(encoding="utf-8"))
            strays = [Identity(int(pid), str(started)) for pid, started in record["processes"]]
        except (OSError, ValueError, KeyError, TypeError):
            return
        for stray in strays:
            if stray.is_alive():
                processes.stop(stray, seconds=10)

    def _start_servers(self) -> dict[str, str]:
        exported = {"SECRET_KEY": environment.secret_key()}
        wanted: dict[str, type[Postgres | Valkey]] = {
            "DATABASE_URL": Postgres,
            "REDIS_URL": Valkey,
        }
        missing = {name: kind for name, kind in wanted.items() if not os.environ.get(name)}
        if missing:
            self.places = places.prepare(self.var, fallback=places.fallback_for(self.var))
        for name, kind in missing.items():
            if self.places is None:
                continue
            title = "PostgreSQL" if kind is Postgres else "Valkey"
            server = kind(self.places, log=children.open_log(self.logs, title.lower()))
            self.servers.append(server)
            with step(f"Starting {title}"):
                server.start()
            exported[name] = server.url
        if not os.environ.get("EMAIL_URL"):
            self.sink = socket.create_server(("127.0.0.1", 0))
            exported["EMAIL_URL"] = f"smtp://127.0.0.1:{self.sink.getsockname()[1]}"
        if "DATABASE_URL" in missing:
            exported["SAMPLE_HUB"] = os.environ.get("SAMPLE_HUB", "1")
        exported["VAR_DIR"] = str(self.var)
        exported["BASE_URL"] = os.environ.get("BASE_URL", self.address.rstrip("/"))
        return exported

    def _prepare(self, exported: dict[str, str]) -> None:
        with step("Bringing the database up to date"):
            self._manage(exported, "prepare")
        if self.places is None or exported.get("SAMPLE_HUB") != "1":
            return
        # Beside the data, so that a new database gets its sample again.
        marker = self.places.home / "sample-loaded"
        if not marker.exists():
            with step("Loading the sample hub"):
                self._manage(exported, "sample", "load")
            marker.touch()

    def _manage(self, exported: dict[str, str], *arguments: str) -> None:
        log = children.open_log(self.logs, arguments[0])
        log.unlink(missing_ok=True)
        with log.open("ab") as output:
            command = processes.spawn(
                [sys.executable, str(CHECKOUT / "manage.py"), *arguments],
                env=_environment(exported),
                cwd=CHECKOUT,
                log=output,
            )
        if command.wait() != 0:
            words = problems.tail_of(log, lines=1)
            if words.startswith("CommandError: "):
                raise Problem(words.removeprefix("CommandError: "))
            raise problems.from_log(f"`manage.py {' '.join(arguments)}`", log)

    def _start_children(self, exported: dict[str, str]) -> None:
        env = _environment(exported)
        binds = [part for bind in _binds(self.port) for part in ("--bind", bind)]
        worker = ["--concurrency=2", "--without-gossip", "--without-mingle", "--without-heartbeat"]
        beat = [f"--schedule={self.var / 'run' / 'beat'}", "--pidfile="]
        commands = {
            "web": ["gunicorn", "-c", "hub/gunicorn_conf.py", *binds, "hub.wsgi"],
            "worker": ["celery", "-A", "hub", "worker", "--loglevel=INFO", *worker],
            "beat": ["celery", "-A", "hub", "beat", "--loglevel=INFO", *beat],
        }
        descriptors: dict[str, list[int]] = {}
        if "EMAIL_URL" in exported:
            number = self.sink.fileno()
            commands["mail"] = ["hub.embedded.mail", str(number), str(self.var / "mail")]
            descriptors["mail"] = [number]
        for name, arguments in commands.items():
            log = children.open_log(self.logs, name)
            child = Child(name, arguments, env=env, log=log, pass_fds=descriptors.get(name, ()))
            self.children.append(child)
            child.start()
        self._record(exported)
        with step("Starting web, worker and beat"):
            self._wait_for_web()

    def _record(self, exported: dict[str, str]) -> None:
        """What `adopt()` and the next start need to know; private, for it holds the key."""
        own = Identity.of(os.getpid())
        found = [child.identity() for child in self.children]
        record = {
            "pid": os.getpid(),
            "started": own.started if own else "",
            "environment": exported,
            "processes": [(one.pid, one.started) for one in found if one is not None],
        }
        path = environment.record_path()
        fresh = path.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
            json.dump(record, file)
        fresh.replace(path)

    def _wait_for_web(self) -> None:
        web = self.children[0]

        def answers() -> bool:
            if web.has_fallen():
                raise problems.from_log("The web server", web.log)
            try:
                with urllib.request.urlopen(f"{self.address}healthz", timeout=5) as page:  # noqa: S310 - our own address
                    return bool(page.status == 200)
            except urllib.error.HTTPError as error:
                raise problems.from_log(
                    f"The web server (it answers {error.code})", web.log
                ) from error
            except OSError:
                return False

        if not processes.wait_until(answers, WEB_SECONDS, pause=0.1):
            raise problems.from_log("The web server", web.log)

    def _announce(self) -> None:
        say()
        say(f"The Learning Hub is ready: {self.address}")
        accounts = self.var / "sample-accounts.json"
        if accounts.exists():
            say(f"\nSample log-ins, made for this installation (also in {_short(accounts)}):")
            known: dict[str, str] = json.loads(accounts.read_text(encoding="utf-8"))
            width = max((len(address) for address in known), default=0)
            for address, password in known.items():
                say(f"  {address:<{width}}  {password}")
        if any(child.name == "mail" for child in self.children):
            say(f"\nMail is kept, not sent: the admin reads it at {self.address}mails/")
        if self.places is not None and self.places.home != self.var:
            say(
                f"The database lies in {self.places.home}: the account it runs as cannot enter "
                "this folder."
            )
        say(f"Logs are in {_short(self.logs)}. Ctrl-C stops all of it.")

    def _watch(self) -> None:
        while not self.stop_asked.wait(0.5):
            for server in self.servers:
                if server.process is not None and server.process.poll() is not None:
                    complain(f"{type(server).__name__} stopped by itself; starting it again.")
                    server.start()
            fallen = [child for child in self.children if child.has_fallen()]
            for child in fallen:
                complain(f"The {child.name} stopped by itself; starting it again ({child.log}).")
                child.start_again()
            if fallen:
                variables = json.loads(environment.record_path().read_text())["environment"]
                self._record(variables)

    def _stop(self) -> None:
        if self.children or self.servers:
            say("Stopping …")
        children.stop_all(self.children, seconds=STOP_SECONDS)
        for server in reversed(self.servers):
            server.stop()
        self.sink.close()
        if self.places is not None:
            self.places.clear_away()
        environment.record_path().unlink(missing_ok=True)
        if self.children or self.servers:
            say("Stopped. `make run` goes on where this ended.")

    def _listen_to_signals(self, *, starting: bool) -> None:
        handler = _interrupt if starting else self._note_the_wish
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, handler)

    def _note_the_wish(self, number: int, frame: FrameType | None) -> None:
        if self.stop_asked.is_set():
            for child in self.children:
                child.kill()
        self.stop_asked.set()


def main() -> int:
    if os.environ.get("MAKELEVEL"):
        # A killed make must not leave its hub behind.
        processes.end_with_parent(signal.SIGTERM)
    try:
        Supervisor(_port(os.environ.get("PORT", "8000"))).run()
    except Problem as problem:
        complain(str(problem))
        return 1
    return 0


def stop() -> int:
    """`make stop`: end the hub of this folder from another terminal."""
    lock = environment.var() / "run" / "serve.lock"
    holder = folder_lock.read(lock)
    if not folder_lock.is_held(lock):
        say("The hub of this folder does not run.")
        return 0
    identity = Identity(int(str(holder.get("pid", 0))), str(holder.get("started", "")))
    processes.stop(identity, seconds=STOP_SECONDS + 20, forcibly=signal.SIGTERM)
    say("Stopped.")
    return 0


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not FIRST_PORT <= int(text) <= LAST_PORT:
        raise Problem(f"PORT is {text!r}; it must be a number from 1 to 65535, such as PORT=9000.")
    return int(text)


def _binds(port: int) -> list[str]:
    binds = [f"127.0.0.1:{port}"]
    # Browsers try ::1 first for localhost, where another program could be listening.
    return [*binds, f"[::1]:{port}"] if _has_ipv6_loopback() else binds


def _has_ipv6_loopback() -> bool:
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False


def _refuse_busy_port(port: int) -> None:
    families = {"127.0.0.1": socket.AF_INET}
    if _has_ipv6_loopback():
        families["::1"] = socket.AF_INET6
    for host, family in families.items():
        try:
            with socket.create_server((host, port), family=family):
                pass
        except PermissionError as error:
            raise Problem(
                f"Port {port} needs more rights than this account has: choose one above 1023, "
                "for example PORT=9000 make run."
            ) from error
        except OSError as error:
            raise Problem(
                f"Port {port} is taken by another program: stop that one or choose another port, "
                f"for example PORT={_free_port(port)} make run."
            ) from error


def _free_port(taken: int) -> int:
    for port in range(taken + 1, min(taken + 200, LAST_PORT)):
        try:
            with socket.create_server(("127.0.0.1", port)):
                return port
        except OSError:
            continue
    return 9000


def _environment(exported: dict[str, str]) -> dict[str, str]:
    settings = {"DJANGO_SETTINGS_MODULE": "hub.settings", "PYTHONUNBUFFERED": "1"}
    return {**os.environ, **settings, **exported}


def _short(path: Path) -> str:
    return str(path.relative_to(CHECKOUT)) if path.is_relative_to(CHECKOUT) else str(path)


if __name__ == "__main__":
    sys.exit(stop() if sys.argv[1:] == ["stop"] else main())
