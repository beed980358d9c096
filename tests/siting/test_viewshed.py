"""Is what is in sight counted right, against geometry that knows nothing of the kernel?"""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infraplan.catalog import rule
from infraplan.siting.places_people import people_in_gaps
from infraplan.siting.places_rank import fair_share
from infraplan.siting.rules import rules
from infraplan.siting.viewshed import viewshed
from infraplan.study import Study


def seen(study: Study, gaps: gpd.GeoDataFrame, row: int, column: int, antenna_m: float) -> float:
    """Return the people in sight of one antenna."""
    there = people_in_gaps(study, gaps)
    found = viewshed(study, there, np.array([row]), np.array([column]), np.array([antenna_m]))
    assert found.people.shape == (1,)
    return float(found.people[0])


def test_a_hill_top_sees_more_than_its_foot(valley: Study, gaps: gpd.GeoDataFrame) -> None:
    top, behind = seen(valley, gaps, 62, 90, 40.0), seen(valley, gaps, 62, 80, 1.5)
    assert top > behind


def test_a_ridge_hides_everybody_behind_it(valley: Study, gaps: gpd.GeoDataFrame) -> None:
    assert rule("sight_reach_m") > 4000
    wall = valley.elevation.values.copy()
    wall[:, 70:72] = 5000.0
    walled = replace(valley, elevation=replace(valley.elevation, values=wall))
    assert seen(walled, gaps, 62, 68, 68.0) == 0
    assert seen(walled, gaps, 62, 74, 68.0) > 0


def test_over_flat_land_everybody_within_reach_is_seen(
    valley: Study, gaps: gpd.GeoDataFrame
) -> None:
    flat = replace(
        valley,
        elevation=replace(valley.elevation, values=np.zeros(valley.grid.shape, dtype=np.float32)),
    )
    there = people_in_gaps(flat, gaps)
    total = there.people.sum()
    assert total == pytest.approx(397.5)
    assert seen(flat, gaps, 46, 92, 68.0) == pytest.approx(total)
    assert seen(flat, gaps, 46, 20, 68.0) == 0  # 7 km from any of them


@given(st.integers(0, 119), st.integers(0, 119), st.floats(1, 60), st.floats(1, 60))
@settings(deadline=None, max_examples=30)
def test_a_taller_antenna_never_sees_fewer(
    valley: Study, gaps: gpd.GeoDataFrame, row: int, column: int, low_m: float, more_m: float
) -> None:
    low = seen(valley, gaps, row, column, low_m)
    assert seen(valley, gaps, row, column, low_m + more_m) >= low


def test_people_of_one_operators_gaps_count_by_their_weight(
    valley: Study, gaps: gpd.GeoDataFrame
) -> None:
    named = gaps.assign(kind="single_operator", operator="viettel")
    there, plain = people_in_gaps(valley, named), people_in_gaps(valley, gaps)
    assert np.array_equal(there.people, plain.people)
    assert there.need.sum() == pytest.approx(0.1 * plain.need.sum())
    assert np.array_equal(there.rivals, there.need)
    assert plain.rivals.sum() == 0
    own = valley.file.model_copy(
        update={"demand": valley.file.demand.model_copy(update={"single_operator": 0.5})}
    )
    heavier = people_in_gaps(replace(valley, file=own), named)
    assert heavier.need.sum() == pytest.approx(0.5 * plain.need.sum())


def test_a_lonely_place_keeps_its_people_and_crowded_ones_share_theirs(
    valley: Study, gaps: gpd.GeoDataFrame
) -> None:
    there = people_in_gaps(valley, gaps)
    rows, columns = np.array([62, 62, 63, 31, 5]), np.array([96, 97, 97, 86, 5])
    x_m, y_m = valley.grid.centre(rows, columns)
    places = gpd.GeoSeries(gpd.points_from_xy(x_m, y_m), crs=valley.crs)
    share = fair_share(valley, there, places, rules())
    assert share[:3] == pytest.approx(1 / 3, abs=0.02)
    assert share[3] > 0.9
    assert share[4] == 0
