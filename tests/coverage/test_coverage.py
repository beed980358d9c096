"""Do prediction, zones and gaps agree with plain counting?"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import Geod

from infraplan.catalog import level_dbm
from infraplan.coverage import by_zone, find_gaps, predict
from infraplan.coverage.transmitters import group_cells
from infraplan.errors import ParameterError
from infraplan.geo import Grid, people_weights, zone_weights
from infraplan.radio.sweep import loss_at

if TYPE_CHECKING:
    from infraplan.results import Signal
    from infraplan.study import Study


@pytest.fixture(scope="module")
def signal(tiny_study: Study) -> Signal:
    return predict(tiny_study)


def test_only_cells_of_the_technology_transmit(tiny_study: Study, signal: Signal) -> None:
    assert signal.operators == ("viettel", "vinaphone", "any")
    assert set(signal.cells["technology"]) == {"4G"}
    with pytest.raises(ParameterError, match="5G"):
        predict(tiny_study, technology="5G")


def test_any_operator_is_the_strongest_and_its_server_is_the_one_that_gives_it(
    signal: Signal,
) -> None:
    single = [signal.rsrp_dbm[o].values for o in ("viettel", "vinaphone")]
    servers = [signal.server[o].values for o in ("viettel", "vinaphone")]
    best = np.fmax(*single)
    np.testing.assert_array_equal(signal.rsrp_dbm["any"].values, best)
    first = np.isclose(single[0], best, equal_nan=False)
    np.testing.assert_array_equal(signal.server["any"].values[first], servers[0][first])
    missing = np.isnan(best)
    assert (signal.server["any"].values[missing] == -1).all()
    assert (signal.server["any"].values[~missing] >= 0).all()


def test_server_belongs_to_the_operator_of_the_raster(signal: Signal) -> None:
    for operator in ("viettel", "vinaphone"):
        keys = np.unique(signal.server[operator].values)
        served = signal.cells.iloc[keys[keys >= 0]]
        assert set(served["operator"]) == {operator}


def test_level_in_the_main_direction_is_eirp_less_the_exact_loss(
    tiny_study: Study, signal: Signal
) -> None:
    cell = signal.cells[signal.cells["azimuth_deg"] == 30].iloc[0]
    (row,), (column,) = tiny_study.grid.index([cell.geometry.x], [cell.geometry.y])
    rows, columns = np.array([row - 26]), np.array([column + 15])
    loss = loss_at(
        tiny_study.elevation.values,
        100.0,
        int(row),
        int(column),
        rows,
        columns,
        frequency_mhz=cell["frequency_mhz"],
        tx_height_m=cell["height_m"],
    )
    per_element = cell["eirp_dbm"] - 10 * np.log10(1200)
    level = signal.rsrp_dbm[cell["operator"]].values[rows, columns]
    # at 3 km the 4° tilt is off the horizon: at most 12 (4/10)² = 1.9 dB, plus the sweep's error
    assert per_element - loss[0] - 2.5 < level[0] < per_element - loss[0] + 0.6


def test_threads_change_nothing(tiny_study: Study, signal: Signal) -> None:
    heard: list[tuple[int, int]] = []
    with ThreadPoolExecutor(3) as executor:
        again = predict(
            tiny_study, executor=executor, progress=lambda done, total: heard.append((done, total))
        )
    assert heard == [(1, 2), (2, 2)]
    for operator in signal.operators:
        np.testing.assert_array_equal(
            signal.rsrp_dbm[operator].values, again.rsrp_dbm[operator].values
        )
        np.testing.assert_array_equal(signal.server[operator].values, again.server[operator].values)


def test_cells_of_one_mast_height_and_band_share_a_window(tiny_study: Study) -> None:
    cells = tiny_study.cells[tiny_study.cells["technology"] == "4G"].reset_index(drop=True)
    found = group_cells(cells, tiny_study.grid)
    assert [t.operator for t in found] == ["viettel", "vinaphone"]
    assert [len(t.keys) for t in found] == [3, 3]
    np.testing.assert_allclose(found[1].eirp_re_dbm, 40 - 10 * np.log10(600))


@pytest.mark.parametrize("longitude_deg", [103.0, 105.0, 107.5])
def test_azimuths_from_true_north_are_turned_to_the_grid(longitude_deg: float) -> None:
    latitude_deg, true_deg = 21.5, 40.0
    ends = Geod(ellps="WGS84").fwd(longitude_deg, latitude_deg, true_deg, 1000.0)
    line = gpd.GeoSeries(
        gpd.points_from_xy([longitude_deg, ends[0]], [latitude_deg, ends[1]]), crs="EPSG:4326"
    ).to_crs("EPSG:32648")
    east, north = line.x.diff().iloc[1], line.y.diff().iloc[1]
    cell = gpd.GeoDataFrame(
        {
            "operator": ["a"],
            "site_id": ["s"],
            "technology": ["4G"],
            "band": ["B3"],
            "frequency_mhz": [1842.5],
            "bandwidth_mhz": [20.0],
            "azimuth_deg": [true_deg],
            "tilt_deg": [2.0],
            "eirp_dbm": [60.0],
            "height_m": [30.0],
        },
        geometry=line.iloc[:1],
        crs="EPSG:32648",
    )
    grid = Grid.cover(line.total_bounds, crs="EPSG:32648", cell_size_m=60.0)
    (transmitter,) = group_cells(cell, grid)
    assert transmitter.azimuth_deg[0] == pytest.approx(
        np.degrees(np.arctan2(east, north)), abs=0.01
    )


def test_totals_over_communes_equal_the_province(tiny_study: Study, signal: Signal) -> None:
    communes = by_zone(tiny_study, signal, level="commune")
    province = tiny_study.communes.dissolve()
    weights = zone_weights(province.geometry, tiny_study.grid)
    people = tiny_study.people.values.ravel()
    for operator in signal.operators:
        served = signal.rsrp_dbm[operator].values.ravel() >= level_dbm("4G", "served")
        area = float((weights @ served)[0]) * tiny_study.grid.cell_area_m2
        assert communes[f"area_served_m2_{operator}"].sum() == pytest.approx(area, rel=1e-6)
        whole = float((people_weights(weights) @ (people * served))[0])
        assert communes[f"people_served_{operator}"].sum() == pytest.approx(whole, rel=1e-9)


def test_shares_name_their_denominator_and_lie_between_0_and_1(
    tiny_study: Study, signal: Signal
) -> None:
    communes = by_zone(tiny_study, signal, level="commune")
    villages = by_zone(tiny_study, signal, level="village")
    for table, level in ((communes, "commune"), (villages, "village")):
        for operator in signal.operators:
            ground = "commune" if level == "commune" else "village_disc"
            for share in (
                f"area_served_share_of_{ground}_area",
                f"people_served_share_of_{level}_people",
            ):
                assert table[f"{share}_{operator}"].between(0, 1).all()
            expected = table["people"] * table[f"people_served_share_of_{level}_people_{operator}"]
            np.testing.assert_allclose(table[f"people_served_{operator}"], expected, rtol=1e-9)
    assert list(communes.index) == list(tiny_study.communes.index)
    with pytest.raises(ParameterError, match="district"):
        by_zone(tiny_study, signal, level="district")  # type: ignore[arg-type]


def test_any_operator_serves_at_least_as_many_as_each(tiny_study: Study, signal: Signal) -> None:
    communes = by_zone(tiny_study, signal)
    for operator in ("viettel", "vinaphone"):
        assert (communes["people_served_any"] >= communes[f"people_served_{operator}"] - 1e-9).all()


def test_a_lower_threshold_never_serves_fewer(tiny_study: Study, signal: Signal) -> None:
    strict = by_zone(tiny_study, signal, threshold_dbm=-90.0)["people_served_any"]
    loose = by_zone(tiny_study, signal, threshold_dbm=-110.0)["people_served_any"]
    assert (loose >= strict).all()
    assert loose.sum() > strict.sum()


def test_gaps_hold_exactly_the_people_not_served(tiny_study: Study, signal: Signal) -> None:
    gaps = find_gaps(tiny_study, signal, min_people=0.0)
    communes = by_zone(tiny_study, signal)
    inside = zone_weights(tiny_study.communes.geometry, tiny_study.grid)
    touched = np.asarray(inside.sum(axis=0)).ravel() > 0
    people = np.where(touched, tiny_study.people.values.ravel(), 0.0)
    not_served = communes["people"].sum() - communes["people_served_any"].sum()
    assert gaps["people"].sum() == pytest.approx(not_served, rel=1e-9)
    assert people.sum() == pytest.approx(communes["people"].sum(), rel=1e-9)


def test_white_and_weak_spots_do_not_overlap_and_follow_the_thresholds(
    tiny_study: Study, signal: Signal
) -> None:
    gaps = find_gaps(tiny_study, signal, min_people=0.0)
    union = shapely.union_all(gaps.geometry.to_numpy())
    assert union.area == pytest.approx(gaps["area_m2"].sum(), rel=1e-9)
    level = signal.rsrp_dbm["any"]
    for kind, low, high in (("white", -np.inf, -115.0), ("weak", -115.0, -105.0)):
        points = gaps.loc[gaps["kind"] == kind].geometry.representative_point()
        found = np.nan_to_num(level.at(points.x, points.y), nan=-np.inf)
        assert ((found >= low) & (found < high)).all()
        assert len(points) > 0


def test_villages_in_gaps_are_counted_and_named(tiny_study: Study, signal: Signal) -> None:
    gaps = find_gaps(tiny_study, signal, min_people=0.0)
    villages = by_zone(tiny_study, signal, level="village")
    below = villages[~(villages["rsrp_dbm_any"] >= level_dbm("4G", "served"))]
    assert gaps["villages"].sum() == len(below) > 0
    names = {n for text in gaps["village_names"] for n in text.split("; ") if n}
    assert names == set(below["name"])
    assert gaps["people"].is_monotonic_decreasing
    assert gaps["gap_id"].is_unique


def test_gaps_of_one_operator_hold_those_of_all(tiny_study: Study, signal: Signal) -> None:
    everyone = find_gaps(tiny_study, signal, min_people=0.0)["people"].sum()
    single = find_gaps(tiny_study, signal, operator="vinaphone", min_people=0.0)["people"].sum()
    assert single >= everyone
    with pytest.raises(ParameterError, match="nobody"):
        find_gaps(tiny_study, signal, operator="nobody")


def test_full_service_leaves_an_empty_table_of_gaps(tiny_study: Study, signal: Signal) -> None:
    gaps = find_gaps(tiny_study, signal, min_people=1e9)
    assert gaps[gaps["villages"] == 0].empty
    assert isinstance(gaps, pd.DataFrame)
