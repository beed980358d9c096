"""Are the constants those of their sources?"""

from __future__ import annotations

import pytest

from infraplan.units import EARTH_RADIUS_M, effective_earth_radius_km, wavelength_m


def test_effective_earth_radius_is_that_of_p1812() -> None:
    assert effective_earth_radius_km(0.0) == pytest.approx(EARTH_RADIUS_M / 1000.0)
    assert effective_earth_radius_km(45.0) == pytest.approx(8930.776786, abs=1e-6)


def test_wavelength_at_one_ghz_is_thirty_centimetres() -> None:
    assert wavelength_m(1.0) == pytest.approx(0.299792458)
