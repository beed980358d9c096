"""Which masts and cells have to be made up, and what do they look like?

Whatever is made here says so: simulated where the mast itself is made up, assumed where a real
mast lacks its cells.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import Geod, Transformer

from infraplan.catalog import row, table, value
from infraplan.geo import GEOGRAPHIC
from infraplan.tables import spec

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from infraplan.geo import Raster
    from infraplan.study_file import SimulatedMastsPart

__all__ = ["assume_cells", "simulate_masts"]


def assume_cells(sites: gpd.GeoDataFrame, *, part: SimulatedMastsPart) -> pd.DataFrame:
    """Give each mapped mast three sectors facing 0°, 120° and 240°, all values assumed.

    Parameters
    ----------
    sites
        Table sites; the owner, where there is one, operates the cells.
    part
        Operator and band.

    Returns
    -------
    pandas.DataFrame
        Table cells, three rows per site in the order of the sites. Level, tilt and antenna depth
        below the top come from the catalogue ``rules``, the carrier from ``bands``.
    """
    return _cells(sites, np.zeros(len(sites)), part=part, origin="assumed")


def simulate_masts(
    villages: gpd.GeoDataFrame,
    sites: gpd.GeoDataFrame,
    elevation: Raster,
    *,
    part: SimulatedMastsPart,
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Make up masts where settlements would otherwise have none.

    Towns come first, then villages and hamlets, each by identifier. A settlement with no mast
    within `part.empty_beyond_m`, mapped or made up before it, gets one on the highest cell within
    `part.high_ground_within_m`, with one of its three sectors facing the settlement.

    Parameters
    ----------
    villages
        Table villages with the column place, in the CRS of the terrain.
    sites
        Masts that are there, in the same CRS.
    elevation
        Terrain, m.
    part
        What the study file says about such masts.

    Returns
    -------
    geopandas.GeoDataFrame
        Table sites, everything simulated, in the order they were made up.
    pandas.DataFrame
        Table cells, three rows per site, everything simulated.
    """
    masts = np.column_stack([sites.geometry.x, sites.geometry.y])
    chosen: list[int] = []
    x, y = villages.geometry.x.to_numpy(), villages.geometry.y.to_numpy()
    for i in _by_importance(villages):
        away_m = np.hypot(masts[:, 0] - x[i], masts[:, 1] - y[i])
        if away_m.size and away_m.min() <= part.empty_beyond_m:
            continue
        spot = _high_ground(x[i], y[i], elevation, within_m=part.high_ground_within_m)
        masts = np.vstack([masts, spot])
        chosen.append(i)
    served = villages.iloc[chosen]
    columns = {
        "site_id": "sim-" + served["village_id"].astype(object).to_numpy(),
        "name": served["name"].to_numpy(),
        "owner": np.full(len(chosen), part.operator, dtype=object),
        "mast_class": np.full(len(chosen), str(row("rules", "mast_class")["value"]), object),
        "mast_height_m": np.full(len(chosen), part.mast_height_m),
        "geometry_origin": np.full(len(chosen), "simulated", dtype=object),
        "mast_height_m_origin": np.full(len(chosen), "simulated", dtype=object),
    }
    new = masts[len(sites) :]
    geometry = gpd.points_from_xy(new[:, 0], new[:, 1])
    made = gpd.GeoDataFrame(columns, geometry=geometry, crs=elevation.grid.crs)
    towards_deg = _azimuths_deg(new, np.column_stack([x[chosen], y[chosen]]), elevation.grid.crs)
    return made, _cells(made, towards_deg, part=part, origin="simulated")


def _by_importance(villages: gpd.GeoDataFrame) -> list[int]:
    """Return row numbers: towns, villages, hamlets; then by identifier, numbers in their order."""
    rank = {place: i for i, place in enumerate(table("settlement_radii")["place"])}
    order = [
        (rank.get(str(place), len(rank)), len(str(key)), str(key), i)
        for i, (place, key) in enumerate(
            zip(villages["place"], villages["village_id"], strict=True)
        )
    ]
    return [entry[-1] for entry in sorted(order)]


def _high_ground(
    x_m: float, y_m: float, elevation: Raster, *, within_m: float
) -> NDArray[np.float64]:
    """Return the centre of the highest cell near a point, the first in row order among equals."""
    grid = elevation.grid
    reach = int(np.ceil(within_m / grid.cell_size_m))
    steps = np.arange(-reach, reach + 1)
    middle_row, middle_column = grid.index(x_m, y_m)
    rows = np.repeat(middle_row + steps, steps.size)
    columns = np.tile(middle_column + steps, steps.size)
    cell_x, cell_y = grid.centre(rows, columns)
    heights_m = elevation.at(cell_x, cell_y)
    heights_m[np.hypot(cell_x - x_m, cell_y - y_m) > within_m] = np.nan
    if np.isnan(heights_m).all():
        return np.array([[x_m, y_m]])
    best = int(np.nanargmax(heights_m))
    return np.array([[cell_x[best], cell_y[best]]])


def _azimuths_deg(
    start: NDArray[np.float64], end: NDArray[np.float64], crs: str
) -> NDArray[np.float64]:
    """Return the directions between points, clockwise from true north, to a tenth of a degree."""
    to_degrees = Transformer.from_crs(crs, GEOGRAPHIC, always_xy=True)
    from_lon, from_lat = to_degrees.transform(start[:, 0], start[:, 1])
    to_lon, to_lat = to_degrees.transform(end[:, 0], end[:, 1])
    forward_deg, _, _ = Geod(ellps="WGS84").inv(from_lon, from_lat, to_lon, to_lat)
    azimuth_deg: NDArray[np.float64] = np.round(forward_deg, 1) % 360.0
    return azimuth_deg


def _cells(
    sites: gpd.GeoDataFrame,
    first_azimuth_deg: NDArray[np.float64],
    *,
    part: SimulatedMastsPart,
    origin: str,
) -> pd.DataFrame:
    """Return three sectors per site with the values of the catalogue."""
    band = row("bands", part.band)
    sectors_deg = [float(a) for a in str(row("rules", "sector_azimuths_deg")["value"]).split("|")]
    count, sectors = len(sites), len(sectors_deg)
    below_m = value("rules", "antenna_below_top_m", "value")
    site_ids = np.repeat(sites["site_id"].astype(object).to_numpy(), sectors)
    number = np.tile(np.arange(1, sectors + 1), count)
    owners = [part.operator if pd.isna(owner) else str(owner) for owner in sites["owner"]]
    azimuth_deg = (np.asarray(first_azimuth_deg)[:, None] + np.array(sectors_deg)) % 360.0
    columns = {
        "cell_id": [f"{s}-{n}" for s, n in zip(site_ids, number, strict=True)],
        "site_id": site_ids,
        "operator": np.repeat(np.array(owners, dtype=object), sectors),
        "technology": str(band["technology"]),
        "band": part.band,
        "frequency_mhz": float(band["frequency_mhz"]),
        "bandwidth_mhz": float(band["bandwidth_mhz"]),
        "azimuth_deg": np.round(azimuth_deg.ravel(), 1),
        "tilt_deg": value("rules", "tilt_deg", "value"),
        "eirp_dbm": value("rules", "eirp_dbm", "value"),
        "height_m": np.repeat(sites["mast_height_m"].to_numpy(dtype=np.float64) - below_m, sectors),
    }
    frame = pd.DataFrame(columns)
    for column in spec("cells").names:
        if column.endswith("_origin"):
            frame[column] = origin
    return frame
