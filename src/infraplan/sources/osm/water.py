"""Which mapped areas are water?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from infraplan.sources.osm.extract import KIND, read_layer

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping
    from pathlib import Path

__all__ = ["read_water"]

_TAGS: Final = (("natural", "water"), ("landuse", "reservoir"), ("waterway", "riverbank"))
_KINDS: Final = {"landuse": "reservoir", "waterway": "river"}
"""Key of a tag to the kind that it means, where no tag `water` says one."""
_COLUMNS: Final = ("name", "water", "natural", "landuse", "waterway")
_LEAST_POINTS: Final = 4
"""Of a ring, the first and the last being the same."""


def read_water(
    path: Path, *, bounds: tuple[float, float, float, float] | None = None
) -> gpd.GeoDataFrame:
    """Read areas of water: lakes, reservoirs, ponds, and rivers that are drawn with their banks.

    A river that is drawn as a line alone is no area. A closed river bank is a line to GDAL where
    it bears no other tag of an area.

    Parameters
    ----------
    path
        The extract.
    bounds
        West, south, east, north in degrees; all of the extract where None.

    Returns
    -------
    geopandas.GeoDataFrame
        Table water in EPSG:4326, by identifier.
    """
    areas = read_layer(path, "multipolygons", tags=_COLUMNS, any_of=_TAGS, bounds=bounds)
    banks = read_layer(path, "lines", tags=_COLUMNS, any_of=_TAGS[-1:], bounds=bounds)
    there = [layer for layer in (areas, _filled(banks)) if not layer.empty] or [areas]
    found = gpd.GeoDataFrame(pd.concat(there, ignore_index=True), crs=areas.crs)
    return _table(found)


def _filled(lines: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the areas that closed lines enclose; open ones enclose none."""
    shapes = lines.geometry.to_numpy()
    closed = shapely.is_closed(shapes) & (shapely.get_num_coordinates(shapes) >= _LEAST_POINTS)
    rings = [shapely.Polygon(shape.coords) for shape in shapes[closed]]
    told = lines[closed].drop(columns="geometry")
    return gpd.GeoDataFrame(told, geometry=rings, crs=lines.crs)


def _table(found: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    rows = found.drop(columns="geometry").to_dict("records")
    shapes = shapely.make_valid(found.geometry.to_numpy(), method="structure", keep_collapsed=False)
    columns = {
        "water_id": ("osm-" + found[KIND] + found["osm_id"]).to_numpy(dtype=object),
        "name": found["name"].to_numpy(dtype=object),
        "kind": np.array([_kind(row) for row in rows], dtype=object),
        "geometry_origin": "measured",
    }
    table = gpd.GeoDataFrame(columns, geometry=shapes, crs=found.crs)
    wet = np.array([any(row[key] == value for key, value in _TAGS) for row in rows], dtype=bool)
    table = table[wet & ~shapely.is_empty(shapes)]
    return table.sort_values("water_id", kind="stable", ignore_index=True)


def _kind(row: Mapping[Hashable, object]) -> object:
    """Return what the tag `water` says, or what the tag that made it water means; else None."""
    said = (_KINDS[key] for key, value in _TAGS if key in _KINDS and row[key] == value)
    return row["water"] or next(said, None)
