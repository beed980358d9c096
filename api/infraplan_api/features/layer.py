"""What is kept of a collection, so that a question costs only what it selects?

A layer is made once per bundle: its shapes with a spatial index, its values as filters compare
them, and the texts of the features that were answered last.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
from shapely import STRtree

from infraplan_api.bundle import Recent
from infraplan_api.errors import NotFoundError
from infraplan_api.features.cql2 import Values
from infraplan_api.features.crs import CRS84, Crs, from_crs84, swapped
from infraplan_api.features.fields import Field, fields_of
from infraplan_api.features.outline import GEOMETRY, TIME, Outline, file_of, outline_of
from infraplan_api.formats import feature_texts

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from infraplan_api.bundle import Bundle

__all__ = ["Layer", "layer_of"]

_BEGIN: Final = '{"type":"Feature",'
_MOST_TEXT_BYTES: Final = 16 * 1024 * 1024
"""Of all collections of a bundle: what is asked for again and again."""
_OVERHEAD_BYTES: Final = 300
"""What keeping a text takes beside it, roughly."""
_EMPTY: Final[dict[str, Any]] = {"text": "", "number": 0.0, "boolean": False}


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """A collection of a bundle, ready to be asked.

    Attributes
    ----------
    outline
        What is known of it from outside.
    fields
        Its properties.
    frame
        Its table, in longitude and latitude.
    """

    outline: Outline
    fields: tuple[Field, ...]
    frame: gpd.GeoDataFrame
    _shapes: NDArray[np.object_]
    _tree: STRtree
    _places: Mapping[str, int]
    _texts: Recent[bytes]
    _values: dict[str, Values] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Name of the collection."""
        return self.outline.name

    @property
    def key(self) -> str:
        """Property that identifies a feature."""
        return self.outline.key

    @property
    def systems(self) -> tuple[Crs, ...]:
        """Reference systems that it can be asked for in; CRS84 first."""
        return self.outline.systems

    @property
    def count(self) -> int:
        """How many features there are."""
        return len(self._shapes)

    @property
    def geometry_name(self) -> str:
        """Name by which filters call the geometry."""
        return GEOMETRY

    @property
    def queryable(self) -> Collection[str]:
        """Names of the properties that filters may use."""
        return [f.name for f in self.fields]

    @property
    def has_time(self) -> bool:
        """Whether features are of a year."""
        return any(f.name == TIME and f.kind == "integer" for f in self.fields)

    def field(self, name: str) -> Field:
        """Return one property by its name, which must be one of `queryable`."""
        return next(f for f in self.fields if f.name == name)

    def place(self, key: str) -> int:
        """Return the row of a feature.

        Raises
        ------
        NotFoundError
            If there is none of that key.
        """
        if key not in self._places:
            raise NotFoundError(
                f"The collection {self.name!r} has no feature {key[:80]!r}. Remedy: the property "
                f"{self.key!r} of /v1/collections/{self.name}/items lists the features there are."
            )
        return self._places[key]

    def values(self, name: str) -> Values:
        """Return the values of one property, as filters compare them."""
        if name not in self._values:
            self._values[name] = _values(self.frame[name], self.field(name).kind)
        return self._values[name]

    def years(self) -> Values:
        """Return the year of each feature; missing where it has none."""
        return self.values(TIME)

    def shapes(self) -> NDArray[np.object_]:
        """Return the geometries in longitude and latitude."""
        return self._shapes

    def near(self, shape: BaseGeometry) -> NDArray[np.intp]:
        """Return which geometries have a bounding box that meets that of a shape."""
        return np.sort(self._tree.query(shape))

    def part(
        self, rows: NDArray[np.intp], names: Sequence[str] | None, crs: Crs
    ) -> gpd.GeoDataFrame:
        """Return rows of the table with some of its properties, in a reference system.

        Coordinates are x, y, as files of tables have them, and rounded to the system's digits.
        """
        names = [f.name for f in self.fields if names is None or f.name in names]
        part = self.frame.iloc[rows][[*names, GEOMETRY]]
        moved = from_crs84(self._shapes[rows], crs)
        return part.set_geometry(gpd.GeoSeries(moved, index=part.index, crs=crs.name))

    def texts(self, rows: NDArray[np.intp], names: Sequence[str] | None, crs: Crs) -> list[bytes]:
        """Return rows as GeoJSON features; whole ones in CRS84 are kept for the next request."""
        if names is not None or crs.address != CRS84:
            return self._written(rows, names, crs)
        found = {row: self._texts.get((self.name, row)) for row in rows.tolist()}
        absent = [row for row, text in found.items() if text is None]
        for row, text in zip(
            absent, self._written(np.array(absent, np.intp), None, crs), strict=True
        ):
            found[row] = text
            self._texts.put((self.name, row), text, size_bytes=len(text) + _OVERHEAD_BYTES)
        return [text for text in found.values() if text is not None]

    def _written(
        self, rows: NDArray[np.intp], names: Sequence[str] | None, crs: Crs
    ) -> list[bytes]:
        if not len(rows):
            return []
        part = self.part(rows, names, crs)
        if crs.north_first:
            part = part.set_geometry(swapped(part.geometry))
        ids = [_quoted(key) for key in self.frame[self.key].iloc[rows].tolist()]
        bodies = feature_texts(part, digits=crs.digits)
        return [
            f'{_BEGIN}"id":{one},{body.removeprefix(_BEGIN)}'.encode()
            for one, body in zip(ids, bodies, strict=True)
        ]


def layer_of(bundle: Bundle, name: str) -> Layer:
    """Return a collection of a bundle, made at the first question and kept with it.

    Raises
    ------
    NotFoundError
        If the bundle has no such collection.
    """
    outline = outline_of(bundle, name)
    return bundle.once(f"features {name}", lambda b: _made(b, outline))


def _made(bundle: Bundle, outline: Outline) -> Layer:
    frame = gpd.read_parquet(bundle.path(file_of(outline.name)))
    fields = fields_of(outline.name, frame.drop(columns=GEOMETRY), bundle.operators)
    frame = frame.astype({f.name: "Int64" for f in fields if f.kind == "integer"})
    shapes = frame.geometry.to_numpy()
    return Layer(
        outline=outline,
        fields=fields,
        frame=frame,
        _shapes=shapes,
        _tree=STRtree(shapes),
        _texts=bundle.once("features texts", lambda _: Recent(most_bytes=_MOST_TEXT_BYTES)),
        _places={key: row for row, key in enumerate(frame[outline.key].astype(str))},
    )


def _values(column: pd.Series, kind: str) -> Values:
    """Return a column as filters compare it."""
    compared = "number" if kind == "integer" else kind
    missing = column.isna().to_numpy(dtype=np.bool_)
    empty = _EMPTY[compared]
    if compared == "number":
        return Values("number", column.to_numpy(np.float64, na_value=empty), missing)
    if compared == "boolean":
        return Values("boolean", column.to_numpy(np.bool_, na_value=empty), missing)
    texts = column.astype(object).where(~missing, empty).to_numpy(dtype=object)
    return Values("text", texts, missing)


def _quoted(key: object) -> str:
    return json.dumps(str(key), ensure_ascii=False)
