"""How far is the fast map from its exact twin?"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = [
    "BIN_EDGES_DB",
    "ErrorFigures",
    "bin_names",
    "error_figures",
    "markdown",
    "median_difference",
    "sample_pixels",
]

BIN_EDGES_DB: Final = (0.0, 0.01, 0.03, 0.1, 0.3, 1.0, 2.0, 3.0, 5.0, 10.0, float("inf"))
"""Bins of the absolute error, dB."""

_SECTORS: Final = 16
_NEAREST_SQUARED: Final = 4
_CLEAR_DB: Final = 6.0
"""A path that loses less than this above free space counts as in sight: grazing costs 6 dB."""


@dataclass(frozen=True, slots=True)
class ErrorFigures:
    """Errors of a map against its twin.

    Attributes
    ----------
    count
        Compared pixels.
    unknown
        Pixels known to only one of the two.
    bias_db, mean_db
        Mean of the error and of its absolute value, dB.
    p50_db, p95_db, p99_db, most_db
        Percentiles and maximum of the absolute error, dB.
    worst_sector_db
        Largest mean absolute error of the 16 sectors of 22.5 degrees around the mast, dB.
    worst_bias_db
        Bias farthest from 0 of the 16 sectors, dB.
    shares
        Share of pixels in each bin of `BIN_EDGES_DB`.
    """

    count: int
    unknown: int
    bias_db: float
    mean_db: float
    p50_db: float
    p95_db: float
    p99_db: float
    most_db: float
    worst_sector_db: float
    worst_bias_db: float
    shares: tuple[float, ...]


def sample_pixels(
    radius: int, count: int, seed: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Draw pixels of a disc, offsets from the mast in rows and columns, each place alike likely.

    The nearest pixels (less than two cells off) are left out. Where the disc has no more than
    `count` pixels, all are taken.
    """
    row, column = np.mgrid[-radius : radius + 1, -radius : radius + 1].reshape(2, -1)
    squared = row * row + column * column
    inside = np.flatnonzero((squared >= _NEAREST_SQUARED) & (squared <= radius * radius))
    if inside.size > count:
        inside = np.sort(np.random.default_rng(seed).choice(inside, count, replace=False))
    return row[inside], column[inside]


def error_figures(
    fast_db: NDArray[np.floating],
    exact_db: NDArray[np.float64],
    rows: NDArray[np.int64],
    columns: NDArray[np.int64],
) -> ErrorFigures:
    """Compare losses at pixels given by their offsets from the mast."""
    known = np.isfinite(fast_db) & np.isfinite(exact_db)
    error_db = fast_db[known].astype(np.float64) - exact_db[known]
    absolute_db = np.abs(error_db)
    turn = np.arctan2(columns[known], -rows[known]) / (2 * np.pi) % 1.0
    sector = np.minimum((turn * _SECTORS).astype(np.int64), _SECTORS - 1)
    pixels = np.maximum(np.bincount(sector, minlength=_SECTORS), 1)
    sector_db = np.bincount(sector, absolute_db, _SECTORS) / pixels
    bias_db = np.bincount(sector, error_db, _SECTORS) / pixels
    bins = np.histogram(absolute_db, np.array(BIN_EDGES_DB))[0]
    p50_db, p95_db, p99_db = np.percentile(absolute_db, (50, 95, 99))
    return ErrorFigures(
        count=int(known.sum()),
        unknown=int((np.isfinite(fast_db) != np.isfinite(exact_db)).sum()),
        bias_db=float(error_db.mean()),
        mean_db=float(absolute_db.mean()),
        p50_db=float(p50_db),
        p95_db=float(p95_db),
        p99_db=float(p99_db),
        most_db=float(absolute_db.max()),
        worst_sector_db=float(sector_db.max()),
        worst_bias_db=float(bias_db[np.argmax(np.abs(bias_db))]),
        shares=tuple(float(x) for x in bins / max(absolute_db.size, 1)),
    )


def median_difference(
    other_db: NDArray[np.floating], exact_db: NDArray[np.float64], free_db: NDArray[np.float64]
) -> tuple[float, float]:
    """Return another model's median difference in sight and in the shadow, dB; NaN where none."""
    known = np.isfinite(other_db) & np.isfinite(exact_db)
    clear = exact_db - free_db < _CLEAR_DB
    parts = (other_db[known & chosen] - exact_db[known & chosen] for chosen in (clear, ~clear))
    sight_db, shadow_db = (float(np.median(p)) if p.size else float("nan") for p in parts)
    return sight_db, shadow_db


def bin_names() -> list[str]:
    """Name the bins of the absolute error."""
    pairs = itertools.pairwise(BIN_EDGES_DB)
    return [f"{a:g}-{b:g} dB" if np.isfinite(b) else f"above {a:g} dB" for a, b in pairs]


def markdown(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Write a markdown table; columns after the first are aligned to the right."""
    marks = ["---", *["---:"] * (len(header) - 1)]
    lines = [header, marks, *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
