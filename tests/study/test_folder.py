"""Does a study come back from disk as it went, and is a broken folder refused?"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import fields, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from geopandas.testing import assert_geodataframe_equal

from infraplan import workflow
from infraplan.cli import info
from infraplan.errors import InputError, MissingDataError, OutputError
from infraplan.sources.antenna_files import AntennaCuts
from infraplan.study import Study, facts_of, load, save

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.slow

TABLES = (
    *("communes", "villages", "sites", "cells", "roads", "fibre_nodes", "fibre", "facilities"),
    *("power", "protected", "structures", "water", "works"),
)


def digests(folder: Path) -> dict[str, str]:
    """Return the digest of every file in a folder."""
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


@pytest.fixture
def folder(tiny_study: Study, tmp_path: Path) -> Path:
    """Return the folder of the tiny study."""
    return save(tiny_study, tmp_path / "tiny.study")


def test_a_study_comes_back_as_it_went(tiny_study: Study, folder: Path) -> None:
    back = load(folder)
    for name in TABLES:
        assert_geodataframe_equal(getattr(back, name), getattr(tiny_study, name))
    for name in ("elevation", "people"):
        there, here = getattr(back, name), getattr(tiny_study, name)
        assert np.array_equal(there.values, here.values, equal_nan=True)
        assert there.values.dtype == here.values.dtype
        assert (there.name, there.unit, there.origin) == (here.name, here.unit, here.origin)
        assert there.grid == here.grid
    assert back.clutter is None
    assert back.calibration is None
    assert back.file == tiny_study.file
    assert back.provenance.notes == tiny_study.provenance.notes
    assert back.provenance.sources == tiny_study.provenance.sources
    assert back.provenance.parameters == tiny_study.provenance.parameters
    pd.testing.assert_frame_equal(back.provenance.origins, tiny_study.provenance.origins)


def test_every_field_of_a_study_is_kept(tiny_study: Study, folder: Path) -> None:
    said = json.dumps(facts_of(folder))
    kept = {*TABLES, "merges", "elevation", "people", "file", "crs", "grid", "antennas"}
    kept |= {"provenance", "clutter", "calibration", "growth", "prices", "observations", "targets"}
    kept |= {"climate_latitude_deg"}  # of a part: tests/study/test_part.py
    assert {f.name for f in fields(tiny_study)} == kept
    assert "antennas" in said


def test_a_folder_of_before_there_was_water_opens_and_has_none(
    tiny_study: Study, folder: Path
) -> None:
    marker = folder / "study.json"
    said = json.loads(marker.read_text(encoding="utf-8"))
    del said["outputs"]["tables/water.parquet"], said["file"]["water"], said["sha256"]
    digest = hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
    marker.write_text(json.dumps(said | {"sha256": digest}), encoding="utf-8")
    (folder / "tables" / "water.parquet").unlink()
    back = load(folder)
    assert_geodataframe_equal(back.water, tiny_study.water)
    assert back.file == tiny_study.file


def test_measured_antennas_come_back(tiny_study: Study, tmp_path: Path) -> None:
    cuts = AntennaCuts("a", "m", "", float("nan"), 17.5, 2.0, np.arange(360.0), np.ones(360))
    back = load(save(replace(tiny_study, antennas={"a": cuts}), tmp_path / "s")).antennas["a"]
    assert np.isnan(back.frequency_mhz)
    assert (back.name, back.gain_dbi, back.electrical_tilt_deg) == ("a", 17.5, 2.0)
    assert np.array_equal(back.horizontal_db, cuts.horizontal_db)
    assert np.array_equal(back.vertical_db, cuts.vertical_db)


def test_the_same_study_gives_the_same_bytes(
    tiny_study: Study, folder: Path, tmp_path: Path
) -> None:
    assert digests(folder) == digests(save(tiny_study, tmp_path / "again"))
    assert digests(folder) == digests(save(load(folder), tmp_path / "loaded"))


def test_a_run_from_the_folder_equals_one_from_the_file(
    write_tiny: Callable[[Path], Path], tmp_path: Path
) -> None:
    file = write_tiny(tmp_path / "tiny")
    save(Study.build(file), tmp_path / "tiny.study")
    first = workflow.run(file, tmp_path / "a", threads=1)
    assert not first.reused
    before = digests(tmp_path / "a")
    second = workflow.run(tmp_path / "tiny.study", tmp_path / "a", threads=1)
    assert {"signal", "sites"} <= set(second.reused)  # their keys are digests of all they read
    assert digests(tmp_path / "a") == before


def test_a_changed_and_a_missing_file_are_named_together(folder: Path) -> None:
    with (folder / "tables" / "villages.parquet").open("ab") as stream:
        stream.write(b"x")
    (folder / "rasters" / "people.tif").unlink()
    with pytest.raises(InputError) as caught:
        load(folder)
    assert "people.tif: the file is missing" in str(caught.value)
    assert "villages.parquet: the file was changed after it was built" in str(caught.value)
    assert "infraplan build" in str(caught.value)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("{", "cannot be read"),
        ("[]", "cannot be read"),
        ('{"format": 99}', "layout 99"),
        ('{"format": 1}', "was changed"),
    ],
)
def test_a_broken_marker_is_one_clear_error(folder: Path, content: str, expected: str) -> None:
    (folder / "study.json").write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=expected):
        load(folder)


@pytest.mark.parametrize("read", [load, facts_of, info.facts])
@pytest.mark.parametrize("name", ["crs", "grid", "outputs", "sources", "rasters", "version"])
@pytest.mark.parametrize("value", [None, [], "x", {"a": 1}])
def test_a_marker_changed_by_hand_is_one_clear_error(
    folder: Path, read: Callable[[Path], object], name: str, value: object
) -> None:
    marker = folder / "study.json"
    said = json.loads(marker.read_text(encoding="utf-8"))
    marker.write_text(json.dumps(said | {name: value}), encoding="utf-8")
    with pytest.raises(InputError, match="was changed after it was built"):
        read(folder)


def test_info_needs_every_file_but_opens_none(folder: Path) -> None:
    villages = folder / "tables" / "villages.parquet"
    rows = info.facts(folder)["rows"]["villages"]
    assert rows == len(load(folder).villages)
    villages.unlink()
    with pytest.raises(InputError, match=r"villages.parquet: the file is missing"):
        info.facts(folder)


@pytest.mark.parametrize("listed", ["5", "null", "true"])
def test_a_folder_whose_marker_lists_nothing_of_ours_is_not_replaced(
    tiny_study: Study, tmp_path: Path, listed: str
) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "study.json").write_text(f'{{"outputs": {listed}}}', encoding="utf-8")
    (tmp_path / "other" / "mine.txt").write_text("x", encoding="utf-8")
    with pytest.raises(OutputError, match="is not replaced"):
        save(tiny_study, tmp_path / "other")
    assert (tmp_path / "other" / "mine.txt").read_text(encoding="utf-8") == "x"


def test_no_study_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(MissingDataError, match="infraplan build"):
        load(tmp_path)


def test_what_is_no_study_folder_is_not_replaced(tiny_study: Study, tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "to-my-mother.txt").write_text("x", encoding="utf-8")
    with pytest.raises(OutputError, match=r"not a study folder and is not replaced"):
        save(tiny_study, tmp_path / "letters")
    assert (tmp_path / "letters" / "to-my-mother.txt").read_text(encoding="utf-8") == "x"


_SAVE_FOR_EVER = """
import sys
from infraplan.study import load, save
study = load(sys.argv[1])
print("ready", flush=True)
while True:
    save(study, sys.argv[2])
"""


def test_a_kill_at_any_moment_leaves_a_whole_study_or_none(folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "killed.study"
    expected = digests(folder)
    for wait_s in (0.0, 0.05, 0.23):
        process = subprocess.Popen(
            [sys.executable, "-c", _SAVE_FOR_EVER, str(folder), str(target)],
            stdout=subprocess.PIPE,
            env=os.environ,
        )
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(wait_s)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        if target.exists():
            assert digests(target) == expected
    save(load(folder), target)
    assert digests(target) == expected
