"""Three versions of a form: where it began, what was saved meanwhile, what I have written."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hub.compare import Part, sides


@dataclass(frozen=True)
class Difference:
    """One field that both changed, each side with its changes marked."""

    name: str
    theirs: list[Part]
    mine: list[Part]


def normal(value: Any) -> Any:
    """Equal for what a person would call the same: line ends, order of ticks, empty and missing."""
    if isinstance(value, str):
        return value.replace("\r\n", "\n").strip()
    if isinstance(value, list | tuple | set):
        return sorted(str(v) for v in value)
    return "" if value in (None, False) else value


def merge(
    base: Mapping[str, Any], theirs: Mapping[str, Any], mine: Mapping[str, Any]
) -> tuple[dict[str, Any], list[str]]:
    """`mine` with what only the other changed taken over; and the fields both changed."""
    merged, clashes = dict(mine), []
    for name in mine:
        old, other, own = (normal(version.get(name)) for version in (base, theirs, mine))
        if own == other:
            continue
        if own == old:
            merged[name] = theirs.get(name)
        elif other != old:
            clashes.append(name)
    return merged, clashes


def difference(name: str, base: Any, theirs: Any, mine: Any) -> Difference:
    old, other, own = (as_text(value) for value in (base, theirs, mine))
    return Difference(name, sides(old, other), sides(old, own))


def as_text(value: Any) -> str:
    found = normal(value)
    return ", ".join(found) if isinstance(found, list) else str(found)
