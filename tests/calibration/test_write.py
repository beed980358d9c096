"""Do the files of a calibration say what was found, in both languages, and go back into a study?"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

import infraplan
from infraplan import catalog, coverage
from infraplan.calibration import Calibration, calibrate, write
from infraplan.calibration.summary import caveats, counts_sheet, errors_sheet, terms_sheet
from infraplan.errors import OutputError
from infraplan.study import Study
from infraplan.study.correction import loss_correction
from infraplan.tables import check, spec

from .conftest import Truth

if TYPE_CHECKING:
    from collections.abc import Callable

    from infraplan.sources.drive_tests import Samples

NAMES = {"calibration.csv", "errors.csv", "pixels.csv", "report.html", "report.json"}


@pytest.fixture
def calibration(
    land: Study, drive: Callable[..., pd.DataFrame], samples_of: Callable[..., Samples]
) -> Calibration:
    log = drive(land, Truth(bias_db=6.0, trees_db=8.0), count=1200).assign(
        time="2025-05-01 10:00:00"
    )
    return calibrate(land, samples_of(log))


def test_files_are_the_same_every_time(calibration: Calibration, tmp_path: Path) -> None:
    first = write(calibration, tmp_path / "a")
    second = write(calibration, tmp_path / "b")
    assert {p.name for p in first} == {p.name for p in (tmp_path / "a").iterdir()} == NAMES
    assert [p.read_bytes() for p in first] == [p.read_bytes() for p in second]


def test_table_meets_its_data_dictionary(calibration: Calibration, tmp_path: Path) -> None:
    write(calibration, tmp_path)
    table = pd.read_csv(tmp_path / "calibration.csv", dtype=str, keep_default_na=False)
    checked = check(table, spec("calibration"), file="calibration.csv")
    assert checked.faults == ()
    assert list(table.columns) == list(spec("calibration").names)
    assert (table["samples_sha256"] == calibration.sha256).all()
    assert set(table["first_time"]) == {"2025-05-01T10:00:00"}


def test_calibration_travels_in_a_study(
    calibration: Calibration, tiny_file: Path, tiny_study: Study
) -> None:
    plain = calibration.table[calibration.table["clutter_class"].isna()]
    plain.assign(clutter_model="none").to_csv(tiny_file.parent / "calibration.csv", index=False)
    text = tiny_file.read_text(encoding="utf-8")
    part = '[calibration]\npath = "calibration.csv"\norigin = "drive of May"\n'
    tiny_file.write_text(text + part, encoding="utf-8")
    study = Study.build(tiny_file)
    found = loss_correction(study, "B3")
    assert found is not None
    assert found.bias_db == plain["bias_db"].iloc[0]
    assert found.offset_db is None
    assert loss_correction(tiny_study, "B3") is None
    assert "calibration" in {s.table for s in study.provenance.sources}


def test_prediction_of_a_calibrated_study_meets_the_calibrated_levels(
    calibration: Calibration, land: Study
) -> None:
    signal = coverage.predict(replace(land, calibration=calibration.table))
    pixels = calibration.pixels
    row, column = pixels["row"].to_numpy(), pixels["column"].to_numpy()
    server = signal.server["viettel"].values[row, column]
    served = signal.cells["cell_id"].to_numpy()[np.maximum(server, 0)] == pixels["cell_id"]
    at = (served & (server >= 0)).to_numpy()
    error_db = signal.rsrp_dbm["viettel"].values[row, column][at] - pixels["calibrated_dbm"][at]
    assert at.sum() > 100
    assert abs(np.median(error_db)) < 0.4
    assert np.quantile(np.abs(error_db), 0.9) < 3.0
    assert np.abs(pixels["calibrated_dbm"] - pixels["predicted_dbm"])[at].mean() > 3.0


def test_page_speaks_both_languages_and_needs_nothing_else(
    calibration: Calibration, tmp_path: Path
) -> None:
    write(calibration, tmp_path)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert page.count('<span lang="vi">') == page.count('<span lang="en">') > 40
    assert "<svg" in page
    assert not re.search(r"<script|https?://|src=", page)
    assert calibration.sha256 in page
    assert "level_dbm ← rsrp" in page


def test_report_for_programs_holds_the_figures(calibration: Calibration, tmp_path: Path) -> None:
    write(calibration, tmp_path)
    found = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert found["rows"] == 1200
    assert found["columns"]["level_dbm"] == "rsrp"
    assert found["bands"][0]["model"] == calibration.bands[0].model
    assert {row["stage"] for row in found["errors"]} == {"before", "after", "crossed"}
    assert found["receiver_floor_dbm"] is None


def test_older_table_goes_when_there_is_nothing_to_add(
    land: Study,
    drive: Callable[..., pd.DataFrame],
    samples_of: Callable[..., Samples],
    tmp_path: Path,
) -> None:
    (tmp_path / "calibration.csv").write_text("old", encoding="utf-8")
    written = write(calibrate(land, samples_of(drive(land, Truth(), count=60))), tmp_path)
    assert {p.name for p in written} == NAMES - {"calibration.csv"}
    assert not (tmp_path / "calibration.csv").exists()


def test_folder_that_cannot_be_made_is_said(calibration: Calibration, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(OutputError, match="cannot be written"):
        write(calibration, tmp_path / "file" / "folder")


def test_sheets_have_as_many_cells_as_heads(calibration: Calibration) -> None:
    for sheet in (terms_sheet(calibration), errors_sheet(calibration), counts_sheet(calibration)):
        assert sheet.rows
        assert {len(row) for row in sheet.rows} == {len(sheet.head)}
    assert len(errors_sheet(calibration).rows) == len(calibration.errors)
    assert "2.0 km" in caveats(calibration)[0].en


def _literals(name: str, pattern: str) -> set[str]:
    folder = Path(infraplan.__file__).parent
    return {
        found
        for path in sorted((folder / name).rglob("*.py"))
        for found in re.findall(pattern, path.read_text(encoding="utf-8"))
    }


def test_every_reason_and_phrase_has_its_words() -> None:
    keys = set(catalog.words()["key"])
    asked = _literals("calibration", r'phrase\(\s*"(\w+)"')
    reasons = {k.removeprefix("sample_") for k in keys if k.startswith("sample_")}
    said = _literals("calibration", r'Candidates\("(\w+)", \(\)\)')
    said |= _literals("calibration", r'return \w+, "(\w+_unknown)"')
    said |= _literals("calibration", r'"(position_outside|ground_unknown|out_of_reach)"')
    said |= _literals("calibration", r'"(profile_unknown|band_missing|too_near)"')
    said |= _literals("sources/drive_tests", r'"((?:position|level|row|time)_\w+)":')
    said |= {"row_broken", "time_unreadable", "neighbour", "duplicate", "carrier_unknown"}
    assert len(asked) > 25
    assert asked - keys == set()
    assert said - reasons == set()
    assert reasons - said == set()
    models = {"none", "bias", "slope", "classes", "slope_classes"}
    assert {f"calibration_model_{m}" for m in models} <= keys
    why = _literals("calibration", r'"(few_\w+|narrow_\w+|no_clutter)"') | {"few_pixels_class"}
    assert {f"calibration_why_{w}" for w in why} <= keys
