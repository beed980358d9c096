"""Are the constants those of their sources?"""

from __future__ import annotations

import pytest

from infraplan.units import (
    EARTH_RADIUS_M,
    effective_earth_radius_km,
    rounded_wavelength_m,
    wavelength_m,
)


def test_effective_earth_radius_is_that_of_p1812() -> None:
    assert effective_earth_radius_km(0.0) == pytest.approx(EARTH_RADIUS_M / 1000.0)
    assert effective_earth_radius_km(45.0) == pytest.approx(8930.776786, abs=1e-6)


def test_wavelength_at_one_ghz_is_thirty_centimetres() -> None:
    assert wavelength_m(1.0) == pytest.approx(0.299792458)


def test_the_wavelength_of_p1812_is_rounded_to_four_digits() -> None:
    assert rounded_wavelength_m(1.0) == pytest.approx(0.2998)
    assert rounded_wavelength_m(6.0) == pytest.approx(wavelength_m(6.0), rel=3e-5)
