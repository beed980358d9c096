"""Where was each sample taken?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS

from infraplan.errors import Fault
from infraplan.geo import GEOGRAPHIC
from infraplan.sources.drive_tests.values import angles, numbers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from infraplan.sources.drive_tests.text import Log

__all__ = ["Positions", "positions"]

_LATITUDE_MOST, _LONGITUDE_MOST = 90.0, 180.0
_NEARLY_ZERO_DEG = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class Positions:
    """Positions of the rows of a log.

    Attributes
    ----------
    points
        None where there is none.
    crs
        Their CRS.
    wrong
        Reason → rows without a usable position.
    faults
        What makes all of them unusable.
    """

    points: gpd.GeoSeries
    crs: str
    wrong: Mapping[str, NDArray[np.bool_]]
    faults: tuple[Fault, ...]


def positions(log: Log, *, file: str, crs: str) -> Positions:
    """Read the positions: latitude and longitude, else points in WKT, else x and y in a CRS."""
    frame = log.frame
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    if {"latitude", "longitude"} <= set(frame):
        x, y, crs = angles(frame["longitude"]), angles(frame["latitude"]), GEOGRAPHIC
    elif "point" in frame:
        shapes = shapely.from_wkt(frame["point"].to_numpy(dtype=object), on_invalid="ignore")
        x, y = shapely.get_x(shapes), shapely.get_y(shapes)  # NaN where it is no point
    else:
        x, y = numbers(frame["x"]), numbers(frame["y"])
    degrees = CRS.from_user_input(crs).is_geographic
    zero = (np.abs(x) < _NEARLY_ZERO_DEG) & (np.abs(y) < _NEARLY_ZERO_DEG)
    nowhere = ~(np.isfinite(x) & np.isfinite(y))
    off = np.zeros(len(x), dtype=np.bool_)
    if degrees:
        off = (np.abs(x) > _LONGITUDE_MOST) | (np.abs(y) > _LATITUDE_MOST)
    known = ~nowhere & ~zero
    faults = _faults(file, log, x, y, off, known) if degrees else []
    wrong = {"position_missing": nowhere, "position_zero": zero, "position_off_the_globe": off}
    bad = nowhere | zero | off
    geometry = gpd.points_from_xy(np.where(bad, np.nan, x), np.where(bad, np.nan, y))
    return Positions(gpd.GeoSeries(geometry, crs=crs), crs, wrong, tuple(faults))


def _faults(
    file: str,
    log: Log,
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    off: NDArray[np.bool_],
    known: NDArray[np.bool_],
) -> list[Fault]:
    """Tell swapped columns and metres from a few stray positions."""
    if not known.any() or not off[known].all():
        return []
    other = log.header.get("longitude", "x")
    columns = log.header.get("latitude", log.header.get("y", "position"))
    swapped = (np.abs(y[known]) <= _LONGITUDE_MOST) & (np.abs(x[known]) <= _LATITUDE_MOST)
    if swapped.all():
        problem = "latitude and longitude look swapped"
        remedy = f"--column latitude={other} --column longitude={columns}"
    else:
        problem = f"no position is in degrees (the first is {x[known][0]:g}, {y[known][0]:g})"
        remedy = "name the columns as x and y and say their CRS: --column x=NAME --column y=NAME "
        remedy += "--crs EPSG:9208"
    return [Fault(file, problem, remedy, column=columns)]
