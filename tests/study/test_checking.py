"""Does checking a study tell everything at once, and never break off?"""

from __future__ import annotations

from typing import TYPE_CHECKING

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
