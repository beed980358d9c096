"""How is a raster written as a cloud-optimised GeoTIFF, the same bytes every time?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from rasterio.io import MemoryFile

from infraplan.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from infraplan.geo.raster import Raster

__all__ = ["write_bands", "write_cog"]

_BLOCK = 512
_SHADES = "shade"


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
        Numbers (float, missing NaN), keys (int32, with a nodata value), or classes or shades
        (uint8, with a nodata value). Overviews of numbers and shades are means, those of keys
        take one cell, those of classes the most frequent one.
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
    write_bands(path, [raster], descriptions=[description], tags=tags, step=step)


def write_bands(
    path: Path,
    rasters: Sequence[Raster],
    *,
    descriptions: Sequence[str],
    tags: Mapping[str, str],
    step: float | None = None,
) -> None:
    """Write rasters of one kind and grid as the bands of one file; see :func:`write_cog`.

    Raises
    ------
    ParameterError
        If there is no raster, or they differ in grid, type or nodata value.
    """
    kinds = {(raster.grid, raster.values.dtype, raster.nodata) for raster in rasters}
    if len(kinds) != 1:
        raise ParameterError(f"{path.name} needs bands of one kind, not of {len(kinds)}.")
    first, kind = rasters[0], _kind(rasters[0])
    dtype = {"float": first.values.dtype.name, "key": "int32", "class": "uint8"}[kind]
    if kind == "float" and step is not None:
        dtype = "float32"
    with MemoryFile() as memory:
        with memory.open(
            driver="COG",
            height=first.grid.rows,
            width=first.grid.columns,
            count=len(rasters),
            dtype=dtype,
            crs=first.grid.crs,
            transform=first.grid.transform,
            nodata=np.nan if kind == "float" else first.nodata,
            compress="DEFLATE",
            predictor="STANDARD",
            blocksize=_BLOCK,
            overview_resampling=_overviews(first, kind),
        ) as sink:
            for band, (raster, text) in enumerate(zip(rasters, descriptions, strict=True), 1):
                rounded = kind == "float" and step is not None
                values = _rounded(raster.values, step or 1) if rounded else raster.values
                sink.write(values.astype(dtype, copy=False), band)
                sink.set_band_description(band, text)
            sink.update_tags(**dict(sorted(tags.items())))
        path.write_bytes(memory.getbuffer())


def _kind(raster: Raster) -> str:
    if np.issubdtype(raster.values.dtype, np.floating):
        return "float"
    return "class" if raster.values.dtype == np.uint8 else "key"


def _overviews(raster: Raster, kind: str) -> str:
    """Return how the coarser copies of a raster are made."""
    if kind == "key":
        return "NEAREST"
    return "MODE" if kind == "class" and raster.unit != _SHADES else "AVERAGE"


def _rounded(values: np.ndarray, step: float) -> np.ndarray:
    """Round to a step; the same number comes out whether or not it was rounded before."""
    return (np.round(values.astype(np.float64) / step) * step).astype(np.float32)
