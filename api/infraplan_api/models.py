"""What do the answers of the service consist of? Their schemas; units stand in the names."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

__all__ = ["CommuneCoverage", "Health", "OperatorCoverage", "Problem"]


class _Answer(BaseModel):
    """An answer: fixed once made, no unknown fields, descriptions from the texts below fields."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Health(_Answer):
    """Whether the process answers at all; says nothing about the bundle."""

    status: str
    """Always "ok"."""


class OperatorCoverage(_Answer):
    """Who and what one operator serves in a commune."""

    operator: str
    """Operator, or "any" for the strongest operator at each place."""

    people_served: float | None
    """Residents served, persons; null where the residents are not known."""

    people_served_share_of_commune_people: float | None
    """Residents served divided by all residents of the commune, 0 to 1; null without residents."""

    area_served_m2: float | None
    """Area served, m2."""

    area_served_share_of_commune_area: float | None
    """Area served divided by the area of the commune's polygon, 0 to 1."""


class Note(_Answer):
    """A plain sentence about the data."""

    vi: str
    """In Vietnamese."""

    en: str
    """In English."""


class CommuneCoverage(_Answer):
    """How well a commune is served, per operator, with what the figures rest on."""

    code: str
    """Administrative code of the commune."""

    name: str
    """Name without the unit prefix."""

    people: float | None
    """Residents, persons."""

    people_origin: str
    """How `people` is known: measured, declared, estimated, approximate, assumed or simulated."""

    area_m2: float | None
    """Area of the commune's polygon, m2; it may differ from the area published by the state."""

    geometry_origin: str
    """How the polygon is known: measured, declared, estimated, approximate, assumed, simulated."""

    technology: str
    """Such as 4G."""

    threshold_dbm: float
    """Served means a predicted outdoor RSRP of at least this, dBm."""

    operators: tuple[OperatorCoverage, ...]
    """One entry per operator, then "any"."""

    data_basis: str
    """What is simulated, assumed, approximate or estimated behind these figures (vi / en)."""

    notes: tuple[Note, ...]
    """What was repaired, dropped, assumed or simulated in the study."""

    study_id: str
    """Identifier of the study that the bundle was made from."""

    bundle_sha256: str
    """Digest of the bundle's manifest.json, which holds the digest of every other file."""


class Problem(_Answer):
    """What went wrong (RFC 9457, application/problem+json)."""

    type: str
    """Identifies the kind of problem; about:blank where the status says it all."""

    title: str
    """The kind of problem in a few words."""

    status: int
    """The HTTP status code."""

    detail: str
    """What is wrong with this request, and what to do about it."""

    instance: str
    """Path of the request."""
