"""Is the normal quantile exact from tail to tail?"""

from __future__ import annotations

from statistics import NormalDist

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infraplan.radio.normal import normal_quantile


@settings(deadline=None)
@given(st.floats(1e-9, 1.0 - 1e-9))
def test_quantile_is_that_of_the_standard_library(share: float) -> None:
    assert normal_quantile(share) == pytest.approx(NormalDist().inv_cdf(share), abs=1e-8)


def test_half_of_the_values_are_below_zero() -> None:
    assert normal_quantile(0.5) == pytest.approx(0.0, abs=1e-15)
