"""Where is each row of a table, whatever its coordinates are written in?

Texts become numbers, numbers become a CRS and an order of axes, and those become longitude and
latitude. Whatever was found out is a note; whatever cannot be is a fault.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from pyproj import CRS
from pyproj.exceptions import CRSError

from infraplan.errors import CrsError, Fault
from infraplan.geo import GEOGRAPHIC
from infraplan.sources.aliases import match_columns
from infraplan.sources.coordinates_fit import (
    EAST_FIRST,
    NORTH_FIRST,
    UNTOLD,
    candidates,
    fit,
    rivals,
)
from infraplan.sources.coordinates_said import Table, lost, notes, unreadable, untold
from infraplan.sources.coordinates_text import read_axis, split_positions
from infraplan.sources.numbers import plain_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from infraplan.sources.coordinates_fit import Bounds, Fit
    from infraplan.sources.coordinates_text import Axis
    from infraplan.wording import Text

__all__ = ["AUTO", "Positions", "read_positions", "split_positions"]

AUTO: Final = "auto"
"""In place of a CRS: find it out."""
_MOST_DEGREES = 180.0
_NEARLY_ZERO = 1e-3
_HALF = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Positions:
    """Positions of the rows of a table.

    Attributes
    ----------
    lon, lat
        Degrees in WGS 84, NaN where unknown.
    crs
        CRS that the coordinates are in.
    swapped
        Rows whose two coordinates stood in each other's place; mended.
    faults
        What keeps rows, or all of them, from having a position.
    notes
        What was found out and done.
    """

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    crs: str
    swapped: NDArray[np.bool_]
    faults: tuple[Fault, ...]
    notes: tuple[Text, ...]


def read_positions(
    x: Sequence[object],
    y: Sequence[object],
    *,
    crs: str,
    near: Bounds | None,
    file: str,
    rows: NDArray[np.int64],
    columns: tuple[str, str],
) -> Positions:
    """Read two columns of coordinates.

    Parameters
    ----------
    x, y
        The cells; which of them goes north is found out, per row where need be.
    crs
        Their CRS, or :data:`AUTO`.
    near
        Area of the study (west, south, east, north in degrees), which tells CRS and orders apart.
    file
        Name for messages.
    rows
        Row of each cell as a spreadsheet counts it.
    columns
        Names of the two columns; the same twice where one column holds both.

    Returns
    -------
    Positions
        With as many rows as there are cells.

    Examples
    --------
    >>> found = read_positions(["2358517,85"], ["567233,75"], crs="EPSG:9208", near=None,
    ...     file="f.xlsx", rows=np.array([2]), columns=("X", "Y"))
    >>> found.lon.round(6).tolist(), found.lat.round(6).tolist(), found.notes[0].en
    ([105.4], [21.32], 'In f.xlsx the column X holds northings and Y eastings')
    """
    table = _read(x, y, crs=crs, file=file, rows=rows, columns=columns)
    faults = unreadable(table, degrees=_in_degrees(crs))
    if not table.known.any():
        return _nowhere(len(rows), GEOGRAPHIC if crs == AUTO else crs, faults)
    try:
        fits = _fits(table, crs, near)
    except CrsError as error:
        said, _, remedy = str(error).partition(" Remedy: ")
        fault = Fault(file, said.rstrip("."), remedy.rstrip(".") or "give another CRS")
        return _nowhere(len(rows), crs, [fault, *faults])
    problem = untold(table, fits, near, found=crs == AUTO)
    if problem is not None:
        return _nowhere(len(rows), fits[0].crs, [problem, *faults])
    best = fits[0]
    faults = sorted([*faults, *lost(table, best, near)], key=lambda f: f.row or 0)
    swapped = best.swapped & table.known
    found = crs == AUTO
    return Positions(
        best.lon, best.lat, best.crs, swapped, tuple(faults), notes(table, best, found=found)
    )


def _nowhere(count: int, crs: str, faults: Sequence[Fault]) -> Positions:
    none = np.full(count, np.nan)
    return Positions(none, none.copy(), crs, np.zeros(count, dtype=np.bool_), tuple(faults), ())


def _in_degrees(crs: str) -> bool | None:
    """Tell whether coordinates must be degrees; None where that is to be found out."""
    if crs == AUTO:
        return None
    try:
        return bool(CRS.from_user_input(crs).is_geographic)
    except CRSError:
        return None


def _read(
    x: Sequence[object],
    y: Sequence[object],
    *,
    crs: str,
    file: str,
    rows: NDArray[np.int64],
    columns: tuple[str, str],
) -> Table:
    """Read the cells; a row is known where both are numbers and not both nought."""
    texts = ([plain_text(t) for t in x], [plain_text(t) for t in y])
    first, second = (read_axis(column, degrees=_in_degrees(crs)) for column in texts)
    known = np.isfinite(first.values) & np.isfinite(second.values)
    nought = known & (np.abs(first.values) < _NEARLY_ZERO) & (np.abs(second.values) < _NEARLY_ZERO)
    return Table(file, rows, columns, texts, (first, second), known & ~nought, nought)


def _fits(table: Table, crs: str, near: Bounds | None) -> tuple[Fit, ...]:
    """Return the fits that cannot be told apart, the best first."""
    first, second = (np.where(table.known, a.values, np.nan) for a in table.axes)
    told = _told(table.axes)
    options: tuple[str, ...] = (crs,)
    if crs == AUTO:
        size = np.maximum(np.abs(first), np.abs(second))[table.known]
        degrees = bool((size <= _MOST_DEGREES).mean() >= _HALF)
        options = candidates(degrees=degrees, header=" ".join(table.columns))
    tried = [
        fit(option, first, second, told=told, north_first=_north_first(table, option), near=near)
        for option in options
    ]
    return rivals(tried, rows=int(table.known.sum()))


def _told(axes: tuple[Axis, Axis]) -> NDArray[np.int8]:
    """Return the order that the letters of each row tell."""
    first, second = (a.sides for a in axes)
    north = np.isin(first, ("N", "S")) | np.isin(second, ("E", "W"))
    east = np.isin(first, ("E", "W")) | np.isin(second, ("N", "S"))
    told = np.full(len(first), UNTOLD, dtype=np.int8)
    told[north & ~east] = NORTH_FIRST
    told[east & ~north] = EAST_FIRST
    return told


def _north_first(table: Table, crs: str) -> bool:
    """Tell which order counts where the values leave it open.

    Custom writes the latitude first in a cell that holds both; longitude is x in two columns.
    """
    one, other = table.columns
    if one == other:
        return _in_degrees(crs) is not False
    return "lat" in match_columns([one], "towers").values()
