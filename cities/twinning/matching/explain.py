"""Why each pair that is missing is missing, and why each twin without a pilot has none."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from cities.twinning.matching import chains
from cities.twinning.matching.bars import Bar
from cities.twinning.matching.chains import CLOSED, Amounts, Moves, Shortest
from cities.twinning.matching.problem import NEVER, NOBODY, Matching, Problem
from cities.twinning.matching.reasons import Missing, Move, Plight, Reason, Unmatched
from cities.twinning.matching.repair import kept_pairs, repair
from cities.twinning.matching.solve import solve


class Explanation:
    """Reads an optimal matching; `present` is what a repair started from.

    Shortest paths between all pilots are worked out once; after that a pair costs next to nothing.
    """

    def __init__(
        self, problem: Problem, matching: Matching, present: Mapping[int, int] | None = None
    ) -> None:
        self.problem = problem
        self.present = present
        self.at = matching.columns
        self.bar = matching.worst or 0
        self.scores: Amounts = problem.scores.astype(np.int64)
        self.may = problem.allowed != NEVER
        self.kept: Amounts | None = None
        if present is not None:
            self.kept = kept_pairs(problem, present).astype(np.int64)
        self.occupied = np.bincount(self.at[self.at != NOBODY], minlength=len(problem.pilots))
        self.moves = self._moves()
        self._paths: dict[tuple[int, int, int], tuple[Move, ...]] = {}

    def _moves(self) -> Moves:
        rows = self.problem.free_rows
        at = self.at[rows]
        nodes = [*range(len(self.problem.pilots)), NOBODY]
        return Moves(
            rows_at=[rows[at == node] for node in nodes],
            has_free=self.occupied < self.problem.places,
            is_used=self.occupied > 0,
        )

    def _own(self, value: Amounts) -> Amounts:
        """What each row has now; nothing without a pilot."""
        rows = np.arange(len(self.at))
        return np.where(self.at == NOBODY, 0, value[rows, self.at])

    @cached_property
    def _unit(self) -> int:
        """More than any path of moves can change the total."""
        return 2 * (int(self.scores.max(initial=0)) + 1) * (self.moves.free + 2)

    @cached_property
    def _value(self) -> Amounts:
        """A score, and a kept pair above all scores."""
        return self.scores if self.kept is None else self.scores + self.kept * self._unit

    @cached_property
    def _totals(self) -> Shortest:
        """Moves that leave the worst match as good as it is."""
        may = self.may & (self.scores >= self.bar)
        return chains.shortest(*self.moves.costs(self._value, self._own(self._value), may))

    @cached_property
    def _changes(self) -> Shortest | None:
        """Present pairs given up, whatever becomes of the scores."""
        if self.kept is None:
            return None
        return chains.shortest(*self.moves.costs(self.kept, self._own(self.kept), self.may))

    @cached_property
    def _wide(self) -> tuple[Amounts, chains.Nodes]:
        """How good the moved ones can stay on each arc, without more changes than need be."""
        if self._changes is None or self.kept is None:
            return self._any_moves
        # Potentials: a move is on some path without further changes if it is tight between them.
        reached = np.where(
            self._changes.distance >= chains.NO_WAY // 2,
            chains.NO_WAY,
            self._changes.distance // self._changes.scale,
        ).min(axis=0)
        own = self._own(self.kept)
        node = np.where(self.at == NOBODY, self.moves.out, self.at)
        spent = own[:, None] - self.kept + reached[node][:, None] - reached[None, : self.moves.out]
        width, mover = self.moves.widths(self.scores, self.may & (spent == 0))
        for start, end in ((slice(None), self.moves.free), (self.moves.free, slice(None))):
            slack = reached[start] - reached[end] != 0
            width[start, end] = np.where(slack, CLOSED, width[start, end])
        self._close_costly_exits(width, mover, own, reached)
        return width, mover

    def _close_costly_exits(
        self, width: Amounts, mover: chains.Nodes, own: Amounts, reached: Amounts
    ) -> None:
        out = self.moves.out
        for node, rows in enumerate(self.moves.rows_at[:-1]):
            fit = rows[own[rows] + reached[node] - reached[out] == 0]
            width[node, out] = chains.UNLIMITED if fit.size else CLOSED
            mover[node, out] = fit[0] if fit.size else -1

    @cached_property
    def _widest(self) -> Amounts:
        return chains.widest(self._wide[0])

    @cached_property
    def _any_moves(self) -> tuple[Amounts, chains.Nodes]:
        return self.moves.widths(self.scores, self.may)

    @property
    def _any_mover(self) -> chains.Nodes:
        return self._any_moves[1]

    @property
    def _from_out(self) -> NDArray[np.bool_]:
        """Pilots that somebody without one may come to."""
        out = self.moves.out
        return np.not_equal(self._any_moves[0][out, :out], CLOSED)

    @cached_property
    def _open_arcs(self) -> NDArray[np.bool_]:
        """Moves from pilot to pilot, and into a free place; nobody is put out."""
        arcs = np.not_equal(self._any_moves[0], CLOSED)
        arcs[:, self.moves.out] = arcs[self.moves.out, :] = arcs[self.moves.free, :] = False
        return arcs

    @cached_property
    def _leads_to_free(self) -> NDArray[np.bool_]:
        """Pilots that have a free place, or get one by moves alone."""
        start = np.zeros(self.moves.free + 1, dtype=bool)
        start[self.moves.free] = True
        return chains.reached(self._open_arcs.T, start)[: self.moves.out]

    @cached_property
    def _wanted_by_unmatched(self) -> NDArray[np.bool_]:
        """Places that, left free, would go to somebody who has none; to have none is one."""
        start = np.zeros(self.moves.free + 1, dtype=bool)
        start[: self.moves.out] = self._from_out
        start[self.moves.out] = True
        return chains.reached(self._open_arcs, start)

    # Pairs ------------------------------------------------------------------------------------

    def missing(self, row: int, column: int) -> Missing:
        """Why this pair is not in the matching."""
        bar = self.problem.bars.get((row, column))
        if bar is None:
            return self._consequence(row, column)
        if bar is not Bar.VETO:
            return replace(self._bare(row, column), reason=Reason.BARRED, bar=bar)
        facts = self._consequence(row, column)
        if facts.reason in (Reason.LOWER, Reason.EQUAL, Reason.BETTER):
            facts = self._raised(row, column) or facts
        return replace(facts, reason=Reason.BARRED, otherwise=facts.reason, bar=bar)

    def _raised(self, row: int, column: int) -> Missing | None:
        """A pair that is allowed anew may lift the worst match, which moves alone never can."""
        bars = {pair: bar for pair, bar in self.problem.bars.items() if pair != (row, column)}
        pinned = replace(self.problem, bars=bars, pins={**self.problem.pins, row: column})
        found = repair(pinned, self.present) if self.present is not None else solve(pinned)
        score = int(self.scores[row, column])
        worst = score if found.worst is None else min(found.worst, score)
        as_many = (self.at != NOBODY).sum() == found.count
        if not as_many or self._kept_in(found.columns) != self._kept_in(self.at):
            return None
        if worst <= self.bar:
            return None
        changed = [r for r in np.flatnonzero(found.columns != self.at).tolist() if r != row]
        nodes = np.where(found.columns == NOBODY, self.moves.out, found.columns)
        before = np.where(self.at == NOBODY, self.moves.out, self.at)
        path = [(r, int(before[r]), int(nodes[r])) for r in changed]
        bare = self._bare(row, column)
        return replace(bare, reason=Reason.RAISED, worst=worst, moves=self._named(path))

    def _kept_in(self, columns: NDArray[np.intp]) -> int:
        if self.kept is None:
            return 0
        rows = np.flatnonzero(columns != NOBODY)
        return int(self.kept[rows, columns[rows]].sum())

    def _consequence(self, row: int, column: int) -> Missing:
        bare = self._bare(row, column)
        if row in self.problem.pins:
            return replace(bare, reason=Reason.TWIN_PINNED)
        if not self.problem.places[column]:
            return replace(bare, reason=Reason.NO_PLACES)
        if not self.problem.free_places[column]:
            return replace(bare, reason=Reason.PINS_FILL)
        goal = int(self.at[row]) if self.at[row] != NOBODY else self.moves.out
        if self._leads_to_free[column] and self._wanted_by_unmatched[goal]:
            return replace(bare, reason=Reason.MORE, moves=self._for_one_more(column, goal))
        changes = self._changes_of(row, column, goal)
        if changes is None:
            exit_ = int(self._totals.mover[column, self.moves.out])
            moves = self._named([(exit_, column, self.moves.out)])
            return replace(bare, reason=Reason.FEWER, moves=moves)
        if changes and self._changes is not None:
            reason = Reason.MORE_CHANGES if changes > 0 else Reason.FEWER_CHANGES
            moves = self._named(self._changes.path(column, goal))
            return replace(bare, reason=reason, changes=changes, moves=moves)
        return self._by_score(bare, row, column, goal)

    def _for_one_more(self, column: int, goal: int) -> tuple[Move, ...]:
        """Somebody without a pilot comes to the place left, and the pilot's guest makes room."""
        arcs = self._open_arcs.copy()
        arcs[self.moves.out, : self.moves.out] = self._from_out
        ways = ((self.moves.out, goal), (column, self.moves.free))
        paths = [self._by_fewest(arcs, self._any_mover, start, end) for start, end in ways]
        return self._named([move for path in paths for move in path])

    def _by_score(self, bare: Missing, row: int, column: int, goal: int) -> Missing:
        score = int(self.scores[row, column])
        cost = self._totals.cost(column, goal) if score >= self.bar else None
        if cost is not None:
            own = int(self._value[row, self.at[row]]) if self.at[row] != NOBODY else 0
            loss = cost + own - int(self._value[row, column])
            if loss < self._unit // 2:
                reason = Reason.LOWER if loss > 0 else Reason.EQUAL if not loss else Reason.BETTER
                moves = self._named(self._totals.path(column, goal))
                return replace(bare, reason=reason, loss=loss, worst=self.bar, moves=moves)
        width = int(self._widest[column, goal])
        key = (width, column, goal)
        if key not in self._paths:
            arcs = self._wide[0] >= width
            self._paths[key] = self._named(self._by_fewest(arcs, self._wide[1], column, goal))
        worst = min(score, width)
        return replace(bare, reason=Reason.WORSE, worst=worst, moves=self._paths[key])

    def _changes_of(self, row: int, column: int, goal: int) -> int | None:
        """Present pairs that would have to be given up; None if a match would be lost."""
        if self._changes is None or self.kept is None:
            return None if self._widest[column, goal] == CLOSED else 0
        cost = self._changes.cost(column, goal)
        if cost is None:
            return None
        own = int(self.kept[row, self.at[row]]) if self.at[row] != NOBODY else 0
        return cost + own - int(self.kept[row, column])

    def _by_fewest(
        self, arcs: NDArray[np.bool_], mover: chains.Nodes, start: int, end: int
    ) -> list[tuple[int, int, int]]:
        path = chains.fewest_moves(arcs, start, end)
        return [(int(mover[a, b]), a, b) for a, b in path]

    def _named(self, path: list[tuple[int, int, int]]) -> tuple[Move, ...]:
        """Keys instead of rows and nodes; a free place moves nobody."""
        return tuple(
            Move(self.problem.twins[row], self._pilot(start), self._pilot(end))
            for row, start, end in path
            if row != -1
        )

    def _pilot(self, node: int) -> int | None:
        return self.problem.pilots[node] if node < self.moves.out else None

    def _bare(self, row: int, column: int) -> Missing:
        occupants = np.flatnonzero(self.at == column).tolist()
        full = len(occupants) >= int(self.problem.places[column])
        return Missing(
            twin=self.problem.twins[row],
            pilot=self.problem.pilots[column],
            reason=Reason.EQUAL,
            instead=self._pilot(int(self.at[row])) if self.at[row] != NOBODY else None,
            occupants=tuple(self.problem.twins[other] for other in occupants),
            places=int(self.problem.places[column]),
            one_place_more=full and row not in self.problem.pins and bool(self.may[row, column]),
        )

    # Twins without a pilot --------------------------------------------------------------------

    def unmatched(self, row: int) -> Unmatched:
        """The obstacle, and every single change that would take it away."""
        start = np.zeros(self.moves.free + 1, dtype=bool)
        start[: self.moves.out] = self.may[row]
        tight = chains.reached(self._open_arcs, start)[: self.moves.out]
        columns = np.flatnonzero(tight).tolist()
        rivals = [row, *(r for column in columns for r in self.moves.rows_at[column].tolist())]
        pinned = [(r, c) for r, c in self.problem.pins.items() if tight[c]]
        twins, pilots = self.problem.twins, self.problem.pilots
        lifts = self._lifts(rivals)
        barred = {bar: self._barred(row, bar) for bar in Bar}
        return Unmatched(
            twin=twins[row],
            plight=Plight.ALLOWED_ARE_FULL if columns else Plight.NOTHING_ALLOWED,
            pilots=tuple(pilots[column] for column in columns),
            rivals=tuple(sorted(twins[rival] for rival in rivals)),
            places=int(self.problem.places[tight].sum()),
            pinned=len(pinned),
            lifts=tuple((twins[r], pilots[c]) for r, c in lifts),
            releases=tuple(
                (twins[r], pilots[c])
                for r, c in sorted(pinned)
                if (self.may[r] & self._leads_to_free).any()
            ),
            lifts_with_place=tuple(
                pilots[c] for c in barred[Bar.VETO] if not columns and not self._leads_to_free[c]
            ),
            not_eligible=tuple(pilots[c] for c in barred[Bar.NOT_ELIGIBLE]),
            own_city=tuple(pilots[c] for c in barred[Bar.OWN_CITY]),
        )

    def _lifts(self, rivals: list[int]) -> list[tuple[int, int]]:
        wanted = set(rivals)
        return sorted(
            (row, column)
            for (row, column), bar in self.problem.bars.items()
            if bar is Bar.VETO and row in wanted and self._leads_to_free[column]
        )

    def _barred(self, row: int, bar: Bar) -> list[int]:
        barred = np.flatnonzero(~self.may[row]).tolist()
        return [column for column in barred if self.problem.bars[row, column] is bar]
