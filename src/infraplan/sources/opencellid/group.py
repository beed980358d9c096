"""Which cells stand on the same tower, as far as their identifiers and positions tell?

Positions are centroids of measurements, some hundred metres off, so identifiers come first:

1. Cells of one operator whose identifiers share a site number are one group: the eNodeB in 4G, the
   gNodeB in 5G; in 2G and 3G the identifier without its last digit, within one location area
   (``catalog/cell_radios.csv``). An identifier that means unknown makes a group of its own.
2. A group wider than such a site can be is split where its cells lie far apart.
3. Groups of one operator near each other, of whatever technology, are one tower.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from infraplan import catalog
from infraplan.geo import GEOGRAPHIC, metric_crs
from infraplan.sources.masts.closeness import close_groups

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["group_sites"]

_DECIMALS: Final = 6
_COLUMNS: Final = (
    *("tower_id", "operator", "technologies", "geometry_origin"),
    *("operator_origin", "technologies_origin", "source_file", "source_row"),
)


def group_sites(cells: pd.DataFrame, *, file: str) -> gpd.GeoDataFrame:
    """Group cells into towers of one operator each.

    Parameters
    ----------
    cells
        The cells of :class:`~infraplan.sources.opencellid.CellTable`, in any order.
    file
        Name of their file, which the towers remember.

    Returns
    -------
    geopandas.GeoDataFrame
        Table ``towers`` in EPSG:4326, by identifier. A position is the mean of those of the
        cells, weighed by their samples up to a limit: estimated. Where an operator told the
        position of some cells, it is the mean of these alone: declared. Heights, azimuths and
        bands are not known, and are absent.
    """
    if cells.empty:
        empty = pd.DataFrame({name: pd.Series(dtype=object) for name in _COLUMNS})
        return gpd.GeoDataFrame(empty, geometry=[], crs=GEOGRAPHIC)
    order = ["operator", "technology", "area", "cell", "radio", "net", "lon", "lat"]
    cells = cells.sort_values(order, kind="stable").reset_index(drop=True)
    degrees = gpd.GeoSeries.from_xy(cells["lon"], cells["lat"], crs=GEOGRAPHIC)
    crs = metric_crs(gpd.GeoDataFrame(geometry=degrees))
    metric = degrees.to_crs(crs)
    points = np.column_stack([metric.x, metric.y])
    group = _of_one_site_number(cells, points)
    places = _means(points, _weights(cells, group), group)
    tower = _near_groups(cells, group, places)[group]
    return _towers(cells, points, tower, crs=crs, file=file)


def _of_one_site_number(cells: pd.DataFrame, points: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the group of each cell: those that share a site number and lie near enough."""
    radios = catalog.table("cell_radios").set_index("radio").loc[cells["radio"]]
    number = cells["cell"].to_numpy() // radios["cells_per_site"].astype(np.int64).to_numpy()
    known = (cells["cell"] > 0) & (
        cells["cell"].to_numpy() <= radios["largest_cell"].astype(np.int64).to_numpy()
    )
    keys = pd.DataFrame(
        {
            "operator": cells["operator"],
            "radio": cells["radio"],
            "area": np.where(radios["by_area"] == "yes", cells["area"], -1),
            "number": np.where(known, number, -1),
            "alone": np.where(known, -1, np.arange(len(cells))),
        }
    )
    return _split_wide(_numbered(keys), points, radios["spread_m"].to_numpy(dtype=np.float64))


def _numbered(keys: pd.DataFrame) -> NDArray[np.int64]:
    """Return the number of each row's combination of values, in their order."""
    ngroup = keys.groupby(list(keys.columns), sort=True).ngroup()
    return np.asarray(ngroup, dtype=np.int64)


