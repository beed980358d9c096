"""Does an option serve whom the terrain and its operator let it serve?"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from infraplan.errors import CrsError, ParameterError
from infraplan.geo import Raster
from infraplan.radio.freespace import loss_db
from infraplan.siting.reach import Reach, reach_options
from infraplan.study import Study


@pytest.fixture(scope="module")
def reach(served_valley: Study, all_gaps: gpd.GeoDataFrame, spots: gpd.GeoDataFrame) -> Reach:
    return reach_options(served_valley, spots, all_gaps)


def _new_masts(spots: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return spots[spots["kind"] == "new_mast"].reset_index(drop=True)


def _one(spots: gpd.GeoDataFrame, heights_m: str = "42") -> gpd.GeoDataFrame:
    return spots.iloc[[0]].assign(heights_m=heights_m)


def test_shapes_agree_and_every_option_serves_somebody(reach: Reach) -> None:
    assert reach.matrix.shape == (len(reach.options), len(reach.demand))
    assert reach.matrix.dtype == np.int8
    assert (np.diff(reach.matrix.indptr) > 0).all()
    assert (reach.matrix.data > 0).all()
    assert reach.matrix.has_sorted_indices
    assert reach.threshold_dbm == -105.0
    assert reach.candidate_id == ("C1", "C2", "C3", "C4", "C5", "C6", "C7")


def test_a_mast_amid_people_serves_them_and_one_behind_the_ridge_does_not(
    served_valley: Study, gaps: gpd.GeoDataFrame, spots: gpd.GeoDataFrame
) -> None:
    reach = reach_options(served_valley, spots, gaps)
    served = reach.served().toarray()
    south = reach.demand.row >= 60
    assert served[(reach.options.place == 0) & (reach.options.mast_height_m == 42.0)][0][
        south
    ].all()
    assert not (reach.options.place == 4).any()


def test_heights_together_equal_heights_alone(
    served_valley: Study, gaps: gpd.GeoDataFrame, spots: gpd.GeoDataFrame
) -> None:
    together = reach_options(served_valley, _one(spots, "15|30|42"), gaps, threshold_dbm=-70.0)
    assert together.options.mast_height_m.tolist() == [15.0, 30.0, 42.0]
    sums = together.matrix.toarray().astype(int).sum(axis=1)
    assert len(set(sums.tolist())) == 3
    for row, height in enumerate(["15", "30", "42"]):
        alone = reach_options(served_valley, _one(spots, height), gaps, threshold_dbm=-70.0)
        assert (alone.matrix.toarray()[0] == together.matrix.toarray()[row]).all()


def test_an_option_serves_only_demand_that_its_operator_helps(reach: Reach) -> None:
    for row, operator in enumerate(reach.options.operator):
        columns = reach.matrix.indices[reach.matrix.indptr[row] : reach.matrix.indptr[row + 1]]
        assert reach.demand.is_served_by(operator)[columns].all()


def test_who_is_asked_for_gets_options(reach: Reach) -> None:
    of_place = {
        place: set(reach.options.operator[reach.options.place == place].tolist())
        for place in range(7)
    }
    assert of_place[0] == {"mobifone"}
    assert of_place[5] == {"vinaphone"}
    assert of_place[6] <= {"mobifone", "viettel"}
    rents = dict(zip(reach.options.place.tolist(), reach.options.pays_rent.tolist(), strict=True))
    assert rents[5]
    assert not rents[0]
    assert not rents[6]


def test_single_operator_spots_are_closed_by_sharing_first(
    served_valley: Study, all_gaps: gpd.GeoDataFrame, spots: gpd.GeoDataFrame, reach: Reach
) -> None:
    single = reach.demand.kind == "single_operator"
    served = reach.served().toarray()
    shared = np.isin(reach.options.place, (5, 6))
    assert served[shared][:, single].any(axis=0).all()
    assert not served[~shared][:, single].any()
    alone = reach_options(served_valley, _new_masts(spots), all_gaps)
    assert alone.served().toarray()[:, single].any()


def test_a_shift_equals_another_threshold(
    served_valley: Study, gaps: gpd.GeoDataFrame, spots: gpd.GeoDataFrame
) -> None:
    places = _new_masts(spots)
    wide = reach_options(served_valley, places, gaps, threshold_dbm=-75.0, slack_db=10.0)
    for shift_db in (-8.0, 0.0, 6.0):
        there = reach_options(served_valley, places, gaps, threshold_dbm=-75.0 - shift_db)
        some = _by_option(wide, wide.served(shift_db).toarray())
        other = _by_option(there, there.served().toarray())
        for key, found in other.items():
            assert (some[key] == found).all()
        assert all(not found.any() for key, found in some.items() if key not in other)
    worse, better = wide.served(-4.5).toarray(), wide.served(-4.0).toarray()
    assert (wide.served(-5.0).toarray() == worse).all()
    assert better.sum() > worse.sum()


def _by_option(reach: Reach, served: np.ndarray) -> dict[tuple[int, float, str], np.ndarray]:
    options = reach.options
    keys = zip(options.place, options.mast_height_m, options.operator, strict=True)
    return dict(zip(keys, served, strict=True))


def test_a_shift_beyond_the_slack_is_refused(reach: Reach) -> None:
    with pytest.raises(ParameterError, match=r"slack_db of at least 3\.0"):
        reach.served(3.0)


@pytest.mark.parametrize("slack_db", [-1.0, 61.0, float("nan")])
def test_a_senseless_slack_is_refused(
    served_valley: Study, gaps: gpd.GeoDataFrame, spots: gpd.GeoDataFrame, slack_db: float
) -> None:
    with pytest.raises(ParameterError, match="slack_db"):
        reach_options(served_valley, spots, gaps, slack_db=slack_db)


def test_nobody_is_served_beyond_free_space(
    served_valley: Study, gaps: gpd.GeoDataFrame, spots: gpd.GeoDataFrame
) -> None:
    threshold_dbm = -60.0
    reach = reach_options(served_valley, _one(spots), gaps, threshold_dbm=threshold_dbm)
    demand = reach.demand
    away_m = np.hypot(demand.row - 63, demand.column - 98) * served_valley.grid.cell_size_m
    level_dbm = 34.3 - loss_db(np.maximum(away_m, 1.0), 942.5)
    served = reach.served().toarray()[0]
    assert served.any()
    assert (level_dbm[served] >= threshold_dbm).all()


def test_threads_and_one_thread_agree(
    served_valley: Study, all_gaps: gpd.GeoDataFrame, spots: gpd.GeoDataFrame, reach: Reach
) -> None:
    seen: list[tuple[int, int]] = []
    with ThreadPoolExecutor(2) as executor:
        both = reach_options(
            served_valley,
            spots,
            all_gaps,
            executor=executor,
            progress=lambda *done: seen.append(done),
        )
    assert (reach.matrix.toarray() == both.matrix.toarray()).all()
    assert seen == [(number, len(spots)) for number in range(1, len(spots) + 1)]


def test_no_candidates_reach_nobody(
    served_valley: Study, gaps: gpd.GeoDataFrame, spots: gpd.GeoDataFrame
) -> None:
    reach = reach_options(served_valley, spots.iloc[:0], gaps)
    assert reach.matrix.shape == (0, len(reach.demand))
    assert reach.served().shape == (0, len(reach.demand))


def test_no_gaps_leave_no_option(
    served_valley: Study, no_gaps: gpd.GeoDataFrame, spots: gpd.GeoDataFrame
) -> None:
    assert reach_options(served_valley, spots, no_gaps).matrix.shape == (0, 0)


def test_candidates_in_another_crs_are_refused(
    served_valley: Study, gaps: gpd.GeoDataFrame, spots: gpd.GeoDataFrame
) -> None:
    with pytest.raises(CrsError, match="candidates"):
        reach_options(served_valley, spots.to_crs("EPSG:4326"), gaps)


def test_trees_and_calibration_count_as_in_the_coverage(
    served_valley: Study, gaps: gpd.GeoDataFrame, spots: gpd.GeoDataFrame
) -> None:
    def found(study: Study, threshold_dbm: float) -> np.ndarray:
        reach = reach_options(study, _one(spots), gaps, threshold_dbm=threshold_dbm)
        return reach.served().toarray()

    plain = found(served_valley, -72.0)
    trees = np.full(served_valley.grid.shape, 5, dtype=np.int32)
    clutter = Raster("clutter", "class", served_valley.grid, trees, "simulated", nodata=0)
    assert found(replace(served_valley, clutter=clutter), -72.0).sum() < plain.sum()
    row = {"band": "B8", "clutter_class": None, "bias_db": 10.0, "slope_db_per_decade": 0.0}
    row |= {"offset_db": 0.0, "clutter_model": "none"}
    measured = found(replace(served_valley, calibration=pd.DataFrame([row])), -72.0)
    assert (measured != found(served_valley, -62.0)).mean() < 0.01
    assert measured.sum() < plain.sum()
