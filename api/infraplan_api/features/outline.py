"""What is known of a collection before its features are read: where, when, how many?

It comes from the manifest and from the heads of the GeoParquet files, so that the list of
collections costs no memory.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pyarrow.compute as pc
import pyarrow.parquet as pq

from infraplan_api.errors import NotFoundError
from infraplan_api.features.crs import offered

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from infraplan_api.bundle import Bundle
    from infraplan_api.features.crs import Crs

__all__ = ["GEOMETRY", "TIME", "Outline", "collection_names", "file_of", "outline_of"]

GEOMETRY: Final = "geometry"
TIME: Final = "year"
_FIRST: Final = "communes"
"""The collection that says where the study lies."""
_GLOBE: Final = (-180.0, -90.0, 180.0, 90.0)

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Outline:
    """A collection from outside.

    Attributes
    ----------
    name
        Of the collection.
    key
        Property that identifies a feature.
    titles
        Its name for people, by language.
    basis
        What of it is simulated or assumed, by language.
    geometry_type
        Such as MultiPolygon.
    count
        How many features it has.
    bounds
        West, south, east, north, degrees; those of the communes where it is empty.
    years
        First and last year of its features; None where they have none.
    systems
        Reference systems that it can be asked for in; CRS84 first.
    """

    name: str
    key: str
    titles: Mapping[str, str]
    basis: Mapping[str, str]
    geometry_type: str
    count: int
    bounds: Box
    years: tuple[int, int] | None
    systems: tuple[Crs, ...]


def file_of(name: str) -> str:
    """Return the file of a collection, as the manifest lists it."""
    return f"collections/{name}.parquet"


def collection_names(bundle: Bundle) -> tuple[str, ...]:
    """Return the collections that a bundle holds, in its order."""
    listed: Mapping[str, object] = bundle.manifest.get("collections", {})
    return tuple(name for name in listed if bundle.has(file_of(name)))


def outline_of(bundle: Bundle, name: str) -> Outline:
    """Return the outline of a collection, read once per bundle.

    Raises
    ------
    NotFoundError
        If the bundle has no such collection.
    """
    names = collection_names(bundle)
    if name not in names:
        listed = ", ".join(names) or "none: make the bundle again with this version"
        raise NotFoundError(
            f"There is no collection {name[:80]!r}. Remedy: ask /v1/collections; there are "
            f"{listed}."
        )
    return bundle.once(f"outline {name}", lambda b: _read(b, name))


def _read(bundle: Bundle, name: str) -> Outline:
    described: Mapping[str, Any] = bundle.manifest["collections"][name]
    path = bundle.path(file_of(name))
    head = pq.read_metadata(path)
    geo = json.loads((head.metadata or {}).get(b"geo", b"{}"))
    box = geo.get("columns", {}).get(GEOMETRY, {}).get("bbox")
    bounds = _box(box) if head.num_rows else None
    if bounds is None:
        bounds = outline_of(bundle, _FIRST).bounds if _has_first(bundle, name) else _GLOBE
    return Outline(
        name=name,
        key=str(described["key"]),
        titles=dict(described["title"]),
        basis=dict(described.get("basis", {})),
        geometry_type=str(described["geometry"]),
        count=head.num_rows,
        bounds=bounds,
        years=_years(path),
        systems=offered(str(bundle.manifest.get("crs_of_rasters", "")), bounds),
    )


def _has_first(bundle: Bundle, name: str) -> bool:
    return name != _FIRST and bundle.has(file_of(_FIRST))


def _box(numbers: list[float] | None) -> Box | None:
    """Return the box of a GeoParquet head, None where there is none that is finite."""
    if numbers is None or len(numbers) != len(_GLOBE):
        return None
    west, south, east, north = (round(float(v), 7) for v in numbers)
    return (west, south, east, north) if west <= east and south <= north else None


def _years(path: Path) -> tuple[int, int] | None:
    """Return the first and the last year of a table, None where it has none."""
    if TIME not in pq.read_schema(path).names:
        return None
    found = pc.min_max(pq.read_table(path, columns=[TIME])[TIME]).as_py()
    return None if found["min"] is None else (int(found["min"]), int(found["max"]))
