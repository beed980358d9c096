"""At which level would a cell be received at a pixel, by the exact model?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from infraplan import catalog
from infraplan.radio.audit import loss_at
from infraplan.radio.freespace import loss_db as free_space_loss_db
from infraplan.radio.pattern import antenna_gain_db, pattern_from_beamwidths, pattern_from_cuts
from infraplan.study.climate import climate_latitude_deg
from infraplan.study.emission import emission
from infraplan.study.surface import clutter_height_m
from infraplan.units import KM_PER_M

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from infraplan.radio.pattern import Pattern
    from infraplan.study import Study
    from infraplan.study.emission import Emission

__all__ = ["Field", "Paths", "field_of", "radiated_dbm", "trace"]

_NEAREST_KM = KM_PER_M


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """What every prediction of a study shares.

    Attributes
    ----------
    cells
        What the cells radiate.
    patterns
        Antenna name → its tables.
    height_m, clutter_height_m
        Terrain and the height of what stands on it, m, float32; the latter None without land
        cover.
    cell_size_m
        Side of a pixel.
    rx_height_m
        Receiver above the ground.
    latitude_deg
        Latitude of the middle of the study.
    """

    cells: Emission
    patterns: Mapping[str, Pattern]
    height_m: NDArray[np.float32]
    clutter_height_m: NDArray[np.float32] | None
    cell_size_m: float
    rx_height_m: float
    latitude_deg: float


@dataclass(frozen=True, slots=True, eq=False)
class Paths:
    """Paths from cells to pixels; arrays of shape (n,).

    Attributes
    ----------
    radiated_dbm
        EIRP of one resource element towards the pixel.
    loss_db, free_space_db
        Loss by the exact model, NaN where terrain is unknown, and that of free space alone.
    distance_km
        Horizontal distance, at least 1 m.
    """

    radiated_dbm: NDArray[np.float64]
    loss_db: NDArray[np.float64]
    free_space_db: NDArray[np.float64]
    distance_km: NDArray[np.float64]


def field_of(study: Study, *, rx_height_m: float) -> Field:
    """Gather what predictions of a study share, without any calibration it may have."""
    cells = emission(study.cells, study.grid)
    return Field(
        cells=cells,
        patterns={name: _pattern(study, name) for name in sorted(set(cells.antenna))},
        height_m=np.ascontiguousarray(study.elevation.values, dtype=np.float32),
        clutter_height_m=clutter_height_m(study),
        cell_size_m=study.grid.cell_size_m,
        rx_height_m=rx_height_m,
        latitude_deg=climate_latitude_deg(study),
    )


def _pattern(study: Study, name: str) -> Pattern:
    """Return an antenna by its measured cuts, else by its row of the catalogue."""
    if name in study.antennas:
        cuts = study.antennas[name]
        return pattern_from_cuts(
            cuts.horizontal_db, cuts.vertical_db, tilt_deg=cuts.electrical_tilt_deg
        )
    return pattern_from_beamwidths(**catalog.beamwidths(name))


def radiated_dbm(
    field: Field,
    cell: NDArray[np.int64],
    row: NDArray[np.int64],
    column: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Return the EIRP of one resource element of cells towards pixels, dBm, shape (n,)."""
    cells = field.cells
    south, east = row - cells.row[cell], column - cells.column[cell]
    bearing_deg = np.degrees(np.arctan2(east, -south))
    away_m = np.hypot(south, east) * field.cell_size_m
    top_m = field.height_m[cells.row[cell], cells.column[cell]] + cells.height_m[cell]
    rise_m = field.height_m[row, column] + field.rx_height_m - top_m
    gain_db = np.zeros(len(cell))
    names = np.array(cells.antenna, dtype=object)[cell]
    for name, pattern in field.patterns.items():
        at = names == name
        gain_db[at] = antenna_gain_db(
            pattern,
            bearing_deg[at] - cells.azimuth_deg[cell[at]],
            np.degrees(np.arctan2(rise_m[at], away_m[at])),
            mechanical_tilt_deg=cells.mechanical_tilt_deg[cell[at]],
            electrical_tilt_deg=cells.electrical_tilt_deg[cell[at]],
        )
    return cells.eirp_re_dbm[cell] + gain_db


def trace(
    field: Field,
    cell: NDArray[np.int64],
    row: NDArray[np.int64],
    column: NDArray[np.int64],
) -> Paths:
    """Predict paths from cells to pixels, each from its own dense profile.

    Parameters
    ----------
    field
        What they share.
    cell, row, column
        Number of the cell, and the pixel, shape (n,).
    """
    cells = field.cells
    distance_km = np.hypot(row - cells.row[cell], column - cells.column[cell])
    distance_km = np.maximum(distance_km * field.cell_size_m * KM_PER_M, _NEAREST_KM)
    top_m = field.height_m[cells.row[cell], cells.column[cell]] + cells.height_m[cell]
    rise_km = (field.height_m[row, column] + field.rx_height_m - top_m) * KM_PER_M
    slant_m = np.hypot(distance_km, rise_km) / KM_PER_M
    losses, free = np.full(len(cell), np.nan), np.full(len(cell), np.nan)
    for one in _places(cells, cell):
        losses[one] = _losses_db(field, int(cell[one[0]]), row[one], column[one])
        free[one] = free_space_loss_db(slant_m[one], float(cells.frequency_mhz[cell[one[0]]]))
    return Paths(radiated_dbm(field, cell, row, column), losses, free, distance_km)


def _places(cells: Emission, cell: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Group paths whose cells share place, height and frequency, and so their losses."""
    keys = np.column_stack(
        [cells.row[cell], cells.column[cell], cells.height_m[cell], cells.frequency_mhz[cell]]
    )
    _, place = np.unique(keys, axis=0, return_inverse=True)
    order = np.argsort(place.ravel(), kind="stable")
    ends = np.flatnonzero(np.diff(place.ravel()[order])) + 1
    return [part for part in np.split(order, ends) if part.size]


def _losses_db(
    field: Field, cell: int, row: NDArray[np.int64], column: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the losses from one place to pixels; each pixel is computed once."""
    pixels, back = np.unique(np.column_stack([row, column]), axis=0, return_inverse=True)
    losses = loss_at(
        field.height_m,
        field.cell_size_m,
        int(field.cells.row[cell]),
        int(field.cells.column[cell]),
        pixels[:, 0],
        pixels[:, 1],
        frequency_mhz=float(field.cells.frequency_mhz[cell]),
        tx_height_m=float(field.cells.height_m[cell]),
        rx_height_m=field.rx_height_m,
        clutter_height_m=field.clutter_height_m,
        latitude_deg=field.latitude_deg,
    )
    return losses[back.ravel()]
