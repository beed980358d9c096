"""Are templates the same bytes each time, and do they read back without a fault?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import openpyxl
import pytest

from infraplan.errors import OutputError, ParameterError
from infraplan.sources import templates
from infraplan.sources.inventory import read_inventory
from infraplan.sources.tabular import read_tabular
from infraplan.tables import check, spec

if TYPE_CHECKING:
    from pathlib import Path

UNBOUNDED = ("communes", "census")
"""Tables whose template leaves the boundaries out."""
PLAIN = (*UNBOUNDED, "prices", "growth", "observations", "targets")
READ_AS = {"indicators": "observations"}
"""Tables of the study file that are read by another name."""


def test_every_table_of_the_field_has_a_template() -> None:
    known = {"towers", "communes", "census", "villages", "facilities"}
    assert set(templates.tables()) == known | {
        "prices",
        "structures",
        "growth",
        "indicators",
        "targets",
    }


@pytest.mark.parametrize("table", templates.tables())
@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
def test_template_reads_back_without_a_fault(tmp_path: Path, table: str, suffix: str) -> None:
    path = templates.write(table, tmp_path / f"t{suffix}")
    table = READ_AS.get(table, table)
    raw = read_tabular(
        path,
        file=path.name,
        columns={},
        values={},
        x="lon",
        y="lat",
        crs=None,
        located=table not in PLAIN,
        table=table,
    )
    assert not raw.faults
    assert not raw.notes
    own = spec("communes" if table in UNBOUNDED else table)
    assert set(raw.frame.columns) <= set(own.names)
    checked = check(raw.frame, own, file=path.name, first_row=raw.first_row)
    boundaries = {"geometry", "geometry_origin"} if table in UNBOUNDED else set()
    assert {f.column for f in checked.faults} == boundaries
    assert len(checked.frame) == 2


@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
def test_template_is_the_same_bytes_each_time(tmp_path: Path, suffix: str) -> None:
    first, second = (templates.write("towers", tmp_path / f"{n}{suffix}") for n in "ab")
    assert first.read_bytes() == second.read_bytes()
    assert sorted(p.name for p in tmp_path.iterdir()) == [f"a{suffix}", f"b{suffix}"]


def test_allowed_values_are_lists_to_choose_from(tmp_path: Path) -> None:
    path = templates.write("towers", tmp_path / "t.xlsx")
    sheet = openpyxl.load_workbook(path).worksheets[0]
    lists = {str(v.formula1) for v in sheet.data_validations.dataValidation if v.type == "list"}
    assert '"A1a,A1b,A2a,A2b,A2c"' in lists
    assert any("Viettel" in text for text in lists)


def test_guide_explains_every_column(tmp_path: Path) -> None:
    path = templates.write("villages", tmp_path / "t.xlsx")
    table, guide = openpyxl.load_workbook(path).worksheets
    headers = [cell.value for cell in table[1]]
    assert [guide.cell(row, 1).value for row in range(5, 5 + len(headers))] == headers


def test_csv_opens_with_its_diacritics(tmp_path: Path) -> None:
    path = templates.write("census", tmp_path / "t.csv")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")


def test_unknown_table_or_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="towers"):
        templates.write("masts", tmp_path / "t.xlsx")
    with pytest.raises(ParameterError, match="xlsx"):
        templates.write("towers", tmp_path / "t.ods")


def test_template_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "t.xlsx").mkdir()
    with pytest.raises(OutputError, match="Remedy"):
        templates.write("towers", tmp_path / "t.xlsx")
    assert [p.name for p in tmp_path.iterdir()] == ["t.xlsx"]


def test_template_of_towers_is_an_inventory_without_a_fault(tmp_path: Path) -> None:
    path = templates.write("towers", tmp_path / "t.xlsx")
    found = read_inventory(path, file="t.xlsx", near=(104.8, 20.5, 105.8, 21.8))
    assert not found.faults
    assert found.towers["tower_id"].tolist() == ["VIDU-01", "VIDU-02"]
