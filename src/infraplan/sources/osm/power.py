"""Where do mapped power lines run, and at what voltage?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np

from infraplan.sources.osm.extract import read_layer

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["read_power"]

_LINES: Final = ("line", "minor_line", "cable")
_V_PER_KV: Final = 1000.0


def read_power(
    path: Path, *, bounds: tuple[float, float, float, float] | None = None
) -> gpd.GeoDataFrame:
    """Read power lines of all voltages.

    Parameters
    ----------
    path
        The extract.
    bounds
        West, south, east, north in degrees; all of the extract where None.

    Returns
    -------
    geopandas.GeoDataFrame
        Table power in EPSG:4326, in the order of the file; the voltage is the highest that the
        tag says, NaN where it says none.
    """
    found = read_layer(
        path,
        "lines",
        tags=("power", "voltage"),
        any_of=[("power", kind) for kind in _LINES],
        bounds=bounds,
    )
    found = found[found["power"].isin(_LINES)]
    voltage_kv = np.array([_voltage_kv(tag) for tag in found["voltage"]], dtype=np.float64)
    known = np.isfinite(voltage_kv)
    columns = {
        "line_id": ("osm-w" + found["osm_id"].astype(str)).to_numpy(dtype=object),
        "voltage_kv": voltage_kv,
        "geometry_origin": "measured",
        "voltage_kv_origin": np.array(["declared" if k else None for k in known], dtype=object),
    }
    return gpd.GeoDataFrame(columns, geometry=found.geometry.to_numpy(), crs=found.crs)


def _voltage_kv(tag: object) -> float:
    """Return the highest voltage of a tag such as 110000;20000, in volts there."""
    parts = [part.strip() for part in str(tag).split(";")] if isinstance(tag, str) else []
    volts = [float(part) for part in parts if part.isdigit()]
    return max(volts) / _V_PER_KV if volts else math.nan
