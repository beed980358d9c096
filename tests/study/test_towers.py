"""Do lists of towers of several kinds become one set of masts with tenants and cells?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infraplan.errors import Fault, InputError
from infraplan.sources.shelf import Shelf
from infraplan.study import Study, check

if TYPE_CHECKING:
    from pathlib import Path

VIETTEL = """Mã trạm,Tên trạm,Kinh độ,Vĩ độ,Công nghệ,Độ cao cột
T1,Khu 1,"105,012000","21,014000",3G/4G,42
T2,Khu 2,"105,030000","21,082000",4G,36
"""
VNPT = """ma_tram,kinh_do,vi_do,cong_nghe,chieu_cao_cot
T1,105.012100,21.014050,4G,45
T9,105.088000,21.030000,4G,30
"""
LISTS = """
[[towers]]
path = "viettel.csv"
operator = "viettel"
[[towers]]
path = "vnpt.csv"
operator = "vinaphone"
outside = "drop"
"""


@pytest.fixture
def listed(tiny_file: Path) -> Path:
    """Return a tiny study whose masts come from two operators' lists."""
    text = tiny_file.read_text(encoding="utf-8")
    for part in ("sites", "cells"):
        text = text.replace(f'[{part}]\npath = "{part}.csv"\n', "")
    tiny_file.write_text(text + LISTS, encoding="utf-8")
    (tiny_file.parent / "viettel.csv").write_text(VIETTEL, encoding="utf-8")
    (tiny_file.parent / "vnpt.csv").write_text(VNPT, encoding="utf-8")
    return tiny_file


def test_towers_of_two_operators_at_one_place_become_a_shared_mast(listed: Path) -> None:
    study = Study.build(listed)
    assert len(study.sites) == 3
    shared = study.sites[study.sites["tenants"].str.contains("|", regex=False)]
    assert shared["tenants"].tolist() == ["vinaphone|viettel"] or shared["tenants"].tolist() == [
        "viettel|vinaphone"
    ]
    assert shared["mast_height_m"].tolist() == [45]
    assert len(study.merges) == 2
    assert set(study.merges["operator"]) == {"viettel", "vinaphone"}
    assert set(study.merges["source_file"]) == {"viettel.csv", "vnpt.csv"}
    assert set(study.cells["operator"]) == {"viettel", "vinaphone"}
    on = study.cells[study.cells["site_id"].isin(shared["site_id"])]
    assert set(zip(on["operator"], on["technology"], strict=True)) == {
        ("viettel", "3G"),
        ("viettel", "4G"),
        ("vinaphone", "4G"),
    }
    assert study.sites.crs == study.cells.crs == study.crs


def test_lists_are_sources_and_what_is_assumed_says_so(listed: Path) -> None:
    study = Study.build(listed)
    files = [s.file for s in study.provenance.sources if s.table == "towers"]
    assert files == ["viettel.csv", "vnpt.csv"]
    assert set(study.cells["eirp_dbm_origin"]) == {"assumed"}
    assert set(study.sites["geometry_origin"]) == {"declared"}


def test_merging_follows_the_study_file(listed: Path) -> None:
    listed.write_text(listed.read_text("utf-8") + "\n[masts]\nmerge_within_m = 1\n", "utf-8")
    study = Study.build(listed)
    assert len(study.sites) == 4
    assert study.merges.empty


def test_tower_outside_is_refused_with_its_row_or_dropped_as_its_list_says(listed: Path) -> None:
    for name in ("viettel.csv", "vnpt.csv"):
        path = listed.parent / name
        text = path.read_text("utf-8").replace("105,030000", "105,630000")
        path.write_text(text.replace("105.088000", "105.888000"), encoding="utf-8")
    report = check(listed)
    (fault,) = report.faults
    assert (fault.file, fault.row) == ("viettel.csv", 3)
    assert any("1 of 2 rows" in note.en for note in report.notes)


def test_faults_of_every_list_are_told_with_rows_of_the_file(listed: Path) -> None:
    for name, wrong in (("viettel.csv", ",cao"), ("vnpt.csv", ",thấp")):
        path = listed.parent / name
        lines = path.read_text("utf-8").splitlines()
        lines[1] = lines[1].rpartition(",")[0] + wrong
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        Study.build(listed)
    assert {(f.file, f.row) for f in caught.value.faults} == {("viettel.csv", 2), ("vnpt.csv", 2)}


def test_cells_of_opencellid_are_read_for_the_study_area(listed: Path, tmp_path: Path) -> None:
    rows = [
        f"LTE,452,{net},1,{256 * site + sector},0,{lon},{lat},900,{20 + sector},1,1,2,0"
        for net, site, lon, lat in ((4, 11, 105.02, 21.05), (2, 12, 105.07, 21.06), (4, 13, 9, 9))
        for sector in range(3)
    ]
    (listed.parent / "452.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    more = '\n[[towers]]\nsource = "opencellid"\npath = "452.csv"\nmcc = 452\n'
    listed.write_text(listed.read_text("utf-8") + more, encoding="utf-8")
    study = Study.build(listed, shelf=Shelf(mirror=None, cache=tmp_path))
    assert len(study.sites) == 5
    assert "estimated" in set(study.sites["geometry_origin"])
    licences = {s.file: s.licence for s in study.provenance.sources}
    assert licences["452.csv"] == "CC BY-SA 4.0"


def test_same_identifier_in_two_lists_does_no_harm(listed: Path) -> None:
    merges = Study.build(listed).merges
    assert merges["tower_id"].is_unique
    assert sorted(merges["tower_id"]) == ["1-T1", "2-T1"]


def test_no_tower_in_the_study_is_a_fault(listed: Path) -> None:
    text = listed.read_text("utf-8").replace(
        'operator = "viettel"', 'operator = "viettel"\noutside = "drop"'
    )
    listed.write_text(text, encoding="utf-8")
    for name in ("viettel.csv", "vnpt.csv"):
        path = listed.parent / name
        path.write_text(path.read_text("utf-8").replace("105", "101"), encoding="utf-8")
    (fault,) = check(listed).faults
    assert fault.column == "towers"


def test_rows_by_technology_and_identifiers_of_two_lists_are_told(listed: Path) -> None:
    path = listed.parent / "viettel.csv"
    path.write_text(
        path.read_text("utf-8") + 'T2,Khu 2,"105,030000","21,082000",3G,36\n', encoding="utf-8"
    )
    study = Study.build(listed)
    cells = study.cells[study.cells["site_id"] == "T2"]
    assert set(cells["technology"]) == {"3G", "4G"}
    assert set(study.merges["tower_id"]) == {"1-T1", "2-T1"}
    told = "\n".join(note.en for note in study.provenance.notes)
    assert "1 row names another technology" in told
    assert "2 towers of different lists have the same identifier" in told


def test_towers_that_cannot_be_assembled_are_faults(
    listed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault = Fault("viettel.csv", "the tower has no position", "give it", row=2, column="geometry")

    def refuse(*_: object, **__: object) -> None:
        raise InputError([fault])

    monkeypatch.setattr("infraplan.study.towers.masts.assemble", refuse)
    assert fault in check(listed).faults
