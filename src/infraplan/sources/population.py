"""How many people live in each cell of a grid, as rasters of people tell?

The people of a pixel are split over the cells by the area that each of them shares with it, so
that nobody is lost or doubled.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely
from pyproj import Transformer
from rasterio.warp import transform_bounds

from infraplan.catalog import rule
from infraplan.errors import Fault, InputError
from infraplan.geo import GEOGRAPHIC, Raster
from infraplan.sources.people_pixels import has_value, open_people, strips_of
from infraplan.sources.raster_files import together
from infraplan.units import KM_PER_M
from infraplan.wording import Text, count, percent

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray
    from rasterio.windows import Window

    from infraplan.geo import Grid
    from infraplan.sources.people_pixels import PeopleFile, Strip

__all__ = ["read_population"]

_EDGE_POINTS: Final = 21
"""Points along an edge of a raster when its outline is brought to another CRS."""


@dataclass(slots=True)
class _Seen:
    """Pixels read, and those of them that have a number."""

    pixels: int = 0
    known: int = 0


def read_population(
    paths: Sequence[Path],
    *,
    labels: Sequence[str],
    grid: Grid,
    bounds: Sequence[float],
    origin: str,
) -> tuple[Raster, tuple[Text, ...]]:
    """Read rasters of people and bring them to a grid, keeping their total.

    Parameters
    ----------
    paths
        GeoTIFF files of people per pixel in any CRS, such as WorldPop's; people per km² are
        converted where the unit of the file says so. A pixel without a number holds nobody. Where
        files overlap, the first one that has a number holds.
    labels
        Their names for messages.
    grid
        The cells.
    bounds
        West, south, east, north of the area that the files must cover, m in the grid's CRS.
    origin
        How the people are known, such as ``"estimated"``.

    Returns
    -------
    Raster
        ``people``, persons per cell, float64; a pixel that lies partly on the grid gives it that
        part of its people.
    tuple of Text
        What to tell: people found, pixels without a number, units converted, overlaps.

    Raises
    ------
    InputError
        If a file cannot be read or holds numbers that are no people, or the files do not cover
        `bounds` or hold nobody there; every fault is listed.
    """
    faults: list[Fault] = []
    files: list[PeopleFile] = []
    notes: list[Text] = []
    cells = np.zeros(grid.size)
    seen = _Seen()
    for path, label in zip(paths, labels, strict=True):
        try:
            file = open_people(path, label=label, grid=grid)
            notes += _add_file(cells, file, files, grid, seen)
        except InputError as error:
            faults += error.faults
        else:
            files.append(file)
    if not faults:
        faults += _uncovered(files, grid, bounds, together(labels))
    if not faults and not cells.sum() > 0:
        what = "has no number" if seen.known == 0 else "says 0"
        problem = f"nobody lives in the study area: each of the {seen.pixels:,} pixels there {what}"
        faults.append(Fault(together(labels), problem, "give a raster of people of this area"))
    if faults:
        raise InputError(faults)
    notes.append(_total_note(float(cells.sum()), 1.0 - seen.known / seen.pixels))
    raster = Raster("people", "persons per cell", grid, cells.reshape(grid.shape), origin)
    return raster, tuple(notes)


def _add_file(
    cells: NDArray[np.float64],
    file: PeopleFile,
    earlier: Sequence[PeopleFile],
    grid: Grid,
    seen: _Seen,
) -> list[Text]:
    """Add the people of a file to the cells, in place, but where an earlier file has numbers."""
    doubled = 0
    for strip in strips_of(file):
        seen.pixels += strip.people.size
        seen.known += int(np.isfinite(strip.people).sum())
        twice = _claimed(strip, file, earlier)
        doubled += int(twice.sum())
        strip.people[twice] = np.nan
        _split(strip, file, grid, cells)
    return _file_notes(file, doubled)


def _split(strip: Strip, file: PeopleFile, grid: Grid, cells: NDArray[np.float64]) -> None:
    """Add the people of a strip to the cells, in place, by shares of area.

    A pixel is taken as the upright rectangle through the middles of its four edges in the CRS of
    the grid; pixels side by side share an edge, so they neither overlap nor leave a gap.
    """
    rows, columns = np.nonzero(strip.people > 0)
    if not rows.size:
        return
    left, right, top, bottom = _edges(strip, file, grid)
    u0, u1 = left[rows, columns], right[rows, columns]
    v0, v1 = top[rows, columns], bottom[rows, columns]
    people = strip.people[rows, columns]
    if file.per_km2:
        people = people * (u1 - u0) * (v1 - v0) * grid.cell_area_m2 * KM_PER_M**2
    near = (u1 > 0) & (u0 < grid.columns) & (v1 > 0) & (v0 < grid.rows)
    u0, u1, v0, v1, people = (a[near] for a in (u0, u1, v0, v1, people))
    if not people.size:
        return
    first_column, first_row = np.floor(u0).astype(np.int64), np.floor(v0).astype(np.int64)
    across = int((np.ceil(u1) - first_column).max())
    down = int((np.ceil(v1) - first_row).max())
    if people.size < across * down:
        _split_pixel_by_pixel(people, (u0, u1), (v0, v1), grid, cells)
        return
    for i in range(down):
        share_down = _shared(v0, v1, first_row + i)
        for j in range(across):
            row, column = first_row + i, first_column + j
            part = people * share_down * _shared(u0, u1, column)
            inside = (part > 0) & grid.inside(row, column)
            flat = row[inside] * grid.columns + column[inside]
            np.add.at(cells, flat, part[inside])


def _split_pixel_by_pixel(
    people: NDArray[np.float64],
    across: tuple[NDArray[np.float64], NDArray[np.float64]],
    down: tuple[NDArray[np.float64], NDArray[np.float64]],
    grid: Grid,
    cells: NDArray[np.float64],
) -> None:
    """Split few large pixels, each over all cells under it."""
    table = cells.reshape(grid.shape)
    for k in range(people.size):
        (u0, u1), (v0, v1) = ((float(a[k]), float(b[k])) for a, b in (across, down))
        columns = np.arange(max(int(np.floor(u0)), 0), min(int(np.ceil(u1)), grid.columns))
        rows = np.arange(max(int(np.floor(v0)), 0), min(int(np.ceil(v1)), grid.rows))
        shares = np.outer(_shared(v0, v1, rows), _shared(u0, u1, columns))
        table[np.ix_(rows, columns)] += people[k] * shares


def _shared(
    low: NDArray[np.float64] | float,
    high: NDArray[np.float64] | float,
    cell: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Return the share of a span (in cells) that lies in a cell."""
    within = np.minimum(high, cell + 1.0) - np.maximum(low, cell)
    share: NDArray[np.float64] = np.clip(within, 0.0, None) / (np.asarray(high) - low)
    return share


