"""How high is the ground in each cell of a grid?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from rasterio.enums import Resampling
from rasterio.fill import fillnodata
from rasterio.transform import xy
from rasterio.warp import reproject, transform, transform_bounds

from infraplan.catalog import rule
from infraplan.errors import Fault, InputError
from infraplan.geo import GEOGRAPHIC, Raster
from infraplan.sources.heights import SEARCH_POSTS, Posts, read_posts
from infraplan.wording import Text, count

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from infraplan.geo import Grid

__all__ = ["read_elevation"]

_OUTSIDE = 255
"""Mark of a cell that a file says nothing about."""


def read_elevation(
    paths: Sequence[Path], *, labels: Sequence[str], origin: str, grid: Grid
) -> tuple[Raster, tuple[Text, ...]]:
    """Read terrain files, fill their voids and bring them to a grid.

    Voids are filled by inverse distance from the nearest heights around them; a void farther than
    100 posts from any height stays unknown. Heights are interpolated bilinearly between posts.
    Where files overlap, the first one holds.

    Parameters
    ----------
    paths
        GeoTIFF files in any CRS, or SRTM tiles .hgt or .hgt.gz.
    labels
        Their names for messages.
    origin
        How the heights are known, such as ``"measured"``.
    grid
        The cells.

    Returns
    -------
    Raster
        ``elevation_m``, float32, m above the datum of the files, known in every cell.
    tuple of Text
        What to tell: voids filled, all of those read and those in the study area.

    Raises
    ------
    InputError
        If a file cannot be read, or too much of it is missing, or the files do not cover the
        grid; every fault is listed.
    """
    faults: list[Fault] = []
    notes: list[Text] = []
    values = np.full(grid.shape, np.nan, dtype=np.float32)
    for path, label in zip(paths, labels, strict=True):
        try:
            posts = read_posts(path, label=label, grid=grid)
        except InputError as error:
            faults += error.faults
            continue
        faults += _too_many_voids(posts, grid)
        notes += _void_notes(posts, grid)
        found = _on_grid(posts, grid)
        values = np.where(np.isnan(values), found, values)
    if not faults and np.isnan(values).any():
        faults.append(_uncovered(values, grid, ", ".join(labels)))
    if faults:
        raise InputError(faults)
    return Raster("elevation_m", "m", grid, values, origin), tuple(notes)


def _on_grid(posts: Posts, grid: Grid) -> NDArray[np.float32]:
    """Fill the voids and interpolate to the grid; NaN where the file says nothing."""
    known = ~np.isnan(posts.heights_m)
    filled = posts.heights_m
    if known.any() and not known.all():
        filled = fillnodata(
            posts.heights_m.copy(),
            mask=known.astype(np.uint8),
            max_search_distance=float(SEARCH_POSTS),
        )
    target = np.full(grid.shape, np.nan, dtype=np.float32)
    reproject(
        filled,
        target,
        src_transform=posts.transform,
        src_crs=posts.crs,
        dst_transform=grid.transform,
        dst_crs=grid.crs,
        src_nodata=np.nan,
        dst_nodata=np.nan,
        resampling=Resampling.bilinear,
        num_threads=1,
    )
    return target


def _void_notes(posts: Posts, grid: Grid) -> tuple[Text, ...]:
    """Count the voids among the posts read and among those in the study area."""
    rows, columns = np.nonzero(np.isnan(posts.heights_m))
    if not rows.size:
        return ()
    x_m, y_m = transform(posts.crs, grid.crs, *xy(posts.transform, rows, columns))
    inside = count(int(grid.inside(*grid.index(x_m, y_m)).sum()))
    voids, whole = count(rows.size), count(posts.heights_m.size)
    note = Text(
        f"{posts.label}: {voids.vi} điểm trống trong {whole.vi} điểm độ cao đã đọc, {inside.vi} "
        "điểm trong và quanh vùng nghiên cứu, nội suy theo nghịch đảo khoảng cách.",
        f"{posts.label}: {voids.en} voids among the {whole.en} posts read, {inside.en} of them in "
        "and around the study area, filled by inverse distance from the heights around them.",
    )
    return (note,)


def _too_many_voids(posts: Posts, grid: Grid) -> tuple[Fault, ...]:
    """Refuse terrain of which a large share would be made up by filling."""
    empty = np.isnan(posts.heights_m).astype(np.uint8)
    on_grid = np.full(grid.shape, _OUTSIDE, dtype=np.uint8)
    reproject(
        empty,
        on_grid,
        src_transform=posts.transform,
        src_crs=posts.crs,
        dst_transform=grid.transform,
        dst_crs=grid.crs,
        dst_nodata=_OUTSIDE,
        resampling=Resampling.nearest,
        num_threads=1,
    )
    covered = on_grid != _OUTSIDE
    share = float((on_grid[covered] == 1).mean()) if covered.any() else 0.0
    if share <= rule("terrain_void_share"):
        return ()
    problem = f"{share:.0%} of the heights in the study area are missing"
    remedy = f"give terrain with at most {rule('terrain_void_share'):.0%} missing"
    return (Fault(posts.label, problem, remedy),)


def _uncovered(values: NDArray[np.float32], grid: Grid, labels: str) -> Fault:
    share = float(np.isnan(values).mean())
    west, south, east, north = transform_bounds(grid.crs, GEOGRAPHIC, *grid.bounds)
    return Fault(
        labels,
        f"the terrain does not cover the study area: {max(share, 0.0001):.2%} of its cells have "
        "no height",
        f"add files that cover longitude {west:.4f} to {east:.4f} and latitude {south:.4f} to "
        f"{north:.4f}",
    )
