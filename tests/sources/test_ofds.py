"""Is a fibre network read from every form of the standard, and every flaw of it told?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from geopandas.testing import assert_geodataframe_equal
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infraplan.sources.ofds import FibreNetwork, read_network
from infraplan.tables import check, spec

if TYPE_CHECKING:
    from pathlib import Path

Body = dict[str, Any]
LON, LAT = 105.0, 21.0


def node(name: str, x: float, y: float = 0.0, **more: object) -> Body:
    place = {"type": "Point", "coordinates": [LON + x, LAT + y]}
    return {"id": name, "name": f"Nút {name}", "location": place, **more}


def span(name: str, start: str | None, end: str | None, *xs: float, **more: object) -> Body:
    route = {"type": "LineString", "coordinates": [[LON + x, LAT] for x in xs]}
    ends = {k: v for k, v in (("start", start), ("end", end)) if v is not None}
    return {"id": name, **ends, "route": route, **more}


NODES = (node("a", 0.0, type=["pop"]), node("b", 0.1, type=["tower"]), node("c", 0.2))
SPANS = (
    span("s1", "a", "b", 0.0, 0.1, deployment=["aboveGround"], fibreCount=24, status="operational"),
    span("s2", "b", "c", 0.1, 0.2, deployment=["belowGround"]),
)


def package(tmp_path: Path, nodes: object = NODES, spans: object = SPANS, **more: object) -> Path:
    path = tmp_path / "mạng.json"
    network = {"id": "n1", "name": "Mạng", "nodes": nodes, "spans": spans, **more}
    path.write_text(json.dumps({"networks": [network]}), encoding="utf-8")
    return path


def read(tmp_path: Path, nodes: object = NODES, spans: object = SPANS) -> FibreNetwork:
    return read_network(package(tmp_path, nodes, spans))


def english(network: FibreNetwork) -> str:
    return "\n".join(note.en for note in network.notes)


def test_package_becomes_tables_that_pass_their_check(tmp_path: Path) -> None:
    network = read(tmp_path)
    assert network.faults == ()
    fibre, nodes = network.fibre, network.fibre_nodes
    assert fibre["fibre_id"].tolist() == ["s1", "s2"]
    assert fibre["from_node"].tolist() == ["a", "b"]
    assert fibre["to_node"].tolist() == ["b", "c"]
    assert fibre["medium"].tolist() == ["aerial", "buried"]
    np.testing.assert_array_equal(fibre["capacity"], [24, np.nan])
    # One degree of longitude at 21° N is 103.97 km; UTM 48N is 0.9996 of it at its meridian.
    assert fibre["length_m"].tolist() == pytest.approx([10_393] * 2, abs=4)
    assert nodes["kind"].tolist() == ["exchange", "site", "closure"]
    assert check(fibre, spec("fibre"), file="x").faults == ()
    assert check(nodes, spec("fibre_nodes"), file="x").faults == ()
    assert network.notes[0].en == "Fibre network: 3 nodes, 2 spans, 20.8 km."
    assert network.notes[0].vi == "Mạng cáp quang: 3 nút, 2 tuyến, tổng 20,8 km."


def _features(kind: str, bodies: object, *, whole_ends: bool) -> Body:
    by_id = {n["id"]: n for n in NODES}
    features = []
    for body in bodies:  # type: ignore[attr-defined]
        fields = {k: v for k, v in body.items() if k not in ("location", "route")}
        if whole_ends and kind == "span":
            fields |= {end: by_id[fields[end]] for end in ("start", "end")}
        fields |= {"network": {"id": "n1", "name": "Mạng"}, "featureType": kind}
        geometry = body["location" if kind == "node" else "route"]
        features.append({"type": "Feature", "geometry": geometry, "properties": fields})
    return {"type": "FeatureCollection", "features": features}


def test_geojson_json_lines_and_one_network_hold_the_same(tmp_path: Path) -> None:
    first = read(tmp_path)
    nodes, spans, lone = (tmp_path / f"{n}.geojson" for n in ("nodes", "spans", "lone"))
    nodes.write_text(json.dumps(_features("node", NODES, whole_ends=False)), encoding="utf-8")
    spans.write_text(json.dumps(_features("span", SPANS, whole_ends=False)), encoding="utf-8")
    lone.write_text(json.dumps(_features("span", SPANS, whole_ends=True)), encoding="utf-8")
    lines = tmp_path / "mạng.jsonl"
    lines.write_text("\n".join(json.dumps(b) for b in (*NODES, *SPANS)), encoding="utf-8")
    one = tmp_path / "one.json"
    one.write_text(json.dumps({"id": "n1", "nodes": NODES, "spans": SPANS}), encoding="utf-8-sig")
    for paths in ((nodes, spans), (spans, nodes), (lone,), (lines,), (one,)):
        other = read_network(*paths)
        assert other.faults == ()
        assert_geodataframe_equal(other.fibre, first.fibre)
        assert_geodataframe_equal(other.fibre_nodes, first.fibre_nodes)


def test_owner_comes_from_the_span_or_from_the_list_of_organisations(tmp_path: Path) -> None:
    spans = (
        {**SPANS[0], "physicalInfrastructureProvider": {"id": "o1"}},
        {**SPANS[1], "networkProviders": [{"id": "o2", "name": "VNPT"}]},
    )
    path = package(tmp_path, NODES, spans, organisations=[{"id": "o1", "name": "EVN"}])
    assert read_network(path).fibre["owner"].tolist() == ["EVN", "VNPT"]


def test_only_operational_fibre_is_taken_unless_more_is_asked_for(tmp_path: Path) -> None:
    spans = (
        *SPANS,
        span("s3", "a", "c", 0.0, 0.2, status="planned"),
        span("s4", "a", "c", 0.0, 0.2, status="decommissioned"),
        span("s5", "a", "c", 0.0, 0.2, transmissionMedium=["microwave"]),
        span("s6", "a", "c", 0.0, 0.2, transmissionMedium=["fibre", "microwave"]),
    )
    network = read(tmp_path, NODES, spans)
    assert network.fibre["fibre_id"].tolist() == ["s1", "s2", "s6"]
    assert "Spans left out (status=decommissioned): 1." in english(network)
    assert "Spans left out (status=planned): 1." in english(network)
    assert "Spans left out (transmissionMedium=microwave): 1." in english(network)
    more = read_network(package(tmp_path, NODES, spans), statuses=("operational", "planned"))
    assert more.fibre["fibre_id"].tolist() == ["s1", "s2", "s3", "s6"]


def test_unknown_nodes_and_nodes_without_a_place_are_put_at_the_end_of_a_span(
    tmp_path: Path,
) -> None:
    spans = (*SPANS, span("s3", "c", "d", 0.2, 0.3), span("s4", "d", "e", 0.3, 0.4))
    network = read(tmp_path, (*NODES, {"id": "e", "name": "E"}), spans)
    assert network.faults == ()
    nodes = network.fibre_nodes.set_index("node_id")
    assert nodes.loc[["d", "e"]].geometry.x.tolist() == pytest.approx([105.3, 105.4])
    assert nodes.loc["d", "geometry_origin"] == "approximate"
    assert "Nodes that spans name but no list places: 2" in english(network)
    assert "Fibre nodes without a position: 1" in english(network)


def test_ends_that_name_no_node_join_what_is_near_or_meet_in_a_new_one(tmp_path: Path) -> None:
    spans = (
        span("s1", None, None, 0.0, 0.1),
        span("s2", "b", None, 0.1, 0.15),
        span("s3", None, "c", 0.15002, 0.2),
    )
    network = read(tmp_path, NODES, spans)
    assert network.faults == ()
    fibre = network.fibre.set_index("fibre_id")
    assert fibre.loc["s1", ["from_node", "to_node"]].tolist() == ["a", "b"]
    assert fibre.loc["s2", "to_node"] == fibre.loc["s3", "from_node"] == "s2-end"
    assert len(network.fibre_nodes) == 4
    assert "Ends of spans that name no node: 4" in english(network)
    assert "or to a new one (1)" in english(network)


def test_span_without_a_route_is_straight_and_approximate(tmp_path: Path) -> None:
    straight = {"id": "s3", "start": "a", "end": "c"}
    network = read(tmp_path, NODES, (*SPANS, straight))
    row = network.fibre.set_index("fibre_id").loc["s3"]
    assert row["geometry_origin"] == "approximate"
    assert row["length_m"] == pytest.approx(20_786, abs=8)
    assert "Spans without a route: 1" in english(network)
    lost = read(tmp_path, NODES, (*SPANS, {"id": "s3", "start": "a", "end": "z"}))
    assert [f.problem for f in lost.faults] == [
        "span 's3': it has no route, and its nodes have no two places"
    ]


def test_route_in_pieces_is_joined_or_becomes_several_cables(tmp_path: Path) -> None:
    def pieces(*lines: tuple[float, float]) -> Body:
        coordinates = [[[LON + x, LAT] for x in line] for line in lines]
        route = {"type": "MultiLineString", "coordinates": coordinates}
        return {"id": "s9", "start": "a", "end": "c", "route": route}

    whole = read(tmp_path, NODES, (pieces((0.0, 0.1), (0.1, 0.2)),))
    assert whole.fibre["fibre_id"].tolist() == ["s9"]
    assert whole.fibre["length_m"].tolist() == pytest.approx([20_786], abs=8)
    apart = read(tmp_path, NODES, (pieces((0.0, 0.05), (0.15, 0.2)),))
    assert apart.faults == ()
    assert apart.fibre["fibre_id"].tolist() == ["s9/1", "s9/2"]
    assert apart.fibre["from_node"].tolist() == ["a", "s9/2-start"]
    assert "Span 's9' is in 2 pieces" in english(apart)


def test_route_drawn_backwards_is_turned_and_one_that_ends_far_off_is_told(tmp_path: Path) -> None:
    network = read(
        tmp_path, NODES, (span("s1", "a", "b", 0.1, 0.0), span("s2", "b", "c", 0.1, 0.25))
    )
    assert network.faults == ()
    assert network.fibre.geometry.iloc[0].coords[0][0] == pytest.approx(105.0)
    assert "turned round: 1" in english(network)
    assert "Spans that end more than 100 m from their node: 1; the farthest 5.2 km (s2)" in english(
        network
    )


def test_loops_of_no_length_are_left_out(tmp_path: Path) -> None:
    network = read(tmp_path, NODES, (*SPANS, span("s3", "a", "a", 0.0, 1e-9)))
    assert network.fibre["fibre_id"].tolist() == ["s1", "s2"]
    assert "Spans from a node to itself, shorter than 1 m, left out: 1 (s3)" in english(network)


def test_repeated_rows_count_once_and_contradictions_are_faults(tmp_path: Path) -> None:
    same = read(tmp_path, (*NODES, NODES[0]), (*SPANS, SPANS[0]))
    assert same.faults == ()
    assert len(same.fibre_nodes) == 3
    assert "Fibre nodes repeated at the same place, counted once: 1" in english(same)
    assert "Spans left out (repeated): 1" in english(same)
    other = read(tmp_path, (*NODES, node("a", 0.5)), (*SPANS, span("s1", "a", "c", 0.0, 0.2)))
    assert [(f.row, f.column) for f in other.faults] == [(4, "id"), (3, "id")]
    assert str(other.faults[0]) == (
        "mạng.json, row 4, column 'id': node 'a': the identifier stands already at another place. "
        "Remedy: give each node an identifier of its own"
    )


def test_two_networks_may_use_the_same_identifiers(tmp_path: Path) -> None:
    path = tmp_path / "two.json"
    far = [span("s1", "a", "x", 1.0, 1.1)]
    far = (span("s1", "a", "x", 1.0, 1.1),)
    two = [
        {"id": "n1", "nodes": NODES, "spans": SPANS},
        {"id": "n2", "nodes": (node("a", 1.0), node("x", 1.1)), "spans": far},
    ]  # fmt: skip
    path.write_text(json.dumps({"networks": two}), encoding="utf-8")
    network = read_network(path)
    assert network.faults == ()
    assert network.fibre["fibre_id"].tolist() == ["n1/s1", "n2/s1", "s2"]
    assert network.fibre["from_node"].tolist() == ["n1/a", "n2/a", "b"]


def test_every_wrong_position_is_a_fault_in_one_report(tmp_path: Path) -> None:
    swapped = {"type": "Point", "coordinates": [21.0, 105.0]}
    nodes = (
        *NODES,
        {"id": "d", "location": swapped},
        {"id": "e", "location": {"type": "Point", "coordinates": [float("nan"), 21.0]}},
        {"id": "f", "location": {"type": "Point", "coordinates": ["105", 21.0]}},
        {"name": "no id"},
    )
    spans = (
        *SPANS,
        {"id": "s3", "route": {"type": "LineString", "coordinates": [[105.0, 21.0]]}},
        {"id": "s4", "route": {"type": "Polygon", "coordinates": []}},
        {"id": "s5", "route": {"type": "LineString", "coordinates": [[105, 21], [21, 105]]}},
    )  # fmt: skip
    problems = [f.problem for f in read(tmp_path, nodes, spans).faults]
    swapped_place = (
        "longitude 21, latitude 105 is not a place on the globe; latitude and longitude look "
        "swapped"
    )
    assert problems == [
        f"node 'd': {swapped_place}",
        "node 'e': the position [nan, 21.0] is not two numbers",
        "node 'f': the position ['105', 21.0] is not two numbers",
        "node: it has no id",
        "span 's3': its route has fewer than two points",
        "span 's4': its route is a Polygon, not a line",
        f"span 's5': {swapped_place}",
    ]


def test_route_with_swapped_axes_is_found_by_its_nodes(tmp_path: Path) -> None:
    def at(lon: float, lat: float, name: str) -> Body:
        return {"id": name, "location": {"type": "Point", "coordinates": [lon, lat]}}

    route = {"type": "LineString", "coordinates": [[-1.5, 29.6], [-1.6, 29.7]]}
    nodes = (at(29.6, -1.5, "a"), at(29.7, -1.6, "b"), at(29.8, -1.7, "c"))
    good = {"type": "LineString", "coordinates": [[29.7, -1.6], [29.8, -1.7]]}
    spans = (
        {"id": "s1", "start": "a", "end": "b", "route": route},
        {"id": "s2", "start": "b", "end": "c", "route": good},
    )
    network = read(tmp_path, nodes, spans)
    assert [f.problem for f in network.faults] == [
        "span 's1': its route meets its nodes only with latitude and longitude swapped"
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "the file is not JSON"),
        ("<html>", "the file is not JSON"),
        ("3", "the file holds int, not a network"),
        ('{"a": 1}', "the file holds no networks, nodes or spans"),
        ("[" * 100_000, "the file is"),
    ],
)
def test_what_is_no_network_is_one_clear_fault(tmp_path: Path, text: str, problem: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(text, encoding="utf-8")
    network = read_network(path)
    assert len(network.faults) == 1
    assert network.faults[0].problem.startswith(problem)
    assert len(network.fibre) == len(network.fibre_nodes) == 0


def test_network_whose_parts_are_in_other_files_names_them(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    links = [
        {"rel": "describedby", "href": "https://example.org/network-schema.json"},
        {"rel": "tag:opentelecomdata.net,2022:nodesFile", "href": "https://example.org/nodes.jsonl"},
        {"rel": "tag:opentelecomdata.net,2022:spansFile", "href": "https://example.org/spans.jsonl"},
    ]  # fmt: skip
    network = {"id": "n", "name": "Mạng", "links": links}
    path.write_text(json.dumps({"networks": [network]}), encoding="utf-8")
    assert [str(f) for f in read_network(path).faults] == [
        (
            "x.json: the network 'Mạng' holds no nodes and no spans itself. Remedy: download "
            "https://example.org/nodes.jsonl and https://example.org/spans.jsonl and name the files"
        )
    ]


def test_nodes_alone_are_no_network(tmp_path: Path) -> None:
    faults = read(tmp_path, NODES, ()).faults
    assert [f.problem for f in faults] == ["there is no span of fibre in use"]


def test_heights_in_some_places_of_a_route_are_dropped(tmp_path: Path) -> None:
    route = {"type": "LineString", "coordinates": [[LON, LAT, 12.5], [LON + 0.1, LAT]]}
    network = read(tmp_path, NODES, ({**SPANS[0], "route": route}, SPANS[1]))
    assert network.faults == ()
    assert not network.fibre.geometry.has_z.any()


ODD: tuple[object, ...] = (
    None, -1, 3.5, "", "x", [], {}, [[]], [None], True, float("nan"), {"id": 1},
    {"type": "Point"}, {"type": "LineString", "coordinates": []},
    {"type": "MultiLineString", "coordinates": [[[1, 2], [3, 4]], [[9, 9], [8, 8]]]},
    {"type": "LineString", "coordinates": [[1, 2, 3], [1, 2]]}, [200, 100],
)  # fmt: skip


def _places(value: object, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inside = value.items() if isinstance(value, dict) else ()
    if isinstance(value, list):
        inside = enumerate(value)
    return [at, *(p for key, part in inside for p in _places(part, (*at, key)))]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.data())
def test_odd_values_anywhere_give_faults_or_tables_that_pass(
    tmp_path: Path, data: st.DataObject
) -> None:
    value: Any = json.loads(package(tmp_path).read_text(encoding="utf-8"))
    place = data.draw(st.sampled_from(_places(value)[1:]))
    within = value
    for key in place[:-1]:
        within = within[key]
    within[place[-1]] = data.draw(st.sampled_from(ODD))
    path = tmp_path / "odd.json"
    path.write_text(json.dumps(value), encoding="utf-8")
    network = read_network(path)
    if not network.faults:
        assert check(network.fibre, spec("fibre"), file="x").faults == ()
        assert check(network.fibre_nodes, spec("fibre_nodes"), file="x").faults == ()
        ends = {*network.fibre["from_node"], *network.fibre["to_node"]}
        assert ends <= set(network.fibre_nodes["node_id"])
