"""What facilities, fibre and towers does the real extract of Andorra hold?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from shapely.geometry import box

from infraplan.settings import studies_folder
from infraplan.sources import osm
from infraplan.sources.shelf import Shelf
from infraplan.study.gather import gather
from infraplan.study_file import OsmPart
from infraplan.tables import check, spec

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.real

PART = OsmPart(path="x", country="Andorra")


@pytest.fixture(scope="module")
def extract(shared: Path) -> Path:
    return shared / "mirror/download.geofabrik.de/europe/andorra-latest.osm.pbf"


def test_facilities_are_one_school_seven_clinics_an_office_and_a_post_office(
    extract: Path,
) -> None:
    read = osm.read_table(extract, "facilities", part=PART)
    assert check(read.frame, spec("facilities"), file="x").faults == ()
    assert read.frame["kind"].value_counts().to_dict() == {
        "clinic": 7,
        "school": 1,
        "office": 1,
        "post": 1,
    }


def test_no_cable_is_mapped_and_seven_towns_get_an_assumed_node(extract: Path) -> None:
    assert len(osm.read_table(extract, "fibre", part=PART).frame) == 0
    nodes = osm.read_table(extract, "fibre_nodes", part=PART)
    assert set(nodes.frame["geometry_origin"]) == {"assumed"}
    assert len(nodes.frame) == 7


def test_two_masts_are_towers_of_an_operator_nobody_names(extract: Path) -> None:
    read = osm.read_masts_as_towers(extract)
    assert check(read.frame, spec("towers"), file="x").faults == ()
    assert read.frame["tower_id"].tolist() == ["osm-2021871842", "osm-2021871844"]
    assert set(read.frame["operator"]) == {"unknown"}


def test_bounds_of_the_capital_hold_a_part_of_everything(extract: Path) -> None:
    bounds = (1.5, 42.5, 1.55, 42.52)
    for name in ("facilities", "roads", "villages"):
        whole = osm.read_table(extract, name, part=PART).frame
        part = osm.read_table(extract, name, part=PART, bounds=bounds).frame
        assert 0 < len(part) < len(whole)
        assert part.geometry.intersects(box(*bounds)).all()


def test_a_map_without_cables_is_told_and_is_no_fault(shared: Path, tmp_path: Path) -> None:
    text = (studies_folder() / "andorra.toml").read_text(encoding="utf-8")
    (tmp_path / "a.toml").write_text(text + '[fibre]\nsource = "osm"\n', encoding="utf-8")
    found = gather(tmp_path / "a.toml", shelf=Shelf(mirror=shared / "mirror", cache=tmp_path))
    assert found.faults == []
    assert "fibre" not in found.tables
    assert any(note.en.startswith("fibre: the extract") for note in found.notes)
