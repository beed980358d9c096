"""Are all people in gaps counted, and rightly around a place?"""

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infraplan.errors import CrsError
from infraplan.siting.demand import gap_demand, people_within
from infraplan.study import Study


def test_people_in_gaps_add_up(valley: Study, gaps: gpd.GeoDataFrame) -> None:
    demand = gap_demand(valley, gaps)
    assert demand.people.sum() == pytest.approx(gaps["people"].sum())
    assert demand.raster().sum() == pytest.approx(397.5)
    numbers = demand.numbers()
    assert (numbers >= 0).sum() == len(demand.people) == 36 + 15
    assert (numbers[demand.rows, demand.columns] == np.arange(len(demand.people))).all()


def test_without_gaps_there_is_no_demand(valley: Study, no_gaps: gpd.GeoDataFrame) -> None:
    assert len(gap_demand(valley, no_gaps).people) == 0


def test_gaps_in_degrees_are_refused(valley: Study, gaps: gpd.GeoDataFrame) -> None:
    with pytest.raises(CrsError, match="to_crs"):
        gap_demand(valley, gaps.to_crs("EPSG:4326"))


@given(
    seed=st.integers(0, 1000),
    radius=st.floats(0, 30),
    row=st.integers(-3, 15),
    column=st.integers(-3, 22),
)
@settings(deadline=None)
def test_people_within_agrees_with_a_plain_sum(
    seed: int, radius: float, row: int, column: int
) -> None:
    people = np.random.default_rng(seed).integers(0, 50, (12, 20)).astype(np.float64)
    rows, columns = np.mgrid[:12, :20]
    plain = people[(rows - row) ** 2 + (columns - column) ** 2 <= radius**2].sum()
    found = people_within(people, np.array([row]), np.array([column]), radius_cells=radius)
    assert found[0] == pytest.approx(plain)
