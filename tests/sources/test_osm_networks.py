"""Are facilities, fibre and towers of a map extract read once each, and assumptions told?"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from infraplan.errors import InputError
from infraplan.sources import osm
from infraplan.study_file import OsmPart
from infraplan.tables import check, spec

if TYPE_CHECKING:
    from pathlib import Path

    from infraplan.sources.osm import OsmTable

PART = OsmPart(path="tiny.osm")
METRE = 1 / 111_000
"""Degrees of latitude in a metre."""


class Map:
    """Objects of a small extract, written as XML; ids count up from 1 for each kind."""

    def __init__(self) -> None:
        self.root = ET.Element("osm", version="0.6")
        self.nodes = 0
        self.ways = 0

    def node(self, east_m: float, north_m: float, **tags: str) -> int:
        """Add a node; ``__`` in a key stands for a colon."""
        self.nodes += 1
        lon, lat = 105 + east_m * METRE, 21 + north_m * METRE
        made = ET.SubElement(
            self.root, "node", id=str(self.nodes), lon=f"{lon:.7f}", lat=f"{lat:.7f}"
        )
        _tag(made, tags)
        return self.nodes

    def way(self, nodes: list[int], **tags: str) -> int:
        """Add a way; its id is its number."""
        self.ways += 1
        made = ET.SubElement(self.root, "way", id=str(self.ways))
        for n in nodes:
            ET.SubElement(made, "nd", ref=str(n))
        _tag(made, tags)
        return self.ways

    def house(self, east_m: float, north_m: float, **tags: str) -> int:
        """Add a square of 40 m."""
        corners = [(0, 0), (40, 0), (40, 40), (0, 40)]
        ring = [self.node(east_m + x, north_m + y) for x, y in corners]
        return self.way([*ring, ring[0]], **tags)

    def line(self, *points: tuple[float, float], **tags: str) -> int:
        """Add an open way."""
        return self.way([self.node(*p) for p in points], **tags)

    def write(self, folder: Path) -> Path:
        """Write the extract: nodes first, then ways."""
        self.root[:] = sorted(self.root, key=lambda e: e.tag != "node")
        path = folder / "tiny.osm"
        ET.ElementTree(self.root).write(path, encoding="utf-8", xml_declaration=True)
        return path


def _tag(element: ET.Element, tags: dict[str, str]) -> None:
    for key, text in tags.items():
        ET.SubElement(element, "tag", k=key.replace("__", ":"), v=text)


def table(made: Map, name: str, folder: Path) -> OsmTable:
    """Read a table and see that it passes its check."""
    read = osm.read_table(made.write(folder), name, part=PART)
    assert check(read.frame, spec(name), file="x").faults == ()
    return read


def told(read: OsmTable) -> str:
    return "\n".join(note.en for note in read.notes)


def test_facilities_of_every_kind_are_read_as_points_and_as_areas(tmp_path: Path) -> None:
    made = Map()
    made.node(0, 0, amenity="school", name="Trường Hùng Vương")
    made.node(1000, 0, healthcare="centre")
    made.node(2000, 0, amenity="post_office", name="Bưu điện")
    made.node(3000, 0, amenity="restaurant")
    made.node(3500, 0, note="amenity school")
    made.house(4000, 0, building="yes", amenity="community_centre", name="Nhà văn hóa")
    made.house(5000, 0, office="government", building="yes")
    read = table(made, "facilities", tmp_path)
    kinds = dict(zip(read.frame["facility_id"], read.frame["kind"], strict=True))
    assert kinds == {
        "osm-n1": "school",
        "osm-n2": "clinic",
        "osm-n3": "post",
        "osm-w1": "culture",
        "osm-w2": "office",
    }
    assert read.notes[0].en == (
        "Facilities on the map: schools 1, clinics 1, offices 1, post points 1, culture houses 1."
    )
    assert read.notes[0].vi.startswith("Cơ sở công cộng trên bản đồ: trường học 1")
    house = read.frame.set_index("facility_id").geometry["osm-w1"]
    assert (house.x, house.y) == pytest.approx((105 + 4020 * METRE, 21 + 20 * METRE), abs=1e-6)


def test_point_and_buildings_of_one_school_are_one_facility(tmp_path: Path) -> None:
    made = Map()
    made.node(20, 20, amenity="school", name="Trường THCS Tân Hoà")
    made.house(0, 0, amenity="school", building="school")
    made.house(80, 0, amenity="school", name="THCS Khác")
    made.house(60, 60, amenity="kindergarten", name="trường thcs tân hòa")
    made.node(30, 30, amenity="hospital", name="Trường THCS Tân Hoà")
    made.node(2000, 0, amenity="school", name="Trường THCS Tân Hoà")
    read = table(made, "facilities", tmp_path)
    assert read.frame["facility_id"].tolist() == ["osm-n14", "osm-n15", "osm-w2", "osm-w3"]
    assert "Mapped objects that are part of a facility already counted: 2." in told(read)


def test_bounds_cut_a_province_out_of_a_country(tmp_path: Path) -> None:
    made = Map()
    for east_m in (0, 1000, 50_000):
        made.node(east_m, 0, amenity="school", place="village")
        made.line((east_m, 0), (east_m + 100, 0), highway="primary")
        made.line((east_m, 0), (east_m + 100, 0), communication="line")
        made.node(east_m, 10, man_made="mast")
    path = made.write(tmp_path)
    near = (104.9, 20.9, 105.1, 21.1)
    for name in ("facilities", "villages", "roads", "fibre", "sites"):
        whole = osm.read_table(path, name, part=PART).frame
        part = osm.read_table(path, name, part=PART, bounds=near).frame
        assert (len(whole), len(part)) == (3, 2), name
    assert len(osm.read_masts_as_towers(path, bounds=near).frame) == 2


def test_cables_become_fibre_between_nodes(tmp_path: Path) -> None:
    made = Map()
    made.node(5, 5, telecom="exchange", name="Đài Việt Trì", operator="VNPT")
    made.line(
        (0, 0), (1000, 0), telecom="line", location="overhead", telecom__medium="fibre",
        capacity="48", operator="Viettel",
    )  # fmt: skip
    made.line((1000, 0), (2000, 0), man_made="pipeline", utility="telecom", capacity="9")
    made.line((2000, 0), (3000, 0), communication="line")
    made.line((0, 500), (1000, 500), communication="line", telecom__medium="copper")
    made.line((0, 900), (1000, 900), man_made="pipeline", utility="gas")
    read = table(made, "fibre", tmp_path)
    fibre = read.frame
    assert fibre["fibre_id"].tolist() == ["osm-w1", "osm-w2", "osm-w3"]
    assert fibre["medium"].tolist() == ["aerial", "duct", "buried"]
    assert fibre["medium_origin"].tolist() == ["declared", "declared", "assumed"]
    assert fibre["from_node"].tolist() == ["osm-n1", "osm-w1-end", "osm-w2-end"]
    np.testing.assert_array_equal(fibre["capacity"], [48, np.nan, np.nan])
    assert set(fibre["geometry_origin"]) == {"measured"}
    assert "Mapped lines of copper or coaxial cable, left out: 1." in told(read)
    assert "Lines whose tags do not say fibre, taken as fibre: 2." in told(read)
    nodes = table(made, "fibre_nodes", tmp_path)
    assert set(nodes.frame["node_id"]) == set(fibre["from_node"]) | set(fibre["to_node"])
    exchange = nodes.frame.set_index("node_id").loc["osm-n1"]
    assert exchange[["name", "kind", "owner"]].tolist() == ["Đài Việt Trì", "exchange", "VNPT"]
    assert "Fibre nodes on the map: 4, of which 1 are exchanges." in told(nodes)


def test_towns_get_an_assumed_node_where_no_exchange_is_mapped(tmp_path: Path) -> None:
    made = Map()
    made.node(0, 0, place="town", name="Phố")
    made.node(900, 0, man_made="street_cabinet", street_cabinet="telecom")
    read = table(made, "fibre_nodes", tmp_path)
    nodes = dict(zip(read.frame["node_id"], read.frame["geometry_origin"], strict=True))
    assert nodes == {"osm-n2": "measured", "osm-1": "assumed"}
    assert "assumed in each town (1)" in told(read)


def test_map_without_cables_gives_an_empty_table(tmp_path: Path) -> None:
    made = Map()
    made.line((0, 0), (1000, 0), highway="primary")
    read = osm.read_table(made.write(tmp_path), "fibre", part=PART)
    assert len(read.frame) == 0
    assert set(spec("fibre").names) >= set(read.frame.columns)
    assert len(osm.read_table(tmp_path / "tiny.osm", "facilities", part=PART).frame) == 0


def test_each_operator_on_a_mast_is_a_tower(tmp_path: Path) -> None:
    made = Map()
    made.node(
        0, 0, man_made="mast", tower__type="communication", operator="Viettel;VNPT", height="45",
        communication__gsm="yes", communication__lte="yes",
    )  # fmt: skip
    made.node(500, 0, man_made="communications_tower", operator="Công ty Hạ Tầng", owner="VNPT")
    made.node(900, 0, man_made="mast")
    made.node(950, 0, man_made="tower", power="tower")
    path = made.write(tmp_path)
    read = osm.read_masts_as_towers(path)
    assert check(read.frame, spec("towers"), file="x").faults == ()
    towers = read.frame.set_index("tower_id")
    assert towers["operator"].to_dict() == {
        "osm-1-viettel": "viettel",
        "osm-1-vinaphone": "vinaphone",
        "osm-2": "Công ty Hạ Tầng",
        "osm-3": "unknown",
    }
    assert towers.loc["osm-1-viettel", "technologies"] == "2G|4G"
    assert towers.loc["osm-1-vinaphone", "mast_height_m"] == 45
    assert towers.loc["osm-2", "owner"] == "vinaphone"
    assert towers["operator_origin"].tolist() == ["declared"] * 3 + ["assumed"]
    assert "Mapped masts whose tags name no operator: 1; 'unknown' is assumed." in told(read)
    assert "power=tower: a pylon of a power line" in told(read)
    named = osm.read_masts_as_towers(path, operator="mobifone").frame
    assert named["operator"].tolist()[-1] == "mobifone"


def test_file_that_is_no_extract_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.osm"
    path.write_text("not a map", encoding="utf-8")
    for name in ("facilities", "fibre", "fibre_nodes"):
        with pytest.raises(InputError, match=r"x\.osm: the layer \w+ cannot be read"):
            osm.read_table(path, name, part=PART)
