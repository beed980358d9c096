"""What do vector tiles of a collection answer: a tile, and what is in the tiles?"""

from __future__ import annotations

import gzip
import re
from typing import TYPE_CHECKING, Any, Final

from infraplan_api.errors import NotFoundError
from infraplan_api.http.answer import Answer, json_answer
from infraplan_api.models.tiles import VectorLayer
from infraplan_api.tiles.archive import archive_of
from infraplan_api.tiles.tileset import WEB_MERCATOR, tile_set, tile_sets

if TYPE_CHECKING:
    from starlette.requests import Request

    from infraplan_api.bundle import Bundle
    from infraplan_api.tiles.archive import Archive
    from infraplan_api.tiles.matrix import Tile

__all__ = ["MVT", "vector_set_answer", "vector_sets_answer", "vector_tile_answer"]

MVT: Final = "application/vnd.mapbox-vector-tile"
_FALLBACK_ZOOMS: Final = (5, 12)
_WORLD: Final = (-180.0, -85.05, 180.0, 85.05)
_GZIP = re.compile(r"(?:^|,)\s*(?:gzip|\*)\s*(?:;\s*q=(?P<q>[0-9.]+)\s*)?(?=,|$)")


def vector_tile_answer(request: Request, bundle: Bundle, collection: str, tile: Tile) -> Answer:
    """Return a vector tile as it lies in the bundle; 204 where nothing is in it.

    Raises
    ------
    NotFoundError
        If there is no such collection, or the tile is outside its zooms.
    """
    archive = _archive(bundle, collection)
    first, last = archive.zooms if archive else _FALLBACK_ZOOMS
    if not first <= tile.zoom <= last:
        raise NotFoundError(
            f"The tiles of {collection!r} have the zoom levels {first} to {last}, not {tile.zoom}. "
            f"Remedy: ask for zoom {last} and draw it larger; the set's description says so."
        )
    packed = archive.tile(tile) if archive else None
    if packed is None:
        return Answer(b"", MVT, status=204)
    if _takes_gzip(",".join(request.headers.getlist("accept-encoding"))):
        return Answer(packed, MVT, headers={"content-encoding": "gzip"}, compress=False)
    return Answer(gzip.decompress(packed), MVT)


def vector_set_answer(request: Request, bundle: Bundle, collection: str) -> Answer:
    """Return what is in the vector tiles of a collection."""
    archive = _archive(bundle, collection)
    said = bundle.manifest["collections"][collection]
    zooms = archive.zooms if archive else _FALLBACK_ZOOMS
    made = tile_set(
        request,
        path=f"/v1/collections/{collection}/tiles/{WEB_MERCATOR}",
        name=collection,
        title=_both(said["title"]),
        attribution=_both(said["basis"]),
        kind="vector",
        media_type=MVT,
        zooms=zooms,
        bounds=archive.bounds if archive else _WORLD,
        layers=_layers(archive, collection, zooms),
    )
    return json_answer(made.model_dump(mode="json", exclude_none=True))


def vector_sets_answer(request: Request, bundle: Bundle, collection: str) -> Answer:
    """Return the list of the sets of vector tiles of a collection."""
    _archive(bundle, collection)
    title = _both(bundle.manifest["collections"][collection]["title"])
    path = f"/v1/collections/{collection}/tiles"
    made = tile_sets(request, path=path, title=title, kind="vector")
    return json_answer(made.model_dump(mode="json", exclude_none=True))


def _archive(bundle: Bundle, collection: str) -> Archive | None:
    known = bundle.manifest.get("collections") or {}
    if known and collection not in known:
        listed = ", ".join(known)
        raise NotFoundError(
            f"There is no collection {collection[:60]!r}. Remedy: take one of {listed}."
        )
    return archive_of(bundle, collection)


def _layers(
    archive: Archive | None, collection: str, zooms: tuple[int, int]
) -> tuple[VectorLayer, ...]:
    said: list[dict[str, Any]] = archive.metadata.get("vector_layers", []) if archive else []
    fields = {str(k): str(v) for one in said for k, v in one.get("fields", {}).items()}
    return (VectorLayer(id=collection, fields=fields, minzoom=zooms[0], maxzoom=zooms[1]),)


def _both(text: dict[str, str]) -> str:
    return f"{text['vi']} / {text['en']}"


def _takes_gzip(accept_encoding: str) -> bool:
    found = _GZIP.search(accept_encoding.lower())
    return found is not None and found["q"] not in {"0", "0.", "0.0", "0.00", "0.000"}
