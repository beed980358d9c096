"""Of what do the landing page and the list of conformance classes consist?"""

from __future__ import annotations

from typing import Any

from infraplan_api.models.common import Answer, Link, Note

__all__ = ["Conformance", "Facts", "Landing", "Level"]


class Level(Answer):
    """A level of service."""

    technology: str
    """Such as 4G."""

    level: str
    """Key of the level, such as served."""

    minimum_rsrp_dbm: float | None
    """Least predicted RSRP of the level, dBm; null for the lowest."""

    name: Note
    """What people can do with it."""

    colour: str
    """Its colour on the map."""


class Facts(Answer):
    """What this bundle can be asked for."""

    study_id: str
    """Identifier of the study that the bundle was made from."""

    title: Note
    """Title of the study."""

    bundle_sha256: str
    """Digest of the bundle's manifest.json, which holds the digest of every other file."""

    infraplan_version: str
    """Version that made the bundle."""

    technology: str
    """Technology that the plan is made for."""

    technologies: tuple[str, ...]
    """Technologies with figures."""

    operators: tuple[str, ...]
    """Operators, then "any" for the strongest at each place."""

    environments: tuple[str, ...]
    """Where people are: outdoors, indoors."""

    levels: tuple[Level, ...]
    """Levels of service of these technologies, the best first."""

    base_year: int | None
    """The year before anything of the plan is built."""

    years: tuple[int, ...]
    """The base year, then the years of the plan."""

    bbox: tuple[float, float, float, float] | None
    """West, south, east and north of the communes, degrees (CRS84)."""

    totals: dict[str, float | int | str | None]
    """Figures of the whole study; units stand in the names."""

    collections: dict[str, Any]
    """What the bundle says of its collections, by name."""

    layers: tuple[str, ...]
    """Names of the raster layers."""

    notes: tuple[Note, ...]
    """What was repaired, dropped, assumed or simulated in the study."""

    inputs: tuple[dict[str, Any], ...]
    """Files that the study was built from: table, file, origin, licence, date and digest."""

    cell_size_m: float | None
    """Side of a cell of the rasters, metres."""


class Landing(Answer):
    """Where to begin."""

    title: str
    """What is served."""

    description: str
    """What it is about."""

    data_basis: str
    """What is simulated, assumed, approximate or estimated behind the figures (vi / en)."""

    infraplan: Facts
    """What this bundle can be asked for."""

    links: tuple[Link, ...]
    """Where to go from here."""


class Conformance(Answer):
    """Which published requirements are met."""

    conformsTo: tuple[str, ...]  # noqa: N815 - the standard's own name
    """Addresses of the conformance classes."""
