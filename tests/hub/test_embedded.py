"""The servers of `make run`: what is said when something is in the way, and what is left behind."""

from __future__ import annotations

import errno
import json
import os
import signal
import socket
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from hub.embedded import accounts, environment, folder_lock, places, problems, processes, serve
from hub.embedded.postgres import Postgres
from hub.embedded.problems import Problem
from hub.embedded.processes import Identity

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A data folder whose name has a space and a letter outside ASCII."""
    folder = tmp_path / "kund å 1"
    folder.mkdir()
    return folder


def server_in(home: Path) -> Postgres:
    where = places.Places(home, home, home, None)
    return Postgres(where, log=home / "postgresql.log")


def test_busy_port_is_said_with_a_free_one() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Problem) as problem:
            serve._refuse_busy_port(port)
    assert str(problem.value).startswith(f"Port {port} is taken by another program")
    free = int(str(problem.value).partition("PORT=")[2].partition(" ")[0])
    serve._refuse_busy_port(free)


@pytest.mark.parametrize("text", ["", "0", "65536", "-1", "eighty", "80 ", "٨٠"])
def test_port_that_is_no_port_is_refused(text: str) -> None:
    with pytest.raises(Problem, match="it must be a number from 1 to 65535"):
        serve._port(text)


def test_port_is_read() -> None:
    assert serve._port("9000") == 9000


def test_second_start_of_a_folder_is_refused_with_its_address(tmp_path: Path) -> None:
    path = tmp_path / "run" / "serve.lock"
    first = folder_lock.take(path, address="http://localhost:8000/")
    with pytest.raises(Problem) as problem:
        folder_lock.take(path, address="http://localhost:9000/")
    assert str(problem.value) == (
        f"The hub of this folder already runs at http://localhost:8000/ (process {os.getpid()}): "
        "use that one, or stop it with `make stop`."
    )
    first.close()
    folder_lock.take(path, address="http://localhost:9000/").close()


def test_start_waits_for_one_that_is_stopping(tmp_path: Path) -> None:
    path = tmp_path / "serve.lock"
    code = textwrap.dedent(
        """
        import sys, time
        from pathlib import Path
        from hub.embedded import folder_lock
        file = folder_lock.take(Path(sys.argv[1]), address="x")
        folder_lock.write(file, address="x", stopping=True)
        print("held", flush=True)
        time.sleep(1)
        """
    )
    other = subprocess.Popen(
        [sys.executable, "-c", code, str(path)], cwd=CHECKOUT, stdout=subprocess.PIPE
    )
    assert other.stdout is not None
    assert other.stdout.readline() == b"held\n"
    folder_lock.take(path, address="y").close()
    other.stdout.close()
    assert other.wait(5) == 0


def test_database_of_a_newer_postgresql_is_refused(home: Path) -> None:
    (home / "postgres").mkdir()
    (home / "postgres" / "PG_VERSION").write_text("19\n")
    with pytest.raises(Problem) as problem:
        server_in(home).start()
    assert "holds a database of PostgreSQL 19" in str(problem.value)
    assert "use the version of the hub that made it" in str(problem.value)


def test_database_of_an_older_postgresql_names_the_way(home: Path) -> None:
    (home / "postgres").mkdir()
    (home / "postgres" / "PG_VERSION").write_text("17\n")
    with pytest.raises(Problem, match="make a backup with the version of the hub that made it"):
        server_in(home).start()


def test_full_disk_is_said_before_anything_is_made(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "ROOM_FOR_A_NEW_DATABASE", 10**18)
    with pytest.raises(Problem, match=r"is full: free some space there and start again\."):
        places.check_room(home)
    assert list(home.iterdir()) == []


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.ENOSPC, "is full: free some space there and start again."),
        (errno.EACCES, "cannot be used by this account"),
        (errno.EROFS, "is on a read-only disk"),
    ],
)
def test_errors_of_the_disk_become_sentences(number: int, sentence: str) -> None:
    error = OSError(number, os.strerror(number))
    assert sentence in str(problems.from_os_error(error, Path("/srv/hub")))


def test_full_disk_is_recognised_in_a_servers_log(tmp_path: Path) -> None:
    log = tmp_path / "postgresql.log"
    log.write_text("FATAL:  could not write lock file: No space left on device\n")
    assert "is full" in str(problems.from_log("PostgreSQL", log))
    log.write_text("FATAL:  something else\n")
    assert "something else" in str(problems.from_log("PostgreSQL", log))


def test_pid_file_that_names_a_stranger_is_no_stray(home: Path) -> None:
    """After a crash of the machine the number in postmaster.pid belongs to anybody."""
    server = server_in(home)
    server.data.mkdir()
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    (server.data / "postmaster.pid").write_text(f"{stranger.pid}\n{server.data}\n")
    try:
        assert server.running() is None
        server.stop_stray()
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_identity_tells_a_process_from_a_later_one_with_its_number() -> None:
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    identity = Identity.of(child.pid)
    assert identity is not None
    assert identity.is_alive()
    assert not Identity(child.pid, "an earlier start").is_alive()
    child.kill()
    child.wait()
    assert not identity.is_alive()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="death signals are Linux's")
@pytest.mark.parametrize("with_signal", [True, False])
def test_child_dies_with_a_killed_parent(tmp_path: Path, with_signal: bool) -> None:
    """Without the death signal (the control) the child goes on; with it, it ends."""
    code = textwrap.dedent(
        """
        import os, sys, time
        from pathlib import Path
        from hub.embedded import processes
        if sys.argv[1] == "False":
            processes._death_signal = lambda number: None
        log = open(os.devnull, "wb")
        child = processes.spawn(["/bin/sleep", "60"], env={}, cwd=Path("/"), log=log)
        print(child.pid, flush=True)
        time.sleep(60)
        """
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", code, str(with_signal)], cwd=CHECKOUT, stdout=subprocess.PIPE
    )
    assert parent.stdout is not None
    child = Identity.of(int(parent.stdout.readline()))
    assert child is not None
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    ended = processes.wait_until(lambda: not child.is_alive(), 5 if with_signal else 0.5)
    if not ended:
        os.kill(child.pid, signal.SIGKILL)
    assert ended == with_signal


def test_adopt_takes_over_a_running_hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    me = Identity.of(os.getpid())
    assert me is not None
    _record(tmp_path, me, monkeypatch)
    environment.adopt()
    assert os.environ["DATABASE_URL"] == "postgres://adopted"
    assert os.environ["REDIS_URL"] == "redis://adopted"


def test_adopt_says_what_to_do_when_the_hub_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _record(tmp_path, Identity(os.getpid(), "an earlier start"), monkeypatch)
    with pytest.raises(SystemExit, match="start the hub of this folder with `make run`"):
        environment.adopt()


def test_adopt_leaves_named_servers_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    me = Identity.of(os.getpid())
    assert me is not None
    _record(tmp_path, me, monkeypatch)
    monkeypatch.setenv("DATABASE_URL", "postgres://mine")
    environment.adopt()
    assert os.environ["DATABASE_URL"] == "postgres://mine"
    assert os.environ["REDIS_URL"] == "redis://adopted"


def test_secret_key_is_made_once_and_is_private(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    key = environment.secret_key()
    assert len(key) >= 60
    assert environment.secret_key() == key
    assert (tmp_path / "secret-key").stat().st_mode & 0o777 == 0o600


def test_socket_folder_is_short_even_for_a_long_home(tmp_path: Path) -> None:
    deep = tmp_path / ("ö" * 60) / ("long" * 40)
    folder = places._socket_folder(deep, None)
    try:
        assert len(os.fsencode(folder / ".s.PGSQL.5432")) < 100
        assert folder.stat().st_mode & 0o777 == 0o700
        assert folder == places._socket_folder(deep, None)
    finally:
        folder.rmdir()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has accounts to choose from")
def test_root_hands_servers_to_an_account_that_can_reach_them(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    nobody = accounts.servers_run_as(closed)
    assert nobody is not None
    assert nobody.uid != 0
    assert not accounts.can_reach(closed, nobody)
    where = places.prepare(closed / "var", fallback=tmp_path / "open")
    assert closed.stat().st_mode & 0o777 == 0o700
    assert closed.stat().st_uid == 0
    assert where.home == tmp_path / "open" or accounts.can_reach(where.home, nobody)


def _record(folder: Path, holder: Identity, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAR_DIR", str(folder))
    for name in ("DATABASE_URL", "REDIS_URL"):
        # Set first: what adopt() exports must be taken back after the test.
        monkeypatch.setenv(name, "")
    monkeypatch.setattr(sys, "argv", ["manage.py", "shell"])
    words = {
        "pid": holder.pid,
        "started": holder.started,
        "environment": {"DATABASE_URL": "postgres://adopted", "REDIS_URL": "redis://adopted"},
    }
    (folder / "run").mkdir()
    (folder / "run" / "servers.json").write_text(json.dumps(words))
