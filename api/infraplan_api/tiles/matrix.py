"""Which square of the Earth is a tile of WebMercatorQuad, and is there such a tile?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from infraplan_api.errors import NotFoundError

__all__ = [
    "CRS_URI",
    "LAST_ZOOM",
    "MERCATOR",
    "TMS_URI",
    "Tile",
    "ground_share",
    "limits_of",
    "tile_of",
]

TMS_URI: Final = "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad"
CRS_URI: Final = "http://www.opengis.net/def/crs/EPSG/0/3857"
MERCATOR: Final = "EPSG:3857"
LAST_ZOOM: Final = 24
"""The tile matrix set is defined to this zoom."""

_RADIUS_M: Final = 6_378_137.0
HALF_M: Final = math.pi * _RADIUS_M
"""Half the side of the square that Web Mercator draws the Earth in, m (OGC 17-083r4, annex D)."""

_LAST_LATITUDE_DEG: Final = 85.05
_LONGEST: Final = 9
"""Digits of a tile number; one more and it is no tile at any zoom."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A tile: zoom, row from the north, column from the west."""

    zoom: int
    row: int
    column: int

    @property
    def side_m(self) -> float:
        """Side, m of Web Mercator."""
        return float(2 * HALF_M / (1 << self.zoom))

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north, m of Web Mercator (EPSG:3857)."""
        side = self.side_m
        west, north = -HALF_M + self.column * side, HALF_M - self.row * side
        return west, north - side, west + side, north


def tile_of(zoom: str, row: str, column: str) -> Tile:
    """Return a tile from the parts of its address.

    Raises
    ------
    NotFoundError
        If a part is no plain number, or there is no such tile.
    """
    parts = (zoom, row, column)
    faults = [
        f"path.{name}: {part[:20]!r} is not a whole number from 0"
        for name, part in zip(("tileMatrix", "tileRow", "tileCol"), parts, strict=True)
        if not (part.isascii() and part.isdigit() and len(part) <= _LONGEST)
    ]
    if not faults:
        z, r, c = map(int, parts)
        if z <= LAST_ZOOM and r < 1 << z and c < 1 << z:
            return Tile(z, r, c)
        faults = [f"WebMercatorQuad has no tile {z}/{r}/{c}"]
    raise NotFoundError(
        f"{'; '.join(faults)}. Remedy: a zoom from 0 to {LAST_ZOOM}, rows and columns below 2 to "
        "its power, in the order zoom/row/column.",
        faults=faults,
    )


def ground_share(y_m: float) -> float:
    """Return how long a metre drawn in Web Mercator is on the ground, m; less towards the poles.

    Examples
    --------
    >>> ground_share(0.0), round(ground_share(2_273_030.9), 3)  # 20 degrees north
    (1.0, 0.94)
    """
    return 1 / math.cosh(y_m / _RADIUS_M)


def limits_of(
    bounds: tuple[float, float, float, float], zooms: range
) -> list[dict[str, int | str]]:
    """Return the rows and columns of each zoom that touch a box (OGC 17-083r4, 6.2).

    Parameters
    ----------
    bounds
        West, south, east, north, degrees.
    zooms
        Zoom levels.
    """
    west, south, east, north = bounds
    found: list[dict[str, int | str]] = []
    for zoom in zooms:
        top, left = _at(west, north, zoom)
        low, right = _at(east, south, zoom)
        found.append(
            {
                "tileMatrix": str(zoom),
                "minTileRow": top,
                "maxTileRow": low,
                "minTileCol": left,
                "maxTileCol": right,
            }
        )
    return found


def _at(lon: float, lat: float, zoom: int) -> tuple[int, int]:
    """Return row and column of the tile that holds a point."""
    held = math.radians(max(-_LAST_LATITUDE_DEG, min(_LAST_LATITUDE_DEG, lat)))
    last = (1 << zoom) - 1
    column = math.floor((lon + 180) / 360 * (1 << zoom))
    row = math.floor((1 - math.asinh(math.tan(held)) / math.pi) / 2 * (1 << zoom))
    return max(0, min(last, row)), max(0, min(last, column))
