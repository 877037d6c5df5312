"""Rows, columns with places, whole scores; what scipy answers about them, quickly.

A matching among the pairs above a bar needs few of them while the bar is high, and most bars are
shown to be reachable by few pairs even when it is low: so nearly everything here is sparse.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.intp]
NOBODY = -1
#: float64 holds whole numbers exactly below this.
EXACT = 2**53
#: Up to this share of all pairs the sparse assignment is the quicker one.
SPARSE = 0.25


@dataclass(frozen=True, eq=False)
class Edges:
    """Pairs in order of their rows; `dense` if they are all pairs at or above `bar`."""

    rows: Ints
    columns: Ints
    scores: NDArray[np.int32]
    bar: int

    def above(self, bar: int) -> "Edges":
        kept = self.scores >= bar
        return Edges(self.rows[kept], self.columns[kept], self.scores[kept], bar)


class Field:
    """`scores` below 0 are pairs that may not be; every column has a place at least."""

    def __init__(self, scores: NDArray[np.int32], places: NDArray[np.int64]) -> None:
        self.scores = scores
        self.places = np.minimum(places, scores.shape[0])
        self.first_slot = np.concatenate(([0], np.cumsum(self.places)))
        self.column_of_slot = np.repeat(np.arange(scores.shape[1]), self.places)
        self.single = bool((self.places == 1).all())
        self.best_of_row = scores.max(axis=1)
        self.best_of_column = scores.max(axis=0)

    @cached_property
    def most_conceivable(self) -> int:
        """Not more rows than have a pair, not more places than columns that have one."""
        places = int(self.places[self.best_of_column >= 0].sum())
        return min(int((self.best_of_row >= 0).sum()), places)

    def roof(self, count: int) -> int:
        """No `count` matches can all be better than this."""
        if not count:
            return 0
        by_row = int(np.partition(self.best_of_row, -count)[-count])
        slots = self.best_of_column[self.column_of_slot]
        by_column = int(np.partition(slots, -count)[-count])
        return min(by_row, by_column)

    @cached_property
    def _sampled(self) -> NDArray[np.int32]:
        """Scores of pairs far apart from one another, sorted: enough to know what is high."""
        flat = self.scores.reshape(-1)
        # A step that shares no factor with the row length visits all columns.
        step = max(1, flat.size // 5000)
        while step > 1 and np.gcd(step, self.scores.shape[1]) != 1:
            step -= 1
        taken = flat[::step]
        return np.sort(taken[taken >= 0])

    def sample(self, roof: int) -> NDArray[np.int32]:
        """Some scores from 0 to `roof`, both included, rising."""
        below = self._sampled[self._sampled < roof]
        return np.unique(np.concatenate(([0], below, [roof]))).astype(np.int32)

    def scores_between(self, low: int, below: int) -> NDArray[np.int32]:
        """`low` itself and every score above it and under `below`, rising."""
        edges = self.edges(low)
        inside = edges.scores[edges.scores < below]
        return np.unique(np.append(inside, np.int32(low)))

    @cached_property
    def _top(self) -> Edges:
        """The best pairs: some twenty for every row and column, or all of them."""
        wanted = 20 * sum(self.scores.shape)
        share = 1 - wanted / max(1, self.scores.size)
        at = int(share * self._sampled.size)
        return self._all_above(int(self._sampled[at]) if share > 0 and self._sampled.size else 0)

    def _all_above(self, bar: int) -> Edges:
        flat = np.flatnonzero(self.scores >= max(bar, 0))
        rows, columns = np.divmod(flat, self.scores.shape[1])
        return Edges(rows, columns, self.scores.reshape(-1)[flat], bar)

    def edges(self, bar: int) -> Edges:
        """Every pair at or above `bar`."""
        return self._top.above(bar) if bar >= self._top.bar else self._all_above(bar)

    def reaches(self, bar: int, count: int) -> Edges | None:
        """Every pair at or above `bar` if `count` of them can be matched at once."""
        if bar < self._top.bar and self.size(self._thin(bar)) >= count:
            return self.edges(bar)
        edges = self.edges(bar)
        return edges if self.size(edges) >= count else None

    def _thin(self, bar: int) -> Edges:
        """The best pairs, and the best of each row and each column as far as above `bar`."""
        rows = np.arange(self.scores.shape[0])
        columns = np.arange(self.scores.shape[1])
        all_rows = np.concatenate((self._top.rows, rows, self._best_row))
        all_columns = np.concatenate((self._top.columns, self._best_column, columns))
        scores = self.scores[all_rows, all_columns]
        kept = np.flatnonzero(scores >= max(bar, 0))
        kept = kept[np.argsort(all_rows[kept], kind="stable")]
        return Edges(all_rows[kept], all_columns[kept], scores[kept], bar)

    @cached_property
    def _best_column(self) -> Ints:
        return np.asarray(self.scores.argmax(axis=1), dtype=np.intp)

    @cached_property
    def _best_row(self) -> Ints:
        return np.asarray(self.scores.argmax(axis=0), dtype=np.intp)

    def size(self, edges: Edges) -> int:
        """How many of them can be matched at once (Hopcroft and Karp)."""
        from scipy.sparse.csgraph import maximum_bipartite_matching

        if not edges.rows.size:
            return 0
        rows, slots, _ = self._by_slot(edges)
        graph = self._sparse(rows, slots, np.ones(rows.size, dtype=np.int8), 0)
        return int((maximum_bipartite_matching(graph, perm_type="column") >= 0).sum())

    def _by_slot(self, edges: Edges) -> tuple[Ints, Ints, NDArray[np.int32]]:
        """A pair for each place of its column."""
        if self.single:
            return edges.rows, edges.columns, edges.scores
        times = self.places[edges.columns]
        starts = np.cumsum(times) - times
        within = np.arange(int(times.sum())) - np.repeat(starts, times)
        slots = np.repeat(self.first_slot[edges.columns], times) + within
        return np.repeat(edges.rows, times), slots, np.repeat(edges.scores, times)

    def _sparse(self, rows: Ints, slots: Ints, data: NDArray[np.generic], extra: int) -> object:
        """A matrix of rows × (slots + `extra`), made of parts already in order."""
        from scipy.sparse import csr_array

        height, width = self.scores.shape[0], len(self.column_of_slot) + extra
        starts = np.zeros(height + 1, dtype=np.int32)
        np.cumsum(np.bincount(rows, minlength=height), out=starts[1:])
        return csr_array((data, slots.astype(np.int32), starts), shape=(height, width))

    def best_total(self, edges: Edges, count: int) -> Ints:
        """Of all ways to match `count` of these pairs at once, one with the highest total.

        `count` is the most that can be matched. Answers each row's column, or NOBODY.
        """
        if not count:
            return np.full(self.scores.shape[0], NOBODY, dtype=np.intp)
        rows, slots, scores = self._by_slot(edges)
        shape = (self.scores.shape[0], len(self.column_of_slot))
        if rows.size > SPARSE * shape[0] * shape[1]:
            return self.dense_total(edges.bar)
        if count == min(shape):
            return self._full_total(rows, slots, scores)
        return self._padded_total(rows, slots, scores)

    def _full_total(self, rows: Ints, slots: Ints, scores: NDArray[np.int32]) -> Ints:
        """Where every row, or every place, finds a match."""
        from scipy.sparse.csgraph import min_weight_full_bipartite_matching

        costs = (int(scores.max()) + 1 - scores.astype(np.int64)).astype(np.float64)
        graph = self._sparse(rows, slots, costs, 0)
        return self._answer(*min_weight_full_bipartite_matching(graph))

    def _padded_total(self, rows: Ints, slots: Ints, scores: NDArray[np.int32]) -> Ints:
        """Every row gets a place of its own outside, dearer than anything can be worth."""
        from scipy.sparse.csgraph import min_weight_full_bipartite_matching

        height = self.scores.shape[0]
        top = int(scores.max()) + 1
        dear = exact(top * (height + 1), times=height)
        order = np.argsort(np.concatenate((rows, np.arange(height))), kind="stable")
        costs = np.concatenate((top - scores.astype(np.int64), np.full(height, dear)))
        outside = len(self.column_of_slot) + np.arange(height)
        graph = self._sparse(
            np.concatenate((rows, np.arange(height)))[order],
            np.concatenate((slots, outside))[order],
            costs[order].astype(np.float64),
            height,
        )
        found, taken = min_weight_full_bipartite_matching(graph)
        inside = taken < len(self.column_of_slot)
        return self._answer(found[inside], taken[inside])

    def dense_total(self, bar: int) -> Ints:
        """As many as possible at or above `bar`, by a bonus that outweighs every total."""
        pairs = min(self.scores.shape[0], len(self.column_of_slot))
        bonus = exact((int(self.best_of_row.max()) + 1) * (pairs + 1), times=pairs)
        scores = self.scores if self.single else self.scores[:, self.column_of_slot]
        return self.best_gain(np.where(scores >= max(bar, 0), bonus + scores.astype(float), 0.0))

    def best_gain(self, gains: NDArray[np.float64]) -> Ints:
        """The highest sum of gains, one for each row and slot; 0 stands for no match."""
        from scipy.optimize import linear_sum_assignment

        rows, slots = linear_sum_assignment(gains, maximize=True)
        counts = gains[rows, slots] > 0
        return self._answer(rows[counts], slots[counts])

    def _answer(self, rows: Ints, slots: Ints) -> Ints:
        found = np.full(self.scores.shape[0], NOBODY, dtype=np.intp)
        found[rows] = self.column_of_slot[slots]
        return found


def exact(number: int, *, times: int) -> int:
    """`number`, if a sum of so many of them is still exact in float64."""
    if int(number) * 2 * max(1, int(times)) >= EXACT:
        raise OverflowError("Scores this large cannot be added exactly: lower the weights.")
    return int(number)
