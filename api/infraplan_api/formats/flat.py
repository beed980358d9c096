"""How does a table with geometry become one that a spreadsheet can hold?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["flat"]

_DEGREE_DIGITS: Final = 6
_POINT: Final = ("lon", "lat")
_INSIDE: Final = ("inside_lon", "inside_lat")


def flat(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table without geometry; positions become columns in degrees.

    Parameters
    ----------
    frame
        A table; with geometry, in longitude and latitude.

    Returns
    -------
    pandas.DataFrame
        Points get ``lon`` and ``lat``; polygons ``inside_lon`` and ``inside_lat``, a point that
        surely lies inside; lines nothing. Columns that are there already are kept as they are.
        The index of the input.
    """
    if not isinstance(frame, gpd.GeoDataFrame) or frame.active_geometry_name is None:
        return pd.DataFrame(frame)
    table = pd.DataFrame(frame.drop(columns=frame.active_geometry_name))
    kinds = set(frame.geometry.geom_type.dropna())
    if not kinds or any("Line" in kind for kind in kinds):
        return table
    is_point = kinds == {"Point"}
    points = frame.geometry if is_point else frame.geometry.representative_point()
    for name, values in zip(_POINT if is_point else _INSIDE, _lon_lat(points), strict=True):
        if name not in table.columns:
            table[name] = values
    return table


def _lon_lat(points: gpd.GeoSeries) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return longitudes and latitudes, degrees, NaN where there is no point."""
    lon, lat = points.x.to_numpy(np.float64), points.y.to_numpy(np.float64)
    return np.round(lon, _DEGREE_DIGITS), np.round(lat, _DEGREE_DIGITS)
