"""Is a table read whatever program wrote it, and is every doubt named with row and column?"""

from __future__ import annotations

import gzip
import zipfile
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely.geometry import Point

from infraplan.sources.tabular import RawTable, read_tabular
from infraplan.tables import check, spec

if TYPE_CHECKING:
    from pathlib import Path

TEXT = "Mã thôn,Tên thôn,Kinh độ,Vĩ độ,Dân số\nT1,Khu 1,105.2,21.3,420\nT2,Khu 2,105.3,21.4,1200\n"
ORIGINS = {"geometry_origin": "measured", "people_origin": "declared"}


def read(path: Path, **options: Any) -> RawTable:
    given_: dict[str, Any] = {
        "file": path.name,
        "columns": {},
        "values": ORIGINS,
        "x": "lon",
        "y": "lat",
        "crs": None,
        "located": True,
        "table": "villages",
    }
    return read_tabular(path, **(given_ | options))


def sheet(path: Path, rows: list[list[Any]]) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    book.save(path)
    return path


def assert_is_the_table(raw: RawTable) -> None:
    assert not raw.faults
    checked = check(raw.frame, spec("villages"), file="f", first_row=raw.first_row)
    assert not checked.faults
    assert checked.frame["village_id"].tolist() == ["T1", "T2"]
    assert checked.frame["name"].tolist() == ["Khu 1", "Khu 2"]
    assert checked.frame["people"].tolist() == [420, 1200]
    assert checked.frame.geometry.x.round(6).tolist() == [105.2, 105.3]
    assert checked.frame.geometry.y.round(6).tolist() == [21.3, 21.4]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_csv_of_any_separator_and_unicode_is_read(
    tmp_path: Path, separator: str, encoding: str
) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(TEXT.replace(",", separator).encode(encoding))
    assert_is_the_table(read(path))


def test_csv_in_windows_1258_is_read_with_a_note(tmp_path: Path) -> None:
    text = (
        TEXT.replace("Mã thôn", "Ma\u0303 thôn").replace("ĩ", "i\u0303").replace("Độ", "Ðô\u0323")
    )
    text = text.replace("độ", "đô\u0323").replace("Dân số", "Dân sô\u0301")
    path = tmp_path / "t.csv"
    path.write_bytes(text.encode("cp1258"))
    raw = read(path)
    assert_is_the_table(raw)
    assert any("cp1258" in note.en for note in raw.notes)


def test_packed_csv_is_read(tmp_path: Path) -> None:
    path = tmp_path / "t.csv.gz"
    path.write_bytes(gzip.compress(TEXT.encode()))
    assert_is_the_table(read(path))


def test_packed_csv_that_is_cut_short_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "t.csv.gz"
    path.write_bytes(gzip.compress((TEXT * 100).encode())[:60])
    (fault,) = read(path).faults
    assert "cannot be read" in fault.problem


