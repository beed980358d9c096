"""How wrong are predictions before and after a calibration, for which band and land cover?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from infraplan import catalog
from infraplan.calibration.choose import errors_db

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from infraplan.calibration.choose import BandFit

__all__ = ["STAGES", "error_table", "with_levels"]

STAGES = ("before", "after", "crossed")
"""Without the calibration; with it; with what was fitted without the pair's own area."""


def with_levels(pixels: pd.DataFrame, fits: Iterable[BandFit]) -> pd.DataFrame:
    """Add the calibrated levels to the pairs of every band: fitted, and on areas left out."""
    from_fit = pixels["loss_db"].to_numpy(dtype=np.float64).copy()
    crossed = from_fit.copy()
    heard = np.ones(len(pixels), dtype=np.bool_)
    for one in fits:
        at = ((pixels["band"] == one.band) & (pixels["technology"] == one.technology)).to_numpy()
        from_fit[at] = one.fitted_loss_db
        crossed[at] = one.crossed_loss_db
        heard[at] = one.heard
    return pixels.assign(
        heard=heard,
        calibrated_loss_db=from_fit,
        crossed_loss_db=crossed,
        calibrated_dbm=pixels["radiated_dbm"] - from_fit,
        crossed_dbm=pixels["radiated_dbm"] - crossed,
    )


def error_table(pixels: pd.DataFrame) -> pd.DataFrame:
    """Return the errors of levels, measured less predicted.

    Parameters
    ----------
    pixels
        Pairs from :func:`with_levels`.

    Returns
    -------
    pandas.DataFrame
        One row per scope (all; each band; each band and class) and stage: pixels, samples,
        pixels_judged, mean_error_db, standard_deviation_db, rmse_db (these three from the pairs
        judged: not at the receiver's floor, and expected so far above the lowest level that they
        would have been measured whatever the chance), and right_side_share: the share of pairs
        that are measured and predicted on the same side of the level "served" of their technology.
    """
    served_dbm = pixels["technology"].map(
        {t: catalog.level_dbm(t, "served") for t in sorted(set(pixels["technology"]))}
    )
    pixels = pixels.assign(served_threshold_dbm=served_dbm.astype(float))
    whole: dict[str, object] = {"technology": "", "band": "", "clutter_class": ""}
    scopes = [(whole, pixels)]
    for (technology, band), part in pixels.groupby(["technology", "band"]):
        named: dict[str, object] = {"technology": technology, "band": band, "clutter_class": ""}
        scopes.append((named, part))
        scopes += [
            (named | {"clutter_class": name}, of_class)
            for name, of_class in part.groupby("clutter_class")
            if name
        ]
    rows = [named | _row(part, stage) for named, part in scopes for stage in STAGES]
    return pd.DataFrame(rows)


def _row(pixels: pd.DataFrame, stage: str) -> dict[str, object]:
    """Return the errors of some pairs at one stage."""
    column = {"before": "loss_db", "after": "calibrated_loss_db", "crossed": "crossed_loss_db"}
    loss_db: NDArray[np.float64] = pixels[column[stage]].to_numpy(dtype=np.float64)
    error_db = errors_db(pixels, loss_db)
    known = error_db[np.isfinite(error_db) & pixels["heard"].to_numpy(dtype=np.bool_)]
    predicted_dbm = pixels["radiated_dbm"].to_numpy(dtype=np.float64) - loss_db
    threshold_dbm = pixels["served_threshold_dbm"].to_numpy(dtype=np.float64)
    measured = pixels["measured_dbm"].to_numpy(dtype=np.float64) >= threshold_dbm
    right = measured == (predicted_dbm >= threshold_dbm)
    thresholds = np.unique(threshold_dbm)
    return {
        "stage": stage,
        "pixels": len(pixels),
        "samples": int(pixels["samples"].sum()),
        "pixels_judged": int(known.size),
        "mean_error_db": float(known.mean()) if known.size else float("nan"),
        "standard_deviation_db": float(known.std()) if known.size else float("nan"),
        "rmse_db": float(np.sqrt((known**2).mean())) if known.size else float("nan"),
        "right_side_share": float(right.mean()),
        "served_threshold_dbm": float(thresholds[0]) if thresholds.size == 1 else float("nan"),
    }
