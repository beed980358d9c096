"""What does a study hold of some of its communes, so that they can be looked at quickly?

The grid of a part is a window of the grid of the whole, cell for cell. The masts within reach of
the communes stay, with the terrain between, and the climate of predictions is that of the whole, so
the signal inside the communes is that of the whole.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import shapely

from infraplan import catalog
from infraplan.errors import ParameterError
from infraplan.geo import Grid, Raster
from infraplan.results import origin_shares
from infraplan.study.climate import climate_latitude_deg
from infraplan.wording import Text, count, length, phrase

if TYPE_CHECKING:
    from collections.abc import Collection

    import geopandas as gpd

    from infraplan.results import Provenance
    from infraplan.study.model import Study

__all__ = ["part_of"]

_BY_CODE: Final = ("villages", "facilities")
_BY_SITE: Final = ("cells", "merges")
_BY_PLACE: Final = (
    "roads",
    "fibre_nodes",
    "fibre",
    "protected",
    "power",
    "works",
    "structures",
    "water",
)
_RASTERS: Final = ("elevation", "people", "clutter")
_MOST_NAMED = 5


def part_of(study: Study, communes: Collection[str], *, reach_m: float | None = None) -> Study:
    """Return a study of some communes of another one.

    Parameters
    ----------
    study
        The whole.
    communes
        Codes of the communes that stay, in any order.
    reach_m
        Masts this near to the communes stay, m; the catalogue's rule ``coverage_reach_m``, which
        is as far as signals are followed, where None.

    Returns
    -------
    Study
        Villages and facilities of the communes; masts and cells within reach; rasters, roads,
        fibre and all else in the rectangle around communes and masts. Its provenance says that it
        is a part. Plans for it are not the province's: they know no need outside.

    Raises
    ------
    ParameterError
        If no code is given, or the study has no commune of a code.
    """
    codes = set(communes)
    _check(study, codes)
    kept = study.communes[study.communes["code"].isin(codes)]
    far_m = catalog.rule("coverage_reach_m") if reach_m is None else reach_m
    ground = kept.union_all()
    # signals are followed from the middle of a cell to the middle of another
    is_near = shapely.dwithin(
        study.sites.geometry.to_numpy(), ground, far_m + 2 * study.grid.cell_size_m
    )
    sites = study.sites[is_near]
    grid, rows, columns = _window(study.grid, ground, sites.geometry)
    tables: dict[str, Any] = {"communes": kept, "sites": sites}
    for name in _BY_CODE:
        table = getattr(study, name)
        tables[name] = table[table["commune_code"].isin(codes)]
    for name in _BY_SITE:
        table = getattr(study, name)
        tables[name] = table[table["site_id"].isin(sites["site_id"])]
    frame = shapely.box(*grid.bounds)
    for name in _BY_PLACE:
        table = getattr(study, name)
        tables[name] = table[table.intersects(frame)]
    tables["fibre"] = _joined(tables["fibre"], tables["fibre_nodes"])
    whole = {name: table.reset_index(drop=True) for name, table in tables.items()}
    rasters: dict[str, Any] = {
        name: _cut(getattr(study, name), grid, rows, columns)
        for name in _RASTERS
        if getattr(study, name) is not None
    }
    return replace(
        study,
        grid=grid,
        provenance=_provenance(study, whole, far_m),
        climate_latitude_deg=climate_latitude_deg(study),
        **whole,
        **rasters,
    )


def _check(study: Study, codes: set[str]) -> None:
    """Refuse no codes, and codes that are not there."""
    unknown = sorted(codes - set(study.communes["code"]))
    if not codes:
        raise ParameterError(
            "No commune was named for the part of the study. Remedy: give the codes of some of "
            "its communes, such as those in study.communes['code']."
        )
    if unknown:
        named = ", ".join(unknown[:_MOST_NAMED])
        raise ParameterError(
            f"The study has no commune of the code {named} ({len(unknown)} of {len(codes)} codes "
            "are unknown). Remedy: take codes from study.communes['code']."
        )


def _window(
    grid: Grid, ground: shapely.Geometry, masts: gpd.GeoSeries
) -> tuple[Grid, slice, slice]:
    """Return the part of a grid around communes and masts, with its rows and columns."""
    shapes = [ground, *masts]
    west, south, east, north = shapely.total_bounds(shapes)
    (top, bottom), (left, right) = grid.index([west, east], [north, south])
    first_row, first_column = max(int(top) - 1, 0), max(int(left) - 1, 0)
    last_row = min(int(bottom) + 2, grid.rows)
    last_column = min(int(right) + 2, grid.columns)
    part = Grid(
        grid.crs,
        grid.x_min_m + first_column * grid.cell_size_m,
        grid.y_max_m - first_row * grid.cell_size_m,
        grid.cell_size_m,
        last_row - first_row,
        last_column - first_column,
    )
    return part, slice(first_row, last_row), slice(first_column, last_column)


def _joined(fibre: gpd.GeoDataFrame, nodes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the cables whose ends are both known, so that none leads to nowhere."""
    if fibre.empty or "from_node" not in fibre.columns:
        return fibre
    there = {None, *nodes["node_id"]}
    ends = [fibre[end].where(fibre[end].notna(), None) for end in ("from_node", "to_node")]
    return fibre[ends[0].isin(there) & ends[1].isin(there)]


def _cut(raster: Raster, grid: Grid, rows: slice, columns: slice) -> Raster:
    """Return a window of a raster."""
    values: Any = np.ascontiguousarray(raster.values[rows, columns])
    return replace(raster, grid=grid, values=values)


def _provenance(study: Study, tables: dict[str, Any], reach_m: float) -> Provenance:
    """Return what a part rests on: the same sources, its own shares, and that it is a part."""
    known = study.provenance
    names = {f.name for f in fields(study)}
    of_rasters = known.origins[~known.origins["table"].isin(names - {*_RASTERS, "calibration"})]
    values = {
        "communes": count(len(tables["communes"])),
        "all": count(len(study.communes)),
        "reach": length(reach_m),
    }
    title = phrase("maps_part_title", values | {"title": Text(known.title_vi, known.title_en)})
    return replace(
        known,
        title_vi=title.vi,
        title_en=title.en,
        origins=pd.concat([origin_shares(tables), of_rasters], ignore_index=True),
        notes=(phrase("maps_part_note", values), *known.notes),
    )
