"""Do classes of service follow the catalogue's levels, outdoors and indoors?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from infraplan import catalog
from infraplan.coverage import predict, signal_classes
from infraplan.coverage.classes import classes_of_level, level_limits_dbm, median_loss_db
from infraplan.errors import ParameterError
from infraplan.geo import Raster
from infraplan.radio.entry_loss import median_entry_loss_db

if TYPE_CHECKING:
    from infraplan.results import Signal
    from infraplan.study import Study


@pytest.fixture(scope="module")
def signal(tiny_study: Study) -> Signal:
    return predict(tiny_study)


@pytest.mark.parametrize("technology", ["2G", "3G", "4G", "5G"])
def test_every_technology_has_the_same_levels_in_the_same_order(technology: str) -> None:
    limits = level_limits_dbm(technology)
    assert list(limits) == ["weak", "served", "good", "strong_indoors"]
    assert sorted(set(limits.values())) == list(limits.values())
    assert limits["served"] == catalog.level_dbm(technology, "served")


def test_technology_without_levels_is_refused() -> None:
    with pytest.raises(ParameterError, match="6G"):
        level_limits_dbm("6G")


def test_a_level_on_the_limit_has_the_class_and_no_signal_has_none() -> None:
    limits = level_limits_dbm("4G")
    levels = np.array([np.nan, -115.1, -115.0, -105.1, -105.0, -95.0, -80.0, -20.0], np.float32)
    assert classes_of_level(levels, limits).tolist() == [0, 0, 1, 1, 2, 3, 4, 4]


@given(st.lists(st.floats(-150, -40, width=32), min_size=2, max_size=2))
def test_the_better_of_two_levels_has_the_larger_class(levels: list[float]) -> None:
    limits = level_limits_dbm("4G")
    first, second = classes_of_level(np.array(levels, np.float32), limits)
    best = classes_of_level(np.array([max(levels)], np.float32), limits)[0]
    assert best == max(first, second)


def test_median_losses_are_those_of_the_catalogue() -> None:
    assert median_loss_db("outdoors", 900.0) == 0.0
    assert median_loss_db("vehicle", 900.0) == 9.0
    assert median_loss_db("indoors", 900.0) == median_entry_loss_db(0.9, "traditional")
    with pytest.raises(ParameterError, match="cellar"):
        median_loss_db("cellar", 900.0)


def test_outdoors_counts_cells_by_the_thresholds(signal: Signal) -> None:
    for operator in ("viettel", "vinaphone"):
        level = signal.rsrp_dbm[operator].values
        classes = signal_classes(signal, operator)["outdoors"]
        for number, limit in enumerate(level_limits_dbm("4G").values(), 1):
            np.testing.assert_array_equal(classes >= number, level >= limit)


def test_indoors_loses_what_the_band_of_the_server_loses(signal: Signal) -> None:
    shape = signal.grid.shape
    level = Raster("rsrp_dbm", "dBm", signal.grid, np.full(shape, -90.5, np.float32), "simulated")
    server = np.zeros(shape, np.int32)
    server[:, 1:] = 1
    server[:, 2:] = -1
    level.values[:, 2:] = np.nan
    cells = signal.cells.assign(frequency_mhz=signal.cells["frequency_mhz"].astype(float))
    cells.loc[:1, "frequency_mhz"] = [900.0, 2600.0]
    own = replace(
        signal,
        cells=cells,
        rsrp_dbm={"viettel": level},
        server={"viettel": Raster("server", "row", signal.grid, server, "simulated", nodata=-1)},
    )
    low, high = median_entry_loss_db(0.9, "traditional"), median_entry_loss_db(2.6, "traditional")
    assert low < 14.5 < high
    found = signal_classes(own, "viettel")
    assert found["outdoors"][0, :3].tolist() == [3, 3, 0]
    assert found["indoors"][0, :3].tolist() == [2, 1, 0]


def test_indoors_is_never_better_than_outdoors(signal: Signal) -> None:
    found = signal_classes(signal, "viettel")
    assert (found["indoors"] <= found["outdoors"]).all()
    assert (found["indoors"] < found["outdoors"]).any()
