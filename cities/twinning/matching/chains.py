"""Who would have to move where: paths in the graph of moves from one pilot to the next.

Nodes are the pilots, OUT (to have no pilot) and FREE (a place that nobody has). An arc a → b is
the cheapest way to move one twin from a to b. A pair forced upon an optimal matching is paid for
by the cheapest path from its pilot to where its twin was (or to OUT): that is exact, since the
best matching with the pair differs from the present one by one cycle through it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Nodes = NDArray[np.int32]
Amounts = NDArray[np.int64]
#: No way; two of them still add without overflow.
NO_WAY = 2**60
#: A move that no score limits.
UNLIMITED = 2**40
CLOSED = -1


@dataclass(frozen=True, eq=False)
class Moves:
    """The present positions: which rows may move, from which node, with what at stake."""

    #: For each node but FREE the rows that may leave it; the last are those at OUT.
    rows_at: list[NDArray[np.intp]]
    #: Pilots with a free place, and pilots with anybody at all.
    has_free: NDArray[np.bool_]
    is_used: NDArray[np.bool_]

    @property
    def out(self) -> int:
        return len(self.rows_at) - 1

    @property
    def free(self) -> int:
        return len(self.rows_at)

    def costs(self, value: Amounts, own: Amounts, may: NDArray[np.bool_]) -> tuple[Amounts, Nodes]:
        """Least loss of value for each arc, and the row that moves (-1 at FREE)."""
        size = self.free + 1
        cost = np.full((size, size), NO_WAY, dtype=np.int64)
        mover = np.full((size, size), -1, dtype=np.int32)
        for node, rows in enumerate(self.rows_at):
            if rows.size:
                loss = np.where(may[rows], own[rows, None] - value[rows], NO_WAY)
                cost[node, : self.out] = loss.min(axis=0)
                mover[node, : self.out] = rows[loss.argmin(axis=0)]
                cost[node, self.out] = own[rows].min()
                mover[node, self.out] = rows[own[rows].argmin()]
        cost[: self.out, self.free][self.has_free] = 0
        cost[self.free, : self.out][self.is_used] = 0
        np.fill_diagonal(cost, 0)
        return cost, mover

    def widths(self, score: Amounts, may: NDArray[np.bool_]) -> tuple[Amounts, Nodes]:
        """The highest score by which each arc can be taken, and the row that then moves."""
        size = self.free + 1
        width = np.full((size, size), CLOSED, dtype=np.int64)
        mover = np.full((size, size), -1, dtype=np.int32)
        for node, rows in enumerate(self.rows_at):
            if rows.size:
                found = np.where(may[rows], score[rows], CLOSED)
                width[node, : self.out] = found.max(axis=0)
                mover[node, : self.out] = rows[found.argmax(axis=0)]
                width[node, self.out] = UNLIMITED
                mover[node, self.out] = rows[0]
        width[: self.out, self.free][self.has_free] = UNLIMITED
        width[self.free, : self.out][self.is_used] = UNLIMITED
        np.fill_diagonal(width, UNLIMITED)
        return width, mover


@dataclass(frozen=True, eq=False)
class Shortest:
    """Least cost between all nodes (Floyd and Warshall), of equals the one with fewest moves."""

    distance: Amounts
    after: Nodes
    mover: Nodes
    scale: int

    def cost(self, start: int, end: int) -> int | None:
        found = int(self.distance[start, end])
        return None if found >= NO_WAY // 2 else found // self.scale

    def path(self, start: int, end: int) -> list[tuple[int, int, int]]:
        """(row, from node, to node) for each move."""
        moves = []
        while start != end:
            step = int(self.after[start, end])
            moves.append((int(self.mover[start, step]), start, step))
            start = step
        return moves


def shortest(cost: Amounts, mover: Nodes) -> Shortest:
    size = len(cost)
    # One is added for each move, so that no cycle is free and the shortest path is found.
    scale = size + 1
    distance = np.where(cost >= NO_WAY // 2, NO_WAY, cost * scale + 1)
    np.fill_diagonal(distance, 0)
    after = np.broadcast_to(np.arange(size, dtype=np.int32), (size, size)).copy()
    for node in range(size):
        through = distance[:, node, None] + distance[None, node, :]
        better = (through < distance) & (through < NO_WAY // 2)
        np.copyto(distance, through, where=better)
        np.copyto(after, np.broadcast_to(after[:, node, None], after.shape), where=better)
    return Shortest(distance, after, mover, scale)


def widest(width: Amounts) -> Amounts:
    """The best worst arc on any path between all nodes; CLOSED where there is none."""
    best = width.copy()
    for node in range(len(best)):
        np.maximum(best, np.minimum(best[:, node, None], best[None, node, :]), out=best)
    return best


def fewest_moves(open_arcs: NDArray[np.bool_], start: int, end: int) -> list[tuple[int, int]]:
    """A shortest path of open arcs; there must be one."""
    before = np.full(len(open_arcs), -1)
    before[start] = start
    edge = np.array([start])
    while before[end] < 0:
        ways = open_arcs[edge]
        new = np.flatnonzero(ways.any(axis=0) & (before < 0))
        before[new] = edge[ways[:, new].argmax(axis=0)]
        edge = new
    path = []
    while end != start:
        path.append((int(before[end]), end))
        end = int(before[end])
    return path[::-1]


def reached(open_arcs: NDArray[np.bool_], starts: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Every node that the starts lead to, themselves included."""
    found = starts.copy()
    waiting = np.flatnonzero(starts).tolist()
    while waiting:
        new = open_arcs[waiting.pop()] & ~found
        found |= new
        waiting.extend(np.flatnonzero(new).tolist())
    return found
