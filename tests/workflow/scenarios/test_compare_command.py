"""Does the terminal compare bundles, write them down and refuse what is none?"""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from infraplan.cli.app import app

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def bundles(tmp_path: Path, make_bundle: Callable[..., Path]) -> list[str]:
    richer = {"parameters": {"plan": {"budget_vnd": 400}}, "certificate": {"budget_vnd": 400}}
    return [str(make_bundle(tmp_path / "low")), str(make_bundle(tmp_path / "high", **richer))]


def test_figures_stand_side_by_side(bundles: list[str]) -> None:
    result = CliRunner().invoke(app, ["compare", *bundles, "--target", "0.98", "--lang", "en"])
    assert result.exit_code == 0, result.output
    assert "People gained" in result.output
    assert "low: not reached" in result.output
    assert "plan.budget_vnd: 240 | 400" in result.output


def test_vietnamese_is_spoken(bundles: list[str]) -> None:
    result = CliRunner().invoke(app, ["compare", *bundles, "--lang", "vi"])
    assert "Người được thêm sóng" in result.output


def test_json_holds_the_same(bundles: list[str]) -> None:
    result = CliRunner().invoke(app, ["compare", *bundles, "--target", "0.94", "--json"])
    told = json.loads(result.output)
    assert told["scenarios"] == ["low", "high"]
    assert told["targets"][0]["year"] == 2026
    assert told["figures"]["links_gap_share"] == {"low": None, "high": None}


def test_the_page_is_written(bundles: list[str], tmp_path: Path) -> None:
    out = tmp_path / "side"
    result = CliRunner().invoke(app, ["compare", *bundles, "--out", str(out)])
    assert result.exit_code == 0, result.output
    assert (out / "compare.html").is_file()
    assert str(out) in result.output


def test_what_is_no_bundle_ends_with_wrong_input(bundles: list[str], tmp_path: Path) -> None:
    shutil.rmtree(bundles[0])
    result = CliRunner().invoke(app, ["compare", *bundles, str(tmp_path), "--lang", "en"])
    assert result.exit_code == 2
    assert "no such folder" in result.output
    assert "no bundle" in result.output


def test_a_folder_that_is_not_ours_is_not_replaced(bundles: list[str], tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "mine.txt").write_text("mine", encoding="utf-8")
    result = CliRunner().invoke(app, ["compare", *bundles, "--out", str(other)])
    assert result.exit_code == 4
    assert (other / "mine.txt").is_file()
