"""Which masts and cells do lists of towers make, and what of them is assumed?"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import pandas as pd

from infraplan import catalog
from infraplan.errors import InputError, ParameterError
from infraplan.geo import require_metric
from infraplan.sources.masts.cells import CELL_COLUMNS, CellRules
from infraplan.sources.masts.merge import merge_towers
from infraplan.sources.masts.records import read_towers
from infraplan.sources.masts.sites import merge_rows, site_of
from infraplan.sources.masts.told import notes_on
from infraplan.tables import spec

if TYPE_CHECKING:
    from collections.abc import Sequence

    from infraplan.wording import Text

__all__ = ["Assembled", "assemble"]

_DEFAULT_TECHNOLOGIES: Final = ("4G",)
_NUMBERS: Final = ("number", "integer")


@dataclass(frozen=True, slots=True, eq=False)
class Assembled:
    """Masts with tenants and cells.

    Attributes
    ----------
    sites
        Table ``sites`` in the CRS of the towers, by identifier.
    cells
        Table ``cells``, by site, operator, technology, band and direction.
    merges
        Table ``merges``: each tower of a mast that has more than one; may be empty.
    notes
        How many towers became how many masts, and what was assumed, in both languages.
    """

    sites: gpd.GeoDataFrame
    cells: pd.DataFrame
    merges: pd.DataFrame
    notes: tuple[Text, ...]


def assemble(
    towers: gpd.GeoDataFrame,
    *,
    merge_within_m: float,
    mast_height_m: float,
    technologies: Sequence[str] = _DEFAULT_TECHNOLOGIES,
    bands: Sequence[str] = (),
) -> Assembled:
    """Merge towers into masts and give each mast its tenants and cells.

    Parameters
    ----------
    towers
        Table ``towers`` in a metric CRS, of any number of lists; the order does not matter.
    merge_within_m
        Towers are one mast where no two of them stand farther apart than this, m.
    mast_height_m
        Height assumed for masts of which nothing is told, m.
    technologies
        Technologies assumed on a tower that names none.
    bands
        Bands assumed for technologies whose band nobody names, keys of the catalogue; that of
        ``catalog/mast_rules.csv`` for a technology with none here.

    Returns
    -------
    Assembled
        A mast is called like the tower whose position it has: the best known one, then the
        smallest identifier. Levels, tilts, directions and antenna heights that are not declared
        come from the catalogue and say so.

    Raises
    ------
    InputError
        If identifiers stand twice, positions are missing or something cannot be understood;
        every fault is listed.
    ParameterError
        If a distance or a height is none, or there is no such technology or band.
    CrsError
        If the CRS is not metric.
    """
    crs = require_metric(towers.crs, what="The table of towers")
    if not math.isfinite(mast_height_m) or mast_height_m <= 0:
        raise ParameterError(f"mast_height_m must be above 0 m, not {mast_height_m!r}.")
    told: Counter[str] = Counter()
    rules = CellRules(_known(technologies), _default_bands(bands), told)
    found, faults = read_towers(towers)
    if faults:
        raise InputError(faults)
    masts = merge_towers(
        found,
        merge_within_m=merge_within_m,
        estimated_within_m=catalog.value("mast_rules", "estimated_within_m", "value"),
    )
    sites: list[dict[str, Any]] = []
    cells: list[tuple[Any, ...]] = []
    merges: list[dict[str, Any]] = []
    for mast in masts:
        site = site_of(mast, mast_height_m=mast_height_m)
        sites.append(site)
        cells += rules.cells_of(mast, site)
        merges += merge_rows(mast, site)
    x, y = [m.towers[0].x_m for m in masts], [m.towers[0].y_m for m in masts]
    located = gpd.GeoDataFrame(_frame(sites, "sites"), geometry=gpd.points_from_xy(x, y), crs=crs)
    return Assembled(
        sites=located,
        cells=_unique_names(_table(cells, CELL_COLUMNS, "cells")),
        merges=_frame(merges, "merges"),
        notes=notes_on(masts, sites, told, rules),
    )


def _frame(rows: list[dict[str, Any]], name: str) -> pd.DataFrame:
    """Return rows as a table with the columns of its dictionary that they have, in its order."""
    columns = tuple(rows[0]) if rows else spec(name).names
    return _table([tuple(row.values()) for row in rows], columns, name)


def _table(rows: list[tuple[Any, ...]], columns: Sequence[str], name: str) -> pd.DataFrame:
    """Return rows with the given columns, in the order and types of the dictionary."""
    values = dict(zip(columns, zip(*rows, strict=True), strict=True)) if rows else {}
    return pd.DataFrame(
        {
            c.name: pd.Series(
                values.get(c.name, ()), dtype="float64" if c.type in _NUMBERS else object
            )
            for c in spec(name).columns
            if c.name in columns and c.type != "point"
        }
    )


def _unique_names(cells: pd.DataFrame) -> pd.DataFrame:
    """Tell cells apart whose names are the same, as operators may have a hyphen in theirs."""
    again = cells.groupby("cell_id").cumcount().to_numpy()
    names = [f"{n}~{k + 1}" if k else n for n, k in zip(cells["cell_id"], again, strict=True)]
    return cells.assign(cell_id=pd.Series(names, dtype=object, index=cells.index))


def _known(technologies: Sequence[str]) -> tuple[str, ...]:
    there = tuple(catalog.table("technologies")["technology"])
    odd = [t for t in technologies if t not in there]
    if odd or not technologies:
        raise ParameterError(f"There is no technology {odd}; give one or more of {there}.")
    return tuple(sorted(set(technologies)))


def _default_bands(bands: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return the bands of each technology where a tower names none of it."""
    of_technology: dict[str, list[str]] = {}
    for band in bands:
        of_technology.setdefault(catalog.row("bands", band)["technology"], []).append(band)
    return {
        t: tuple(of_technology.get(t, [catalog.row("mast_rules", f"band_{t}")["value"]]))
        for t in catalog.table("technologies")["technology"]
    }
