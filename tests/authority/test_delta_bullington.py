"""Does our delta-Bullington loss equal the published examples of Recommendation ITU-R P.526-15?

The vectors are ITU-R Study Group 3's validation examples (land, horizontal polarisation, effective
Earth radius 8,500 km); they stand in ../shared/vectors/p526, which is not part of the project.
"""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import numpy as np
import pytest

from infraplan.radio.diffraction import delta_bullington_loss_db, delta_bullington_parts
from infraplan.units import wavelength_m

if TYPE_CHECKING:
    from pathlib import Path

TOLERANCE_DB = 0.01
RADIUS_KM = 8500.0


@pytest.fixture(scope="module")
def cases(shared: Path) -> list[dict[str, str]]:
    table = shared / "vectors" / "p526" / "delta_bullington.csv"
    if not table.is_file():
        pytest.skip("the vectors of P.526 are not beside this checkout")
    with table.open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def _profile(shared: Path, case: dict[str, str]) -> tuple[np.ndarray, np.ndarray]:
    points = np.loadtxt(shared / "vectors" / "p526" / case["profile_file"])
    return np.ascontiguousarray(points[:, 0]), np.ascontiguousarray(points[:, 1])


@pytest.mark.real
def test_loss_of_every_published_case_is_met(shared: Path, cases: list[dict[str, str]]) -> None:
    assert len(cases) == 15
    for case in cases:
        loss_db = delta_bullington_loss_db(
            *_profile(shared, case),
            tx_height_m=float(case["htg_m"]),
            rx_height_m=float(case["hrg_m"]),
            frequency_ghz=float(case["f_GHz"]),
            effective_radius_km=RADIUS_KM,
            polarization="horizontal",
        )
        assert loss_db == pytest.approx(float(case["Ld_dB"]), abs=TOLERANCE_DB), case


@pytest.mark.real
def test_each_part_of_the_loss_is_met(shared: Path, cases: list[dict[str, str]]) -> None:
    for case in cases:
        frequency_ghz = float(case["f_GHz"])
        parts = delta_bullington_parts(
            *_profile(shared, case),
            float(case["htg_m"]),
            float(case["hrg_m"]),
            frequency_ghz,
            wavelength_m(frequency_ghz),
            RADIUS_KM,
            False,
            0.0,
        )
        published = [float(case[name]) for name in ("Lbulla_dB", "Lbulls_dB", "Ldsph_dB")]
        assert parts == pytest.approx(published, abs=TOLERANCE_DB), case
