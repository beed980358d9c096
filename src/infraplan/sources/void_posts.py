"""Which posts of a terrain file are missing, by its own word or by what their number can only mean?

The whole part of a file around the study is looked through once, strip by strip.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

import numpy as np
from pyproj import Transformer
from rasterio.windows import Window

from infraplan.catalog import rule, table
from infraplan.errors import Fault
from infraplan.sources.heights import read_posts
from infraplan.wording import Text, count, height, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from infraplan.geo import Grid
    from infraplan.sources.heights import HeightFile, Unpack

__all__ = ["LookedThrough", "look_through"]

_STRIP_POSTS: Final = 1 << 22
_SAMPLE_POSTS: Final = 1 << 18
_LOWEST_LAND_M, _HIGHEST_LAND_M = -500.0, 9000.0
"""Below the shore of the Dead Sea, above Everest: nothing beyond these is the height of land."""


@dataclass(frozen=True, slots=True)
class LookedThrough:
    """What a terrain file holds around a study.

    Attributes
    ----------
    file
        The file, with the numbers that must mean missing.
    faults, notes
        What is wrong with it, what to tell of it.
    """

    file: HeightFile
    faults: tuple[Fault, ...]
    notes: tuple[Text, ...]


@dataclass(slots=True)
class _Count:
    """Posts counted strip by strip."""

    whole: int = 0
    voids: int = 0
    voids_inside: int = 0
    no_land: int = 0
    no_land_m: float = np.nan
    telling: dict[float, int] = field(default_factory=dict)
    nearest_m: dict[float, float] = field(default_factory=dict)


def look_through(file: HeightFile, grid: Grid, *, posts: Unpack) -> LookedThrough:
    """Count the voids of a file around a grid and find those that it does not declare.

    Parameters
    ----------
    file
        From :func:`infraplan.sources.heights.open_heights`.
    grid
        The cells.
    posts
        As for :func:`infraplan.sources.heights.open_heights`.

    Returns
    -------
    LookedThrough
        With a fault where values are no heights of land, or where more of the heights in the
        study area are missing than the rule ``terrain_void_share`` allows.

    Raises
    ------
    InputError
        If the file is damaged.
    """
    if file.window is None:
        return LookedThrough(file, (), ())
    found = _counted(file, file.window, grid, posts)
    undeclared = _undeclared(found)
    if undeclared:
        file = replace(file, voids=tuple(undeclared))
        found = _counted(file, file.window, grid, posts)
    faults = [*_no_land(file, found), *_too_many(file, file.window, found, grid)]
    notes = [*_unit_note(file), *_undeclared_notes(file, undeclared), *_void_notes(file, found)]
    return LookedThrough(file, tuple(faults), tuple(notes))


def _strips(window: Window) -> Iterator[Window]:
    rows = max(_STRIP_POSTS // window.width, 1)
    for first in range(0, window.height, rows):
        height = min(rows, window.height - first)
        yield Window(window.col_off, window.row_off + first, window.width, height)


def _counted(file: HeightFile, window: Window, grid: Grid, posts: Unpack) -> _Count:
    found = _Count()
    for strip in _strips(window):
        stored, heights_m = read_posts(file, strip, posts=posts)
        void = np.isnan(heights_m)
        found.whole += void.size
        found.voids += int(void.sum())
        rows, columns = np.nonzero(void)
        found.voids_inside += _inside(file, grid, strip, rows, columns)
        _count_telling(stored, heights_m, found)
    return found


def _inside(
    file: HeightFile,
    grid: Grid,
    strip: Window,
    rows: NDArray[np.int64],
    columns: NDArray[np.int64],
) -> int:
    """Count the posts of a strip that stand in a cell of the grid."""
    if not rows.size:
        return 0
    x = file.transform.c + (columns + strip.col_off + 0.5) * file.transform.a
    y = file.transform.f + (rows + strip.row_off + 0.5) * file.transform.e
    to_grid = Transformer.from_crs(file.crs, grid.crs, always_xy=True)
    x_m, y_m = to_grid.transform(x, y)
    known = np.isfinite(x_m) & np.isfinite(y_m)
    return int(grid.inside(*grid.index(x_m[known], y_m[known])).sum())


def _count_telling(
    stored: NDArray[np.float64], heights_m: NDArray[np.float32], found: _Count
) -> None:
    """Count numbers that are no heights of land, and those of ``catalog/void_values.csv``."""
    wrong = (heights_m < _LOWEST_LAND_M) | (heights_m > _HIGHEST_LAND_M)
    any_wrong = bool(wrong.any())
    unexplained = wrong.copy() if any_wrong else wrong
    for row in table("void_values").to_dict("records"):
        value = float(row["value"])
        if not row["apart_m"] and not any_wrong:
            continue
        same = (stored == value) & (~np.isnan(heights_m) if row["apart_m"] else wrong)
        if row["apart_m"]:
            others = heights_m[~same]
            gaps = np.abs(others[~np.isnan(others)] - value)
            nearest = float(gaps.min()) if gaps.size else np.inf
            found.nearest_m[value] = min(found.nearest_m.get(value, np.inf), nearest)
        else:
            unexplained &= ~same
        if same.any():
            found.telling[value] = found.telling.get(value, 0) + int(same.sum())
    if any_wrong and unexplained.any():
        found.no_land += int(unexplained.sum())
        if np.isnan(found.no_land_m):
            found.no_land_m = float(heights_m[unexplained][0])


def _undeclared(found: _Count) -> dict[float, int]:
    """Return the numbers that can only mean missing, and how many posts have them."""
    apart_m = {
        float(row["value"]): float(row["apart_m"] or 0.0)
        for row in table("void_values").to_dict("records")
    }
    return {
        value: posts
        for value, posts in sorted(found.telling.items())
        if apart_m[value] == 0.0 or apart_m[value] <= found.nearest_m[value] < np.inf
    }


def _no_land(file: HeightFile, found: _Count) -> list[Fault]:
    if not found.no_land:
        return []
    problem = (
        f"{found.no_land:,} values are no heights of land in metres, such as {found.no_land_m:g}"
    )
    remedy = (
        f"declare the missing value (gdal_edit -a_nodata {found.no_land_m:g}), or give metres "
        f"between {_LOWEST_LAND_M:g} and {_HIGHEST_LAND_M:g}"
    )
    return [Fault(file.label, problem, remedy)]


def _too_many(file: HeightFile, window: Window, found: _Count, grid: Grid) -> list[Fault]:
    """Refuse terrain of which a large share would be made up by filling."""
    if not found.voids_inside:
        return []
    step = max(int(np.sqrt(found.whole / _SAMPLE_POSTS)), 1)
    rows, columns = np.mgrid[0 : window.height : step, 0 : window.width : step]
    near = _inside(file, grid, window, rows.ravel(), columns.ravel())
    share = min(found.voids_inside / max(near * step * step, 1), 1.0)
    if share <= rule("terrain_void_share"):
        return []
    problem = f"{share:.0%} of the heights in the study area are missing"
    remedy = f"give terrain with at most {rule('terrain_void_share'):.0%} missing"
    return [Fault(file.label, problem, remedy)]


def _void_notes(file: HeightFile, found: _Count) -> list[Text]:
    if not found.voids:
        return []
    voids, whole, inside = count(found.voids), count(found.whole), count(found.voids_inside)
    return [
        Text(
            f"{file.label}: {voids.vi} điểm trống trong {whole.vi} điểm độ cao đã đọc, "
            f"{inside.vi} điểm trong và quanh vùng nghiên cứu, nội suy theo nghịch đảo khoảng "
            "cách.",
            f"{file.label}: {voids.en} voids among the {whole.en} posts read, {inside.en} of them "
            "in and around the study area, filled by inverse distance from the heights around "
            "them.",
        )
    ]


def _undeclared_notes(file: HeightFile, undeclared: dict[float, int]) -> list[Text]:
    """Tell of every number that was taken as missing although the file does not say so."""
    notes = []
    for value, posts in undeclared.items():
        said, number = count(posts), plain(f"{value:g}")
        limit = height(float(_apart(value)))
        if _apart(value):
            why = Text(
                f"không điểm nào khác thấp hơn {limit.vi}", f"no other post is within {limit.en}"
            )
        else:
            why = Text("không phải độ cao mặt đất", "it is no height of land")
        notes.append(
            Text(
                f"{file.label}: {said.vi} điểm có giá trị {number.vi}, tệp không khai báo là trống "
                f"nhưng {why.vi}; coi là trống.",
                f"{file.label}: {said.en} posts have the value {number.en}, which the file does "
                f"not declare as missing, but {why.en}; taken as missing.",
            )
        )
    return notes


def _apart(value: float) -> float:
    """Return how far from every other height a number must be to mean missing, m; 0 if always."""
    for row in table("void_values").to_dict("records"):
        if float(row["value"]) == value:
            return float(row["apart_m"] or 0.0)
    return 0.0


def _unit_note(file: HeightFile) -> list[Text]:
    if not file.unit:
        return []
    return [
        Text(
            f"{file.label}: độ cao tính bằng {file.unit}, được đổi ra mét.",
            f"{file.label}: the heights are in {file.unit} and were converted to metres.",
        )
    ]
