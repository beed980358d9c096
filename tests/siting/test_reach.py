"""Does a candidate serve whom the terrain lets it serve?"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from infraplan.errors import CrsError
from infraplan.geo import Raster
from infraplan.radio.freespace import loss_db
from infraplan.siting import candidates, reach_matrix
from infraplan.study import Study


def _places(valley: Study, rows: list[int], columns: list[int]) -> gpd.GeoDataFrame:
    x_m, y_m = valley.grid.centre(rows, columns)
    return gpd.GeoDataFrame(
        {"candidate_id": [f"C{i}" for i in range(len(rows))], "antenna_height_m": 40.0},
        geometry=gpd.points_from_xy(x_m, y_m),
        crs=valley.crs,
    )


def test_people_add_up_and_shapes_agree(valley: Study, gaps: gpd.GeoDataFrame) -> None:
    spots = candidates(valley, gaps)
    reach = reach_matrix(valley, spots, gaps)
    assert reach.matrix.shape == (len(spots), len(reach.people))
    assert reach.people.sum() == pytest.approx(gaps["people"].sum())
    assert reach.threshold_dbm == -105.0
    assert reach.matrix.nnz > 0


def test_a_mast_amid_people_serves_them_and_one_behind_the_ridge_does_not(
    valley: Study, gaps: gpd.GeoDataFrame
) -> None:
    reach = reach_matrix(valley, _places(valley, [63, 63], [98, 45]), gaps)
    near = (reach.rows >= 60) & (reach.rows < 66)
    served = reach.matrix.toarray()
    assert served[0, near].all()
    assert not served[1].any()


def test_a_harder_threshold_never_serves_more(valley: Study, gaps: gpd.GeoDataFrame) -> None:
    spots = candidates(valley, gaps)
    easy = reach_matrix(valley, spots, gaps, threshold_dbm=-120.0).matrix.toarray()
    hard = reach_matrix(valley, spots, gaps, threshold_dbm=-70.0).matrix.toarray()
    assert easy.sum() > hard.sum()
    assert not (hard & ~easy).any()


def test_nobody_is_served_beyond_free_space(valley: Study, gaps: gpd.GeoDataFrame) -> None:
    place = _places(valley, [63], [98])
    threshold_dbm = -60.0
    reach = reach_matrix(valley, place, gaps, threshold_dbm=threshold_dbm)
    away_m = np.hypot(reach.rows - 63, reach.columns - 98) * valley.grid.cell_size_m
    level_dbm = 34.3 - loss_db(np.maximum(away_m, 1.0), 942.5)
    served = reach.matrix.toarray()[0]
    assert served.any()
    assert (level_dbm[served] >= threshold_dbm).all()


def test_threads_and_one_thread_agree(valley: Study, gaps: gpd.GeoDataFrame) -> None:
    spots = candidates(valley, gaps)
    seen: list[tuple[int, int]] = []
    alone = reach_matrix(valley, spots, gaps)
    with ThreadPoolExecutor(2) as executor:
        both = reach_matrix(
            valley, spots, gaps, executor=executor, progress=lambda *done: seen.append(done)
        )
    assert (alone.matrix.toarray() == both.matrix.toarray()).all()
    assert seen == [(number, len(spots)) for number in range(1, len(spots) + 1)]


def test_no_candidates_reach_nobody(valley: Study, gaps: gpd.GeoDataFrame) -> None:
    reach = reach_matrix(valley, _places(valley, [], []), gaps)
    assert reach.matrix.shape == (0, len(reach.people))


def test_candidates_in_another_crs_are_refused(valley: Study, gaps: gpd.GeoDataFrame) -> None:
    with pytest.raises(CrsError, match="candidates"):
        reach_matrix(valley, _places(valley, [1], [1]).to_crs("EPSG:4326"), gaps)


def test_trees_and_calibration_count_as_in_the_coverage(
    valley: Study, gaps: gpd.GeoDataFrame
) -> None:
    place = _places(valley, [63], [98])
    plain = reach_matrix(valley, place, gaps, threshold_dbm=-72.0).matrix.toarray()
    trees = np.full(valley.grid.shape, 5, dtype=np.int32)
    forest = replace(
        valley, clutter=Raster("clutter", "class", valley.grid, trees, "simulated", nodata=0)
    )
    among = reach_matrix(forest, place, gaps, threshold_dbm=-72.0).matrix.toarray()
    assert among.sum() < plain.sum()
    row = {"band": "B8", "clutter_class": None, "bias_db": 10.0, "slope_db_per_decade": 0.0}
    row |= {"offset_db": 0.0, "clutter_model": "none"}
    measured = replace(valley, calibration=pd.DataFrame([row]))
    found = reach_matrix(measured, place, gaps, threshold_dbm=-72.0).matrix.toarray()
    harder = reach_matrix(valley, place, gaps, threshold_dbm=-62.0).matrix.toarray()
    assert (found != harder).mean() < 0.01
    assert found.sum() < plain.sum()
