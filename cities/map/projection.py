"""Lambert's azimuthal equal-area projection on a sphere, centred on Europe, and the sheet it fills.

The same function draws the coastline (build.py, once) and the cities (each time).
Formulas: J. P. Snyder, Map Projections: A Working Manual, USGS 1987, p. 185.
"""

from math import cos, radians, sin, sqrt
from typing import Final

LATITUDE_0: Final = radians(51.0)
LONGITUDE_0: Final = radians(11.0)
#: Units of the sheet per earth radius; one unit is then about 4.1 km.
SCALE: Final = 1560.0
WIDTH: Final = 1000.0
HEIGHT: Final = 870.0
#: Where the projection's centre lies on the sheet.
ORIGIN_X: Final = 472.0
ORIGIN_Y: Final = 446.0

Point = tuple[float, float]


def project(latitude: float, longitude: float) -> Point:
    """Degrees to x, y in units of the sheet (x to the right, y down)."""
    phi, lam = radians(latitude), radians(longitude) - LONGITUDE_0
    cos_c = sin(LATITUDE_0) * sin(phi) + cos(LATITUDE_0) * cos(phi) * cos(lam)
    # The antipode has no place on the map; far away is enough.
    k = sqrt(2 / max(1 + cos_c, 1e-6))
    x = k * cos(phi) * sin(lam)
    y = k * (cos(LATITUDE_0) * sin(phi) - sin(LATITUDE_0) * cos(phi) * cos(lam))
    return ORIGIN_X + SCALE * x, ORIGIN_Y - SCALE * y


def is_on_sheet(point: Point, margin: float = 0.0) -> bool:
    x, y = point
    return margin <= x <= WIDTH - margin and margin <= y <= HEIGHT - margin
