"""Which tables does a study name, and what is wrong with any of them?

Every table is read and checked before the first error is raised, so one run tells all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from infraplan import catalog
from infraplan.errors import Fault
from infraplan.sources.shelf import shelf_of_settings
from infraplan.study.census import add_census
from infraplan.study.communes import add_communes
from infraplan.study.gather_parts import keep_parts, list_missing_tables
from infraplan.study.gather_tables import read_part
from infraplan.study.gathered import Gathered, tell, tell_dropped, told_once
from infraplan.study.growth import add_growth
from infraplan.study.place import commune_of, outside_faults, outside_mask
from infraplan.study.prices import add_prices
from infraplan.study.told_indicators import add_observations, add_targets
from infraplan.study.towers import add_towers
from infraplan.study_file import read_study_file
from infraplan.tables import check, spec
from infraplan.wording import Text, word_or

if TYPE_CHECKING:
    from pathlib import Path

    from infraplan.sources.shelf import Shelf
    from infraplan.study_file import TablePart

__all__ = ["Gathered", "gather", "gather_communes"]

_LOCATED = (
    *("villages", "facilities", "roads", "sites", "fibre_nodes", "fibre"),
    *("power", "protected", "water", "structures", "works"),
)
_POINTS = ("villages", "facilities", "sites", "fibre_nodes", "structures")
_MAY_BE_ELSEWHERE = ("power", "protected", "water", "structures")
"""Tables that a map may hold around a study and not in it."""
_IN_COMMUNES = ("villages", "facilities")
_UNPLACED = {
    "growth": add_growth,
    "costs": add_prices,
    "indicators": add_observations,
    "targets": add_targets,
}
"""Tables that lie nowhere, and what adds them, in order: targets may be of own indicators."""


def gather(path: Path, *, shelf: Shelf | None = None) -> Gathered:
    """Read and check every table of a study.

    Parameters
    ----------
    path
        The study file.
    shelf
        Where files are looked for; by default what the environment names.

    Returns
    -------
    Gathered
        With faults listed, not raised, so that the rasters can add theirs.

    Raises
    ------
    InputError, MissingDataError
        If the study file itself cannot be used.
    """
    found, parts = _begin(path, shelf)
    list_missing_tables(found, parts)
    if "communes" in parts:
        add_communes(found, *parts["communes"])
    if "census" in parts:
        add_census(found, *parts["census"])
    for name in (*_LOCATED, "cells"):
        if name in parts:
            _add_table(found, name, *parts[name])
    add_towers(found)
    for name, add in _UNPLACED.items():
        if name in parts:
            add(found, *parts[name])
    if not found.faults:
        for name in _IN_COMMUNES:
            _place(found, name)
    return found


def gather_communes(path: Path, *, shelf: Shelf | None = None) -> Gathered:
    """Read and check the boundaries of a study only; parameters and errors as :func:`gather`."""
    found, parts = _begin(path, shelf)
    if "communes" in parts:
        add_communes(found, *parts["communes"])
    return found


def _begin(path: Path, shelf: Shelf | None) -> tuple[Gathered, dict[str, tuple[TablePart, Path]]]:
    file = read_study_file(path)
    found = Gathered(file, path.name, path.parent, shelf or shelf_of_settings())
    return found, keep_parts(found)


def _place(found: Gathered, name: str) -> None:
    """Give each row of a table the commune that holds it; tell where the table says another."""
    if name not in found.tables:
        return
    table = found.tables[name]
    place = commune_of(table, found.tables["communes"])
    if "commune_code" in table.columns:
        said = table["commune_code"]
        moved = int((said.notna() & (said != place)).sum())
        if moved:
            called = word_or(f"table_{name}", name)
            found.notes.append(
                Text(
                    f"{called.vi}: {moved} dòng nằm ở xã khác với mã xã trong bảng; lấy theo vị "
                    "trí.",
                    f"{called.en}: {moved} rows lie in another commune than the table says; the "
                    "position is taken.",
                )
            )
    table["commune_code"] = pd.Series(place, index=table.index, dtype=object)


def _add_table(found: Gathered, name: str, part: TablePart, folder: Path) -> None:
    """Read, check and locate one table; list its faults."""
    tell(found, part.note)
    raw, file = read_part(found, name, part, folder)
    if raw is None:
        return
    found.faults += raw.faults
    found.notes += raw.notes
    if raw.faults and raw.frame.empty:
        return
    checked = check(raw.frame, spec(name), file=file, first_row=raw.first_row)
    found.faults += told_once(checked.faults, raw)
    if checked.faults or raw.faults:
        return
    found.files[name] = file
    found.rows[name] = raw.frame.index.to_numpy(dtype=np.int64) + raw.first_row
    if name == "cells":
        found.tables[name] = checked.frame
    elif found.crs:
        table = checked.frame.to_crs(found.crs)
        found.tables[name] = _within(found, name, table, part, file)


def _within(
    found: Gathered, name: str, table: gpd.GeoDataFrame, part: TablePart, file: str
) -> gpd.GeoDataFrame:
    """Refuse or drop points outside the boundaries; a table wholly outside is always a fault."""
    if "communes" not in found.tables:
        return table
    communes = found.tables["communes"]
    outside = outside_mask(
        table.geometry, communes, tolerance_m=catalog.rule("boundary_tolerance_m")
    )
    points = name in _POINTS
    if points and part.outside == "refuse":
        rows = found.rows[name]
        found.faults += outside_faults(table, outside, communes, file=file, rows=rows)
        return table
    elsewhere = part.source == "osm" and name in _MAY_BE_ELSEWHERE
    if outside.all() and not elsewhere:
        remedy = "give the table of this province, or mend its CRS"
        found.faults.append(Fault(file, f"nothing of {name} lies in any commune", remedy))
        return table
    if not points and not (elsewhere and outside.all()):
        return table
    if outside.any():
        if name == "sites":
            found.dropped_sites |= set(table.loc[outside, "site_id"])
        tell_dropped(found, name, int(outside.sum()), len(table))
    found.rows[name] = found.rows[name][~outside]
    return gpd.GeoDataFrame(table.loc[~outside].reset_index(drop=True))
