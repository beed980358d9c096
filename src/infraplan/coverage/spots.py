"""Which connected spots do cells of one kind form, and who lives in each of them?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
from rasterio.features import rasterize

from infraplan.errors import ParameterError
from infraplan.geo import regions, zone_weights
from infraplan.tables import spec

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from infraplan.geo import Grid
    from infraplan.results import Signal
    from infraplan.study import Study

__all__ = ["commune_of_cells", "require_operator", "spots"]


def spots(
    study: Study,
    kind_of_cells: NDArray[np.int64],
    kinds: Sequence[tuple[str, str]],
    *,
    origin: str,
    min_people: float,
    prefix: str,
    commune: NDArray[np.int64] | None = None,
) -> gpd.GeoDataFrame:
    """Join cells of one kind and one commune to spots, the most people first.

    Parameters
    ----------
    study
        Its grid, communes, people and villages.
    kind_of_cells
        1-based position in `kinds`, 0 for cells of no kind, shape of the grid.
    kinds
        Kind and operator, as in the table ``gaps``.
    origin
        How the outlines are known.
    min_people
        Spots with fewer people and no village centre are left out.
    prefix
        Of the identifiers.
    commune
        As of :func:`commune_of_cells`, for callers that need it more than once.

    Returns
    -------
    geopandas.GeoDataFrame
        Table ``gaps``, without years. A spot lies in one commune; spots touch along cell sides.
    """
    commune = commune_of_cells(study) if commune is None else commune
    several = len(kinds)
    inside = (commune >= 0) & (kind_of_cells > 0)
    codes = np.where(inside, commune * several + kind_of_cells, 0).astype(np.int32)
    found = regions(codes, study.grid)
    value = found["value"].to_numpy() - 1
    found["kind"] = [kinds[v % several][0] for v in value]
    found["operator"] = [kinds[v % several][1] for v in value]
    place = study.communes.iloc[value // several]
    found["commune_code"] = place["code"].to_numpy()
    found["commune_name"] = place["name"].to_numpy()
    labels = _labels(found, study.grid)
    found["people"] = _people_of(labels, study, len(found))
    found["people_origin"] = study.people.origin
    found["geometry_origin"] = origin
    _add_villages(found, labels, study)
    found["area_m2"] = found.area
    kept = found[(found["people"] >= min_people) | (found["villages"] > 0)]
    kept = kept.sort_values(["people", "area_m2", "value"], ascending=[False, False, True])
    kept = kept.drop(columns="value").reset_index(drop=True)
    kept.insert(0, "gap_id", [f"{prefix}{i:05d}" for i in range(1, len(kept) + 1)])
    columns = [name for name in spec("gaps").names if name != "year"]
    return gpd.GeoDataFrame(kept[columns], geometry="geometry", crs=study.crs)


def require_operator(signal: Signal, operator: str) -> None:
    """Refuse an operator that the signal does not have.

    Raises
    ------
    ParameterError
        With the operators there are.
    """
    if operator not in signal.operators:
        known = ", ".join(signal.operators)
        raise ParameterError(f"The signal has no operator {operator!r}; it has {known}.")


def commune_of_cells(study: Study) -> NDArray[np.int64]:
    """Return the row number of the commune with the largest part of each cell, -1 outside."""
    weights = zone_weights(study.communes.geometry, study.grid).tocoo()
    order = np.lexsort((-weights.row, weights.data, weights.col))
    result = np.full(study.grid.size, -1, dtype=np.int64)
    result[weights.col[order]] = weights.row[order]
    return result.reshape(study.grid.shape)


def _labels(found: gpd.GeoDataFrame, grid: Grid) -> NDArray[np.int32]:
    """Return the 1-based number of the spot that each cell belongs to, 0 outside."""
    if found.empty:
        return np.zeros(grid.shape, dtype=np.int32)
    numbered = zip(found.geometry, range(1, len(found) + 1), strict=True)
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


def _add_villages(found: gpd.GeoDataFrame, labels: NDArray[np.int32], study: Study) -> None:
    """Count and name the villages whose centre lies in each spot."""
    villages = study.villages
    rows, columns = study.grid.index(villages.geometry.x, villages.geometry.y)
    inside = study.grid.inside(rows, columns)
    label = np.zeros(len(villages), dtype=np.int64)
    label[inside] = labels[rows[inside], columns[inside]]
    found["villages"] = np.bincount(label, minlength=len(found) + 1)[1:]
    names: dict[int, list[str]] = {}
    for number, name in zip(label, villages["name"], strict=True):
        names.setdefault(int(number), []).append(str(name))
    found["village_names"] = ["; ".join(names.get(i, [])) for i in range(1, len(found) + 1)]
