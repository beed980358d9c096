"""Does the terminal predict a simulated country and say what it took?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from infraplan.cli.app import app
from infraplan.cli.country import as_text, facts
from infraplan.workflow.country import Country, CountryResult, Measure, TileResult

if TYPE_CHECKING:
    from pathlib import Path

COARSE = ("--cell-size", "3000", "--tile", "20", "--stations", "50", "--tiles", "2", "--quiet")


def tile(number: int, *, worker: str | None) -> TileResult:
    measure = Measure(worker, 2.0, (300 + number) * 1_000_000) if worker else None
    return TileResult(f"tile-000-00{number}", 100, 90, (90,), (90,), 3, 10, measure=measure)


@pytest.fixture
def result(tmp_path: Path) -> CountryResult:
    """Return a run over four of the tiles, one of them kept from before."""
    tiles = (tile(0, worker=None), *(tile(n, worker=f"host:{n % 2}") for n in (1, 2, 3)))
    return CountryResult(tmp_path, Country(cell_size_m=3000.0, tile_cells=10), tiles, 1, 12.0)


def test_times_are_those_of_the_tiles_predicted_now(result: CountryResult) -> None:
    found = facts(result)
    assert found["served_share_of_area"] == 0.9
    assert found["tiles_per_hour"] == 3 / 12 * 3600
    assert found["cpu_s_per_tile"] == 2.0
    assert found["whole_country_hours"] == pytest.approx(12 * (100 * 368 / 300) / 3600, abs=0.01)
    assert [w["tiles"] for w in found["workers"]] == [1, 2]
    assert found["workers"][1]["peak_mb_first_tile"] == 301
    assert found["workers"][1]["peak_mb_last_tile"] == 303


def test_nothing_new_gives_no_times(result: CountryResult) -> None:
    kept = CountryResult(result.folder, result.country, result.tiles[:1], 1, 0.0)
    found = facts(kept)
    assert found["tiles_per_hour"] is None
    assert found["workers"] == []
    assert "–" in as_text(kept, language="vi")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_text_is_tables_in_the_asked_language(result: CountryResult, language: str) -> None:
    text = as_text(result, language=language)
    assert all(line.startswith("|") for line in text.splitlines() if line)
    assert ("CPU time per tile" in text) == (language == "en")
    assert ("giờ CPU" in text) == (language == "vi")


def test_command_predicts_a_sample_and_keeps_it(tmp_path: Path) -> None:
    command = ["country", "--out", str(tmp_path / "country"), *COARSE]
    first = CliRunner().invoke(app, [*command, "--json"])
    assert first.exit_code == 0, first.stderr
    assert json.loads(first.stdout)["tiles"] == 2
    assert json.loads(first.stdout)["tiles_kept"] == 0
    again = CliRunner().invoke(app, [*command, "--json"])
    assert json.loads(again.stdout)["tiles_kept"] == 2
    other = CliRunner().invoke(app, [*command, "--seed", "2"])
    assert other.exit_code == 4
    assert "Remedy: name another folder" in other.stderr


def test_bad_country_and_bad_address_end_with_code_2(tmp_path: Path) -> None:
    command = ["country", "--out", str(tmp_path / "country"), *COARSE]
    assert CliRunner().invoke(app, [*command, "--stations", "0"]).exit_code == 2
    done = CliRunner().invoke(app, [*command, "--dask", "somewhere"])
    assert done.exit_code == 2
    assert "tcp://host:port" in done.stderr
