"""Do both forms of Rwanda's backbone give one network, with all that is odd in it told?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from geopandas.testing import assert_geodataframe_equal
from pyproj import Geod

from infraplan.sources.ofds import FibreNetwork, read_network
from infraplan.tables import check, spec

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.real

NAMES = tuple(
    f"RWA_ofds-{part}"
    for part in ("json_16apr2024.json", "nodes_16apr2024.geojson", "spans_16apr2024.geojson")
)


@pytest.fixture(scope="module")
def folder(shared: Path) -> Path:
    return shared / "data" / "ofds-rwanda"


@pytest.fixture(scope="module")
def network(folder: Path) -> FibreNetwork:
    return read_network(folder / NAMES[0])


def test_forty_real_spans_join_fifty_two_nodes(network: FibreNetwork) -> None:
    assert network.faults == ()
    assert (len(network.fibre_nodes), len(network.fibre)) == (52, 40)
    assert check(network.fibre, spec("fibre"), file="x").faults == ()
    assert check(network.fibre_nodes, spec("fibre_nodes"), file="x").faults == ()


def test_total_length_agrees_with_the_geodesic_one(network: FibreNetwork) -> None:
    geodesic_m = sum(Geod(ellps="WGS84").geometry_length(line) for line in network.fibre.geometry)
    assert geodesic_m / 1000 == pytest.approx(1222.02, abs=0.01)
    # A UTM zone stretches lengths by up to 0.1 % towards its edges.
    assert network.fibre["length_m"].sum() == pytest.approx(geodesic_m, rel=1e-3)


def test_what_is_odd_in_it_is_told(network: FibreNetwork) -> None:
    notes = [note.en for note in network.notes]
    assert notes[0] == "Fibre network: 52 nodes, 40 spans, 1,223.1 km."
    assert any("shorter than 1 m, left out: 28 (" in note for note in notes)
    assert any(note.startswith("40 of 40 spans do not say how the cable is laid") for note in notes)


def test_geojson_gives_the_same_network_and_so_do_its_spans_alone(
    folder: Path, network: FibreNetwork
) -> None:
    for names in (NAMES[1:], NAMES[:0:-1], NAMES[2:]):
        other = read_network(*(folder / name for name in names))
        assert other.faults == ()
        assert_geodataframe_equal(other.fibre, network.fibre)
        assert_geodataframe_equal(other.fibre_nodes, network.fibre_nodes)
        assert other.notes == network.notes


def test_every_span_ends_at_its_nodes(network: FibreNetwork) -> None:
    at = network.fibre_nodes.set_index("node_id").geometry
    for row in network.fibre.itertuples(index=False):
        ends = np.array([row.geometry.coords[0], row.geometry.coords[-1]])
        nodes = np.array([(at[n].x, at[n].y) for n in (row.from_node, row.to_node)])
        np.testing.assert_allclose(ends, nodes, atol=1e-8)
