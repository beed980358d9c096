"""Where may the antennas of microwave hops hang: on new sites, existing masts and fibre nodes?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from infraplan import catalog
from infraplan.backhaul.microwave_pairs import POINT_COLUMNS
from infraplan.errors import CrsError
from infraplan.wording import Text, phrase

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from infraplan.geo import Raster
    from infraplan.study import Study

__all__ = ["anchor_points", "microwave_note", "site_points"]

_CONNECTED: Final = ("4G", "5G")
_ON_ROOF: Final = ("A1a", "A2a")


def microwave_note() -> Text:
    """Return what is assumed of the masts that hops start from."""
    return phrase("hop_note_anchors")


def anchor_points(study: Study) -> pd.DataFrame:
    """Return the points that have a way to the network: fibre nodes, and masts with 4G or 5G.

    Such a mast is taken as connected, with room for one more antenna; that is an assumption
    (:func:`microwave_note`).

    Returns
    -------
    pandas.DataFrame
        Columns :data:`~infraplan.backhaul.microwave_pairs.POINT_COLUMNS` and kind ("node" or
        "mast"), sorted by kind and point_id.
    """
    cells, sites, nodes = study.cells, study.sites, study.fibre_nodes
    connected: set[str] = set()
    if len(cells) and "technology" in cells:
        connected = set(cells.loc[cells["technology"].isin(_CONNECTED), "site_id"].astype(str))
    masts = sites[sites["site_id"].astype(str).isin(connected)] if len(sites) else sites
    mast_points = _points(
        study, masts, "site_id", _top_m(masts) if len(masts) else np.zeros(0)
    ).assign(kind="mast")
    node_m = np.full(len(nodes), catalog.rule("microwave_node_height_m"))
    node_points = _points(study, nodes, "node_id", node_m).assign(kind="node")
    both = pd.concat([mast_points, node_points], ignore_index=True)
    both = both[np.isfinite(both["ground_m"])]
    return pd.DataFrame(both.sort_values(["kind", "point_id"], ignore_index=True))


def site_points(study: Study, sites: gpd.GeoDataFrame, *, name: str) -> pd.DataFrame:
    """Return the points of candidates or chosen sites, in their order.

    Parameters
    ----------
    study
        Terrain.
    sites
        Table ``candidates`` or ``new_sites``. The mast is `mast_height_m` tall where the table
        says so, else the greatest of `heights_m`, else what carries `antenna_height_m`.
    name
        Column with their names: "candidate_id" or "site_id".

    Raises
    ------
    CrsError
        If they are in another CRS than the study.
    """
    if sites.crs is None or sites.crs != study.crs:
        raise CrsError(
            f"The sites are in {sites.crs}, the study is in {study.crs}. Remedy: take sites from "
            "the same study."
        )
    below_m = catalog.rule("antenna_below_top_m")
    top_m = sites["antenna_height_m"].to_numpy(dtype=np.float64) + below_m
    if "heights_m" in sites:
        top_m = np.maximum(top_m, [_greatest(text) for text in sites["heights_m"]])
    if "mast_height_m" in sites:
        known = pd.to_numeric(sites["mast_height_m"]).to_numpy(dtype=np.float64, na_value=np.nan)
        top_m = np.where(np.isfinite(known), np.maximum(known, top_m), top_m)
    return _points(study, sites, name, top_m).assign(kind="site")


def _points(
    study: Study, table: gpd.GeoDataFrame, name: str, top_m: NDArray[np.float64]
) -> pd.DataFrame:
    """Lay out points whose antennas hang below the top of something this tall."""
    if len(table) == 0:
        return pd.DataFrame({c: pd.Series(dtype=float) for c in POINT_COLUMNS})
    x_m, y_m = table.geometry.x.to_numpy(), table.geometry.y.to_numpy()
    highest_m = np.maximum(top_m - catalog.rule("microwave_below_top_m"), np.minimum(top_m, 1.0))
    return pd.DataFrame(
        {
            "point_id": table[name].astype(str).to_numpy(),
            "x_m": x_m,
            "y_m": y_m,
            "ground_m": _ground_m(study.elevation, x_m, y_m),
            "lowest_m": np.minimum(catalog.rule("microwave_lowest_m"), highest_m),
            "highest_m": highest_m,
        }
    )


def _ground_m(
    terrain: Raster, x_m: NDArray[np.float64], y_m: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Interpolate the terrain as the profiles do, m; NaN off the grid or where unknown."""
    grid = terrain.grid
    rows, columns = grid.index(x_m, y_m)
    row = np.clip((grid.y_max_m - y_m) / grid.cell_size_m - 0.5, 0.0, grid.rows - 1.0)
    column = np.clip((x_m - grid.x_min_m) / grid.cell_size_m - 0.5, 0.0, grid.columns - 1.0)
    total = np.where(grid.inside(rows, columns), 0.0, np.nan)
    for at_row, down in ((np.floor(row), 1.0 - row % 1.0), (np.ceil(row), row % 1.0)):
        for at_column, right in (
            (np.floor(column), 1.0 - column % 1.0),
            (np.ceil(column), column % 1.0),
        ):
            weight = down * right
            height_m = terrain.values[at_row.astype(np.int64), at_column.astype(np.int64)]
            total = total + np.where(weight > 0.0, weight * height_m, 0.0)
    return np.asarray(total)


def _top_m(masts: gpd.GeoDataFrame) -> NDArray[np.float64]:
    """Return the height of masts above ground, m; one on a roof starts there."""
    height_m = np.asarray(masts["mast_height_m"], dtype=np.float64)
    if "mast_class" not in masts:
        return height_m
    on_roof = masts["mast_class"].isin(_ON_ROOF).to_numpy(dtype=bool)
    return np.asarray(height_m + np.where(on_roof, catalog.rule("roof_height_m"), 0.0))


def _greatest(text: object) -> float:
    """Return the greatest of heights joined by |, 0 where none is given."""
    parts = [part for part in str(text).split("|") if part.replace(".", "", 1).isdigit()]
    return max((float(part) for part in parts), default=0.0)
