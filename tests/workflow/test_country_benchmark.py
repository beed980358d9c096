"""Does the script that measures a country start its own cluster and print its tables?"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "country.py"


def test_small_country_prints_three_tables() -> None:
    command = [sys.executable, str(SCRIPT), "--quick", "--workers", "2"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    tables = [part for part in done.stdout.split("\n\n") if part.startswith("|")]
    assert [len(table.splitlines()) for table in tables] == [3, 3, 4]
    assert "| 100,000 |" in done.stdout
