"""What do the answers about places and points consist of? Their schemas."""

from __future__ import annotations

from typing import Literal

from infraplan_api.models.common import Answer, Note

__all__ = [
    "BoundingBox",
    "Found",
    "NamedCode",
    "PointClass",
    "PointCommune",
    "PointCoverage",
    "PointOperator",
    "PointProposal",
    "PointServer",
    "PointVillage",
    "Probability",
    "Resolved",
]

BoundingBox = tuple[float, float, float, float]
"""West, south, east, north, degrees."""


class NamedCode(Answer):
    """A commune by code and name."""

    code: str
    """Administrative code."""

    name: str
    """Name without the unit prefix."""

    full_name: str
    """Name with its prefix (Xã, Phường, Thị trấn)."""


class Found(Answer):
    """A place that fits what was asked for."""

    type: Literal["commune", "old_commune", "village"]
    """A commune of today, one of before July 2025, or a village."""

    code: str
    """Code of a commune, identifier of a village."""

    name: str
    """Name without the unit prefix."""

    full_name: str
    """Name with its prefix; of a village its name."""

    matched_by: Literal["code", "name"]
    """What fitted."""

    match: Literal["exact", "prefix", "contains", "similar"]
    """How it fitted."""

    score: float
    """How well it fits, 0 to 1."""

    district: str
    """District that an old commune lay in; otherwise empty."""

    province: str
    """Province that it lies in, or lay in; empty where that is not known."""

    commune: NamedCode | None
    """The commune of today to show: itself, the one that took most of an old one, or the one a
    village lies in; null for a village in none."""

    now: tuple[NamedCode, ...]
    """Communes of today that hold parts of an old one, the largest part first."""

    was: tuple[NamedCode, ...]
    """Old communes that one of today was made of."""

    lon: float | None
    """Longitude of a point inside, degrees."""

    lat: float | None
    """Latitude of a point inside, degrees."""

    bbox: BoundingBox | None
    """West, south, east, north, degrees; null where only a point is known."""


class Resolved(Answer):
    """Places that fit a code or a name, best first."""

    query: str
    """What was asked for."""

    found: tuple[Found, ...]
    """The places; empty where none fits."""


class PointServer(Answer):
    """The cell that serves a point."""

    cell_id: str
    """The cell."""

    site_id: str
    """The site it stands on."""

    band: str
    """Its band."""

    distance_m: float | None
    """Distance from the point to the site along the ground, m; null where it is not known."""


class PointClass(Answer):
    """The service at a point in a year."""

    year: int
    """The year before the plan builds anything, or a year of the plan."""

    level: str | None
    """Key of the service level; null outside the province."""

    name: Note | None
    """What people can do there."""


class Probability(Answer):
    """How much of the ground around a point has service."""

    environment: str
    """Where the telephone is: outdoors, vehicle, indoors."""

    service_share: float | None
    """Share of places in the raster's cell with service from any operator, 0 to 1."""


class PointOperator(Answer):
    """What one operator gives at a point."""

    operator: str
    """Operator, or "any" for the strongest one."""

    rsrp_dbm: float | None
    """Predicted outdoor level 1.5 m above ground, dBm; null where no cell is received."""

    level: str
    """Key of the service level that it reaches outdoors today."""

    name: Note
    """What people can do with it."""

    sinr_db: float | None
    """Signal against interference and noise, dB."""

    server: PointServer | None
    """The cell that serves; null where none is received."""

    classes: tuple[PointClass, ...]
    """Service in the environment that was asked for, by year; empty where the bundle has none."""


class PointCommune(NamedCode):
    """The commune that a point lies in."""


class PointVillage(Answer):
    """The village nearest to a point."""

    village_id: str
    """Identifier."""

    name: str
    """Its name."""

    commune_code: str | None
    """Commune it lies in."""

    distance_m: float
    """Distance to its centre, m."""


class PointProposal(Answer):
    """A site of the plan near a point."""

    site_id: str
    """Identifier of the proposal."""

    kind: str
    """new_mast or shared_mast."""

    operator: str
    """Who would use it."""

    year: int | None
    """Year in which the plan builds it."""

    distance_m: float
    """Distance to it, m."""


class PointCoverage(Answer):
    """What reception is predicted at a point, and what is planned near it."""

    lon: float
    """Longitude, degrees (WGS 84)."""

    lat: float
    """Latitude, degrees (WGS 84)."""

    technology: str
    """Such as 4G."""

    environment: str
    """Environment of `classes`."""

    operators: tuple[PointOperator, ...]
    """One entry per operator, then "any"."""

    probability: tuple[Probability, ...]
    """Service from any operator, per environment; empty where the bundle has none."""

    commune: PointCommune | None
    """The commune it lies in; null between or outside communes."""

    village: PointVillage | None
    """The nearest village."""

    served_from_year: int | None
    """First year in which any operator serves the point in this environment; null for never."""

    proposals: tuple[PointProposal, ...]
    """The sites of the plan within reach of the point, nearest first, at most five."""

    cell_size_m: float
    """Side of the raster's cells, m: figures hold for the cell, not for the very point."""

    data_basis: str
    """What is simulated, assumed, approximate or estimated behind these figures."""

    study_id: str
    """Identifier of the study that the bundle was made from."""

    bundle_sha256: str
    """Digest of the bundle's manifest.json."""
