"""Which transmitters stand where: cells that share a mast, a height and a frequency?

The cells of one operator at one place, height and frequency share one loss window.
"""

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

__all__ = ["Transmitter", "group_cells"]

_TURN_DEG = 360.0


@dataclass(frozen=True, slots=True)
class Transmitter:
    """Sectors that share one loss window.

    Attributes
    ----------
    operator
        Whose they are.
    row, column
        Cell of the grid they stand in.
    frequency_mhz, height_m
        Common to all sectors.
    keys
        Row numbers in the table of cells, int32, ascending.
    eirp_re_dbm, azimuth_deg, tilt_deg
        Per sector; EIRP of one resource element, azimuth clockwise from the grid's north.
    """

    operator: str
    row: int
    column: int
    frequency_mhz: float
    height_m: float
    keys: NDArray[np.int32]
    eirp_re_dbm: NDArray[np.float64]
    azimuth_deg: NDArray[np.float64]
    tilt_deg: NDArray[np.float64]


def group_cells(cells: gpd.GeoDataFrame, grid: Grid) -> tuple[Transmitter, ...]:
    """Group cells into transmitters.

    Parameters
    ----------
    cells
        Cells of one technology, with the position of their site; index 0, 1, 2 …
    grid
        The signal grid.

    Returns
    -------
    tuple of Transmitter
        In the order of operator, site, frequency and height.
    """
    rows, columns = grid.index(cells.geometry.x, cells.geometry.y)
    eirp = cells["eirp_dbm"].to_numpy(dtype=np.float64) - 10 * np.log10(_subcarriers(cells))
    azimuth = _grid_azimuth_deg(cells, grid)
    keys = ["operator", "site_id", "frequency_mhz", "height_m"]
    found = []
    for (operator, _, frequency, height), index in sorted(cells.groupby(keys).indices.items()):
        chosen = np.sort(index)
        found.append(
            Transmitter(
                operator=str(operator),
                row=int(rows[chosen[0]]),
                column=int(columns[chosen[0]]),
                frequency_mhz=float(frequency),
                height_m=float(height),
                keys=chosen.astype(np.int32),
                eirp_re_dbm=eirp[chosen],
                azimuth_deg=azimuth[chosen],
                tilt_deg=cells["tilt_deg"].to_numpy(dtype=np.float64)[chosen],
            )
        )
    return tuple(found)


def _subcarriers(cells: gpd.GeoDataFrame) -> NDArray[np.float64]:
    """Return the number of resource elements that share the power of each cell.

    A band of the catalogue at its usual bandwidth has its own number; any other carrier has the
    number per MHz of its technology, and at least 1 (2G and 3G: the whole carrier).
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
