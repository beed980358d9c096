"""Are our rain and multipath statistics those of Recommendation ITU-R P.530?

The package itur 0.4 (MIT) implements P.530-17 independently. Two of its lines differ from the text
and are left out: the exponent C0 above 10 GHz (it raises the logarithm, not the ratio, to 0.8) and
the interpolation of shallow fades (a bracket). At 0.01 % of a year C0 does not matter by more than
a hundredth, so the attenuation itself is compared at every frequency.
"""

from __future__ import annotations

import numpy as np
import pytest

from infraplan.radio.microwave_multipath import (
    annual_factor,
    fading_occurrence_percent,
    geoclimatic_factor,
    multipath_share,
)
from infraplan.radio.microwave_rain import (
    rain_exceeded_db,
    rain_path_db,
    rain_unavailable_share,
)

itu530 = pytest.importorskip("itur.models.itu530", exc_type=ImportError)
itu453 = pytest.importorskip("itur.models.itu453", exc_type=ImportError)

pytestmark = pytest.mark.filterwarnings("ignore")

LATITUDE_DEG, LONGITUDE_DEG = 21.3, 105.2
RAIN_MM_H = 90.0


@pytest.mark.parametrize("frequency_ghz", [7.5, 11.2, 14.9, 22.4, 38.2, 78.5])
@pytest.mark.parametrize("length_km", [1.0, 5.0, 20.0, 45.0])
def test_rain_of_a_hundredth_percent_equals_another_implementation(
    frequency_ghz: float, length_km: float
) -> None:
    theirs = itu530.rain_attenuation(
        LATITUDE_DEG, LONGITUDE_DEG, length_km, frequency_ghz, 0.0, 0.01, tau=90.0, R001=RAIN_MM_H
    ).value
    ours = rain_path_db(length_km, frequency_ghz, RAIN_MM_H)
    assert float(ours) == pytest.approx(float(theirs), rel=0.01)


@pytest.mark.parametrize("share", [1e-5, 1e-4, 1e-3, 1e-2])
def test_rain_of_other_shares_equals_another_implementation_up_to_10_ghz(share: float) -> None:
    theirs = itu530.rain_attenuation(
        LATITUDE_DEG, LONGITUDE_DEG, 15.0, 8.0, 0.0, 100.0 * share, tau=90.0, R001=RAIN_MM_H
    ).value
    path_db = rain_path_db(15.0, 8.0, RAIN_MM_H)
    ours_db = rain_exceeded_db(path_db, 8.0, share)
    assert float(ours_db) == pytest.approx(float(theirs), rel=1e-9)
    back = rain_unavailable_share(path_db, 8.0, ours_db)
    assert float(back) == pytest.approx(share, rel=1e-9)


@pytest.mark.parametrize("length_km", [8.0, 20.0, 45.0])
@pytest.mark.parametrize("heights_m", [(60.0, 60.0), (300.0, 80.0), (40.0, 900.0)])
def test_deep_fades_equal_another_implementation(
    length_km: float, heights_m: tuple[float, float]
) -> None:
    theirs = itu530.multipath_loss_for_A(
        LATITUDE_DEG, LONGITUDE_DEG, *heights_m, length_km, 7.5, 30.0
    ).value
    place = np.array([LATITUDE_DEG]), np.array([LONGITUDE_DEG])
    occurrence = fading_occurrence_percent(
        length_km,
        7.5,
        factor=geoclimatic_factor(
            float(itu453.DN65(LATITUDE_DEG, LONGITUDE_DEG, 1).value),
            float(itu530._ITU530_17_.s_a(*place)[0]),
        ),
        inclination_mrad=abs(heights_m[0] - heights_m[1]) / length_km,
        lower_m=min(heights_m),
    )
    worst_month = 100.0 * multipath_share(occurrence, 30.0, 1.0)
    assert float(worst_month) == pytest.approx(float(np.squeeze(theirs)), rel=1e-9)


def test_a_year_fades_less_than_its_worst_month_and_not_less_than_a_twelfth() -> None:
    by_hand_db = 10.5 - 5.6 * np.log10(1.1 + np.cos(np.radians(42.6)) ** 0.7)
    by_hand_db += -2.7 * np.log10(20.0) + 1.7 * np.log10(6.0)
    factor = annual_factor(20.0, 5.0, 21.3)
    assert float(factor) == pytest.approx(10 ** (-by_hand_db / 10))
    assert float(annual_factor(1.0, 500.0, 21.3)) == pytest.approx(1 / 12, rel=2e-3)


def test_shallow_fades_join_the_deep_ones_and_reach_two_thirds_at_0_db() -> None:
    """P.530-17, Figure 3: all curves meet at 63 % at 0 dB; the branches meet at A_t."""
    for occurrence in (0.01, 1.0, 100.0):
        edge_db = 25.0 + 1.2 * np.log10(occurrence)
        below, above = multipath_share(occurrence, np.array([edge_db - 1e-6, edge_db + 1e-6]), 1.0)
        assert below == pytest.approx(above, rel=1e-3)
        nearly_none = multipath_share(occurrence, 1e-9, 1.0)
        assert float(nearly_none) == pytest.approx(1.0 - np.exp(-1.0), rel=1e-6)
