"""Does our clutter loss equal the published test data of Recommendation ITU-R P.2108-1?

The tables are those of the reference implementation of NTIA; they stand in ../shared/vectors/p2108,
which is not part of the project. They print one digit, and say which cases must be refused.
"""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, get_args

import pytest

from infraplan.errors import ParameterError
from infraplan.radio.clutter_loss import (
    ClutterType,
    height_gain_loss_db,
    slant_clutter_loss_db,
    terrestrial_clutter_loss_db,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TOLERANCE_DB = 0.05 + 1e-9
TYPES = get_args(ClutterType)


def _terrestrial(row: dict[str, str]) -> float:
    return terrestrial_clutter_loss_db(
        float(row["f__ghz"]), float(row["d__km"]), location_percent=float(row["p"])
    )


def _slant(row: dict[str, str]) -> float:
    return slant_clutter_loss_db(
        float(row["f__ghz"]), float(row["theta_deg"]), location_percent=float(row["p"])
    )


def _height_gain(row: dict[str, str]) -> float:
    return height_gain_loss_db(
        float(row["f__ghz"]),
        float(row["h__meter"]),
        float(row["R__meter"]),
        TYPES[int(row["clutter_type"]) - 1],
        street_width_m=float(row["w_s__meter"]),
    )


@pytest.mark.real
@pytest.mark.parametrize(
    ("table", "column", "loss_db", "held", "refused"),
    [
        ("TerrestrialStatisticalModelTestData.csv", "L_ctt__db", _terrestrial, 7, 5),
        ("AeronauticalStatisticalModelTestData.csv", "L_ces__db", _slant, 7, 6),
        ("HeightGainTerminalCorrectionModelTestData.csv", "A_h__db", _height_gain, 18, 5),
    ],
)
def test_published_cases_are_met_or_refused(
    shared: Path,
    table: str,
    column: str,
    loss_db: Callable[[dict[str, str]], float],
    held: int,
    refused: int,
) -> None:
    path = shared / "vectors" / "p2108" / table
    if not path.is_file():
        pytest.skip("the vectors of P.2108 are not beside this checkout")
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    good = [row for row in rows if row["rtn"] == "0"]
    bad = [row for row in rows if row["rtn"] != "0"]
    assert (len(good), len(bad)) == (held, refused)
    for row in good:
        assert loss_db(row) == pytest.approx(float(row[column]), abs=TOLERANCE_DB), row
    for row in bad:
        with pytest.raises(ParameterError):
            loss_db(row)
