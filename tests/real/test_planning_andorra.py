"""What does the real extract of Andorra hold of power, protected areas, structures and water?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infraplan.geo import metric_crs
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


def test_power_lines_and_protected_areas_are_right_and_of_plausible_size(extract: Path) -> None:
    power = osm.read_table(extract, "power", part=PART).frame
    assert check(power, spec("power"), file="x").faults == ()
    assert len(power) == 11
    assert 10_000 < power.to_crs(metric_crs(power)).length.sum() < 200_000
    protected = osm.read_table(extract, "protected", part=PART).frame
    assert check(protected, spec("protected"), file="x").faults == ()
    assert len(protected) == 2
    assert protected.to_crs(metric_crs(protected)).area.sum() < 468e6  # the country's area


def test_water_is_lakes_reservoirs_and_banks_of_rivers(extract: Path) -> None:
    water = osm.read_table(extract, "water", part=PART).frame
    assert check(water, spec("water"), file="x").faults == ()
    assert len(water) == 98
    assert water["kind"].value_counts().to_dict() == {"river": 9, "reservoir": 7}
    assert "Estany Primer de Juclar" in set(water["name"])
    assert 1e6 < water.to_crs(metric_crs(water)).area.sum() < 4e6


def test_no_structure_is_a_telecom_mast(extract: Path) -> None:
    masts, _ = osm.read_telecom_masts(extract)
    structures = osm.read_table(extract, "structures", part=PART).frame
    ids = {f"osm-n{number}" for number in masts["osm_id"]}
    assert ids.isdisjoint(structures["structure_id"])


def test_the_study_takes_them_and_may_hold_none(shared: Path, tmp_path: Path) -> None:
    path = studies_folder() / "andorra.toml"
    shelf = Shelf(cache=tmp_path, mirror=shared / "mirror", data=())
    found = gather(path, shelf=shelf)
    assert found.faults == []
    assert len(found.tables["power"]) == 11
    assert len(found.tables["protected"]) == 2
    assert 60 < len(found.tables["water"]) <= 98
    assert "structures" not in found.tables
    assert any("tall structures" in note.en for note in found.notes)
