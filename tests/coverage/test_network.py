"""Is the signal the same however it is cut, ordered, pruned or spread, and does it add up?"""

from __future__ import annotations

import pickle
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from infraplan.catalog import rule
from infraplan.coverage import BlockSignal, Conditions, Transmitter, conditions, predict
from infraplan.coverage.antennas import antenna_patterns
from infraplan.coverage.network import predict_block
from infraplan.coverage.scene import Scene
from infraplan.coverage.tiles import predict_tiles, tiles
from infraplan.errors import ParameterError
from infraplan.radio.antenna import sector_gain_db
from infraplan.radio.levels import thermal_noise_dbm
from infraplan.radio.sweep import loss_window
from infraplan.study.correction import Correction
from infraplan.study.emission import emission

if TYPE_CHECKING:
    from collections.abc import Callable

    from infraplan.study import Study

ROWS, COLUMNS, CELL_M, REACH_M = 90, 110, 100.0, 3000.0
SHARED = conditions(reach_m=REACH_M, prune=True)
PATTERNS = antenna_patterns(["sector_3gpp"], {})
ANTENNA = {
    "horizontal_beamwidth_deg": 70.0,
    "vertical_beamwidth_deg": 10.0,
    "front_to_back_db": 25.0,
    "side_lobe_db": 20.0,
}


def terrain() -> np.ndarray:
    rng = np.random.default_rng(3)
    rows, columns = np.mgrid[0:ROWS, 0:COLUMNS]
    height = 120 * np.sin(rows / 11.0) * np.cos(columns / 8.0) + 5 * rng.random((ROWS, COLUMNS))
    height[40:44, 60:64] = np.nan
    return height.astype(np.float32)


def transmitters(count: int = 12) -> tuple[Transmitter, ...]:
    rng = np.random.default_rng(5)
    made = []
    for number in range(count):
        turn = rng.uniform(0.0, 360.0)
        made.append(
            Transmitter(
                operator="ab"[number % 2],
                row=int(rng.integers(0, 40)),
                column=int(rng.integers(0, COLUMNS)),
                band=("B3", "B8")[number % 3 == 0],
                frequency_mhz=(1842.5, 942.5)[number % 3 == 0],
                height_m=30.0,
                noise_dbm=-123.2,
                keys=(3 * number + np.arange(3)).astype(np.int32),
                eirp_re_dbm=np.full(3, 31.0),
                azimuth_deg=(turn + np.array([0.0, 120.0, 240.0])) % 360.0,
                electrical_tilt_deg=np.full(3, 4.0),
                mechanical_tilt_deg=np.zeros(3),
                antennas=("sector_3gpp",) * 3,
            )
        )
    return tuple(made)


def scene(shared: Conditions = SHARED, **changes: Any) -> Scene:
    known = Scene(terrain(), None, CELL_M, transmitters(), PATTERNS, {}, shared)
    return replace(known, **changes)


def same(one: dict[str, BlockSignal], two: dict[str, BlockSignal]) -> None:
    assert list(one) == list(two)
    for operator in one:
        for field in fields(BlockSignal):
            first, second = (getattr(s[operator], field.name) for s in (one, two))
            assert first.dtype == second.dtype
            np.testing.assert_array_equal(first, second, err_msg=f"{operator} {field.name}")


@pytest.fixture(scope="module")
def whole() -> dict[str, BlockSignal]:
    return predict_tiles(scene())


@pytest.mark.parametrize("side_cells", [17, 40, 64])
def test_tiles_stitched_equal_the_whole(whole: dict[str, BlockSignal], side_cells: int) -> None:
    same(predict_tiles(scene(), side_cells=side_cells), whole)


def test_order_and_threads_change_nothing(whole: dict[str, BlockSignal]) -> None:
    backwards = scene(transmitters=transmitters()[::-1])
    with ThreadPoolExecutor(4) as executor:
        same(predict_tiles(backwards, executor=executor), whole)


def test_pruning_changes_nothing(whole: dict[str, BlockSignal]) -> None:
    same(predict_tiles(scene(replace(SHARED, prune=False))), whole)
    high = replace(SHARED, floor_dbm=-95.0)
    pruned = predict_tiles(scene(high))
    same(pruned, predict_tiles(scene(replace(high, prune=False))))
    assert np.nanmin(pruned["a"].rsrp_dbm) >= -95.0
    assert np.isnan(pruned["a"].rsrp_dbm).sum() > np.isnan(whole["a"].rsrp_dbm).sum()


