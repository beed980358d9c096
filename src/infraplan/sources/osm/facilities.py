"""Which schools, clinics, offices, post points and culture houses does an extract hold?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from infraplan import catalog, names
from infraplan.geo import metric_crs
from infraplan.sources.osm.extract import KIND, read_layer
from infraplan.wording import Text, count, phrase

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["read_facilities"]

_AREAS = "multipolygons"


def read_facilities(
    path: Path, *, bounds: tuple[float, float, float, float] | None = None
) -> tuple[gpd.GeoDataFrame, tuple[Text, ...]]:
    """Read facilities, mapped as points or as areas, each of them once.

    Which tags mean which kind is the catalogue ``osm_facilities``. Objects of one kind within the
    rule ``facility_merge_m`` that have one name, or of which one has none, are one facility: a
    school is often mapped as a point and as its buildings.

    Parameters
    ----------
    path
        The extract.
    bounds
        West, south, east, north in degrees; all of the extract where None.

    Returns
    -------
    geopandas.GeoDataFrame
        Table facilities in EPSG:4326, by identifier; an area is its inner point.
    tuple of Text
        How many of each kind, and how many were merged.
    """
    kinds = catalog.table("osm_facilities")
    pairs = list(zip(kinds["key"], kinds["value"], strict=True))
    keys = tuple(dict.fromkeys(kinds["key"]))
    layers = [
        read_layer(
            path,
            layer,
            tags=("name", *keys),
            any_of=pairs,
            bounds=bounds,
        )
        for layer in ("points", _AREAS)
    ]
    there = [layer for layer in layers if not layer.empty] or layers[:1]
    found = gpd.GeoDataFrame(pd.concat(there, ignore_index=True), crs=layers[0].crs)
    meaning = dict(zip(pairs, kinds["kind"], strict=True))
    found["kind"] = [
        _kind(row, meaning) for row in found.drop(columns="geometry").to_dict("records")
    ]
    found = found[found["kind"].notna()]
    found = found.iloc[_priority(found)].reset_index(drop=True)
    kept = _first_of_each(found)
    return _table(found[kept]), _notes(found[kept], merged=int((~kept).sum()))


def _kind(row: Mapping[Hashable, object], meaning: Mapping[tuple[str, str], str]) -> str | None:
    """Return the kind that the first tag of the catalogue gives an object."""
    return next((kind for (key, value), kind in meaning.items() if row[key] == value), None)


def _priority(found: gpd.GeoDataFrame) -> NDArray[np.intp]:
    """Order objects: named before nameless, areas before points, then by identifier."""
    nameless = found["name"].isna().to_numpy()
    point = (found[KIND] == "n").to_numpy()
    ids = found["osm_id"].astype(np.int64).to_numpy()
    return np.lexsort((ids, found[KIND].astype(str).to_numpy(), point, nameless))


def _first_of_each(found: gpd.GeoDataFrame) -> NDArray[np.bool_]:
    """Tell which objects are the first of their facility."""
    kept = np.ones(len(found), dtype=bool)
    if len(found) == 0:
        return kept
    metric = found.geometry.to_crs(metric_crs(found))
    one, other = metric.sindex.query(
        metric, predicate="dwithin", distance=catalog.rule("facility_merge_m")
    )
    kinds = found["kind"].to_numpy(dtype=object)
    known = [names.match_key(n) if isinstance(n, str) else "" for n in found["name"]]
    pairs = (one < other) & (kinds[one] == kinds[other])
    for i, j in sorted(zip(one[pairs].tolist(), other[pairs].tolist(), strict=True)):
        same = known[i] == known[j] or "" in (known[i], known[j])
        if kept[i] and same:
            kept[j] = False
    return kept


def _table(found: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    columns = {
        "facility_id": ("osm-" + found[KIND] + found["osm_id"]).to_numpy(dtype=object),
        "name": found["name"].to_numpy(dtype=object),
        "kind": found["kind"].to_numpy(dtype=object),
        "geometry_origin": "measured",
        "kind_origin": "declared",
    }
    points = shapely.point_on_surface(found.geometry.to_numpy())
    table = gpd.GeoDataFrame(columns, geometry=points, crs=found.crs)
    return table.sort_values("facility_id", kind="stable", ignore_index=True)


def _notes(found: gpd.GeoDataFrame, *, merged: int) -> tuple[Text, ...]:
    tally = found["kind"].value_counts()
    listed = [
        phrase(f"facility_{kind}") + Text(f" {count(n).vi}", f" {count(n).en}")
        for kind in dict.fromkeys(catalog.table("osm_facilities")["kind"])
        if (n := int(tally.get(kind, 0)))
    ]
    if not listed:
        return ()
    notes = [
        Text(
            f"Cơ sở công cộng trên bản đồ: {', '.join(t.vi for t in listed)}.",
            f"Facilities on the map: {', '.join(t.en for t in listed)}.",
        )
    ]
    if merged:
        number = count(merged)
        notes.append(
            Text(
                f"Số đối tượng trùng với một cơ sở đã có: {number.vi}.",
                f"Mapped objects that are part of a facility already counted: {number.en}.",
            )
        )
    return tuple(notes)
