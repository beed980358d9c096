"""Are corrections added where they belong, and never below free space?"""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from infraplan.radio.adjust import adjust_block, least_adjustment_db
from infraplan.radio.around import around
from infraplan.radio.freespace import loss_db as free_space_db

CELL_M, RADIUS, LEVEL_M, MHZ = 100.0, 20, 38.5, 1842.5
SIDE = 2 * RADIUS + 1
GROUND_M = np.zeros((SIDE, SIDE), dtype=np.float32)


def adjusted(
    loss_db: np.ndarray,
    bias_db: float = 0.0,
    slope_db: float = 0.0,
    offset_db: np.ndarray | None = None,
    corner: tuple[int, int] = (0, 0),
) -> np.ndarray:
    """Return a copy of losses from a corner of the window on, adjusted."""
    changed = loss_db.astype(np.float32)
    adjust_block(
        changed,
        GROUND_M[corner[0] :, corner[1] :],
        CELL_M,
        radius=RADIUS,
        south=corner[0] - RADIUS,
        east=corner[1] - RADIUS,
        level_m=LEVEL_M,
        frequency_mhz=MHZ,
        bias_db=bias_db,
        slope_db_per_decade=slope_db,
        offset_db=offset_db,
    )
    return changed


def test_bias_slope_and_offset_add_up() -> None:
    offset = np.linspace(-2.0, 2.0, SIDE**2, dtype=np.float32).reshape(SIDE, SIDE)
    found = adjusted(np.full((SIDE, SIDE), 180.0), 3.0, 5.0, offset)
    distance_km = np.maximum(around(RADIUS, CELL_M).distance_m / 1000.0, 0.001)
    expected = 183.0 + 5.0 * np.log10(distance_km) + offset
    np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_free_space_is_the_least_loss() -> None:
    found = adjusted(np.full((SIDE, SIDE), 100.0), bias_db=-200.0)
    slant_m = np.hypot(np.maximum(around(RADIUS, CELL_M).distance_m, 1.0), LEVEL_M)
    np.testing.assert_allclose(found, free_space_db(slant_m, MHZ), rtol=1e-6)


def test_a_part_of_a_window_is_adjusted_as_in_the_whole() -> None:
    loss = np.random.default_rng(1).uniform(90.0, 160.0, (SIDE, SIDE))
    loss[3, 30] = np.nan
    whole = adjusted(loss, 2.0, -4.0)
    np.testing.assert_array_equal(
        adjusted(loss[7:, 11:], 2.0, -4.0, corner=(7, 11)), whole[7:, 11:]
    )
    assert np.isnan(whole[3, 30])


@settings(max_examples=40, deadline=None)
@given(
    bias_db=st.floats(-20.0, 20.0),
    slope_db=st.floats(-20.0, 20.0),
    offset_db=st.none() | st.floats(-15.0, 15.0),
)
def test_nothing_adds_less_than_the_least(
    bias_db: float, slope_db: float, offset_db: float | None
) -> None:
    offset = None if offset_db is None else np.full((SIDE, SIDE), offset_db, dtype=np.float32)
    change = adjusted(np.full((SIDE, SIDE), 250.0), bias_db, slope_db, offset) - 250.0
    known = around(RADIUS, CELL_M).distance_m <= CELL_M * RADIUS
    least = least_adjustment_db(bias_db, slope_db, offset, reach_m=CELL_M * RADIUS)
    assert change[known].min() >= least - 1e-3
