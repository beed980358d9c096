"""Are cheapest ways those of networkx, over parallel edges, loops and weights of 0?"""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infraplan.backhaul.ways import cheapest_ways

GRAPHS = st.integers(2, 9).flatmap(
    lambda n: st.tuples(
        st.just(n),
        st.lists(
            st.tuples(st.integers(0, n - 1), st.integers(0, n - 1), st.integers(0, 9)),
            min_size=1,
            max_size=25,
        ),
    )
)


@settings(deadline=None, max_examples=150)
@given(GRAPHS)
def test_ways_cost_what_networkx_finds_and_their_edges_add_up(
    graph: tuple[int, list[tuple[int, int, int]]],
) -> None:
    nodes, rows = graph
    ends = np.array([row[:2] for row in rows], dtype=np.int64)
    weight = np.array([row[2] for row in rows], dtype=np.float64)
    ways = cheapest_ways(nodes, ends, weight, 0)
    known = nx.MultiGraph()
    known.add_nodes_from(range(nodes))
    known.add_weighted_edges_from(rows)
    expected = nx.single_source_dijkstra_path_length(known, 0)
    total, first = ways.total(weight), ways.first_edge()
    for node in range(nodes):
        if node not in expected:
            assert np.isinf(ways.cost_vnd[node])
            assert np.isnan(total[node])
            continue
        path = ways.edges_to(node)
        assert ways.cost_vnd[node] == pytest.approx(expected[node])
        assert weight[path].sum() == pytest.approx(expected[node])
        assert total[node] == pytest.approx(expected[node])
        assert first[node] == (path[0] if path else -1)
        at = 0
        for edge in path:
            a, b = ends[edge].tolist()
            assert at in (a, b)
            at = b if at == a else a
        assert at == node
