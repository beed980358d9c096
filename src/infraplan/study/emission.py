"""What do the cells of a study radiate, and from which pixel of its grid?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from pyproj import Proj

from infraplan import catalog
from infraplan.geo import GEOGRAPHIC

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from infraplan.geo import Grid

__all__ = ["DEFAULT_ANTENNA", "Emission", "emission"]

DEFAULT_ANTENNA = "sector_3gpp"
"""Antenna of the catalogue that a cell has which names none."""

_TURN_DEG = 360.0


@dataclass(frozen=True, slots=True, eq=False)
class Emission:
    """Cells as a prediction sees them; arrays of shape (cells,).

    Attributes
    ----------
    row, column
        Pixel of the grid that the site stands in, int64.
    frequency_mhz, height_m
        Downlink frequency, and antenna height above the ground.
    eirp_re_dbm
        EIRP of one resource element in the main direction; of the pilot in 3G, of the whole
        carrier in 2G.
    azimuth_deg
        Clockwise from the grid's north.
    electrical_tilt_deg, mechanical_tilt_deg
        Downtilts; what is not said to be mechanical is electrical.
    antenna
        Name of the antenna.
    """

    row: NDArray[np.int64]
    column: NDArray[np.int64]
    frequency_mhz: NDArray[np.float64]
    height_m: NDArray[np.float64]
    eirp_re_dbm: NDArray[np.float64]
    azimuth_deg: NDArray[np.float64]
    electrical_tilt_deg: NDArray[np.float64]
    mechanical_tilt_deg: NDArray[np.float64]
    antenna: tuple[str, ...]


def emission(cells: gpd.GeoDataFrame, grid: Grid) -> Emission:
    """Return what cells radiate.

    Parameters
    ----------
    cells
        Table ``cells`` with the position of their site.
    grid
        The signal grid.
    """
    rows, columns = grid.index(cells.geometry.x, cells.geometry.y)
    total_deg = cells["tilt_deg"].to_numpy(dtype=np.float64)
    turned_deg = np.zeros(len(cells))
    if "mechanical_tilt_deg" in cells.columns:
        said = cells["mechanical_tilt_deg"].astype("Float64").fillna(0.0)
        turned_deg = said.to_numpy(dtype=np.float64)
    antenna = [DEFAULT_ANTENNA] * len(cells)
    if "antenna" in cells.columns:
        named = cells["antenna"]
        antenna = named.where(named.notna() & (named != ""), DEFAULT_ANTENNA).astype(str).tolist()
    power_dbm = cells["eirp_dbm"].to_numpy(dtype=np.float64)
    return Emission(
        row=rows,
        column=columns,
        frequency_mhz=cells["frequency_mhz"].to_numpy(dtype=np.float64),
        height_m=cells["height_m"].to_numpy(dtype=np.float64),
        eirp_re_dbm=power_dbm - 10.0 * np.log10(_elements(cells)),
        azimuth_deg=_grid_azimuth_deg(cells, grid),
        electrical_tilt_deg=total_deg - turned_deg,
        mechanical_tilt_deg=turned_deg,
        antenna=tuple(antenna),
    )


def _elements(cells: gpd.GeoDataFrame) -> NDArray[np.float64]:
    """Return the number of resource elements that share the power of each cell.

    A band of the catalogue at its usual bandwidth has its own number; any other carrier has the
    number per MHz of its technology, and at least 1 (2G: the whole carrier; 3G: the tenth that is
    the pilot).
    """
    bands = catalog.table("bands").set_index("band")
    known = cells["band"].map(bands["subcarriers"].astype(float))
    width = cells["band"].map(bands["bandwidth_mhz"].astype(float))
    technologies = catalog.table("technologies").set_index("technology")
    per_mhz = cells["technology"].map(technologies["subcarriers_per_mhz"].astype(float))
    by_width = np.maximum(per_mhz * cells["bandwidth_mhz"], 1.0)
    same = known.notna() & np.isclose(width.fillna(-1.0), cells["bandwidth_mhz"])
    chosen: NDArray[np.float64] = np.where(same, known.fillna(1.0), by_width).astype(np.float64)
    return chosen


def _grid_azimuth_deg(cells: gpd.GeoDataFrame, grid: Grid) -> NDArray[np.float64]:
    """Turn azimuths from true north into azimuths from the grid's north."""
    place = cells.geometry.to_crs(GEOGRAPHIC)
    factors = Proj(grid.crs).get_factors(place.x.to_numpy(), place.y.to_numpy())
    true_deg = cells["azimuth_deg"].to_numpy(dtype=np.float64)
    turned: NDArray[np.float64] = (true_deg - np.asarray(factors.meridian_convergence)) % _TURN_DEG
    return turned