def _split_wide(
    group: NDArray[np.int64], points: NDArray[np.float64], spread_m: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Split the groups whose cells lie farther apart than one site can spread."""
    frame = pd.DataFrame({"group": group, "x": points[:, 0], "y": points[:, 1], "m": spread_m})
    by = frame.groupby("group")
    extent = by[["x", "y"]].max() - by[["x", "y"]].min()
    across_m = np.hypot(extent["x"].to_numpy(), extent["y"].to_numpy())
    wide = extent.index[across_m > by["m"].first().to_numpy()]
    part = np.zeros(len(group), dtype=np.int64)
    split = frame[frame["group"].isin(wide)]
    for _, members in split.groupby("group"):
        x, y = members["x"].to_numpy(), members["y"].to_numpy()
        part[members.index] = close_groups(x, y, within_m=float(members["m"].iloc[0]))
    return _numbered(pd.DataFrame({"group": group, "part": part}))


def _weights(cells: pd.DataFrame, group: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return what each cell weighs in its group: exact ones alone, where there are any."""
    most = catalog.value("mast_rules", "cell_samples_most", "value")
    exact = cells["exact"].to_numpy(dtype=np.bool_)
    some_exact = np.bincount(group, weights=exact)[group] > 0
    samples = np.minimum(cells["samples"].to_numpy(dtype=np.float64), most)
    return np.where(some_exact, exact.astype(np.float64), samples)


def _means(
    points: NDArray[np.float64], weights: NDArray[np.float64], group: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the weighed mean position of each group."""
    total = np.bincount(group, weights=weights)
    sums = [np.bincount(group, weights=weights * points[:, axis]) for axis in (0, 1)]
    means: NDArray[np.float64] = np.column_stack(sums) / total[:, None]
    return means


def _near_groups(
    cells: pd.DataFrame, group: NDArray[np.int64], places: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Return the number of the tower of each group: groups of one operator near each other."""
    within_m = catalog.value("mast_rules", "same_operator_within_m", "value")
    _, first = np.unique(group, return_index=True)
    operator = cells["operator"].to_numpy(dtype=object)[first]
    tower = np.empty(len(places), dtype=np.int64)
    used = 0
    for name in sorted(set(operator)):
        theirs = np.flatnonzero(operator == name)
        found = close_groups(places[theirs, 0], places[theirs, 1], within_m=within_m)
        tower[theirs] = found + used
        used += int(found.max()) + 1
    return tower


def _towers(
    cells: pd.DataFrame,
    points: NDArray[np.float64],
    tower: NDArray[np.int64],
    *,
    crs: str,
    file: str,
) -> gpd.GeoDataFrame:
    """Return one row per tower."""
    means = _means(points, _weights(cells, tower), tower)
    places = gpd.GeoSeries.from_xy(means[:, 0], means[:, 1], crs=crs).to_crs(GEOGRAPHIC)
    exact = np.bincount(tower, weights=cells["exact"].to_numpy(dtype=np.bool_)) > 0
    _, first = np.unique(tower, return_index=True)
    lead = cells.iloc[first].reset_index(drop=True)
    ids = [
        f"ocid-{mcc}-{net:02d}-{radio}-{area}-{cell}"
        for mcc, net, radio, area, cell in lead[["mcc", "net", "radio", "area", "cell"]].itertuples(
            index=False
        )
    ]
    columns = {
        "tower_id": ids,
        "operator": lead["operator"].astype(object),
        "technologies": _joined(cells["technology"], tower),
        "geometry_origin": np.where(exact, "declared", "estimated").astype(object),
        "operator_origin": "measured",
        "technologies_origin": "measured",
        "source_file": file,
        "source_row": lead["row"].astype(float),
    }
    rounded = gpd.points_from_xy(places.x.round(_DECIMALS), places.y.round(_DECIMALS))
    towers = gpd.GeoDataFrame(columns, geometry=rounded, crs=GEOGRAPHIC)
    return towers.sort_values("tower_id", kind="stable").reset_index(drop=True)


def _joined(technology: pd.Series, tower: NDArray[np.int64]) -> list[str]:
    """Return the technologies of each tower, joined by |."""
    names = sorted(catalog.table("technologies")["technology"])
    there = np.zeros((int(tower.max()) + 1, len(names)), dtype=np.bool_)
    there[tower, technology.map({t: i for i, t in enumerate(names)}).to_numpy()] = True
    return ["|".join(n for n, has in zip(names, row, strict=True) if has) for row in there.tolist()]
