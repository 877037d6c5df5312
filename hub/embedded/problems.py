"""What went wrong, in one sentence for the person at the terminal."""

from __future__ import annotations

import errno
from pathlib import Path

MEGABYTE = 1024 * 1024


class Problem(Exception):
    """Something the person at the terminal can mend. `str()` is the whole sentence."""


def disk_full(place: Path) -> Problem:
    return Problem(f"The disk that holds {place} is full: free some space there and start again.")


def not_ours(place: Path) -> Problem:
    return Problem(
        f"{place} cannot be used by this account: start the hub with the account that "
        "started it the first time, or give that folder to this account with chown."
    )


def from_os_error(error: OSError, place: Path) -> Problem:
    """The sentence for an OSError met while working in `place`."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return disk_full(place)
    if error.errno in {errno.EACCES, errno.EPERM}:
        return not_ours(Path(error.filename) if error.filename else place)
    if error.errno == errno.EROFS:
        return Problem(f"{place} is on a read-only disk: put the checkout where it can write.")
    return Problem(f"{place} cannot be used: {error.strerror or error}.")


def from_log(what: str, log: Path) -> Problem:
    """The sentence for something that stopped at its start, read from its own log."""
    tail = tail_of(log)
    if "No space left on device" in tail or "Disk quota exceeded" in tail:
        return disk_full(log.parent)
    return Problem(f"{what} failed; the end of {log} says:\n{tail}")


def tail_of(log: Path, lines: int = 8) -> str:
    try:
        text = log.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return "(nothing)"
    return "\n".join(text.strip().splitlines()[-lines:])
