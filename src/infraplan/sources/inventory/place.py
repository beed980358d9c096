"""Where does each row of an inventory lie?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np

from infraplan.geo import GEOGRAPHIC
from infraplan.geo.vn2000 import to_wgs84
from infraplan.sources.coordinates import AUTO, read_positions, split_positions

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from infraplan.errors import Fault
    from infraplan.sources.coordinates_fit import Bounds
    from infraplan.sources.inventory.rows import Rows
    from infraplan.wording import Text

__all__ = ["Placed", "place_rows"]


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """Points of the rows in EPSG:4326, None where unknown, and what is said of them.

    Where several CRS fit equally, `rough` are the points by the first of them: no positions, but
    good enough to tell rows of one place from rows apart. Elsewhere they are the points.
    """

    points: gpd.GeoSeries
    rough: gpd.GeoSeries
    faults: tuple[Fault, ...]
    notes: tuple[Text, ...]


def place_rows(
    rows: Rows, pair: tuple[str, str] | None, *, crs: str, near: Bounds | None
) -> Placed:
    """Give each row its point: of the file's geometry, else of its coordinates.

    Parameters
    ----------
    rows
        The rows.
    pair
        Columns of coordinates; None where the file has geometry of its own.
    crs
        CRS of coordinates, or "auto"; goes before the CRS that the file states.
    near
        Area of the study.
    """
    if pair is None:
        return _of_geometry(rows, crs)
    first, second = (rows.frame[name].tolist() for name in pair)
    if pair[0] == pair[1]:
        first, second = split_positions(first)
    found = read_positions(
        first, second, crs=crs, near=near, file=rows.file, rows=rows.numbers, columns=pair
    )
    points = rough = _points(found.lon, found.lat)
    if crs == AUTO and points.isna().all() and found.crs != AUTO:
        tried = read_positions(
            first, second, crs=found.crs, near=near, file=rows.file, rows=rows.numbers, columns=pair
        )
        rough = _points(tried.lon, tried.lat)
    return Placed(points, rough, found.faults, found.notes)


def _of_geometry(rows: Rows, crs: str) -> Placed:
    """Take the points of a file with geometry; multipoints of one point are points."""
    shapes = gpd.GeoSeries(rows.frame.geometry.to_numpy(), crs=rows.frame.crs)
    shapes = shapes.explode(index_parts=False)
    single = shapes[~shapes.index.duplicated(keep=False)].reindex(range(len(rows.frame)))
    is_point = (single.geom_type == "Point") & ~single.is_empty
    faults = [
        rows.fault(i, "geometry", "the geometry is not one point", "give the position as one point")
        for i in np.flatnonzero(~is_point.to_numpy()).tolist()
    ]
    known = single.where(is_point)
    own = GEOGRAPHIC if rows.frame.crs is None else str(rows.frame.crs.to_string())
    lon, lat = to_wgs84(known.x, known.y, crs=own if crs == AUTO else crs)
    points = _points(lon, lat)
    return Placed(points, points, tuple(faults), ())


def _points(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> gpd.GeoSeries:
    points = gpd.GeoSeries(gpd.points_from_xy(lon, lat), crs=GEOGRAPHIC)
    return points.where(np.isfinite(lon) & np.isfinite(lat))
