"""How is a raster written as a cloud-optimised GeoTIFF, the same bytes every time?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from rasterio.io import MemoryFile

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from infraplan.geo.raster import Raster

__all__ = ["write_cog"]

_BLOCK = 512


def write_cog(
    path: Path,
    raster: Raster,
    *,
    description: str,
    tags: Mapping[str, str],
    step: float | None = None,
) -> None:
    """Write a raster with overviews, deflated.

    Parameters
    ----------
    path
        The file.
    raster
        Numbers (float, missing NaN) or keys (int32, with a nodata value). Overviews of numbers are
        means, those of keys take one cell.
    description
        Of the band.
    tags
        TIFF tags, such as what is simulated.
    step
        Numbers are rounded to it and stored as float32; as they are where None.

    Notes
    -----
    The file is made in memory first: on a full disk the system then says so plainly, which GDAL
    does not always do.
    """
    numbers = np.issubdtype(raster.values.dtype, np.floating)
    values = raster.values if numbers else raster.values.astype(np.int32)
    if numbers and step is not None:
        values = _rounded(values, step)
    with MemoryFile() as memory:
        with memory.open(
            driver="COG",
            height=raster.grid.rows,
            width=raster.grid.columns,
            count=1,
            dtype=values.dtype.name,
            crs=raster.grid.crs,
            transform=raster.grid.transform,
            nodata=np.nan if numbers else raster.nodata,
            compress="DEFLATE",
            predictor="STANDARD",
            blocksize=_BLOCK,
            overview_resampling="AVERAGE" if numbers else "NEAREST",
        ) as sink:
            sink.write(values, 1)
            sink.set_band_description(1, description)
            sink.update_tags(**dict(sorted(tags.items())))
        path.write_bytes(memory.getbuffer())


def _rounded(values: np.ndarray, step: float) -> np.ndarray:
    """Round to a step; the same number comes out whether or not it was rounded before."""
    return (np.round(values.astype(np.float64) / step) * step).astype(np.float32)
