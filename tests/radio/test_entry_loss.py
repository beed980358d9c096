"""Does the way into a building cost what P.2109 says, and is nonsense refused?"""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infraplan.errors import ParameterError
from infraplan.radio.entry_loss import Building, building_entry_loss_db, median_entry_loss_db


@settings(deadline=None)
@given(
    st.floats(0.08, 100.0), st.floats(1.0, 50.0), st.floats(0.0, 49.0),
    st.sampled_from(get_args(Building)), st.floats(-90.0, 90.0),
)  # fmt: skip
def test_loss_grows_with_the_share_of_places_and_does_not_see_signs(
    frequency_ghz: float, percent: float, more: float, building: Building, elevation_deg: float
) -> None:
    few, many, mirrored = (
        building_entry_loss_db(frequency_ghz, building, location_percent=p, elevation_deg=e)
        for p, e in (
            (percent, elevation_deg),
            (percent + more, elevation_deg),
            (percent, -elevation_deg),
        )
    )
    assert many >= few
    assert few == mirrored


def test_modern_walls_cost_more() -> None:
    assert median_entry_loss_db(1.8, "efficient") > median_entry_loss_db(1.8, "traditional") + 10


def test_every_bad_parameter_is_named_at_once() -> None:
    with pytest.raises(ParameterError) as caught:
        building_entry_loss_db(0.05, "tent", location_percent=0.0, elevation_deg=100.0)
    for name in ("frequency_ghz", "tent", "location_percent", "elevation_deg", "P.2109-2"):
        assert name in str(caught.value)
