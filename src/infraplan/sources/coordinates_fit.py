"""Which CRS and which order of axes put a table's coordinates where its study is?

Two neighbouring TM-3 zones 15′ apart put a point 26 km apart, the two orders put it on another
continent: the area of the study tells them from each other, or the fits are told to be equal.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from pyproj import CRS

from infraplan import catalog
from infraplan.geo import GEOGRAPHIC
from infraplan.geo.vn2000 import VN2000, to_wgs84

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["EAST_FIRST", "NORTH_FIRST", "UNTOLD", "Bounds", "Fit", "candidates", "fit", "rivals"]

Bounds = tuple[float, float, float, float]
"""West, south, east, north in degrees."""
UNTOLD, EAST_FIRST, NORTH_FIRST = 0, 1, 2
"""What the letters of a row say about its order."""
_NOWHERE, _SOMEWHERE, _NEAR = 0, 1, 2
_BEYOND_USE_DEG = 5.0
"""A CRS may be used so far beyond the area it is made for."""
_BEYOND_NEAR_DEG = 20.0
"""A row so far from the study is an error: the whole country lies within."""
_ODD_ROWS_SHARE = 0.02
"""So many rows may lie outside by errors of their own, when two CRS are compared."""
_HALF_TURN_DEG, _RIGHT_ANGLE_DEG = 180.0, 90.0


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """Where a table's points lie if its coordinates are in one CRS.

    Attributes
    ----------
    crs
        Authority code.
    north_first
        Whether the first column holds the northings of most rows.
    lon, lat
        Degrees; NaN in rows that lie nowhere plausible.
    swapped
        Rows in the other order.
    inside
        Rows that lie in the area of the study, or in the CRS's own where none is given.
    """

    crs: str
    north_first: bool
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    swapped: NDArray[np.bool_]
    inside: int


def candidates(*, degrees: bool, header: str) -> tuple[str, ...]:
    """Return the CRS that coordinates without a word about theirs may be in.

    Parameters
    ----------
    degrees
        Whether they are degrees.
    header
        Names of their columns, which may tell VN-2000 from WGS 84 and TM-3 from UTM.

    Examples
    --------
    >>> candidates(degrees=True, header="Kinh độ VN-2000")
    ('EPSG:4756',)
    """
    said = header.casefold().replace("-", "").replace(" ", "")
    national, worldwide = "vn2000" in said, "wgs" in said
    if degrees:  # 200 m apart: where nothing is said, degrees come from a GPS
        return (VN2000,) if national else (GEOGRAPHIC,)
    kinds = {"tm3", "utm", "utm_wgs84"}
    if national:
        kinds.discard("utm_wgs84")
    if worldwide:
        kinds = {"utm_wgs84"}
    elif "utm" in said:
        kinds.discard("tm3")
    elif "tm3" in said or "múi3" in said:
        kinds = {"tm3"}
    rows = catalog.table("tm3_zones")
    return tuple(f"EPSG:{epsg}" for epsg in rows["epsg"][rows["kind"].isin(kinds)])


def fit(
    crs: str,
    first: NDArray[np.float64],
    second: NDArray[np.float64],
    *,
    told: NDArray[np.int8],
    north_first: bool,
    near: Bounds | None,
) -> Fit:
    """Place the points in one CRS, in the order that puts most of them where they can be.

    Parameters
    ----------
    crs
        Authority code.
    first, second
        Coordinates, NaN where unknown.
    told
        Per row :data:`UNTOLD`, :data:`EAST_FIRST` or :data:`NORTH_FIRST`.
    north_first
        The order to take where both put as many points in place.
    near
        Area of the study.

    Raises
    ------
    CrsError
        If the CRS cannot be used.
    """
    orders = (False, True)
    places = [to_wgs84(*((second, first) if n else (first, second)), crs=crs) for n in orders]
    levels = [_levels(crs, lon, lat, near) for lon, lat in places]
    for north, level in zip(orders, levels, strict=True):
        level[told == (EAST_FIRST if north else NORTH_FIRST)] = _NOWHERE
    merit = [
        ((v == _NEAR).sum(), (v > _NOWHERE).sum(), n == north_first)
        for n, v in zip(orders, levels, strict=True)
    ]
    main = max(orders, key=lambda n: merit[n])
    swapped = levels[not main] > levels[main]
    best = np.maximum(*levels)
    lon, lat = (np.where(swapped, places[not main][i], places[main][i]) for i in (0, 1))
    lost = best == _NOWHERE
    lon[lost], lat[lost] = np.nan, np.nan
    return Fit(crs, main, lon, lat, swapped, int((best == _NEAR).sum()))


def rivals(fits: Sequence[Fit], *, rows: int) -> tuple[Fit, ...]:
    """Return the fits that no count of rows tells apart, the best first.

    Parameters
    ----------
    fits
        Fits of one table in several CRS.
    rows
        Rows with coordinates.
    """
    most = max(f.inside for f in fits)
    slack = min(int(_ODD_ROWS_SHARE * rows), most)
    return tuple(sorted((f for f in fits if f.inside >= most - slack), key=lambda f: -f.inside))


def _levels(
    crs: str, lon: NDArray[np.float64], lat: NDArray[np.float64], near: Bounds | None
) -> NDArray[np.int8]:
    """Judge each point: nowhere plausible, somewhere, or near."""
    known = np.isfinite(lon) & np.isfinite(lat)
    known &= (np.abs(lon) <= _HALF_TURN_DEG) & (np.abs(lat) <= _RIGHT_ANGLE_DEG)
    somewhere = known & _within(lon, lat, _area_of_use(crs), _BEYOND_USE_DEG)
    if near is None:
        inside = known & _within(lon, lat, _area_of_use(crs), 0.0)
    else:
        somewhere &= _within(lon, lat, near, _BEYOND_NEAR_DEG)
        inside = somewhere & _within(lon, lat, near, 0.0)
    return somewhere.astype(np.int8) + inside.astype(np.int8)


def _within(
    lon: NDArray[np.float64], lat: NDArray[np.float64], bounds: Bounds, beyond_deg: float
) -> NDArray[np.bool_]:
    west, south, east, north = bounds
    within = (lon >= west - beyond_deg) & (lon <= east + beyond_deg)
    return within & (lat >= south - beyond_deg) & (lat <= north + beyond_deg)


@cache
def _area_of_use(crs: str) -> Bounds:
    """Return where a CRS may be used: all of Viet Nam for each of its zones."""
    source = CRS.from_user_input(crs)
    geodetic, national = source.geodetic_crs, CRS(VN2000)
    is_national = geodetic is not None and geodetic.to_epsg() == national.to_epsg()
    area = national.area_of_use if is_national else source.area_of_use
    if area is None:
        return (-_HALF_TURN_DEG, -_RIGHT_ANGLE_DEG, _HALF_TURN_DEG, _RIGHT_ANGLE_DEG)
    west, south, east, north = area.bounds
    return (west, south, east, north)
