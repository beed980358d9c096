"""Which signal do the sites of a plan bring to their surroundings, once they are built?

The same physics and the same equipment as when the sites were chosen, but for every cell of the
surroundings and not only for those with demand.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from infraplan import catalog
from infraplan.radio.adjust import adjust_block
from infraplan.radio.around import around
from infraplan.radio.network import Place, add_sectors, new_field, read_field
from infraplan.radio.sweep import NETWORK_RAYS_PER_PIXEL, loss_block
from infraplan.results import PlannedSignal
from infraplan.siting.reach_signal import Ground, ground_of
from infraplan.siting.rules import require_crs

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor

    import geopandas as gpd
    from numpy.typing import NDArray

    from infraplan.study import Study

__all__ = ["planned_signals"]

_NO_NOISE = np.array([np.nan])


@dataclass(frozen=True, slots=True)
class _Site:
    """One site of the plan on the grid."""

    site_id: str
    operator: str | None
    year: int
    row: int
    column: int
    antenna_height_m: float


def planned_signals(
    study: Study,
    sites: gpd.GeoDataFrame,
    *,
    executor: Executor | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[PlannedSignal, ...]:
    """Predict the signal of each site that a plan builds, around it.

    Parameters
    ----------
    study
        Terrain, land cover and calibration.
    sites
        Table ``new_sites`` with the column year; those without a year are not built.
    executor
        Threads that predict sites side by side (the kernels release the GIL); None does it here.
    progress
        Called with (done, total) sites.

    Returns
    -------
    tuple of PlannedSignal
        By year, then by identifier. A site is taken as sectors in the directions of the
        catalogue's rule; the best of them counts, as far as the rule ``reach_m``. Levels below the
        catalogue's "weak" of the rules' technology are left out.

    Raises
    ------
    CrsError
        If the sites are in another CRS than the study.
    """
    require_crs(study, sites, what="sites")
    built = _built(study, sites)
    nowhere = np.zeros(0, dtype=np.int64)
    technology = catalog.row("bands", catalog.row("rules", "band")["value"])["technology"]
    ground = ground_of(study, nowhere, nowhere, catalog.level_dbm(technology, "weak"))
    found: list[PlannedSignal] = []
    for one in (map if executor is None else executor.map)(partial(_signal, ground), built):
        found.append(one)
        if progress is not None:
            progress(len(found), len(built))
    return tuple(found)


def _built(study: Study, sites: gpd.GeoDataFrame) -> list[_Site]:
    """List the sites that are built, by year, then by identifier."""
    chosen = sites[sites["year"].notna()]
    rows, columns = study.grid.index(chosen.geometry.x.to_numpy(), chosen.geometry.y.to_numpy())
    built = [
        _Site(str(name), None if pd.isna(who) else str(who), int(year), row, column, float(height))
        for name, who, year, height, row, column in zip(
            chosen["site_id"],
            chosen["operator"],
            chosen["year"],
            chosen["antenna_height_m"],
            rows.tolist(),
            columns.tolist(),
            strict=True,
        )
    ]
    return sorted(built, key=lambda site: (site.year, site.site_id))


def _signal(ground: Ground, site: _Site) -> PlannedSignal:
    """Predict one site."""
    rows, columns = ground.height_m.shape
    radius = math.floor(ground.rule.reach_m / ground.cell_size_m)
    top, bottom = max(site.row - radius, 0), min(site.row + radius + 1, rows)
    left, right = max(site.column - radius, 0), min(site.column + radius + 1, columns)
    place = Place(
        south=top - site.row,
        east=left - site.column,
        top=0,
        left=0,
        carrier=0,
        level_m=float(ground.height_m[site.row, site.column])
        + site.antenna_height_m
        - catalog.rule("rx_height_m"),
        floor_dbm=ground.floor_dbm,
    )
    loss_db = _losses_db(ground, site, (top, bottom, left, right), place, radius)
    field = new_field(loss_db.shape, 1)
    ways = around(radius, ground.cell_size_m)
    whole = (0, loss_db.shape[0])
    add_sectors(field, loss_db, ground.height_m, (top, left), ways, ground.sectors, place, whole)
    carrier_of = np.zeros(ground.sectors.keys.size, dtype=np.int32)
    read = read_field(field, carrier_of=carrier_of, noise_dbm=_NO_NOISE, load_share=0.0)
    return PlannedSignal(
        site.site_id,
        site.operator,
        site.year,
        ground.rule.frequency_mhz,
        top,
        left,
        read.best_dbm,
    )


def _losses_db(
    ground: Ground, site: _Site, block: tuple[int, int, int, int], place: Place, radius: int
) -> NDArray[np.float32]:
    """Compute the losses of a window, with the study's calibration."""
    loss_db = loss_block(
        ground.height_m,
        ground.cell_size_m,
        site.row,
        site.column,
        block=block,
        radius_m=ground.rule.reach_m,
        frequency_mhz=ground.rule.frequency_mhz,
        tx_height_m=site.antenna_height_m,
        rx_height_m=catalog.rule("rx_height_m"),
        clutter_height_m=ground.clutter_height_m,
        rays_per_pixel=NETWORK_RAYS_PER_PIXEL,
    )
    change = ground.correction
    if change is not None:
        part = (slice(block[0], block[1]), slice(block[2], block[3]))
        adjust_block(
            loss_db,
            ground.height_m[part],
            ground.cell_size_m,
            radius=radius,
            south=place.south,
            east=place.east,
            level_m=place.level_m,
            frequency_mhz=ground.rule.frequency_mhz,
            bias_db=change.bias_db,
            slope_db_per_decade=change.slope_db_per_decade,
            offset_db=None if change.offset_db is None else change.offset_db[part],
        )
    return loss_db
