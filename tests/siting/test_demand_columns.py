"""Is the demand of every gap counted once, by kind, operator and weight?"""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest

from infraplan.errors import CrsError
from infraplan.siting.demand_columns import DemandColumns, demand_columns
from infraplan.siting.demand_weights import demand_weights
from infraplan.study import Study
from infraplan.study_file import DemandPart


def _weighed(study: Study, **weights: float) -> Study:
    return replace(study, file=study.file.model_copy(update={"demand": DemandPart(**weights)}))


def _of(demand: DemandColumns, kind: str) -> np.ndarray:
    return demand.kind == kind


def test_every_gap_is_counted_by_its_kind(served_valley: Study, all_gaps: gpd.GeoDataFrame) -> None:
    demand = demand_columns(served_valley, all_gaps)
    sums = {kind: demand.people[_of(demand, kind)].sum() for kind in set(demand.kind.tolist())}
    assert sums == pytest.approx(
        {"white": 37.5, "weak": 360.0, "single_operator": 120.0, "congested": 180.0}
    )
    assert set(demand.operator[_of(demand, "weak")].tolist()) == {"any"}
    assert set(demand.operator[_of(demand, "congested")].tolist()) == {"mobifone"}
    assert demand.gap_people().sum() == pytest.approx(397.5)


def test_columns_stand_in_row_major_order_and_share_cells(
    served_valley: Study, all_gaps: gpd.GeoDataFrame
) -> None:
    demand = demand_columns(served_valley, all_gaps)
    cell = demand.row * served_valley.grid.shape[1] + demand.column
    assert (np.diff(cell) >= 0).all()
    twice = np.isin(cell, cell[_of(demand, "congested")])
    assert set(demand.kind[twice].tolist()) == {"weak", "congested"}


def test_a_gap_without_operator_asks_for_any(valley: Study, gaps: gpd.GeoDataFrame) -> None:
    demand = demand_columns(valley, gaps)
    assert set(demand.operator.tolist()) == {"any"}
    assert (demand.weight == demand.people).all()


def test_who_is_served_by_whom(served_valley: Study, all_gaps: gpd.GeoDataFrame) -> None:
    demand = demand_columns(served_valley, all_gaps)
    kinds = {name: set(demand.kind[demand.is_served_by(name)]) for name in ("viettel", "mobifone")}
    assert kinds["viettel"] == {"white", "weak"}
    assert kinds["mobifone"] == {"white", "weak", "single_operator", "congested"}


def test_weights_are_the_catalogues_unless_the_study_says_otherwise(
    served_valley: Study, all_gaps: gpd.GeoDataFrame
) -> None:
    plain = demand_columns(served_valley, all_gaps)
    single = _of(plain, "single_operator")
    share = demand_weights(served_valley).single_operator
    assert plain.weight[single] == pytest.approx(share * plain.people[single])
    own = _weighed(served_valley, person=2.0, especially_difficult=3.0, congested=0.0)
    demand = demand_columns(own, all_gaps)
    white, weak = _of(demand, "white"), _of(demand, "weak")
    assert demand.weight[white] == pytest.approx(6.0 * demand.people[white])
    assert demand.weight[weak] == pytest.approx(2.0 * demand.people[weak])
    assert not _of(demand, "congested").any()


def test_households_villages_and_facilities_add_weight(
    served_valley: Study, gaps: gpd.GeoDataFrame
) -> None:
    villages = served_valley.villages
    school = villages.iloc[[0]][["geometry"]].assign(facility_id="F1", kind="school")
    study = _weighed(
        replace(served_valley, facilities=school), household=1.0, village=50.0, facility=7.0
    )
    demand = demand_columns(study, gaps)
    extra = demand.weight - demand.people
    assert extra.sum() == pytest.approx(90.0 + 15.0 + 2 * 50.0 + 7.0)


def test_a_village_centre_without_people_is_demand_where_villages_count(
    served_valley: Study, gaps: gpd.GeoDataFrame
) -> None:
    x_m, y_m = served_valley.grid.centre(np.array([67]), np.array([103]))
    villages = served_valley.villages.copy()
    villages.loc[0, "geometry"] = gpd.points_from_xy(x_m, y_m)[0]
    study = _weighed(replace(served_valley, villages=villages), village=5.0)
    demand = demand_columns(study, gaps)
    there = (demand.row == 67) & (demand.column == 103)
    assert demand.people[there].tolist() == [0.0]
    assert demand.weight[there].tolist() == [5.0]


def test_people_far_from_every_village_are_of_no_class(
    served_valley: Study, gaps: gpd.GeoDataFrame
) -> None:
    demand = demand_columns(served_valley, gaps)
    assert (demand.village[_of(demand, "white")] == 1).all()
    assert demand.has_floor().sum() == _of(demand, "white").sum()
    far = served_valley.villages.iloc[:1]
    demand = demand_columns(replace(served_valley, villages=far), gaps)
    assert (demand.village[_of(demand, "white")] == -1).all()
    assert not demand.has_floor().any()


def test_no_gaps_are_no_demand(served_valley: Study, no_gaps: gpd.GeoDataFrame) -> None:
    assert len(demand_columns(served_valley, no_gaps)) == 0


def test_gaps_in_another_crs_are_refused(served_valley: Study, gaps: gpd.GeoDataFrame) -> None:
    with pytest.raises(CrsError, match="gaps"):
        demand_columns(served_valley, gaps.to_crs("EPSG:4326"))
