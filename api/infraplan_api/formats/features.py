"""How is a table with geometry written as GeoJSON (RFC 7946)?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import shapely

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd

__all__ = ["feature_texts", "geojson_bytes", "plain_values"]

DEGREE_DIGITS: Final = 7
"""A hundredth of a metre."""
_COLUMN: Final = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, separators=("\n", ":"), default=str
)


def geojson_bytes(
    frame: gpd.GeoDataFrame,
    *,
    key: str | None = None,
    digits: int = DEGREE_DIGITS,
    members: Mapping[str, object] | None = None,
) -> bytes:
    """Return a table as a FeatureCollection.

    Parameters
    ----------
    frame
        In longitude and latitude.
    key
        Column of the features' ``id``; it stays among the properties. None for no ids.
    digits
        Decimals of the coordinates.
    members
        More members of the collection, in front of the features.

    Returns
    -------
    bytes
        UTF-8; what is missing is null.
    """
    head = {"type": "FeatureCollection", **(members or {})}
    start = json.dumps(head, ensure_ascii=False, separators=(",", ":"), allow_nan=False)[:-1]
    inside = ",".join(feature_texts(frame, key=key, digits=digits))
    return f'{start},"features":[{inside}]}}'.encode()


def feature_texts(
    frame: gpd.GeoDataFrame, *, key: str | None = None, digits: int = DEGREE_DIGITS
) -> list[str]:
    """Return each row as the text of a feature, in the order of the table.

    Parameters
    ----------
    frame, key, digits
        As for :func:`geojson_bytes`.
    """
    shapes = shapely.transform(frame.geometry.to_numpy(), lambda c: np.round(c, digits))
    geometries = [text or "null" for text in shapely.to_geojson(shapes)]
    table = pd.DataFrame(frame.drop(columns=frame.geometry.name))
    names = [json.dumps(str(name), ensure_ascii=False) for name in table.columns]
    columns = [_texts(plain_values(table[name])) for name in table.columns]
    ids = [f'"id":{v},' for v in _texts(plain_values(table[key]))] if key else [""] * len(table)
    rows = zip(*columns, strict=True) if columns else iter([()] * len(table))
    return [
        f'{{"type":"Feature",{one}"geometry":{shape},"properties":{{'
        + ",".join(f"{name}:{value}" for name, value in zip(names, row, strict=True))
        + "}}"
        for one, shape, row in zip(ids, geometries, rows, strict=True)
    ]


def plain_values(values: pd.Series) -> list[object]:
    """Return a column as JSON can hold it: None for what is missing or not finite.

    Examples
    --------
    >>> plain_values(pd.Series([1.5, None, float("inf")]))
    [1.5, None, None]
    """
    if pd.api.types.is_float_dtype(values.dtype):
        numbers = values.to_numpy(np.float64, na_value=np.nan)
        finite = np.isfinite(numbers)
        return [v if ok else None for v, ok in zip(numbers.tolist(), finite, strict=True)]
    missing = values.isna().to_numpy()
    return [None if gone else v for v, gone in zip(values.tolist(), missing, strict=True)]


def _texts(values: list[object]) -> list[str]:
    """Return the JSON of each value; JSON writes no raw line break, so one parts them here."""
    return _COLUMN.encode(values)[1:-1].split("\n") if values else []
