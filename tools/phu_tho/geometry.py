"""How do points and shapes get between degrees and metres, rounded as they are written?"""

from typing import TypeVar

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from phu_tho.figures import BuildError

METRIC_EPSG = 32648  # WGS 84 / UTM 48N: the whole province lies west of 106 degrees east
DECIMALS = 6  # of a degree: about 0.1 m

Shape = TypeVar("Shape", bound=shapely.Geometry)

_TO_METRES = pyproj.Transformer.from_crs(4326, METRIC_EPSG, always_xy=True)
_TO_DEGREES = pyproj.Transformer.from_crs(METRIC_EPSG, 4326, always_xy=True)


def to_metres(lon_lat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Project points, shape (n, 2) in degrees, to metres."""
    return np.column_stack(_TO_METRES.transform(lon_lat[:, 0], lon_lat[:, 1]))


def to_degrees(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """Bring points, shape (n, 2) in metres, to degrees rounded as written."""
    return np.round(np.column_stack(_TO_DEGREES.transform(xy[:, 0], xy[:, 1])), DECIMALS)


def shape_to_metres(shape: Shape) -> Shape:
    """Project a shape from degrees to metres."""
    return shapely.transform(shape, to_metres)


def shape_to_degrees(shape: Shape) -> Shape:
    """Bring a shape from metres to rounded degrees."""
    return shapely.transform(shape, to_degrees)


def one_polygon(shape: shapely.Geometry) -> shapely.Polygon:
    """Give a shape that must be one polygon as such.

    Raises
    ------
    BuildError
        When it is in pieces, or no polygon at all.
    """
    if not isinstance(shape, shapely.Polygon):
        raise BuildError(f"expected one polygon, found {type(shape).__name__}")
    return shape


def apportion(total: int, weights: NDArray[np.float64], minimum: int = 0) -> NDArray[np.int64]:
    """Share a total in whole numbers by weight, by the largest remainder.

    Parameters
    ----------
    total
        What to share; at least ``minimum * len(weights)``.
    weights
        Non-negative weights, shape (n,).
    minimum
        What each gets before the rest is shared.

    Returns
    -------
    numpy.ndarray
        Whole numbers, shape (n,), adding up to ``total``.
    """
    free = total - minimum * weights.size
    if free < 0:
        msg = f"{total} cannot be shared among {weights.size} with at least {minimum} each"
        raise ValueError(msg)
    exact = weights / weights.sum() * free
    shares = np.floor(exact).astype(np.int64)
    order = np.argsort(shares - exact, kind="stable")
    shares[order[: free - int(shares.sum())]] += 1
    return np.asarray(shares + minimum, np.int64)
