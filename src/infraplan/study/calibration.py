"""Which corrections of the losses, fitted to measurements, does a study name?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from infraplan.results import Source
from infraplan.sources import files, tabular
from infraplan.study.gathered import locate, tell
from infraplan.tables import check, spec

if TYPE_CHECKING:
    from infraplan.study.gathered import Gathered

__all__ = ["read_calibration"]


def read_calibration(found: Gathered) -> pd.DataFrame | None:
    """Return the table of the calibration; None where there is none or faults were listed."""
    if found.calibration_part is None:
        return None
    part, folder = found.calibration_part
    tell(found, part.note)
    path = locate(found, part.path, folder=folder, key="calibration.path")
    if path is None:
        return None
    raw = tabular.read_tabular(
        path, file=part.path, columns={}, values={}, x="", y="", crs=None, located=False
    )
    found.faults += raw.faults
    if raw.faults:
        return None
    checked = check(raw.frame, spec("calibration"), file=part.path, first_row=raw.first_row)
    found.faults += checked.faults
    if checked.faults:
        return None
    digest = files.sha256(path)
    found.sources.append(Source("calibration", part.path, digest, part.origin, part.licence))
    return pd.DataFrame(checked.frame)
