"""Which boundaries does a study have, mended and measured, and which CRS do they call for?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from infraplan.errors import CrsError, Fault
from infraplan.geo import metric_crs
from infraplan.sources import boundaries
from infraplan.study.gather_tables import read_files, read_part
from infraplan.study.gathered import no_rows, tell, told_once
from infraplan.study.place import overlap_faults
from infraplan.study.public_communes import public_part
from infraplan.study_file import CommunesPart
from infraplan.tables import check, spec
from infraplan.wording import Text

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd

    from infraplan.sources.tabular import RawTable
    from infraplan.study.gathered import Gathered
    from infraplan.study_file import TablePart

__all__ = ["add_communes"]

_KEY = "code"
_OWN_COLUMNS = ("geometry", "geometry_origin")


def add_communes(found: Gathered, part: TablePart, folder: Path) -> None:
    """Read, mend, check and measure the boundaries, and choose the study's CRS by them.

    Everything that is wrong with them is listed.
    """
    tell(found, part.note)
    checked = _checked(found, part, folder)
    if checked is None:
        return
    communes, file = checked
    if isinstance(part, CommunesPart) and part.complete is not None:
        communes = _completed(found, communes, file)
    found.faults += overlap_faults(communes, file=file, rows=found.rows["communes"])
    found.notes += boundaries.measure(communes).notes
    found.tables["communes"] = communes


def _checked(found: Gathered, part: TablePart, folder: Path) -> tuple[gpd.GeoDataFrame, str] | None:
    """Return the checked boundaries in the study's CRS, or None where faults were listed."""
    raw, file = _raw(found, part, folder)
    if raw is None:
        return None
    found.faults += raw.faults
    found.notes += raw.notes
    if raw.faults and raw.frame.empty:
        return None
    frame, mended = raw.frame, True
    if not raw.faults and not frame.empty and "geometry" in frame.columns:
        metric = _metric(found, raw, file)
        if metric is None:
            return None
        frame, mended = metric, len(metric) == len(frame)
    checked = check(frame, spec("communes"), file=file, first_row=raw.first_row)
    found.faults += told_once(checked.faults, raw)
    if checked.faults or raw.faults or not mended:
        found.crs = ""
        return None
    found.files["communes"] = file
    found.rows["communes"] = frame.index.to_numpy(dtype="int64") + raw.first_row
    return checked.frame, file


def _raw(found: Gathered, part: TablePart, folder: Path) -> tuple[RawTable | None, str]:
    if not isinstance(part, CommunesPart) or part.public is None:
        return read_part(found, "communes", part, folder)
    made = public_part(found, part)
    if made is None:
        return None, ""
    called = f"{part.public} ({len(made.files)})"
    return read_files(found, "communes", made, folder, called=called)


def _metric(found: Gathered, raw: RawTable, file: str) -> gpd.GeoDataFrame | None:
    """Bring boundaries into a metric CRS and mend them; what cannot be mended is listed."""
    try:
        found.crs = metric_crs(raw.frame)
    except CrsError as error:
        found.faults.append(Fault(file, str(error), "give the CRS of the boundaries"))
        return None
    rows = raw.frame.index.to_numpy(dtype="int64") + raw.first_row
    mended = boundaries.mend(raw.frame.to_crs(found.crs), file=file, rows=rows)
    found.faults += mended.faults
    found.notes += mended.notes
    return mended.frame


def _completed(found: Gathered, communes: gpd.GeoDataFrame, file: str) -> gpd.GeoDataFrame:
    """Fill columns that the boundaries lack from the base's communes of the same codes."""
    base = _base_communes(found)
    known = communes[_KEY].isin(base[_KEY])
    if not known.any():
        problem = f'no commune has the code of one of "{found.file.study.base}"'
        remedy = "mend the codes, or delete `complete` under [communes]"
        found.faults.append(Fault(file, problem, remedy, column=_KEY))
        return communes
    lacking = [c for c in base.columns if c not in communes.columns and c not in _OWN_COLUMNS]
    matching = base.set_index(_KEY).reindex(communes[_KEY])
    for column in lacking:
        communes[column] = matching[column].to_numpy()
    columns = ", ".join(c for c in lacking if not c.endswith("_origin"))
    found.notes.append(
        Text(
            f"Các cột lấy theo mã xã từ dữ liệu kèm theo: {columns}.",
            f"Columns of the communes taken by code from the embedded data: {columns}.",
        )
    )
    missing = sorted(communes.loc[~known, _KEY])
    if missing:
        listed = ", ".join(missing)
        found.notes.append(
            Text(
                f"Số xã mà dữ liệu kèm theo không có: {len(missing)} ({listed}).",
                f"Communes that the embedded data does not have: {len(missing)} ({listed}).",
            )
        )
    return communes


def _base_communes(found: Gathered) -> pd.DataFrame:
    """Return the communes of the base, which ships and is right, by its own part."""
    part, folder = found.base["communes"]
    raw, file = read_part(found, "communes", part, folder)
    if raw is None:
        return no_rows("communes")
    checked = check(raw.frame, spec("communes"), file=file, first_row=raw.first_row)
    return pd.DataFrame(checked.frame)
