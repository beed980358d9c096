"""Which rows of a table lie outside the boundaries, and why might that be?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

from infraplan import catalog
from infraplan.errors import Fault
from infraplan.geo import GEOGRAPHIC

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["commune_of", "outside_faults", "outside_mask", "overlap_faults"]


def outside_mask(
    points: gpd.GeoSeries, communes: gpd.GeoDataFrame, *, tolerance_m: float
) -> NDArray[np.bool_]:
    """Tell which points or lines lie farther than `tolerance_m` from every commune.

    Parameters
    ----------
    points
        Points or lines in the metric CRS of the communes.
    communes
        Boundaries.
    tolerance_m
        Boundaries are generalised, so a mast beside the line is not refused.
    """
    province = shapely.union_all(communes.geometry.to_numpy())
    shapely.prepare(province)
    inside: NDArray[np.bool_] = shapely.dwithin(province, points.to_numpy(), tolerance_m)
    return ~inside


def overlap_faults(
    communes: gpd.GeoDataFrame, *, file: str, rows: NDArray[np.int64]
) -> list[Fault]:
    """List pairs of communes that share more than a seam: their people and area count twice.

    Parameters
    ----------
    communes
        Table communes in a metric CRS.
    file, rows
        Their file and the row of each, for messages.
    """
    first, second = communes.sindex.query(communes.geometry, predicate="intersects")
    pairs = first < second
    first, second = first[pairs], second[pairs]
    shapes = communes.geometry.to_numpy()
    shared_m2 = shapely.area(shapely.intersection(shapes[first], shapes[second]))
    smaller_m2 = np.minimum(shapely.area(shapes[first]), shapely.area(shapes[second]))
    called = [f"{n}, {c}" for n, c in zip(communes["name"], communes["code"], strict=True)]
    most_share = catalog.rule("commune_overlap_share")
    return [
        Fault(
            file,
            f"the commune overlaps that of row {int(rows[a])} ({called[a]}) over "
            f"{shared / 1e6:,.2f} km²",
            "mend the boundaries so that communes only touch",
            row=int(rows[b]),
            column="geometry",
        )
        for a, b, shared, area in zip(first, second, shared_m2, smaller_m2, strict=True)
        if shared > most_share * area
    ]


def outside_faults(
    table: gpd.GeoDataFrame,
    outside: NDArray[np.bool_],
    communes: gpd.GeoDataFrame,
    *,
    file: str,
    rows: NDArray[np.int64],
) -> list[Fault]:
    """Describe each row outside, and say where swapped coordinates would explain it."""
    if not outside.any():
        return []
    province = shapely.union_all(communes.geometry.to_numpy())
    away = table.loc[outside].to_crs(GEOGRAPHIC)
    swapped = gpd.GeoSeries(
        gpd.points_from_xy(away.geometry.y, away.geometry.x), crs=GEOGRAPHIC, index=away.index
    ).to_crs(communes.crs)
    would_fit = shapely.contains(province, swapped.to_numpy())
    metres = shapely.distance(province, table.geometry.loc[outside].to_numpy())
    faults = []
    for (index, point), fits, distance in zip(
        away.geometry.items(), would_fit, metres, strict=True
    ):
        place = f"longitude {point.x:.5f}, latitude {point.y:.5f}"
        if fits:
            problem = f"{place} lies outside the study; latitude and longitude look swapped"
            remedy = "swap the two columns (`x` is the longitude, `y` the latitude)"
        else:
            problem = f"{place} lies {distance / 1000:,.1f} km outside every commune"
            remedy = 'mend the coordinates, delete the row, or say `outside = "drop"`'
        faults.append(Fault(file, problem, remedy, row=int(rows[index]), column="geometry"))
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
