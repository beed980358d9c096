"""Does a planner find each fault in a copy of the own table, at its cell, with the remedy?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import openpyxl
import pytest
from openpyxl.styles import Font

from infraplan.errors import Fault
from infraplan.sources import marked_copy
from infraplan.sources.workbook import FAULT_SHEET, read_sheet

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

RED = "FFFFC7CE"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Trạm"
    rows = [["Danh sách trạm"], [], ["Mã trạm", "Kinh độ", "Vĩ độ", "Độ cao cột (m)"]]
    for row in [*rows, ["A", 105.2, 21.3, "cao"], ["B", 105.1, 95, 30]]:
        sheet.append(row)
    sheet["A4"].font = Font(bold=True)
    sheet.column_dimensions["A"].width = 33
    sheet["F4"] = "=D5*2"
    book.create_sheet("Khác")["A1"] = "giữ"
    book.save(tmp_path / "t.xlsx")
    return tmp_path / "t.xlsx"


FAULTS = (
    Fault("t.xlsx", "the value is 'cao'", "give a number in m", 4, "mast_height_m"),
    Fault("t.xlsx", "not on the globe", "mend the coordinates", 5, "Vĩ độ"),
    Fault("t.xlsx", "the geometry is empty", "give a point", 4, "geometry"),
    Fault("t.xlsx", "the column is missing", "add it", None, "operator"),
    Fault("t.xlsx", "the file is old", "get a new one"),
)


def marks(sheet: Worksheet) -> dict[str, str]:
    return {
        cell.coordinate: cell.comment.text
        for row in sheet.iter_rows()
        for cell in row
        if cell.comment is not None and cell.fill.start_color.rgb == RED
    }


def test_each_faulty_cell_is_coloured_and_explained(table: Path, tmp_path: Path) -> None:
    path = marked_copy.write(table, FAULTS, tmp_path / "m.xlsx")
    found = marks(openpyxl.load_workbook(path)["Trạm"])
    assert set(found) == {"D4", "C5", "B4", "G3"}
    assert "give a number in m" in found["D4"]
    assert "Cách sửa – Remedy: mend the coordinates" in found["C5"]


def test_missing_column_is_added_beside_the_table(table: Path, tmp_path: Path) -> None:
    path = marked_copy.write(table, FAULTS, tmp_path / "m.xlsx")
    assert openpyxl.load_workbook(path)["Trạm"]["G3"].value == "operator"


def test_copy_keeps_formatting_formulas_and_other_sheets(table: Path, tmp_path: Path) -> None:
    before = table.read_bytes()
    book = openpyxl.load_workbook(marked_copy.write(table, FAULTS, tmp_path / "m.xlsx"))
    sheet = book["Trạm"]
    assert sheet["A4"].font.bold
    assert sheet.column_dimensions["A"].width == 33
    assert sheet["F4"].value == "=D5*2"
    assert book["Khác"]["A1"].value == "giữ"
    assert table.read_bytes() == before


def test_list_holds_every_fault_with_a_link_to_its_cell(table: Path, tmp_path: Path) -> None:
    path = marked_copy.write(table, FAULTS, tmp_path / "m.xlsx")
    listed = openpyxl.load_workbook(path)[FAULT_SHEET]
    rows = list(listed.iter_rows(min_row=2, values_only=True))
    assert {row[2] for row in rows} == {fault.problem for fault in FAULTS}
    links = [listed.cell(i, 1).hyperlink for i in range(2, len(FAULTS) + 2)]
    assert "'Trạm'!D4" in {link.location for link in links if link is not None}


def test_marked_copy_is_the_same_bytes_each_time(table: Path, tmp_path: Path) -> None:
    first, second = (marked_copy.write(table, FAULTS, tmp_path / f"{n}.xlsx") for n in "ab")
    assert first.read_bytes() == second.read_bytes()


def test_copy_that_was_mended_is_read_without_its_list(table: Path, tmp_path: Path) -> None:
    path = marked_copy.write(table, FAULTS, tmp_path / "m.xlsx")
    found = read_sheet(path, file="m.xlsx", table="towers")
    assert found.name == "Trạm"
    again = marked_copy.write(path, FAULTS[:1], tmp_path / "n.xlsx")
    assert openpyxl.load_workbook(again).sheetnames.count(FAULT_SHEET) == 1


def test_csv_becomes_a_workbook_with_its_own_row_numbers(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("Mã trạm;Độ cao cột\nA;30\n\nB;=1+1\n", encoding="utf-8")
    fault = Fault("t.csv", "the value is '=1+1'", "give a number in m", 4, "mast_height_m")
    out = marked_copy.write(path, [fault], tmp_path / "m.csv")
    assert out == tmp_path / "m.xlsx"
    sheet = openpyxl.load_workbook(out).worksheets[0]
    assert set(marks(sheet)) == {"B4"}
    assert (sheet["B4"].value, sheet["B4"].data_type) == ("=1+1", "s")


def test_only_faulty_rows_of_a_large_file_are_copied(
    table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        marked_copy, "sheet_rule", lambda name: 0.0 if name == "marked_most_mb" else 100.0
    )
    path = marked_copy.write(table, FAULTS[1:2], tmp_path / "m.xlsx")
    sheet = openpyxl.load_workbook(path).worksheets[0]
    assert set(marks(sheet)) == {"C3"}
    assert [cell.value for cell in sheet[3]][:3] == ["B", "105.1", "95"]


def test_file_that_cannot_be_read_gives_the_list_alone(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    path.write_bytes(b"no workbook")
    fault = Fault("t.xlsx", "the file is no Excel workbook", "save it anew")
    book = openpyxl.load_workbook(marked_copy.write(path, [fault], tmp_path / "m.xlsx"))
    assert book.sheetnames == [FAULT_SHEET]
    assert book[FAULT_SHEET]["C2"].value == fault.problem


def test_more_faults_than_can_be_shown_are_counted(
    table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(marked_copy, "sheet_rule", lambda _: 2.0)
    path = marked_copy.write(table, FAULTS, tmp_path / "m.xlsx")
    listed = openpyxl.load_workbook(path)[FAULT_SHEET]
    assert "first 2 of 5" in str(listed["C4"].value)


def test_fault_in_merged_cells_marks_the_one_that_shows(table: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(table)
    book["Trạm"].merge_cells("D4:D5")
    book.save(table)
    fault = Fault("t.xlsx", "the value is empty", "give a number in m", 5, "mast_height_m")
    path = marked_copy.write(table, [fault], tmp_path / "m.xlsx")
    assert set(marks(openpyxl.load_workbook(path)["Trạm"])) == {"D4"}


@pytest.mark.parametrize("row", [0, -5, 1_048_577, 10**7])
def test_row_that_no_sheet_has_is_listed_without_a_cell(tmp_path: Path, row: int) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].append(["Mã thôn", "Tên thôn"])
    book.worksheets[0].append(["T1", "Khu 1"])
    book.save(tmp_path / "a.xlsx")
    fault = Fault("a.xlsx", "p", "r", row, "Tên thôn")
    made = marked_copy.write(tmp_path / "a.xlsx", [fault], tmp_path / "out", table="villages")
    listed = openpyxl.load_workbook(made)[FAULT_SHEET]
    assert listed["A2"].value == row
    assert listed["A2"].hyperlink is None
