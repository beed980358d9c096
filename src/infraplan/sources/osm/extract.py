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
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

__all__ = ["KIND", "TAGS", "read_layer"]

TAGS = "tags"
"""Column that holds all tags of an object that GDAL gives no column of their own."""

KIND = "osm_kind"
"""Column that tells nodes (n), ways (w) and relations (r) apart; ids are unique within a kind."""


def read_layer(
    path: Path,
    layer: str,
    *,
    tags: Sequence[str],
    where: str | None = None,
    any_of: Sequence[tuple[str, str]] = (),
    bounds: tuple[float, float, float, float] | None = None,
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
    any_of
        Tags, key and value, of which an object carries at least one, in place of `where`. Tags
        without a column of their own are only searched for as text, so the caller looks again.
    bounds
        West, south, east, north in degrees; what lies wholly outside is not read, so that a
        province costs the memory of a province even from the extract of a country.

    Returns
    -------
    geopandas.GeoDataFrame
        Columns osm_id (text), osm_kind, the tags, ``tags`` (a dictionary per row) and geometry in
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
        chosen = _any_of(path, layer, any_of) if any_of else where
        raw = pyogrio.read_dataframe(
            path, layer=layer, where=chosen, bbox=bounds, TAGS_FORMAT="JSON"
        )
    except (
        pyogrio.errors.DataSourceError,
        pyogrio.errors.DataLayerError,
        pyogrio.errors.FeatureError,
    ) as error:
        reason = " ".join(str(error).split())[:200]
        problem = f"the layer {layer} cannot be read ({reason})"
        remedy = "download the extract again; it is a file .osm.pbf or .osm"
        raise InputError([Fault(path.name, problem, remedy)]) from None
    return _with_tags(raw, layer, tags)


def _any_of(path: Path, layer: str, pairs: Iterable[tuple[str, str]]) -> str:
    """Return the SQL condition that an object of a layer carries one of some tags.

    GDAL keeps some tags in columns of their own and the others in one text; which ones differs
    from layer to layer.
    """
    columns = set(pyogrio.read_info(path, layer=layer)["fields"])
    return " OR ".join(
        f"\"{key}\" = '{value}'" if key in columns else f'other_tags LIKE \'%"{key}":"{value}"%\''
        for key, value in pairs
    )


def _with_tags(raw: gpd.GeoDataFrame, layer: str, tags: Sequence[str]) -> gpd.GeoDataFrame:
    """Turn GDAL's columns and its column of other tags into the columns asked for."""
    others = [_as_dictionary(text) for text in raw["other_tags"]]
    ids = _column(raw, "osm_id", others)
    ways = _column(raw, "osm_way_id", others)
    columns: dict[str, list[object]] = {
        "osm_id": [i or w for i, w in zip(ids, ways, strict=True)],
        KIND: [_kind(layer, i) for i in ids],
        **{tag: _column(raw, tag, others) for tag in tags},
        TAGS: list(others),
    }
    series = {name: pd.Series(values, dtype=object) for name, values in columns.items()}
    return gpd.GeoDataFrame(series, geometry=raw.geometry.to_numpy(), crs=GEOGRAPHIC)


def _kind(layer: str, relation: object) -> str:
    """Return n, w or r; areas have an id of their own where they are relations."""
    if layer == "multipolygons":
        return "r" if relation else "w"
    return "n" if layer == "points" else "w"


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
