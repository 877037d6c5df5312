"""Who runs the embedded servers: PostgreSQL refuses to run as root."""

from __future__ import annotations

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path

from hub.embedded.problems import Problem

UNPRIVILEGED = ("nobody", "daemon", "_www")


@dataclass(frozen=True)
class Account:
    uid: int
    gid: int
    name: str


def servers_run_as(data: Path) -> Account | None:
    """The account for the servers of `data`; None means the account we are."""
    if os.geteuid() != 0:
        return None
    if data.exists() and data.stat().st_uid != 0:
        # An ordinary account made this database before: its files stay its own.
        return _account_of(data.stat().st_uid)
    for name in UNPRIVILEGED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid > 0:
            return Account(entry.pw_uid, entry.pw_gid, name)
    raise Problem(
        "PostgreSQL does not run as root and no account named nobody exists here: "
        "run make as an ordinary account."
    )


def can_reach(path: Path, account: Account | None) -> bool:
    """Whether `account` may read and enter `path`, asked of the kernel itself."""
    if account is None:
        return os.access(path, os.R_OK | os.X_OK)
    asked = subprocess.run(  # noqa: S603 - a fixed command; the path is an argument of its own
        ["/bin/sh", "-c", '[ -r "$0" ] && [ -x "$0" ]', str(path)],
        user=account.uid,
        group=account.gid,
        extra_groups=[],
        cwd="/",
        check=False,
    )
    return asked.returncode == 0


def give_to(path: Path, account: Account | None) -> None:
    """Hand over a folder that we have just made (never one that was there before)."""
    if account is not None:
        os.chown(path, account.uid, account.gid)


def _account_of(uid: int) -> Account:
    try:
        entry = pwd.getpwuid(uid)
    except KeyError as unknown:
        raise Problem(
            f"The database files belong to account number {uid}, which this machine does not "
            "know: give the folder to an account that exists with chown -R."
        ) from unknown
    return Account(uid, entry.pw_gid, entry.pw_name)
