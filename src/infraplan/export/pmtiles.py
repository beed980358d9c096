"""How is a collection cut into vector tiles, and what do the tiles say of a feature?

One PMTiles archive per collection: a browser's map asks for the few tiles that it shows, and needs
no server that knows geometry.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final, NamedTuple

import pyogrio

from infraplan.export.basis import with_english

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd

    from infraplan.export.layers import Layer

__all__ = ["TILED", "Tiling", "write_pmtiles"]


class Tiling(NamedTuple):
    """How a collection is cut.

    Attributes
    ----------
    zooms
        First and last zoom level; a map draws the last one larger when it comes nearer.
    columns
        Patterns of the columns that a tile keeps; a collection has many more.
    """

    zooms: tuple[int, int]
    columns: tuple[str, ...]


_LAST = 12
"""At this zoom one unit of a tile is 2.4 m on the ground at the equator: finer than any cell."""

TILED: Final = {
    "communes": Tiling(
        (5, _LAST),
        ("code", "name", "full_name", "people", "households", "people_served_share_of_*"),
    ),
    "villages": Tiling(
        (8, _LAST),
        (
            "village_id",
            "name",
            "commune_code",
            "people",
            "households",
            "difficulty",
            "people_served_share_of_village_people_*",
            "rsrp_dbm_any",
        ),
    ),
    "facilities": Tiling(
        (8, _LAST), ("facility_id", "name", "kind", "commune_code", "people", "connected")
    ),
    "sites": Tiling(
        (8, _LAST),
        ("site_id", "name", "owner", "tenants", "tenants_count", "mast_class", "mast_height_m"),
    ),
    "cells": Tiling(
        (11, _LAST), ("cell_id", "site_id", "operator", "technology", "band", "azimuth_deg")
    ),
    "fibre": Tiling((7, _LAST), ("fibre_id", "medium", "owner", "geometry_origin")),
    "gaps": Tiling(
        (7, _LAST), ("gap_id", "kind", "operator", "year", "commune_code", "people", "villages")
    ),
    "proposals": Tiling(
        (5, _LAST),
        (
            "site_id",
            "kind",
            "host_site_id",
            "operator",
            "year",
            "commune_code",
            "mast_height_m",
            "antenna_height_m",
            "people_gained",
            "capex_vnd",
        ),
    ),
    "links": Tiling(
        (5, _LAST), ("link_id", "from_id", "to_id", "medium", "year", "length_m", "capex_vnd")
    ),
    "roads": Tiling((7, _LAST), ("road_id", "road_class")),
    "water": Tiling((5, _LAST), ("water_id", "name", "kind")),
}
"""How each collection is cut into tiles."""

_TENANT_BREAK = "|"
_MOST_BYTES = 500_000
_MOST_FEATURES = 50_000
"""Of one tile. The largest of a province stays far below; a country's first zooms are thinned."""


def write_pmtiles(folder: Path, *, name: str, layer: Layer) -> None:
    """Write a collection as ``NAME.pmtiles``, with one layer of that name in Web Mercator.

    Parameters
    ----------
    folder
        Where to; it is made where it is missing.
    name
        Of the collection; one of :data:`TILED`.
    layer
        What to cut. Nothing is written of a collection without rows.
    """
    frame = _lean(_counted(layer.frame), TILED[name].columns)
    if frame.empty:
        return
    folder.mkdir(exist_ok=True)
    first, last = TILED[name].zooms
    pyogrio.write_dataframe(
        frame,
        folder / f"{name}.pmtiles",
        layer=name,
        driver="PMTiles",
        dataset_options={
            "NAME": name,
            "DESCRIPTION": with_english(layer.basis),
            "TYPE": "overlay",
            "MINZOOM": str(first),
            "MAXZOOM": str(last),
            "MAX_SIZE": str(_MOST_BYTES),
            "MAX_FEATURES": str(_MOST_FEATURES),
        },
    )


def _counted(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Add how many operators stand on each mast, by which a map fills its sign."""
    if "tenants" not in frame:
        return frame
    names = frame["tenants"].fillna("").str.split(_TENANT_BREAK, regex=False)
    return frame.assign(tenants_count=names.map(lambda parts: sum(map(bool, parts))))


def _lean(frame: gpd.GeoDataFrame, patterns: tuple[str, ...]) -> gpd.GeoDataFrame:
    """Return the rows with a position, and of their columns those that a map shows."""
    kept = [c for c in frame.columns if any(fnmatchcase(str(c), p) for p in patterns)]
    placed = ~(frame.geometry.isna() | frame.geometry.is_empty)
    return frame.loc[placed, [*kept, frame.geometry.name]]
