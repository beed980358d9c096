"""Does each pixel get its best sector, and each raster its best server, in any order?"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infraplan.errors import ParameterError
from infraplan.radio.antenna import sector_gain_db
from infraplan.radio.sectors import best_sector, merge_best
from infraplan.radio.sweep import loss_window

CELL_M = 60.0
MAST = {"tx_height_m": 40.0}
ANTENNA = {
    "horizontal_beamwidth_deg": 70.0,
    "vertical_beamwidth_deg": 10.0,
    "front_to_back_db": 25.0,
    "side_lobe_db": 20.0,
}
THREE = {"eirp_re_dbm": [33.0] * 3, "azimuth_deg": [0.0, 120.0, 240.0], "tilt_deg": [3.0] * 3}


def _window(height_m: np.ndarray, row: int, column: int) -> np.ndarray:
    return loss_window(
        height_m, CELL_M, row, column, radius_m=40 * CELL_M, frequency_mhz=1842.5, **MAST
    )


def test_each_sector_serves_its_side_of_a_flat_country() -> None:
    flat_m = np.zeros((81, 81), dtype=np.float32)
    _, sector = best_sector(
        _window(flat_m, 40, 40), flat_m, CELL_M, 40, 40, **MAST, **THREE, **ANTENNA
    )
    north, south_east, south_west = sector[20, 40], sector[50, 60], sector[50, 20]
    assert (north, south_east, south_west) == (0, 1, 2)
    assert set(np.unique(sector)) == {-1, 0, 1, 2}


def test_best_sector_equals_the_pattern_computed_pixel_by_pixel(hills_m: np.ndarray) -> None:
    loss_db = _window(hills_m, 60, 60)
    rsrp_dbm, sector = best_sector(loss_db, hills_m, CELL_M, 60, 60, **MAST, **THREE, **ANTENNA)
    rows, columns = np.mgrid[-40:41, -40:41]
    bearing_deg = np.degrees(np.arctan2(columns, -rows))
    rise_m = hills_m[20:101, 20:101] + 1.5 - hills_m[60, 60] - 40.0
    elevation_deg = np.degrees(np.arctan2(rise_m, np.hypot(rows, columns) * CELL_M))
    each_dbm = np.stack(
        [
            33.0 + sector_gain_db(bearing_deg - a, elevation_deg, 3.0, **ANTENNA) - loss_db
            for a in THREE["azimuth_deg"]
        ]
    )
    known = np.isfinite(loss_db)
    assert np.array_equal(np.isfinite(rsrp_dbm), known)
    assert np.array_equal(sector >= 0, known)
    assert rsrp_dbm[known] == pytest.approx(each_dbm.max(axis=0)[known], abs=1e-3)
    chosen_dbm = np.take_along_axis(each_dbm, np.maximum(sector, 0)[None].astype(int), axis=0)[0]
    assert chosen_dbm[known] == pytest.approx(rsrp_dbm[known], abs=1e-3)


def test_downtilt_favours_the_ground_close_by() -> None:
    flat_m = np.zeros((81, 81), dtype=np.float32)
    loss_db = _window(flat_m, 40, 40)
    one = {"eirp_re_dbm": [33.0], "azimuth_deg": [90.0]}
    level, _ = best_sector(
        loss_db, flat_m, CELL_M, 40, 40, **MAST, **one, tilt_deg=[0.0], **ANTENNA
    )
    down, _ = best_sector(loss_db, flat_m, CELL_M, 40, 40, **MAST, **one, tilt_deg=[8.0], **ANTENNA)
    assert down[40, 44] > level[40, 44]
    assert down[40, 80] < level[40, 80]


def test_equal_sectors_leave_the_first_one() -> None:
    flat_m = np.zeros((21, 21), dtype=np.float32)
    twice = {"eirp_re_dbm": [30.0] * 2, "azimuth_deg": [45.0] * 2, "tilt_deg": [2.0] * 2}
    _, sector = best_sector(
        _window(flat_m, 10, 10), flat_m, CELL_M, 10, 10, **MAST, **twice, **ANTENNA
    )
    assert set(np.unique(sector)) == {-1, 0}


def test_every_bad_parameter_is_named_at_once() -> None:
    flat_m = np.zeros((9, 9), dtype=np.float32)
    wrong = {"eirp_re_dbm": [1.0, 2.0], "azimuth_deg": [1.0], "tilt_deg": [1.0]}
    antenna = dict.fromkeys(ANTENNA, -1.0)
    with pytest.raises(ParameterError) as caught:
        best_sector(
            np.zeros((4, 4), dtype=np.float32), flat_m, -1.0, 9, 0,
            tx_height_m=0.0, rx_height_m=-1.0, **wrong, **antenna,
        )  # fmt: skip
    said = str(caught.value)
    for name in [*wrong, *antenna, "tx_height_m", "rx_height_m", "cell_size_m", "row 9", "(4, 4)"]:
        assert name in said
    with pytest.raises(ParameterError, match="finite"):
        best_sector(
            np.zeros((3, 3), dtype=np.float32), flat_m, CELL_M, 4, 4, **MAST, **ANTENNA,
            eirp_re_dbm=[np.nan], azimuth_deg=[0.0], tilt_deg=[0.0],
        )  # fmt: skip


def _places(seed: int) -> list[tuple[np.ndarray, np.ndarray, int, int]]:
    """Draw windows with few distinct values, so that ties are common."""
    rng = np.random.default_rng(seed)
    places = []
    for key in range(5):
        rsrp_dbm = rng.integers(-110, -106, (7, 7)).astype(np.float32)
        rsrp_dbm[rng.random((7, 7)) < 0.3] = np.nan
        keys = np.where(np.isnan(rsrp_dbm), -1, key).astype(np.int32)
        places.append((rsrp_dbm, keys, int(rng.integers(-3, 13)), int(rng.integers(-3, 13))))
    return places


@settings(deadline=None)
@given(st.integers(0, 10_000), st.permutations(range(5)))
def test_best_server_does_not_depend_on_the_order_of_places(seed: int, order: list[int]) -> None:
    places = _places(seed)
    merged = []
    for sequence in (range(5), order):
        rsrp_dbm = np.full((10, 10), np.nan, dtype=np.float32)
        server = np.full((10, 10), -1, dtype=np.int32)
        for k in sequence:
            merge_best(rsrp_dbm, server, *places[k])
        merged.append((rsrp_dbm, server))
    assert np.array_equal(merged[0][0], merged[1][0], equal_nan=True)
    assert np.array_equal(merged[0][1], merged[1][1])


def test_merging_takes_the_maximum_and_the_smaller_key_of_equals() -> None:
    rsrp_dbm = np.full((4, 6), np.nan, dtype=np.float32)
    server = np.full((4, 6), -1, dtype=np.int32)
    for key, level in ((7, -90.0), (3, -90.0), (5, -90.0), (1, -95.0)):
        window = np.full((3, 3), level, dtype=np.float32)
        merge_best(rsrp_dbm, server, window, np.full((3, 3), key), 0, 5)
    assert server[:2, 4:].tolist() == [[3, 3], [3, 3]]
    assert np.isnan(rsrp_dbm).sum() == 20
    assert np.array_equal(server == -1, np.isnan(rsrp_dbm))


def test_arrays_that_do_not_fit_are_refused() -> None:
    window = np.zeros((3, 3), dtype=np.float32)
    with pytest.raises(ParameterError) as caught:
        merge_best(np.zeros((4, 4)), np.zeros((4, 5), dtype=np.int64), window[:2], window, 0, 0)
    for said in ("(2, 3)", "(4, 5)", "float64", "int64", "shape of window_key"):
        assert said in str(caught.value)
