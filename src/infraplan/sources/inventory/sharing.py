"""Which rows of an inventory say the same, and which masts do operators share?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from infraplan.sources.coordinates_said import listed_rows
from infraplan.wording import count, phrase, plain

if TYPE_CHECKING:
    from collections.abc import Collection

    import geopandas as gpd

    from infraplan.errors import Fault
    from infraplan.sources.inventory.rows import Rows
    from infraplan.wording import Text

__all__ = ["add_tenants", "repeated_rows", "same_place_notes", "told_apart"]

_SAME_PLACE_DIGITS = 6
"""Degrees with so many decimals are a tenth of a metre apart."""
_OF_OTHERS: Final = ("technologies", "bands", "azimuths_deg", "tilt_deg", "eirp_dbm",
                     "antenna_height_m")  # fmt: skip
"""What is said of one operator's antennas and not of another's on the same mast."""


def told_apart(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Add the operator to identifiers that several operators share: each has its own tower."""
    ids = table["tower_id"]
    pairs = table[["tower_id", "operator"]]
    shared = ids.notna() & ids.duplicated(keep=False) & ~pairs.duplicated(keep=False)
    shared &= table["operator"].notna()
    mended = table.copy()
    mended.loc[shared, "tower_id"] = ids[shared] + "-" + table.loc[shared, "operator"]
    return mended


def repeated_rows(table: gpd.GeoDataFrame, rows: Rows) -> list[Fault]:
    """List rows that repeat an earlier one cell by cell.

    Parameters
    ----------
    table
        Towers by the rows of the file.
    rows
        The rows.
    """
    cells = rows.frame.drop(columns="geometry", errors="ignore").astype("string").fillna("")
    cells = cells.assign(point=table.geometry.to_wkb().to_numpy())
    first: dict[tuple[object, ...], int] = {}
    faults = []
    for i, said in enumerate(cells.itertuples(index=False, name=None)):
        earlier = first.setdefault(said, i)
        if earlier != i:
            problem = f"the row repeats row {rows.numbers[earlier]} in every cell"
            faults.append(rows.fault(i, "tower_id", problem, "delete one of the two rows"))
    return faults


def same_place_notes(
    table: gpd.GeoDataFrame, file: str, *, known: Collection[int | None]
) -> list[Text]:
    """Note towers at the very place of an earlier one of the same operator.

    Parameters
    ----------
    table
        Towers.
    file
        Their file for messages.
    known
        Rows, as a spreadsheet counts them, of which it is told otherwise.
    """
    points = table.geometry
    place = pd.DataFrame({"operator": table["operator"], "x": points.x, "y": points.y})
    place = place.round(_SAME_PLACE_DIGITS)
    again = place.duplicated() & points.notna() & place["operator"].notna()
    again &= ~table["source_row"].isin([r for r in known if r is not None])
    if not again.any():
        return []
    numbers = table.loc[again, "source_row"].to_numpy(dtype=np.int64)
    values = {"file": plain(file), "count": count(len(numbers)), "list": listed_rows(numbers)}
    return [phrase("inventory_same_place", values)]


def add_tenants(table: gpd.GeoDataFrame, rows: Rows) -> tuple[gpd.GeoDataFrame, list[Text]]:
    """Add a tower for each further operator that a row names on its mast.

    Parameters
    ----------
    table
        Towers with the column ``sharing``: further operators of each row.
    rows
        The rows.

    Returns
    -------
    tuple
        Towers in the order of the file, without that column; and a note where some were added.
    """
    taken = set(table["tower_id"].dropna())
    order, ids, operators = [], [], []
    for i, (tower, own, others) in enumerate(
        zip(table["tower_id"], table["operator"], table["sharing"], strict=True)
    ):
        order.append(i)
        ids.append(tower)
        operators.append(own)
        for other in others:
            name = f"{tower}-{other}"
            if tower is None or name in taken:
                continue
            taken.add(name)
            order.append(i)
            ids.append(name)
            operators.append(other)
    wider = table.drop(columns="sharing").iloc[order].reset_index(drop=True)
    added = np.append([False], np.diff(order) == 0) if order else np.array([], dtype=np.bool_)
    wider["tower_id"], wider["operator"] = ids, operators
    if not added.any():
        return wider, []
    wider.loc[added, list(_OF_OTHERS)] = None
    values = {"file": plain(rows.file), "count": count(int(added.sum()))}
    return wider, [phrase("inventory_tenants", values)]
