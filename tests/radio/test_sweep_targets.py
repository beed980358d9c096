"""Are the losses at chosen pixels those of the whole window, at every height?"""

import numpy as np
import pytest

from infraplan.errors import ParameterError
from infraplan.radio.sweep import NETWORK_RAYS_PER_PIXEL, loss_window
from infraplan.radio.sweep_targets import loss_targets

SIDE, ROW, COLUMN, CELL_M, RADIUS_M = 90, 41, 44, 60.0, 2300.0
HEIGHTS_M = [13.0, 28.0, 68.0]


def _terrain(seed: int, *, with_gaps: bool) -> np.ndarray:
    rng = np.random.default_rng(seed)
    rows, columns = np.mgrid[:SIDE, :SIDE]
    height_m = sum(
        rng.uniform(10, 60) * np.sin(rows / rng.uniform(3, 15) + columns / rng.uniform(3, 15))
        for _ in range(6)
    )
    if with_gaps:
        height_m[rng.random((SIDE, SIDE)) < 0.002] = np.nan
        height_m[ROW, COLUMN] = 5.0
    return height_m.astype(np.float32)


@pytest.mark.parametrize("with_gaps", [False, True])
@pytest.mark.parametrize("with_clutter", [False, True])
def test_chosen_pixels_lose_what_they_lose_in_the_window(
    *, with_gaps: bool, with_clutter: bool
) -> None:
    height_m = _terrain(3, with_gaps=with_gaps)
    rng = np.random.default_rng(5)
    clutter_m = (rng.random((SIDE, SIDE)) * 12).astype(np.float32) if with_clutter else None
    rows, columns = rng.integers(0, SIDE, 700), rng.integers(0, SIDE, 700)
    rows[:121] = ROW + np.repeat(np.arange(-5, 6), 11)
    columns[:121] = COLUMN + np.tile(np.arange(-5, 6), 11)
    found = loss_targets(
        height_m, CELL_M, ROW, COLUMN, target_row=rows, target_column=columns, radius_m=RADIUS_M,
        frequency_mhz=942.5, tx_heights_m=HEIGHTS_M, clutter_height_m=clutter_m,
    )  # fmt: skip
    radius = int(RADIUS_M / CELL_M)
    down, right = rows - ROW + radius, columns - COLUMN + radius
    inside = (down >= 0) & (down <= 2 * radius) & (right >= 0) & (right <= 2 * radius)
    for k, tx_height_m in enumerate(HEIGHTS_M):
        window = loss_window(
            height_m, CELL_M, ROW, COLUMN, radius_m=RADIUS_M, frequency_mhz=942.5,
            tx_height_m=tx_height_m, clutter_height_m=clutter_m,
            rays_per_pixel=NETWORK_RAYS_PER_PIXEL,
        )  # fmt: skip
        expected = np.full(len(rows), np.nan, dtype=np.float32)
        expected[inside] = window[down[inside], right[inside]]
        assert np.isfinite(expected).sum() > 300
        np.testing.assert_array_equal(found[k], expected)


def test_the_order_of_heights_and_targets_does_not_matter() -> None:
    height_m = _terrain(8, with_gaps=False)
    rows, columns = np.array([10, 70, 41, 60]), np.array([40, 20, 80, 61])
    options = {"radius_m": RADIUS_M, "frequency_mhz": 942.5}
    one = loss_targets(
        height_m, CELL_M, ROW, COLUMN, target_row=rows, target_column=columns,
        tx_heights_m=HEIGHTS_M, **options,
    )  # fmt: skip
    other = loss_targets(
        height_m, CELL_M, ROW, COLUMN, target_row=rows[::-1], target_column=columns[::-1],
        tx_heights_m=HEIGHTS_M[::-1], **options,
    )  # fmt: skip
    np.testing.assert_array_equal(one, other[::-1, ::-1])


def test_no_targets_give_no_losses() -> None:
    found = loss_targets(
        _terrain(1, with_gaps=False), CELL_M, ROW, COLUMN, target_row=[], target_column=[],
        radius_m=RADIUS_M, frequency_mhz=942.5, tx_heights_m=HEIGHTS_M,
    )  # fmt: skip
    assert found.shape == (3, 0)


def test_targets_off_the_grid_are_refused() -> None:
    with pytest.raises(ParameterError, match="1 targets lie off the grid"):
        loss_targets(
            _terrain(1, with_gaps=False), CELL_M, ROW, COLUMN, target_row=[3, -1],
            target_column=[3, 3], radius_m=RADIUS_M, frequency_mhz=942.5, tx_heights_m=[30.0],
        )  # fmt: skip


def test_targets_of_unequal_axes_are_refused() -> None:
    with pytest.raises(ParameterError, match="give both one axis"):
        loss_targets(
            _terrain(1, with_gaps=False), CELL_M, ROW, COLUMN, target_row=[3, 4],
            target_column=[3], radius_m=RADIUS_M, frequency_mhz=942.5, tx_heights_m=[30.0],
        )  # fmt: skip