def test_separator_that_excel_names_in_the_first_line_is_used(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("sep=;\n" + TEXT.replace(",", ";"), encoding="utf-8")
    assert_is_the_table(read(path))


def test_decimal_commas_and_thousands_are_read(tmp_path: Path) -> None:
    text = TEXT.replace(",", ";").replace("105.", "105,").replace("21.", "21,")
    path = tmp_path / "t.csv"
    path.write_text(text.replace("1200", "1.200"), encoding="utf-8")
    assert_is_the_table(read(path))


def test_degrees_minutes_and_seconds_are_read(tmp_path: Path) -> None:
    text = "Mã thôn,Tên thôn,Tọa độ\nT1,Khu 1,21°18'00\"B 105°12'00\"Đ\n"
    path = tmp_path / "t.csv"
    path.write_text(text.replace('"B', '""B').replace('"Đ', '""Đ"').replace("21°", '"21°'), "utf-8")
    raw = read(path)
    assert not raw.faults
    assert raw.frame.geometry.iloc[0].equals_exact(Point(105.2, 21.3), 1e-9)


def test_metric_coordinates_in_either_order_are_read(tmp_path: Path) -> None:
    rows = [["Mã thôn", "Tên thôn", "X (m)", "Y (m)"], ["T1", "Khu 1", 2358517.85, 567233.75]]
    raw = read(sheet(tmp_path / "t.xlsx", rows), crs="EPSG:9208")
    assert not raw.faults
    assert raw.frame.crs == "EPSG:4326"
    assert raw.frame.geometry.iloc[0].equals_exact(Point(105.4, 21.32), 1e-6)


def test_degrees_under_a_metric_crs_are_named_as_such(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(TEXT, encoding="utf-8")
    (fault,) = read(path, crs="EPSG:9208").faults
    assert "the coordinates are degrees" in fault.problem


def test_table_without_coordinates_names_the_missing_columns(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(TEXT.replace("Kinh độ", "a").replace("Vĩ độ", "b"), encoding="utf-8")
    faults = read(path, crs="auto").faults
    assert [f.column for f in faults] == ["lon", "lat"]


def test_row_longer_or_shorter_than_the_header_is_a_fault_with_its_row(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(TEXT + "\nT3,Khu 3,105.1,21.2\nT4,Khu 4,105,2,21,3,40\n", encoding="utf-8")
    faults = read(path).faults
    assert [(f.row, f.problem) for f in faults[:2]] == [
        (5, "the row has 4 fields, but the header has 5"),
        (6, "the row has 7 fields, but the header has 5"),
    ]


def test_blank_fields_beyond_the_header_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(TEXT.replace("\nT2", ",,\nT2"), encoding="utf-8")
    assert_is_the_table(read(path))


def test_line_break_in_a_field_counts_as_one_row(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(TEXT.replace("Khu 1", '"Khu\n1"') + "T3,Khu 3,x,21.2,\n", encoding="utf-8")
    raw = read(path)
    assert [f.row for f in raw.faults] == [4]
    assert raw.frame["name"].iloc[0] == "Khu 1"


def test_workbook_is_read_like_a_csv(tmp_path: Path) -> None:
    rows = [line.split(",") for line in TEXT.splitlines()]
    assert_is_the_table(read(sheet(tmp_path / "t.xlsx", [["Danh sách"], [], *rows])))


def test_codes_that_lost_their_zero_get_it_back_with_a_note(tmp_path: Path) -> None:
    rows = [["Mã xã", "Tên xã", "Dân số"], [7900, "Việt Trì", 60283], ["07894", "Nông Trang", 1]]
    raw = read(sheet(tmp_path / "t.xlsx", rows), table="census", located=False, values={})
    assert raw.frame["code"].tolist() == ["07900", "07894"]
    assert any("7900 to 07900" in note.en for note in raw.notes)


def test_short_codes_of_other_countries_are_left_alone(tmp_path: Path) -> None:
    rows = [["code", "name"], [2, "Canillo"], [7, "Andorra la Vella"]]
    raw = read(sheet(tmp_path / "t.xlsx", rows), table="communes", located=False, values={})
    assert raw.frame["code"].tolist() == ["2", "7"]
    assert not raw.notes


def test_date_in_a_number_column_says_that_it_is_one(tmp_path: Path) -> None:
    rows = [["Mã thôn", "Tên thôn", "lon", "lat", "Dân số"]]
    rows.append(["T1", "Khu 1", 105.2, 21.3, pd.Timestamp("2024-05-10").to_pydatetime()])
    raw = read(sheet(tmp_path / "t.xlsx", rows))
    checked = check(raw.frame, spec("villages"), file="f", first_row=raw.first_row)
    assert checked.faults[0].problem == "the value is '2024-05-10 (a date)'"


def test_number_that_means_two_things_is_a_fault(tmp_path: Path) -> None:
    rows = [["Mã xã", "Tên xã", "Diện tích (km2)"], ["07900", "Việt Trì", "1.234"]]
    path = sheet(tmp_path / "t.xlsx", rows)
    raw = read(path, table="communes", located=False, values={})
    checked = check(raw.frame, spec("communes"), file="f", first_row=raw.first_row)
    told = [f.problem for f in checked.faults if f.column == "official_area_km2"]
    assert told == ["the value is '1.234 (with thousands or decimals?)'"]


def test_two_columns_that_mean_the_same_are_a_fault_until_the_study_says_which(
    tmp_path: Path,
) -> None:
    path = tmp_path / "t.csv"
    path.write_text(TEXT.replace("Dân số", "Village name"), encoding="utf-8")
    (fault,) = read(path).faults
    assert "Tên thôn, Village name" in fault.problem
    assert not read(path, columns={"name": "Tên thôn"}).faults


def test_columns_of_the_study_file_go_before_the_aliases(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(TEXT.replace("Dân số", "Cột 5"), encoding="utf-8")
    assert_is_the_table(read(path, columns={"people": "Cột 5"}))


def test_shapefile_in_an_archive_is_read(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame(
        {"village_id": ["T1"], "name": ["Khu 1"]}, geometry=[Point(105.2, 21.3)], crs="EPSG:4326"
    )
    (tmp_path / "shp").mkdir()
    frame.to_file(tmp_path / "shp" / "v.shp", encoding="utf-8")
    path = tmp_path / "t.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for part in sorted((tmp_path / "shp").iterdir()):
            archive.write(part, f"thon/{part.name}")
    raw = read(path)
    assert not raw.faults
    assert raw.frame["name"].tolist() == ["Khu 1"]


def test_archive_of_two_tables_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "t.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", TEXT)
        archive.writestr("b.csv", TEXT)
    (fault,) = read(path).faults
    assert "a.csv, b.csv" in fault.problem


def test_geopackage_of_several_layers_asks_which(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame(
        {"village_id": ["T1"], "name": ["Khu 1"]}, geometry=[Point(105.2, 21.3)], crs="EPSG:4326"
    )
    path = tmp_path / "t.gpkg"
    frame.to_file(path, layer="cu")
    frame.assign(name=["Khu 2"]).to_file(path, layer="moi")
    (fault,) = read(path).faults
    assert "cu, moi" in fault.problem
    assert read(path, sheet="moi").frame["name"].tolist() == ["Khu 2"]


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    names=st.lists(
        st.text(
            st.characters(categories=["L", "N", "P", "Zs"], exclude_characters="ÐðĐ"), min_size=1
        ).map(lambda t: f"k{t}k"),
        min_size=1,
        max_size=5,
    )
)
def test_same_names_come_from_csv_and_workbook(tmp_path: Path, names: list[str]) -> None:
    rows = [["Mã thôn", "Tên thôn"], *([f"T{i}", name] for i, name in enumerate(names))]
    book = sheet(tmp_path / "t.xlsx", rows)
    text = tmp_path / "t.csv"
    pd.DataFrame(rows[1:], columns=rows[0]).to_csv(text, index=False)
    one, other = (read(p, located=False).frame["name"].tolist() for p in (book, text))
    assert one == other


@pytest.mark.parametrize("field", ["Dân số", "Tên thôn"])
def test_open_quotation_mark_loses_no_row_unsaid(tmp_path: Path, field: str) -> None:
    path = tmp_path / "a.csv"
    place = ["420", "Khu 1"][field != "Dân số"]
    path.write_text(TEXT.replace(place, f'"{place}', 1), encoding="utf-8")
    (fault,) = read(path).faults
    assert fault.row == 2
    assert "quotation mark" in fault.problem


def test_stray_zero_byte_does_not_make_a_text_another_encoding(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(TEXT.replace("T1", "T1\0", 1).encode())
    assert_is_the_table(read(path))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04" + bytes(range(256)) * 40, "a workbook or an archive"),
        (b" \n<!DOCTYPE html><html>404</html>", "a web page"),
        (b"\x89PNG\r\n" + b"\0\0\0\x01abcdefgh" * 40, "no text"),
    ],
)
def test_other_things_under_the_name_of_a_csv_are_named(
    tmp_path: Path, content: bytes, said: str
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    (fault,) = read(path).faults
    assert said in fault.problem


def test_what_a_mac_adds_to_an_archive_is_no_table(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", TEXT)
        archive.writestr("__MACOSX/._a.csv", b"\0\x05\x16\x07")
    assert_is_the_table(read(path))


def test_cells_that_reading_told_of_are_known_by_the_names_of_the_dictionary(
    tmp_path: Path,
) -> None:
    head = ["Mã thôn", "Tên thôn", "Kinh độ", "Vĩ độ", "Dân số"]
    rows = [["T1", "#REF!", 105.2, 21.3, "#N/A"], ["T2", "Khu 2", "#DIV/0!", 21.4, 1200]]
    raw = read(sheet(tmp_path / "a.xlsx", [head, *rows]))
    assert raw.unread == {(2, "name"), (2, "people"), (3, "Kinh độ"), (3, "geometry")}
    assert [(f.row, f.column) for f in raw.faults] == [
        (2, "Tên thôn"),
        (3, "Kinh độ"),
        (2, "Dân số"),
    ]
