"""Does a study take land cover, measured antennas and a calibration, and list what is wrong?"""

from __future__ import annotations

import csv
import pickle
from typing import TYPE_CHECKING

import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin

from infraplan.errors import InputError
from infraplan.sources.landcover import class_codes
from infraplan.study import Study

if TYPE_CHECKING:
    from pathlib import Path

    from infraplan.errors import Fault

WEST_M, NORTH_M, PIXEL_M = 497_000.0, 2_335_500.0, 50.0
TURNED = (np.arange(360) + 180) % 360 - 180


def faults_of(path: Path) -> tuple[Fault, ...]:
    with pytest.raises(InputError) as caught:
        Study.build(path)
    return caught.value.faults


def add(study: Path, text: str) -> None:
    study.write_text(study.read_text(encoding="utf-8") + text, encoding="utf-8")


def write_clutter(folder: Path, *, trees: int = 10) -> None:
    codes = np.full((342, 360), 40, dtype=np.uint8)
    codes[:, 180:] = trees
    with rasterio.open(
        folder / "clutter.tif", "w", driver="GTiff", width=360, height=342, count=1, dtype="uint8",
        crs="EPSG:32648", transform=from_origin(WEST_M, NORTH_M, PIXEL_M, PIXEL_M), nodata=0,
    ) as target:  # fmt: skip
        target.write(codes, 1)


def write_antenna(path: Path, *, name: str = "Panel 65", tilt_deg: float = 6.0) -> None:
    lines = [f"NAME {name}", "GAIN 15 dBi", f"TILT ELECTRICAL {tilt_deg:g}", "HORIZONTAL 360"]
    lines += [f"{i} {min(12 * (a / 65) ** 2, 25):.2f}" for i, a in enumerate(TURNED)]
    lines += ["VERTICAL 360"]
    lines += [f"{i} {min(12 * ((a - tilt_deg) / 8) ** 2, 22):.2f}" for i, a in enumerate(TURNED)]
    path.write_text("\n".join(lines), encoding="utf-8")


def set_cells(folder: Path, **columns: list[str]) -> None:
    """Set columns of the first cells; the others stay empty there."""
    path = folder / "cells.csv"
    with path.open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    for name, values in columns.items():
        for row, value in zip(rows, values + [""] * (len(rows) - len(values)), strict=True):
            row[name] = value or row.get(name, "")
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def test_a_study_without_them_has_none(tiny_study: Study) -> None:
    assert tiny_study.clutter is None
    assert tiny_study.calibration is None
    assert not tiny_study.antennas
    assert "antenna" not in tiny_study.cells.columns


def test_land_cover_comes_to_the_grid_with_its_source(tiny_file: Path) -> None:
    write_clutter(tiny_file.parent)
    add(tiny_file, '[clutter]\npaths = ["clutter.tif"]\norigin = "made up"\n')
    study = Study.build(tiny_file)
    assert study.clutter is not None
    assert study.clutter.grid == study.grid
    assert set(np.unique(study.clutter.values)) == {class_codes()["crops"], class_codes()["trees"]}
    (source,) = [s for s in study.provenance.sources if s.table == "clutter"]
    assert (source.file, source.origin) == ("clutter.tif", "made up")
    origins = study.provenance.origins
    assert list(origins.loc[origins["table"] == "clutter", "origin"]) == ["estimated"]
    assert pickle.loads(pickle.dumps(study)).clutter is not None  # noqa: S301 - our own bytes


def test_own_classes_of_land_cover_are_taken(tiny_file: Path) -> None:
    write_clutter(tiny_file.parent, trees=211)
    text = '[clutter]\npaths = ["clutter.tif"]\nclasses = { 211 = "urban", 40 = "open" }\n'
    add(tiny_file, text)
    clutter = Study.build(tiny_file).clutter
    assert clutter is not None
    assert set(np.unique(clutter.values)) == {class_codes()["urban"], class_codes()["open"]}


@pytest.mark.parametrize("classes", ['{ 211 = "jungle" }', "{ }", '"corine"', '{ tree = "trees" }'])
def test_unknown_classes_are_refused_in_the_study_file(tiny_file: Path, classes: str) -> None:
    write_clutter(tiny_file.parent)
    add(tiny_file, f'[clutter]\npaths = ["clutter.tif"]\nclasses = {classes}\n')
    faults = faults_of(tiny_file)
    assert all(f.column is not None and f.column.startswith("clutter.classes") for f in faults)


def test_missing_files_are_named_with_their_part(tiny_file: Path) -> None:
    add(
        tiny_file,
        '[clutter]\npaths = ["no.tif"]\n[antennas]\npaths = ["no.msi"]\n'
        '[calibration]\npath = "no.csv"\n',
    )
    columns = [f.column for f in faults_of(tiny_file)]
    assert sorted(map(str, columns)) == ["antennas.paths", "calibration.path", "clutter.paths"]


def test_unknown_codes_of_land_cover_are_faults_of_the_study(tiny_file: Path) -> None:
    write_clutter(tiny_file.parent, trees=211)
    add(tiny_file, '[clutter]\npaths = ["clutter.tif"]\n')
    (fault,) = faults_of(tiny_file)
    assert (fault.file, "211" in fault.problem) == ("clutter.tif", True)


