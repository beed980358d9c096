"""Along which mapped roads could fibre be laid?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import geopandas as gpd

from infraplan.sources.osm.extract import read_layer

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["CLASSES", "read_roads"]

_LINKED: Final = ("motorway", "trunk", "primary", "secondary", "tertiary")

CLASSES: Final = (
    *_LINKED,
    *(f"{name}_link" for name in _LINKED),
    "unclassified",
    "residential",
    "living_street",
    "service",
    "pedestrian",
    "road",
    "track",
)
"""Values of highway that a cable crew can follow; paths, footways and steps are left out."""


def read_roads(
    path: Path, *, bounds: tuple[float, float, float, float] | None = None
) -> gpd.GeoDataFrame:
    """Read the roads along which fibre can be laid.

    Parameters
    ----------
    path
        The extract.
    bounds
        West, south, east, north in degrees; all of the extract where None.

    Returns
    -------
    geopandas.GeoDataFrame
        Table roads in EPSG:4326, LineStrings in the order of the file. Where two ways share a
        node, they share its coordinates exactly, so they join there.
    """
    listed = ", ".join(f"'{name}'" for name in CLASSES)
    found = read_layer(
        path, "lines", tags=("highway",), where=f"highway IN ({listed})", bounds=bounds
    )
    columns = {
        "road_id": found["osm_id"].to_numpy(),
        "road_class": found["highway"].to_numpy(),
        "geometry_origin": "measured",
    }
    return gpd.GeoDataFrame(columns, geometry=found.geometry.to_numpy(), crs=found.crs)
