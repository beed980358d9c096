"""How light or dark is the ground when the sun shines on it from the north-west?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from rasterio.features import geometry_mask
from scipy.ndimage import convolve

from infraplan.geo.raster import Raster

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

__all__ = ["hillshade"]

_AZIMUTH_DEG: Final = 315.0
_ALTITUDE_DEG: Final = 45.0
"""Where maps put the sun by custom: light from above left reads as hills, not as hollows."""

_BRIGHTEST: Final = 254
_DARKEST: Final = 1
_UNKNOWN: Final = 0

_EAST: Final = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], dtype=np.float32) / 8
_SOUTH: Final = _EAST.T
"""Horn's weights for the change from one cell to the next."""


def hillshade(
    elevation: Raster, *, zones: gpd.GeoSeries | None = None, exaggeration: float = 2.0
) -> Raster:
    """Return the shade of a terrain, 1 (dark) to 254 (bright), 0 where the height is unknown.

    Parameters
    ----------
    elevation
        Heights, m.
    zones
        Polygons in the raster's CRS: cells that none of them touches count as unknown, since
        terrain beyond a province is often only filled in. The whole raster where None.
    exaggeration
        Heights are multiplied by it, so that low hills show.

    Returns
    -------
    Raster
        Eight-bit values on the same grid.

    References
    ----------
    B. K. P. Horn (1981), Hill shading and the reflectance map, Proceedings of the IEEE 69(1),
    14-47.
    """
    heights = elevation.values.astype(np.float32)
    per_cell = np.float32(exaggeration / elevation.grid.cell_size_m)
    east = _correlate(heights, _EAST) * per_cell
    north = -_correlate(heights, _SOUTH) * per_cell
    azimuth, altitude = np.radians(_AZIMUTH_DEG), np.radians(_ALTITUDE_DEG)
    towards_east, towards_north = np.sin(azimuth), np.cos(azimuth)
    facing = -(east * np.float32(towards_east) + north * np.float32(towards_north))
    upright = np.float32(np.sin(altitude)) + np.float32(np.cos(altitude)) * facing
    light = upright / np.sqrt(1 + east**2 + north**2)
    known = ~(np.isnan(light) | np.isnan(heights))
    if zones is not None:
        outside = geometry_mask(
            zones, out_shape=heights.shape, transform=elevation.grid.transform, all_touched=True
        )
        known &= ~outside
    shade: NDArray[np.uint8] = np.full(heights.shape, _UNKNOWN, dtype=np.uint8)
    span = _BRIGHTEST - _DARKEST
    shade[known] = np.round(_DARKEST + span * np.clip(light[known], 0, 1)).astype(np.uint8)
    return Raster("hillshade", "shade", elevation.grid, shade, elevation.origin, nodata=_UNKNOWN)


def _correlate(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return the sum of each cell's neighbours by their weights; the rim repeats itself."""
    found: np.ndarray = convolve(values, weights[::-1, ::-1], mode="nearest")
    return found
