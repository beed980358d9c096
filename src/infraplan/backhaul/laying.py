"""How is new fibre laid along each stretch of road, and what does a metre of it cost?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from infraplan import catalog
from infraplan.backhaul.along import runs_along

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from infraplan.backhaul.roads import RoadGraph
    from infraplan.geo import Raster
    from infraplan.study import Study

__all__ = ["FIBRE_MEDIA", "Laying", "laying", "open_works", "rule", "word", "words"]

AERIAL: Final = "fibre_aerial"
ON_POLES: Final = "fibre_on_poles"
DUCT: Final = "fibre_duct"
IN_DUCT: Final = "fibre_in_duct"
IN_WORKS: Final = "fibre_in_works"
MOUNTAIN: Final = "fibre_mountain"
FIBRE_MEDIA: Final = (AERIAL, ON_POLES, DUCT, IN_DUCT, IN_WORKS, MOUNTAIN)
"""Ways to lay fibre; each is an item of the price list, per metre."""


@dataclass(frozen=True, slots=True, eq=False)
class Laying:
    """The cheapest way to lay fibre along each edge of a road graph.

    Attributes
    ----------
    medium
        One of :data:`FIBRE_MEDIA`, shape (edges,).
    price_vnd_m
        Its likely price, VND per m, shape (edges,).
    works_id
        The planned work whose trench is used, None elsewhere, shape (edges,).
    """

    medium: NDArray[np.object_]
    price_vnd_m: NDArray[np.float64]
    works_id: NDArray[np.object_]


def word(name: str) -> str:
    """Return the text of a rule of ``laying_rules.csv``."""
    return catalog.row("laying_rules", name)["value"]


def words(name: str) -> tuple[str, ...]:
    """Return the words of a rule of ``laying_rules.csv``; none where it is empty."""
    return tuple(part for part in word(name).split("|") if part)


def rule(name: str) -> float:
    """Return the number of a rule of ``laying_rules.csv``.

    Examples
    --------
    >>> rule("mountain_slope_share")
    0.3
    """
    return float(word(name))


def laying(study: Study, graph: RoadGraph) -> Laying:
    """Choose the cheapest class of laying for each edge.

    Parameters
    ----------
    study
        Cables, power lines, works, terrain, communes and prices.
    graph
        Roads and accesses; an edge belongs to a class as a whole.

    Returns
    -------
    Laying
        What stands or is planned along the edge is used where it is cheaper than new poles (in
        steep country: dearer poles) or, along main streets of towns, a new duct.
    """
    medium = np.full(len(graph.lines), AERIAL, dtype=object)
    medium[_steep(graph, study.elevation)] = MOUNTAIN
    medium[_in_town(study, graph)] = DUCT
    price_vnd_m = np.array([study.prices.vnd(m) for m in medium], dtype=np.float64)
    works_id = np.full(len(graph.lines), None, dtype=object)
    found = Laying(medium, price_vnd_m, works_id)
    _offer(study, found, IN_DUCT, _along(graph, _cables(study, "duct_medium")))
    poles = _along(graph, _cables(study, "pole_medium")) | _along(graph, _power_poles(study))
    _offer(study, found, ON_POLES, poles | _of_class(study, graph, "pole_road_classes"))
    trench = _trenches(study, graph)
    for edge in _offer(study, found, IN_WORKS, trench != None):  # noqa: E711 - elementwise
        works_id[edge] = trench[edge]
    return found


def open_works(study: Study) -> gpd.GeoDataFrame:
    """Return the planned works of the years of the plan, the earliest first."""
    works, plan = study.works, study.file.plan
    within = works["year"].between(plan.first_year, plan.last_year) if len(works) else []
    return works[within].sort_values(["year", "works_id"]) if len(works) else works


def _offer(
    study: Study, found: Laying, medium: str, possible: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Use a class of laying where it is possible and cheaper; return the edges that now have it."""
    vnd_m = study.prices.vnd(medium)
    better = np.flatnonzero(possible & (vnd_m < found.price_vnd_m))
    found.medium[better] = medium
    found.price_vnd_m[better] = vnd_m
    return better


