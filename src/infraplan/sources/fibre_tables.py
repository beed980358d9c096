"""How does a joined fibre network look as the tables fibre_nodes and fibre?"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np

from infraplan.geo import GEOGRAPHIC

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from infraplan.sources.ofds_join import Cable, Joined
    from infraplan.sources.ofds_nodes import Key, Node

__all__ = ["network_tables"]


def network_tables(joined: Joined) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return the tables fibre_nodes and fibre in EPSG:4326, by identifier."""
    names = dict(zip(joined.nodes, _names(list(joined.nodes)), strict=True))
    return _node_table(list(joined.nodes.values()), names), _fibre_table(joined.cables, names)


def _names(keys: Sequence[Key]) -> list[str]:
    """Return identifiers, with that of the network where two networks use the same."""
    own = [identifier for _, identifier in keys]
    twice = {identifier for identifier, n in Counter(own).items() if n > 1}
    return [f"{network}/{i}" if i in twice else i for network, i in keys]


def _node_table(nodes: Sequence[Node], names: Mapping[Key, str]) -> gpd.GeoDataFrame:
    columns = {
        "node_id": _column([names[n.key] for n in nodes]),
        "name": _column([n.name for n in nodes]),
        "kind": _column([n.kind for n in nodes]),
        "owner": _column([n.owner for n in nodes]),
        "geometry_origin": _column([n.origin for n in nodes]),
    }
    points = gpd.points_from_xy([n.lon for n in nodes], [n.lat for n in nodes])
    table = gpd.GeoDataFrame(columns, geometry=points, crs=GEOGRAPHIC)
    return table.sort_values("node_id", kind="stable", ignore_index=True)


def _fibre_table(cables: Sequence[Cable], names: Mapping[Key, str]) -> gpd.GeoDataFrame:
    columns = {
        "fibre_id": _column(_names([c.key for c in cables])),
        "from_node": _column([names[c.ends[0]] for c in cables]),
        "to_node": _column([names[c.ends[1]] for c in cables]),
        "medium": _column([c.span.medium for c in cables]),
        "owner": _column([c.span.owner for c in cables]),
        "capacity": np.array([c.span.capacity for c in cables], dtype=np.float64),
        "length_m": np.array([c.route_m.length for c in cables], dtype=np.float64),
        "geometry_origin": _column([c.origin for c in cables]),
        "medium_origin": _column([c.span.medium_origin for c in cables]),
    }
    table = gpd.GeoDataFrame(columns, geometry=[c.route for c in cables], crs=GEOGRAPHIC)
    return table.sort_values("fibre_id", kind="stable", ignore_index=True)


def _column(values: Sequence[str | None]) -> NDArray[np.object_]:
    return np.array(values, dtype=object)
