"""Are roads joined where they share a vertex and nowhere else, with nothing lost?"""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from infraplan.backhaul.access import attach
from infraplan.backhaul.roads import road_graph


def test_roads_are_split_at_shared_vertices(make_roads: object, cross: list) -> None:
    graph = road_graph(make_roads(cross))
    assert sorted(graph.length_m.tolist()) == [1000.0, 1000.0, 1000.0, 1500.0]
    assert len(graph.x_m) == 6
    assert graph.components == 2
    assert sorted(graph.road_row.tolist()) == [0, 0, 1, 2]


def test_inner_vertices_stay_in_the_course(make_roads: object) -> None:
    graph = road_graph(make_roads([[(0, 0), (30, 40), (60, 0)]]))
    assert graph.length_m.tolist() == [100.0]
    assert shapely.get_num_points(graph.lines).tolist() == [3]


def test_a_bridge_does_not_join(make_roads: object) -> None:
    graph = road_graph(make_roads([[(-9, 0), (9, 0)], [(0, -9), (0, 9)]]))
    assert graph.components == 2


def test_vertices_join_when_equal_to_a_decimetre(make_roads: object) -> None:
    graph = road_graph(make_roads([[(0, 0), (10, 0.01)], [(10.02, 0), (20, 0)]]))
    assert graph.components == 1
    assert len(graph.x_m) == 3


def test_rings_parallel_roads_repeated_vertices_and_parts_are_kept(make_roads: object) -> None:
    ring = [(0, 0), (0, 100), (100, 100), (0, 0)]
    twice = [(0, 0), (50, -50), (50, -50), (100, 100)]
    roads = make_roads([ring, twice])
    several = shapely.MultiLineString([[(500, 0), (600, 0)], [(600, 0), (700, 0)]])
    roads.loc[2] = ["R2", several]
    graph = road_graph(roads)
    assert graph.length_m.sum() == pytest.approx(roads.length.sum())
    assert graph.components == 2
    assert set(graph.road_row) == {0, 1, 2}


def test_no_roads_give_an_empty_graph(make_roads: object) -> None:
    graph = road_graph(make_roads([]))
    assert graph.components == 0
    joined, nodes = attach(graph, np.array([1.0, 2.0, 1.0]), np.array([1.0, 2.0, 1.0]))
    assert nodes.tolist() == [0, 1, 0]
    assert joined.components == 2


def test_points_join_the_nearest_place_of_the_road(make_roads: object, cross: list) -> None:
    graph, nodes = attach(
        road_graph(make_roads(cross)), np.array([400.0, 400.0]), np.array([300.0, -200.0])
    )
    access = np.flatnonzero(graph.road_row == -1)
    assert sorted(graph.length_m[access].tolist()) == [200.0, 300.0]
    feet = {int(graph.to_node[edge]) for edge in access}
    assert len(feet) == 1
    assert (graph.x_m[feet.pop()], graph.components) == (400.0, 2)
    assert (graph.x_m[nodes], graph.y_m[nodes]) == (
        pytest.approx([400.0, 400.0]),
        pytest.approx([300.0, -200.0]),
    )


def test_a_point_on_a_junction_is_the_junction(make_roads: object, cross: list) -> None:
    plain = road_graph(make_roads(cross))
    graph, nodes = attach(plain, np.array([1000.0]), np.array([0.05]))
    assert len(graph.lines) == len(plain.lines)
    assert (graph.x_m[nodes[0]], graph.y_m[nodes[0]]) == (1000.0, 0.0)


coordinate = st.integers(0, 12).map(lambda step: step * 25.0)
place = st.tuples(coordinate, coordinate)
road = st.lists(place, min_size=2, max_size=5, unique=True)


@given(st.lists(road, min_size=1, max_size=8), st.lists(place, min_size=1, max_size=6))
@settings(deadline=None)
def test_attaching_keeps_length_ends_and_parts(
    make_roads: object, roads: list, points: list
) -> None:
    table = make_roads(roads)
    plain = road_graph(table)
    assert plain.length_m.sum() == pytest.approx(table.length.sum())
    x_m, y_m = np.array(points).T + 7.0
    graph, nodes = attach(plain, x_m, y_m)
    assert graph.components == plain.components
    on_road = graph.road_row >= 0
    assert graph.length_m[on_road].sum() == pytest.approx(table.length.sum())
    ends = shapely.get_point(graph.lines, 0), shapely.get_point(graph.lines, -1)
    for found, expected in zip(ends, (graph.from_node, graph.to_node), strict=True):
        assert shapely.get_x(found) == pytest.approx(graph.x_m[expected])
        assert shapely.get_y(found) == pytest.approx(graph.y_m[expected])
    roads_union = table.union_all()
    for x, y, node in zip(x_m, y_m, nodes, strict=True):
        touching = (graph.from_node == node) | (graph.to_node == node)
        assert touching.any()
        away_m = roads_union.distance(shapely.Point(x, y))
        if away_m > 0.1:
            assert graph.length_m[touching].min() == pytest.approx(away_m, abs=0.15)
