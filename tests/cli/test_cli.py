"""Does the terminal run a study, speak both languages, and fail with clear words and codes?"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from infraplan.wording import phrase

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.slow


def infraplan(*arguments: object, code: int = 0) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-c", "from infraplan.cli import main; main()", *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        env=os.environ | {"PYTHONIOENCODING": "utf-8", "LANG": "C.UTF-8"},
    )
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return done


class First(NamedTuple):
    """A folder with a study and its bundle, and what the terminal said as it was made."""

    folder: Path
    done: subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory, write_tiny: Callable[[Path], Path]) -> First:
    """Run a study once, in English."""
    folder = tmp_path_factory.mktemp("cli")
    study = write_tiny(folder / "tiny")
    done = infraplan("run", study, "--out", folder / "bundle", "--lang", "en")
    return First(folder, done)


def test_run_prints_stages_figures_worst_communes_and_paths(first: First) -> None:
    assert "Predict 4G signal" in first.done.stderr
    assert "four" not in first.done.stdout
    assert "The five communes" in first.done.stdout
    assert "Certificate" in first.done.stdout
    assert "simulated" in first.done.stdout
    assert "index.html" in first.done.stdout


def test_certificate_says_what_it_holds_for_and_what_is_left(first: First) -> None:
    assert "at the plan's own prices of links" in first.done.stdout
    assert "left over after" in first.done.stdout
    assert "0.00 %" not in first.done.stdout


def test_quiet_draws_nothing_and_vietnamese_speaks_vietnamese(first: First) -> None:
    study, out = first.folder / "tiny" / "study.toml", first.folder / "bundle"
    done = infraplan("run", study, "--out", out, "--quiet", "--lang", "vi")
    assert done.stderr == ""
    assert "vùng trắng" in done.stdout
    assert "tỷ đồng" in done.stdout
    basis = done.stdout[done.stdout.index("Cơ sở dữ liệu") : done.stdout.index("Kết quả trong")]
    assert "mô phỏng: " in basis
    assert "đơn giá" in basis
    assert not set(basis.split()) & {"simulated:", "assumed:", "are", "the", "is"}
    page = (out / "index.html").read_text(encoding="utf-8")
    badge = next(line for line in basis.splitlines() if "Kết quả là dự báo" in line)
    assert badge.strip().removeprefix(phrase("badge_text").vi).strip(" .") in page


def test_json_is_for_programs_and_a_second_run_keeps_what_it_may(first: First) -> None:
    study, out = first.folder / "tiny" / "study.toml", first.folder / "bundle"
    done = infraplan("run", study, "--out", out, "--json")
    assert "kept from before" in done.stderr
    facts = json.loads(done.stdout)
    assert facts["people"] == 4400.0
    assert len(facts["worst_communes"]) == 4
    assert 0 <= facts["sites_gap_share"] <= 0.01
    assert facts["sites_status"] in {"optimal", "gap_reached", "effort_limit"}
    assert facts["left_vnd"] >= 0
    assert all(isinstance(note, str) for note in facts["notes"])


def test_bad_input_ends_with_code_2_and_nothing_written(
    tiny_file: Path, tmp_path: Path, edit_csv: Callable[..., None]
) -> None:
    edit_csv(tiny_file.parent / "sites.csv", 0, lon="21.01", lat="105.01")
    edit_csv(tiny_file.parent / "villages.csv", 3, people="many")
    out = tmp_path / "out" / "bundle"
    done = infraplan("run", tiny_file, "--out", out, code=2)
    assert "2 faults" in done.stderr
    assert "sites.csv, row 2" in done.stderr
    assert "villages.csv, row 5, column 'people'" in done.stderr
    assert done.stderr.count("Remedy:") == 2
    assert not (tmp_path / "out").exists()
    again = infraplan("run", tiny_file, "--out", out, "--json", "--quiet", code=2)
    assert sorted(f["row"] for f in json.loads(again.stderr)["faults"]) == [2, 5]


def test_missing_study_and_folder_that_is_no_bundle_are_refused(
    tiny_file: Path, tmp_path: Path
) -> None:
    done = infraplan("run", tmp_path / "nowhere.toml", "--out", tmp_path / "x", code=2)
    assert "nowhere.toml" in done.stderr
    blocked = tmp_path / "file"
    blocked.write_text("mine", encoding="utf-8")
    infraplan("run", tiny_file, "--out", blocked, "--quiet", code=4)
    assert blocked.read_text(encoding="utf-8") == "mine"


def test_help_and_version() -> None:
    assert "Exit codes" in infraplan("--help").stdout
    assert "--fresh" in infraplan("run", "--help").stdout
    assert infraplan("--version").stdout.startswith("infraplan ")
    infraplan("run", "phu-tho", code=2)  # --out is missing


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_stage_has_a_name_in_both_languages(language: str) -> None:
    stages = ("study", "signal", "zones", "villages", "gaps", "candidates", "reach", "sites")
    for stage in (*stages, "robustness", "plan", "export"):
        assert phrase(f"stage_{stage}").said(language)


def test_nothing_is_called_proven_where_nothing_was_chosen(first: First, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(first.folder, tmp_path / "again"))
    study = folder / "tiny" / "study.toml"
    text = study.read_text(encoding="utf-8").replace("budget_vnd = 6e9", "budget_vnd = 0")
    study.write_text(text, encoding="utf-8")
    done = infraplan("run", study, "--out", folder / "bundle", "--quiet")
    assert "nothing to certify" in done.stdout
    assert "proven best" not in done.stdout
    assert "proven cheapest" not in done.stdout
