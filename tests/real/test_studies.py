"""Do the studies that ship come together from real files, without a host being asked?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from infraplan.settings import studies_folder
from infraplan.sources.shelf import Shelf
from infraplan.study import Study, check, wanted_files

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.real

COARSE_M = 300
"""Cells of these tests; what they check does not depend on them."""


def coarse(name: str, folder: Path) -> Path:
    """Write a study that ships with coarse cells."""
    text = (studies_folder() / f"{name}.toml").read_text(encoding="utf-8")
    text = re.sub(r"\[grid\]\n.*\n", "", text) + f"\n[grid]\ncell_size_m = {COARSE_M}\n"
    path = folder / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def shelf(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """Return the shelf of a closed network: a mirror folder, and a folder of own data."""
    cache = tmp_path_factory.mktemp("cache")
    return Shelf(mirror=shared / "mirror", cache=cache, data=(shared / "data",))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the study files."""
    return tmp_path_factory.mktemp("studies")


@pytest.fixture(scope="module")
def phu_tho(shelf: Shelf, folder: Path) -> Study:
    """Build the province of today once."""
    return Study.build(coarse("phu-tho", folder), shelf=shelf)


@pytest.fixture(scope="module")
def old_phu_tho(shelf: Shelf, folder: Path) -> Study:
    """Build the province of before July 2025 once."""
    return Study.build(coarse("phu-tho-2024", folder), shelf=shelf)


@pytest.mark.parametrize(("name", "files"), [("phu-tho", 148), ("andorra", 2), ("phu-tho-2024", 0)])
def test_everything_that_a_study_wants_lies_in_the_mirror(
    shelf: Shelf, folder: Path, name: str, files: int
) -> None:
    wants = wanted_files(coarse(name, folder), shelf=shelf)
    assert len(wants) == files
    assert all(shelf.find(want.address) is not None for want in wants)


def test_new_province_has_148_valid_communes_of_its_published_area(phu_tho: Study) -> None:
    communes = phu_tho.communes
    assert len(communes) == 148
    assert communes.is_valid.all()
    assert communes["code"].is_unique
    assert communes["full_name"].str.match(r"^(Xã|Phường) ").all()
    area_km2 = communes["area_m2"].sum() / 1e6
    assert area_km2 == pytest.approx(9_346, abs=1)
    assert area_km2 == pytest.approx(9_361, rel=0.005)
    assert area_km2 == pytest.approx(communes["official_area_km2"].sum(), rel=0.005)
    assert set(communes["geometry_origin"]) == {"measured"}


def test_people_of_the_new_province_come_from_the_embedded_data_and_say_so(
    phu_tho: Study,
) -> None:
    communes = phu_tho.communes
    assert communes["people"].notna().all()
    assert set(communes["people_origin"]) == {"simulated"}
    assert phu_tho.people.values.sum() == pytest.approx(communes["people"].sum(), rel=1e-9)


def test_each_file_of_a_commune_is_a_source_with_its_licence(phu_tho: Study) -> None:
    public = [s for s in phu_tho.provenance.sources if s.file.startswith("https://")]
    assert len(public) == 148
    assert {s.date for s in public} == {"2025"}
    assert all("MIT" in s.licence for s in public)


def test_overlaps_gaps_and_dropped_rows_are_told(phu_tho: Study) -> None:
    notes = " ".join(note.en for note in phu_tho.provenance.notes)
    assert "148 communes, 9,346.1 km²" in notes
    assert "Overlaps between communes: 5 pairs, 1.63 ha" in notes
    assert "Gaps that belong to no commune: 3" in notes
    assert "rows lie outside the boundaries and were dropped" in notes


def test_old_province_has_225_communes_with_the_people_of_the_census(old_phu_tho: Study) -> None:
    communes = old_phu_tho.communes
    assert len(communes) == 225
    assert communes.is_valid.all()
    assert communes["area_m2"].sum() / 1e6 == pytest.approx(3_533.5, abs=0.5)
    assert communes["people"].sum() == 1_463_726
    assert communes["households"].sum() == 402_618
    assert set(communes["people_origin"]) == {"declared"}
    assert old_phu_tho.people.values.sum() == pytest.approx(1_463_726, rel=1e-9)


def test_only_what_lies_in_the_old_province_is_left(old_phu_tho: Study) -> None:
    villages, cells = old_phu_tho.villages, old_phu_tho.cells
    assert set(villages["commune_code"]) <= set(old_phu_tho.communes["code"])
    assert villages["people"].sum() < 1_463_726
    assert set(cells["site_id"]) <= set(old_phu_tho.sites["site_id"])


def test_andorra_has_facilities_from_the_map_in_its_communes(shelf: Shelf, folder: Path) -> None:
    report = check(coarse("andorra", folder), shelf=shelf)
    assert report.faults == ()
    study = Study.build(folder / "andorra.toml", shelf=shelf)
    assert len(study.communes) == 7
    facilities = study.facilities
    assert facilities["kind"].value_counts().to_dict() == {
        "clinic": 7,
        "school": 1,
        "office": 1,
        "post": 1,
    }
    assert set(facilities["commune_code"]) <= set(study.communes["code"])
    assert study.people.values.sum() == pytest.approx(83_888, rel=1e-6)


def test_province_whose_communes_do_not_ship_is_told_so(shelf: Shelf, folder: Path) -> None:
    path = coarse("phu-tho", folder)
    text = path.read_text(encoding="utf-8").replace('province = "25"', 'province = "26"')
    other = folder / "other.toml"
    other.write_text(text, encoding="utf-8")
    (fault,) = check(other, shelf=shelf).faults
    assert fault.column == "study.province"
    assert "'26'" in fault.problem


def test_towers_of_the_map_become_masts_with_cells(shelf: Shelf, folder: Path) -> None:
    text = coarse("andorra", folder).read_text(encoding="utf-8")
    text = re.sub(r"\[(sites|simulated_masts)\]\n(?:[^\[\n].*\n)*", "", text)
    towers = '\n[[towers]]\nsource = "osm"\noperator = "andorra-telecom"\n'
    path = folder / "andorra-towers.toml"
    path.write_text(text + towers, encoding="utf-8")
    study = Study.build(path, shelf=shelf)
    assert len(study.sites) == 2
    assert set(study.cells["operator"]) == {"andorra-telecom"}
    assert set(study.cells["technology_origin"]) == {"assumed"}
    assert set(study.sites["mast_height_m_origin"]) == {"assumed"}
