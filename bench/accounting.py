"""CPU and memory of a process and its children, from /proc (Linux)."""

import os
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


def _stat(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return []


def tree(pid: int) -> list[int]:
    """The process and every process below it."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (fields := _stat(int(entry.name))):
            parents.setdefault(int(fields[1]), []).append(int(entry.name))
    found, waiting = [], [pid]
    while waiting:
        current = waiting.pop()
        found.append(current)
        waiting.extend(parents.get(current, []))
    return found


def cpu_seconds(pid: int) -> float:
    """User and system time of the tree, with that of children that have ended."""
    ticks = 0
    for member in tree(pid):
        if fields := _stat(member):
            ticks += int(fields[11]) + int(fields[12])
            if member == pid:
                ticks += int(fields[13]) + int(fields[14])
    return ticks / TICK


def largest_child_mb(pid: int) -> float:
    """Proportional memory of the largest worker below `pid`, in MB."""
    sizes = [0.0]
    for member in tree(pid)[1:]:
        try:
            text = Path(f"/proc/{member}/smaps_rollup").read_text(encoding="utf-8")
        except OSError:
            continue
        pss = next(line for line in text.splitlines() if line.startswith("Pss:"))
        sizes.append(int(pss.split()[1]) / 1024)
    return max(sizes)