def _along(graph: RoadGraph, routes: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Tell which edges run along any of the routes."""
    edge, _ = runs_along(
        graph.lines,
        routes,
        within_m=rule("along_m"),
        progress_share=rule("along_progress_share"),
    )
    result = np.zeros(len(graph.lines), dtype=np.bool_)
    result[edge] = True
    return result


def _cables(study: Study, medium_rule: str) -> NDArray[np.object_]:
    """Return the routes of cables that are laid in a way."""
    fibre = study.fibre
    if len(fibre) == 0:
        return np.empty(0, dtype=object)
    lines: NDArray[np.object_] = fibre.geometry[fibre["medium"] == word(medium_rule)].to_numpy()
    return lines


def _power_poles(study: Study) -> NDArray[np.object_]:
    """Return the routes of power lines whose poles carry fibre."""
    power = study.power
    if len(power) == 0 or "voltage_kv" not in power.columns:
        return np.empty(0, dtype=object)
    low = power["voltage_kv"].astype(float) <= rule("pole_power_most_kv")
    lines: NDArray[np.object_] = power.geometry[low].to_numpy()
    return lines


def _trenches(study: Study, graph: RoadGraph) -> NDArray[np.object_]:
    """Return the earliest work of the plan's years along each edge, None where there is none."""
    works = open_works(study)
    result = np.full(len(graph.lines), None, dtype=object)
    edge, work = runs_along(
        graph.lines,
        works.geometry.to_numpy(),
        within_m=rule("along_m"),
        progress_share=rule("along_progress_share"),
    )
    first = np.unique(edge, return_index=True)[1]  # pairs ascend by edge, then by year
    result[edge[first]] = works["works_id"].to_numpy(dtype=object)[work[first]]
    return result


def _of_class(study: Study, graph: RoadGraph, class_rule: str) -> NDArray[np.bool_]:
    """Tell which edges belong to a road of one of the classes that a rule lists."""
    wanted = words(class_rule)
    result = np.zeros(len(graph.lines), dtype=np.bool_)
    if wanted and "road_class" in study.roads.columns:
        roads = study.roads["road_class"].isin(wanted).to_numpy(dtype=np.bool_)
        on_road = graph.road_row >= 0
        result[on_road] = roads[graph.road_row[on_road]]
    return result


def _in_town(study: Study, graph: RoadGraph) -> NDArray[np.bool_]:
    """Tell which edges are main streets whose middle lies in a town."""
    result = _of_class(study, graph, "duct_road_classes")
    streets = np.flatnonzero(result)
    communes = study.communes
    if len(streets) == 0 or "full_name" not in communes.columns:
        return np.zeros(len(result), dtype=np.bool_)
    prefixes = tuple(catalog.row("rules", "town_words")["value"].casefold().split("|"))
    names = communes["full_name"].astype(str).str.casefold()
    towns = communes.geometry[names.str.startswith(prefixes)].to_numpy()
    middle = shapely.line_interpolate_point(graph.lines[streets], 0.5, normalized=True)
    inside, _ = shapely.STRtree(towns).query(middle, predicate="within")
    result[np.delete(streets, np.unique(inside))] = False
    return result


def _steep(graph: RoadGraph, elevation: Raster) -> NDArray[np.bool_]:
    """Tell which edges lie on terrain that is steep on average; unknown terrain is not."""
    step_m = elevation.grid.cell_size_m
    points = np.ceil(graph.length_m / step_m).astype(np.int64) + 1
    edge = np.repeat(np.arange(len(points)), points)
    number = np.arange(len(edge)) - np.repeat(np.cumsum(points) - points, points)
    along = number / np.maximum(points[edge] - 1, 1)
    place = shapely.line_interpolate_point(graph.lines[edge], along, normalized=True)
    x_m, y_m = shapely.get_x(place), shapely.get_y(place)
    east = elevation.at(x_m + step_m, y_m) - elevation.at(x_m - step_m, y_m)
    north = elevation.at(x_m, y_m + step_m) - elevation.at(x_m, y_m - step_m)
    slope_share = np.hypot(east, north) / (2.0 * step_m)
    known = np.isfinite(slope_share)
    total = np.bincount(edge[known], weights=slope_share[known], minlength=len(points))
    samples = np.bincount(edge[known], minlength=len(points))
    return total > rule("mountain_slope_share") * samples
