"""City marks: a pattern of nine tiles drawn from the letters of a name."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

CELL = 8
HUES = 6
# Tiles on a cell of 8 units, relative to its upper left corner.
TILES = (
    "h8a8 8 0 0 1-8 8z",
    "m8 0v8a8 8 0 0 1-8-8z",
    "m8 8h-8a8 8 0 0 1 8-8z",
    "m0 8v-8a8 8 0 0 1 8 8z",
    "h8v8z",
    "v8h8z",
    "h8v4h-8z",
    "h4v8h-4z",
    "m4 1a3 3 0 1 1 0 6a3 3 0 1 1 0-6z",
    "h8v8h-8z",
)
QUIET = len(TILES)


@dataclass(frozen=True)
class Mark:
    """`hue` is 1 to HUES; `deep` and `light` are path data on a 24 unit square."""

    hue: int
    deep: str
    light: str


@lru_cache(maxsize=4096)
def city_mark(name: str) -> Mark:
    """The mark of a name: the same for ever, whatever its case or edge spaces."""
    seed = sha256(name.strip().casefold().encode()).digest()
    paths = {True: "", False: ""}
    for cell in range(9):
        tile = seed[cell] % (QUIET + 1)
        if tile == QUIET:
            continue
        row, column = divmod(cell, 3)
        is_deep = cell == 4 or seed[9 + cell] % 5 < 3
        paths[is_deep] += f"M{column * CELL} {row * CELL}{TILES[tile]}"
    return Mark(hue=seed[20] % HUES + 1, deep=paths[True], light=paths[False])
