"""What do the terrain, the land cover and the people of a study look like on its grid?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from infraplan.errors import Fault, InputError
from infraplan.geo import Raster, people_weights, scale_to_zones, zone_weights
from infraplan.results import weakest
from infraplan.sources import elevation, files, landcover, osm, settlements
from infraplan.study.gathered import tell
from infraplan.study.grid_people import people_of_grid
from infraplan.study.raster_sources import keep_sources, named_files
from infraplan.wording import Text, count

if TYPE_CHECKING:
    from infraplan.geo import Grid
    from infraplan.study.gathered import Gathered

__all__ = ["read_clutter", "read_people", "read_terrain"]

_DATUM = {
    "glo30": Text(
        "Độ cao của Copernicus GLO-30 tính trên geoid EGM2008 và là mô hình bề mặt: gồm một phần "
        "ngọn cây và mái nhà.",
        "Heights of Copernicus GLO-30 are above the geoid EGM2008, and of the surface: they hold "
        "part of tree crowns and roofs.",
    ),
    "skadi": Text(
        "Độ cao của Terrain Tiles (Skadi) phần lớn là SRTM, tính trên geoid EGM96 (chênh với "
        "EGM2008 thường dưới 1 m).",
        "Heights of Terrain Tiles (Skadi) are mostly SRTM, above the geoid EGM96 (mostly within "
        "1 m of EGM2008).",
    ),
}


def read_terrain(found: Gathered, grid: Grid) -> Raster | None:
    """Return the terrain on the study's grid, or None with the faults listed."""
    part = found.elevation
    if part is None:
        remedy = 'add an [elevation] part with `paths`, or with source = "glo30"'
        found.faults.append(Fault(found.name, "the study names no terrain", remedy))
        return None
    try:
        named = named_files(found, part, key="elevation", folder=found.elevation_folder)
        raster, notes = elevation.read_elevation(
            named.paths,
            labels=named.labels,
            origin=part.values_origin,
            grid=grid,
            sea=named.sea,
        )
    except InputError as error:
        found.faults += error.faults
        return None
    tell(found, part.note)
    if part.source in _DATUM:
        found.notes.append(_DATUM[part.source])
    found.notes += notes
    keep_sources(found, part, named, table="elevation")
    return raster


def read_clutter(found: Gathered, grid: Grid) -> Raster | None:
    """Return the land cover on the study's grid; None where there is none or faults were listed."""
    if found.clutter_part is None:
        return None
    part, folder = found.clutter_part
    classes = landcover.worldcover_classes() if part.classes == "worldcover" else part.classes
    try:
        named = named_files(found, part, key="clutter", folder=folder)
        raster, notes = landcover.read_landcover(
            named.paths,
            labels=named.labels,
            classes=classes,
            grid=grid,
            bounds=found.tables["communes"].total_bounds,
            origin=part.values_origin,
            sea=named.sea,
        )
    except InputError as error:
        found.faults += error.faults
        return None
    tell(found, part.note)
    found.notes += notes
    keep_sources(found, part, named, table="clutter")
    return raster


def read_people(found: Gathered, grid: Grid, counted: Raster | None) -> Raster:
    """Return persons per cell, and fill in the people of communes and villages that lack them.

    The raster keeps the total: the sum over communes equals the province. `counted` is what files
    count per cell, where the study names such.
    """
    if counted is not None:
        return people_of_grid(found, counted)
    if found.file.people.method == "settlements":
        return _over_settlements(found, grid)
    return _around_villages(found, grid)


def _around_villages(found: Gathered, grid: Grid) -> Raster:
    """Spread villages' people around them, then scale every commune to its own total."""
    communes, villages = found.tables["communes"], found.tables["villages"]
    near = settlements.spread_villages(villages, grid, radius_m=found.file.people.spread_m)
    weights = people_weights(zone_weights(communes.geometry, grid))
    totals = communes["people"].to_numpy(dtype=np.float64)
    cells = scale_to_zones(near, weights, totals)
    values = cells.reshape(grid.shape)
    return Raster(
        "people", "persons per cell", grid, values, weakest(set(villages["people_origin"]))
    )


def _over_settlements(found: Gathered, grid: Grid) -> Raster:
    """Spread the total evenly over mapped settlements and residential land."""
    part = found.file.osm
    if part is None:
        raise InputError(
            [Fault(found.name, 'people.method = "settlements" needs an extract', "add [osm]")]
        )
    path = files.locate(part.path, folder=found.folder, shelf=found.shelf)
    total = part.people_total
    if total is None:
        total = osm.read_people_total(path, part.country)
    communes, villages = found.tables["communes"], found.tables["villages"]
    people = settlements.spread_evenly(
        villages,
        osm.read_residential(path).to_crs(found.crs),
        grid,
        total_people=total,
        communes=communes,
    )
    weights = people_weights(zone_weights(communes.geometry, grid))
    flat = people.values.ravel().astype(np.float64)
    communes["people"] = weights @ flat
    villages["people"] = settlements.people_by_nearest(people, villages).to_numpy()
    for table in (communes, villages):
        table["people_origin"] = "estimated"
    people_said = count(total)
    found.notes.append(
        Text(
            f"{people_said.vi} người, tổng số ghi cho cả nước, được trải đều trên khu dân cư và "
            "đất ở có trên bản đồ: là ước tính, không phải điều tra dân số.",
            f"{people_said.en} people, the total tagged on the country, are spread evenly over "
            "mapped settlements and residential land: an estimate, not a census.",
        )
    )
    return people
