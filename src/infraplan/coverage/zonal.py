"""How much of the area and how many of the people of each zone are served?

Every share carries its denominator in its name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import geopandas as gpd
import numpy as np

from infraplan import catalog
from infraplan.errors import ParameterError
from infraplan.geo import people_weights, zone_weights
from infraplan.results import weakest

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

    from infraplan.results import Signal
    from infraplan.study import Study

__all__ = ["by_zone", "share_of"]

Level = Literal["commune", "village"]


def by_zone(
    study: Study, signal: Signal, *, level: Level = "commune", threshold_dbm: float | None = None
) -> gpd.GeoDataFrame:
    """Return the share of area and of people served in each zone, per operator and for any.

    Parameters
    ----------
    study, signal
        The province and its predicted signal.
    level
        "commune" (its polygon) or "village" (a disc of the study's `people.spread_m` around its
        centre).
    threshold_dbm
        Served means RSRP of at least this; the catalogue's level "served" where None.

    Returns
    -------
    geopandas.GeoDataFrame
        The zone's own columns, then for each operator ``o`` of the signal: ``area_served_m2_o``,
        ``area_served_share_of_commune_area_o`` (of villages: ``…_of_village_disc_area_o``, with
        ``disc_area_m2``), ``people_served_o``, ``people_served_share_of_<level>_people_o``; for
        villages ``rsrp_dbm_o`` at the centre; last ``people_served_origin`` and
        ``area_served_m2_origin``.
        A zone without people has NaN as its share of people. Totals over communes equal the
        province.

    Raises
    ------
    ParameterError
        If the level is not one of the two.
    """
    if level not in ("commune", "village"):
        raise ParameterError(f"There is no level {level!r}; give 'commune' or 'village'.")
    limit = (
        catalog.level_dbm(signal.technology, "served") if threshold_dbm is None else threshold_dbm
    )
    if level == "commune":
        table = study.communes.copy()
        weights = zone_weights(table.geometry, study.grid)
        shares = people_weights(weights)
    else:
        table = study.villages.copy()
        discs = table.geometry.buffer(study.file.people.spread_m)
        weights = shares = zone_weights(discs, study.grid)
        table["disc_area_m2"] = discs.area
    table["served_threshold_dbm"] = limit
    people = study.people.values.ravel().astype(np.float64)
    for operator in signal.operators:
        served = (signal.rsrp_dbm[operator].values.ravel() >= limit).astype(np.float64)
        ground = "commune" if level == "commune" else "village_disc"
        _add_area(table, weights, served, ground, operator, study.grid.cell_area_m2)
        _add_people(table, shares, people, served, level, operator)
        if level == "village":
            raster = signal.rsrp_dbm[operator]
            table[f"rsrp_dbm_{operator}"] = raster.at(table.geometry.x, table.geometry.y)
    origin = signal.rsrp_dbm[signal.operators[-1]].origin
    table["area_served_m2_origin"] = origin
    table["people_served_origin"] = [weakest([origin, o]) for o in table["people_origin"]]
    return gpd.GeoDataFrame(table)


def _add_area(
    table: gpd.GeoDataFrame,
    weights: csr_matrix,
    served: NDArray[np.float64],
    ground: str,
    operator: str,
    cell_area_m2: float,
) -> None:
    whole = np.asarray(weights.sum(axis=1), dtype=np.float64).ravel()
    part = np.asarray(weights @ served, dtype=np.float64)
    table[f"area_served_m2_{operator}"] = part * cell_area_m2
    table[f"area_served_share_of_{ground}_area_{operator}"] = share_of(part, whole)


def _add_people(
    table: gpd.GeoDataFrame,
    shares: csr_matrix,
    people: NDArray[np.float64],
    served: NDArray[np.float64],
    level: Level,
    operator: str,
) -> None:
    """Add the people served: of communes counted, of villages the share times their people."""
    whole = np.asarray(shares @ people, dtype=np.float64)
    share = share_of(np.asarray(shares @ (people * served), dtype=np.float64), whole)
    table[f"people_served_{operator}"] = np.nan_to_num(share) * table["people"].to_numpy()
    table[f"people_served_share_of_{level}_people_{operator}"] = share


def share_of(part: NDArray[np.float64], whole: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return part by whole, NaN where there is nothing to divide by; rounding never exceeds 1."""
    share = np.divide(part, whole, out=np.full_like(whole, np.nan), where=whole > 0)
    return np.clip(share, 0.0, 1.0)