def _edges(strip: Strip, file: PeopleFile, grid: Grid) -> tuple[NDArray[np.float64], ...]:
    """Return the left, right, top and bottom of each pixel, counted in cells of the grid."""
    rows, columns = strip.people.shape
    x = file.transform.c + file.transform.a * (strip.window.col_off + np.arange(columns + 1))
    y = file.transform.f + file.transform.e * (strip.window.row_off + np.arange(rows + 1))
    mid_x, mid_y = (x[1:] + x[:-1]) / 2, (y[1:] + y[:-1]) / 2
    to_grid = Transformer.from_crs(file.crs, grid.crs, always_xy=True)
    upright_x, _ = to_grid.transform(*np.meshgrid(x, mid_y))
    _, level_y = to_grid.transform(*np.meshgrid(mid_x, y))
    u = (upright_x - grid.x_min_m) / grid.cell_size_m
    v = (grid.y_max_m - level_y) / grid.cell_size_m
    return u[:, :-1], u[:, 1:], v[:-1], v[1:]


def _claimed(strip: Strip, file: PeopleFile, earlier: Sequence[PeopleFile]) -> NDArray[np.bool_]:
    """Tell which people an earlier file has counted already."""
    twice = np.zeros(strip.people.shape, dtype=np.bool_)
    if not earlier:
        return twice
    rows, columns = np.nonzero(strip.people > 0)
    x = file.transform.c + file.transform.a * (strip.window.col_off + columns + 0.5)
    y = file.transform.f + file.transform.e * (strip.window.row_off + rows + 0.5)
    for other in earlier:
        to_other = Transformer.from_crs(file.crs, other.crs, always_xy=True)
        twice[rows, columns] |= has_value(other, *to_other.transform(x, y))
    return twice


def _uncovered(
    files: Sequence[PeopleFile], grid: Grid, bounds: Sequence[float], labels: str
) -> list[Fault]:
    """List an area that no file reaches, but for a strip as narrow as boundaries are rough."""
    west_m, south_m, east_m, north_m = bounds
    area = shapely.box(west_m, south_m, east_m, north_m)
    reached = shapely.union_all([_outline(f, f.window, grid) for f in files if f.window])
    left = area.difference(shapely.buffer(reached, rule("boundary_tolerance_m")))
    if left.area == 0:
        return []
    share = left.area / area.area
    west, south, east, north = transform_bounds(grid.crs, GEOGRAPHIC, *bounds)
    return [
        Fault(
            labels,
            f"the rasters of people do not cover the study area: {max(share, 0.0001):.2%} of it "
            "lies outside of them",
            f"add files that cover longitude {west:.4f} to {east:.4f} and latitude {south:.4f} to "
            f"{north:.4f}",
        )
    ]


def _outline(file: PeopleFile, window: Window, grid: Grid) -> shapely.Polygon:
    """Return the outline of the pixels around the grid, in its CRS."""
    along = np.linspace(0.0, 1.0, _EDGE_POINTS)
    start, end = np.zeros(_EDGE_POINTS), np.ones(_EDGE_POINTS)
    column = window.col_off + window.width * np.concatenate([along, end, along[::-1], start])
    row = window.row_off + window.height * np.concatenate([start, along, end, along[::-1]])
    x = file.transform.c + file.transform.a * column
    y = file.transform.f + file.transform.e * row
    to_grid = Transformer.from_crs(file.crs, grid.crs, always_xy=True)
    return shapely.Polygon(np.column_stack(to_grid.transform(x, y)))


def _file_notes(file: PeopleFile, doubled: int) -> list[Text]:
    notes = []
    if file.per_km2:
        notes.append(
            Text(
                f"{file.label}: số người trên km² được nhân với diện tích điểm ảnh.",
                f"{file.label}: people per km² were multiplied by the area of each pixel.",
            )
        )
    if doubled > 0:
        said = count(doubled)
        notes.append(
            Text(
                f"{file.label}: bỏ {said.vi} điểm ảnh ở nơi một tệp trước đã có số liệu.",
                f"{file.label}: {said.en} pixels were left out where an earlier file has numbers.",
            )
        )
    return notes


def _total_note(people: float, empty_share: float) -> Text:
    said, empty = count(people), percent(empty_share)
    return Text(
        f"Lưới dân số: {said.vi} người trong và quanh vùng nghiên cứu; {empty.vi} số điểm ảnh "
        "không có số liệu, coi là không có người.",
        f"Grid of people: {said.en} people in and around the study area; {empty.en} of its pixels "
        "have no number and count as nobody.",
    )
