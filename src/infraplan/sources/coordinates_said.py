"""What is told of a table's coordinates: the rows without a position, and what was found out?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from pyproj import CRS, Geod

from infraplan import catalog
from infraplan.errors import Fault
from infraplan.geo import GEOGRAPHIC
from infraplan.geo.vn2000 import VN2000
from infraplan.units import KM_PER_M
from infraplan.wording import count, phrase, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from infraplan.sources.coordinates_fit import Bounds, Fit
    from infraplan.sources.coordinates_text import Axis
    from infraplan.wording import Text

__all__ = ["Table", "listed_rows", "lost", "notes", "unreadable", "untold"]

_ROWS_SHOWN = 10
_PROVINCES_SHOWN = 3
_CANDIDATES_SHOWN = 6
_MOST_ROWS_SHARE = 0.8
"""A CRS that nobody said must put so many rows in the area."""
_DEGREES_REMEDY: Final = "write degrees as 105.3333 or 105°20'00\""
_METRES_REMEDY: Final = "write metres as 567233.75"
_SAY: Final = 'say the CRS they are in, such as `crs = "EPSG:9208"` (VN-2000 TM-3 104°45′)'


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Coordinates as read, before they are placed.

    Attributes
    ----------
    file, rows, columns
        Name, rows and columns for messages.
    texts, axes
        Cells of the two columns, and what they say.
    known
        Rows whose two numbers are known.
    nought
        Rows that say 0, 0.
    """

    file: str
    rows: NDArray[np.int64]
    columns: tuple[str, str]
    texts: tuple[list[str], list[str]]
    axes: tuple[Axis, Axis]
    known: NDArray[np.bool_]
    nought: NDArray[np.bool_]


def listed_rows(rows: NDArray[np.int64]) -> Text:
    """List the first rows of many."""
    shown = ", ".join(str(r) for r in rows[:_ROWS_SHOWN])
    return plain(shown + (" …" if len(rows) > _ROWS_SHOWN else ""))


def unreadable(table: Table, *, degrees: bool | None) -> list[Fault]:
    """List the cells that say no coordinate, row by row, and those that may say two.

    Parameters
    ----------
    table
        The table.
    degrees
        Whether coordinates must be degrees, metres or either.
    """
    remedy = f"{_DEGREES_REMEDY}, or {_METRES_REMEDY}"
    if degrees is not None:
        remedy = _DEGREES_REMEDY if degrees else _METRES_REMEDY
    faults = []
    for column, texts, axis in zip(table.columns, table.texts, table.axes, strict=True):
        empty = np.array([not text for text in texts], dtype=np.bool_)
        for i in np.flatnonzero(empty | axis.wrong):
            problem = f"the coordinate is {texts[i]!r}" if texts[i] else "the coordinate is empty"
            faults.append(Fault(table.file, problem, remedy, int(table.rows[i]), column))
        for i in np.flatnonzero(axis.unclear)[:1]:
            more = f", and {axis.unclear.sum() - 1} more like it" if axis.unclear.sum() > 1 else ""
            problem = f"{texts[i]!r}{more} may have a sign for decimals or for thousands"
            said = "write the column with a decimal point and nothing between thousands"
            faults.append(Fault(table.file, problem, said, int(table.rows[i]), column))
    for i in np.flatnonzero(table.nought):
        problem = "the coordinates are 0, 0, which lies in the Gulf of Guinea"
        fault = Fault(table.file, problem, "give the position, or delete the row",
                      int(table.rows[i]), table.columns[0])  # fmt: skip
        faults.append(fault)
    if table.columns[0] == table.columns[1]:  # one cell: tell it once
        faults = list({(f.row, f.column): f for f in reversed(faults)}.values())
    return sorted(faults, key=lambda f: (f.row or 0, f.column or ""))


def untold(table: Table, fits: Sequence[Fit], near: Bounds | None, *, found: bool) -> Fault | None:
    """Return the fault of a table that fits no CRS, or several equally; None where one fits.

    Parameters
    ----------
    table, near
        The table and the area of the study.
    fits
        Fits that cannot be told apart, the best first.
    found
        Whether nobody said the CRS.
    """
    best, rows = fits[0], int(table.known.sum())
    column = table.columns[0]
    area = ""
    if near is not None:
        west, south, east, north = (f"{value:g}" for value in near)
        area = f" of the study ({west}–{east}° E, {south}–{north}° N)"
    if found and best.crs != GEOGRAPHIC and best.inside < _MOST_ROWS_SHARE * rows:
        problem = f"no CRS of Viet Nam puts most of the {rows} rows in the area{area}"
        if best.inside:
            problem += f"; the best is {_named(best.crs)} with {best.inside}"
        return Fault(table.file, problem + f"; the first are {_first(table)}", _SAY, column=column)
    if len(fits) > 1:
        return Fault(table.file, _equal(fits, rows, area), _say_one(fits), column=column)
    if np.isfinite(best.lon).any():
        return None
    problem = f"no row fits {_named(best.crs)} in the area{area}; the first are {_first(table)}"
    return Fault(table.file, problem, _SAY, column=column)


