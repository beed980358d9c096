"""Which tables of a bundle do maps and programs ask for, and what is each called?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraplan.export.layers import layer_of
from infraplan.tables import spec

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    import pandas as pd

    from infraplan.export.layers import Layer

__all__ = ["COLLECTIONS", "collections_of", "described", "key_of"]

COLLECTIONS = (
    "communes",
    "villages",
    "facilities",
    "sites",
    "cells",
    "fibre",
    "gaps",
    "proposals",
    "links",
    "roads",
    "water",
)
"""Names of the collections, in the order in which they are listed."""

_DICTIONARIES = {"proposals": "new_sites"}
"""Collection to data dictionary, where the names differ."""


def collections_of(
    layers: Mapping[str, Layer],
    tables: Mapping[str, gpd.GeoDataFrame],
    origins: pd.DataFrame,
) -> dict[str, Layer]:
    """Return the collections of a bundle by name, in the order of :data:`COLLECTIONS`.

    Parameters
    ----------
    layers
        Layers of the GeoPackage, by name.
    tables
        What else the study holds (facilities, cells, fibre, roads, water), in its metric CRS.
    origins
        How the values of all tables are known.

    Returns
    -------
    dict
        Collection to layer; a table that is not given is left out.
    """
    found: dict[str, Layer] = {}
    for name in COLLECTIONS:
        source = _DICTIONARIES.get(name, name)
        if source in layers:
            found[name] = layers[source]
        elif name in tables:
            found[name] = layer_of(name, tables[name], origins)
    return found


def key_of(collection: str) -> str:
    """Return the column that identifies a feature of a collection.

    Examples
    --------
    >>> key_of("proposals"), key_of("communes")
    ('site_id', 'code')
    """
    return spec(_DICTIONARIES.get(collection, collection)).key


def described(collections: Mapping[str, Layer]) -> dict[str, object]:
    """Return what the manifest says of each collection: key, rows, geometry, title and basis."""
    return {
        name: {
            "key": key_of(name),
            "rows": len(layer.frame),
            "geometry": layer.geometry_type,
            "title": {"vi": layer.title.vi, "en": layer.title.en},
            "basis": {"vi": layer.basis.vi, "en": layer.basis.en},
        }
        for name, layer in collections.items()
    }
