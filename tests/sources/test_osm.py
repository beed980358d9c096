"""Is an OpenStreetMap extract read for what it says, and refused where it is cut short?"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from infraplan.errors import InputError
from infraplan.sources import osm
from infraplan.sources.osm.whole import faults_of_pbf
from infraplan.study_file import OsmPart
from infraplan.tables import check, spec

if TYPE_CHECKING:
    from pathlib import Path

PART = OsmPart(path="tiny.osm", country="Lala")
BORDER = {
    "boundary": "administrative",
    "admin_level": "2",
    "left:country": "Lala",
    "right:country": "Popo",
}


@dataclass
class Extract:
    """Objects of a small extract, written as XML."""

    nodes: list[tuple[float, float, dict[str, str]]] = field(default_factory=list)
    ways: list[tuple[list[int], dict[str, str]]] = field(default_factory=list)
    relations: list[tuple[list[int], dict[str, str]]] = field(default_factory=list)

    def node(self, lon: float, lat: float, **tags: str) -> int:
        """Add a node and return its id; ``__`` in a key stands for a colon."""
        self.nodes.append((lon, lat, {k.replace("__", ":"): v for k, v in tags.items()}))
        return len(self.nodes)

    def way(self, nodes: list[int], **tags: str) -> int:
        """Add a way and return its id."""
        self.ways.append((nodes, tags))
        return 1000 + len(self.ways)

    def relation(self, ways: list[int], **tags: str) -> None:
        """Add a relation of outer ways."""
        self.relations.append((ways, tags))

    def write(self, folder: Path) -> Path:
        """Write the extract as XML."""
        root = ET.Element("osm", version="0.6")
        for i, (lon, lat, tags) in enumerate(self.nodes, 1):
            _tags(ET.SubElement(root, "node", id=str(i), lon=str(lon), lat=str(lat)), tags)
        for i, (nodes, tags) in enumerate(self.ways, 1001):
            way = ET.SubElement(root, "way", id=str(i))
            for n in nodes:
                ET.SubElement(way, "nd", ref=str(n))
            _tags(way, tags)
        for i, (ways, tags) in enumerate(self.relations, 5001):
            relation = ET.SubElement(root, "relation", id=str(i))
            for w in ways:
                ET.SubElement(relation, "member", type="way", ref=str(w), role="outer")
            _tags(relation, tags)
        path = folder / "tiny.osm"
        ET.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)
        return path


def _tags(element: ET.Element, tags: dict[str, str]) -> None:
    for key, text in tags.items():
        ET.SubElement(element, "tag", k=key, v=text)


def country(*, closed: bool = True, border: dict[str, str] | None = None) -> Extract:
    """Return a square country; its west half is a whole parish, its east half is none."""
    made = Extract()
    south_west, south, south_east = (made.node(1 + 0.05 * i, 42.0) for i in range(3))
    east_low = made.node(1.1, 42.050)
    east_high = made.node(1.1, 42.055)
    north_east, north, north_west = (made.node(1.1 - 0.05 * i, 42.1) for i in range(3))
    tags = BORDER if border is None else border
    west = made.way([north, north_west, south_west, south], **tags)
    made.way([south, south_east, east_low], **tags)
    middle = made.way([south, north], boundary="administrative", admin_level="7")
    made.way([east_high, north_east, north], **tags)
    if closed:
        made.way([east_low, east_high], **tags)
    made.relation(
        [west, middle],
        type="boundary", boundary="administrative", admin_level="7", name="Tây",
    )  # fmt: skip
    return made


def test_whole_communes_come_first_and_the_rest_of_the_country_last(tmp_path: Path) -> None:
    table = osm.read_table(country().write(tmp_path), "communes", part=PART)
    assert table.frame["code"].tolist() == ["5001", "rest"]
    assert table.frame["name"].tolist() == ["Tây", "Rest of the country"]
    assert table.frame["geometry_origin"].tolist() == ["measured", "approximate"]
    assert table.frame.geometry.iloc[1].bounds == pytest.approx((1.05, 42.0, 1.1, 42.1))
    assert table.frame.union_all().area == pytest.approx(0.01)
    assert check(table.frame, spec("communes"), file="x").faults == ()
    assert table.notes[0].en == "Whole communes in the extract: 1 (Tây)."
    assert "no whole commune" in table.notes[1].en
    assert len(table.notes) == 2


def test_small_opening_of_the_border_is_closed_and_told(tmp_path: Path) -> None:
    table = osm.read_table(country(closed=False).write(tmp_path), "communes", part=PART)
    assert table.frame.union_all().area == pytest.approx(0.01)
    assert "opening of 0.6 km" in table.notes[2].en


def test_border_named_after_both_countries_is_found(tmp_path: Path) -> None:
    named = {"boundary": "administrative", "admin_level": "2", "name": "Popo — Lala"}
    table = osm.read_table(country(border=named).write(tmp_path), "communes", part=PART)
    assert len(table.frame) == 2


def test_wide_opening_is_refused(tmp_path: Path) -> None:
    extract = country(closed=False)
    extract.ways = [w for w in extract.ways if w[0][-1] != 6]
    extract.ways[1] = (extract.ways[1][0][:2], extract.ways[1][1])
    with pytest.raises(InputError, match="open over"):
        osm.read_table(extract.write(tmp_path), "communes", part=PART)


def test_unknown_country_and_level_are_refused(tmp_path: Path) -> None:
    path = country().write(tmp_path)
    with pytest.raises(InputError, match="no border way of 'Nowhere'"):
        osm.read_table(path, "communes", part=PART.model_copy(update={"country": "Nowhere"}))
    with pytest.raises(InputError, match="no whole boundary with admin_level=8"):
        osm.read_table(path, "communes", part=PART.model_copy(update={"parish_admin_level": "8"}))


def test_settlements_keep_place_and_get_a_name(tmp_path: Path) -> None:
    extract = country()
    extract.node(1.02, 42.02, place="hamlet")
    extract.node(1.03, 42.03, place="town", name="Phố")
    extract.node(1.04, 42.04, place="locality", name="Đèo")
    villages = osm.read_table(extract.write(tmp_path), "villages", part=PART).frame
    assert villages["place"].tolist() == ["hamlet", "town"]
    assert villages["name"].tolist() == ["(hamlet 9)", "Phố"]
    assert check(villages, spec("villages"), file="x").faults == ()
    nodes = osm.read_table(extract.write(tmp_path), "fibre_nodes", part=PART)
    assert nodes.frame["node_id"].tolist() == ["osm-10"]
    assert nodes.frame["geometry_origin"].tolist() == ["assumed"]
    assert "assumed in each town (1)" in nodes.notes[0].en
    assert check(nodes.frame, spec("fibre_nodes"), file="x").faults == ()


def test_people_of_the_country_come_from_its_tag(tmp_path: Path) -> None:
    extract = country()
    extract.node(1.05, 42.05, place="country", name="Lala", population="83,888")
    path = extract.write(tmp_path)
    assert osm.read_people_total(path, "Lala") == 83888.0
    with pytest.raises(InputError, match="no point place=country with the name 'Popo'"):
        osm.read_people_total(path, "Popo")


def test_people_that_are_no_number_are_refused(tmp_path: Path) -> None:
    extract = country()
    extract.node(1.05, 42.05, place="country", name="Lala", population="many")
    with pytest.raises(InputError, match="the population of 'Lala' is 'many'"):
        osm.read_people_total(extract.write(tmp_path), "Lala")


def test_residential_land_is_read_as_polygons(tmp_path: Path) -> None:
    extract = country()
    ring = [extract.node(*p) for p in ((1.01, 42.01), (1.02, 42.01), (1.02, 42.02))]
    extract.way([*ring, ring[0]], landuse="residential")
    extract.way([*ring, ring[0]], landuse="forest")
    land = osm.read_residential(extract.write(tmp_path))
    assert len(land) == 1
    assert land.union_all().area == pytest.approx(0.00005)


def test_roads_join_at_shared_nodes_and_leave_footpaths_out(tmp_path: Path) -> None:
    extract = country()
    a, b, c, d = (extract.node(1.01 + 0.01 * i, 42.0123456) for i in range(4))
    extract.way([a, b], highway="primary")
    extract.way([b, c], highway="track")
    extract.way([c, d], highway="footway")
    roads = osm.read_table(extract.write(tmp_path), "roads", part=PART).frame
    assert roads["road_class"].tolist() == ["primary", "track"]
    assert roads.geometry.iloc[0].coords[-1] == roads.geometry.iloc[1].coords[0]
    assert check(roads, spec("roads"), file="x").faults == ()


def towers() -> tuple[Extract, dict[int, str]]:
    """Return an extract of towers, and the reason for each one that is no telecom mast."""
    made = country()
    low, lift, high = (made.node(1.06, 42.01 + 0.01 * i) for i in range(3))
    made.nodes[lift - 1][2]["man_made"] = "tower"
    made.way([low, lift, high], aerialway="chair_lift")
    made.node(1.01, 42.01, man_made="mast", height="35 m", operator="Andorra Telecom")
    made.node(1.02, 42.01, man_made="antenna", communication__radio="yes")
    made.node(1.03, 42.01, man_made="tower", tower__type="communication")
    made.node(1.06, 42.025, man_made="tower", communication__mobile_phone="yes")
    viewpoint = made.node(1.04, 42.01, man_made="tower", tourism="viewpoint")
    pylon = made.node(1.05, 42.01, man_made="tower", power="tower")
    lamp = made.node(1.05, 42.02, man_made="mast", tower__type="lighting")
    silent = made.node(1.05, 42.03, man_made="tower")
    made.node(1.05, 42.04, power="tower")
    made.node(1.05, 42.06, man_made="survey_point")
    return made, {
        lift: "man_made=tower on aerialway=chair_lift: a pylon of it",
        viewpoint: "tourism=viewpoint: a tower for visitors",
        pylon: "power=tower: a pylon of a power line",
        lamp: "tower:type=lighting: not for telecommunication",
        silent: "man_made=tower without a tag that speaks of telecommunication",
    }


def test_telecom_masts_are_kept_and_other_towers_rejected_with_a_reason(tmp_path: Path) -> None:
    extract, reasons = towers()
    masts, rejected = osm.read_telecom_masts(extract.write(tmp_path))
    assert dict(zip(rejected["osm_id"].astype(int), rejected["reason"], strict=True)) == reasons
    assert masts["osm_id"].tolist() == ["12", "13", "14", "15"]
    np.testing.assert_array_equal(masts["height_m"], [35, np.nan, np.nan, np.nan])
    assert masts["owner"].dropna().tolist() == ["Andorra Telecom"]


def test_sites_say_which_heights_are_assumed_and_which_towers_were_rejected(tmp_path: Path) -> None:
    extract, reasons = towers()
    table = osm.read_table(extract.write(tmp_path), "sites", part=PART)
    assert table.frame["mast_height_m"].tolist() == [35.0, 30.0, 30.0, 30.0]
    assert table.frame["mast_height_m_origin"].tolist() == ["declared", *["assumed"] * 3]
    assert check(table.frame, spec("sites"), file="x").faults == ()
    assert table.notes[0].en == "4 of 9 mapped towers are telecom masts."
    assert all(any(reason in note.en for note in table.notes) for reason in reasons.values())
    assert "Mapped masts without a height: 3; 30 m is assumed." in [n.en for n in table.notes]


def test_a_table_that_maps_do_not_hold_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no table cells is read from OpenStreetMap"):
        osm.read_table(country().write(tmp_path), "cells", part=PART)


def test_xml_cut_short_and_a_foreign_file_are_refused(tmp_path: Path) -> None:
    path = country().write(tmp_path)
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(InputError, match=r"tiny\.osm: the layer lines cannot be read"):
        osm.read_roads(path)
    foreign = tmp_path / "foreign.osm"
    foreign.write_text("not a map", encoding="utf-8")
    with pytest.raises(InputError, match=r"foreign\.osm: the layer lines cannot be read"):
        osm.read_roads(foreign)


def _field(number: int, content: bytes) -> bytes:
    return bytes([number << 3 | 2, len(content)]) + content


def _block(kind: bytes, group: bytes) -> bytes:
    blob = _field(1, _field(2, group))
    header = _field(1, kind) + bytes([3 << 3, len(blob)])
    return len(header).to_bytes(4, "big") + header + blob


PBF = (
    _block(b"OSMHeader", b"")
    + _block(b"OSMData", _field(2, b"nodes"))
    + _block(b"OSMData", _field(3, b"ways") + _field(4, b"relations"))
)


def test_whole_pbf_has_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "tiny.osm.pbf"
    path.write_bytes(PBF)
    assert faults_of_pbf(path) == ()


def test_pbf_cut_at_any_byte_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "tiny.osm.pbf"
    for size in range(len(PBF)):
        path.write_bytes(PBF[:size])
        assert len(faults_of_pbf(path)) == 1, f"cut at byte {size}"
    with pytest.raises(InputError, match=r"tiny\.osm\.pbf: .*cut short or damaged"):
        osm.read_roads(path)


@pytest.mark.real
def test_real_extract_cut_short_is_refused(tmp_path: Path, shared: Path) -> None:
    whole = shared / "mirror/download.geofabrik.de/europe/andorra-latest.osm.pbf"
    content = whole.read_bytes()
    path = tmp_path / whole.name
    for size in (0, 3, 60_000, 379_193, 513_483, len(content) - 1):  # two of them between blocks
        path.write_bytes(content[:size])
        with pytest.raises(InputError, match="cut short or damaged"):
            osm.read_roads(path)
