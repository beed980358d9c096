"""Where do people live, and how many are there, as OpenStreetMap says?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np

from infraplan.catalog import table
from infraplan.errors import Fault, InputError
from infraplan.sources.osm.extract import read_layer
from infraplan.wording import Text

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["assume_fibre_nodes", "read_people_total", "read_residential", "read_settlements"]

_TOWN = "town"


def read_settlements(
    path: Path, *, bounds: tuple[float, float, float, float] | None = None
) -> gpd.GeoDataFrame:
    """Read towns, villages and hamlets as the table of villages.

    The kinds of place are the rows of the catalogue ``settlement_radii``.

    Parameters
    ----------
    path
        The extract.
    bounds
        West, south, east, north in degrees; all of the extract where None.

    Returns
    -------
    geopandas.GeoDataFrame
        Table villages in EPSG:4326 with the column place, by OpenStreetMap id; people are missing.
    """
    kinds = list(table("settlement_radii")["place"])
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    found = read_layer(
        path, "points", tags=("name", "place"), where=f"place IN ({listed})", bounds=bounds
    )
    found = found.iloc[np.argsort(found["osm_id"].astype(np.int64), kind="stable")]
    names = [
        name or f"({place} {osm_id})"
        for name, place, osm_id in zip(found["name"], found["place"], found["osm_id"], strict=True)
    ]
    columns = {
        "village_id": found["osm_id"].to_numpy(),
        "name": np.array(names, dtype=object),
        "place": found["place"].to_numpy(),
        "people": np.nan,
        "geometry_origin": "measured",
        "people_origin": "estimated",
    }
    return gpd.GeoDataFrame(columns, geometry=found.geometry.to_numpy(), crs=found.crs)


def read_residential(
    path: Path, *, bounds: tuple[float, float, float, float] | None = None
) -> gpd.GeoSeries:
    """Read the polygons of residential land, in EPSG:4326; there may be none."""
    where = "landuse = 'residential'"
    found = read_layer(path, "multipolygons", tags=(), where=where, bounds=bounds)
    return gpd.GeoSeries(found.geometry.to_numpy(), crs=found.crs)


def read_people_total(path: Path, country: str) -> float:
    """Read the people of a country from the population tag of its point.

    Raises
    ------
    InputError
        If the country is not in the extract, or its population is no number.
    """
    found = read_layer(path, "points", tags=("name", "population"), where="place = 'country'")
    tagged = list(found.loc[found["name"] == country, "population"])
    text = str(tagged[0] or "").replace(",", "").strip() if tagged else ""
    if not text.isdigit():
        problem = (
            f"the population of {country!r} is {tagged[0]!r}"
            if tagged
            else f"no point place=country with the name {country!r} is in the extract"
        )
        raise InputError([Fault(path.name, problem, "give `people_total` under [osm]")])
    return float(text)


def assume_fibre_nodes(
    path: Path, *, bounds: tuple[float, float, float, float] | None = None
) -> tuple[gpd.GeoDataFrame, tuple[Text, ...]]:
    """Assume one fibre node in each town, because OpenStreetMap seldom maps any.

    Parameters
    ----------
    path
        The extract.
    bounds
        West, south, east, north in degrees; all of the extract where None.

    Returns
    -------
    geopandas.GeoDataFrame
        Table fibre_nodes in EPSG:4326; the geometry is assumed.
    tuple of str
        What to tell about it.
    """
    places = read_settlements(path, bounds=bounds)
    towns = places[places["place"] == _TOWN]
    columns = {
        "node_id": "osm-" + towns["village_id"].to_numpy(),
        "name": towns["name"].to_numpy(),
        "kind": "exchange",
        "geometry_origin": "assumed",
    }
    note = Text(
        f"Bản đồ không có cáp quang: giả định một nút cáp ở mỗi thị trấn ({len(towns)} nơi), tại "
        "điểm đánh dấu thị trấn.",
        f"No fibre is mapped: one fibre node is assumed in each town ({len(towns)}), at the point "
        "that marks the town.",
    )
    return gpd.GeoDataFrame(columns, geometry=towns.geometry.to_numpy(), crs=towns.crs), (note,)
