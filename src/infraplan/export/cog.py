"""How is a raster written as a cloud-optimised GeoTIFF, the same bytes every time?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from rasterio.io import MemoryFile

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from infraplan.geo import Raster

__all__ = ["step_of", "write_cog"]

_STEPS = {"share": 0.001}
_STEP = 0.1
"""Levels and rates are stored to a tenth of their unit: a prediction is not known better."""

_BLOCK = 512


def step_of(unit: str) -> float:
    """Return the step to which numbers of a unit are stored.

    Examples
    --------
    >>> step_of("dBm"), step_of("share")
    (0.1, 0.001)
    """
    return _STEPS.get(unit, _STEP)


def write_cog(path: Path, raster: Raster, *, description: str, tags: Mapping[str, str]) -> None:
    """Write a raster with overviews, deflated.

    Parameters
    ----------
    path
        The file.
    raster
        Levels (float, missing NaN), rounded to :func:`step_of` their unit, or keys (int32, with a
        nodata value).
        Overviews of levels are means, those of keys take one cell.
    description
        Of the band.
    tags
        TIFF tags, such as what is simulated.

    Notes
    -----
    The file is made in memory first: on a full disk the system then says so plainly, which GDAL
    does not always do.
    """
    levels = np.issubdtype(raster.values.dtype, np.floating)
    values = (
        _rounded(raster.values, step_of(raster.unit)) if levels else raster.values.astype(np.int32)
    )
    with MemoryFile() as memory:
        with memory.open(
            driver="COG",
            height=raster.grid.rows,
            width=raster.grid.columns,
            count=1,
            dtype=values.dtype.name,
            crs=raster.grid.crs,
            transform=raster.grid.transform,
            nodata=np.nan if levels else raster.nodata,
            compress="DEFLATE",
            predictor="STANDARD",
            blocksize=_BLOCK,
            overview_resampling="AVERAGE" if levels else "NEAREST",
        ) as sink:
            sink.write(values, 1)
            sink.set_band_description(1, description)
            sink.update_tags(**dict(sorted(tags.items())))
        path.write_bytes(memory.getbuffer())


def _rounded(values: np.ndarray, step: float) -> np.ndarray:
    """Round to a step; the same number comes out whether or not it was rounded before."""
    return (np.round(values.astype(np.float64) / step) * step).astype(np.float32)
