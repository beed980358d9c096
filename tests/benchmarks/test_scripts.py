"""Do the benchmarks run, however small?"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

FOLDER = Path(__file__).parents[2] / "benchmarks"
SCRIPTS = sorted(
    path.name for path in FOLDER.glob("*.py") if "ArgumentParser" in path.read_text("utf-8")
)
TINY = ("--quick", "--synthetic", "--cell-size-m", "90", "--radius-m", "3000")


def rows(text: str) -> dict[str, list[str]]:
    """Return the rows of all tables by their first cell."""
    cells = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("|")]
    return {row[0].strip(): row[1:] for row in cells}


def test_radio_and_network_are_there() -> None:
    assert {"radio.py", "network.py"} <= set(SCRIPTS)


@pytest.mark.parametrize("script", SCRIPTS)
def test_script_says_what_it_does(script: str, run: Callable[..., str]) -> None:
    assert "usage:" in run(script, "--help")


@pytest.mark.slow
def test_radio_prints_every_table_and_names_absent_peers(run: Callable[..., str]) -> None:
    text = run("radio.py", *TINY)
    found = rows(text)
    assert {"**infraplan** `loss_window`", "**infraplan** `loss_at`", "crc-covlib"} <= set(found)
    assert found["SPLAT!"][0] == "not installed: Debian package `splat`"
    assert found["gdal_viewshed"][0] == "not installed: Debian package `gdal-bin`"
    assert "itmlogic" in text
    assert [float(x) < 1.0 for x in found["mean absolute error, dB"]] == [True] * 3
    assert found["known to only one of the two"] == ["0", "0", "0"]
    differing = [row[-1] for row in found.values() if "differ from the window" in row[-1]]
    assert [cell.split(" of ")[0] for cell in differing] == ["0", "0"]


def test_shares_of_the_histogram_add_up(run: Callable[..., str]) -> None:
    found = rows(run("radio.py", *TINY, "--no-peers", "--only-table"))
    bins = [row for name, row in found.items() if re.match(r"[\d.]+-[\d.]+ dB|above", name)]
    totals = [sum(float(row[k].rstrip("%")) for row in bins) for k in range(3)]
    assert totals == pytest.approx([100.0] * 3, abs=0.1)


@pytest.mark.slow
def test_network_is_the_same_with_and_without_pruning(run: Callable[..., str]) -> None:
    text = run("network.py", "--quick", "--cell-size-m", "90", "--threads", "1")
    found = rows(text)
    assert found["the same with pruning"][-1] == found["as `coverage.predict` does"][-1]
    assert text.rstrip().endswith("identical.")
