"""How strong was the signal, in dBm, whatever the log writes?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from infraplan import catalog
from infraplan.errors import Fault
from infraplan.sources.drive_tests.values import numbers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from infraplan.sources.drive_tests.text import Log

__all__ = ["Levels", "levels"]


@dataclass(frozen=True, slots=True, eq=False)
class Levels:
    """Levels of the rows of a log.

    Attributes
    ----------
    values_dbm
        NaN where there is none.
    wrong
        Reason → rows without a usable level.
    negated
        Whether a missing minus sign was put in.
    faults
        What makes all of them unusable.
    """

    values_dbm: NDArray[np.float64]
    wrong: Mapping[str, NDArray[np.bool_]]
    negated: bool
    faults: tuple[Fault, ...]


def levels(log: Log, *, file: str) -> Levels:
    """Read the levels.

    A level of 0 is none. Where every level is positive and so large that only the minus sign can
    be missing, it is put in; smaller ones might be indexes, and are refused.
    """
    by_index = "level_dbm" not in log.frame
    name = "level_asu" if by_index else "level_dbm"
    said = numbers(log.frame[name])
    zero = (said == 0.0) & (not by_index)
    values = np.where(zero, np.nan, said)
    faults: list[Fault] = []
    negated = False
    if by_index:
        values = values + catalog.value("calibration_rules", "asu_zero_dbm", "value")
    elif np.isfinite(values).any() and np.nanmin(values) > 0:
        middle = float(np.nanmedian(values))
        negated = middle >= catalog.value("calibration_rules", "positive_median_least_dbm", "value")
        if negated:
            values = -values
        else:
            problem = f"every level is positive, half of them below {middle:g}: they are not dBm"
            remedy = "give RSRP in dBm, or say that they are its index: --column level_asu=NAME"
            faults.append(Fault(file, problem, remedy, column=log.header[name]))
    least = catalog.value("calibration_rules", "level_least_dbm", "value")
    most = catalog.value("calibration_rules", "level_most_dbm", "value")
    wrong = {
        "level_zero": zero,
        "level_missing": np.isnan(values) & ~zero,
        "level_implausible": (values < least) | (values > most),
    }
    return Levels(values, wrong, negated, tuple(faults))
