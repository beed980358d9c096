"""How many people does each pixel of one raster hold around a grid?

Pixels are read strip by strip; what cannot be a number of people is a fault.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from rasterio.windows import Window

from infraplan.catalog import table
from infraplan.errors import Fault, InputError
from infraplan.sources.raster_files import (
    header_faults,
    open_raster,
    read_upright,
    upright,
    window_over,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import rasterio
    from affine import Affine
    from numpy.typing import NDArray

    from infraplan.geo import Grid

__all__ = ["PeopleFile", "Strip", "has_value", "open_people", "strips_of"]

_EXPECTED: Final = "a GeoTIFF of people per pixel"
_STRIP_PIXELS: Final = 1 << 20
_PER_KM2: Final = re.compile(
    r"(/|\bper\b|\bp\.)\s*(sq\.?|square)?\s*(km|kilomet)|km\s*(\^|\*\*)?-\s*2", re.IGNORECASE
)
_PER_OTHER_AREA: Final = re.compile(
    r"(/|\bper\b)\s*(sq\.?|square)?\s*(ha\b|hectare|m2|m²|m\b|met|mi\b|mile|acre)", re.IGNORECASE
)
_NAMED_DENSITY: Final = re.compile(r"(^|_)pd_|density", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PeopleFile:
    """One raster of people: where its pixels lie, and what its numbers mean.

    Attributes
    ----------
    path, label
        The file, and its name as the study says it.
    transform, crs
        From (column, row) to the corner of a pixel, rows from north to south.
    window
        The pixels in and around the grid; None where they do not meet.
    per_km2
        Whether the numbers are people per km² rather than people.
    """

    path: Path
    label: str
    transform: Affine
    crs: str
    window: Window | None
    per_km2: bool


@dataclass(frozen=True, slots=True)
class Strip:
    """Some rows of a raster of people.

    Attributes
    ----------
    window
        Where they lie in the raster, rows from the north.
    people
        Numbers of the file, float64, NaN where it has none.
    """

    window: Window
    people: NDArray[np.float64]


def open_people(path: Path, *, label: str, grid: Grid) -> PeopleFile:
    """Read the header of a raster of people.

    Parameters
    ----------
    path
        A GeoTIFF or the like, in any CRS.
    label
        Its name for messages.
    grid
        The cells that need people.

    Raises
    ------
    InputError
        If the file cannot be used, or seems to hold people per area without saying so; every
        fault of its header is listed.
    """
    with open_raster(path, label=label, expected=_EXPECTED) as source:
        faults = header_faults(source, label, holds="people")
        if faults:
            raise InputError(faults)
        per_km2 = _is_per_km2(source, path, label)
        transform, crs = upright(source), source.crs.to_wkt()
        window = window_over(grid, transform=transform, crs=crs, shape=source.shape, margin=1)
    return PeopleFile(path, label, transform, crs, window, per_km2)


def strips_of(file: PeopleFile) -> Iterator[Strip]:
    """Read the pixels around the grid, some rows at a time.

    Raises
    ------
    InputError
        If the file is damaged, or holds numbers that cannot be people.
    """
    window = file.window
    if window is None:
        return
    rows = max(_STRIP_PIXELS // window.width, 1)
    wrong, such_as = 0, np.nan
    with open_raster(file.path, label=file.label, expected=_EXPECTED) as source:
        for first in range(0, window.height, rows):
            height = min(rows, window.height - first)
            part = Window(window.col_off, window.row_off + first, window.width, height)
            people = _read(source, part)
            bad = (people < 0) | np.isinf(people) | (people == _fullest(source))
            if bad.any():
                such_as = float(people[bad][0]) if wrong == 0 else such_as
                wrong += int(bad.sum())
            elif wrong == 0:
                yield Strip(part, people)
    if wrong:
        problem = f"{wrong:,} pixels are no number of people, such as {such_as:g}"
        remedy = (
            f"declare what means missing (gdal_edit -a_nodata {such_as:g}), and give people per "
            "pixel, not changes or indices"
        )
        raise InputError([Fault(file.label, problem, remedy)])


def has_value(
    file: PeopleFile, x: NDArray[np.float64], y: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Tell at which points a raster of people has a value.

    Parameters
    ----------
    file
        From :func:`open_people`.
    x, y
        Points in its CRS, of one strip of another file, shape (n,); not finite is nowhere.
    """
    found = np.zeros(x.shape, dtype=np.bool_)
    near = np.isfinite(x) & np.isfinite(y)
    columns = np.floor((np.where(near, x, 0.0) - file.transform.c) / file.transform.a)
    rows = np.floor((np.where(near, y, 0.0) - file.transform.f) / file.transform.e)
    window = file.window
    if window is None:
        return found
    near &= (columns >= window.col_off) & (columns < window.col_off + window.width)
    near &= (rows >= window.row_off) & (rows < window.row_off + window.height)
    if not near.any():
        return found
    row, column = rows[near].astype(np.int64), columns[near].astype(np.int64)
    top, left = int(row.min()), int(column.min())
    part = Window(left, top, int(column.max()) - left + 1, int(row.max()) - top + 1)
    with open_raster(file.path, label=file.label, expected=_EXPECTED) as source:
        people = _read(source, part)
    found[near] = np.isfinite(people[row - top, column - left])
    return found


def _read(source: rasterio.DatasetReader, window: Window) -> NDArray[np.float64]:
    """Read numbers, NaN where the file has none or one that only ever means none."""
    stored = read_upright(source, window).astype(np.float64)
    missing = read_upright(source, window, masks=True) == 0
    missing |= np.isin(stored, _always_missing())
    people: NDArray[np.float64] = stored * source.scales[0] + source.offsets[0]
    people[missing] = np.nan
    return people


def _fullest(source: rasterio.DatasetReader) -> float:
    """Return the largest whole number a file can hold, which means missing; NaN where none does.

    A byte is often full of people; larger numbers never are.
    """
    kind = np.dtype(source.dtypes[0])
    if not np.issubdtype(kind, np.integer) or kind.itemsize == 1:
        return np.nan
    fullest: float = np.iinfo(kind).max * source.scales[0] + source.offsets[0]
    return fullest


def _always_missing() -> list[float]:
    """Return the numbers of ``catalog/void_values.csv`` that can be no number of people."""
    rows = table("void_values")
    values = [float(v) for v in rows.loc[rows["apart_m"] == "", "value"]]
    return [v for v in values if v < 0 or v > np.iinfo(np.int64).max]


def _is_per_km2(source: rasterio.DatasetReader, path: Path, label: str) -> bool:
    """Tell whether the numbers are people per km², by what the file says of them."""
    said = " ".join(str(t) for t in (source.units[0], source.descriptions[0]) if t)
    if _PER_KM2.search(said):
        return True
    if _PER_OTHER_AREA.search(said):
        problem = f"the numbers are not people per pixel: the file says {said!r}"
        raise InputError([Fault(label, problem, "give people per pixel, or people per km²")])
    if _NAMED_DENSITY.search(path.name) or "density" in said.lower():
        problem = "by its name the file holds people per km², and it does not say its unit"
        remedy = (
            "give people per pixel (of WorldPop the file _ppp_, not _pd_), or say the unit "
            "(gdal_edit -units persons/km2)"
        )
        raise InputError([Fault(label, problem, remedy)])
    return False
