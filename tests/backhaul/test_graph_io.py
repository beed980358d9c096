"""Does a road graph come back from networkx as it went there?"""

import networkx as nx
import numpy as np
import pytest
import shapely

from infraplan.backhaul import from_networkx, road_graph, to_networkx
from infraplan.backhaul.roads import RoadGraph
from infraplan.errors import ParameterError

ROADS = [
    [(0, 0), (1000, 0), (2000, 0)],
    [(1000, 0), (1000, 1500)],
    [(0, 0), (500, 300), (1000, 0)],
    [(2000, 0), (2500, 500), (2000, 900), (2000, 0)],
    [(5000, 5000), (6000, 5000)],
]


def _equal(a: RoadGraph, b: RoadGraph) -> None:
    for name in ("x_m", "y_m", "from_node", "to_node", "length_m", "road_row", "component"):
        assert getattr(a, name).tolist() == getattr(b, name).tolist(), name
    assert shapely.equals_exact(a.lines, b.lines, 0.0).all()


def test_the_round_trip_is_exact_with_parallel_roads_and_loops(make_roads: object) -> None:
    graph = road_graph(make_roads(ROADS))
    sent = to_networkx(graph)
    assert nx.number_connected_components(sent) == graph.components == 2
    assert sent.size(weight="length_m") == pytest.approx(graph.length_m.sum())
    _equal(from_networkx(sent), graph)
    shuffled = nx.MultiGraph()
    shuffled.add_nodes_from(reversed(list(sent.nodes(data=True))))
    shuffled.add_edges_from(reversed(list(sent.edges(keys=True, data=True))))
    _equal(from_networkx(shuffled), graph)


def test_no_roads_come_back_as_none(make_roads: object) -> None:
    back = from_networkx(to_networkx(road_graph(make_roads([]))))
    assert len(back.x_m) == len(back.lines) == 0


def test_a_plain_graph_gets_straight_roads() -> None:
    graph = nx.Graph()
    graph.add_node("a", x_m=0.0, y_m=0.0)
    graph.add_node("b", x_m=30.0, y_m=40.0)
    graph.add_edge("a", "b")
    back = from_networkx(graph)
    assert back.length_m.tolist() == [50.0]
    assert back.road_row.tolist() == [-1]
    assert np.array_equal(back.x_m, [0.0, 30.0])


def test_nodes_without_a_place_and_courses_elsewhere_are_refused() -> None:
    graph = nx.Graph()
    graph.add_edge("a", "b")
    with pytest.raises(ParameterError, match="2 nodes have no x_m"):
        from_networkx(graph)
    for node, x_m in (("a", 0.0), ("b", 9.0)):
        graph.add_node(node, x_m=x_m, y_m=0.0)
    graph.edges["a", "b"]["geometry"] = shapely.LineString([(0, 0), (100, 0)])
    with pytest.raises(ParameterError, match="does not join"):
        from_networkx(graph)
