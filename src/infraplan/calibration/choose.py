"""Which terms does a band deserve, judged on areas that were left out of the fit?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from infraplan import catalog
from infraplan.calibration.fit import (
    MAD_PER_SPREAD,
    NOTHING,
    Terms,
    calibrated_loss_db,
    fit,
)

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["BandFit", "choose", "errors_db", "rmse_db"]

_LOWEST_SHARE = 0.005
"""Levels below this quantile are not the limit of what the receiver hears, but strays."""


@dataclass(frozen=True, slots=True, eq=False)
class BandFit:
    """What was fitted for one band.

    Attributes
    ----------
    band, technology
        Which one.
    terms
        What is added to its losses; nothing where that is best.
    model
        "none", "bias", "slope", "classes" or "slope_classes": the terms that were kept.
    tried
        Model → root mean square error on the areas left out, dB, of pairs that are surely
        heard; ``"none"`` is before.
    reasons
        Why other terms were not tried: "few_areas", "few_pixels_bias", "few_pixels_slope",
        "narrow_distances", "no_clutter", "few_pixels_class:KEY".
    heard
        Whether each pair would have been measured whatever the chance, in their order.
    fitted_loss_db, crossed_loss_db
        Calibrated loss of each pair, by the fit and by one without its area, in their order.
    """

    band: str
    technology: str
    terms: Terms
    model: str
    tried: dict[str, float]
    reasons: tuple[str, ...]
    heard: NDArray[np.bool_]
    fitted_loss_db: NDArray[np.float64]
    crossed_loss_db: NDArray[np.float64]


def choose(pixels: pd.DataFrame) -> BandFit:
    """Fit one band: the simplest model that no richer one beats on areas left out.

    Weak signals are measured where they are stronger than expected and not recorded elsewhere, so
    pairs that are expected close to the lowest level would pull the fit to too much signal. They
    are left out of fits and of their comparison, by what is expected, which does not bias the
    others. Where the receiver writes its floor instead, fits take them all.

    Parameters
    ----------
    pixels
        Its pairs, at least one.
    """
    models, reasons = _models(pixels)
    heard = _surely_heard(pixels, models)
    told = heard | bool(pixels["at_floor"].any())
    fold = _folds(pixels["area"].to_numpy(dtype=np.int64))
    crossed = {"none": pixels["loss_db"].to_numpy(dtype=np.float64)}
    tried = {"none": rmse_db(pixels[heard], crossed["none"][heard])}
    best = "none"
    for name, (slope, classes) in models.items():
        crossed[name] = _crossed(pixels, fold, told, slope=slope, classes=classes)
        tried[name] = rmse_db(pixels[heard], crossed[name][heard])
        if tried[name] <= tried[best] - _rule("gain_least_db"):
            best = name
    terms = NOTHING
    if best != "none":
        slope, classes = models[best]
        terms = fit(pixels[told], slope=slope, classes=classes)
    return BandFit(
        band=str(pixels["band"].iloc[0]),
        technology=str(pixels["technology"].iloc[0]),
        terms=terms,
        model=best,
        tried=tried,
        reasons=tuple(reasons),
        heard=heard,
        fitted_loss_db=calibrated_loss_db(pixels, terms),
        crossed_loss_db=crossed[best],
    )


def errors_db(pixels: pd.DataFrame, loss_db: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return measured less predicted levels, dB, NaN where the measured one is at the floor."""
    predicted_dbm = pixels["radiated_dbm"].to_numpy(dtype=np.float64) - loss_db
    error_db = pixels["measured_dbm"].to_numpy(dtype=np.float64) - predicted_dbm
    return np.where(pixels["at_floor"].to_numpy(dtype=np.bool_), np.nan, error_db)


def rmse_db(pixels: pd.DataFrame, loss_db: NDArray[np.float64]) -> float:
    """Return the root mean square error of levels, dB, without those at the receiver's floor."""
    error_db = errors_db(pixels, loss_db)
    known = error_db[np.isfinite(error_db)]
    return float(np.sqrt(np.mean(known**2))) if known.size else float("nan")


def _rule(name: str) -> float:
    return catalog.value("calibration_rules", name, "value")


