"""Where is there no service (white spots) or weak service, and how many people live there?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
from rasterio.features import rasterize

from infraplan import catalog
from infraplan.errors import ParameterError
from infraplan.geo import regions, zone_weights
from infraplan.results import ANY_OPERATOR

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from infraplan.geo import Grid
    from infraplan.results import Signal
    from infraplan.study import Study

__all__ = ["find_gaps"]

_KINDS = {1: "white", 2: "weak"}


def find_gaps(
    study: Study,
    signal: Signal,
    *,
    operator: str = ANY_OPERATOR,
    min_people: float = 1.0,
) -> gpd.GeoDataFrame:
    """Return white and weak spots where people live, as polygons, the most people first.

    Parameters
    ----------
    study, signal
        The province and its predicted signal.
    operator
        Whose service; ``"any"`` finds where nobody serves.
    min_people
        Spots with fewer people and no village centre are left out (uninhabited forest).

    Returns
    -------
    geopandas.GeoDataFrame
        Table ``gaps``. White: RSRP below the catalogue's level "weak", or no signal at all; weak:
        below its level "served". A spot lies in one commune; spots touch along cell sides.

    Raises
    ------
    ParameterError
        If the signal has no such operator.
    """
    if operator not in signal.operators:
        known = ", ".join(signal.operators)
        raise ParameterError(f"The signal has no operator {operator!r}; it has {known}.")
    commune = _commune_of_cells(study)
    kind = _kind_of_cells(signal, operator)
    codes = np.where((commune >= 0) & (kind > 0), commune * 2 + kind, 0).astype(np.int32)
    spots = regions(codes, study.grid)
    spots["kind"] = [_KINDS[(v - 1) % 2 + 1] for v in spots["value"]]
    place = study.communes.iloc[[(v - 1) // 2 for v in spots["value"]]]
    spots["commune_code"] = place["code"].to_numpy()
    spots["commune_name"] = place["name"].to_numpy()
    labels = _labels(spots, study.grid)
    spots["people"] = _people_of(labels, study, len(spots))
    spots["people_origin"] = study.people.origin
    spots["geometry_origin"] = signal.rsrp_dbm[operator].origin
    _add_villages(spots, labels, study)
    spots["area_m2"] = spots.area
    kept = spots[(spots["people"] >= min_people) | (spots["villages"] > 0)]
    kept = kept.sort_values(["people", "area_m2", "value"], ascending=[False, False, True])
    kept = kept.drop(columns="value").reset_index(drop=True)
    kept.insert(0, "gap_id", [f"G{i:05d}" for i in range(1, len(kept) + 1)])
    order = ["gap_id", "kind", "commune_code", "commune_name", "people", "villages"]
    order += ["village_names", "area_m2", "people_origin", "geometry_origin", "geometry"]
    return gpd.GeoDataFrame(kept[order])


def _commune_of_cells(study: Study) -> NDArray[np.int64]:
    """Return the row number of the commune with the largest part of each cell, -1 outside."""
    weights = zone_weights(study.communes.geometry, study.grid).tocoo()
    order = np.lexsort((-weights.row, weights.data, weights.col))
    result = np.full(study.grid.size, -1, dtype=np.int64)
    result[weights.col[order]] = weights.row[order]
    return result.reshape(study.grid.shape)


def _kind_of_cells(signal: Signal, operator: str) -> NDArray[np.int64]:
    """Return 1 for white, 2 for weak, 0 for served or better."""
    level = signal.rsrp_dbm[operator].values
    weak = catalog.level_dbm(signal.technology, "weak")
    served = catalog.level_dbm(signal.technology, "served")
    return np.where(level >= served, 0, np.where(level >= weak, 2, 1)).astype(np.int64)


def _labels(spots: gpd.GeoDataFrame, grid: Grid) -> NDArray[np.int32]:
    """Return the 1-based number of the spot that each cell belongs to, 0 outside."""
    if spots.empty:
        return np.zeros(grid.shape, dtype=np.int32)
    numbered = zip(spots.geometry, range(1, len(spots) + 1), strict=True)
    labels: NDArray[np.int32] = rasterize(
        numbered, out_shape=grid.shape, transform=grid.transform, dtype="int32"
    )
    return labels


def _people_of(labels: NDArray[np.int32], study: Study, count: int) -> NDArray[np.float64]:
    people = study.people.values.ravel().astype(np.float64)
    counted: NDArray[np.float64] = np.bincount(
        labels.ravel(), weights=people, minlength=count + 1
    ).astype(np.float64)
    return counted[1:]


def _add_villages(spots: gpd.GeoDataFrame, labels: NDArray[np.int32], study: Study) -> None:
    """Count and name the villages whose centre lies in each spot."""
    villages = study.villages
    rows, columns = study.grid.index(villages.geometry.x, villages.geometry.y)
    inside = study.grid.inside(rows, columns)
    label = np.zeros(len(villages), dtype=np.int64)
    label[inside] = labels[rows[inside], columns[inside]]
    spots["villages"] = np.bincount(label, minlength=len(spots) + 1)[1:]
    names: dict[int, list[str]] = {}
    for number, name in zip(label, villages["name"], strict=True):
        names.setdefault(int(number), []).append(str(name))
    spots["village_names"] = ["; ".join(names.get(i, [])) for i in range(1, len(spots) + 1)]
