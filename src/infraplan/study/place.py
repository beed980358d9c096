"""Which rows of a table lie outside the boundaries, and why might that be?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import shapely

from infraplan.errors import Fault
from infraplan.geo import GEOGRAPHIC

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["commune_of", "outside_faults", "outside_mask"]


def outside_mask(
    points: gpd.GeoSeries, communes: gpd.GeoDataFrame, *, tolerance_m: float = 1000.0
) -> NDArray[np.bool_]:
    """Tell which points lie farther than `tolerance_m` from every commune.

    Parameters
    ----------
    points
        Points in the metric CRS of the communes.
    communes
        Boundaries.
    tolerance_m
        Boundaries are generalised, so a mast beside the line is not refused.
    """
    province = shapely.buffer(shapely.union_all(communes.geometry.to_numpy()), tolerance_m)
    shapely.prepare(province)
    inside: NDArray[np.bool_] = shapely.contains(province, points.to_numpy())
    return ~inside


def outside_faults(
    table: gpd.GeoDataFrame,
    outside: NDArray[np.bool_],
    communes: gpd.GeoDataFrame,
    *,
    file: str,
    first_row: int,
) -> list[Fault]:
    """Describe each row outside, and say where swapped coordinates would explain it."""
    if not outside.any():
        return []
    province = shapely.union_all(communes.geometry.to_numpy())
    rows = table.loc[outside].to_crs(GEOGRAPHIC)
    swapped = gpd.GeoSeries(
        gpd.points_from_xy(rows.geometry.y, rows.geometry.x), crs=GEOGRAPHIC, index=rows.index
    ).to_crs(communes.crs)
    would_fit = shapely.contains(province, swapped.to_numpy())
    metres = shapely.distance(province, table.geometry.loc[outside].to_numpy())
    faults = []
    for (index, point), fits, distance in zip(
        rows.geometry.items(), would_fit, metres, strict=True
    ):
        place = f"longitude {point.x:.5f}, latitude {point.y:.5f}"
        if fits:
            problem = f"{place} lies outside the study; latitude and longitude look swapped"
            remedy = "swap the two columns (`x` is the longitude, `y` the latitude)"
        else:
            problem = f"{place} lies {distance / 1000:,.1f} km outside every commune"
            remedy = 'mend the coordinates, delete the row, or say `outside = "drop"`'
        faults.append(Fault(file, problem, remedy, row=int(index) + first_row, column="geometry"))
    return faults


def commune_of(points: gpd.GeoDataFrame, communes: gpd.GeoDataFrame) -> list[str]:
    """Return the code of the commune that holds each point, or of the nearest one."""
    joined = gpd.sjoin_nearest(
        gpd.GeoDataFrame(geometry=points.geometry.reset_index(drop=True)),
        communes[["code", "geometry"]],
        how="left",
    )
    first = joined.sort_values("code", kind="stable").groupby(level=0)["code"].first()
    return [str(c) for c in first]