def _models(
    pixels: pd.DataFrame,
) -> tuple[dict[str, tuple[bool, tuple[str, ...]]], list[str]]:
    """Return the models that the pairs are enough for, simple ones first, and why not others."""
    if len(set(pixels["area"])) < _rule("blocks_least"):
        return {}, ["few_areas"]
    if len(pixels) < _rule("pixels_bias"):
        return {}, ["few_pixels_bias"]
    reasons: list[str] = []
    low_km, high_km = np.percentile(pixels["distance_km"], [10, 90])
    slope = False
    if len(pixels) < _rule("pixels_slope"):
        reasons.append("few_pixels_slope")
    elif np.log10(high_km / low_km) < _rule("distance_decades"):
        reasons.append("narrow_distances")
    else:
        slope = True
    classes, missing = _classes(pixels)
    models: dict[str, tuple[bool, tuple[str, ...]]] = {"bias": (False, ())}
    if slope:
        models["slope"] = (True, ())
    if classes:
        models["classes"] = (False, classes)
    if slope and classes:
        models["slope_classes"] = (True, classes)
    return models, reasons + missing


def _classes(pixels: pd.DataFrame) -> tuple[tuple[str, ...], list[str]]:
    """Return the classes seen often enough; one alone says nothing that the bias does not."""
    seen = pixels[pixels["clutter_class"] != ""].groupby("clutter_class")["area"]
    counts = seen.agg(["size", "nunique"])
    if counts.empty:
        return (), ["no_clutter"]
    enough = (counts["size"] >= _rule("pixels_class")) & (
        counts["nunique"] >= _rule("blocks_class")
    )
    missing = [f"few_pixels_class:{name}" for name in counts.index[~enough]]
    classes = tuple(str(name) for name in counts.index[enough])
    return (classes if len(counts) > 1 else ()), missing


def _surely_heard(
    pixels: pd.DataFrame, models: dict[str, tuple[bool, tuple[str, ...]]]
) -> NDArray[np.bool_]:
    """Tell which pairs would have been measured whatever the chance; all where few would."""
    everything = np.ones(len(pixels), dtype=np.bool_)
    if not models:
        return everything
    slope, classes = list(models.values())[-1]
    loss_db = calibrated_loss_db(pixels, fit(pixels, slope=slope, classes=classes))
    error_db = errors_db(pixels, loss_db)
    spread_db = float(np.nanmedian(np.abs(error_db - np.nanmedian(error_db)))) / MAD_PER_SPREAD
    lowest_dbm = float(np.quantile(pixels["measured_dbm"], _LOWEST_SHARE))
    expected_dbm = pixels["radiated_dbm"].to_numpy(dtype=np.float64) - loss_db
    heard: NDArray[np.bool_] = expected_dbm >= lowest_dbm + _rule("heard_spreads") * spread_db
    areas = len(set(pixels["area"][heard]))
    enough = heard.sum() >= _rule("pixels_bias") and areas >= _rule("blocks_least")
    return heard if enough else everything


def _folds(area: NDArray[np.int64]) -> NDArray[np.int64]:
    """Deal the areas to folds of about equal size, the largest areas first."""
    areas, count = np.unique(area, return_counts=True)
    folds = int(_rule("folds"))
    filled = np.zeros(folds, dtype=np.int64)
    of_area = {}
    for i in np.lexsort((areas, -count)):
        least = int(np.argmin(filled))
        of_area[int(areas[i])] = least
        filled[least] += count[i]
    return np.array([of_area[int(a)] for a in area], dtype=np.int64)


def _crossed(
    pixels: pd.DataFrame,
    fold: NDArray[np.int64],
    told: NDArray[np.bool_],
    *,
    slope: bool,
    classes: tuple[str, ...],
) -> NDArray[np.float64]:
    """Return the calibrated loss of each pair by a fit to the other folds, as far as they tell."""
    loss_db = np.full(len(pixels), np.nan)
    for left_out in np.unique(fold):
        out = fold == left_out
        others = pixels[~out & told]
        terms = NOTHING if others.empty else fit(others, slope=slope, classes=classes)
        loss_db[out] = calibrated_loss_db(pixels[out], terms)
    return loss_db
