"""Which measured antennas does a study name, and which antenna and tilts does each cell have?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from infraplan import catalog
from infraplan.errors import Fault, InputError
from infraplan.results import Source
from infraplan.sources import antenna_files, files
from infraplan.study.gathered import locate, tell

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from infraplan.study.gathered import Gathered

__all__ = ["complete_antennas", "read_antennas"]

_SAME_TILT_DEG: Final = 0.05
"""Rounding within which mechanical and electrical tilt add up to the whole."""
_MECHANICAL, _ELECTRICAL = "mechanical_tilt_deg", "electrical_tilt_deg"


def read_antennas(found: Gathered) -> None:
    """Read every antenna file the study names into `found.antennas`, by file name without ending.

    What is wrong with any of them is listed.
    """
    if found.antennas_part is None:
        return
    part, folder = found.antennas_part
    tell(found, part.note)
    for name in part.paths:
        path = locate(found, name, folder=folder, key="antennas.paths")
        if path is None:
            continue
        try:
            cuts = antenna_files.read_antenna(path, label=name)
        except InputError as error:
            found.faults += error.faults
            continue
        key = path.stem
        if key in found.antennas or key in set(catalog.table("antennas")["antenna"]):
            problem = f"there is another antenna called {key!r}"
            fault = Fault(name, problem, "rename the file", column="antennas.paths")
            found.faults.append(fault)
            continue
        found.antennas[key] = cuts
        digest = files.sha256(path)
        found.sources.append(Source("antennas", name, digest, part.origin, part.licence))


def complete_antennas(found: Gathered) -> None:
    """Give each cell that says so its antenna, and split its tilt into mechanical and electrical.

    A cell names an antenna of the catalogue, or a file of the study with or without its ending,
    or the name inside that file. Where a cell says one of the two tilts, the other is the rest of
    the whole. Where it says neither, the electrical tilt is that of a measured antenna's file as
    far as the whole reaches, and all of it for an antenna of the catalogue.
    """
    if "cells" not in found.tables or "cells" not in found.rows:
        return
    cells = found.tables["cells"]
    if "antenna" in cells.columns:
        _name_antennas(found, cells)
    elif not {_MECHANICAL, _ELECTRICAL} & set(cells.columns):
        return
    _split_tilts(found, cells)


def _name_antennas(found: Gathered, cells: pd.DataFrame) -> None:
    """Replace what cells call an antenna by its key; list names that nobody knows."""
    known = _names(found)
    for i, name in cells["antenna"].items():
        if name is None:
            continue
        key = known.get(_folded(name))
        if key is None:
            there = ", ".join(sorted(set(known.values())))
            remedy = f"name one of {there}, or list its file under [antennas] paths"
            _fault(found, int(str(i)), "antenna", f"there is no antenna {name!r}", remedy)
        else:
            cells.loc[i, "antenna"] = key


def _names(found: Gathered) -> dict[str, str]:
    """Return each way to call an antenna → its key; a name of two files calls neither."""
    known = {_folded(name): name for name in catalog.table("antennas")["antenna"]}
    inside: dict[str, list[str]] = {}
    for key, cuts in found.antennas.items():
        inside.setdefault(_folded(cuts.name), []).append(key)
    known |= {name: keys[0] for name, keys in inside.items() if len(keys) == 1}
    listed = found.antennas_part[0].paths if found.antennas_part else ()
    for key in (Path(path).stem for path in listed):
        known |= {_folded(f"{key}{ending}"): key for ending in ("", ".msi", ".pln", ".txt")}
    return known


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()


def _split_tilts(found: Gathered, cells: pd.DataFrame) -> None:
    """Fill the columns of mechanical and electrical tilt; list those that do not add up."""
    total = cells["tilt_deg"].to_numpy(dtype=np.float64)
    mechanical, electrical = _column(cells, _MECHANICAL), _column(cells, _ELECTRICAL)
    wrong = np.abs(mechanical + electrical - total) > _SAME_TILT_DEG
    for i in np.flatnonzero(wrong):
        problem = (
            f"mechanical {mechanical[i]:g}° and electrical {electrical[i]:g}° do not add up to "
            f"the {total[i]:g}° of tilt_deg"
        )
        _fault(found, int(i), _MECHANICAL, problem, "mend one of the three, or leave one out")
    stated = np.where(np.isnan(electrical), _file_tilt_deg(found, cells), electrical)
    rest = np.where(np.isnan(stated), 0.0, total - stated)
    rest = np.where(np.isnan(electrical), np.maximum(rest, 0.0), rest)
    cells[_MECHANICAL] = np.where(np.isnan(mechanical), rest, mechanical)
    cells[_ELECTRICAL] = total - cells[_MECHANICAL].to_numpy()


def _column(cells: pd.DataFrame, name: str) -> NDArray[np.float64]:
    if name not in cells.columns:
        return np.full(len(cells), np.nan)
    return cells[name].to_numpy(dtype=np.float64)


def _file_tilt_deg(found: Gathered, cells: pd.DataFrame) -> NDArray[np.float64]:
    """Return the electrical tilt of each cell's measured antenna, NaN where it has none."""
    if "antenna" not in cells.columns:
        return np.full(len(cells), np.nan)
    tilts = {key: cuts.electrical_tilt_deg for key, cuts in found.antennas.items()}
    return np.array([tilts.get(str(a), np.nan) for a in cells["antenna"]], dtype=np.float64)


def _fault(found: Gathered, index: int, column: str, problem: str, remedy: str) -> None:
    row = int(found.rows["cells"][index])
    found.faults.append(Fault(found.files["cells"], problem, remedy, row, column))