def test_cells_find_their_antenna_by_file_or_by_name(tiny_file: Path) -> None:
    write_antenna(tiny_file.parent / "panel_T06.msi")
    names = ["panel_T06", "PANEL_t06.msi", "panel  65", "sector_3gpp"]
    set_cells(tiny_file.parent, antenna=names)
    add(tiny_file, '[antennas]\npaths = ["panel_T06.msi"]\n')
    study = Study.build(tiny_file)
    assert list(study.antennas) == ["panel_T06"]
    assert list(study.cells["antenna"][:4]) == ["panel_T06"] * 3 + ["sector_3gpp"]
    assert study.cells["antenna"][4:].isna().all()
    assert "antennas" in {s.table for s in study.provenance.sources}


def test_unknown_antennas_are_listed_with_their_rows(tiny_file: Path) -> None:
    set_cells(tiny_file.parent, antenna=["", "panel", "other"])
    faults = faults_of(tiny_file)
    assert [(f.file, f.row, f.column) for f in faults] == [
        ("cells.csv", 3, "antenna"),
        ("cells.csv", 4, "antenna"),
    ]
    assert "sector_3gpp" in faults[0].remedy


def test_a_broken_antenna_file_is_the_only_fault(tiny_file: Path) -> None:
    (tiny_file.parent / "panel.msi").write_text("NAME x\n", encoding="utf-8")
    set_cells(tiny_file.parent, antenna=["panel"])
    add(tiny_file, '[antennas]\npaths = ["panel.msi"]\n')
    assert {f.file for f in faults_of(tiny_file)} == {"panel.msi"}


def test_two_antennas_of_one_name_are_refused(tiny_file: Path) -> None:
    for name in ("a/panel.msi", "b/panel.msi"):
        path = tiny_file.parent / name
        path.parent.mkdir()
        write_antenna(path)
    add(tiny_file, '[antennas]\npaths = ["a/panel.msi", "b/panel.msi"]\n')
    (fault,) = faults_of(tiny_file)
    assert fault.file == "b/panel.msi"
    assert "rename" in fault.remedy


def test_tilts_are_split_and_add_up(tiny_file: Path) -> None:
    write_antenna(tiny_file.parent / "panel.msi", tilt_deg=3.0)
    set_cells(
        tiny_file.parent,
        antenna=["", "", "", "panel", "panel"],
        tilt_deg=["4", "4", "4", "5", "2"],
        mechanical_tilt_deg=["1.5", "", "", "", ""],
        electrical_tilt_deg=["", "6", "", "", ""],
    )
    add(tiny_file, '[antennas]\npaths = ["panel.msi"]\n')
    cells = Study.build(tiny_file).cells
    assert list(cells["mechanical_tilt_deg"][:5]) == pytest.approx([1.5, -2.0, 0.0, 2.0, 0.0])
    assert list(cells["electrical_tilt_deg"][:5]) == pytest.approx([2.5, 6.0, 4.0, 3.0, 2.0])


def test_tilts_that_do_not_add_up_are_refused(tiny_file: Path) -> None:
    set_cells(tiny_file.parent, mechanical_tilt_deg=["", "1"], electrical_tilt_deg=["", "2"])
    (fault,) = faults_of(tiny_file)
    assert (fault.row, fault.column) == (3, "mechanical_tilt_deg")
    assert "4°" in fault.problem


CALIBRATION = {
    "term_id": "B3",
    "band": "B3",
    "technology": "4G",
    "clutter_class": "",
    "bias_db": "4.5",
    "slope_db_per_decade": "2",
    "offset_db": "0",
    "samples": "100",
    "pixels": "60",
    "rmse_before_db": "9",
    "rmse_after_db": "7",
    "clutter_model": "none",
    "origin": "measured",
}


def write_calibration(folder: Path, **changes: str) -> None:
    row = CALIBRATION | changes
    lines = [",".join(row), ",".join(row.values())]
    (folder / "calibration.csv").write_text("\n".join(lines), encoding="utf-8")


def test_calibration_travels_in_the_study(tiny_file: Path) -> None:
    write_calibration(tiny_file.parent)
    add(tiny_file, '[calibration]\npath = "calibration.csv"\norigin = "drive test"\n')
    study = Study.build(tiny_file)
    assert study.calibration is not None
    assert study.calibration["bias_db"].tolist() == [4.5]
    origins = study.provenance.origins
    assert list(origins.loc[origins["table"] == "calibration", "origin"]) == ["measured"]
    assert "calibration" in {s.table for s in study.provenance.sources}


def test_a_bad_calibration_is_refused_with_row_and_column(tiny_file: Path) -> None:
    write_calibration(tiny_file.parent, bias_db="many", technology="6G")
    add(tiny_file, '[calibration]\npath = "calibration.csv"\n')
    faults = faults_of(tiny_file)
    assert {(f.file, f.row, f.column) for f in faults} == {
        ("calibration.csv", 2, "bias_db"),
        ("calibration.csv", 2, "technology"),
    }
