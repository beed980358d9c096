"""Is the table in a workbook found and read as its author meant it?"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from infraplan.names import match_key
from infraplan.sources.tabular_header import column_letters
from infraplan.sources.workbook import read_sheet

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from infraplan.sources.tabular_grid import Sheet

HEAD = ["Mã trạm", "Kinh độ", "Vĩ độ", "Độ cao cột (m)", "Nhà mạng"]


def book(
    path: Path, sheets: dict[str, Sequence[Sequence[Any]]], hidden: Sequence[str] = ()
) -> Path:
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
        if name in hidden:
            sheet.sheet_state = "hidden"
    made.save(path)
    return path


def read(path: Path, **options: Any) -> Sheet:
    return read_sheet(path, file=path.name, **{"table": "towers", **options})


def test_titles_above_the_header_are_passed_over(tmp_path: Path) -> None:
    rows = [["UBND TỈNH PHÚ THỌ"], [], ["Danh sách trạm"], HEAD, ["A", 105.2, 21.3, 42, "VNPT"]]
    found = read(book(tmp_path / "t.xlsx", {"T": rows}))
    assert list(found.frame.columns) == HEAD
    assert (found.header_row, found.frame.index[0] + found.first_row) == (4, 5)
    assert found.frame.iloc[0].tolist() == ["A", "105.2", "21.3", "42", "VNPT"]


def test_two_rows_of_header_are_one_with_groups(tmp_path: Path) -> None:
    rows = [
        ["STT", "Mã trạm", "Toạ độ", None, "Độ cao", None, "Nhà mạng"],
        [None, None, "X", "Y", "Cột (m)", "Anten (m)", None],
        ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)"],
        [1, "A", 2345678, 512345, 42, 40, "VNPT"],
    ]
    found = read(book(tmp_path / "t.xlsx", {"T": rows}))
    columns = list(found.frame.columns)
    assert columns[1:4] == ["Mã trạm", "X", "Y"]
    assert "Độ cao Cột (m)" in columns
    assert len(found.frame) == 1
    assert found.frame.index[0] + found.first_row == 4


def test_data_of_texts_only_is_not_taken_for_a_header(tmp_path: Path) -> None:
    rows = [["Mã trạm", "Tên trạm", None], ["A", "Việt Trì", "cũ"], ["B", "Tân Sơn", "mới"]]
    found = read(book(tmp_path / "t.xlsx", {"T": rows}))
    assert found.frame["Mã trạm"].tolist() == ["A", "B"]
    assert list(found.frame.columns) == ["Mã trạm", "Tên trạm", "C"]


def test_sheet_whose_header_fits_is_read_and_named(tmp_path: Path) -> None:
    sheets = {
        "Tờ trình": [["Kính gửi"], ["Sở Khoa học và Công nghệ", "x"]],
        "Trạm": [HEAD, ["A", 105.2, 21.3, 42, "VNPT"]],
    }
    found = read(book(tmp_path / "t.xlsx", sheets))
    assert found.name == "Trạm"
    assert len(found.frame) == 1


def test_sheets_that_fit_alike_are_all_named(tmp_path: Path) -> None:
    rows = [HEAD, ["A", 105.2, 21.3, 42, "VNPT"]]
    path = book(tmp_path / "t.xlsx", {"Việt Trì": rows, "Lâm Thao": rows})
    (fault,) = read(path).faults
    assert "'Việt Trì', 'Lâm Thao'" in fault.problem
    assert "`sheet`" in fault.remedy
    assert read(path, sheet="Lâm Thao").name == "Lâm Thao"


def test_sheet_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    path = book(tmp_path / "t.xlsx", {"Trạm": [HEAD]})
    (fault,) = read(path, sheet="Tram").faults
    assert "'Trạm'" in fault.problem


def test_hidden_sheet_is_passed_over_unless_it_is_named(tmp_path: Path) -> None:
    rows = [HEAD, ["A", 105.2, 21.3, 42, "VNPT"]]
    old = [HEAD, ["CU", 105.2, 21.3, 42, "VNPT"]]
    path = book(tmp_path / "t.xlsx", {"Cũ": old, "Mới": rows}, hidden=["Cũ"])
    found = read(path)
    assert found.name == "Mới"
    assert any("'Cũ'" in note.vi for note in found.notes)
    assert read(path, sheet="Cũ").frame["Mã trạm"].tolist() == ["CU"]


def test_formula_whose_value_was_never_saved_is_a_fault(tmp_path: Path) -> None:
    rows = [HEAD, ["A", "=105+0.2", 21.3, 42, "VNPT"]]
    (fault,) = read(book(tmp_path / "t.xlsx", {"T": rows})).faults
    assert (fault.row, fault.column) == (2, "Kinh độ")
    assert "never computed" in fault.problem


@pytest.mark.parametrize("error", ["#REF!", "#N/A", "#DIV/0!"])
def test_error_of_a_formula_is_a_fault(tmp_path: Path, error: str) -> None:
    rows = [HEAD, ["A", 105.2, error, 42, "VNPT"]]
    found = read(book(tmp_path / "t.xlsx", {"T": rows}))
    (fault,) = found.faults
    assert (fault.row, fault.column) == (2, "Vĩ độ")
    assert error in fault.problem
    assert found.frame["Vĩ độ"].tolist() == [None]


def test_values_of_every_type_become_text(tmp_path: Path) -> None:
    row = [4924.0, 105.25, dt.date(2024, 5, 10), True, "\u00a0 Vie\u0323\u0302t Tri\u0300 "]
    found = read(book(tmp_path / "t.xlsx", {"T": [HEAD, row]}))
    assert found.frame.iloc[0].tolist() == ["4924", "105.25", "2024-05-10", "TRUE", "Việt Trì"]
    assert found.frame.dtypes.eq(object).all()


def test_decimal_with_three_places_cannot_be_taken_for_thousands(tmp_path: Path) -> None:
    found = read(book(tmp_path / "t.xlsx", {"T": [HEAD, ["A", 105.123, 21.3, 42, "VNPT"]]}))
    assert float(found.frame["Kinh độ"].iloc[0]) == 105.123
    assert found.frame["Kinh độ"].iloc[0] != "105.123"


def test_sums_and_signatures_are_left_out_with_a_note(tmp_path: Path) -> None:
    rows = [
        HEAD,
        ["A", 105.2, 21.3, 42, "VNPT"],
        ["Tổng cộng", None, None, 42],
        [],
        [None, "Người lập biểu", None, None, "Giám đốc Sở"],
    ]
    found = read(book(tmp_path / "t.xlsx", {"T": rows}))
    assert found.frame["Mã trạm"].tolist() == ["A"]
    assert any("sums in row 3" in note.en for note in found.notes)
    assert any("row 5 below" in note.en for note in found.notes)


def test_short_row_of_data_under_a_blank_one_is_kept(tmp_path: Path) -> None:
    rows = [HEAD, ["A", 105.2, 21.3, 42, "VNPT"], [], ["B", 105.1]]
    found = read(book(tmp_path / "t.xlsx", {"T": rows}))
    assert found.frame["Mã trạm"].tolist() == ["A", "B"]


def test_old_encoding_is_brought_to_unicode(tmp_path: Path) -> None:
    names = ["Phó Thä", "ViÖt Tr×", "L©m Thao", "Thanh Thñy", "§oan Hïng", "Tam N«ng"]
    rows = [HEAD, *([n, 105.2, 21.3, 42, "VNPT"] for n in names)]
    found = read(book(tmp_path / "t.xlsx", {"T": rows}))
    assert found.frame["Mã trạm"].tolist()[:3] == ["Phú Thọ", "Việt Trì", "Lâm Thao"]
    assert any("TCVN3" in note.en for note in found.notes)
    assert match_key(found.frame["Mã trạm"].iloc[4]) == "doanhung"


def test_repeated_names_stay_apart(tmp_path: Path) -> None:
    rows = [["Mã trạm", "Kinh độ", "Ghi chú", "Ghi chú"], ["A", 105.2, "x", "y"]]
    found = read(book(tmp_path / "t.xlsx", {"T": rows}))
    assert list(found.frame.columns) == ["Mã trạm", "Kinh độ", "Ghi chú", "Ghi chú (2)"]


def test_workbook_without_any_value_is_a_fault(tmp_path: Path) -> None:
    (fault,) = read(book(tmp_path / "t.xlsx", {"T": []})).faults
    assert "no sheet" in fault.problem


def test_more_rows_than_can_be_held_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [HEAD, *(["A", 105.2, 21.3, 42, "VNPT"] for _ in range(50))]
    path = book(tmp_path / "t.xlsx", {"T": rows})
    monkeypatch.setattr("infraplan.sources.tabular_grid.sheet_rule", lambda _: 30.0)
    (fault,) = read(path).faults
    assert "more than 30 rows" in fault.problem


@pytest.mark.parametrize(("place", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (16_383, "XFD")])
def test_columns_have_the_letters_of_a_spreadsheet(place: int, letters: str) -> None:
    assert column_letters(place) == letters


def test_failed_formula_in_a_column_that_no_table_needs_is_a_note(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].append(["Mã thôn", "Tên thôn", "% kế hoạch"])
    book.worksheets[0].append(["T1", "#REF!", "#DIV/0!"])
    book.save(tmp_path / "a.xlsx")
    read = read_sheet(tmp_path / "a.xlsx", file="a.xlsx", table="villages")
    assert [(f.row, f.column) for f in read.faults] == [(2, "Tên thôn")]
    (note,) = read.notes
    assert "% kế hoạch (not needed): 1 cell with a failed" in note.en
    assert read.frame["% kế hoạch"].tolist() == [None]
