"""Which cells of one country and area does a file of OpenCelliD hold?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import pyarrow as pa

from infraplan import catalog
from infraplan.errors import Fault
from infraplan.sources.opencellid.layout import find_layout
from infraplan.sources.opencellid.rows import Sieve
from infraplan.sources.opencellid.stream import BlockReader
from infraplan.sources.opencellid.told import no_cells, notes_on

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from infraplan.wording import Text

__all__ = ["CellTable", "read_cells"]

_IDENTITY: Final = ["radio", "net", "area", "cell"]
_BEST_FIRST: Final = ["samples", "updated", "exact", "lon", "lat", "range_m"]
_ASCENDING: Final = [False, False, False, True, True, True]


@dataclass(frozen=True, slots=True, eq=False)
class CellTable:
    """Cells that telephones reported.

    Attributes
    ----------
    cells
        One row per cell, by radio, operator's number, area and cell: ``radio``, ``technology``,
        ``mcc``, ``net``, ``operator``, ``area``, ``cell``, ``lon``, ``lat`` (degrees, EPSG:4326),
        ``range_m`` (NaN where unknown), ``samples``, ``exact`` (the operator told the position)
        and ``row`` (of the file, as a spreadsheet counts).
    notes
        What was left out and why, in both languages.
    faults
        What keeps the file from being used; then there are no cells.
    """

    cells: pd.DataFrame
    notes: tuple[Text, ...]
    faults: tuple[Fault, ...]


def read_cells(
    path: Path,
    *,
    file: str,
    mcc: int,
    bounds: tuple[float, float, float, float],
    progress: Callable[[int, int], None] | None = None,
) -> CellTable:
    """Read the cells of one country in an area, in memory that follows what is kept.

    Parameters
    ----------
    path
        File of OpenCelliD, plain or packed with gzip, with or without a header.
    file
        Its name for messages.
    mcc
        Mobile country code, such as 452.
    bounds
        West, south, east, north of the area, degrees.
    progress
        Called with the bytes of the file read so far, and all of them.

    Returns
    -------
    CellTable
        Rows that are no cells are counted in its notes; of a cell listed again, the row with most
        samples, then the latest, is kept.

    References
    ----------
    OpenCelliD, columns of the cells database: positions are centroids of measurements
    (``changeable`` 1) or told by the operator (0); ``range`` is the radius of the measurements, m.
    """
    layout = find_layout(path, file=file)
    if isinstance(layout, Fault):
        return CellTable(_finished([], None), (), (layout,))
    reader = BlockReader(path, layout, progress)
    sieve = Sieve(mcc, bounds)
    kept: list[pd.DataFrame] = []
    try:
        for batch in reader.blocks():
            cells = sieve.keep(batch, reader.read - batch.num_rows)
            if cells is not None:
                kept.append(cells)
    except (OSError, pa.ArrowInvalid) as error:
        return CellTable(_finished([], None), (), (_damaged(file, reader, error),))
    cells, repeated = _once(_finished(kept, reader))
    cells["mcc"] = mcc
    cells["operator"] = _operators(cells["net"], mcc)
    notes = notes_on(sieve, reader, repeated=repeated)
    if cells.empty:
        return CellTable(cells, notes, (no_cells(file, sieve, reader),))
    return CellTable(cells, notes, ())


def _damaged(file: str, reader: BlockReader, error: Exception) -> Fault:
    """Say where reading ended and why."""
    rows = reader.read + len(reader.odd)
    at = f"after row {rows:,}" if rows else "near its start"
    if isinstance(error, pa.ArrowInvalid) and not isinstance(error, OSError):
        problem = f"a line {at} is too long for a cell"
    elif "runcated" in str(error):
        problem = f"the packed file is cut short {at}"
    else:
        problem = f"the file is damaged {at} ({' '.join(str(error).split())[:80]})"
    return Fault(file, problem, "fetch it again; nothing of it is used until it is whole")


def _finished(kept: list[pd.DataFrame], reader: BlockReader | None) -> pd.DataFrame:
    """Join what was kept of each block, and number its rows as the file does."""
    names = [*_IDENTITY, "lon", "lat", "range_m", "samples", "exact", "updated", "place"]
    cells = pd.concat(kept, ignore_index=True) if kept else pd.DataFrame(columns=names)
    if reader is not None and kept:
        cells["row"] = reader.lines(cells["place"].to_numpy(dtype=np.int64))
    else:
        cells["row"] = np.empty(0, dtype=np.int64)
    return cells.drop(columns="place")


def _once(cells: pd.DataFrame) -> tuple[pd.DataFrame, tuple[int, int]]:
    """Return each cell once, and how many rows were repeated, in all and with another position."""
    radios = catalog.table("cell_radios")
    order = {radio: i for i, radio in enumerate(radios["radio"])}
    technology = dict(zip(radios["radio"], radios["technology"], strict=True))
    cells = cells.assign(rank=cells["radio"].map(order), technology=cells["radio"].map(technology))
    keys = ["rank", *_IDENTITY[1:]]
    cells = cells.sort_values(
        [*keys, *_BEST_FIRST, "row"], ascending=[True] * len(keys) + [*_ASCENDING, True]
    )
    again = cells.duplicated(keys).to_numpy()
    elsewhere = again & ~cells.duplicated([*keys, "lon", "lat"]).to_numpy()
    repeated = (int(again.sum()), int(elsewhere.sum()))
    names = ["radio", "technology", "net", "area", "cell", "lon", "lat", "range_m", "samples"]
    return cells.loc[~again, [*names, "exact", "row"]].reset_index(drop=True), repeated


def _operators(net: pd.Series, mcc: int) -> pd.Series:
    """Return the operator of each network number; MCC and MNC where the catalogue has none."""
    rows = catalog.table("operators")
    known = {
        int(mnc): operator
        for operator, code, mnc in zip(rows["operator"], rows["mcc"], rows["mnc"], strict=True)
        if code and mnc and int(code) == mcc
    }
    names = {int(n): known.get(int(n), f"{mcc}-{int(n):02d}") for n in net.unique()}
    return net.map(names).astype(object)
