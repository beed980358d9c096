"""Where does each mast that is tried out stand, how high does it hang, and can it be counted?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
from pyproj import Transformer
from shapely.geometry import Point

from infraplan import catalog
from infraplan.errors import Fault, InputError
from infraplan.geo import GEOGRAPHIC
from infraplan.siting.antennas import antennas_on
from infraplan.siting.rules import rules
from infraplan.workflow.whatif.scene import bands_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import geopandas as gpd

    from infraplan.results import Mast
    from infraplan.workflow.whatif.scene import PreviewScene

__all__ = ["Standing", "standings"]

NEW_MAST: Final = "new_mast"
SHARED_MAST: Final = "shared_mast"
_REQUEST: Final = "inputs"


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """A mast in the study's CRS.

    Attributes
    ----------
    mast
        Everything filled in.
    kind
        "new_mast" or "shared_mast".
    place
        Where, m.
    antenna_height_m, ground_height_m
        Antennas above ground, and ground above sea level.
    host
        Row of the table ``sites`` that is shared; without rows for a new mast.
    pays_rent
        Whether its operator hangs on another's mast anew.
    """

    mast: Mast
    kind: str
    place: Point
    antenna_height_m: float
    ground_height_m: float
    host: gpd.GeoDataFrame
    pays_rent: bool


def standings(scene: PreviewScene, masts: Sequence[Mast]) -> list[Standing]:
    """Fill in masts and find where they stand.

    Parameters
    ----------
    scene
        The prepared study.
    masts
        As asked.

    Raises
    ------
    InputError
        If an operator, band or host is unknown, or a place is outside the area; every fault of
        every mast is listed.
    """
    found = [_standing(scene, mast) for mast in masts]
    faults = [
        fault
        for number, standing in enumerate(found)
        for fault in _faults(scene, standing, f"masts.{number}")
    ]
    if faults:
        raise InputError(faults)
    return found


def _standing(scene: PreviewScene, mast: Mast) -> Standing:
    """Fill in one mast; what cannot be known is NaN."""
    sites = scene.study.sites
    rule = rules()
    host = sites[sites["site_id"].astype(str) == mast.host_site_id].head(1)
    height_m = mast.height_m or catalog.rule("mast_height_m")
    filled: dict[str, Any] = {
        "band": mast.band or catalog.row("rules", "band")["value"],
        "height_m": height_m,
        "eirp_dbm": catalog.rule("eirp_dbm") if mast.eirp_dbm is None else mast.eirp_dbm,
        "azimuths_deg": mast.azimuths_deg or rule.azimuths_deg,
        "tilt_deg": rule.tilt_deg if mast.tilt_deg is None else mast.tilt_deg,
    }
    if len(host):
        place = host.geometry.iloc[0]
        lonlat = _lonlat(host)
        antenna_m = float(antennas_on(host, rule).height_m[0])
        host_m = float(host["mast_height_m"].astype(float).iloc[0])
        filled |= {"lon": lonlat[0], "lat": lonlat[1]}
        filled |= {"height_m": host_m} if math.isfinite(host_m) else {}
    else:
        turn = Transformer.from_crs(GEOGRAPHIC, scene.study.crs, always_xy=True)
        place = Point(*turn.transform(mast.lon, mast.lat))
        antenna_m = height_m - rule.antenna_below_top_m
    ground_m = math.nan
    if math.isfinite(place.x) and math.isfinite(place.y):
        ground_m = float(scene.study.elevation.at([place.x], [place.y])[0])
    return Standing(
        mast=mast.model_copy(update=filled),
        kind=SHARED_MAST if len(host) else NEW_MAST,
        place=place,
        antenna_height_m=antenna_m,
        ground_height_m=ground_m,
        host=host,
        pays_rent=bool(len(host)) and mast.operator not in _tenants(scene, host),
    )


def _lonlat(table: gpd.GeoDataFrame) -> tuple[float, float]:
    """Return longitude and latitude of the first point of a table."""
    point = table.geometry.iloc[[0]].to_crs(GEOGRAPHIC).iloc[0]
    return float(point.x), float(point.y)


def _tenants(scene: PreviewScene, host: gpd.GeoDataFrame) -> set[str]:
    """Return who hangs on a mast or owns it."""
    cells = scene.study.cells
    there = set(cells.loc[cells["site_id"] == host["site_id"].iloc[0], "operator"].astype(str))
    for column in ("owner", "tenants"):
        if column in host and pd.notna(host[column].iloc[0]):
            there |= {name.strip() for name in str(host[column].iloc[0]).split("|")}
    return there


def _faults(scene: PreviewScene, standing: Standing, where: str) -> Iterator[Fault]:
    """Tell why a mast cannot be counted."""
    mast, operators = standing.mast, scene.levels.operators
    bands = bands_of(scene.levels.technology)
    if mast.operator not in operators:
        problem = f"there is no operator {mast.operator!r} with {scene.levels.technology} here"
        yield _fault(where, "operator", problem, f"give one of {', '.join(operators)}")
    if mast.band not in bands:
        problem = f"{mast.band!r} is no band of {scene.levels.technology}"
        yield _fault(where, "band", problem, f"give one of {', '.join(bands)}")
    if mast.host_site_id is not None and standing.kind == NEW_MAST:
        problem = f"there is no mast {mast.host_site_id!r}"
        yield _fault(where, "host_site_id", problem, "give a site_id of the collection sites")
    elif not math.isfinite(standing.antenna_height_m):
        problem = f"the height of mast {mast.host_site_id!r} is not known"
        yield _fault(where, "host_site_id", problem, "give another mast, or a new one")
    elif not math.isfinite(standing.ground_height_m):
        problem = f"{mast.lon:g}, {mast.lat:g} is outside the terrain of the study"
        west, south, east, north = _area(scene)
        remedy = f"give a place within {west:.4f}, {south:.4f}, {east:.4f}, {north:.4f}"
        yield _fault(where, "lon, lat", problem, remedy)


def _area(scene: PreviewScene) -> tuple[float, float, float, float]:
    """Return west, south, east, north of the grid, degrees."""
    grid = scene.study.grid
    turn = Transformer.from_crs(grid.crs, GEOGRAPHIC, always_xy=True)
    west, south, east, north = turn.transform_bounds(*grid.bounds)
    return west, south, east, north


def _fault(where: str, name: str, problem: str, remedy: str) -> Fault:
    return Fault(_REQUEST, problem, remedy, column=f"{where}.{name}")
