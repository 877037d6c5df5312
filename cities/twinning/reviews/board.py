"""What the coordinator sees of a call's reviews: means, spread, gaps, and who reads how much."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from cities.models.places import by_swedish_order
from cities.twinning.enums import ConflictKind
from cities.twinning.models import (
    Application,
    Call,
    Conflict,
    Criterion,
    Declaration,
    Review,
    Score,
)
from cities.twinning.reviews.assigning import Pair, found_by_hub, reviewers_of
from hub.models import User


@dataclass
class Row:
    """One application; `marks` are whole per cents of the most points, weighted."""

    application: Application
    reviews: list["Seen"] = field(default_factory=list)
    #: Taken off again; they may be asked once more.
    removed: list[Review] = field(default_factory=list)

    @property
    def marks(self) -> list[int]:
        return [seen.mark for seen in self.reviews if seen.mark is not None]

    @property
    def mean(self) -> int | None:
        return round(sum(self.marks) / len(self.marks)) if self.marks else None

    @property
    def spread(self) -> int | None:
        """Between the highest and the lowest mark; None with fewer than two."""
        return max(self.marks) - min(self.marks) if len(self.marks) > 1 else None

    @property
    def waiting(self) -> int:
        return len([s for s in self.reviews if s.state == "asked"])


@dataclass
class Seen:
    review: Review
    state: str
    mark: int | None = None
    #: Of a conflict: who found it.
    conflict: Any = ""


@dataclass
class Reader:
    person: User
    has_declared: bool
    asked: int
    done: int
    conflicts: int


@dataclass
class Board:
    rows: list[Row]
    readers: list[Reader]


def board_of(call: Call) -> Board:
    """As many queries for many applications as for one."""
    found = Application.objects.in_the_running().filter(call=call).select_related("city")
    rows = {a.pk: Row(a) for a in found.order_by(by_swedish_order("city__name"))}
    readers = reviewers_of(call)
    conflicts = _conflicts(call, readers)
    marks = marks_of(call)
    asked: Counter[int] = Counter()
    done: Counter[int] = Counter()
    reviews = Review.objects.filter(application__in=rows)
    for review in reviews.select_related("reviewer").order_by("reviewer__name", "pk"):
        row = rows[review.application_id]
        if review.removed_at:
            row.removed.append(review)
            continue
        kind = conflicts.get((row.application.city_id, review.reviewer_id))
        state = _state(review, kind is not None)
        mark = marks.get(review.pk) if state == "done" else None
        row.reviews.append(Seen(review, state, mark, kind.label if kind else ""))
        asked[review.reviewer_id] += state in ("asked", "done")
        done[review.reviewer_id] += state == "done"
    declared = set(Declaration.objects.filter(call=call).values_list("reviewer_id", flat=True))
    counts = Counter(reviewer for _city, reviewer in conflicts)
    return Board(
        list(rows.values()),
        [Reader(r, r.pk in declared, asked[r.pk], done[r.pk], counts[r.pk]) for r in readers],
    )


def _conflicts(call: Call, readers: list[User]) -> dict[Pair, ConflictKind]:
    """City and reviewer: those that were written down, and those that the hub finds now."""
    kept = Conflict.objects.filter(call=call).values_list("city_id", "reviewer_id", "kind")
    found = found_by_hub(call, readers)
    return found | {(city, reviewer): ConflictKind(kind) for city, reviewer, kind in kept}


def _state(review: Review, has_conflict: bool) -> str:
    if has_conflict:
        return "conflict"
    if review.abstained_at:
        return "abstained"
    return "done" if review.submitted_at else "asked"


def marks_of(call: Call) -> dict[int, int]:
    """Review → weighted share of the most points, in whole per cent."""
    weights = {c.pk: (c.weight, c.most) for c in Criterion.objects.filter(scheme=call.scheme_id)}
    total = sum(weight for weight, _most in weights.values())
    sums: dict[int, float] = defaultdict(float)
    scores = Score.objects.filter(review__application__call=call)
    for review, criterion, points in scores.values_list("review_id", "criterion_id", "points"):
        weight, most = weights[criterion]
        sums[review] += weight * points / most
    return {review: round(100 * value / total) for review, value in sums.items()} if total else {}


def means_of(call: Call) -> dict[int, int]:
    """Application → mean of the marks that count, in whole per cent."""
    marks = marks_of(call)
    found: dict[int, list[int]] = defaultdict(list)
    counted = Review.objects.counted().filter(application__call=call)
    for review, application in counted.values_list("pk", "application_id"):
        if review in marks:
            found[application].append(marks[review])
    return {application: round(sum(m) / len(m)) for application, m in found.items()}
