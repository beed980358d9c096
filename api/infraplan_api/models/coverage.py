"""What do the answers about coverage consist of? Their schemas; units stand in the names."""

from __future__ import annotations

from infraplan_api.models.common import Answer, Note

__all__ = [
    "Choices",
    "CommuneCoverage",
    "CommunesCoverage",
    "CoverageEntry",
    "LevelChoice",
    "ListedCommune",
    "OldCommune",
    "OperatorCoverage",
    "ProvinceEntry",
]


class OperatorCoverage(Answer):
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


class _Served(Answer):
    """What is served, for one technology, operator, environment, level and year."""

    technology: str
    """Such as 4G."""

    operator: str
    """Operator, or "any" for the strongest operator at each place."""

    environment: str
    """Where the telephone is: outdoors or indoors."""

    level: str
    """Key of the service level that counts as served here: weak, served, good, strong_indoors."""

    threshold_dbm: float
    """That level means a predicted RSRP of at least this in that environment, dBm."""

    year: int
    """The year before the plan builds anything, or a year at whose end the plan is built so far."""

    people_served: float | None
    """Residents served, persons; null where the residents are not known."""

    people: float | None
    """All residents: the denominator, persons."""

    area_served_m2: float | None
    """Area served, m2."""

    area_m2: float | None
    """All area: the denominator, m2."""

    households_served: float | None
    """Households served; null where they are not known."""

    households: float | None
    """All households: the denominator."""

    villages_served: float | None
    """Villages served."""

    villages: float | None
    """All villages: the denominator."""

    people_served_origin: str
    """How the figures are known: measured, declared, estimated, approximate, assumed, simulated."""


class CoverageEntry(_Served):
    """What is served in a commune."""

    people_served_share_of_commune_people: float | None
    """people_served divided by people of the commune, 0 to 1."""

    area_served_share_of_commune_area: float | None
    """area_served_m2 divided by area_m2 of the commune, 0 to 1."""

    households_served_share_of_commune_households: float | None
    """households_served divided by households of the commune, 0 to 1."""

    villages_served_share_of_commune_villages: float | None
    """villages_served divided by villages of the commune, 0 to 1."""


class ProvinceEntry(_Served):
    """What is served in all communes together."""

    people_served_share_of_province_people: float | None
    """people_served divided by people of all communes, 0 to 1."""

    area_served_share_of_province_area: float | None
    """area_served_m2 divided by area_m2 of all communes, 0 to 1."""

    households_served_share_of_province_households: float | None
    """households_served divided by households of all communes, 0 to 1."""

    villages_served_share_of_province_villages: float | None
    """villages_served divided by villages of all communes, 0 to 1."""


class LevelChoice(Answer):
    """A service level that can be asked for."""

    technology: str
    """Such as 4G."""

    level: str
    """Its key."""

    threshold_dbm: float
    """Its least RSRP, dBm."""

    name: Note
    """What people can do with it."""


class Choices(Answer):
    """What can be asked of this bundle."""

    technologies: tuple[str, ...]
    """Technologies; the first one is the plan's, which is taken where none is named."""

    operators: tuple[str, ...]
    """Operators, and "any"."""

    environments: tuple[str, ...]
    """Environments; the first one is taken where none is named."""

    levels: tuple[LevelChoice, ...]
    """Service levels per technology."""

    years: tuple[int, ...]
    """The year before the plan, which is taken where none is named, then the plan's years; those
    are there for the plan's technology only."""


class OldCommune(Answer):
    """A commune of before July 2025 that became part of this one."""

    code: str
    """Its code then."""

    name: str
    """Name without the unit prefix."""

    full_name: str
    """Name with its prefix."""

    district: str
    """District that it lay in."""

    province: str
    """Province that it lay in."""

    is_whole: bool
    """Whether all of it became part of this commune; false where it was divided."""


class CommuneCoverage(Answer):
    """How well a commune is served, per operator, with what the figures rest on."""

    code: str
    """Administrative code of the commune."""

    name: str
    """Name without the unit prefix."""

    full_name: str
    """Name with its prefix (Xã, Phường)."""

    old_communes: tuple[OldCommune, ...]
    """The communes of before July 2025 that it was made of; empty where that is not known."""

    people: float | None
    """Residents, persons."""

    people_origin: str
    """How `people` is known: measured, declared, estimated, approximate, assumed or simulated."""

    households: float | None
    """Households."""

    area_m2: float | None
    """Area of the commune's polygon, m2; it may differ from the area published by the state."""

    geometry_origin: str
    """How the polygon is known: measured, declared, estimated, approximate, assumed, simulated."""

    technology: str
    """Technology of `operators`, such as 4G."""

    threshold_dbm: float
    """Served means in `operators` a predicted outdoor RSRP of at least this, dBm."""

    operators: tuple[OperatorCoverage, ...]
    """Outdoors, before anything is built: one entry per operator, then "any"."""

    coverage: tuple[CoverageEntry, ...]
    """What was asked for: by technology, environment, level, year and operator."""

    choices: Choices
    """What else can be asked for."""

    data_basis: str
    """What is simulated, assumed, approximate or estimated behind these figures (vi / en)."""

    notes: tuple[Note, ...]
    """What was repaired, dropped, assumed or simulated in the study."""

    study_id: str
    """Identifier of the study that the bundle was made from."""

    bundle_sha256: str
    """Digest of the bundle's manifest.json, which holds the digest of every other file."""


class ListedCommune(Answer):
    """A commune among all."""

    code: str
    """Administrative code of the commune."""

    name: str
    """Name without the unit prefix."""

    full_name: str
    """Name with its prefix (Xã, Phường)."""

    people: float | None
    """Residents, persons."""

    lon: float | None
    """Longitude of a point inside, degrees."""

    lat: float | None
    """Latitude of a point inside, degrees."""

    bbox: tuple[float, float, float, float] | None
    """West, south, east, north, degrees; null where the bundle has no collections."""

    coverage: tuple[CoverageEntry, ...]
    """What was asked for: by technology, environment, level, year and operator."""


class CommunesCoverage(Answer):
    """How well all communes are served."""

    communes: tuple[ListedCommune, ...]
    """All communes, in the order of their codes."""

    province: tuple[ProvinceEntry, ...]
    """All communes together, in the order of the entries of a commune."""

    choices: Choices
    """What else can be asked for."""

    data_basis: str
    """What is simulated, assumed, approximate or estimated behind these figures (vi / en)."""

    study_id: str
    """Identifier of the study that the bundle was made from."""

    bundle_sha256: str
    """Digest of the bundle's manifest.json."""