def _first(table: Table) -> str:
    i = int(np.flatnonzero(table.known)[0])
    return " and ".join(f"{a.values[i]:.10g}" for a in table.axes)


def _equal(fits: Sequence[Fit], rows: int, area: str) -> str:
    shown = [f"{_named(f.crs)} {f.inside}" for f in fits[:_CANDIDATES_SHOWN]]
    more = f"; and {len(fits) - len(shown)} more" if len(fits) > len(shown) else ""
    apart = _apart_m(fits) * KM_PER_M
    return (
        f"the coordinates fit several CRS, which put the same point up to {apart:.1f} km apart; of "
        f"{rows} rows these lie in the area{area}: {'; '.join(shown)}{more}"
    )


def _say_one(fits: Sequence[Fit]) -> str:
    return f'say which, for example `crs = "{fits[0].crs}"`; who made the table knows the meridian'


def _named(crs: str) -> str:
    """Name a CRS with the provinces that used it."""
    rows = catalog.table("tm3_zones")
    found = rows[("EPSG:" + rows["epsg"]) == crs]
    if found.empty:
        return f"{crs} ({CRS.from_user_input(crs).name})"
    provinces = [p for p in found["provinces"].iloc[0].split("; ") if p]
    shown = ", ".join(provinces[:_PROVINCES_SHOWN])
    shown += " …" if len(provinces) > _PROVINCES_SHOWN else ""
    return f"{crs} ({found['name'].iloc[0]}{': ' + shown if shown else ''})"


def _in_viet_nam(best: Fit) -> bool:
    """Tell whether a point lies where VN-2000 is used."""
    area = CRS(VN2000).area_of_use
    if area is None:
        return False
    east = (best.lon >= area.west) & (best.lon <= area.east)
    return bool((east & (best.lat >= area.south) & (best.lat <= area.north)).any())


def _apart_m(fits: Sequence[Fit]) -> float:
    """Return how far apart the fits put the first row that all of them place."""
    placed = np.all([np.isfinite(f.lon) for f in fits], axis=0)
    if not placed.any():
        return float("nan")
    i = int(np.flatnonzero(placed)[0])
    globe = Geod(ellps="WGS84")
    apart_m = (globe.inv(a.lon[i], a.lat[i], b.lon[i], b.lat[i])[2] for a in fits for b in fits)
    return float(max(apart_m))


def lost(table: Table, best: Fit, near: Bounds | None) -> list[Fault]:
    """List the rows that lie nowhere plausible in either order."""
    where = _named(best.crs)
    beyond = " near the area of the study" if near is not None else ""
    faults = []
    for i in np.flatnonzero(table.known & ~np.isfinite(best.lon)):
        pair = " and ".join(f"{a.values[i]:.10g}" for a in table.axes)
        faults.append(
            Fault(
                table.file,
                f"{pair} is no place{beyond} in {where}, in neither order",
                "look for a missing or doubled digit, or for another CRS in this row",
                int(table.rows[i]),
                table.columns[0],
            )
        )
    return faults


def notes(table: Table, best: Fit, *, found: bool) -> tuple[Text, ...]:
    """Tell what was found out: the CRS, the order of the axes, the rows put right.

    Parameters
    ----------
    table, best
        The table, and where its points lie.
    found
        Whether nobody said the CRS.
    """
    said: list[Text] = []
    file = plain(table.file)
    known = int(table.known.sum())
    if found and best.crs == GEOGRAPHIC and _in_viet_nam(best):
        said.append(phrase("coordinates_degrees_wgs84", {"file": file}))
    elif found and best.crs != GEOGRAPHIC:
        figures = {"inside": count(best.inside), "rows": count(known), "file": file}
        said.append(phrase("coordinates_crs_found", {**figures, "crs": plain(_named(best.crs))}))
    one, other = table.columns
    if best.north_first and one != other:
        columns = {"first": plain(one), "second": plain(other), "file": file}
        said.append(phrase("coordinates_north_first", columns))
    swapped = table.rows[best.swapped & table.known]
    if len(swapped):
        figures = {"count": count(len(swapped)), "list": listed_rows(swapped), "file": file}
        said.append(phrase("coordinates_swapped", figures))
    return tuple(said)
