"""Makes static/img/europe.svg, once, from Natural Earth (public domain).

The npm package world-atlas carries it as TopoJSON:

    npm pack world-atlas@2 && tar xzf world-atlas-2.*.tgz
    python -m cities.map.build package/countries-50m.json

Arcs are simplified one by one, so that a border stays one line for both its countries.
"""

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from cities.map.projection import HEIGHT, WIDTH, Point, project

TARGET = Path(__file__).resolve().parents[2] / "static" / "img" / "europe.svg"
#: Lines may stray this far (units of the sheet) from the true coast.
TOLERANCE = 0.9
#: Islands smaller than this (square units) are left out.
LEAST_AREA = 14.0
#: Only land near the sheet is projected; the far side of the earth has no good place on it.
NEAR = (-30.0, 62.0, 24.0, 76.0)

Line = list[Point]
Edge = tuple[Callable[[Point], bool], Callable[[Point, Point], Point]]


def main(source: str) -> None:
    topology = json.loads(Path(source).read_text(encoding="utf-8"))
    degrees = [list(_decoded(arc, topology["transform"])) for arc in topology["arcs"]]
    drawn = [_simplified([project(lat, lon) for lon, lat in arc]) for arc in degrees]
    land = _path((_clipped(ring) for ring in _rings(topology, degrees, drawn)), closed=True)
    borders = _path(_inside(_borders(topology, degrees, drawn)), closed=False)
    TARGET.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" '
        f'viewBox="0 0 {WIDTH:g} {HEIGHT:g}">'
        f'<path id="land" d="{land}"/><path id="borders" d="{borders}"/></svg>\n',
        encoding="utf-8",
    )
    print(f"{TARGET.name}: {TARGET.stat().st_size} bytes")  # noqa: T201 - a script's answer


def _decoded(arc: list[list[int]], transform: dict[str, list[float]]) -> Iterator[Point]:
    """TopoJSON keeps differences of whole numbers."""
    (kx, ky), (dx, dy) = transform["scale"], transform["translate"]
    x = y = 0
    for step_x, step_y in arc:
        x, y = x + step_x, y + step_y
        yield x * kx + dx, y * ky + dy


def _simplified(line: Line) -> Line:
    """Douglas and Peucker, without recursion."""
    keep = {0, len(line) - 1}
    open_spans = [(0, len(line) - 1)]
    while open_spans:
        first, last = open_spans.pop()
        far, index = 0.0, 0
        for i in range(first + 1, last):
            distance = _distance(line[i], line[first], line[last])
            if distance > far:
                far, index = distance, i
        if far > TOLERANCE:
            keep.add(index)
            open_spans += [(first, index), (index, last)]
    return [line[i] for i in sorted(keep)]


def _distance(p: Point, a: Point, b: Point) -> float:
    (px, py), (ax, ay), (bx, by) = p, a, b
    dx, dy = bx - ax, by - ay
    length = dx * dx + dy * dy
    t = max(0.0, min(1.0, ((px - ax) * dx + (py - ay) * dy) / length)) if length else 0.0
    ex, ey = px - ax - t * dx, py - ay - t * dy
    return float((ex * ex + ey * ey) ** 0.5)


def _polygons(geometry: dict[str, Any]) -> Iterator[list[list[int]]]:
    if geometry["type"] == "Polygon":
        yield geometry["arcs"]
    elif geometry["type"] == "MultiPolygon":
        yield from geometry["arcs"]
    elif geometry["type"] == "GeometryCollection":
        for part in geometry["geometries"]:
            yield from _polygons(part)


def _joined(ring: list[int], arcs: list[Line]) -> Line:
    line: Line = []
    for number in ring:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        line += arc[1:] if line else arc
    return line


def _rings(topology: Any, degrees: list[Line], drawn: list[Line]) -> Iterator[Line]:
    west, east, south, north = NEAR
    for polygon in _polygons(topology["objects"]["land"]):
        for ring in polygon:
            place = _joined(ring, degrees)
            longitudes = [lon for lon, _ in place]
            latitudes = [lat for _, lat in place]
            if max(longitudes) < west or min(longitudes) > east:
                continue
            if max(latitudes) < south or min(latitudes) > north:
                continue
            yield _near_part(ring, degrees, drawn)


