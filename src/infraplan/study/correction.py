"""By how much does a calibration change the predicted losses of a band?

The fit stands in ``infraplan.calibration``; this file only turns its table into what a prediction
adds to its losses.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from infraplan import catalog
from infraplan.errors import Fault, InputError

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from infraplan.study.model import Study

__all__ = ["Correction", "loss_correction"]

_TABLE = "calibration"


@dataclass(frozen=True, slots=True, eq=False)
class Correction:
    """What is added to the losses of one band.

    The calibrated loss is max(free space, loss + `bias_db` + `slope_db_per_decade` · log10(d) +
    `offset_db` at the receiver), with d the distance in km, at least a thousandth.

    Attributes
    ----------
    bias_db
        For every path, dB; positive where the model promises too much signal.
    slope_db_per_decade
        Per decade of distance from 1 km, dB.
    offset_db
        Per cell of the study's grid, dB, float32; None where no class has an offset.
    clutter_model
        Whether the calibration was fitted with heights of land cover on the profiles
        ("profile") or without ("none").
    """

    bias_db: float
    slope_db_per_decade: float
    offset_db: NDArray[np.float32] | None
    clutter_model: str


def loss_correction(study: Study, band: str, *, technology: str | None = None) -> Correction | None:
    """Return what the study's calibration adds to the losses of a band.

    Parameters
    ----------
    study
        With its calibration and land cover.
    band
        As in the table of cells.
    technology
        Needed only where two technologies name a band alike.

    Returns
    -------
    Correction or None
        None where the study has no calibration, or it says nothing about this band.

    Raises
    ------
    InputError
        If the rows of the band contradict each other, name a class that the catalogue has not,
        or are about classes although the study has no land cover; every fault is listed.
    """
    if study.calibration is None:
        return None
    rows = study.calibration[study.calibration["band"] == band]
    if technology is not None:
        rows = rows[rows["technology"] == technology]
    if rows.empty:
        return None
    of_class = rows["clutter_class"].notna() & (rows["clutter_class"] != "")
    faults = _faults(study, band, rows, of_class)
    if faults:
        raise InputError(faults)
    whole, classes = rows[~of_class].iloc[0], rows[of_class]
    return Correction(
        bias_db=float(whole["bias_db"]),
        slope_db_per_decade=float(whole["slope_db_per_decade"]),
        offset_db=_offsets_db(study, classes),
        clutter_model=str(whole["clutter_model"]),
    )


def _codes() -> dict[str, int]:
    """Return the code of each class of land cover."""
    clutter = catalog.table("clutter")
    return dict(zip(clutter["key"], clutter["class"].astype(int), strict=True))


def _offsets_db(study: Study, classes: pd.DataFrame) -> NDArray[np.float32] | None:
    """Lay the offsets on the grid; 0 in classes without one and where the class is unknown."""
    if study.clutter is None or not (classes["offset_db"] != 0).any():
        return None
    known = _codes()
    offset_db = np.zeros(study.grid.shape, dtype=np.float32)
    for row in classes.to_dict("records"):
        at = study.clutter.values == known[row["clutter_class"]]
        offset_db[at] = row["offset_db"]
    return offset_db


def _faults(study: Study, band: str, rows: pd.DataFrame, of_class: pd.Series) -> list[Fault]:
    """List what is wrong with the rows of a band."""
    again = "run `infraplan calibrate` again, or mend the table by hand"
    faults: list[Fault] = []
    whole, classes = rows[~of_class], rows[of_class]
    if len(whole) != 1:
        problem = f"the band {band!r} has {len(whole)} rows without a class; it needs one"
        faults.append(Fault(_TABLE, problem, again, column="clutter_class"))
    unknown = sorted(set(classes["clutter_class"]) - set(_codes()))
    if unknown:
        problem = f"{', '.join(unknown)}: no class of land cover of the band {band!r} has this key"
        remedy = f"give keys of catalog/clutter.csv: {', '.join(_codes())}"
        faults.append(Fault(_TABLE, problem, remedy, column="clutter_class"))
    twice = classes["clutter_class"][classes["clutter_class"].duplicated()]
    if not twice.empty:
        problem = f"the band {band!r} has two rows for {', '.join(sorted(set(twice)))}"
        faults.append(Fault(_TABLE, problem, again, column="clutter_class"))
    if len(set(rows["clutter_model"])) > 1:
        problem = f"the rows of the band {band!r} were fitted with different clutter models"
        faults.append(Fault(_TABLE, problem, again, column="clutter_model"))
    if study.clutter is None and ((classes["offset_db"] != 0).any()):
        problem = f"the band {band!r} has offsets per class, but the study has no land cover"
        remedy = "add the [clutter] part that it was fitted with, or calibrate without land cover"
        faults.append(Fault(_TABLE, problem, remedy, column="offset_db"))
    return faults
