"""Do prices, works, structures, power, areas and growth come into a study and back?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import openpyxl
import pandas as pd
import pytest
from geopandas.testing import assert_geodataframe_equal

from infraplan.errors import InputError
from infraplan.results import Prices
from infraplan.study import Study, load, save

if TYPE_CHECKING:
    from pathlib import Path

TABLES = ("power", "protected", "structures", "water", "works")


def add(file: Path, text: str) -> None:
    """Add parts to a study file."""
    file.write_text(file.read_text(encoding="utf-8") + "\n" + text, encoding="utf-8")


def faults_of(file: Path) -> list[str]:
    """Return what building a study complains of."""
    with pytest.raises(InputError) as caught:
        Study.build(file)
    return [f"{f.file} {f.row} {f.column}: {f.problem}. {f.remedy}" for f in caught.value.faults]


def geojson(path: Path, shape: str, coordinates: list, **properties: object) -> None:
    """Write one feature."""
    feature = {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": shape, "coordinates": coordinates},
    }
    text = json.dumps({"type": "FeatureCollection", "features": [feature]}, ensure_ascii=False)
    path.write_text(text, encoding="utf-8")


@pytest.fixture
def full_file(tiny_file: Path) -> Path:
    """Return a study file that names every table of planning."""
    folder = tiny_file.parent
    line = [[105.01, 21.01], [105.05, 21.02]]
    ring = [[105.02, 21.02], [105.03, 21.02], [105.03, 21.03], [105.02, 21.02]]
    geojson(folder / "power.geojson", "LineString", line, **{"Điện áp (kV)": 22})
    geojson(folder / "protected.geojson", "Polygon", [ring], **{"Tên khu": "Rừng", "Loại": "rừng"})
    lake = {"Tên hồ": "Đầm Ao Châu", "Loại": "hồ"}
    geojson(folder / "water.geojson", "Polygon", [ring], **lake)
    works = {"Tên công trình": "ĐT 313", "Loại": "Nâng cấp đường", "Năm khởi công": 2027}
    geojson(folder / "works.geojson", "LineString", line, **works)
    (folder / "cao.csv").write_text(
        "Mã công trình;Loại;Chiều cao (m);Còn chỗ;Kinh độ;Vĩ độ\n"
        "T1;Tháp nước;25,5;có;105,02;21,03\nT2;ống khói;;không;105,03;21,04\n",
        encoding="utf-8",
    )
    (folder / "tang.csv").write_text(
        "item,year,value\n"
        "traffic_gb_month,2026,2\nsmartphone_share,2027,0.9\nsmartphone_share,2026,0.8\n",
        encoding="utf-8",
    )
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["Mã mục", "Đơn vị", "Giá thấp", "Giá dự kiến", "Giá cao", "Nguồn", "Năm"])
    sheet.append(["fibre_aerial", "m", 50_000, 60_000, 90_000, "hợp đồng 12", 2026])
    sheet.append(["mast_metre", None, None, "12.000.000", None, None, 2025])
    book.save(folder / "gia.xlsx")
    add(
        tiny_file,
        '[power]\npath = "power.geojson"\n[protected]\npath = "protected.geojson"\n'
        '[water]\npath = "water.geojson"\n'
        '[works]\npath = "works.geojson"\n[structures]\npath = "cao.csv"\n'
        '[growth]\npath = "tang.csv"\n[costs]\npath = "gia.xlsx"\norigin = "Sở TTTT"\n'
        "[demand]\nsingle_operator = 0.3\n",
    )
    return tiny_file


def test_every_table_is_read_with_vietnamese_headers_and_words(full_file: Path) -> None:
    study = Study.build(full_file)
    assert study.power["voltage_kv"].tolist() == [22.0]
    assert study.protected[["name", "kind"]].to_numpy().tolist() == [["Rừng", "rừng"]]
    assert study.water[["name", "kind"]].to_numpy().tolist() == [["Đầm Ao Châu", "hồ"]]
    assert study.works[["kind", "year"]].to_numpy().tolist() == [["road", 2027.0]]
    assert study.structures["kind"].tolist() == ["water_tower", "chimney"]
    assert study.structures["has_room"].tolist() == ["yes", "no"]
    assert study.structures["height_m"].iloc[0] == 25.5
    for name in TABLES:
        table = getattr(study, name)
        assert table.crs == study.crs
        assert (table["geometry_origin"] == "declared").all()
    assert study.growth["item"].tolist() == [
        "smartphone_share",
        "smartphone_share",
        "traffic_gb_month",
    ]
    assert study.growth["value"].tolist() == [0.8, 0.9, 2.0]
    assert study.file.demand.single_operator == 0.3
    read = {source.table for source in study.provenance.sources}
    assert read >= {*TABLES, "growth", "costs"}


def test_prices_of_a_sheet_replace_those_of_the_catalogue(full_file: Path) -> None:
    study, old = Study.build(full_file), Prices.catalogue()
    bounds = ["low_vnd", "likely_vnd", "high_vnd"]
    table = study.prices.table
    assert table.loc["fibre_aerial", bounds].tolist() == [50e3, 60e3, 90e3]
    assert table.loc["mast_metre", bounds].tolist() == [12e6] * 3
    assert table.loc["fibre_aerial", ["source", "year", "origin"]].tolist() == [
        "hợp đồng 12", 2026, "declared",
    ]  # fmt: skip
    assert table.loc["mast_metre", ["source", "year", "confidence"]].tolist() == [
        "Sở TTTT", 2025, "none",
    ]  # fmt: skip
    kept = ["unit", "kind", "life_years", "meaning"]
    pd.testing.assert_frame_equal(table[kept], old.table[kept])
    others = table.index.difference(["fibre_aerial", "mast_metre"])
    pd.testing.assert_frame_equal(table.loc[others], old.table.loc[others])
    assert any("2 prices of the catalogue" in note.en for note in study.provenance.notes)


def test_all_of_it_comes_back_from_a_study_folder(full_file: Path, tmp_path: Path) -> None:
    study = Study.build(full_file)
    back = load(save(study, tmp_path / "s"))
    for name in TABLES:
        assert_geodataframe_equal(getattr(back, name), getattr(study, name))
    pd.testing.assert_frame_equal(back.growth, study.growth)
    pd.testing.assert_frame_equal(back.prices.table, study.prices.table)
    assert back.prices.vnd("fibre_aerial") == 60e3


def test_a_study_without_them_has_the_catalogues_prices_and_no_rows(
    tiny_study: Study, tmp_path: Path
) -> None:
    back = load(save(tiny_study, tmp_path / "s"))
    for study in (tiny_study, back):
        pd.testing.assert_frame_equal(study.prices.table, Prices.catalogue().table)
        assert all(getattr(study, name).empty for name in (*TABLES, "growth"))
        assert all(getattr(study, name).crs == study.crs for name in TABLES)


def test_every_wrong_price_is_told_at_once_with_row_and_column(tiny_file: Path) -> None:
    (tiny_file.parent / "gia.csv").write_text(
        "item,unit,low_vnd,likely_vnd,high_vnd,year\n"
        "fibre_aerial,km,1,2,3,2026\n"
        "gold,m,1,2,3,2026\n"
        "mast_metre,m,5,4,3,2026\n"
        "power_line,m,9,,3,2026\n"
        "splitter,piece,1,2,3,\n"
        "olt_port,piece,1,-2,3,2026\n",
        encoding="utf-8",
    )
    add(tiny_file, '[costs]\npath = "gia.csv"')
    told = faults_of(tiny_file)
    assert any("gia.csv 2 unit" in t and "'km'" in t for t in told)
    assert any("gia.csv 3 item" in t and "'gold'" in t and "fibre_aerial" in t for t in told)
    assert sum("gia.csv 4 " in t and "is above" in t for t in told) == 2
    assert any("gia.csv 5 likely_vnd" in t for t in told)
    assert any("gia.csv 6 year" in t for t in told)
    assert any("gia.csv 7 likely_vnd" in t and "-2" in t for t in told)


def test_an_item_priced_twice_is_a_fault(tiny_file: Path) -> None:
    text = "item,likely_vnd,year\nfibre_aerial,1,2026\nfibre_aerial,2,2026\n"
    (tiny_file.parent / "gia.csv").write_text(text, encoding="utf-8")
    add(tiny_file, '[costs]\npath = "gia.csv"')
    assert any("stands already in row 2" in told for told in faults_of(tiny_file))


def test_growth_has_one_value_for_a_year(tiny_file: Path) -> None:
    text = "item,year,value\nsmartphone_share,2026,0.8\nsmartphone_share,2026,0.9\n"
    (tiny_file.parent / "tang.csv").write_text(text, encoding="utf-8")
    add(tiny_file, '[growth]\npath = "tang.csv"')
    assert faults_of(tiny_file) == [
        "tang.csv 3 year: 'smartphone_share' has a value for 2026 already. keep one of the rows"
    ]


def test_a_number_of_a_map_file_is_shown_as_a_number(tiny_file: Path) -> None:
    line = [[105.01, 21.01], [105.05, 21.02]]
    geojson(tiny_file.parent / "power.geojson", "LineString", line, line_id="W", voltage_kv=-3)
    add(tiny_file, '[power]\npath = "power.geojson"')
    (fault,) = faults_of(tiny_file)
    assert "the value is -3. give a number in kV" in fault


def test_a_percentage_is_no_share(tiny_file: Path) -> None:
    text = "item,year,value\ntraffic_gb_month,2026,40\nsmartphone_share,2026,87.5\n"
    (tiny_file.parent / "tang.csv").write_text(text, encoding="utf-8")
    add(tiny_file, '[growth]\npath = "tang.csv"')
    (fault,) = faults_of(tiny_file)
    assert fault.startswith("tang.csv 3 value: smartphone_share is 87.5")
    assert "0.875" in fault


def test_words_that_nobody_knows_are_faults(tiny_file: Path) -> None:
    geojson(tiny_file.parent / "w.geojson", "LineString", [[105.01, 21.01], [105.02, 21.02]],
            kind="canal", year=2027)  # fmt: skip
    add(tiny_file, '[works]\npath = "w.geojson"')
    assert any("'canal'" in told and "road, power" in told for told in faults_of(tiny_file))


@pytest.mark.parametrize("part", ["growth", "costs"])
def test_a_part_without_a_path_is_told(tiny_file: Path, part: str) -> None:
    add(tiny_file, f'[{part}]\norigin = "x"')
    assert any(f"{part}.path" in told for told in faults_of(tiny_file))


@pytest.mark.parametrize("part", ["works", "growth", "costs"])
def test_what_no_map_holds_is_refused_from_one(tiny_file: Path, part: str) -> None:
    add(tiny_file, f'[osm]\npath = "a.osm.pbf"\n[{part}]\nsource = "osm"')
    assert any(f"maps hold no {part}" in told for told in faults_of(tiny_file))
