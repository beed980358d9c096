"""Are our rain coefficients those of Recommendation ITU-R P.838-3?

The numbers are rows of its Table 5, which it computed from its own formula, with four figures. The
package itur (MIT) is another implementation of the formula.
"""

from __future__ import annotations

import numpy as np
import pytest

from infraplan.radio.microwave_rain import rain_coefficients

# frequency, GHz: k_H, alpha_H, k_V, alpha_V
TABLE_5 = {
    1.0: (0.0000259, 0.9691, 0.0000308, 0.8592),
    7.0: (0.001915, 1.4810, 0.001425, 1.4745),
    10.0: (0.01217, 1.2571, 0.01129, 1.2156),
    15.0: (0.04481, 1.1233, 0.05008, 1.0440),
    20.0: (0.09164, 1.0568, 0.09611, 0.9847),
    30.0: (0.2403, 0.9485, 0.2291, 0.9129),
    40.0: (0.4431, 0.8673, 0.4274, 0.8421),
    80.0: (1.1704, 0.7115, 1.1668, 0.7021),
    100.0: (1.3671, 0.6815, 1.3680, 0.6765),
}


@pytest.mark.parametrize("frequency_ghz", sorted(TABLE_5))
def test_coefficients_equal_the_published_table(frequency_ghz: float) -> None:
    k_h, alpha_h = rain_coefficients(frequency_ghz, "horizontal")
    k_v, alpha_v = rain_coefficients(frequency_ghz, "vertical")
    printed = TABLE_5[frequency_ghz]
    assert float(k_h) == pytest.approx(printed[0], rel=2e-3)
    assert float(alpha_h) == pytest.approx(printed[1], abs=6e-5)
    assert float(k_v) == pytest.approx(printed[2], rel=2e-3)
    assert float(alpha_v) == pytest.approx(printed[3], abs=6e-5)


@pytest.mark.filterwarnings("ignore")
def test_coefficients_equal_another_implementation_from_1_to_100_ghz() -> None:
    itu838 = pytest.importorskip("itur.models.itu838")
    frequency_ghz = np.linspace(1.0, 100.0, 34)
    for polarization, tilt_deg in (("horizontal", 0.0), ("vertical", 90.0)):
        theirs = [
            itu838.rain_specific_attenuation_coefficients(f, 0.0, tilt_deg) for f in frequency_ghz
        ]
        ours = np.column_stack(rain_coefficients(frequency_ghz, polarization))
        np.testing.assert_allclose(ours, np.array(theirs, dtype=float), rtol=1e-12)
