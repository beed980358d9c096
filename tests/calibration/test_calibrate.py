"""Is a known error recovered from simulated drives, and is every sample accounted for?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from infraplan.calibration import Calibration, calibrate
from infraplan.errors import InputError

from .conftest import Truth

if TYPE_CHECKING:
    from collections.abc import Callable

    from infraplan.sources.drive_tests import Samples
    from infraplan.study import Study

    Drive = Callable[..., pd.DataFrame]
    Reader = Callable[..., Samples]

TRUTH = Truth(bias_db=5.0, slope_db=6.0, trees_db=7.0, suburban_db=-3.0, noise_db=5.0)


@pytest.fixture
def calibration(land: Study, drive: Drive, samples_of: Reader) -> Calibration:
    return calibrate(land, samples_of(drive(land, TRUTH, count=4000)))


def test_known_error_is_recovered(calibration: Calibration) -> None:
    (band,) = calibration.bands
    assert band.model == "slope_classes"
    offset = band.terms.offset_db
    assert band.terms.slope_db_per_decade == pytest.approx(6.0, abs=1.5)
    assert offset["trees"] - offset["open"] == pytest.approx(7.0, abs=1.2)
    assert offset["suburban"] - offset["open"] == pytest.approx(-3.0, abs=1.2)
    assert band.terms.bias_db + offset["open"] == pytest.approx(5.0, abs=1.2)


def test_report_tells_before_from_after(calibration: Calibration) -> None:
    whole = calibration.errors[calibration.errors["band"] == ""].set_index("stage")
    assert whole.loc["before", "rmse_db"] > 7.5
    assert whole.loc["crossed", "rmse_db"] == pytest.approx(5.0, abs=0.4)
    assert abs(whole.loc["crossed", "mean_error_db"]) < 0.5
    rmse = np.hypot(whole["mean_error_db"], whole["standard_deviation_db"])
    np.testing.assert_allclose(rmse.to_numpy(), whole["rmse_db"].to_numpy())
    assert whole.loc["crossed", "right_side_share"] > whole.loc["before", "right_side_share"]
    classes = set(calibration.errors["clutter_class"])
    assert classes == {"", "open", "trees", "suburban"}


def test_every_row_of_the_file_is_accounted_for(calibration: Calibration) -> None:
    counted = (calibration.matched, calibration.unmatched, calibration.dropped)
    assert sum(sum(c.values()) for c in counted) == calibration.rows == 4000
    assert calibration.pixels["samples"].sum() == sum(calibration.matched.values())


def test_no_calibrated_level_is_above_free_space(calibration: Calibration) -> None:
    pixels = calibration.pixels
    for column in ("calibrated_loss_db", "crossed_loss_db"):
        assert (pixels[column] >= pixels["free_space_db"] - 1e-9).all()


def test_same_samples_give_the_same_calibration(
    land: Study, drive: Drive, samples_of: Reader
) -> None:
    log = drive(land, TRUTH, count=800)
    first, second = (calibrate(land, samples_of(log)) for _ in range(2))
    pd.testing.assert_frame_equal(first.table, second.table)
    pd.testing.assert_frame_equal(first.pixels, second.pixels)


def test_model_that_is_right_is_left_alone(land: Study, drive: Drive, samples_of: Reader) -> None:
    found = calibrate(land, samples_of(drive(land, Truth(noise_db=6.0))))
    assert [b.model for b in found.bands] == ["none"]
    assert found.table.empty
    stages = found.errors[found.errors["band"] == ""].set_index("stage")["rmse_db"]
    assert stages["before"] == stages["after"] == stages["crossed"]


def test_bands_are_fitted_apart(land: Study, drive: Drive, samples_of: Reader) -> None:
    low = drive(land, Truth(bias_db=9.0), band="B8", seed=2)
    high = drive(land, Truth(bias_db=-6.0), band="B3", seed=3)
    found = calibrate(land, samples_of(pd.concat([low, high])))
    terms = {b.band: b.terms.bias_db for b in found.bands}
    assert terms["B8"] == pytest.approx(9.0, abs=1.5)
    assert terms["B3"] < -2.0


def test_parked_car_does_not_dominate(land: Study, drive: Drive, samples_of: Reader) -> None:
    log = drive(land, Truth(bias_db=5.0, noise_db=3.0))
    parked = pd.concat([log.iloc[[0]]] * 3000).assign(rsrp=-60.0, number=np.arange(3000))
    alone = calibrate(land, samples_of(log)).bands[0].terms
    both = calibrate(land, samples_of(pd.concat([log, parked]))).bands[0].terms
    assert both.bias_db == pytest.approx(alone.bias_db, abs=0.2)


def test_best_server_is_taken_where_no_cell_is_named(
    land: Study, drive: Drive, samples_of: Reader
) -> None:
    log = drive(land, Truth(bias_db=6.0)).drop(columns="cell")
    found = calibrate(land, samples_of(log))
    assert set(found.matched) == {"operator"}
    assert set(found.pixels["matched_by"]) == {"operator"}


def test_floor_of_the_receiver_is_found_and_flagged(
    land: Study, drive: Drive, samples_of: Reader
) -> None:
    log = drive(land, Truth(bias_db=8.0))
    cut = log.assign(rsrp=log["rsrp"].clip(lower=-130.0))
    found = calibrate(land, samples_of(cut))
    assert found.floor_dbm == pytest.approx(-129.0)
    assert found.pixels["at_floor"].sum() > 50
    told = found.bands[0].terms.bias_db
    assert told == pytest.approx(8.0, abs=2.0)
    assert np.isnan(calibrate(land, samples_of(log)).floor_dbm)


def test_wrong_power_in_the_table_of_cells_shows(
    land: Study, drive: Drive, samples_of: Reader
) -> None:
    log = drive(land, Truth(noise_db=2.0))
    found = calibrate(land, samples_of(log.assign(rsrp=log["rsrp"] + 15.0)))
    assert found.above_free_space_share > 0.1
    assert calibrate(land, samples_of(log)).above_free_space_share < 0.05


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"operator": "mobifone", "cell": ""}, "operator_unknown [0-9]+"),
        ({"lat": 10.0}, "position_outside [0-9]+"),
        ({"band": "B7"}, "carrier_unknown [0-9]+"),
        ({"operator": "", "cell": ""}, "operator_missing [0-9]+"),
    ],
)
def test_samples_of_elsewhere_are_refused_with_their_reason(
    land: Study, drive: Drive, samples_of: Reader, change: dict[str, object], reason: str
) -> None:
    log = drive(land, Truth(), count=300).assign(**change)
    with pytest.raises(InputError, match=reason):
        calibrate(land, samples_of(log))


def test_refusal_says_what_both_sides_have(land: Study, drive: Drive, samples_of: Reader) -> None:
    log = drive(land, Truth(), count=20).assign(operator="Nobody", cell="")
    with pytest.raises(InputError) as caught:
        calibrate(land, samples_of(log))
    said = str(caught.value)
    assert "operator: the samples say Nobody, the study has viettel, vinaphone" in said
    assert "--column operator= --operator NAME" in said
    with pytest.raises(InputError, match=r"the samples lie within x -105.*the study within x 10"):
        calibrate(land, samples_of(log.assign(lon=-log["lon"])))


def test_study_without_land_cover_gets_bias_and_slope(
    tiny_study: Study, drive: Drive, samples_of: Reader
) -> None:
    log = drive(tiny_study, Truth(bias_db=6.0, noise_db=3.0), count=3000)
    found = calibrate(tiny_study, samples_of(log), origin="simulated")
    assert set(found.table["clutter_model"]) == {"none"}
    assert set(found.table["origin"]) == {"simulated"}
    assert "no_clutter" in found.bands[0].reasons
