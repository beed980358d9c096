"""What does one layer of an OpenStreetMap extract hold, with tags as columns?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pyogrio

from infraplan.errors import Fault, InputError
from infraplan.geo import GEOGRAPHIC
from infraplan.sources.osm.whole import faults_of_pbf

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

__all__ = ["TAGS", "read_layer"]

TAGS = "tags"
"""Column that holds all tags of an object that GDAL gives no column of their own."""


def read_layer(
    path: Path, layer: str, *, tags: Sequence[str], where: str | None = None
) -> gpd.GeoDataFrame:
    """Read a layer of an extract with GDAL's OSM driver.

    Parameters
    ----------
    path
        A file .osm.pbf or .osm.
    layer
        One of GDAL's: points, lines, multipolygons.
    tags
        Tags that become columns, None where an object does not carry them.
    where
        SQL condition on GDAL's columns that thins out what is read.

    Returns
    -------
    geopandas.GeoDataFrame
        Columns osm_id (text), the tags, ``tags`` (a dictionary per row) and geometry in
        EPSG:4326; in the order of the file.

    Raises
    ------
    InputError
        If the file is cut short or is no OpenStreetMap file.
    """
    faults = faults_of_pbf(path) if path.suffix == ".pbf" else ()
    if faults:
        raise InputError(faults)
    try:
        raw = pyogrio.read_dataframe(path, layer=layer, where=where, TAGS_FORMAT="JSON")
    except (
        pyogrio.errors.DataSourceError,
        pyogrio.errors.DataLayerError,
        pyogrio.errors.FeatureError,
    ) as error:
        reason = " ".join(str(error).split())[:200]
        problem = f"the layer {layer} cannot be read ({reason})"
        remedy = "download the extract again; it is a file .osm.pbf or .osm"
        raise InputError([Fault(path.name, problem, remedy)]) from None
    return _with_tags(raw, tags)


def _with_tags(raw: gpd.GeoDataFrame, tags: Sequence[str]) -> gpd.GeoDataFrame:
    """Turn GDAL's columns and its column of other tags into the columns asked for."""
    others = [_as_dictionary(text) for text in raw["other_tags"]]
    ids = _column(raw, "osm_id", others)
    ways = _column(raw, "osm_way_id", others)
    columns: dict[str, list[object]] = {
        "osm_id": [i or w for i, w in zip(ids, ways, strict=True)],
        **{tag: _column(raw, tag, others) for tag in tags},
        TAGS: list(others),
    }
    series = {name: pd.Series(values, dtype=object) for name, values in columns.items()}
    return gpd.GeoDataFrame(series, geometry=raw.geometry.to_numpy(), crs=GEOGRAPHIC)


def _as_dictionary(value: object) -> Mapping[str, str]:
    """Read the other tags, which some versions of pyogrio hand over as text."""
    if isinstance(value, str):
        value = json.loads(value)
    return value if isinstance(value, dict) else {}


def _column(raw: gpd.GeoDataFrame, tag: str, others: Sequence[Mapping[str, str]]) -> list[object]:
    if tag not in raw.columns:
        return [tags.get(tag) for tags in others]
    return [
        own if isinstance(own, str) else tags.get(tag)
        for own, tags in zip(raw[tag], others, strict=True)
    ]
