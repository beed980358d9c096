"""Where could a mast be built, and which existing masts could be shared, to serve the gaps?

New masts: in each square kilometre with people in gaps near it, the highest cell near a road and
the cell near a road where most people in gaps live. Shared masts: existing masts without 4G.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from infraplan.results import weakest
from infraplan.siting.antennas import antennas_on
from infraplan.siting.demand import gap_demand, people_within
from infraplan.siting.ground import best_of_blocks, near_roads, near_sites, thin, zone_numbers
from infraplan.siting.rules import Rules, rules, site_price
from infraplan.tables import spec
from infraplan.units import KM_PER_M

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from infraplan.geo import Grid
    from infraplan.study import Study

__all__ = ["candidates"]


def candidates(
    study: Study,
    gaps: gpd.GeoDataFrame,
    *,
    most: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> gpd.GeoDataFrame:
    """Propose places where a 4G site could serve people in gaps.

    Parameters
    ----------
    study
        Terrain, people, roads, sites and cells.
    gaps
        Table ``gaps``, from :func:`infraplan.coverage.find_gaps`.
    most
        Keep at most so many, those with most people in gaps near them; the catalogue's rule
        ``candidates_most`` where absent.
    progress
        Called with (done, total) steps.

    Returns
    -------
    geopandas.GeoDataFrame
        Table ``candidates``, most people first; empty where nobody lives in a gap.

    Raises
    ------
    CrsError
        If the gaps are in another CRS than the study.

    Notes
    -----
    A new mast stands within ``road_reach_m`` of a road and no closer than ``spacing_m`` to any
    existing mast or better new one. Height, class, distances and prices are catalogue rows.
    """
    rule = rules()
    people = gap_demand(study, gaps).raster()
    new = _new_masts(study, people, rule)
    shared = _shared_masts(study, people, rule)
    found = pd.concat([new, shared], ignore_index=True)
    order = np.lexsort((found.index, -found["near_people"]))
    found = found.iloc[order].head(rule.most if most is None else most).reset_index(drop=True)
    found["candidate_id"] = [f"C{number:04d}" for number in range(1, len(found) + 1)]
    if progress is not None:
        progress(1, 1)
    columns = list(spec("candidates").names)
    return gpd.GeoDataFrame(found[columns], geometry="geometry", crs=study.crs)


def _new_masts(study: Study, people: NDArray[np.float64], rule: Rules) -> pd.DataFrame:
    """Place new masts: best first, spaced, each with at least one person in a gap near it."""
    grid = study.grid
    ground_m = np.asarray(study.elevation.values, dtype=np.float32)
    zones = zone_numbers(study.communes.geometry, grid)
    rows, columns, is_high = _picks(study, ground_m, people, zones, rule)
    near = people_within(people, rows, columns, radius_cells=rule.near_people_m / grid.cell_size_m)
    order = np.lexsort((columns, rows, -ground_m[rows, columns], ~is_high, -near))
    order = order[near[order] >= 1]
    x_m, y_m = grid.centre(rows[order], columns[order])
    road_m = _road_distance_m(study, x_m, y_m)
    order = order[road_m <= rule.road_reach_m]
    order = order[_spaced(grid, rows[order], columns[order], rule)]
    return _new_table(study, rule, zones, rows[order], columns[order], is_high[order], near[order])


def _picks(
    study: Study,
    ground_m: NDArray[np.float32],
    people: NDArray[np.float64],
    zones: NDArray[np.int32],
    rule: Rules,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    """Pick the highest and the most lived-in cell of each block; the last array marks the former.

    Of high cells closer than the spacing only the highest is kept, so that the flank of a hill
    does not stand in for its top in the next block.
    """
    grid, sites = study.grid, study.sites.geometry
    allowed = (zones >= 0) & np.isfinite(ground_m)
    allowed &= near_roads(study.roads.geometry, grid, reach_m=rule.road_reach_m)
    allowed &= ~near_sites(sites.x.to_numpy(), sites.y.to_numpy(), grid, spacing_m=rule.spacing_m)
    block = max(1, round(rule.block_m / grid.cell_size_m))
    rows, columns = best_of_blocks(ground_m, allowed, block_cells=block)
    down = np.lexsort((columns, rows, -ground_m[rows, columns]))
    tops = down[_spaced(grid, rows[down], columns[down], rule)]
    lived_in = best_of_blocks(people, allowed & (people > 0), block_cells=block)
    all_rows = np.concatenate([rows[tops], lived_in[0]])
    all_columns = np.concatenate([columns[tops], lived_in[1]])
    return all_rows, all_columns, np.arange(len(all_rows)) < len(tops)


def _spaced(
    grid: Grid, rows: NDArray[np.int64], columns: NDArray[np.int64], rule: Rules
) -> NDArray[np.bool_]:
    """Mark the cells that keep the spacing to all marked ones before them."""
    x_m, y_m = grid.centre(rows, columns)
    return thin(x_m, y_m, spacing_m=rule.spacing_m)


def _new_table(
    study: Study,
    rule: Rules,
    zones: NDArray[np.int32],
    rows: NDArray[np.int64],
    columns: NDArray[np.int64],
    is_high: NDArray[np.bool_],
    near: NDArray[np.float64],
) -> pd.DataFrame:
    """Describe the new masts at these cells."""
    x_m, y_m = study.grid.centre(rows, columns)
    ground_m = study.elevation.at(x_m, y_m)
    road_m = _road_distance_m(study, x_m, y_m)
    capex_vnd, capex_origin = site_price("new_mast", "base_station_4g")
    heads = [
        f"high ground {height:,.0f} m" if high else f"amid the gap's people at {height:,.0f} m"
        for high, height in zip(is_high, ground_m, strict=True)
    ]
    return pd.DataFrame(
        {
            "kind": "new_mast",
            "host_site_id": None,
            "mast_class": rule.mast_class,
            "antenna_height_m": rule.antenna_height_m,
            "ground_height_m": ground_m,
            "commune_code": study.communes["code"].to_numpy()[zones[rows, columns]],
            "road_distance_m": road_m,
            "capex_vnd": capex_vnd,
            "reason": _reasons(heads, road_m, near, rule),
            "geometry": gpd.points_from_xy(x_m, y_m),
            "geometry_origin": weakest(["estimated", study.elevation.origin]),
            "antenna_height_m_origin": rule.antenna_height_origin,
            "capex_vnd_origin": capex_origin,
            "near_people": near,
        }
    )


def _shared_masts(study: Study, people: NDArray[np.float64], rule: Rules) -> pd.DataFrame:
    """List the existing masts without 4G that have people in gaps within reach."""
    grid = study.grid
    with_4g = study.cells.loc[study.cells["technology"] == "4G", "site_id"]
    sites = study.sites[~study.sites["site_id"].isin(with_4g)]
    x_m, y_m = sites.geometry.x.to_numpy(), sites.geometry.y.to_numpy()
    rows, columns = grid.index(x_m, y_m)
    ground_m = study.elevation.at(x_m, y_m)
    known = grid.inside(rows, columns) & np.isfinite(ground_m)
    reached = people_within(people, rows, columns, radius_cells=rule.reach_m / grid.cell_size_m)
    keep = known & (reached >= 1)
    sites, rows, columns, ground_m = sites[keep], rows[keep], columns[keep], ground_m[keep]
    near = people_within(people, rows, columns, radius_cells=rule.near_people_m / grid.cell_size_m)
    road_m = _road_distance_m(study, x_m[keep], y_m[keep])
    zones = zone_numbers(study.communes.geometry, grid)[rows, columns]
    codes = study.communes["code"].to_numpy()
    capex_vnd, capex_origin = site_price("colocation", "base_station_4g")
    antennas = antennas_on(sites, rule)
    return pd.DataFrame(
        {
            "kind": "shared_mast",
            "host_site_id": sites["site_id"].to_numpy(),
            "mast_class": sites["mast_class"].to_numpy() if "mast_class" in sites else None,
            "antenna_height_m": antennas.height_m,
            "ground_height_m": ground_m,
            "commune_code": [codes[zone] if zone >= 0 else None for zone in zones],
            "road_distance_m": road_m,
            "capex_vnd": capex_vnd,
            "reason": _reasons(_mast_heads(sites, antennas.stands), road_m, near, rule),
            "geometry": sites.geometry.to_numpy(),
            "geometry_origin": sites["geometry_origin"].to_numpy(),
            "antenna_height_m_origin": antennas.origin,
            "capex_vnd_origin": capex_origin,
            "near_people": near,
        }
    )


def _mast_heads(sites: gpd.GeoDataFrame, stands: list[str]) -> list[str]:
    """Begin the reason of each mast that could be shared."""
    owners = sites["owner"] if "owner" in sites else pd.Series(None, index=sites.index)
    return [
        f"existing mast {site}{f' of {owner}' if pd.notna(owner) else ''} without 4G, {stand}"
        for site, owner, stand in zip(sites["site_id"], owners, stands, strict=True)
    ]


def _road_distance_m(
    study: Study, x_m: NDArray[np.float64], y_m: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Measure the straight distance from points to the nearest road; NaN without any road."""
    result = np.full(len(x_m), np.nan)
    if len(x_m) and not study.roads.empty:
        (points, _), distance_m = study.roads.sindex.nearest(
            gpd.points_from_xy(x_m, y_m), return_all=False, return_distance=True
        )
        result[points] = distance_m
    return result


def _reasons(
    heads: list[str], road_m: NDArray[np.float64], near: NDArray[np.float64], rule: Rules
) -> list[str]:
    return [
        f"{head}, {road:.0f} m from a road, "
        f"{people:,.0f} people in gaps within {rule.near_people_m * KM_PER_M:g} km"
        for head, road, people in zip(heads, road_m, near, strict=True)
    ]
