"""Which tall structures does a map hold that could carry antennas?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from infraplan.sources.osm.extract import KIND, read_layer
from infraplan.sources.osm.masts import height_m_of, read_telecom_masts
from infraplan.wording import count, phrase

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping
    from pathlib import Path

    from infraplan.wording import Text

__all__ = ["read_structures"]

_KINDS: Final = ("water_tower", "chimney", "tower", "mast", "silo")
"""Values of man_made, which the table calls the same."""
_BY_TYPE: Final = ("tower", "mast")
_TYPES: Final = ("observation", "watchtower", "bell_tower", "lighting", "siren", "cooling")
"""Values of tower:type that are no pylons."""


def read_structures(
    path: Path, *, bounds: tuple[float, float, float, float] | None = None
) -> tuple[gpd.GeoDataFrame, tuple[Text, ...]]:
    """Read water towers, chimneys, silos and towers that carry no antennas yet.

    A telecommunication mast is a site and not a structure; pylons of power lines and lifts, and
    towers whose tags do not say what they are, are left out. An outline is a line to GDAL where it
    bears no tag of a building.

    Parameters
    ----------
    path
        The extract.
    bounds
        West, south, east, north in degrees; all of the extract where None.

    Returns
    -------
    geopandas.GeoDataFrame
        Table structures in EPSG:4326, by identifier; an area is its inner point, a height that no
        tag says is NaN.
    tuple of Text
        How many have no height.
    """
    pairs = [("man_made", kind) for kind in _KINDS]
    layers = [
        read_layer(
            path,
            layer,
            tags=("name", "man_made", "operator", "height", "tower:type", "power"),
            any_of=pairs,
            bounds=bounds,
        )
        for layer in ("points", "lines", "multipolygons")
    ]
    there = [layer for layer in layers if not layer.empty] or layers[:1]
    found = gpd.GeoDataFrame(pd.concat(there, ignore_index=True), crs=layers[0].crs)
    masts, _ = read_telecom_masts(path, bounds=bounds)
    telecom = set(masts["osm_id"])
    rows = found.drop(columns="geometry").to_dict("records")
    kept = [_is_structure(row) and not _is_mast(row, telecom) for row in rows]
    table = _table(gpd.GeoDataFrame(found[np.array(kept, dtype=bool)]))
    unknown = int(table["height_m"].isna().sum())
    if not unknown:
        return table, ()
    return table, (phrase("osm_structures_without_height", {"count": count(unknown)}),)


def _is_structure(row: Mapping[Hashable, object]) -> bool:
    if row["man_made"] not in _KINDS or row["power"] is not None:
        return False
    return row["man_made"] not in _BY_TYPE or row["tower:type"] in _TYPES


def _is_mast(row: Mapping[Hashable, object], telecom: set[str]) -> bool:
    return row[KIND] == "n" and row["osm_id"] in telecom


def _table(found: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    heights_m = np.array([height_m_of(tag) for tag in found["height"]], dtype=np.float64)
    columns = {
        "structure_id": ("osm-" + found[KIND] + found["osm_id"]).to_numpy(dtype=object),
        "name": found["name"].to_numpy(dtype=object),
        "kind": found["man_made"].to_numpy(dtype=object),
        "height_m": heights_m,
        "owner": found["operator"].to_numpy(dtype=object),
        "geometry_origin": "measured",
        "height_m_origin": np.array(
            ["declared" if known else None for known in np.isfinite(heights_m)], dtype=object
        ),
    }
    points = shapely.point_on_surface(found.geometry.to_numpy())
    table = gpd.GeoDataFrame(columns, geometry=points, crs=found.crs)
    return table.sort_values("structure_id", kind="stable", ignore_index=True)
