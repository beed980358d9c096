"""Which node does each end of a fibre span meet, and how long is the span?

A span names its nodes, but names may be missing, unknown, the wrong way round or far from where
the route ends; each case is mended or told, never passed over.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from infraplan import catalog
from infraplan.geo import GEOGRAPHIC, metric_crs
from infraplan.sources.ofds_nodes import Key, Node
from infraplan.wording import Text, count, length

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from infraplan.errors import Fault
    from infraplan.sources.ofds_spans import Span

__all__ = ["Cable", "Joined", "join"]

_TOLD: Final = 5


@dataclass(frozen=True, slots=True)
class Cable:
    """A span whose ends are nodes.

    Attributes
    ----------
    span
        As read.
    ends
        Identifiers of its nodes, empty until they are known.
    route
        Line in degrees, from the first node to the second.
    route_m
        The same in the metric CRS.
    origin
        How the route is known.
    """

    span: Span
    ends: tuple[Key, Key]
    route: shapely.LineString
    route_m: shapely.LineString
    origin: str

    @property
    def key(self) -> Key:
        """Identifier of the network and of the span within it."""
        return self.span.item.network, self.span.id


@dataclass(slots=True)
class Joined:
    """A network in which every cable joins two nodes.

    Attributes
    ----------
    cables, nodes
        The network; nodes that were made stand at the end.
    faults, notes
        What is wrong; what was mended.
    """

    cables: list[Cable] = field(default_factory=list)
    nodes: dict[Key, Node] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    notes: list[Text] = field(default_factory=list)


def join(spans: Sequence[Span], nodes: dict[Key, Node]) -> Joined:
    """Give every span two nodes.

    Parameters
    ----------
    spans
        Spans in use.
    nodes
        Nodes with a place.

    Returns
    -------
    Joined
        Faults are listed, not raised.
    """
    joined = Joined(nodes=dict(nodes))
    routed = _routed(spans, joined)
    if not routed:
        return joined
    frame = gpd.GeoSeries([route for _, route, _ in routed], crs=GEOGRAPHIC)
    crs = metric_crs(gpd.GeoDataFrame(geometry=frame))
    cables = [
        Cable(span, (_key(span, span.start), _key(span, span.end)), route, in_metres, origin)
        for (span, route, origin), in_metres in zip(routed, frame.to_crs(crs), strict=True)
    ]
    cables = _without_loops(cables, joined)
    _make_named_nodes(cables, joined)
    cables = _compared(cables, joined, crs)
    joined.cables = _with_all_ends(cables, joined, crs)
    _tell_lonely(joined)
    return joined


def _key(span: Span, said: str) -> Key:
    return (span.item.network, said) if said else ("", "")


def _routed(spans: Sequence[Span], joined: Joined) -> list[tuple[Span, shapely.LineString, str]]:
    """Draw a straight line where a span has no route but both its nodes have a place."""
    routed = []
    straight = 0
    for span in spans:
        if span.route is not None and (span.route.length > 0 or span.start == span.end):
            routed.append((span, span.route, span.route_origin))
            continue
        ends = [joined.nodes.get(_key(span, said)) for said in (span.start, span.end)]
        places = [(node.lon, node.lat) for node in ends if node is not None]
        line = shapely.LineString(places) if len(places) == len(ends) else None
        if line is None or line.length == 0:
            problem = "it has no route, and its nodes have no two places"
            remedy = "give its route as a LineString, or the places of both nodes"
            joined.faults.append(span.item.fault(problem, remedy, "route"))
            continue
        straight += 1
        routed.append((span, line, "approximate"))
    if straight:
        joined.notes.append(
            Text(
                f"Số tuyến cáp không vẽ đường đi: {count(straight).vi}; lấy đường thẳng giữa hai "
                "nút.",
                f"Spans without a route: {count(straight).en}; a straight line between the two "
                "nodes is taken.",
            )
        )
    return routed


def _without_loops(cables: list[Cable], joined: Joined) -> list[Cable]:
    """Leave out spans that lead from a node to itself over no length."""
    least_m = catalog.rule("fibre_least_m")
    loops = [c for c in cables if c.ends[0] == c.ends[1] and c.route_m.length < least_m]
    if loops:
        first = ", ".join(c.span.id for c in loops[:_TOLD])
        more = ", …" if len(loops) > _TOLD else ""
        joined.notes.append(
            Text(
                f"Số tuyến cáp đi từ một nút về chính nó và dài dưới {least_m:g} m, không lấy "
                f"vào: {count(len(loops)).vi} ({first}{more}).",
                f"Spans from a node to itself, shorter than {least_m:g} m, left out: "
                f"{count(len(loops)).en} ({first}{more}).",
            )
        )
    left = {id(c) for c in loops}
    return [c for c in cables if id(c) not in left]


def _make_named_nodes(cables: Sequence[Cable], joined: Joined) -> None:
    """Place nodes that spans name, but that no list holds, where the first span ends."""
    made = 0
    for cable in cables:
        for key, place in zip(
            cable.ends, (cable.route.coords[0], cable.route.coords[-1]), strict=True
        ):
            if key[1] and key not in joined.nodes:
                joined.nodes[key] = _closure(key, place)
                made += 1
    if made:
        joined.notes.append(
            Text(
                f"Số nút cáp được tuyến cáp nhắc đến nhưng không có vị trí: {count(made).vi}; đặt "
                "ở đầu tuyến.",
                f"Nodes that spans name but no list places: {count(made).en}; they are put at the "
                "end of the span.",
            )
        )


def _closure(key: Key, place: Sequence[float]) -> Node:
    lon, lat = place[:2]
    return Node(key, None, "closure", None, float(lon), float(lat), "approximate")


def _compared(cables: Sequence[Cable], joined: Joined, crs: str) -> list[Cable]:
    """Compare where routes end with where their nodes are; turn those the wrong way round."""
    keys = list(joined.nodes)
    at = {key: i for i, key in enumerate(keys)}
    places = _metres([joined.nodes[k] for k in keys], crs)
    snap_m = catalog.rule("fibre_snap_m")
    out: list[Cable] = []
    turned, far = 0, []
    for cable in cables:
        known = [places[at[key]] if key[1] else None for key in cable.ends]
        off_m = _off(cable.route_m, known)
        if off_m <= snap_m:
            out.append(cable)
        elif None not in (k if k is None else 0 for k in known) and (
            _off(cable.route_m.reverse(), known) <= snap_m
        ):
            turned += 1
            out.append(replace(cable, route=cable.route.reverse(), route_m=cable.route_m.reverse()))
        elif _off(_swapped(cable.route, crs), known) <= snap_m:
            problem = "its route meets its nodes only with latitude and longitude swapped"
            remedy = "swap the coordinates of the route (longitude comes first)"
            joined.faults.append(cable.span.item.fault(problem, remedy, "route"))
        else:
            far.append((off_m, cable))
            out.append(cable)
    joined.notes += _ends_notes(turned, far, snap_m)
    return out


def _off(route: shapely.LineString, places: Sequence[NDArray[np.float64] | None]) -> float:
    """Return the larger distance between an end of a route and its node, m."""
    ends = shapely.get_coordinates(route)[[0, -1]]
    away = [np.hypot(*(e - p)) for e, p in zip(ends, places, strict=True) if p is not None]
    return float(max(away, default=0.0))


def _swapped(route: shapely.LineString, crs: str) -> shapely.LineString:
    """Return a route with its axes exchanged, in metres."""
    turned = shapely.transform(route, lambda xy: xy[:, ::-1])
    if np.abs(shapely.get_coordinates(turned)[:, 1]).max() > 90:  # noqa: PLR2004 - no latitude
        return route
    moved: shapely.LineString = gpd.GeoSeries([turned], crs=GEOGRAPHIC).to_crs(crs).iloc[0]
    return moved


def _with_all_ends(cables: Sequence[Cable], joined: Joined, crs: str) -> list[Cable]:
    """Find a node for each end that names none: one that is near, or a new one."""
    open_ends = [(i, side) for i, c in enumerate(cables) for side in (0, 1) if not c.ends[side][1]]
    if not open_ends:
        return list(cables)
    snap_m = catalog.rule("fibre_snap_m")
    points = np.array([cables[i].route_m.coords[-side] for i, side in open_ends], dtype=np.float64)
    keys = list(joined.nodes)
    found: list[Key | None] = [None] * len(open_ends)
    if keys:
        tree = cKDTree(_metres([joined.nodes[k] for k in keys], crs))
        distance_m, nearest = tree.query(points, distance_upper_bound=snap_m)
        near = np.asarray(distance_m) <= snap_m
        found = [keys[n] if ok else None for n, ok in zip(np.asarray(nearest), near, strict=True)]
    groups = _groups(points, snap_m)
    made: dict[int, Key] = {}
    ends = [list(c.ends) for c in cables]
    for place, (i, side) in enumerate(open_ends):
        key = found[place]
        if key is None:
            key = made.get(groups[place])
        if key is None:
            cable = cables[i]
            key = (cable.span.item.network, f"{cable.span.id}-{('start', 'end')[side]}")
            made[groups[place]] = key
            joined.nodes[key] = _closure(key, cable.route.coords[-side])
        ends[i][side] = key
    joined.notes.append(_made_note(len(open_ends), len(made), snap_m))
    return [replace(c, ends=(e[0], e[1])) for c, e in zip(cables, ends, strict=True)]


def _groups(points: NDArray[np.float64], within_m: float) -> list[int]:
    """Give points that are near one another the same number."""
    pairs = cKDTree(points).query_pairs(within_m, output_type="ndarray")
    ones = np.ones(len(pairs), dtype=np.int8)
    near = coo_array((ones, (pairs[:, 0], pairs[:, 1])), shape=(len(points), len(points)))
    return [int(g) for g in connected_components(near, directed=False)[1]]


def _metres(nodes: Sequence[Node], crs: str) -> NDArray[np.float64]:
    points = gpd.points_from_xy([n.lon for n in nodes], [n.lat for n in nodes], crs=GEOGRAPHIC)
    found: NDArray[np.float64] = shapely.get_coordinates(gpd.GeoSeries(points).to_crs(crs))
    return found


def _ends_notes(turned: int, far: Sequence[tuple[float, Cable]], snap_m: float) -> list[Text]:
    notes = []
    if turned:
        notes.append(
            Text(
                f"Số tuyến cáp vẽ ngược với hai nút của nó, đã đổi chiều: {count(turned).vi}.",
                f"Spans drawn from their end to their start, turned round: {count(turned).en}.",
            )
        )
    if far:
        most_m, worst = max(far, key=lambda pair: (pair[0], pair[1].span.id))
        notes.append(
            Text(
                f"Số tuyến cáp có đầu cách nút của nó hơn {snap_m:g} m: {count(len(far)).vi}; xa "
                f"nhất {length(most_m).vi} ({worst.span.id}).",
                f"Spans that end more than {snap_m:g} m from their node: {count(len(far)).en}; the "
                f"farthest {length(most_m).en} ({worst.span.id}).",
            )
        )
    return notes


def _made_note(ends: int, made: int, snap_m: float) -> Text:
    return Text(
        f"Số đầu tuyến cáp không ghi nút: {count(ends).vi}; nối vào nút trong vòng {snap_m:g} m, "
        f"hoặc vào nút mới ({count(made).vi}).",
        f"Ends of spans that name no node: {count(ends).en}; they are joined to a node within "
        f"{snap_m:g} m, or to a new one ({count(made).en}).",
    )


def _tell_lonely(joined: Joined) -> None:
    used = {key for cable in joined.cables for key in cable.ends}
    lonely = [key for key in joined.nodes if key not in used]
    if lonely:
        number = count(len(lonely))
        joined.notes.append(
            Text(
                f"Số nút cáp không có tuyến cáp nào nối đến: {number.vi}.",
                f"Fibre nodes that no cable reaches: {number.en}.",
            )
        )
