"""Does the benchmark of cells make a file of the exact format and print every figure?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def test_a_small_file_runs_through_every_step(run: Callable[..., str]) -> None:
    text = run("cells.py", "--rows", "20000")
    assert "20,000 rows made with seed 1" in text
    found = re.search(r"grouped: [\d.]+ s, ([\d,]+) cells into ([\d,]+) towers", text)
    assert found is not None
    cells, towers = (int(number.replace(",", "")) for number in found.groups())
    assert 200 < towers < cells < 4000
    assert re.search(r"assembled: [\d.]+ s, [\d,]+ masts with [\d,]+ cells", text)
    assert re.search(r"in all: [\d.]+ s on the clock, [\d,]+ MB at most", text)
