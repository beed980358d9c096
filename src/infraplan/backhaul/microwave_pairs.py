"""Between which points is a microwave hop thought of, and where do their antennas hang?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from infraplan.errors import ParameterError

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    from infraplan.geo import Grid

__all__ = ["POINT_COLUMNS", "Pairs", "make_pairs", "positions"]

POINT_COLUMNS = ("point_id", "x_m", "y_m", "ground_m", "lowest_m", "highest_m")

_NAMED = 5


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Pairs of points.

    Attributes
    ----------
    ids
        Names of both points.
    x_m, y_m
        Positions, m, shape (pairs, 2).
    ground_m, lowest_m, highest_m
        Ground above sea level, and lowest and highest antenna above it, m, shape (pairs, 2).
    length_m
        Distance over ground, m, shape (pairs,).
    """

    ids: list[tuple[str, str]]
    x_m: NDArray[np.float64]
    y_m: NDArray[np.float64]
    ground_m: NDArray[np.float64]
    lowest_m: NDArray[np.float64]
    highest_m: NDArray[np.float64]
    length_m: NDArray[np.float64]

    def __len__(self) -> int:
        """Return the number of pairs."""
        return len(self.ids)

    def take(self, rows: NDArray[np.int64]) -> Pairs:
        """Return some of the pairs."""
        return Pairs(
            [self.ids[i] for i in rows],
            self.x_m[rows],
            self.y_m[rows],
            self.ground_m[rows],
            self.lowest_m[rows],
            self.highest_m[rows],
            self.length_m[rows],
        )

    def part(self, start: int, stop: int) -> Pairs:
        """Return the pairs from one row to before another."""
        return self.take(np.arange(start, min(stop, len(self)), dtype=np.int64))


def make_pairs(points: pd.DataFrame, pairs: ArrayLike) -> Pairs:
    """Look up the points of each pair.

    Parameters
    ----------
    points
        With the columns :data:`POINT_COLUMNS`.
    pairs
        Positions in `points`, shape (n, 2).

    Raises
    ------
    ParameterError
        If a column is missing, a number is unknown, or a pair names no two points; every fault.
    """
    given = np.asarray(pairs)
    rows = np.zeros((0, 2), dtype=np.int64) if given.size == 0 else given
    faults = [f"points has no column {c!r}" for c in POINT_COLUMNS if c not in points.columns]
    if rows.ndim != 2 or rows.shape[1] != 2 or rows.dtype.kind not in "iu":  # noqa: PLR2004
        faults.append("pairs must be whole numbers of shape (n, 2)")
    elif rows.size and (rows.min() < 0 or rows.max() >= len(points)):
        faults.append(
            f"pairs go from {rows.min()} to {rows.max()}, points from 0 to {len(points) - 1}"
        )
    if not faults:
        faults = _point_faults(points)
    if faults:
        raise ParameterError("; ".join(faults) + ".")
    rows = rows.astype(np.int64)
    numbers = {c: points[c].to_numpy(dtype=np.float64)[rows] for c in POINT_COLUMNS[1:]}
    names = points["point_id"].astype(str).to_numpy()[rows]
    length_m = np.hypot(np.diff(numbers["x_m"])[:, 0], np.diff(numbers["y_m"])[:, 0])
    return Pairs([(str(a), str(b)) for a, b in names], **numbers, length_m=length_m)


def _point_faults(points: pd.DataFrame) -> list[str]:
    """List the points whose numbers are unknown or whose mast is upside down."""
    values = points[list(POINT_COLUMNS[1:])].to_numpy(dtype=np.float64)
    unknown = ~np.isfinite(values).all(axis=1)
    inverted = ~unknown & ~((values[:, 3] > 0) & (values[:, 3] <= values[:, 4]))
    return [
        f"{what} of {count} points: {', '.join(names[:_NAMED])}{' …' if count > _NAMED else ''}"
        for what, which in (
            ("position, ground or antenna height is unknown", unknown),
            ("lowest_m must be above 0 and at most highest_m, it is not", inverted),
        )
        if (count := int(which.sum())) and (names := points["point_id"].astype(str)[which].tolist())
    ]


def positions(pairs: Pairs, grid: Grid) -> NDArray[np.float64]:
    """Return both ends in posts of the grid: row, column, row, column, shape (pairs, 4).

    Ends in the outer half of a border cell are taken to its centre.
    """
    half = 0.5
    row = (grid.y_max_m - pairs.y_m) / grid.cell_size_m - half
    column = (pairs.x_m - grid.x_min_m) / grid.cell_size_m - half
    for values, count in ((row, grid.rows), (column, grid.columns)):
        values[(values >= -half) & (values < 0.0)] = 0.0
        values[(values > count - 1) & (values <= count - half)] = count - 1.0
    return np.column_stack([row[:, 0], column[:, 0], row[:, 1], column[:, 1]])
