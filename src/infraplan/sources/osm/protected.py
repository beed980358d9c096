"""Which mapped areas are protected?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np

from infraplan.sources.osm.extract import KIND, read_layer

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["read_protected"]

_TAGS: Final = (
    ("boundary", "protected_area"),
    ("boundary", "national_park"),
    ("leisure", "nature_reserve"),
)


def read_protected(
    path: Path, *, bounds: tuple[float, float, float, float] | None = None
) -> gpd.GeoDataFrame:
    """Read protected areas: national parks, nature reserves and the like.

    Parameters
    ----------
    path
        The extract.
    bounds
        West, south, east, north in degrees; all of the extract where None.

    Returns
    -------
    geopandas.GeoDataFrame
        Table protected in EPSG:4326, by identifier.
    """
    found = read_layer(
        path,
        "multipolygons",
        tags=("name", "boundary", "leisure", "protection_title"),
        any_of=_TAGS,
        bounds=bounds,
    )
    kinds = [
        next((value for key, value in _TAGS if row[key] == value), None)
        for row in found.drop(columns="geometry").to_dict("records")
    ]
    title = found["protection_title"].to_numpy(dtype=object)
    columns = {
        "area_id": ("osm-" + found[KIND] + found["osm_id"]).to_numpy(dtype=object),
        "name": found["name"].to_numpy(dtype=object),
        "kind": np.array([t or k for t, k in zip(title, kinds, strict=True)], dtype=object),
        "geometry_origin": "measured",
    }
    table = gpd.GeoDataFrame(
        columns, geometry=found.geometry.make_valid().to_numpy(), crs=found.crs
    )
    table = table[np.array([kind is not None for kind in kinds], dtype=bool)]
    return table.sort_values("area_id", kind="stable", ignore_index=True)
