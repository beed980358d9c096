"""What does a study say of how its demand grows?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from infraplan.errors import Fault
from infraplan.study.gather_tables import read_files
from infraplan.study.gathered import tell
from infraplan.tables import check, spec

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from infraplan.study.gathered import Gathered
    from infraplan.study_file import TablePart

__all__ = ["add_growth"]


def add_growth(found: Gathered, part: TablePart, folder: Path) -> None:
    """Read how demand grows by year, in the order of items and years.

    Everything that is wrong with the table is listed; an item has one value in a year.
    """
    tell(found, part.note)
    if not part.files:
        problem = "no path is given"
        found.faults.append(Fault(found.name, problem, "add `path`", column="growth.path"))
        return
    raw, file = read_files(found, "growth", part, folder)
    if raw is None:
        return
    found.faults += raw.faults
    found.notes += raw.notes
    if raw.faults:
        return
    checked = check(raw.frame, spec("growth"), file=file, first_row=raw.first_row)
    rows = raw.frame.index.to_numpy(dtype=np.int64) + raw.first_row
    found.faults += checked.faults
    if checked.faults:
        return
    frame = pd.DataFrame(checked.frame)
    found.faults += _percent_faults(frame, file, rows)
    again = frame.duplicated(["item", "year"]).to_numpy()
    found.faults += [
        Fault(
            file,
            f"{frame['item'].iloc[i]!r} has a value for {frame['year'].iloc[i]:.0f} already",
            "keep one of the rows",
            row=int(rows[i]),
            column="year",
        )
        for i in np.flatnonzero(again)
    ]
    found.growth = frame.sort_values(["item", "year"], kind="stable", ignore_index=True)


def _percent_faults(frame: pd.DataFrame, file: str, rows: NDArray[np.int64]) -> list[Fault]:
    """List shares above 1, which are percentages in disguise."""
    above = frame["item"].str.endswith("_share") & (frame["value"] > 1)
    return [
        Fault(
            file,
            f"{frame['item'].iloc[i]} is {frame['value'].iloc[i]:g}",
            "give a share from 0 to 1, such as 0.875 for 87.5 %",
            row=int(rows[i]),
            column="value",
        )
        for i in np.flatnonzero(above)
    ]
