"""Do real tables come through a spreadsheet unharmed: codes, people and names?"""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import openpyxl
import pytest

from infraplan.errors import Fault
from infraplan.sources import marked_copy
from infraplan.sources.tabular import RawTable, read_tabular

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.real

CENSUS = "data/census-2019-624.csv"


def read(path: Path, **columns: str) -> RawTable:
    return read_tabular(
        path,
        file=path.name,
        columns=columns,
        values={},
        x="lon",
        y="lat",
        crs=None,
        located=False,
        table="census",
    )


@pytest.fixture
def workbook(shared: Path, tmp_path: Path) -> Path:
    """Return the census as an office would send it: figures typed as numbers, under a title."""
    with (shared / CENSUS).open(encoding="utf-8", newline="") as stream:
        head, *rows = csv.reader(stream)
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in (["Dân số 2019"], [], head):
        sheet.append(row)
    for row in rows:
        sheet.append([float(v) if v.replace(".", "", 1).isdigit() else v for v in row])
    book.save(tmp_path / "census.xlsx")
    return tmp_path / "census.xlsx"


def test_two_censuses_in_one_table_are_told_apart_by_the_planner(shared: Path) -> None:
    (fault,) = read(shared / CENSUS).faults
    assert "pop_2019, pop_2009" in fault.problem


def test_census_is_the_same_from_a_workbook_as_from_its_csv(shared: Path, workbook: Path) -> None:
    columns = {"people": "pop_2019", "code": "gso_code_2019"}
    one, other = read(shared / CENSUS, **columns), read(workbook, **columns)
    assert not one.faults
    assert not other.faults
    assert one.frame["code"].tolist() == other.frame["code"].tolist()
    assert one.frame["name"].tolist() == other.frame["name"].tolist()
    people = other.frame["people"].astype(float)
    assert people.sum() == one.frame["people"].astype(float).sum()
    assert other.frame.index[0] + other.first_row == 4
    assert any("leading zeros" in note.en for note in other.notes)


def test_fault_of_a_real_row_is_marked_in_its_cell(workbook: Path, tmp_path: Path) -> None:
    fault = Fault("census.xlsx", "the value is 'x'", "give a number", 104, "pop_2019")
    path = marked_copy.write(workbook, [fault], tmp_path / "m.xlsx", table="census")
    sheet = openpyxl.load_workbook(path).worksheets[0]
    assert sheet["G104"].comment is not None
    assert sheet.max_row == openpyxl.load_workbook(workbook).worksheets[0].max_row
