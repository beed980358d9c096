"""Which hard rule forbids a new mast at each cell, and how is that said?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np

from infraplan import catalog
from infraplan.names import prefix_word
from infraplan.siting.ground import (
    distance_to_lines_m,
    near_roads,
    near_sites,
    slope_deg,
    zone_numbers,
)
from infraplan.siting.rules import spacing_m

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from infraplan.siting.rules import Rules
    from infraplan.study import Study

__all__ = ["FREE", "RULES", "Ground", "look_at_ground", "nearest_m", "said_of"]

RULES: Final = ("", "commune", "terrain", "water", "protected", "slope", "road", "spacing")
"""Rules in the order in which they are told, by their number in :attr:`Ground.broken`."""
FREE: Final = 0
_PLAIN: Final = {
    "": "",
    "commune": "outside the communes of the study",
    "terrain": "height of the ground unknown",
    "water": "in water",
    "road": "no road known",
}
"""What is said where no figure is needed."""
_WATER: Final = "water"
_SITE: Final = "site_id"


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """What the rules say of each cell, arrays of the grid's shape.

    Attributes
    ----------
    zone
        Commune that holds the centre of each cell, by its row; -1 outside.
    slope_deg
        Slope of the terrain.
    road_m
        About how far the nearest road is, to a cell.
    broken
        Number in :data:`RULES` of the first rule that forbids a new mast, 0 where none does.
    spacing_m
        Least distance of a new mast from others in each commune, shape (communes,).
    """

    zone: NDArray[np.int32]
    slope_deg: NDArray[np.float32]
    road_m: NDArray[np.float32]
    broken: NDArray[np.uint8]
    spacing_m: NDArray[np.float64]


def look_at_ground(study: Study, rule: Rules, *, mast_height_m: float) -> Ground:
    """Find where a new mast may stand, and which rule forbids it elsewhere.

    Parameters
    ----------
    study
        Terrain, communes, land cover, protected areas, roads and sites.
    rule
        Limits.
    mast_height_m
        Greatest height that is weighed, m; spacing may depend on it.
    """
    grid, sites = study.grid, study.sites.geometry
    height_m = np.asarray(study.elevation.values, dtype=np.float32)
    zone = zone_numbers(study.communes.geometry, grid)
    slope = slope_deg(height_m, cell_size_m=grid.cell_size_m)
    road_m = distance_to_lines_m(study.roads.geometry, grid)
    apart_m = _spacing_of_communes(study, rule, mast_height_m)
    broken = np.zeros(grid.shape, dtype=np.uint8)
    _mark(broken, "commune", zone < 0)
    _mark(broken, "terrain", ~np.isfinite(height_m))
    _mark(broken, "water", _water(study))
    _mark(broken, "protected", zone_numbers(study.protected.geometry, grid) >= 0)
    _mark(broken, "slope", slope > rule.slope_most_deg)
    _mark(broken, "road", ~near_roads(road_m, grid, reach_m=rule.road_reach_m))
    x_m, y_m = sites.x.to_numpy(), sites.y.to_numpy()
    for apart in np.unique(apart_m):
        close = near_sites(x_m, y_m, grid, spacing_m=float(apart))
        _mark(broken, "spacing", close & (zone >= 0) & (apart_m[zone] == apart))
    return Ground(zone, slope, road_m, broken, apart_m)


def _mark(broken: NDArray[np.uint8], rule: str, where: NDArray[np.bool_]) -> None:
    broken[where & (broken == FREE)] = RULES.index(rule)


def _water(study: Study) -> NDArray[np.bool_]:
    """Mark water where the land cover is known."""
    if study.clutter is None:
        return np.zeros(study.grid.shape, dtype=np.bool_)
    classes = catalog.table("clutter").set_index("key")["class"]
    water: NDArray[np.bool_] = np.asarray(study.clutter.values) == int(classes[_WATER])
    return water


def _spacing_of_communes(study: Study, rule: Rules, mast_height_m: float) -> NDArray[np.float64]:
    """Return the least distance of a new mast from others in each commune, m."""
    words = catalog.row("rules", "town_words")["value"].split("|")
    communes = study.communes
    names = communes["full_name"] if "full_name" in communes else communes["name"]
    apart = {
        town: spacing_m(mast_class=rule.mast_class, town=town, mast_height_m=mast_height_m)
        for town in (False, True)
    }
    return np.array([apart[prefix_word(str(name)) in words] for name in names], dtype=np.float64)


def nearest_m(
    lines: gpd.GeoSeries, x_m: NDArray[np.float64], y_m: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return how far the nearest of some shapes is from points, m, and which it is.

    NaN and -1 without any.
    """
    distance_m, number = np.full(len(x_m), np.nan), np.full(len(x_m), -1, dtype=np.int64)
    if len(x_m) and not lines.empty:
        (points, shapes), found_m = lines.sindex.nearest(
            gpd.points_from_xy(x_m, y_m), return_all=False, return_distance=True
        )
        distance_m[points], number[points] = found_m, shapes
    return distance_m, number


def said_of(
    study: Study,
    ground: Ground,
    rule: Rules,
    rows: NDArray[np.int64],
    columns: NDArray[np.int64],
) -> list[str]:
    """Say of each cell what forbids a new mast there; empty where nothing does."""
    x_m, y_m = study.grid.centre(rows, columns)
    road_m, _ = nearest_m(study.roads.geometry, x_m, y_m)
    site_m, site = nearest_m(study.sites.geometry, x_m, y_m)
    _, area = nearest_m(study.protected.geometry, x_m, y_m)
    sites, areas = study.sites[_SITE].to_numpy(), _area_names(study)
    slope = ground.slope_deg[rows, columns]
    apart_m = ground.spacing_m[ground.zone[rows, columns]]
    said = []
    for i, number in enumerate(ground.broken[rows, columns].tolist()):
        broken = RULES[number]
        if broken == "protected":
            said.append(f"in the protected area {areas[area[i]]}")
        elif broken == "slope":
            said.append(f"slope {slope[i]:.0f} degrees, above {rule.slope_most_deg:g}")
        elif broken == "road" and np.isfinite(road_m[i]):
            said.append(f"{road_m[i]:.0f} m from a road, above {rule.road_reach_m:g}")
        elif broken == "spacing":
            nearest = f"{site_m[i]:.0f} m from mast {sites[site[i]]}"
            said.append(f"{nearest}, closer than {apart_m[i]:g}")
        else:
            said.append(_PLAIN[broken])
    return said


def _area_names(study: Study) -> list[str]:
    """Return the name of each protected area, its identifier where it has none."""
    areas = study.protected
    names = areas["name"] if "name" in areas else areas["area_id"]
    return [str(n) for n in names.where(names.notna(), areas["area_id"])]
