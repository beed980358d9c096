"""Does checking a study tell everything at once, and never break off?"""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import openpyxl
import pytest

from infraplan.errors import InputError
from infraplan.study import Study, check

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_sound_study_has_no_fault_and_tells_what_a_build_would(
    tiny_file: Path, tiny_study: Study
) -> None:
    report = check(tiny_file)
    assert report.faults == ()
    assert report.notes == tiny_study.provenance.notes


def test_faults_are_those_of_a_build_and_their_files_are_known(
    tiny_file: Path, edit_csv: Callable[..., None]
) -> None:
    folder = tiny_file.parent
    edit_csv(folder / "sites.csv", 0, mast_height_m="cao", lon="")
    edit_csv(folder / "villages.csv", 2, people="-3")
    (folder / "fibre_nodes.csv").unlink()
    (folder / "elevation.tif").unlink()
    report = check(tiny_file)
    with pytest.raises(InputError) as caught:
        Study.build(tiny_file)
    assert report.faults == caught.value.faults
    assert {f.file for f in report.faults} == {"sites.csv", "villages.csv", "study.toml"}
    assert report.files["sites.csv"] == folder / "sites.csv"
    assert report.files["villages.csv"] == folder / "villages.csv"
    assert report.files["study.toml"] == tiny_file


def test_study_file_that_is_wrong_or_missing_is_reported(tiny_file: Path) -> None:
    tiny_file.write_text("[study\n", encoding="utf-8")
    (fault,) = check(tiny_file).faults
    assert "TOML" in fault.problem
    (fault,) = check(tiny_file.with_name("none.toml")).faults
    assert "none.toml" in fault.problem
    assert "infraplan new" in fault.remedy


def test_notes_are_told_although_there_are_faults(
    tiny_file: Path, edit_csv: Callable[..., None]
) -> None:
    edit_csv(tiny_file.parent / "villages.csv", 2, people="-3")
    report = check(tiny_file)
    assert len(report.faults) == 1
    assert any("simulated" in note.en for note in report.notes)


def test_terrain_is_checked_although_a_table_is_wrong(
    tiny_file: Path, edit_csv: Callable[..., None]
) -> None:
    edit_csv(tiny_file.parent / "villages.csv", 2, people="-3")
    (tiny_file.parent / "elevation.tif").write_bytes(b"no terrain")
    assert {f.file for f in check(tiny_file).faults} == {"villages.csv", "elevation.tif"}


def test_missing_file_is_told_with_where_it_comes_from_and_where_to_put_it(tiny_file: Path) -> None:
    text = tiny_file.read_text(encoding="utf-8")
    said = 'path = "communes.geojson"\norigin = "the office of maps"'
    tiny_file.write_text(text.replace('path = "communes.geojson"', said), encoding="utf-8")
    (tiny_file.parent / "communes.geojson").unlink()
    (fault,) = check(tiny_file).faults
    assert "communes.geojson" in fault.problem
    assert "the office of maps" in fault.remedy
    for place in ("beside the study file", "INFRAPLAN_DATA", "--data"):
        assert place in fault.remedy


def test_cell_with_a_formula_error_is_told_once_and_other_faults_with_it(tiny_file: Path) -> None:
    folder = tiny_file.parent
    rows = list(csv.reader((folder / "villages.csv").read_text(encoding="utf-8").splitlines()))
    place = {name: rows[0].index(name) for name in ("name", "lon", "lat", "people")}
    rows[1][place["name"]] = "#REF!"
    rows[2][place["lon"]] = "#N/A"
    rows[3][place["people"]] = "-3"
    rows[4][place["lat"]] = "north"
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    book.save(folder / "villages.xlsx")
    text = tiny_file.read_text(encoding="utf-8")
    tiny_file.write_text(text.replace("villages.csv", "villages.xlsx"), encoding="utf-8")
    told = [(f.row, f.column) for f in check(tiny_file).faults]
    assert sorted(told) == [(2, "name"), (3, "lon"), (4, "people"), (5, "lat")]


def test_a_wrong_shape_is_told_although_another_cell_is_wrong(
    tiny_file: Path, edit_csv: Callable[..., None]
) -> None:
    """What reading says of one row hides nothing of another."""
    edit_csv(tiny_file.parent / "villages.csv", 0, lon="east")
    edit_csv(tiny_file.parent / "villages.csv", 2, people="-3", village_id="")
    told = {(f.row, f.column) for f in check(tiny_file).faults}
    assert told == {(2, "lon"), (4, "people"), (4, "village_id")}
