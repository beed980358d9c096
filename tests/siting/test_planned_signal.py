"""Is the signal of planned sites the one that they were chosen for?"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from infraplan.errors import CrsError
from infraplan.siting import planned_signals
from infraplan.siting.reach_signal import ground_of, sight

if TYPE_CHECKING:
    import geopandas as gpd

    from infraplan.results import PlannedSignal
    from infraplan.study import Study

SERVED_DBM = -105.0


@pytest.fixture(scope="module")
def sites(spots: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return three of the candidates as sites of a plan, of which one is never built."""
    chosen = spots.iloc[[1, 0, 4]].rename(columns={"candidate_id": "site_id"})
    return chosen.assign(
        operator=["viettel", None, "viettel"],
        year=pd.array([2027, 2026, None], dtype="Int64"),
        antenna_height_m=[40.0, 28.0, 40.0],
    ).reset_index(drop=True)


@pytest.fixture(scope="module")
def found(valley: Study, sites: gpd.GeoDataFrame) -> tuple[PlannedSignal, ...]:
    return planned_signals(valley, sites)


def test_only_what_is_built_counts_in_order_of_the_years(
    found: tuple[PlannedSignal, ...],
) -> None:
    assert [(one.site_id, one.operator, one.year) for one in found] == [
        ("C1", None, 2026),
        ("C2", "viettel", 2027),
    ]


def test_levels_serve_the_cells_that_the_site_was_chosen_for(
    valley: Study, sites: gpd.GeoDataFrame, found: tuple[PlannedSignal, ...]
) -> None:
    row, column = (
        part.ravel().astype(np.int64)
        for part in np.mgrid[: valley.grid.rows, : valley.grid.columns]
    )
    ground = ground_of(valley, row, column, SERVED_DBM)
    heights = {"C1": 28.0, "C2": 40.0}
    by_name = sites.set_index("site_id").geometry
    for one in found:
        place = valley.grid.index([by_name[one.site_id].x], [by_name[one.site_id].y])
        seen = sight(ground, int(place[0][0]), int(place[1][0]), (heights[one.site_id],))
        expected = np.zeros(valley.grid.shape, dtype=np.bool_)
        expected.ravel()[seen.cells[seen.margins[0] > 0]] = True
        served = np.zeros(valley.grid.shape, dtype=np.bool_)
        rows, columns = one.rsrp_dbm.shape
        part = served[one.top : one.top + rows, one.left : one.left + columns]
        part[:] = one.rsrp_dbm >= SERVED_DBM
        assert expected.any()
        assert not (expected & ~served).any()
        on_the_limit = served & ~expected  # levels are held to 0.01 dB
        assert np.all(
            one.rsrp_dbm[on_the_limit[one.top :, one.left :][:rows, :columns]] < SERVED_DBM + 0.02
        )


def test_nothing_below_weak_is_told(found: tuple[PlannedSignal, ...]) -> None:
    levels = np.concatenate([one.rsrp_dbm.ravel() for one in found])
    assert np.nanmin(levels) >= -115.0
    assert np.isnan(levels).any()


def test_threads_change_nothing_and_progress_is_told(
    valley: Study, sites: gpd.GeoDataFrame, found: tuple[PlannedSignal, ...]
) -> None:
    told: list[tuple[int, int]] = []
    with ThreadPoolExecutor(2) as pool:
        again = planned_signals(
            valley, sites, executor=pool, progress=lambda done, total: told.append((done, total))
        )
    assert told == [(1, 2), (2, 2)]
    for one, other in zip(found, again, strict=True):
        assert one.site_id == other.site_id
        np.testing.assert_array_equal(one.rsrp_dbm, other.rsrp_dbm)


def test_no_site_brings_no_signal(valley: Study, sites: gpd.GeoDataFrame) -> None:
    assert planned_signals(valley, sites.iloc[:0]) == ()


def test_sites_in_another_crs_are_refused(valley: Study, sites: gpd.GeoDataFrame) -> None:
    with pytest.raises(CrsError):
        planned_signals(valley, sites.to_crs(4326))
