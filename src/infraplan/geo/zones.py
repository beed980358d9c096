"""How much of each cell lies in each zone, exactly?

One sparse matrix answers for every later question: areas, people, served shares.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely
from exactextract import exact_extract
from exactextract.raster import NumPyRasterSource
from scipy.sparse import csr_matrix, diags

from infraplan.errors import CrsError

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from infraplan.geo.grid import Grid

__all__ = ["people_weights", "scale_to_zones", "zone_weights"]


def zone_weights(zones: gpd.GeoSeries, grid: Grid) -> csr_matrix:
    """Return the share of each cell that each zone covers.

    Parameters
    ----------
    zones
        Polygons in the grid's CRS.
    grid
        The cells.

    Returns
    -------
    scipy.sparse.csr_matrix
        Shape (zones, cells), cells in row-major order, shares from 0 to 1.

    Raises
    ------
    CrsError
        If the zones are in another CRS.

    Notes
    -----
    Points given twice in a row change no area, but exactextract 0.3 fails on some of them, or
    counts too much; they are left out.

    References
    ----------
    exactextract computes the exact area of intersection of polygon and cell.
    """
    if zones.crs is None or zones.crs != grid.crs:
        raise CrsError(f"The zones are in {zones.crs}, the grid in {grid.crs}; give both in one.")
    west, south, east, north = grid.bounds
    source = NumPyRasterSource(
        np.zeros(grid.shape, dtype=np.uint8),
        xmin=west,
        ymin=south,
        xmax=east,
        ymax=north,
        srs_wkt=zones.crs.to_wkt(),
    )
    shapes = shapely.remove_repeated_points(zones.to_numpy())
    frame = gpd.GeoDataFrame({"zone": np.arange(len(zones))}, geometry=shapes, crs=grid.crs)
    found: pd.DataFrame = exact_extract(
        source, frame, ["cell_id", "coverage"], include_cols=["zone"], output="pandas"
    )
    found = found.sort_values("zone")
    lengths = np.array([len(c) for c in found["cell_id"]], dtype=np.int64)
    cells = np.concatenate([*found["cell_id"], np.empty(0, np.int64)]).astype(np.int64)
    shares = np.concatenate([*found["coverage"], np.empty(0)]).astype(np.float64)
    pointers = np.concatenate([[0], np.cumsum(lengths)])
    matrix = csr_matrix((shares, cells, pointers), shape=(len(zones), grid.size))
    matrix.sort_indices()
    return matrix


def people_weights(weights: csr_matrix) -> csr_matrix:
    """Divide each cell's people over the zones it touches, so that nobody is lost or doubled.

    A cell on the edge of the province lies only partly in it, but its people all live inside;
    so each column is scaled to sum to 1 (columns that touch no zone stay empty).
    """
    total = np.asarray(weights.sum(axis=0)).ravel()
    scale = np.divide(1.0, total, out=np.zeros_like(total), where=total > 0)
    return csr_matrix(weights @ diags(scale))


def scale_to_zones(
    values: NDArray[np.float64],
    weights: csr_matrix,
    totals: NDArray[np.float64],
    *,
    tolerance_share: float = 1e-10,
    most_rounds: int = 500,
) -> NDArray[np.float64]:
    """Scale a grid of people so that each zone holds its known total.

    Iterative proportional fitting: each round multiplies every cell by the weighted mean of the
    factors of its zones.

    Parameters
    ----------
    values
        People or any weight of them per cell, flat, row-major, at least 0.
    weights
        From :func:`people_weights`, shape (zones, cells).
    totals
        People per zone. A zone without any value gets its people spread evenly.
    tolerance_share
        Largest relative error left in any zone.
    most_rounds
        The fitting stops here at the latest; a last correction then acts on whole zones.

    Returns
    -------
    numpy.ndarray
        People per cell; cells outside every zone hold 0.

    References
    ----------
    Deming and Stephan (1940), Ann. Math. Stat. 11, 427-444.
    """
    touched = np.asarray(weights.sum(axis=0)).ravel() > 0
    people = np.where(touched, values, 0.0)
    empty = (weights @ people) <= 0
    if empty.any():
        people = people + np.asarray(weights[empty].sum(axis=0)).ravel() * 1.0
    transposed = csr_matrix(weights.T)
    for _ in range(most_rounds):
        found = weights @ people
        factor = np.divide(totals, found, out=np.zeros_like(totals), where=found > 0)
        people = people * (transposed @ factor)
        if np.all(np.abs(weights @ people - totals) <= tolerance_share * np.maximum(totals, 1.0)):
            break
    return people
