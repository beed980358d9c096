"""Does the terminal calibrate a study, and tell what to add to it?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest
from typer.testing import CliRunner

from infraplan.cli.app import app

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def run(*arguments: object, code: int = 0) -> str:
    done = CliRunner().invoke(app, [str(a) for a in arguments])
    assert done.exit_code == code, done.output
    return done.output


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, write_tiny: Callable[[Path], Path]) -> Path:
    """Return a folder with a tiny study and a log of a drive near one of its masts."""
    home = tmp_path_factory.mktemp("calibrate")
    write_tiny(home / "tiny")
    rng = np.random.default_rng(1)
    rows = ["Vĩ độ;Kinh độ;RSRP;Nhà mạng;Băng tần"]
    for lat, lon in zip(
        rng.uniform(21.0, 21.05, 600), rng.uniform(105.0, 105.05, 600), strict=True
    ):
        rows.append(f"{lat:.6f};{lon:.6f};{rng.normal(-100, 6):.1f};Viettel;B3")
    text = "\n".join(rows).replace(".", ",")
    (home / "drive.csv").write_text(text + "\n0;0;-95;Viettel;B3\n", encoding="utf-8")
    return home


def test_terminal_tells_figures_and_lines_to_add(folder: Path) -> None:
    study, out = folder / "tiny" / "study.toml", folder / "out"
    said = run("calibrate", study, folder / "drive.csv", "--out", out, "--lang", "en", "--quiet")
    assert "rows of drive.csv were used" in said
    assert "dropped: position 0, 0" in said
    assert '[calibration]\npath = "../out/calibration.csv"' in said
    assert (out / "calibration.csv").is_file()
    vietnamese = run("calibrate", study, folder / "drive.csv", "--out", out, "--lang", "vi")
    assert "bỏ: vị trí 0, 0" in vietnamese


def test_json_is_the_report(folder: Path) -> None:
    study, out = folder / "tiny" / "study.toml", folder / "json"
    said = run("calibrate", study, folder / "drive.csv", "--out", out, "--json", "--quiet")
    assert json.loads(said) == json.loads((out / "report.json").read_text(encoding="utf-8"))


def test_wrong_calls_end_with_code_2_and_a_remedy(folder: Path) -> None:
    study, log, out = folder / "tiny" / "study.toml", folder / "drive.csv", folder / "none"
    assert "FIELD" in run("calibrate", "--help")
    options = ("--out", out, "--lang", "en", "--quiet")
    said = run("calibrate", study, log, *options, "--column", "RSRP", code=2)
    assert "--column level_dbm=Level" in said
    said = run("calibrate", study, folder / "gone.csv", *options, code=2)
    assert "There is no file of samples" in said
    said = run("calibrate", study, log, *options, "--column", "operator=", code=2)
    assert "operator_missing" in said
    assert not out.exists()
