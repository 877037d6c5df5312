"""Puts names beside dots so that no two names, and no name and dot, lie on each other.

Greedy over a fixed order of places (beside the dot first, then further out on
a leader), most important city first. Deterministic: the same cities give the
same map. Sizes are in units of the sheet.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, hypot, pi, sin

from cities.map.projection import HEIGHT, WIDTH, Point

DOT = 4.0
#: How far from the dot a name may end up.
RINGS = (0.0, 12.0, 22.0, 34.0, 48.0, 64.0, 82.0, 102.0, 126.0)
NARROW = frozenset("fijlrtIJ.,'- ()")
BROAD = frozenset("mwMWÖÅÄGOQ")


@dataclass(frozen=True)
class Style:
    """Size of letters and the height kept free for one name (also the size of its link)."""

    size: float
    height: float
    rings: Sequence[float] = RINGS
    width: float = WIDTH
    sheet_height: float = HEIGHT


#: 24 units are at least 24 pixels where the links are shown (WCAG 2.5.8).
WIDE = Style(size=12.0, height=24.0)
#: For phones: a few big names right beside their dots.
SMALL = Style(size=31.0, height=36.0, rings=(0.0,))
#: For the small map of one city and its twins, CLOSE units wide.
CLOSE = 340.0
CLOSE_UP = Style(
    size=13.0, height=20.0, rings=(0.0, 10.0, 20.0, 32.0), width=CLOSE, sheet_height=CLOSE * 0.8
)


@dataclass(frozen=True)
class Box:
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Box") -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def is_within(self, width: float, height: float) -> bool:
        return (
            self.left >= 2
            and self.top >= 2
            and self.right <= width - 2
            and self.bottom <= height - 2
        )


@dataclass(frozen=True)
class Label:
    text: str
    x: float
    baseline: float
    #: The text ends at x instead of beginning there: it stands left of its dot.
    is_before: bool
    box: Box
    #: From the dot to the name, where it stands apart.
    leader: tuple[Point, Point] | None


def text_width(text: str, size: float) -> float:
    """A generous estimate for the system's sans-serif faces."""
    ems = sum(0.33 if c in NARROW else 0.84 if c in BROAD else 0.58 for c in text)
    return ems * size


def place(dots: Sequence[tuple[str, Point]], style: Style) -> list[Label | None]:
    """A label for each (name, point), in the order of importance; None where no place is free."""
    taken = Taken((Box(x - DOT, y - DOT, x + DOT, y + DOT) for _, (x, y) in dots), style)
    labels: list[Label | None] = []
    for name, point in dots:
        found = next((c for c in _candidates(name, point, style) if taken.is_free(c)), None)
        if found is not None:
            taken.add(found)
        labels.append(found)
    return labels


class Taken:
    """What is on the sheet already: dots, names, and leaders, which may not cross names."""

    def __init__(self, boxes: Iterable[Box], style: Style) -> None:
        self.style = style
        self.dots = list(boxes)
        self.names: list[Box] = []
        self.leaders: list[tuple[Point, Point]] = []

    def is_free(self, label: Label) -> bool:
        box = label.box
        if not box.is_within(self.style.width, self.style.sheet_height) or any(
            box.meets(other) for other in self.names
        ):
            return False
        # Only the letters must keep off dots: the link's empty rim may touch them.
        letters = Box(box.left + 2, box.top + 6, box.right - 2, box.bottom - 6)
        if any(letters.meets(dot) for dot in self.dots):
            return False
        if any(_crosses(line, letters) for line in self.leaders):
            return False
        leader = label.leader
        return leader is None or not any(_crosses(leader, name) for name in self.names)

    def add(self, label: Label) -> None:
        self.names.append(label.box)
        if label.leader is not None:
            self.leaders.append(label.leader)


def _candidates(name: str, point: Point, style: Style) -> Iterable[Label]:
    x, y = point
    width = text_width(name, style.size) + 4
    for ring in style.rings:
        steps = 8 if ring == 0 else 24
        for angle in _angles(steps):
            reach = DOT + 2 + ring
            dx, dy = cos(angle) * reach, sin(angle) * reach
            left = x + dx if dx > 1e-6 else x + dx - width if dx < -1e-6 else x - width / 2
            middle = y + dy + (style.height / 2 - 5) * sin(angle)
            box = Box(left, middle - style.height / 2, left + width, middle + style.height / 2)
            is_before = dx < -1e-6
            yield Label(
                text=name,
                x=box.right - 2 if is_before else left + 2,
                baseline=middle + style.size * 0.35,
                is_before=is_before,
                box=box,
                leader=_leader(point, box) if ring else None,
            )


def _angles(steps: int) -> list[float]:
    """Right first, then left, then the slanted, straight up and down last."""
    around = [2 * pi * n / steps for n in range(steps)]
    return sorted(around, key=lambda a: (round(abs(sin(a)), 3), cos(a) < 0, sin(a) > 0))


def _leader(point: Point, box: Box) -> tuple[Point, Point]:
    x, y = point
    end = (min(max(x, box.left), box.right), min(max(y, box.top + 8), box.bottom - 8))
    length = hypot(end[0] - x, end[1] - y) or 1.0
    start = (x + (end[0] - x) / length * DOT, y + (end[1] - y) / length * DOT)
    return start, end


def _crosses(line: tuple[Point, Point], box: Box) -> bool:
    """Whether the line enters the box (Liang and Barsky)."""
    (x0, y0), (x1, y1) = line
    dx, dy = x1 - x0, y1 - y0
    enter, leave = 0.0, 1.0
    for p, q in (
        (-dx, x0 - box.left),
        (dx, box.right - x0),
        (-dy, y0 - box.top),
        (dy, box.bottom - y0),
    ):
        if p == 0:
            if q < 0:
                return False
        elif p < 0:
            enter = max(enter, q / p)
        else:
            leave = min(leave, q / p)
    return enter < leave
