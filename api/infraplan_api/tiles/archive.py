"""Where in a PMTiles archive does a tile lie?

The archive is mapped into memory, its directory read once. A tile is then found by one binary
search and handed on as it lies there, compressed.
"""

from __future__ import annotations

import gzip
import json
import mmap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from pmtiles.tile import (
    Compression,
    HeaderDict,
    deserialize_directory,
    deserialize_header,
    zxy_to_tileid,
)

from infraplan_api.errors import BundleUnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from infraplan_api.bundle import Bundle
    from infraplan_api.tiles.matrix import Tile

__all__ = ["Archive", "archive_of"]

_HEADER_BYTES = 127
_DEGREE = 1e7
"""Corners are stored as whole numbers of this part of a degree."""


@dataclass(frozen=True, eq=False, slots=True)
class Archive:
    """An open archive.

    Attributes
    ----------
    zooms
        First and last zoom.
    bounds
        West, south, east, north, degrees.
    metadata
        What its maker says, such as the fields of its layers.
    """

    zooms: tuple[int, int]
    bounds: tuple[float, float, float, float]
    metadata: dict[str, Any]
    _content: mmap.mmap
    _start: int
    _ids: NDArray[np.int64]
    _runs: NDArray[np.int64]
    _places: NDArray[np.int64]

    def tile(self, tile: Tile) -> bytes | None:
        """Return a tile, compressed with gzip; None where nothing lies in it."""
        number = zxy_to_tileid(tile.zoom, tile.column, tile.row)
        at = int(np.searchsorted(self._ids, number, side="right")) - 1
        if at < 0 or number - self._ids[at] >= self._runs[at]:
            return None
        offset, length = (int(part) for part in self._places[at])
        return self._content[self._start + offset : self._start + offset + length]


def archive_of(bundle: Bundle, collection: str) -> Archive | None:
    """Return the archive of a collection, opened once; None where the collection has no rows.

    Raises
    ------
    NotInBundleError
        If the bundle was made without tiles.
    """
    name = f"tiles/{collection}.pmtiles"
    described = bundle.manifest.get("collections", {}).get(collection, {})
    if described.get("rows") == 0 and not bundle.has(name):
        return None
    return bundle.once(f"tiles {collection}", lambda b: _opened(b.path(name)))


def _opened(path: Path) -> Archive:
    with path.open("rb") as stream:
        content = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)

    def read(offset: int, length: int) -> bytes:
        return content[offset : offset + length]

    header = deserialize_header(read(0, _HEADER_BYTES))
    if header["tile_compression"] != Compression.GZIP:
        raise BundleUnavailableError(
            f"The tiles of {path.name} are not compressed with gzip. Remedy: make the bundle again."
        )
    found = list(_entries(read, header, header["root_offset"], header["root_length"]))
    table = np.array(found, dtype=np.int64).reshape(-1, 4)
    west, south, east, north = (one / _DEGREE for one in _corners(header))
    return Archive(
        zooms=(int(header["min_zoom"]), int(header["max_zoom"])),
        bounds=(west, south, east, north),
        metadata=_metadata(read(header["metadata_offset"], header["metadata_length"])),
        _content=content,
        _start=int(header["tile_data_offset"]),
        _ids=table[:, 0].copy(),
        _runs=table[:, 1].copy(),
        _places=table[:, 2:].copy(),
    )


def _corners(header: HeaderDict) -> tuple[int, int, int, int]:
    """Return west, south, east, north as the header stores them."""
    low = header["min_lon_e7"], header["min_lat_e7"]
    return *low, header["max_lon_e7"], header["max_lat_e7"]


def _metadata(packed: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(gzip.decompress(packed))
    return found


def _entries(
    read: Callable[[int, int], bytes],
    header: HeaderDict,
    offset: int,
    length: int,
) -> Iterator[tuple[int, int, int, int]]:
    """Yield number, run, offset and length of every tile of a directory and those below it."""
    for entry in deserialize_directory(read(offset, length)):
        if entry.run_length == 0:
            below = header["leaf_directory_offset"] + entry.offset
            yield from _entries(read, header, below, entry.length)
        else:
            yield entry.tile_id, entry.run_length, entry.offset, entry.length
