"""Which stretches of road run along a cable, a power line or a planned work?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["crossings", "ends_of_company", "runs_along"]

_INSIDE_SHARE = 0.99
"""Stretches are cut a little inside the distance, so that rounding leaves them within it."""
_LEAST_WIDTHS = 4.0
"""A shared stretch shorter than so many times the distance is a crossing, not company."""


def runs_along(
    lines: NDArray[np.object_],
    routes: NDArray[np.object_],
    *,
    within_m: float,
    progress_share: float,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the pairs of line and route in which the line runs along the route.

    Parameters
    ----------
    lines
        Stretches of road, shape (n,).
    routes
        Cables, power lines or works, shape (m,).
    within_m
        The whole line stays this close to the route.
    progress_share
        Its ends lie apart along the route by at least this part of its own length, which leaves
        out short stretches that only cross.

    Returns
    -------
    tuple of numpy.ndarray
        Positions of lines and of routes, sorted by line, then route.
    """
    if len(lines) == 0 or len(routes) == 0:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    strips = shapely.buffer(routes, within_m)
    shapely.prepare(strips)
    line, route = shapely.STRtree(strips).query(lines, predicate="covered_by")
    start, end = shapely.get_point(lines[line], 0), shapely.get_point(lines[line], -1)
    advance_m = np.abs(
        shapely.line_locate_point(routes[route], end)
        - shapely.line_locate_point(routes[route], start)
    )
    length_m = shapely.length(lines[line])
    with_it = (advance_m >= progress_share * length_m) & (length_m > 0)
    line, route = line[with_it], route[with_it]
    order = np.lexsort((route, line))
    return line[order].astype(np.int64), route[order].astype(np.int64)


def ends_of_company(
    lines: NDArray[np.object_], routes: NDArray[np.object_], *, within_m: float
) -> NDArray[np.float64]:
    """Return the places at which a line comes close to a route for a while, or leaves it.

    Parameters
    ----------
    lines, routes, within_m
        As for :func:`runs_along`.

    Returns
    -------
    numpy.ndarray
        Places on the lines, shape (n, 2), m; mere crossings are left out.
    """
    if len(lines) == 0 or len(routes) == 0:
        return np.empty((0, 2))
    strips = shapely.buffer(routes, _INSIDE_SHARE * within_m)
    shapely.prepare(strips)
    line, route = shapely.STRtree(strips).query(lines, predicate="intersects")
    partly = ~shapely.covered_by(lines[line], strips[route])
    shared = shapely.intersection(lines[line[partly]], strips[route[partly]])
    pieces = shapely.get_parts(shapely.line_merge(shared))
    pieces = pieces[shapely.get_type_id(pieces) == shapely.GeometryType.LINESTRING]
    pieces = pieces[shapely.length(pieces) >= _LEAST_WIDTHS * within_m]
    return _coordinates(shapely.get_point(pieces, 0), shapely.get_point(pieces, -1))


def crossings(lines: NDArray[np.object_], routes: NDArray[np.object_]) -> NDArray[np.float64]:
    """Return the places at which lines cross or touch routes, shape (n, 2), m."""
    if len(lines) == 0 or len(routes) == 0:
        return np.empty((0, 2))
    line, route = shapely.STRtree(routes).query(lines, predicate="intersects")
    parts = shapely.get_parts(shapely.intersection(lines[line], routes[route]))
    return _coordinates(parts[shapely.get_type_id(parts) == shapely.GeometryType.POINT])


def _coordinates(*points: NDArray[np.object_]) -> NDArray[np.float64]:
    found: NDArray[np.float64] = shapely.get_coordinates(np.concatenate(points)).reshape(-1, 2)
    return found
