"""What changed between two texts, word by word."""

import re
from dataclasses import dataclass
from typing import Literal, TypedDict

from rapidfuzz.distance import Indel

#: Above this, lines are compared instead of words: the table grows with the square.
MOST_WORDS = 12_000


class Part(TypedDict):
    op: Literal["equal", "insert", "delete"]
    text: str


@dataclass(frozen=True)
class Difference:
    """What stands now, and what somebody who did not know of it wants."""

    label: str
    now: str
    wanted: str

    @property
    def parts(self) -> list[Part]:
        return sides(self.now, self.wanted)


def sides(before: str, after: str) -> list[Part]:
    """`after` with what is new and what is gone marked, in reading order."""
    old, new = _pieces(before), _pieces(after)
    if len(old) + len(new) > MOST_WORDS:
        old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
        if len(old) + len(new) > MOST_WORDS:
            return _whole(before, after)
    parts: list[Part] = []
    gone: list[str] = []
    come: list[str] = []
    for code in Indel.opcodes(old, new):
        if code.tag != "equal":
            gone += old[code.src_start : code.src_end]
            come += new[code.dest_start : code.dest_end]
            continue
        # What replaces something stands after it.
        _add(parts, "delete", gone)
        _add(parts, "insert", come)
        _add(parts, "equal", new[code.dest_start : code.dest_end])
        gone, come = [], []
    _add(parts, "delete", gone)
    _add(parts, "insert", come)
    return parts


def _pieces(text: str) -> list[str]:
    """Words with the space that follows, so that a diff reads like text."""
    return re.findall(r"\S+\s*|\s+", text)


def _add(parts: list[Part], op: Literal["equal", "insert", "delete"], pieces: list[str]) -> None:
    if pieces:
        parts.append({"op": op, "text": "".join(pieces)})


def _whole(before: str, after: str) -> list[Part]:
    if before == after:
        return [{"op": "equal", "text": after}]
    return [{"op": "delete", "text": before}, {"op": "insert", "text": after}]
