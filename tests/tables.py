"""Tables that each room writes in a file of its own; a file that is there is read."""

from collections.abc import Iterable
from pkgutil import iter_modules

#: Decides for routes of libraries, by rule.
NO_TABLE = ("rules",)


def tables(path: Iterable[str]) -> tuple[str, ...]:
    """The names of the files in a package's folder that hold one."""
    return tuple(sorted(m.name for m in iter_modules(path) if m.name not in NO_TABLE))
