"""Do growth, sector loads, congested and single-operator spots agree with plain counting?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from infraplan import catalog
from infraplan.coverage import (
    congested_gaps,
    find_gaps,
    forecast,
    predict,
    sector_load,
    single_operator_gaps,
)
from infraplan.coverage.growth import ITEMS, logistic
from infraplan.coverage.throughput import spectral_efficiency_bps_hz

if TYPE_CHECKING:
    from infraplan.results import Signal
    from infraplan.study import Study

YEARS = range(2026, 2031)


@pytest.fixture(scope="module")
def signal(tiny_study: Study) -> Signal:
    return predict(tiny_study)


def _grown(study: Study, **values: float) -> Study:
    """Return the study with a table that gives some items one value for all years."""
    rows = [{"item": item, "year": 2026, "value": value} for item, value in values.items()]
    return replace(study, growth=pd.DataFrame(rows))


@given(
    saturation=st.floats(0.1, 100),
    first=st.floats(0.05, 0.95),
    second=st.floats(0.05, 0.95),
    later=st.floats(0, 50),
)
def test_logistic_passes_through_its_points_and_stays_below_saturation(
    saturation: float, first: float, second: float, later: float
) -> None:
    points = ((2020.0, first * saturation), (2025.0, second * saturation))
    years = np.array([2020.0, 2025.0, 2025.0 + later])
    found = logistic(years, saturation=saturation, first=points[0], second=points[1])
    np.testing.assert_allclose(found[:2], [points[0][1], points[1][1]], rtol=1e-9)
    assert 0 <= found[2] <= saturation * (1 + 1e-12)


def test_published_smartphone_shares_are_met() -> None:
    row = catalog.row("growth", "smartphone_share")
    points = [(float(row[f"year_{n}"]), float(row[f"value_{n}"])) for n in (1, 2)]
    assert points == [(2023.5, 0.812), (2025.5, 0.875)]


def test_traffic_of_a_person_is_the_product_of_its_parts(tiny_study: Study) -> None:
    values = {
        "subscribers_share": 0.5,
        "smartphone_share": 0.8,
        "traffic_gb_month": 30.4375,
        "busy_hour_share": 0.09,
        "carried_4g_share": 1.0,
    }
    table = forecast(_grown(tiny_study, **values), YEARS)
    # 1 GB a day, 9 % of it in one hour, for 4 people of 10
    assert table["busy_hour_mbps"].to_numpy() == pytest.approx(0.4 * 8000 * 0.09 / 3600)
    assert table["year"].tolist() == list(YEARS)


def test_own_table_is_straight_between_years_and_constant_outside(tiny_study: Study) -> None:
    rows = [("traffic_gb_month", 2027, 10.0), ("traffic_gb_month", 2029, 30.0)]
    study = replace(tiny_study, growth=pd.DataFrame(rows, columns=["item", "year", "value"]))
    table = forecast(study, [2030, 2026, 2028, 2027, 2029])
    assert table["traffic_gb_month"].tolist() == [10, 10, 20, 30, 30]
    catalogue = forecast(_grown(tiny_study), YEARS)
    assert (catalogue[list(ITEMS)].diff().dropna() >= -1e-12).all(axis=None)


def test_sectors_share_all_served_people_among_their_operators(
    tiny_study: Study, signal: Signal
) -> None:
    load = sector_load(tiny_study, signal, [2026])
    served = catalog.level_dbm("4G", "served")
    people = tiny_study.people.values.astype(float)
    somewhere = signal.rsrp_dbm["any"].values >= served
    users = (load["people"] * load["users_share"]).sum()
    assert users == pytest.approx(people[somewhere].sum())
    for operator, part in load.groupby("operator"):
        own = signal.rsrp_dbm[str(operator)].values >= served
        assert part["people"].sum() == pytest.approx(people[own].sum())
    assert (load["capacity_mbps"] > 0).all()
    traffic = forecast(tiny_study, [2026])["busy_hour_mbps"].iloc[0]
    offered = load["people"] * load["users_share"] * traffic
    np.testing.assert_allclose(load["offered_mbps"], offered)


def test_ten_times_the_traffic_is_ten_times_the_load(tiny_study: Study, signal: Signal) -> None:
    one = sector_load(_grown(tiny_study, traffic_gb_month=5.0), signal, [2026])
    ten = sector_load(_grown(tiny_study, traffic_gb_month=50.0), signal, [2026])
    np.testing.assert_allclose(ten["load_share"], 10 * one["load_share"])


def test_no_traffic_congests_nothing_and_endless_traffic_everything(
    tiny_study: Study, signal: Signal
) -> None:
    quiet = congested_gaps(_grown(tiny_study, traffic_gb_month=0.0), signal, YEARS)
    assert len(quiet) == 0
    full = congested_gaps(_grown(tiny_study, traffic_gb_month=1e12), signal, YEARS, min_people=0)
    served = catalog.level_dbm("4G", "served")
    people = tiny_study.people.values.astype(float)
    for operator, part in full.groupby("operator"):
        own = signal.rsrp_dbm[str(operator)].values >= served
        assert part["people"].sum() == pytest.approx(people[own & (people > 0)].sum())
    assert set(full["kind"]) == {"congested"}
    assert set(full["year"]) == {2026}


def test_growing_traffic_congests_later_sectors_later(tiny_study: Study, signal: Signal) -> None:
    rows = [("traffic_gb_month", 2026, 0.0), ("traffic_gb_month", 2030, 1e9)]
    study = replace(tiny_study, growth=pd.DataFrame(rows, columns=["item", "year", "value"]))
    found = congested_gaps(study, signal, YEARS)
    assert found["year"].min() == 2027
    assert found["gap_id"].is_unique


def test_single_operator_spots_hold_exactly_the_people_whom_one_operator_serves(
    tiny_study: Study, signal: Signal
) -> None:
    served = catalog.level_dbm("4G", "served")
    people = tiny_study.people.values.astype(float)
    serves = {o: signal.rsrp_dbm[o].values >= served for o in ("viettel", "vinaphone")}
    alone = serves["viettel"] ^ serves["vinaphone"]
    found = single_operator_gaps(tiny_study, signal, min_people=0)
    assert found["people"].sum() == pytest.approx(people[alone].sum())
    for operator, part in found.groupby("operator"):
        own = alone & serves[str(operator)]
        assert part["people"].sum() == pytest.approx(people[own].sum())
    gaps = find_gaps(tiny_study, signal)
    assert not set(found["gap_id"]) & set(gaps["gap_id"])
    assert set(gaps["operator"]) <= {"any"}


def test_more_carriers_come_before_new_masts(tiny_study: Study, signal: Signal) -> None:
    load = sector_load(tiny_study, signal, [2026])
    most = catalog.rule("sector_most_mhz")
    assert (load["widest_mbps"] >= load["capacity_mbps"]).all()
    traffic = _grown(tiny_study, traffic_gb_month=1.0)
    worst = sector_load(traffic, signal, [2026])["widest_load_share"].max()
    limit = catalog.rule("load_limit_share")
    below, above = 0.99 * limit / worst, 1.01 * limit / worst
    assert congested_gaps(_grown(tiny_study, traffic_gb_month=below), signal, [2026]).empty
    assert len(congested_gaps(_grown(tiny_study, traffic_gb_month=above), signal, [2026]))
    assert most == 65


def test_as_few_of_the_weakest_cells_as_relieve_a_sector_are_congested(
    tiny_study: Study, signal: Signal
) -> None:
    limit = catalog.rule("load_limit_share")
    load = sector_load(_grown(tiny_study, traffic_gb_month=1.0), signal, [2026])
    traffic = 2 * limit / load["widest_load_share"].max()  # twice the limit in the worst sector
    heavy = _grown(tiny_study, traffic_gb_month=traffic)
    found = congested_gaps(heavy, signal, [2026], min_people=0)
    expected = {
        operator: _weakest_cells(tiny_study, signal, heavy, operator)
        for operator in ("viettel", "vinaphone")
    }
    people = tiny_study.people.values.astype(float)
    assert any(cells.any() for cells in expected.values())
    for operator, cells in expected.items():
        part = found[found["operator"] == operator]
        assert part["people"].sum() == pytest.approx(people[cells].sum(), rel=1e-6)
        assert part["area_m2"].sum() == pytest.approx(cells.sum() * 100.0**2)


def _weakest_cells(study: Study, signal: Signal, heavy: Study, operator: str) -> np.ndarray:
    """Take cells of each overloaded sector by signal until the others are within the limit."""
    served = catalog.level_dbm("4G", "served")
    people = study.people.values.astype(float)
    number = signal.cells["operator"].value_counts()
    serves = {name: signal.rsrp_dbm[name].values >= served for name in ("viettel", "vinaphone")}
    sharing = sum(serves[name] * float(number[name]) for name in serves)
    sinr_db = signal.sinr_db[operator].values.astype(float)
    with np.errstate(invalid="ignore", divide="ignore"):
        users = np.where(serves[operator], people * number[operator] / sharing, 0.0)
    efficiency = np.maximum(np.nan_to_num(spectral_efficiency_bps_hz(sinr_db, "4G")), 0.02)
    taken = users / efficiency
    limit = catalog.rule("load_limit_share")
    load = sector_load(heavy, signal, [2026]).set_index(["operator", "site_id", "azimuth_deg"])
    cells = signal.cells.reset_index(drop=True)
    chosen = np.zeros(people.shape, dtype=bool)
    for (site, azimuth), rows in cells[cells["operator"] == operator].groupby(
        ["site_id", "azimuth_deg"]
    ):
        there = serves[operator] & (people > 0)
        there &= np.isin(signal.server[operator].values, rows.index)
        if not there.any():
            continue
        share = load.loc[(operator, site, azimuth), "widest_load_share"]
        left = taken[there].sum()
        allowed = left * min(limit / share, 1.0)
        level = signal.rsrp_dbm[operator].values
        for row, column in sorted(np.argwhere(there).tolist(), key=lambda at: level[tuple(at)]):
            if left <= allowed * (1 + 1e-9):
                break
            left -= taken[row, column]
            chosen[row, column] = True
    return chosen
