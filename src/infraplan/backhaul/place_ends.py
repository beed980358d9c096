"""On which stretches does a place off the network reach the nearest road and the nearest cable?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely
from shapely.ops import substring

from infraplan.backhaul.laying import rule
from infraplan.backhaul.network import build
from infraplan.backhaul.roads import TOLERANCE_M
from infraplan.backhaul.splices import cable_feet, spliceable
from infraplan.backhaul.ways import cheapest_ways

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from infraplan.backhaul.network import Network
    from infraplan.backhaul.ways import Ways
    from infraplan.study import Study

__all__ = ["Ends", "Option", "PlaceNetwork", "ends_of", "place_network"]

_ACCESS: Final = -1
_NO_XY: Final = np.zeros(0)

Option = tuple[int | None, tuple[int, ...], str | None]
"""Node of the network that a way leaves (None: it starts from a cable here), new stretches from
there to the place, and the cable."""


@dataclass(frozen=True, slots=True, eq=False)
class PlaceNetwork:
    """The network of fibre with the cheapest way from what stands to every node of it.

    Attributes
    ----------
    study
        Where it comes from.
    network
        Roads and entries.
    ways
        The cheapest ways.
    road
        Positions of the edges that are roads.
    tree
        Their lines, in this order.
    cables
        Cables with free fibres.
    """

    study: Study
    network: Network
    ways: Ways
    road: NDArray[np.int64]
    tree: shapely.STRtree
    cables: gpd.GeoDataFrame


@dataclass(frozen=True, slots=True, eq=False)
class Ends:
    """Stretches that a place would add, and ways to use them.

    Attributes
    ----------
    lines
        New stretches, drawn towards the place.
    road_row
        Road of each, -1 off the road.
    options
        Ways to use them.
    """

    lines: list[shapely.Geometry]
    road_row: list[int]
    options: list[Option]


def place_network(study: Study) -> PlaceNetwork:
    """Build, price and search the network once.

    Parameters
    ----------
    study
        Roads, cables, fibre nodes, terrain and prices.
    """
    network = build(study, _NO_XY, _NO_XY)
    ways = cheapest_ways(network.root + 1, network.ends(), network.weights(), network.root)
    road = np.flatnonzero(network.graph.road_row >= 0)
    tree = shapely.STRtree(network.graph.lines[road])
    return PlaceNetwork(study, network, ways, road, tree, spliceable(study.fibre))


def ends_of(prepared: PlaceNetwork, x_m: float, y_m: float) -> Ends:
    """Draw the accesses of a place to the nearest road and the nearest cable."""
    place = shapely.Point(x_m, y_m)
    found = Ends([], [], [])
    if len(prepared.road):
        _add_road(prepared, place, found)
    feet = cable_feet(
        np.array([[x_m, y_m]]), prepared.cables, most_m=rule("cable_access_m"), least_m=TOLERANCE_M
    )
    if len(feet[0]):
        name = str(prepared.cables["fibre_id"].iloc[int(feet[1][0])])
        found.lines.append(shapely.LineString([feet[2][0], (x_m, y_m)]))
        found.road_row.append(_ACCESS)
        found.options.append((None, (len(found.lines) - 1,), name))
    return found


def _add_road(prepared: PlaceNetwork, place: shapely.Point, found: Ends) -> None:
    """Split the nearest road at the foot of a place, and join both."""
    graph = prepared.network.graph
    edge = int(prepared.road[prepared.tree.query_nearest(place, all_matches=False)[0]])
    line, length_m = graph.lines[edge], float(graph.length_m[edge])
    along_m = float(shapely.line_locate_point(line, place))
    off_road = float(shapely.distance(line, place)) > TOLERANCE_M
    start, stop = int(graph.from_node[edge]), int(graph.to_node[edge])
    on = None
    if TOLERANCE_M < along_m < length_m - TOLERANCE_M:
        along_m = float(np.rint(along_m / TOLERANCE_M)) * TOLERANCE_M
        foot = shapely.line_interpolate_point(line, along_m)
        pieces = [substring(line, 0.0, along_m), substring(line, along_m, length_m).reverse()]
        found.lines.extend(pieces)
        found.road_row.extend([int(graph.road_row[edge])] * 2)
        before: list[Option] = [(start, (0,), None), (stop, (1,), None)]
        on = _cable_at(prepared, foot) if off_road else None
        if on is not None:
            before.append((None, (), on))
    else:
        node = start if along_m <= TOLERANCE_M else stop
        foot = shapely.Point(graph.x_m[node], graph.y_m[node])
        before = [(node, (), None)]
    if off_road:
        found.lines.append(shapely.LineString([foot, place]))
        found.road_row.append(_ACCESS)
    access = (len(found.lines) - 1,) if off_road else ()
    found.options.extend((node, (*used, *access), cable) for node, used, cable in before)


def _cable_at(prepared: PlaceNetwork, foot: shapely.Point) -> str | None:
    """Return the cable with free fibres that passes a place on a road, if any."""
    if len(prepared.cables) == 0:
        return None
    distance_m = shapely.distance(prepared.cables.geometry.to_numpy(), foot)
    nearest = int(np.argmin(distance_m))
    if distance_m[nearest] > rule("along_m"):
        return None
    return str(prepared.cables["fibre_id"].iloc[nearest])
