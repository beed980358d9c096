"""Which towers does a file of OpenCelliD show, in the table that all lists of towers share?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraplan.sources.opencellid.group import group_sites
from infraplan.sources.opencellid.read import read_cells
from infraplan.wording import Text, count

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import geopandas as gpd

    from infraplan.errors import Fault

__all__ = ["CellTowers", "read_towers"]


@dataclass(frozen=True, slots=True, eq=False)
class CellTowers:
    """Towers that the cells of telephones' reports were grouped into.

    Attributes
    ----------
    towers
        Table ``towers``, EPSG:4326.
    faults
        What keeps the file from being used; then there are no towers.
    notes
        What was left out, and how many cells became how many towers.
    """

    towers: gpd.GeoDataFrame
    faults: tuple[Fault, ...]
    notes: tuple[Text, ...]


def read_towers(
    path: Path,
    *,
    file: str,
    mcc: int,
    bounds: tuple[float, float, float, float],
    progress: Callable[[int, int], None] | None = None,
) -> CellTowers:
    """Read the cells of one country in an area and group them into towers.

    Parameters
    ----------
    path, file, mcc, bounds, progress
        As for :func:`~infraplan.sources.opencellid.read_cells`.
    """
    found = read_cells(path, file=file, mcc=mcc, bounds=bounds, progress=progress)
    towers = group_sites(found.cells, file=file)
    if found.faults:
        return CellTowers(towers, found.faults, found.notes)
    cells, places = count(len(found.cells)), count(len(towers))
    grouped = Text(
        f"OpenCelliD: {cells.vi} cell được gom thành {places.vi} trạm; vị trí là ước lượng, lệch "
        "tới vài trăm mét.",
        f"OpenCelliD: {cells.en} cells are grouped into {places.en} towers; their positions are "
        "estimates, off by up to some hundred metres.",
    )
    return CellTowers(towers, (), (*found.notes, grouped))
