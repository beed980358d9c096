"""Are power lines, protected areas, water and structures read from an extract, and others not?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely

from infraplan.sources import osm
from infraplan.study_file import OsmPart
from infraplan.tables import check, spec

if TYPE_CHECKING:
    from pathlib import Path

    from infraplan.sources.osm import OsmTable

PART = OsmPart(path="tiny.osm")
STEP_DEG = 0.001


def tags(said: dict[str, str]) -> str:
    """Return tags as XML."""
    return "".join(f'<tag k="{key}" v="{value}"/>' for key, value in said.items())


def extract(folder: Path, *, nodes: list[dict], lines: list[dict], areas: list[dict]) -> Path:
    """Write tagged nodes, open ways of two nodes and squares, each with its tags."""
    points, ways, number = [], [], 0

    def node(x: float, y: float, said: dict[str, str]) -> int:
        nonlocal number
        number += 1
        at = f'lon="{105 + x * STEP_DEG:.6f}" lat="{21 + y * STEP_DEG:.6f}"'
        points.append(f'<node id="{number}" {at}>{tags(said)}</node>')
        return number

    for x, said in enumerate(nodes):
        node(x, 0, said)
    for way, said in enumerate([*lines, *areas], 1):
        corners = [(0, 0), (1, 0), (1, 1), (0, 1)][: 2 if way <= len(lines) else 4]
        refs = [node(2 * way + x, 5 + y, {}) for x, y in corners]
        refs += refs[:1] if way > len(lines) else []
        members = "".join(f'<nd ref="{ref}"/>' for ref in refs)
        ways.append(f'<way id="{way}">{members}{tags(said)}</way>')
    path = folder / "tiny.osm"
    body = "".join([*points, *ways])
    path.write_text(f'<?xml version="1.0"?><osm version="0.6">{body}</osm>', encoding="utf-8")
    return path


def table(path: Path, name: str) -> OsmTable:
    """Read a table and see that it passes its check."""
    read = osm.read_table(path, name, part=PART)
    assert check(read.frame, spec(name), file="x").faults == ()
    return read


def test_power_lines_have_the_highest_voltage_of_their_tag(tmp_path: Path) -> None:
    lines = [
        {"power": "line", "voltage": "110000;22000"},
        {"power": "minor_line"},
        {"power": "cable", "voltage": "medium"},
        {"highway": "primary", "note": "power line"},
        {"aerialway": "gondola"},
    ]
    read = table(extract(tmp_path, nodes=[], lines=lines, areas=[]), "power").frame
    assert read["line_id"].tolist() == ["osm-w1", "osm-w2", "osm-w3"]
    assert np.array_equal(read["voltage_kv"], [110.0, np.nan, np.nan], equal_nan=True)
    assert read["voltage_kv_origin"].isna().tolist() == [False, True, True]


def test_protected_areas_are_those_of_either_tag(tmp_path: Path) -> None:
    areas = [
        {"leisure": "nature_reserve", "name": "A"},
        {"boundary": "protected_area", "protection_title": "Vườn quốc gia"},
        {"boundary": "national_park"},
        {"landuse": "forest", "note": "nature_reserve"},
    ]
    read = table(extract(tmp_path, nodes=[], lines=[], areas=areas), "protected").frame
    assert read["area_id"].tolist() == ["osm-w1", "osm-w2", "osm-w3"]
    assert read["kind"].tolist() == ["nature_reserve", "Vườn quốc gia", "national_park"]
    assert read["name"].fillna("").tolist() == ["A", "", ""]


def test_water_is_read_as_areas_with_their_kind_where_the_map_says_it(tmp_path: Path) -> None:
    areas = [
        {"natural": "water", "water": "lake", "name": "Ao Châu"},
        {"natural": "water"},
        {"landuse": "reservoir"},
        {"waterway": "riverbank", "name": "Sông Lô"},
        {"natural": "wood", "note": "water"},
        {"landuse": "reservoir", "water": "pond"},
    ]
    lines = [{"waterway": "river", "name": "Sông Thao"}, {"waterway": "riverbank"}]
    read = table(extract(tmp_path, nodes=[], lines=lines, areas=areas), "water")
    found = read.frame.set_index("water_id")
    assert found["kind"].fillna("").to_dict() == {
        "osm-w3": "lake",
        "osm-w4": "",
        "osm-w5": "reservoir",
        "osm-w6": "river",
        "osm-w8": "pond",
    }
    assert found["name"].fillna("").tolist() == ["Ao Châu", "", "", "Sông Lô", ""]
    assert set(found.geom_type) == {"Polygon"}
    assert read.notes == ()


def test_an_outline_of_water_that_crosses_itself_is_mended(tmp_path: Path) -> None:
    path = extract(tmp_path, nodes=[], lines=[], areas=[{"waterway": "riverbank"}])
    text = path.read_text(encoding="utf-8")
    crossed = text.replace('<nd ref="2"/><nd ref="3"/>', '<nd ref="3"/><nd ref="2"/>')
    assert crossed != text
    path.write_text(crossed, encoding="utf-8")
    frame = table(path, "water").frame
    assert frame.is_valid.tolist() == [True]
    assert (shapely.area(frame.geometry.to_numpy()) > 0).all()


def test_tall_structures_are_neither_telecom_masts_nor_pylons(tmp_path: Path) -> None:
    nodes = [
        {"man_made": "water_tower", "height": "25 m", "operator": "Nước sạch"},
        {"man_made": "mast", "tower:type": "communication", "height": "40"},
        {"man_made": "tower", "power": "tower"},
        {"man_made": "tower"},
        {"man_made": "tower", "tower:type": "observation", "height": "30"},
        {"man_made": "surveillance"},
    ]
    areas = [{"man_made": "chimney"}, {"man_made": "silo", "building": "yes", "height": "18"}]
    read = table(extract(tmp_path, nodes=nodes, lines=[], areas=areas), "structures")
    found = read.frame.set_index("structure_id")
    assert found["kind"].to_dict() == {
        "osm-n1": "water_tower",
        "osm-n5": "tower",
        "osm-w1": "chimney",
        "osm-w2": "silo",
    }
    assert found.loc["osm-n1", ["height_m", "owner"]].tolist() == [25.0, "Nước sạch"]
    assert np.isnan(found.loc["osm-w1", "height_m"])
    assert [note.en for note in read.notes] == [
        "The map holds 1 tall structure without a height; no antenna is hung there"
    ]


@pytest.mark.parametrize("name", ["power", "protected", "structures", "water"])
def test_a_map_without_them_gives_an_empty_table(tmp_path: Path, name: str) -> None:
    path = extract(tmp_path, nodes=[{"amenity": "school"}], lines=[], areas=[{"landuse": "grass"}])
    read = osm.read_table(path, name, part=PART)
    assert read.frame.empty
    assert read.notes == ()
