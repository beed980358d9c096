"""Does our building entry loss equal the published values of Recommendation ITU-R P.2109-2?

The table is ITU-R Study Group 3's; it stands in ../shared/vectors/p2109, which is not part of the
project.
"""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest

from infraplan.radio.entry_loss import building_entry_loss_db

if TYPE_CHECKING:
    from pathlib import Path

BUILDINGS = {"1": "traditional", "2": "efficient"}
CASES = 512


@pytest.mark.real
def test_every_published_loss_is_met(shared: Path) -> None:
    path = shared / "vectors" / "p2109" / "building_entry_loss.csv"
    if not path.is_file():
        pytest.skip("the vectors of P.2109 are not beside this checkout")
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = [row for row in csv.reader(stream) if row][1:]
    assert len(rows) == CASES
    for frequency_ghz, percent, building, elevation_deg, published_db in rows:
        loss_db = building_entry_loss_db(
            float(frequency_ghz),
            BUILDINGS[building],
            location_percent=float(percent),
            elevation_deg=float(elevation_deg),
        )
        assert loss_db == pytest.approx(float(published_db), abs=1e-6)
