"""Do indicators and targets of a study come in and back, and are all their faults told at once?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import openpyxl
import pandas as pd
import pytest

from infraplan.errors import InputError
from infraplan.sources import templates
from infraplan.sources.reform import read_merges
from infraplan.study import Study, load, save
from infraplan.study.districts import district_codes, districts_of, province_of

if TYPE_CHECKING:
    from pathlib import Path

PARTS = '\n[indicators]\npath = "chi-tieu.csv"\n[targets]\npath = "muc-tieu.csv"\n'
GOOD = """level,code,indicator,value_share,reached,of,year,origin,source,title_vi,title_en
commune,00001,households_fibre,,130,260,2025,measured,kiểm đếm,,
province,,kiosks,0.4,,,2025,,,Ki-ốt,Kiosks
"""
BAD = """level,code,indicator,value_share,reached,of,year,origin,source,title_vi,title_en
commune,99999,households_fibre,0.5,,,2025,,,,
commune,00001,kiosks,0.5,,,2025,,,,Kiosks
commune,00001,bts_stations,0.5,,,2025,,,,
commune,00002,households_fibre,,,,2025,,,,
commune,00002,villages_fibre,,3,,2025,,,,
commune,00002,ntm_8_1,,5,4,2025,,,,
commune,00002,ntm_8_2,0.9,1,2,2025,,,,
old_district,,ntm_8_2,0.9,,,2025,,,,
commune,00003,ntm_8_3,1,,,2025,,,,
commune,00003,ntm_8_3,0,,,2025,,,,
"""


def _write(file: Path, observations: str, targets: str = "indicator,target_share\n") -> None:
    (file.parent / "chi-tieu.csv").write_text(observations, encoding="utf-8")
    (file.parent / "muc-tieu.csv").write_text(targets, encoding="utf-8")
    file.write_text(file.read_text(encoding="utf-8") + PARTS, encoding="utf-8")


def _faults(file: Path) -> set[tuple[str, int | None, str | None]]:
    with pytest.raises(InputError) as caught:
        Study.build(file)
    assert all(fault.remedy for fault in caught.value.faults)
    return {(fault.file, fault.row, fault.column) for fault in caught.value.faults}


def test_tables_come_into_a_study_and_back(tiny_file: Path, tmp_path: Path) -> None:
    _write(tiny_file, GOOD, "indicator,target_share,target_year\nkiosks,0.9,2030\n")
    study = Study.build(tiny_file)
    assert study.observations["code"].tolist() == ["00001", None]
    assert study.observations["reached"].iloc[0] == 130
    assert study.targets[["indicator", "target_share"]].to_numpy().tolist() == [["kiosks", 0.9]]
    back = load(save(study, tmp_path / "study"))
    pd.testing.assert_frame_equal(back.observations, study.observations)
    pd.testing.assert_frame_equal(back.targets, study.targets)


def test_every_fault_of_both_tables_is_told_at_once(tiny_file: Path) -> None:
    _write(tiny_file, BAD, "indicator,target_share\nnobody,0.5\npeople_4g,0.9\n")
    told = {(row, column) for file, row, column in _faults(tiny_file) if file == "chi-tieu.csv"}
    assert told == {
        (2, "code"), (3, "title_vi"), (4, "indicator"), (5, "value_share"), (6, "of"),
        (7, "reached"), (8, "value_share"), (9, "code"), (11, "year"),
    }  # fmt: skip


def test_value_of_another_province_is_told(tiny_file: Path) -> None:
    communes = tiny_file.with_name("communes.geojson")
    collection = json.loads(communes.read_text(encoding="utf-8"))
    for feature in collection["features"]:
        feature["properties"]["parent_code"] = "25"
    communes.write_text(json.dumps(collection), encoding="utf-8")
    rows = "province,25,ntm_8_1,1,,,2025,,,,\nprovince,01,ntm_8_2,1,,,2025,,,,\n"
    _write(tiny_file, GOOD + rows, "indicator,target_share\npeople_4g,0.9\n")
    assert _faults(tiny_file) == {("chi-tieu.csv", 5, "code")}


def test_target_of_an_indicator_that_is_none_is_told(tiny_file: Path) -> None:
    _write(tiny_file, GOOD, "indicator,target_share\nnobody,0.5\npeople_4g,0.9\n")
    assert _faults(tiny_file) == {("muc-tieu.csv", 2, "indicator")}


def test_shares_in_percent_are_told(tiny_file: Path) -> None:
    _write(tiny_file, GOOD.replace(",0.4,", ",40,"), "indicator,target_share\npeople_4g,99\n")
    expected = {("chi-tieu.csv", 3, "value_share"), ("muc-tieu.csv", 2, "target_share")}
    assert expected <= _faults(tiny_file)


def test_part_without_a_path_is_told(tiny_file: Path) -> None:
    text = tiny_file.read_text(encoding="utf-8") + '\n[indicators]\norigin = "x"\n'
    tiny_file.write_text(text, encoding="utf-8")
    assert ("study.toml", None, "indicators.path") in _faults(tiny_file)


def test_filled_template_is_read(tiny_file: Path) -> None:
    path = templates.write("indicators", tiny_file.parent / "chi-tieu.xlsx")
    book = openpyxl.load_workbook(path)
    book.worksheets[0]["B2"] = "00002"
    book.save(path)
    text = tiny_file.read_text(encoding="utf-8") + '\n[indicators]\npath = "chi-tieu.xlsx"\n'
    tiny_file.write_text(text, encoding="utf-8")
    told = Study.build(tiny_file).observations
    assert told["code"].tolist() == ["00002", None]
    assert told[["reached", "of"]].iloc[0].tolist() == [3200, 4000]


def test_old_districts_are_known_by_code_and_by_name() -> None:
    table = districts_of(pd.Series(["07900", "04792", "99999"]))
    assert table["code"].tolist() == ["04792", "07900"]
    assert table["district_code"].tolist() == ["17-hoa-binh", "25-viet-tri"]
    names = district_codes(table)
    assert names["thanh-pho-viet-tri"] == names["viet-tri"] == "25-viet-tri"


def test_province_has_its_name_when_all_of_its_communes_are_there() -> None:
    codes = districts_of(_all_codes())["code"]
    assert len(codes) == 148
    assert province_of(codes) == "Tỉnh Phú Thọ"
    assert province_of(codes.iloc[1:]) == ""
    assert districts_of(codes)["district_code"].nunique() == 32
    assert (~districts_of(codes)["whole"].astype(bool)).sum() == 3


def _all_codes() -> pd.Series:
    return read_merges()["new_code"].drop_duplicates()
