"""Where on the globe is a point of Viet Nam's grid VN-2000, and the other way round?

One transformation counts, whatever PROJ would prefer: "VN-2000 to WGS 84 (2)", whose seven
parameters are those of the Ministry's decision, 1 m accurate. A transformation that leaves the
datum as it is would be about 200 m off; it is refused.

References
----------
Decision 05/2007/QĐ-BTNMT of 27 February 2007, Article 1: parameters between WGS-84 and VN-2000.
EPSG transformation 6960 (coordinate frame rotation, method 9607).
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from pyproj import CRS
from pyproj.enums import TransformDirection
from pyproj.exceptions import CRSError as UnknownCrsError
from pyproj.transformer import TransformerGroup

from infraplan import catalog
from infraplan.errors import CrsError, ParameterError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray
    from pyproj import Transformer

__all__ = ["VN2000", "from_wgs84", "tm3_zones", "to_wgs84", "zone_of"]

VN2000: Final = "EPSG:4756"
"""VN-2000 in degrees."""
_WGS84: Final = "EPSG:4326"
_OFFICIAL: Final = "VN-2000 to WGS 84 (2)"


def tm3_zones() -> pd.DataFrame:
    """Return the 3° zones of VN-2000, by their EPSG codes.

    Returns
    -------
    pandas.DataFrame
        Columns epsg (int), central_meridian_deg, name, provinces (those before July 2025 whose
        offices used the zone, joined by "; ").
    """
    rows = catalog.table("tm3_zones")
    rows = rows[rows["kind"] == "tm3"].reset_index(drop=True)
    return pd.DataFrame(
        {
            "epsg": rows["epsg"].astype(int),
            "central_meridian_deg": rows["central_meridian_deg"].astype(float),
            "name": rows["name"],
            "provinces": rows["provinces"],
        }
    )


def zone_of(epsg: int) -> pd.Series:
    """Return the row of one TM-3 zone.

    Raises
    ------
    ParameterError
        If there is no TM-3 zone with this code.

    Examples
    --------
    >>> float(zone_of(9208)["central_meridian_deg"])
    104.75
    """
    zones = tm3_zones()
    found = zones[zones["epsg"] == epsg]
    if found.empty:
        known = ", ".join(str(e) for e in zones["epsg"])
        raise ParameterError(f"EPSG:{epsg} is no TM-3 zone of VN-2000; there are {known}.")
    return found.iloc[0]


def to_wgs84(
    x_m: ArrayLike, y_m: ArrayLike, *, crs: str
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return longitudes and latitudes in WGS 84, degrees.

    Parameters
    ----------
    x_m, y_m
        Eastings and northings in metres; longitudes and latitudes in degrees where `crs` is
        geographic. NaN stays NaN.
    crs
        Their CRS: any that leads to WGS 84, not only VN-2000.

    Returns
    -------
    tuple of numpy.ndarray
        Longitudes and latitudes; infinite where a point lies outside what the projection can do.

    Raises
    ------
    CrsError
        If there is no such CRS, or no transformation better than leaving the datum as it is.
    """
    x, y = np.asarray(x_m, dtype=np.float64), np.asarray(y_m, dtype=np.float64)
    lon, lat = _transformer(crs).transform(x, y)
    return np.asarray(lon), np.asarray(lat)


def from_wgs84(
    lon: ArrayLike, lat: ArrayLike, *, crs: str
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return eastings and northings, metres, of points in WGS 84; the inverse of `to_wgs84`.

    Points on a map have no height. PROJ takes each for a point on the ellipsoid it starts from,
    which makes its way back 1 mm off; one step of correction makes it exact.

    Raises
    ------
    CrsError
        As :func:`to_wgs84` does.
    """
    east, north = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    way = _transformer(crs)
    x, y = way.transform(east, north, direction=TransformDirection.INVERSE)
    again_east, again_north = way.transform(x, y)
    x, y = way.transform(
        2 * east - again_east, 2 * north - again_north, direction=TransformDirection.INVERSE
    )
    return np.asarray(x), np.asarray(y)


@cache
def _transformer(crs: str) -> Transformer:
    """Return the one transformation to WGS 84 that counts for a CRS."""
    try:
        source = CRS.from_user_input(crs)
    except UnknownCrsError as error:
        raise CrsError(
            f"There is no CRS {crs!r}. Remedy: give a code such as EPSG:9208 (VN-2000 TM-3, "
            "central meridian 104°45′)."
        ) from error
    group = TransformerGroup(source, _WGS84, always_xy=True, allow_ballpark=False)
    ways = group.transformers
    geodetic = source.geodetic_crs
    if geodetic is not None and geodetic.to_epsg() == CRS(VN2000).to_epsg():
        ways = [way for way in ways if _OFFICIAL in way.description]
    if not ways:
        raise CrsError(
            f"No exact transformation leads from {source.name} to WGS 84 here. Remedy: use a CRS "
            "of the EPSG dataset, and PROJ 9 with its database."
        )
    return ways[0]
