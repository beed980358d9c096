"""What does the service say of sets of tiles: TileJSON and OGC API - Tiles in one document?"""

from __future__ import annotations

from infraplan_api.models.common import Answer, Link

__all__ = ["TileLimits", "TileSet", "TileSetItem", "TileSets", "VectorLayer"]


class TileLimits(Answer):
    """Which tiles of a zoom level can hold something."""

    tileMatrix: str  # noqa: N815 - OGC 17-083r4
    """Zoom level."""

    minTileRow: int  # noqa: N815
    """First row from the north."""

    maxTileRow: int  # noqa: N815
    """Last row."""

    minTileCol: int  # noqa: N815
    """First column from the west."""

    maxTileCol: int  # noqa: N815
    """Last column."""


class VectorLayer(Answer):
    """A layer within vector tiles."""

    id: str
    """Its name in the tiles."""

    fields: dict[str, str]
    """Properties of its features, and of what type each is."""

    minzoom: int
    """First zoom level that has it."""

    maxzoom: int
    """Last zoom level that has it."""


class TileSet(Answer):
    """A set of tiles: TileJSON 3.0.0 and the tile set metadata of OGC 17-083r4 together."""

    tilejson: str
    """Version of TileJSON."""

    name: str
    """Name of what is tiled."""

    title: str
    """Its title in Vietnamese and English."""

    attribution: str
    """What it rests on that is not measured, in Vietnamese and English."""

    scheme: str
    """Rows are counted from the north (xyz)."""

    tiles: tuple[str, ...]
    """Addresses of tiles, with {z}, {y} (row) and {x} (column) to be filled in."""

    minzoom: int
    """First zoom level."""

    maxzoom: int
    """Last zoom level; a map draws it larger when it comes nearer."""

    bounds: tuple[float, float, float, float]
    """West, south, east, north, degrees."""

    center: tuple[float, float, float]
    """Longitude, latitude and zoom of a first view."""

    vector_layers: tuple[VectorLayer, ...] | None = None
    """Layers of vector tiles."""

    dataType: str  # noqa: N815
    """Either vector or map."""

    crs: str
    """Coordinate reference system of the tiles."""

    tileMatrixSetURI: str  # noqa: N815
    """The tile matrix set, WebMercatorQuad."""

    tileMatrixSetLimits: tuple[TileLimits, ...]  # noqa: N815
    """Tiles outside of these are not found."""

    links: tuple[Link, ...]
    """This document, the tiles, the tile matrix set."""


class TileSetItem(Answer):
    """A set of tiles in a list."""

    title: str
    """Its title in Vietnamese and English."""

    dataType: str  # noqa: N815
    """Either vector or map."""

    crs: str
    """Coordinate reference system of the tiles."""

    tileMatrixSetURI: str  # noqa: N815
    """The tile matrix set, WebMercatorQuad."""

    links: tuple[Link, ...]
    """The set itself."""


class TileSets(Answer):
    """Sets of tiles of one thing."""

    tilesets: tuple[TileSetItem, ...]
    """One for each tile matrix set."""

    links: tuple[Link, ...]
    """This list."""
