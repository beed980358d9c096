"""Where along the cables that stand can new fibre be joined to them?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

from infraplan.backhaul.laying import rule

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from infraplan.backhaul.roads import RoadGraph

__all__ = ["cable_feet", "spliceable", "splices"]


def spliceable(fibre: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the cables that are taken to have free fibres, in the order of their identifiers.

    Parameters
    ----------
    fibre
        Table ``fibre``. Its column capacity decides; where it is missing a rule does.
    """
    if len(fibre) == 0:
        return gpd.GeoDataFrame({"fibre_id": []}, geometry=[], crs=fibre.crs)
    fibres = np.full(len(fibre), np.nan)
    if "capacity" in fibre.columns:
        fibres = fibre["capacity"].to_numpy(dtype=np.float64, na_value=np.nan)
    fibres = np.where(np.isnan(fibres), rule("splice_unknown_fibres"), fibres)
    return fibre[fibres >= rule("splice_least_fibres")].sort_values("fibre_id")


def splices(
    graph: RoadGraph, cables: gpd.GeoDataFrame, *, but: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the nodes of a graph that touch a cable, and the position of the nearest cable.

    Parameters
    ----------
    graph
        Roads and accesses.
    cables
        Cables with free fibres.
    but
        Nodes to leave out.
    """
    nodes = np.setdiff1d(np.arange(len(graph.x_m)), but)
    if len(cables) == 0 or len(nodes) == 0:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    points = np.asarray(shapely.points(graph.x_m[nodes], graph.y_m[nodes]), dtype=object)
    which, cable = _nearest(points, cables.geometry.to_numpy(), rule("along_m"))
    return nodes[which], cable


def cable_feet(
    xy_m: NDArray[np.float64], cables: gpd.GeoDataFrame, *, most_m: float, least_m: float
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Return the nearest place on a cable of each point that has one within reach.

    Parameters
    ----------
    xy_m
        Points, shape (n, 2).
    cables
        Cables with free fibres.
    most_m
        Reach.
    least_m
        A point on a cable gets a place so far along it, as a link of no length cannot be drawn.

    Returns
    -------
    tuple of numpy.ndarray
        Positions of points, positions of cables, and places, shape (found, 2).
    """
    if len(cables) == 0 or len(xy_m) == 0:
        none = np.empty(0, dtype=np.int64)
        return none, none, np.empty((0, 2))
    routes = cables.geometry.to_numpy()
    points = np.asarray(shapely.points(xy_m), dtype=object)
    which, cable = _nearest(points, routes, most_m)
    route, point = routes[cable], points[which]
    along_m = shapely.line_locate_point(route, point)
    touching = shapely.distance(shapely.line_interpolate_point(route, along_m), point) < least_m
    back = along_m > shapely.length(route) / 2.0
    along_m = along_m + np.where(touching, np.where(back, -2.0, 2.0) * least_m, 0.0)
    return which, cable, shapely.get_coordinates(shapely.line_interpolate_point(route, along_m))


def _nearest(
    points: NDArray[np.object_], routes: NDArray[np.object_], most_m: float
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return each point within reach and its nearest route, the first of several."""
    which, route = shapely.STRtree(routes).query_nearest(points, max_distance=most_m)
    order = np.lexsort((route, which))
    which, first = np.unique(which[order], return_index=True)
    return which.astype(np.int64), route[order][first].astype(np.int64)