class Elsewhere(Executor):
    """Compute calls as another process would: from pickled arguments, to a pickled result."""

    def __init__(self) -> None:
        self.sent = 0

    def submit(self, call: Callable[..., Any], /, *args: Any, **named: Any) -> Future[Any]:
        self.sent += 1
        work, given, options = pickle.loads(pickle.dumps((call, args, named)))  # noqa: S301 - ours
        future: Future[Any] = Future()
        future.set_result(pickle.loads(pickle.dumps(work(*given, **options))))  # noqa: S301 - ours
        return future


def test_tiles_may_run_in_other_processes(whole: dict[str, BlockSignal]) -> None:
    elsewhere = Elsewhere()
    heard: list[tuple[int, int]] = []
    found = predict_tiles(
        scene(), side_cells=30, executor=elsewhere, progress=lambda *done: heard.append(done)
    )
    same(found, whole)
    assert elsewhere.sent == len(list(tiles(scene(), side_cells=30))) > 4
    assert heard[-1][0] == heard[-1][1]


def test_a_tile_takes_along_only_what_is_in_reach() -> None:
    last = list(tiles(scene(), side_cells=20))[-1]
    reach = int(REACH_M / CELL_M)
    assert max(last.height_m.shape) <= 20 + 2 * (reach + 2)
    assert 0 < len(last.transmitters) < len(transmitters())
    assert last.top < 80  # nobody stands in the south, so the last tiles have no transmitter


def test_level_and_sinr_equal_plain_counting_with_windows() -> None:
    field = terrain()
    here = (45, 50)
    levels, carriers, keys = [], [], []
    for sender in (t for t in transmitters() if t.operator == "a"):
        south, east = here[0] - sender.row, here[1] - sender.column
        if np.hypot(south, east) * CELL_M > REACH_M:
            continue
        loss = loss_window(
            field,
            CELL_M,
            sender.row,
            sender.column,
            radius_m=REACH_M,
            frequency_mhz=sender.frequency_mhz,
            tx_height_m=sender.height_m,
        )[30 + south, 30 + east]
        top = field[sender.row, sender.column] + sender.height_m - 1.5
        elevation = np.degrees(np.arctan2(field[here] - top, np.hypot(south, east) * CELL_M))
        bearing = np.degrees(np.arctan2(east, -south))
        gain = sector_gain_db(bearing - sender.azimuth_deg, elevation, 4.0, **ANTENNA)
        levels += list(31.0 + gain - loss)
        carriers += [sender.frequency_mhz] * 3
        keys += list(sender.keys)
    level = np.array(levels)
    best = int(np.argmax(level))
    power = 10 ** (level / 10)
    others = power[np.array(carriers) == carriers[best]].sum() - power[best]
    noise = 10 ** (-12.32)
    sinr = 10 * np.log10(power[best] / (SHARED.load_share * others + noise))
    found = predict_tiles(scene())["a"]
    assert len(keys) >= 6
    assert found.server[here] == keys[best]
    assert found.rsrp_dbm[here] == pytest.approx(level[best], abs=0.15)
    assert found.second_rsrp_dbm[here] == pytest.approx(np.sort(level)[-2], abs=0.15)
    assert found.sinr_db[here] == pytest.approx(sinr, abs=0.3)


def test_more_load_never_helps(tiny_study: Study) -> None:
    idle, busy = (predict(tiny_study, load_share=load) for load in (0.0, 1.0))
    for operator in idle.operators:
        ours, theirs = idle.sinr_db[operator].values, busy.sinr_db[operator].values
        known = ~np.isnan(ours)
        assert (theirs[known] <= ours[known]).all()
        assert (theirs[known] < ours[known]).any()
        np.testing.assert_array_equal(
            idle.rsrp_dbm[operator].values, busy.rsrp_dbm[operator].values
        )


def test_second_server_is_another_and_no_stronger(tiny_study: Study) -> None:
    signal = predict(tiny_study)
    for operator in signal.operators:
        first, second = signal.server[operator].values, signal.second_server[operator].values
        both = second >= 0
        assert both.any()
        assert (first[both] != second[both]).all()
        weaker = signal.second_rsrp_dbm[operator].values[both]
        assert (weaker <= signal.rsrp_dbm[operator].values[both]).all()


