"""Does our P.1812 equal the published validation cases of Recommendation ITU-R P.1812-8?

The vectors are those of ITU-R Working Party 3M (profiles, losses and intermediate values); they
stand in ../shared/vectors/p1812, which is not part of the project.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pytest

from infraplan.radio.p1812 import TransmissionLoss, transmission_loss

if TYPE_CHECKING:
    from pathlib import Path

TOLERANCE_DB = 1e-6
PROFILES = 11
CASES = 36
VALUES_PER_CASE = 45
POLARIZATIONS = {"1": "horizontal", "2": "vertical"}

FIELDS = {
    ("d (km)", ""): "distance_km",
    ("dlt (km)", "Eq (78)"): "tx_horizon_km",
    ("dlr (km)", "Eq (81a)"): "rx_horizon_km",
    ("th_t (mrad)", "Eqs (76-78)"): "tx_horizon_mrad",
    ("th_r (mrad)", "Eqs (79-81)"): "rx_horizon_mrad",
    ("th (mrad)", "Eq (82)"): "path_angle_mrad",
    ("hts (m)", ""): "tx_level_m",
    ("hrs (m)", ""): "rx_level_m",
    ("htc (m)", "Table 5"): "tx_level_m",
    ("hrc (m)", "Table 5"): "rx_level_m",
    ("w", "Table 5"): "sea_share",
    ("dtm (km)", "Sec 3.6"): "longest_land_km",
    ("dlm (km)", "Sec 3.6"): "longest_inland_km",
    ("phi (deg)", "Eq (4)"): "middle_latitude_deg",
    ("b0 (%)", "Eq (5)"): "ducting_percent",
    ("ae (km)", "Eq (7a)"): "median_radius_km",
    ("hst (m)", "Eq (85)"): "tx_fit_m",
    ("hsr (m)", "Eq (86)"): "rx_fit_m",
    ("hst (m)", "Eq (90a)"): "tx_duct_surface_m",
    ("hsr (m)", "Eq (90b)"): "rx_duct_surface_m",
    ("hstd (m)", "Eq (89)"): "tx_smooth_m",
    ("hsrd (m)", "Eq (89)"): "rx_smooth_m",
    ("htc (m)", "Eq (37a)"): "tx_over_smooth_m",
    ("hrc (m)", "Eq (37b)"): "rx_over_smooth_m",
    ("hte (m)", "Eq (92a)"): "tx_duct_height_m",
    ("hre (m)", "Eq (92b)"): "rx_duct_height_m",
    ("hm (m)", "Eq (93)"): "roughness_m",
    ("Fi", "Eq (40)"): "time_interpolation_share",
    ("Fj", "Eq (57)"): "angle_interpolation_share",
    ("Fk", "Eq (58)"): "distance_interpolation_share",
    ("Lbfs", "Eq (8)"): "free_space_loss_db",
    ("Lb0p", "Eq (10)"): "line_of_sight_loss_db",
    ("Lb0b", "Eq (11)"): "line_of_sight_beta_loss_db",
    # the published log was written after the pass over the flatter Earth
    ("Lbulla (dB)", "Eq (21)"): "bullington_beta_loss_db",
    ("Lbulls (dB)", "Eq (21)"): "bullington_smooth_beta_loss_db",
    ("Ldsph (dB)", "Eq (27)"): "spherical_beta_loss_db",
    ("Ld50 (dB)", "Eq (39)"): "diffraction_median_loss_db",
    ("Ldb (dB)", "Eq (39)"): "diffraction_beta_loss_db",
    ("Ldp (dB)", "Eq (41)"): "diffraction_loss_db",
    ("Lbd50 (dB)", "Eq (42)"): "basic_diffraction_median_loss_db",
    # the published log holds L_bda in the place of L_bd, which it had overwritten
    ("Lbd (dB)", "Eq (43)"): "enhanced_diffraction_loss_db",
    ("Lminb0p (dB)", "Eq (59)"): "minimum_line_of_sight_loss_db",
    ("Lba (dB)", "Eq (46)"): "ducting_loss_db",
    ("Lminbap (dB)", "Eq (60)"): "minimum_ducting_loss_db",
    ("Lbda (dB)", "Eq (61)"): "enhanced_diffraction_loss_db",
    ("Lbam (dB)", "Eq (62)"): "modified_diffraction_loss_db",
    ("Lbs (dB)", "Eq (44)"): "troposcatter_loss_db",
    ("Lbc (dB)", "Eq (63)"): "median_location_loss_db",
    ("Lb (dB)", "Eq (69)"): "basic_loss_db",
    ("Ep (dBuV/m)", "Eq (70)"): "field_strength_dbuvm",
}
"""Our names for what the published logs call by symbol and equation."""


@dataclass(frozen=True)
class Case:
    """One row of measurements of one published profile."""

    name: str
    number: int
    facts: dict[str, str]
    points: np.ndarray
    row: list[str]

    @property
    def power_db(self) -> float:
        """Return the published ERP over 1 kW, dB; 0 where none is given."""
        return float(self.row[12]) - 30.0 if self.row[12] else 0.0

    def loss(self, **changes: object) -> TransmissionLoss:
        settings: dict[str, object] = {
            "frequency_ghz": float(self.row[0]) / 1e3,
            "time_percent": float(self.row[14]),
            "location_percent": 50.0,
            "tx_height_m": float(self.row[1]),
            "rx_height_m": float(self.row[3]),
            "polarization": POLARIZATIONS[self.row[4]],
            "tx_latitude_deg": float(self.facts["Tx LAT:"]),
            "rx_latitude_deg": float(self.facts["Rx LAT:"]),
            "tx_longitude_deg": float(self.facts["Tx LON:"]),
            "rx_longitude_deg": float(self.facts["Rx LON:"]),
            "delta_n": float(self.facts["Average annual values dN (N-units/km):"]),
            "n0": float(self.facts["Average annual sea-level surface refractivity No (N-units):"]),
        }
        columns = (self.points[:, i] for i in (0, 1, 3, 4))
        return transmission_loss(*columns, **(settings | changes))


def _read_profile(path: Path) -> list[Case]:
    with path.open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.reader(stream) if row]
    heads = [row[0] for row in rows]
    facts = {row[0]: row[1] for row in rows if len(row) > 1 and row[0].endswith(":")}
    first = heads.index("Number of Points:") + 1
    points = np.array([row[:5] for row in rows[first : heads.index("{End of Profile}")]], float)
    assert len(points) == int(facts["Number of Points:"])
    start, end = heads.index("{Begin of Measurements}") + 1, heads.index("{End of Measurements}")
    return [Case(path.stem, k, facts, points, row) for k, row in enumerate(rows[start:end])]


@pytest.fixture(scope="module")
def folder(shared: Path) -> Path:
    path = shared / "vectors" / "p1812"
    if not path.is_dir():
        pytest.skip("the vectors of P.1812 are not beside this checkout")
    return path


@pytest.fixture(scope="module")
def cases(folder: Path) -> list[Case]:
    profiles = sorted((folder / "profiles").glob("*.csv"))
    assert len(profiles) == PROFILES
    return [case for path in profiles for case in _read_profile(path)]


@pytest.mark.real
def test_loss_and_field_strength_of_every_published_case_are_met(cases: list[Case]) -> None:
    assert len(cases) == CASES
    for case in cases:
        found = case.loss()
        assert found.basic_loss_db == pytest.approx(float(case.row[17]), abs=TOLERANCE_DB)
        assert found.field_strength_dbuvm + case.power_db == pytest.approx(
            float(case.row[16]), abs=TOLERANCE_DB
        )


@pytest.mark.real
def test_every_intermediate_value_of_every_case_is_met(folder: Path, cases: list[Case]) -> None:
    for case in cases:
        found = case.loss()
        log = folder / "results" / f"{case.name}_{case.number}_log.csv"
        with log.open(encoding="utf-8", newline="") as stream:
            rows = [row for row in csv.reader(stream) if len(row) > 3]
        compared = 0
        for row in rows:
            field = FIELDS.get((row[0].strip(), row[1]))
            if field is not None:
                assert getattr(found, field) == pytest.approx(
                    float(row[3]), rel=1e-9, abs=TOLERANCE_DB
                ), (log.name, row)
                compared += 1
        assert compared == len(FIELDS) >= VALUES_PER_CASE


@pytest.mark.real
def test_basic_diffraction_loss_is_line_of_sight_and_diffraction(cases: list[Case]) -> None:
    for case in cases:
        found = case.loss()
        both_db = found.line_of_sight_loss_db + found.diffraction_loss_db
        assert found.basic_diffraction_loss_db == both_db
