"""Does the free-space loss follow Recommendation ITU-R P.525?"""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infraplan.errors import ParameterError
from infraplan.radio.freespace import NEAREST_DISTANCE_KM, free_space_loss_db, loss_db
from infraplan.units import M_PER_KM, SPEED_OF_LIGHT_M_S


@settings(deadline=None)
@given(st.floats(1.0, 1e5), st.floats(30.0, 6000.0))
def test_loss_is_that_of_the_wave_equation_within_the_rounding_of_p525(
    distance_m: float, frequency_mhz: float
) -> None:
    exact_db = 20 * math.log10(4 * math.pi * distance_m * frequency_mhz * 1e6 / SPEED_OF_LIGHT_M_S)
    assert loss_db(distance_m, frequency_mhz) == pytest.approx(exact_db, abs=0.05)


def test_kernel_and_array_function_agree_down_to_the_antenna() -> None:
    distance_m = np.array([0.0, 0.5, 1.0, 30.0, 15000.0])
    kernel_db = [free_space_loss_db(d / M_PER_KM, 1.8) for d in distance_m]
    assert loss_db(distance_m, 1800.0) == pytest.approx(kernel_db)
    assert kernel_db[0] == free_space_loss_db(NEAREST_DISTANCE_KM, 1.8)


def test_unknown_distance_has_unknown_loss() -> None:
    assert math.isnan(free_space_loss_db(math.nan, 1.8))
    assert np.isnan(loss_db([math.nan, 10.0], 1800.0)).tolist() == [True, False]


@pytest.mark.parametrize("frequency_mhz", [0.0, -1.0, math.nan, math.inf])
def test_frequency_must_be_positive(frequency_mhz: float) -> None:
    with pytest.raises(ParameterError, match="frequency_mhz"):
        loss_db(100.0, frequency_mhz)


def test_negative_distance_is_refused() -> None:
    with pytest.raises(ParameterError, match=r"-3\.0 m"):
        loss_db([10.0, -3.0], 900.0)
