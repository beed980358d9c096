"""How would one place be linked, and at what price, on a network that was prepared before?

The price is that of :func:`infraplan.backhaul.link_prices` for this place alone; the network of
roads is built, priced and searched once for all places.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from infraplan.backhaul.hops import possible_hops
from infraplan.backhaul.laying import laying, rule
from infraplan.backhaul.link_table import OPEX
from infraplan.backhaul.microwave import hop_bill
from infraplan.backhaul.microwave_options import HOP_ITEM
from infraplan.backhaul.network import CLOSURE, MICROWAVE
from infraplan.backhaul.place_ends import Ends, PlaceNetwork, ends_of, place_network
from infraplan.backhaul.prices import EXISTING
from infraplan.backhaul.roads import TOLERANCE_M, assemble
from infraplan.results.bill import BILL_COLUMNS, no_bill

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

    from infraplan.backhaul.laying import Laying
    from infraplan.backhaul.network import Network
    from infraplan.backhaul.place_ends import Option
    from infraplan.study import Study

__all__ = ["PlaceLink", "PlaceNetwork", "link_of_place", "links_together", "place_network"]

_OWNER = "link"


@dataclass(frozen=True, slots=True, eq=False)
class PlaceLink:
    """The cheapest link of one place.

    Attributes
    ----------
    medium
        Way of building of its last stretch; "existing" where nothing is built.
    length_m, capex_vnd
        Length, and what is bought once.
    from_id
        Node, cable or mast that it starts from.
    line
        Its course from the network to the place; None where nothing is built.
    bill
        What it is made of (see :mod:`infraplan.results.bill`); owner_id is "link".
    shared
        Edges of the prepared network that it follows, the entry included; none for a hop.
    own_bill, own_m
        Bill and length of the stretches that only this place uses.
    """

    medium: str
    length_m: float
    capex_vnd: float
    from_id: str
    line: shapely.LineString | None
    bill: pd.DataFrame
    shared: tuple[int, ...]
    own_bill: pd.DataFrame
    own_m: float


def link_of_place(
    prepared: PlaceNetwork, spot: gpd.GeoDataFrame, *, microwave: bool | None = None
) -> PlaceLink | None:
    """Find the cheapest link of one place: fibre along roads, or one microwave hop.

    Parameters
    ----------
    prepared
        Of :func:`place_network`.
    spot
        One row with candidate_id, heights_m (one height), antenna_height_m and a point.
    microwave
        Whether a hop competes; as the study's plan says where None.

    Returns
    -------
    PlaceLink or None
        None where there is no way.
    """
    study = prepared.study
    fibre = _fibre(prepared, float(spot.geometry.x.iloc[0]), float(spot.geometry.y.iloc[0]))
    radio = study.file.plan.microwave if microwave is None else microwave
    most_vnd = np.inf if fibre is None else fibre.capex_vnd
    if not radio or most_vnd <= study.prices.vnd(HOP_ITEM):
        return fibre
    hop = _hop(study, spot)
    return hop if hop is not None and hop.capex_vnd < most_vnd else fibre


def links_together(
    prepared: PlaceNetwork, links: Sequence[PlaceLink]
) -> tuple[pd.DataFrame, float]:
    """Return bill and length of several links, stretches that several share counted once.

    Parameters
    ----------
    prepared
        Of :func:`place_network`.
    links
        Of :func:`link_of_place`.

    Returns
    -------
    tuple of DataFrame and float
        A bill whose owner is "link", and m. All ways come from one tree of cheapest ways, so that
        together they can be built; a cheaper tree may exist (:func:`infraplan.backhaul.connect`).
    """
    network = prepared.network
    roads = len(network.graph.lines)
    used = sorted({edge for link in links for edge in link.shared})
    stretches = [_stretch(network, edge) for edge in used if edge < roads]
    closures = sum(network.entry_kind[edge - roads] == "cable" for edge in used if edge >= roads)
    own = [link.own_bill for link in links]
    bill = pd.concat([_bill(stretches, closures=closures), *own], ignore_index=True)
    length_m = sum(m for _, m in stretches) + sum(link.own_m for link in links)
    summed = bill.groupby(["owner_id", "item"])["quantity"].sum().reset_index()
    return pd.DataFrame(summed), length_m


def _stretch(network: Network, edge: int) -> tuple[str, float]:
    """Return medium and length of an edge of the prepared network."""
    return str(network.laying.medium[edge]), float(network.graph.length_m[edge])


def _fibre(prepared: PlaceNetwork, x_m: float, y_m: float) -> PlaceLink | None:
    """Return the cheapest way along roads."""
    node = _node_at(prepared.network, x_m, y_m)
    if node is not None:
        return _priced(prepared, Ends([], [], [(node, (), None)]), None)
    ends = ends_of(prepared, x_m, y_m)
    return _priced(prepared, ends, _laid(prepared, ends))


def _node_at(network: Network, x_m: float, y_m: float) -> int | None:
    """Return the entry or junction that the place coincides with."""
    graph = network.graph
    near = np.flatnonzero(
        (np.abs(graph.x_m - x_m) <= TOLERANCE_M / 2) & (np.abs(graph.y_m - y_m) <= TOLERANCE_M / 2)
    )
    return int(near[0]) if near.size else None


def _laid(prepared: PlaceNetwork, ends: Ends) -> Laying | None:
    """Choose how the new stretches are laid; only what passes near them can matter."""
    if not ends.lines:
        return None
    lines = np.empty(len(ends.lines), dtype=object)
    lines[:] = ends.lines
    study, margin_m = prepared.study, 2.0 * rule("along_m")
    west, south, east, north = shapely.total_bounds(lines)
    area = shapely.box(west - margin_m, south - margin_m, east + margin_m, north + margin_m)
    near = replace(
        study,
        fibre=_touching(study.fibre, area),
        power=_touching(study.power, area),
        works=_touching(study.works, area),
        communes=_touching(study.communes, area),
    )
    coordinates = np.zeros((2, 2))
    none = np.zeros(len(lines), dtype=np.int64)
    rows = np.array(ends.road_row, dtype=np.int64)
    return laying(near, assemble(coordinates, none, none + 1, rows, lines))


def _touching(table: gpd.GeoDataFrame, area: shapely.Polygon) -> gpd.GeoDataFrame:
    return table.iloc[np.sort(table.sindex.query(area))] if len(table) else table


def _priced(prepared: PlaceNetwork, ends: Ends, laid: Laying | None) -> PlaceLink | None:
    """Return the cheapest of the ways to use the stretches."""
    closure_vnd = prepared.study.prices.vnd(CLOSURE)
    length_m = _lengths_m(ends)
    price_vnd = np.zeros(0) if laid is None else length_m * laid.price_vnd_m
    best: tuple[float, int] | None = None
    for number, (node, used, _) in enumerate(ends.options):
        start_vnd = closure_vnd if node is None else float(prepared.ways.cost_vnd[node])
        cost_vnd = start_vnd + float(price_vnd[list(used)].sum())
        if np.isfinite(cost_vnd) and (best is None or cost_vnd < best[0]):
            best = (cost_vnd, number)
    if best is None:
        return None
    cost_vnd, number = best
    return _as_link(prepared, ends, laid, cost_vnd, ends.options[number])


def _lengths_m(ends: Ends) -> NDArray[np.float64]:
    """Return the length of each stretch."""
    return np.asarray(shapely.length(ends.lines), dtype=np.float64).reshape(-1)


def _as_link(
    prepared: PlaceNetwork, ends: Ends, laid: Laying | None, cost_vnd: float, option: Option
) -> PlaceLink:
    """Lay out a link."""
    network = prepared.network
    node, used, cable = option
    own: list[tuple[str, float]] = []
    if laid is not None:
        own = [(str(laid.medium[i]), float(_lengths_m(ends)[i])) for i in used]
    course = [np.asarray(shapely.get_coordinates(ends.lines[i])) for i in used]
    shared = () if node is None else tuple(prepared.ways.edges_to(node))
    from_id, closures, stretches = str(cable), 1, own
    if node is not None:
        entry = shared[0] - len(network.graph.lines)
        before, courses = _along(network, shared, node)
        from_id = str(network.entry_id[entry])
        closures = int(network.entry_kind[entry] == "cable")
        stretches, course = before + own, courses + course
    return PlaceLink(
        medium=stretches[-1][0] if stretches else EXISTING,
        length_m=sum(m for _, m in stretches),
        capex_vnd=cost_vnd,
        from_id=from_id,
        line=_joined(course),
        bill=_bill(stretches, closures=closures),
        shared=shared,
        own_bill=_bill(own, closures=int(node is None)),
        own_m=sum(m for _, m in own),
    )


def _along(
    network: Network, edges: tuple[int, ...], node: int
) -> tuple[list[tuple[str, float]], list[NDArray[np.float64]]]:
    """Return medium and length, and the course, of each stretch of a way after its entry."""
    graph = network.graph
    media, courses = [], []
    for edge in reversed(edges[1:]):
        forward = int(graph.to_node[edge]) == node
        points = np.asarray(shapely.get_coordinates(graph.lines[edge]))
        courses.append(points if forward else points[::-1])
        media.append(_stretch(network, edge))
        node = int(graph.from_node[edge] if forward else graph.to_node[edge])
    return media[::-1], courses[::-1]


def _joined(courses: list[NDArray[np.float64]]) -> shapely.LineString | None:
    """Join courses end to end."""
    if not courses:
        return None
    return shapely.LineString(np.concatenate([courses[0], *(c[1:] for c in courses[1:])]))


def _bill(stretches: Sequence[tuple[str, float]], *, closures: int) -> pd.DataFrame:
    """List fibre by medium, its upkeep, and closures."""
    metres: dict[str, float] = {}
    for medium, length_m in stretches:
        metres[medium] = metres.get(medium, 0.0) + length_m
    rows = [(_OWNER, medium, length_m) for medium, length_m in sorted(metres.items())]
    if metres:
        rows.append((_OWNER, OPEX, sum(metres.values())))
    if closures:
        rows.append((_OWNER, CLOSURE, float(closures)))
    return pd.DataFrame(rows, columns=list(BILL_COLUMNS)) if rows else no_bill()


def _hop(study: Study, spot: gpd.GeoDataFrame) -> PlaceLink | None:
    """Return the cheapest hop from what stands, the shortest of equal ones."""
    only = np.ones(1, dtype=np.bool_)
    hops = possible_hops(study, spot, name="candidate_id", among=False, only=only)
    if len(hops.table) == 0:
        return None
    best = int(np.lexsort((hops.table["length_m"].to_numpy(), hops.cost_vnd))[0])
    row = hops.table.iloc[[best]]
    start = hops.points.iloc[int(hops.ends[best].max())]
    place = (float(spot.geometry.x.iloc[0]), float(spot.geometry.y.iloc[0]))
    line = shapely.LineString([(float(start["x_m"]), float(start["y_m"])), place])
    cost_vnd, length_m = float(hops.cost_vnd[best]), float(row["length_m"].iloc[0])
    bill = hop_bill(row.assign(owner=_OWNER), owner="owner")
    from_id = str(row["from_id"].iloc[0])
    return PlaceLink(MICROWAVE, length_m, cost_vnd, from_id, line, bill, (), bill, length_m)
