"""Which facts of a bundle's manifest does a comparison read?"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["Certificate", "EquityPart", "Input", "Manifest", "People", "PlanTotals", "StudyPart"]


class _Part(BaseModel):
    """A part of the manifest; what a comparison does not need is passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class StudyPart(_Part):
    """Whose bundle it is."""

    id: str
    title_vi: str
    title_en: str


class People(_Part):
    """Residents, and those of them whom some operator serves already."""

    people: float = Field(ge=0)
    people_served: float = Field(ge=0)


class Certificate(_Part):
    """What was proven; missing gaps are null."""

    sites_gap_share: float | None
    links_gap_share: float | None
    budget_vnd: float = Field(ge=0)


class EquityPart(_Part):
    """What a floor for especially difficult villages costs."""

    price_vnd: float
    price_low_vnd: float
    price_high_vnd: float


class PlanTotals(_Part):
    """What the plan builds in all its years."""

    new_masts: int
    shared_masts: int
    links: int
    hops: int
    sites_beyond: int
    length_m: float
    capex_vnd: float
    low_vnd: float
    high_vnd: float
    opex_vnd: float
    tco_vnd: float
    assumed_price_share: float
    people_gained: float
    weight_gained: float
    nesting_worst_people: float


class Input(_Part):
    """One input file."""

    table: str
    file: str
    sha256: str


class Manifest(_Part):
    """What a comparison needs of ``manifest.json``."""

    infraplan_version: str
    study: StudyPart
    technology: str
    load_share: float
    clutter_model: str | None = None
    cell_size_m: float
    catalogue_sha256: str
    parameters: dict[str, Any]
    inputs: tuple[Input, ...]
    outputs: dict[str, dict[str, Any]]
    totals: People
    plan_totals: PlanTotals
    certificate: Certificate
    equity: EquityPart | None = None
