"""A map as plain figures for a template: dots, names that do not collide, arcs by cohort."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from cities.map.labels import CLOSE, CLOSE_UP, SMALL, WIDE, Label, Style, place
from cities.map.projection import HEIGHT, WIDTH, Point, is_on_sheet, project

#: More dots than this no longer read as a map.
MOST = 120


@dataclass(frozen=True)
class Spot:
    """A city as the map knows it; `roles` are values of CityRole."""

    pk: int
    name: str
    url: str
    latitude: float
    longitude: float
    roles: tuple[str, ...]
    weight: int


@dataclass(frozen=True)
class Arc:
    """From a pilot to a twin that learns from it."""

    pilot: int
    twin: int
    cohort: int


@dataclass(frozen=True)
class Name:
    """A city's name, the link to it and the space it takes."""

    text: str
    url: str
    x: str
    y: str
    is_before: bool
    left: str
    top: str
    width: str
    height: str


@dataclass(frozen=True)
class Sheet:
    """Everything the template draws; paths are SVG path data."""

    view: str
    names: list[Name]
    small_names: list[Name]
    leaders: str
    dots: dict[str, str]
    arcs: dict[int, str]
    #: Moves and magnifies the coast for a part of the sheet.
    land: str = ""


def draw(spots: Sequence[Spot], arcs: Iterable[Arc], small: int = 14) -> Sheet:
    """The whole sheet of Europe; what lies beyond it is left to the list."""
    points = {s.pk: p for s in spots if is_on_sheet(p := project(s.latitude, s.longitude), 6)}
    shown = [s for s in spots if s.pk in points][:MOST]
    wide = _labels(shown, points, WIDE)
    return Sheet(
        view=f"0 0 {WIDTH:g} {HEIGHT:g}",
        names=[_name(spot, label) for spot, label in wide],
        small_names=[_name(s, label) for s, label in _labels(shown, points, SMALL)[:small]],
        leaders="".join(_line(*label.leader) for _, label in wide if label.leader),
        dots=_dots(shown, points),
        arcs=_arcs(arcs, points),
    )


def draw_around(spots: Sequence[Spot], arcs: Iterable[Arc]) -> Sheet:
    """A part of the sheet with a few cities, drawn small: 340 units wide."""
    far = {s.pk: p for s in spots if is_on_sheet(p := project(s.latitude, s.longitude), 6)}
    left, top, size = _window(list(far.values()))
    scale = CLOSE / size
    points = {pk: ((x - left) * scale, (y - top) * scale) for pk, (x, y) in far.items()}
    shown = [s for s in spots if s.pk in points]
    labels = _labels(shown, points, CLOSE_UP)
    return Sheet(
        view=f"0 0 {CLOSE:g} {CLOSE * 0.8:g}",
        names=[],
        small_names=[_name(spot, label) for spot, label in labels],
        leaders="".join(_line(*label.leader) for _, label in labels if label.leader),
        dots=_dots(shown, points),
        arcs=_arcs(arcs, points),
        land=f"scale({scale:.3f}) translate({-left:.1f} {-top:.1f})",
    )


def _window(points: Sequence[Point]) -> tuple[float, float, float]:
    """Left, top and width of a frame with room for names, within the sheet; height is 0.8 width."""
    xs, ys = [p[0] for p in points] or [WIDTH / 2], [p[1] for p in points] or [HEIGHT / 2]
    size = max((max(xs) - min(xs)) * 1.5, (max(ys) - min(ys)) * 1.7, 260.0)
    size = min(size, WIDTH, HEIGHT / 0.8)
    left = (min(xs) + max(xs) - size) / 2
    top = (min(ys) + max(ys) - size * 0.8) / 2
    return (
        min(max(left, 0.0), WIDTH - size),
        min(max(top, 0.0), HEIGHT - size * 0.8),
        size,
    )


def _labels(
    spots: Sequence[Spot], points: Mapping[int, Point], style: Style
) -> list[tuple[Spot, Label]]:
    placed = place([(spot.name, points[spot.pk]) for spot in spots], style)
    return [(s, label) for s, label in zip(spots, placed, strict=True) if label is not None]


def _name(spot: Spot, label: Label) -> Name:
    box = label.box
    return Name(
        text=spot.name,
        url=spot.url,
        x=f"{label.x:.0f}",
        y=f"{label.baseline:.0f}",
        is_before=label.is_before,
        left=f"{box.left:.0f}",
        top=f"{box.top:.0f}",
        width=f"{box.right - box.left:.0f}",
        height=f"{box.bottom - box.top:.0f}",
    )


def _dots(spots: Sequence[Spot], points: Mapping[int, Point]) -> dict[str, str]:
    """Path data by the role that is drawn: a round line end of no length is a dot."""
    paths: dict[str, list[str]] = defaultdict(list)
    for spot in spots:
        x, y = points[spot.pk]
        role = next((r for r in ("core", "pilot", "twin") if r in spot.roles), "other")
        paths[role].append(f"M{x:.1f} {y:.1f}h0")
    return {role: "".join(parts) for role, parts in paths.items()}


def _arcs(arcs: Iterable[Arc], points: Mapping[int, Point]) -> dict[int, str]:
    paths: dict[int, list[str]] = defaultdict(list)
    for arc in arcs:
        if arc.pilot in points and arc.twin in points:
            paths[arc.cohort].append(_bow(points[arc.pilot], points[arc.twin]))
    return {cohort: "".join(parts) for cohort, parts in sorted(paths.items())}


def _bow(start: Point, end: Point) -> str:
    """A curve that bends towards the north, so that arcs in both directions keep apart."""
    (x0, y0), (x1, y1) = sorted((start, end))
    middle_x, middle_y = (x0 + x1) / 2, (y0 + y1) / 2
    bend_x, bend_y = (y1 - y0) * 0.2, -(x1 - x0) * 0.2
    return f"M{x0:.0f} {y0:.0f}Q{middle_x + bend_x:.0f} {middle_y + bend_y:.0f} {x1:.0f} {y1:.0f}"


def _line(start: Point, end: Point) -> str:
    return f"M{start[0]:.0f} {start[1]:.0f}L{end[0]:.0f} {end[1]:.0f}"