def test_sinr_of_any_operator_is_that_of_whose_cell_serves(tiny_study: Study) -> None:
    signal = predict(tiny_study)
    owner = signal.cells["operator"].to_numpy()
    server = signal.server["any"].values
    for operator in signal.operators[:-1]:
        mine = (server >= 0) & (owner[np.maximum(server, 0)] == operator)
        np.testing.assert_array_equal(
            signal.sinr_db["any"].values[mine], signal.sinr_db[operator].values[mine]
        )


def test_2g_has_levels_of_the_whole_carrier_and_no_sinr(tiny_study: Study) -> None:
    signal = predict(tiny_study, technology="2G")
    assert np.isfinite(signal.rsrp_dbm["any"].values).any()
    assert np.isnan(signal.sinr_db["any"].values).all()
    loudest = float(np.nanmax(signal.rsrp_dbm["any"].values))
    assert loudest > float(np.nanmax(predict(tiny_study).rsrp_dbm["any"].values))


def test_3g_has_levels_of_the_pilot_and_the_sinr_of_the_whole_carrier(tiny_study: Study) -> None:
    of_band = {"technology": "3G", "band": "UMTS2100", "frequency_mhz": 2140.0}
    cells = tiny_study.cells.iloc[:1].assign(bandwidth_mhz=5.0, **of_band)
    study = replace(tiny_study, cells=cells)
    signal = predict(study, technology="3G")
    whole = emission(cells.assign(technology="2G", band=""), study.grid).eirp_re_dbm
    assert emission(cells, study.grid).eirp_re_dbm == pytest.approx(whole - 10.0)
    snr_db = signal.sinr_db["any"].values - (signal.rsrp_dbm["any"].values + 10.0)
    heard = np.isfinite(snr_db)
    assert heard.any()
    noise = thermal_noise_dbm(3.84e6, rule("ue_noise_figure_db"))
    np.testing.assert_allclose(snr_db[heard], -noise, atol=0.11)


def test_a_correction_shifts_levels_but_never_above_free_space(
    whole: dict[str, BlockSignal],
) -> None:
    worse = {b: Correction(7.0, 0.0, None, "none") for b in ("B3", "B8")}
    found = predict_tiles(scene(corrections=worse), side_cells=40)
    both = ~np.isnan(found["a"].rsrp_dbm)
    np.testing.assert_allclose(
        found["a"].rsrp_dbm[both], whole["a"].rsrp_dbm[both] - 7.0, atol=0.11
    )
    better = {b: Correction(-200.0, 0.0, None, "none") for b in ("B3", "B8")}
    free = predict_tiles(scene(corrections=better))
    assert (free["a"].rsrp_dbm[both] >= whole["a"].rsrp_dbm[both] - 0.15).all()
    again = predict_tiles(scene(replace(SHARED, prune=False), corrections=better))
    same(free, again)


def test_offsets_belong_to_their_cells() -> None:
    offset = np.zeros((ROWS, COLUMNS), dtype=np.float32)
    offset[:, 55:] = 11.0
    shifted = {b: Correction(0.0, 0.0, offset, "none") for b in ("B3", "B8")}
    found, plain = predict_tiles(scene(corrections=shifted), side_cells=33), predict_tiles(scene())
    # losses a hair below free space are lifted to it
    np.testing.assert_allclose(found["b"].rsrp_dbm[:, :55], plain["b"].rsrp_dbm[:, :55], atol=0.11)
    east = ~np.isnan(found["b"].rsrp_dbm[:, 55:])
    np.testing.assert_allclose(
        found["b"].rsrp_dbm[:, 55:][east], plain["b"].rsrp_dbm[:, 55:][east] - 11.0, atol=0.11
    )


def test_transmitters_off_the_terrain_are_refused() -> None:
    away = replace(transmitters()[0], row=ROWS + 3)
    with pytest.raises(ParameterError, match="off the terrain"):
        predict_block(
            terrain(),
            [away],
            cell_size_m=CELL_M,
            block=(0, 10, 0, 10),
            conditions=SHARED,
            patterns=PATTERNS,
        )


def test_every_fault_of_the_conditions_is_listed() -> None:
    with pytest.raises(ParameterError, match=r"load_share.*floor_dbm.*reach_m"):
        conditions(load_share=1.5, floor_dbm=-300.0, reach_m=0.0)
    with pytest.raises(ParameterError, match="tile_cells"):
        predict_tiles(scene(), side_cells=0)


def test_conditions_come_from_the_catalogue() -> None:
    known = conditions()
    assert known.floor_dbm == rule("level_floor_dbm")
    assert known.load_share == rule("load_share")
    assert known.reach_m == rule("coverage_reach_m")
