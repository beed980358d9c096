"""Which transmitters stand where: cells that share a mast, a height and a frequency?

The cells of one operator at one place, height and frequency share one calculation of losses.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from infraplan import catalog
from infraplan.radio.levels import thermal_noise_dbm
from infraplan.study.emission import emission

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from infraplan.geo import Grid

__all__ = ["Transmitter", "group_cells", "moved", "noise_dbm"]


@dataclass(frozen=True, slots=True, eq=False)
class Transmitter:
    """Sectors that share one calculation of losses.

    Attributes
    ----------
    operator
        Whose they are.
    row, column
        Cell of the grid they stand in.
    band
        Its name, empty where unknown.
    frequency_mhz, height_m
        Common to all sectors.
    noise_dbm
        Noise of a receiver in the bandwidth that levels are given for; NaN where SINR cannot be
        known.
    keys
        Row numbers in the table of cells, int32, ascending.
    eirp_re_dbm, azimuth_deg
        Per sector; EIRP of one resource element, azimuth clockwise from the grid's north.
    electrical_tilt_deg, mechanical_tilt_deg
        Per sector, positive below the horizon.
    antennas
        Name of the antenna of each sector.
    """

    operator: str
    row: int
    column: int
    band: str
    frequency_mhz: float
    height_m: float
    noise_dbm: float
    keys: NDArray[np.int32]
    eirp_re_dbm: NDArray[np.float64]
    azimuth_deg: NDArray[np.float64]
    electrical_tilt_deg: NDArray[np.float64]
    mechanical_tilt_deg: NDArray[np.float64]
    antennas: tuple[str, ...]


def moved(transmitter: Transmitter, *, rows: int, columns: int) -> Transmitter:
    """Return a transmitter as it stands on a part of the grid that begins at a row and column."""
    return replace(transmitter, row=transmitter.row - rows, column=transmitter.column - columns)


def noise_dbm(technology: str) -> float:
    """Return the noise of a receiver in the bandwidth that levels are given for, dBm.

    NaN where the catalogue gives no such bandwidth for the technology.
    """
    bandwidth = catalog.row("technologies", technology)["noise_bandwidth_hz"]
    if not bandwidth:
        return math.nan
    return thermal_noise_dbm(float(bandwidth), catalog.rule("ue_noise_figure_db"))


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
        In the order of operator, site, band, frequency and height.
    """
    radiated = emission(cells, grid)
    band = cells["band"].astype(object).where(cells["band"].notna(), "")
    shared = ["operator", "site_id", "frequency_mhz", "height_m"]
    keys = cells[shared].assign(band=band)
    order = ["operator", "site_id", "band", "frequency_mhz", "height_m"]
    found = []
    for key, index in sorted(keys.groupby(order).indices.items()):
        chosen = np.sort(index)
        first = int(chosen[0])
        operator, _, name, frequency, height = key
        found.append(
            Transmitter(
                operator=str(operator),
                row=int(radiated.row[first]),
                column=int(radiated.column[first]),
                band=str(name),
                frequency_mhz=float(frequency),
                height_m=float(height),
                noise_dbm=noise_dbm(str(cells["technology"].iloc[first])),
                keys=chosen.astype(np.int32),
                eirp_re_dbm=radiated.eirp_re_dbm[chosen],
                azimuth_deg=radiated.azimuth_deg[chosen],
                electrical_tilt_deg=radiated.electrical_tilt_deg[chosen],
                mechanical_tilt_deg=radiated.mechanical_tilt_deg[chosen],
                antennas=tuple(radiated.antenna[i] for i in chosen),
            )
        )
    return tuple(found)