def _near_part(ring: list[int], degrees: list[Line], drawn: list[Line]) -> Line:
    """Of Eurasia only what lies around the sheet: points far away are pulled to its rim."""
    west, east, south, north = NEAR
    line: Line = []
    for number in ring:
        index = number if number >= 0 else ~number
        inside = any(west <= lon <= east and south <= lat <= north for lon, lat in degrees[index])
        if inside:
            arc = drawn[index]
        else:
            ends = (degrees[index][0], degrees[index][-1])
            arc = [
                project(max(south, min(north, lat)), max(west, min(east, lon))) for lon, lat in ends
            ]
        line += arc if number >= 0 else arc[::-1]
    return line


def _edges() -> list[Edge]:
    rim = 4.0

    def cut_x(limit: float) -> Callable[[Point, Point], Point]:
        return lambda a, b: (limit, a[1] + (b[1] - a[1]) * (limit - a[0]) / (b[0] - a[0]))

    def cut_y(limit: float) -> Callable[[Point, Point], Point]:
        return lambda a, b: (a[0] + (b[0] - a[0]) * (limit - a[1]) / (b[1] - a[1]), limit)

    return [
        (lambda p: p[0] >= -rim, cut_x(-rim)),
        (lambda p: p[0] <= WIDTH + rim, cut_x(WIDTH + rim)),
        (lambda p: p[1] >= -rim, cut_y(-rim)),
        (lambda p: p[1] <= HEIGHT + rim, cut_y(HEIGHT + rim)),
    ]


def _clipped(ring: Line) -> Line:
    """Sutherland and Hodgman: the ring within the sheet."""
    for is_inside, cut in _edges():
        kept: Line = []
        for previous, point in zip(ring[-1:] + ring[:-1], ring, strict=True):
            if is_inside(point) != is_inside(previous):
                kept.append(cut(previous, point))
            if is_inside(point):
                kept.append(point)
        ring = kept
    return ring if _area(ring) >= LEAST_AREA else []


def _area(ring: Line) -> float:
    pairs = zip(ring, ring[1:] + ring[:1], strict=True)
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairs)) / 2


def _borders(topology: Any, degrees: list[Line], drawn: list[Line]) -> Iterator[Line]:
    """Arcs that two countries share."""
    west, east, south, north = NEAR
    uses: Counter[int] = Counter()
    for polygon in _polygons(topology["objects"]["countries"]):
        uses.update(number if number >= 0 else ~number for ring in polygon for number in ring)
    for index, times in uses.items():
        if times > 1 and all(
            west <= lon <= east and south <= lat <= north for lon, lat in degrees[index]
        ):
            yield drawn[index]


def _inside(lines: Iterable[Line]) -> Iterator[Line]:
    """The parts of lines on the sheet; the sheet hides the few units beyond its rim."""
    for line in lines:
        part: Line = []
        for point in line:
            if -30 <= point[0] <= WIDTH + 30 and -30 <= point[1] <= HEIGHT + 30:
                part.append(point)
            elif part:
                yield part
                part = []
        yield part


def _path(lines: Iterable[Line], *, closed: bool) -> str:
    """Relative whole-and-a-half steps: half the bytes of absolute numbers."""
    parts = []
    for line in lines:
        steps = [(round(x), round(y)) for x, y in line]
        steps = [p for p, q in zip(steps, [None, *steps], strict=False) if p != q]
        if len(steps) < (3 if closed else 2):
            continue
        x, y = steps[0]
        moves = []
        for next_x, next_y in steps[1:]:
            dx, dy = next_x - x, next_y - y
            moves.append(f"{dx}{dy}" if dy < 0 else f"{dx} {dy}")
            x, y = next_x, next_y
        text = f"M{steps[0][0]} {steps[0][1]}l{moves[0]}"
        for move in moves[1:]:
            text += move if move.startswith("-") else f" {move}"
        parts.append(text + ("z" if closed else ""))
    return "".join(parts)


if __name__ == "__main__":
    main(sys.argv[1])
