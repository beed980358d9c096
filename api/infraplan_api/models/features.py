"""Of what do the answers about collections consist?"""

from __future__ import annotations

from pydantic import Field

from infraplan_api.models.common import Answer, Link

__all__ = ["Collection", "Collections", "Extent", "SpatialExtent", "TemporalExtent"]


class SpatialExtent(Answer):
    """Where the features of a collection lie."""

    bbox: tuple[tuple[float, float, float, float], ...]
    """One box: west, south, east, north, degrees."""

    crs: str
    """Reference system of the box: CRS84, longitude before latitude."""


class TemporalExtent(Answer):
    """Which years the features of a collection are of."""

    interval: tuple[tuple[str | None, str | None], ...]
    """One span: its first and its last moment, RFC 3339."""

    trs: str
    """The calendar."""


class Extent(Answer):
    """Where and when the features of a collection are."""

    spatial: SpatialExtent
    """Where."""

    temporal: TemporalExtent | None = None
    """When; absent where features are of no year."""


class Collection(Answer):
    """A collection of features."""

    id: str
    """Its name in addresses."""

    title: str
    """Its name for people, in English."""

    description: str
    """Its name in Vietnamese, and what of it is simulated or assumed."""

    titles: dict[str, str]
    """Its name for people, by language (vi, en)."""

    basis: dict[str, str]
    """What of it is simulated, assumed, approximate or estimated, by language (vi, en)."""

    key: str
    """Property that identifies a feature; its value is the feature's id."""

    features: int
    """How many features it has."""

    item_type: str = Field(alias="itemType")
    """Always feature."""

    extent: Extent
    """Where and when its features are."""

    crs: tuple[str, ...]
    """Reference systems that can be asked for."""

    storage_crs: str = Field(alias="storageCrs")
    """Reference system in which positions are kept."""

    links: tuple[Link, ...]
    """Its features in each format, its queryables, its schema, its tiles."""


class Collections(Answer):
    """The collections of the bundle."""

    links: tuple[Link, ...]
    """This list."""

    collections: tuple[Collection, ...]
    """One entry per collection."""
