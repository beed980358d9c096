"""What do the rays run over?"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Terrain", "is_ready", "new_terrain"]


class Terrain(NamedTuple):
    """A grid of heights, ready for the kernels; many transmitters can share it.

    Attributes
    ----------
    ground_m
        Bare ground, m, shape (rows, columns), C-contiguous, NaN where unknown.
    clutter_m
        Clutter over it, m, without NaN, of the same shape, or of no rows where there is none.
    has_gaps
        True if any ground is unknown.
    """

    ground_m: NDArray[np.float32]
    clutter_m: NDArray[np.float32]
    has_gaps: bool


def is_ready(height_m: NDArray[np.floating]) -> bool:
    """Tell whether heights need no conversion."""
    return height_m.dtype == np.float32 and bool(height_m.flags.c_contiguous)


def new_terrain(
    height_m: NDArray[np.floating],
    clutter_height_m: NDArray[np.floating] | None = None,
    *,
    part: tuple[slice, slice] = (slice(None), slice(None)),
) -> Terrain:
    """Prepare heights for the kernels.

    Parameters
    ----------
    height_m
        Terrain, m, shape (rows, columns), NaN where unknown.
    clutter_height_m
        Clutter over it, m, same shape; NaN counts as 0. None where there is none.
    part
        Rows and columns that will be used: only there unknown ground is looked for.

    Returns
    -------
    Terrain
        The same in single precision; not copied where it is so already.
    """
    ground_m = np.ascontiguousarray(height_m, dtype=np.float32)
    if clutter_height_m is None:
        clutter_m = np.zeros((0, 0), dtype=np.float32)
    else:
        clutter_m = np.ascontiguousarray(np.nan_to_num(clutter_height_m), dtype=np.float32)
    return Terrain(ground_m, clutter_m, bool(np.isnan(ground_m[part].min())))
