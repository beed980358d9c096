"""Which tiles of a public host cover an area, and which ground does each of them hold?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from pyproj import Transformer

from infraplan.errors import ParameterError
from infraplan.geo import GEOGRAPHIC
from infraplan.sources.wanted import wanted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from infraplan.geo import Grid
    from infraplan.sources.wanted import Wanted

__all__ = ["Tile", "on_tiles", "tiles_of", "tiles_over"]

_HALF_TURN_DEG, _RIGHT_ANGLE_DEG = 180.0, 90.0

_SIDE_DEG: Final = {"glo30": 1, "skadi": 1, "worldcover": 3}
"""Side of a tile; tiles are named by their south-west corner, a multiple of the side."""

_REACH_DEG: Final = {"glo30": 0.001, "skadi": 0.0, "worldcover": 0.0}
"""So far south and east of an area heights are still needed. A GLO-30 tile lacks the posts on its
southern and eastern edge, which its neighbours hold; tiles of Skadi share them, and a class
belongs to one pixel."""


_SEAM_DEG: Final = 0.001
"""A tile that does not exist reaches this far under the tiles beside it, more than one post."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile of a public host.

    Attributes
    ----------
    wanted
        The file to ask for.
    bounds
        West, south, east, north of its ground, degrees.
    """

    wanted: Wanted
    bounds: tuple[float, float, float, float]


def tiles_of(source: str, bounds: Sequence[float]) -> tuple[Wanted, ...]:
    """Return the files of a tiled public source that cover an area.

    Parameters
    ----------
    source
        ``"glo30"``, ``"skadi"`` or ``"worldcover"``.
    bounds
        West, south, east, north, degrees. An area that only touches the edge of a tile does not
        need it, but for the southern and eastern edges of GLO-30, whose posts the neighbour holds.

    Returns
    -------
    tuple of Wanted
        From south to north, then from west to east; never empty.

    Raises
    ------
    ParameterError
        If the source has no tiles, or the bounds are no area on the globe: not numbers, upside
        down, or across the meridian of 180°.

    Examples
    --------
    >>> [w.address[-14:] for w in tiles_of("skadi", (0.9, 42.2, 1.8, 42.7))]
    ['N42E000.hgt.gz', 'N42E001.hgt.gz']
    """
    return tuple(tile.wanted for tile in tiles_over(source, bounds))


def tiles_over(source: str, bounds: Sequence[float]) -> tuple[Tile, ...]:
    """Return the tiles of a public source that cover an area, each with its ground.

    Parameters and errors are those of :func:`tiles_of`.
    """
    if source not in _SIDE_DEG:
        raise ParameterError(f"{source!r} has no tiles; there are {', '.join(_SIDE_DEG)}.")
    west, south, east, north = _checked(bounds)
    side, reach = _SIDE_DEG[source], _REACH_DEG[source]
    lats = _corners(south - reach, north, side, _RIGHT_ANGLE_DEG)
    lons = _corners(west, east + reach, side, _HALF_TURN_DEG)
    return tuple(_tile(source, lat, lon, side) for lat in lats for lon in lons)


def on_tiles(
    tiles: Sequence[tuple[float, float, float, float]],
    grid: Grid,
    rows: NDArray[np.int64],
    columns: NDArray[np.int64],
) -> NDArray[np.bool_]:
    """Tell which cells of a grid lie on some tiles, or on the seam beside one.

    Parameters
    ----------
    tiles
        West, south, east, north of each, degrees.
    grid, rows, columns
        The cells.
    """
    to_degrees = Transformer.from_crs(grid.crs, GEOGRAPHIC, always_xy=True)
    lon, lat = to_degrees.transform(*grid.centre(rows, columns))
    found = np.zeros(rows.size, dtype=np.bool_)
    for west, south, east, north in tiles:
        found |= (
            (lon >= west - _SEAM_DEG)
            & (lon <= east + _SEAM_DEG)
            & (lat >= south - _SEAM_DEG)
            & (lat <= north + _SEAM_DEG)
        )
    return found


def _checked(bounds: Sequence[float]) -> tuple[float, float, float, float]:
    west, south, east, north = (float(b) for b in bounds)
    said = f"west {west:g}, south {south:g}, east {east:g}, north {north:g}"
    if not all(math.isfinite(b) for b in (west, south, east, north)):
        raise ParameterError(f"The bounds {said} are no numbers.")
    if west > east or west < -_HALF_TURN_DEG or east > _HALF_TURN_DEG:
        raise ParameterError(
            f"The area ({said}) crosses the meridian of 180°, or its longitudes are not between "
            "-180 and 180. Remedy: plan the two sides of the meridian as two studies."
        )
    if south > north or south < -_RIGHT_ANGLE_DEG or north > _RIGHT_ANGLE_DEG:
        raise ParameterError(
            f"The area ({said}) has latitudes that are not between -90 and 90, or the south above "
            "the north. Remedy: give bounds in degrees, longitudes first."
        )
    return west, south, east, north


def _corners(low: float, high: float, side: int, most: float) -> range:
    """Return the lower corners of the tiles that hold a span."""
    low, high = max(low, -most), min(high, most)
    first = min(math.floor(low / side), math.ceil(most / side) - 1)
    last = max(math.ceil(high / side) - 1, first)
    return range(first * side, (last + 1) * side, side)


def _tile(source: str, lat: int, lon: int, side: int) -> Tile:
    """Name a tile by its south-west corner: N and E from zero up, S and W below."""
    fields = {
        "ns": "N" if lat >= 0 else "S",
        "lat": f"{abs(lat):02d}",
        "ew": "E" if lon >= 0 else "W",
        "lon": f"{abs(lon):03d}",
    }
    return Tile(wanted(source, fields), (float(lon), float(lat), float(lon + side), lat + side))
