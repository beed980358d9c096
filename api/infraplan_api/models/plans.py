"""What do the answers about plans consist of? Their schemas."""

from __future__ import annotations

from typing import Literal

from pydantic import JsonValue  # noqa: TC002 - the model reads it

from infraplan_api.models.common import Answer, Note

__all__ = [
    "CommunePlan",
    "CommunePlanned",
    "Phase",
    "Plan",
    "PlanReference",
    "PlannedSite",
    "Plans",
]


class PlanReference(Answer):
    """A plan that can be asked for."""

    id: str
    """Its identifier."""

    title: Note
    """What it is for."""

    technology: str
    """What it builds, such as 4G."""

    years: tuple[int, ...]
    """The years in which it builds."""

    sites: int
    """Number of sites."""

    capex_vnd: float
    """What it costs to build, VND."""

    people_gained: float
    """People in gaps who get service, persons; coverage by year also counts those in spots that
    are too small for a gap."""

    href: str
    """Where it is."""


class Plans(Answer):
    """The plans of the bundle."""

    plans: tuple[PlanReference, ...]
    """One for each."""

    bundle_sha256: str
    """Digest of the bundle's manifest.json."""


class Phase(Answer):
    """What the plan does in a year."""

    year: int
    """The year."""

    sites: int
    """Sites built in it."""

    links: int
    """Links built in it."""

    length_m: float | None
    """Length of the cables built in it, m."""

    budget_vnd: float | None
    """Money of the year, VND."""

    carried_vnd: float | None
    """Money left by the year before, VND."""

    capex_vnd: float | None
    """What is spent on building, VND."""

    left_vnd: float | None
    """What is left for the next year, VND."""

    opex_vnd: float | None
    """Running costs of a year of what is built in it, VND."""

    people_gained: float | None
    """People newly served by what is built in it, persons."""

    cumulative_people: float | None
    """People newly served since the beginning, persons."""


class CommunePlanned(Answer):
    """What the plan does in a commune, in sums."""

    commune_code: str
    """The commune."""

    commune_name: str
    """Its name."""

    sites: int
    """Sites in it."""

    first_year: int | None
    """Year of the first one."""

    last_year: int | None
    """Year of the last one."""

    people_gained: float | None
    """People newly served by them, wherever those live, persons."""

    sites_vnd: float | None
    """What the sites cost to build, without their links, VND."""


class Plan(PlanReference):
    """A plan: what is built, when, at what cost, and how near to the best it is."""

    totals: dict[str, JsonValue]
    """Sums over the plan, units in the names."""

    certificate: dict[str, JsonValue]
    """Proof of quality: what was reached, the upper bound, the gap between them."""

    phases: tuple[Phase, ...]
    """Year by year."""

    communes: tuple[CommunePlanned, ...]
    """Commune by commune, most people first; only the one asked for where one was."""

    notes: tuple[Note, ...]
    """What was repaired, dropped, assumed or simulated in the study."""

    data_basis: str
    """What is simulated, assumed, approximate or estimated behind these figures."""

    bundle_sha256: str
    """Digest of the bundle's manifest.json."""


class PlannedSite(Answer):
    """A site that the plan builds or shares."""

    site_id: str
    """Identifier."""

    kind: Literal["new_mast", "shared_mast"]
    """A mast of its own, or a place on one that stands."""

    host_site_id: str | None
    """The mast that is shared; null for a new one."""

    operator: str
    """Who would use it."""

    year: int | None
    """Year in which it is built."""

    antenna_height_m: float | None
    """Antenna above ground, m."""

    mast_height_m: float | None
    """Height of the mast, m."""

    people_gained: float | None
    """People newly served, persons."""

    capex_vnd: float | None
    """What it costs to build, without its links, VND."""

    link_vnd: float | None
    """Its part of what its links cost, VND; null where the bundle does not say."""

    opex_vnd_year: float | None
    """Running costs, VND a year."""

    reason: Note
    """Why here, in a line."""

    why: Note | None
    """Why here, when, at what cost and what instead; null where the bundle does not say."""

    lon: float
    """Longitude, degrees."""

    lat: float
    """Latitude, degrees."""


class CommunePlan(Answer):
    """What is planned in a commune."""

    code: str
    """Administrative code of the commune."""

    name: str
    """Name without the unit prefix."""

    full_name: str
    """Name with its prefix."""

    sites: tuple[PlannedSite, ...]
    """The sites that stand in it, by year, then by people; empty where nothing is planned."""

    people_gained: float
    """People newly served by them, wherever those live, persons."""

    sites_vnd: float
    """What the sites cost to build, without their links, VND."""

    plan_id: str
    """The plan."""

    data_basis: str
    """What is simulated, assumed, approximate or estimated behind these figures (vi / en)."""

    bundle_sha256: str
    """Digest of the bundle's manifest.json."""
