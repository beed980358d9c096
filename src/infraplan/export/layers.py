"""Which columns, in which order and rounded how, does each table of the bundle have?

The data dictionaries give the order; what a stage added follows in its own order.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from infraplan.export.basis import layer_basis, with_english
from infraplan.geo import GEOGRAPHIC
from infraplan.tables import spec
from infraplan.wording import phrase, site_reason

if TYPE_CHECKING:
    from infraplan.export.content import Content
    from infraplan.wording import Text

__all__ = ["LAYERS", "Layer", "layer_of", "layers_of", "rounded"]

_GEOMETRY_TYPES = {"point": "Point", "line": "MultiLineString", "polygon": "MultiPolygon"}

LAYERS = ("communes", "villages", "sites", "gaps", "new_sites", "links")

_DIGITS = (
    (re.compile(r"^(availability|gap|value|target)_share$"), 6),
    (re.compile(r"^trend_share_per_year$"), 6),
    (re.compile(r"_share(_|$)"), 4),
    (re.compile(r"_vnd(_|$)"), 0),
    (re.compile(r"_m2(_|$)"), 0),
    (re.compile(r"_km2$"), 3),
    (re.compile(r"_(dbm|db|m)(_|$)"), 1),
    (re.compile(r"_deg$"), 2),
    (re.compile(r"(^|_)people(_|$)"), 1),
    (re.compile(r"(^|_)weight(_|$)"), 3),
    (re.compile(r"_mbps$"), 1),
    (re.compile(r"^(households|quantity)$"), 1),
)
"""Decimals by the unit in a column's name; the first match counts."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One table with positions, ready to be written.

    Attributes
    ----------
    name
        Its name in the bundle.
    frame
        Rounded, in longitude and latitude (EPSG:4326).
    geometry_type
        Point, MultiLineString or MultiPolygon.
    title
        What it is.
    basis
        What it rests on that is not measured.
    """

    name: str
    frame: gpd.GeoDataFrame
    geometry_type: str
    title: Text
    basis: Text

    @property
    def description(self) -> str:
        """Return title and basis in both languages, as a GIS shows them."""
        title, basis = with_english(self.title), with_english(self.basis)
        return f"{title}. {basis}."


def layers_of(content: Content) -> dict[str, Layer]:
    """Return the layers of a bundle by name, in the order of :data:`LAYERS`."""
    frames = {
        "communes": content.communes,
        "villages": content.villages,
        "sites": content.sites,
        "gaps": content.gaps,
        "new_sites": _with_vietnamese(content.plan.sites),
        "links": content.plan.links,
    }
    return {name: layer_of(name, frames[name], content.origins) for name in LAYERS}


def _with_vietnamese(sites: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Add the reason of each proposal in Vietnamese, made from the columns beside it."""
    reasons = [site_reason(row).vi for row in sites.to_dict("records")]
    return sites.assign(reason_vi=pd.Series(reasons, index=sites.index, dtype=object))


def layer_of(name: str, frame: gpd.GeoDataFrame, origins: pd.DataFrame) -> Layer:
    """Bring a table in a metric CRS to its dictionary, rounded, in longitude and latitude.

    A table whose dictionary has no geometry (cells) lies at points of another one.
    """
    kind = next((c.type for c in spec(name).columns if c.name == "geometry"), "point")
    return Layer(
        name=name,
        frame=gpd.GeoDataFrame(rounded(_ordered(frame, name))).to_crs(GEOGRAPHIC),
        geometry_type=_GEOMETRY_TYPES[kind],
        title=phrase(f"layer_{name}"),
        basis=layer_basis(origins, name),
    )


def _ordered(frame: gpd.GeoDataFrame, name: str) -> gpd.GeoDataFrame:
    """Bring a table to its dictionary: all of its columns, in order and type; geometry last."""
    table = frame.reset_index(drop=True)
    nothing = pd.Series(pd.NA, index=table.index, dtype=object)
    columns: dict[str, pd.Series] = {}
    for column in spec(name).columns:
        if column.name == "geometry":
            continue
        columns[column.name] = _typed(
            table[column.name] if column.name in table.columns else nothing, column.type
        )
    for other in (str(c) for c in table.columns):
        if other not in columns and other != table.geometry.name:
            kind = "number" if pd.api.types.is_numeric_dtype(table[other].dtype) else "string"
            columns[other] = _typed(table[other], kind)
    return gpd.GeoDataFrame(columns, geometry=table.geometry.to_numpy(), crs=table.crs)


def _typed(values: pd.Series, kind: str) -> pd.Series:
    if kind == "number":
        return values.astype("Float64").astype("float64")
    if kind == "integer":
        return values.astype("Float64").round().astype("Int64")
    return values.astype(object).where(values.notna(), None)


def rounded(table: pd.DataFrame) -> pd.DataFrame:
    """Round the numbers of a table by the unit in their names; money and m² become integers."""
    result = table.copy()
    for name in (str(c) for c in table.columns):
        values = table[name]
        if not pd.api.types.is_float_dtype(values.dtype):
            continue
        digits = next((d for pattern, d in _DIGITS if pattern.search(name)), None)
        if digits is not None:
            values = values.round(digits)
            result[name] = values.astype("Int64") if digits == 0 else values
    return result
