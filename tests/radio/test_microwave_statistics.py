"""Do rain, multipath and the budget of a hop behave as physics says?"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from infraplan.errors import ParameterError
from infraplan.radio.microwave_budget import dish_gain_dbi, fade_margin_db
from infraplan.radio.microwave_multipath import (
    annual_factor,
    fading_occurrence_percent,
    geoclimatic_factor,
    multipath_share,
)
from infraplan.radio.microwave_rain import (
    RAIN_SHARE_RANGE,
    rain_coefficients,
    rain_exceeded_db,
    rain_path_db,
    rain_unavailable_share,
)

frequencies = st.floats(6.0, 90.0)
lengths = st.floats(0.2, 50.0)
rains = st.floats(5.0, 150.0)
margins = st.floats(1.0, 70.0)


@given(frequencies, lengths, rains, margins, st.floats(1.01, 2.0))
def test_more_rain_never_helps(
    frequency: float, length: float, rain: float, margin: float, more: float
) -> None:
    path_db = rain_path_db(length, frequency, np.array([rain, rain * more]))
    less, worse = rain_unavailable_share(path_db, frequency, margin)
    assert path_db[1] > path_db[0]
    assert worse >= less


@given(frequencies, lengths, rains, margins, st.floats(0.1, 20.0))
def test_more_margin_never_harms(
    frequency: float, length: float, rain: float, margin: float, more: float
) -> None:
    path_db = rain_path_db(length, frequency, rain)
    worse, less = rain_unavailable_share(path_db, frequency, np.array([margin, margin + more]))
    assert less <= worse
    occurrence = fading_occurrence_percent(
        length, frequency, factor=1e-5, inclination_mrad=1.0, lower_m=50.0
    )
    shallow, deep = multipath_share(occurrence, np.array([margin, margin + more]), 0.2)
    assert deep <= shallow


@given(frequencies, lengths, rains, st.floats(*np.log10(RAIN_SHARE_RANGE)))
def test_attenuation_of_a_share_and_share_of_an_attenuation_undo_each_other(
    frequency: float, length: float, rain: float, log_share: float
) -> None:
    share = float(np.clip(10.0**log_share, *RAIN_SHARE_RANGE))
    path_db = rain_path_db(length, frequency, rain)
    exceeded_db = rain_exceeded_db(path_db, frequency, share)
    assert float(rain_unavailable_share(path_db, frequency, exceeded_db)) == pytest.approx(share)


def test_no_rain_and_no_margin_are_the_two_ends() -> None:
    assert float(rain_unavailable_share(0.0, 20.0, 30.0)) == RAIN_SHARE_RANGE[0]
    assert rain_unavailable_share(40.0, 20.0, [0.0, -5.0]).tolist() == [1.0, 1.0]
    assert multipath_share(1.0, [0.0, -5.0], 1.0).tolist() == [1.0, 1.0]


def test_vertical_polarisation_loses_less_in_heavy_rain() -> None:
    vertical = rain_path_db(5.0, 18.7, 90.0, polarization="vertical")
    assert vertical < rain_path_db(5.0, 18.7, 90.0, polarization="horizontal")


def test_a_longer_or_lower_or_flatter_hop_fades_more_by_multipath() -> None:
    def occurrence(length_km: float, slope: float, lower_m: float) -> float:
        return float(
            fading_occurrence_percent(
                length_km, 7.5, factor=1e-5, inclination_mrad=slope, lower_m=lower_m
            )
        )

    assert occurrence(30.0, 1.0, 50.0) > occurrence(20.0, 1.0, 50.0)
    assert occurrence(20.0, 1.0, 50.0) > occurrence(20.0, 9.0, 50.0)
    assert occurrence(20.0, 1.0, 50.0) > occurrence(20.0, 1.0, 500.0)
    assert geoclimatic_factor(-300.0, 100.0) > geoclimatic_factor(-200.0, 100.0)
    assert geoclimatic_factor(-200.0, 50.0) > geoclimatic_factor(-200.0, 100.0)


def test_latitude_counts_alike_in_both_hemispheres() -> None:
    assert annual_factor(20.0, 2.0, -60.0) == annual_factor(20.0, 2.0, 60.0)
    assert annual_factor(20.0, 2.0, 21.0) > annual_factor(20.0, 2.0, 60.0)


@given(lengths, frequencies, st.floats(0.3, 1.5))
def test_twice_the_dish_gives_12_db_and_twice_the_length_takes_6(
    length: float, frequency: float, dish: float
) -> None:
    gain = dish_gain_dbi([dish, 2.0 * dish], frequency, 0.55)
    assert gain[1] - gain[0] == pytest.approx(20.0 * np.log10(2.0))
    margin = fade_margin_db(
        [[length], [2.0 * length]], frequency, tx_power_dbm=20.0, gain_dbi=gain,
        threshold_dbm=-70.0, gas_db_km=0.0, other_loss_db=0.0,
    )  # fmt: skip
    assert margin[0, 1] - margin[0, 0] == pytest.approx(40.0 * np.log10(2.0))
    assert margin[0, 0] - margin[1, 0] == pytest.approx(20.0 * np.log10(2.0))


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda: rain_path_db(0.0, 0.5, -1.0), "length_km.*frequency_ghz.*rain_mm_h"),
        (lambda: rain_coefficients(20.0, "slanted"), "slanted"),  # type: ignore[arg-type]
        (lambda: rain_exceeded_db(20.0, 20.0, 0.5), "share"),
        (lambda: geoclimatic_factor(float("nan"), -1.0), "roughness_m"),
        (lambda: dish_gain_dbi(0.0, 20.0, 0.5), "diameter_m"),
        (lambda: dish_gain_dbi(0.3, 20.0, 1.5), "efficiency_share"),
    ],
)
def test_values_outside_a_method_are_refused(call: object, named: str) -> None:
    with pytest.raises(ParameterError, match=named):
        call()  # type: ignore[operator]
