"""Do land cover, calibration and measured antennas of a study reach the prediction?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from infraplan.coverage import location_sigma, predict
from infraplan.errors import ParameterError
from infraplan.geo import Raster
from infraplan.sources.antenna_files import AntennaCuts
from infraplan.study.surface import clutter_height_m

if TYPE_CHECKING:
    from infraplan.study import Study

TREES, OPEN, URBAN = 5, 2, 7


def with_cover(study: Study, code: int) -> Study:
    values = np.full(study.grid.shape, code, dtype=np.int32)
    values[:, : study.grid.columns // 2] = OPEN
    return replace(
        study, clutter=Raster("clutter", "class", study.grid, values, "simulated", nodata=0)
    )


def with_calibration(study: Study, bias_db: float, model: str = "none") -> Study:
    rows = [
        {
            "band": band,
            "technology": "4G",
            "clutter_class": None,
            "bias_db": bias_db,
            "slope_db_per_decade": 0.0,
            "offset_db": 0.0,
            "clutter_model": model,
        }
        for band in ("B3", "B8")
    ]
    return replace(study, calibration=pd.DataFrame(rows))


def level(study: Study, **options: object) -> np.ndarray:
    return predict(study, **options).rsrp_dbm["any"].values  # type: ignore[arg-type]


def test_trees_on_the_way_weaken_the_signal_and_open_land_does_not(tiny_study: Study) -> None:
    plain = level(tiny_study)
    open_land = level(with_cover(tiny_study, OPEN))
    np.testing.assert_array_equal(open_land, plain)
    forest = level(with_cover(tiny_study, TREES))
    both = ~np.isnan(forest) & ~np.isnan(plain)
    lost = plain[both] - forest[both]
    assert lost.mean() > 0.5
    assert (lost > -1.0).all()


def test_terminals_among_houses_lose_by_height_gain(tiny_study: Study) -> None:
    covered = with_cover(tiny_study, URBAN)
    plain, among = level(covered, clutter="none"), level(covered, clutter="terminal")
    west = np.s_[:, : tiny_study.grid.columns // 2]
    np.testing.assert_allclose(among[west], plain[west], atol=0.11)
    both = ~np.isnan(plain) & ~np.isnan(among)
    both[west] = False
    assert (plain[both] - among[both] > 10.0).all()


def test_clutter_needs_land_cover_and_a_known_name(tiny_study: Study) -> None:
    with pytest.raises(ParameterError, match="no land cover"):
        predict(tiny_study, clutter="profile")
    with pytest.raises(ParameterError, match="'forest'"):
        predict(tiny_study, clutter="forest")  # type: ignore[arg-type]


def test_heights_and_spread_follow_the_class(tiny_study: Study) -> None:
    covered = with_cover(tiny_study, TREES)
    heights, sigma = clutter_height_m(covered), location_sigma(covered)
    assert heights is not None
    assert sigma is not None
    assert (heights[0, 0], heights[0, -1]) == (0.0, 15.0)
    assert sigma.values.min() > 0.0
    assert clutter_height_m(tiny_study) is None


def test_a_calibration_is_applied_per_band(tiny_study: Study) -> None:
    plain, worse = level(tiny_study), level(with_calibration(tiny_study, 6.0))
    both = ~np.isnan(worse)
    np.testing.assert_allclose(worse[both], plain[both] - 6.0, atol=0.11)


def test_a_calibration_of_another_clutter_model_is_refused(tiny_study: Study) -> None:
    fitted = with_calibration(tiny_study, 6.0, model="profile")
    with pytest.raises(ParameterError, match="fitted with clutter 'profile'"):
        predict(fitted)


def test_measured_antennas_shape_the_signal(tiny_study: Study) -> None:
    angle = np.arange(360)
    narrow = AntennaCuts(
        name="narrow",
        make="",
        comment="",
        frequency_mhz=1800.0,
        gain_dbi=17.0,
        electrical_tilt_deg=0.0,
        horizontal_db=np.minimum(12 * (np.minimum(angle, 360 - angle) / 20.0) ** 2, 40.0),
        vertical_db=np.minimum(12 * (np.minimum(angle, 360 - angle) / 10.0) ** 2, 20.0),
    )
    cells = tiny_study.cells.assign(antenna="narrow")
    shaped = replace(tiny_study, antennas={"narrow": narrow}, cells=cells)
    plain, found = level(tiny_study), level(shaped)
    both = ~np.isnan(plain) & ~np.isnan(found)
    assert (plain[both] - found[both]).mean() > 2.0
    with pytest.raises(ParameterError, match="narrow"):
        predict(replace(tiny_study, cells=cells))


def test_a_signal_says_where_land_cover_counts(tiny_study: Study) -> None:
    covered = with_cover(tiny_study, 5)
    assert predict(tiny_study).clutter_model == "none"
    assert predict(covered).clutter_model == "profile"
    for model in ("none", "terminal"):
        assert predict(covered, clutter=model).clutter_model == model


def test_a_band_that_two_technologies_name_alike_has_its_own_calibration(
    tiny_study: Study,
) -> None:
    own = with_calibration(tiny_study, 5.0).calibration
    assert own is not None
    other = own.assign(technology="5G", bias_db=-20.0)
    both = replace(tiny_study, calibration=pd.concat([own, other], ignore_index=True))
    np.testing.assert_array_equal(level(both), level(with_calibration(tiny_study, 5.0)))
