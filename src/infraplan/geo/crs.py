"""Which metric CRS does a study compute in, and is a CRS metric at all?

This is the only file that chooses a metric CRS.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from pyproj import CRS

from infraplan.errors import CrsError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd

__all__ = ["GEOGRAPHIC", "looks_like_degrees", "metric_crs", "require_metric"]

GEOGRAPHIC = "EPSG:4326"
_HALF_TURN_DEG, _RIGHT_ANGLE_DEG = 180.0, 90.0
_WEB_MERCATOR = 3857
_UTM_NORTH, _UTM_SOUTH = 32600, 32700


def metric_crs(frame: gpd.GeoDataFrame) -> str:
    """Choose the WGS 84 UTM zone of the middle of a table.

    Parameters
    ----------
    frame
        A table with a CRS and at least one geometry.

    Returns
    -------
    str
        Authority code such as ``"EPSG:32648"``.

    Raises
    ------
    CrsError
        If the table has no CRS or nothing to locate.
    """
    if frame.crs is None:
        raise CrsError('The boundaries have no CRS. Remedy: say `crs = "EPSG:4326"` or the like.')
    west, south, east, north = frame.to_crs(GEOGRAPHIC).total_bounds
    longitude_deg, latitude_deg = (west + east) / 2, (south + north) / 2
    if not math.isfinite(longitude_deg + latitude_deg):
        raise CrsError("The boundaries hold no coordinates, so no metric CRS can be chosen.")
    zone = int((longitude_deg + 180) // 6) % 60 + 1
    return f"EPSG:{(_UTM_NORTH if latitude_deg >= 0 else _UTM_SOUTH) + zone}"


def require_metric(crs: object, *, what: str) -> str:
    """Return the authority code of a CRS whose axes are metres, or say why it will not do.

    Raises
    ------
    CrsError
        If the CRS is missing, geographic, not in metres, or Web Mercator (display only).
    """
    if crs is None:
        raise CrsError(f"{what} has no CRS. Remedy: give one in metres, such as EPSG:32648.")
    found = CRS.from_user_input(crs)
    if found.is_geographic or any(a.unit_name not in ("metre", "meter") for a in found.axis_info):
        raise CrsError(
            f"{what} is in {found.name}, whose unit is degrees; lengths and areas need metres. "
            "Remedy: use a projected CRS such as EPSG:32648."
        )
    code = found.to_epsg()
    if code == _WEB_MERCATOR:
        raise CrsError(
            f"{what} is in Web Mercator, which is for display only: its metres are not metres. "
            "Remedy: use a UTM or TM-3 zone such as EPSG:32648."
        )
    return f"EPSG:{code}" if code is not None else found.to_wkt()


def looks_like_degrees(bounds: Sequence[float]) -> bool:
    """Tell whether bounds (west, south, east, north) would fit on the globe in degrees."""
    west, south, east, north = bounds
    return (
        -_HALF_TURN_DEG <= west <= east <= _HALF_TURN_DEG
        and -_RIGHT_ANGLE_DEG <= south <= north <= _RIGHT_ANGLE_DEG
    )
