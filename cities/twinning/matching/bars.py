"""Why a pair may not be, and why pins cannot hold; read by pages too."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Bar(StrEnum):
    """Why a pair may not be."""

    VETO = "veto"
    NOT_ELIGIBLE = "not eligible"
    OWN_CITY = "own city"


class Obstacle(StrEnum):
    """Why pins cannot all hold."""

    TWO_PINS = "two pins for one twin"
    PIN_ON_VETO = "pin onto a barred pair"
    PINS_OVER_PLACES = "more pins than places"
    PIN_ON_ABSENT = "pin of a city that is not in"


@dataclass(frozen=True)
class Conflict:
    """The pins that contradict each other or something else, by key."""

    kind: Obstacle
    twins: tuple[int, ...]
    pilots: tuple[int, ...]
    places: int = 0
    bar: Bar | None = None


class Infeasible(Exception):
    def __init__(self, conflicts: Sequence[Conflict]) -> None:
        self.conflicts = tuple(conflicts)
        super().__init__("; ".join(f"{c.kind}: {c.twins} – {c.pilots}" for c in conflicts))
