"""Does a fit find what was put in, withstand outliers, and stay above free space?"""

from __future__ import annotations

from types import MappingProxyType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from infraplan import catalog
from infraplan.calibration.choose import choose, errors_db
from infraplan.calibration.fit import NOTHING, Terms, calibrated_loss_db, fit

from .conftest import pairs

DB = st.floats(min_value=-40, max_value=40)


@given(DB, DB, DB, st.integers(min_value=0, max_value=5))
def test_calibrated_loss_is_never_below_free_space(
    bias: float, slope: float, offset: float, seed: int
) -> None:
    terms = Terms(bias, slope, MappingProxyType({"trees": offset}))
    frame = pairs(50, seed=seed)
    loss_db = calibrated_loss_db(frame, terms)
    assert (loss_db >= frame["free_space_db"]).all()


def test_nothing_added_changes_nothing() -> None:
    frame = pairs(50, seed=1)
    np.testing.assert_array_equal(calibrated_loss_db(frame, NOTHING), frame["loss_db"])


@pytest.mark.parametrize("bias", [-8.0, 0.0, 12.0])
@pytest.mark.parametrize("slope", [-10.0, 0.0, 7.0])
def test_bias_and_slope_are_found(bias: float, slope: float) -> None:
    frame = pairs(2000, seed=2)
    error = bias + slope * np.log10(frame["distance_km"].to_numpy())
    found = fit(frame.assign(measured_dbm=frame["measured_dbm"] - error), slope=True, classes=())
    assert found.bias_db == pytest.approx(bias, abs=0.4)
    assert found.slope_db_per_decade == pytest.approx(slope, abs=0.6)


def test_outliers_hardly_move_the_bias() -> None:
    frame = pairs(1000, seed=3, error_db=5.0)
    frame.loc[:99, "measured_dbm"] -= 40.0
    assert fit(frame, slope=False, classes=()).bias_db == pytest.approx(5.0, abs=1.0)


def test_slope_stays_within_the_bounds_of_the_catalogue() -> None:
    frame = pairs(1000, seed=4)
    error = -40.0 * np.log10(frame["distance_km"].to_numpy())
    found = fit(frame.assign(measured_dbm=frame["measured_dbm"] - error), slope=True, classes=())
    least = catalog.value("calibration_rules", "slope_least_db_per_decade", "value")
    assert found.slope_db_per_decade == pytest.approx(least)


def test_levels_at_the_floor_only_say_that_the_loss_is_at_least_so_large() -> None:
    frame = pairs(3000, seed=5, error_db=10.0, noise_db=6.0)
    floor_dbm = float(frame["measured_dbm"].quantile(0.25))
    cut = frame.assign(
        at_floor=frame["measured_dbm"] < floor_dbm,
        measured_dbm=frame["measured_dbm"].clip(lower=floor_dbm),
    )
    told = fit(cut, slope=False, classes=()).bias_db
    left_out = fit(cut[~cut["at_floor"]], slope=False, classes=()).bias_db
    assert told == pytest.approx(10.0, abs=0.3)
    assert left_out < told - 0.5
    assert np.isnan(errors_db(cut, cut["loss_db"].to_numpy())).sum() == cut["at_floor"].sum()


def test_class_seen_in_few_places_is_drawn_to_nothing() -> None:
    rng = np.random.default_rng(6)
    frame = pairs(1200, seed=6, noise_db=3.0)
    of_area = rng.normal(0.0, 5.0, 30)
    error = of_area[frame["area"].to_numpy()]
    trees = (frame["clutter_class"] == "trees") & (frame["area"] < 3)
    frame = frame.assign(clutter_class=np.where(trees, "trees", "open"))
    error = error + 8.0 * trees.to_numpy()
    found = fit(
        frame.assign(measured_dbm=frame["measured_dbm"] - error), slope=False,
        classes=("open", "trees"),
    )  # fmt: skip
    plain = error[trees].mean() - error[~trees].mean()
    apart = found.offset_db["trees"] - found.offset_db["open"]
    assert 0.2 * plain < apart < 0.9 * plain


@pytest.mark.parametrize(
    ("error", "model"),
    [(lambda d: 0 * d, "none"), (lambda d: 6 + 0 * d, "bias"), (lambda d: 6 + 8 * d, "slope")],
    ids=["none", "bias", "slope"],
)
def test_simplest_model_that_suffices_is_chosen(error: object, model: str) -> None:
    frame = pairs(1500, seed=7, noise_db=4.0)
    off = error(np.log10(frame["distance_km"].to_numpy()))  # type: ignore[operator]
    found = choose(frame.assign(measured_dbm=frame["measured_dbm"] - off))
    assert found.model == model
    assert found.tried[model] <= found.tried["none"]
    assert set(found.tried) == {"none", "bias", "slope", "classes", "slope_classes"}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"area": 1}, "few_areas"),
        ({"distance_km": 2.0}, "narrow_distances"),
        ({"clutter_class": ""}, "no_clutter"),
    ],
)
def test_terms_that_the_samples_cannot_tell_are_not_tried(
    change: dict[str, object], reason: str
) -> None:
    found = choose(pairs(600, seed=8, error_db=6.0).assign(**change))
    assert reason in found.reasons
    assert found.terms == NOTHING if reason == "few_areas" else found.model != "none"


def test_few_pairs_give_no_term_and_say_so() -> None:
    assert choose(pairs(30, seed=9, error_db=9.0)).reasons == ("few_pixels_bias",)
    assert "few_pixels_slope" in choose(pairs(120, seed=9, error_db=9.0)).reasons


def test_order_of_the_pairs_does_not_matter() -> None:
    frame = pairs(400, seed=10, error_db=6.0)
    turned = frame.iloc[::-1].reset_index(drop=True)
    first, second = choose(frame), choose(turned)
    assert first.model == second.model
    assert first.terms.bias_db == pytest.approx(second.terms.bias_db, abs=1e-4)
