"""What may a study file say?

A study is one TOML file. Unknown keys are refused; the text under each field is its help.
"""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from infraplan.study_file.base import NotePart, Part, refuse
from infraplan.study_file.raster_parts import ClutterPart, ElevationPart, GridPart, PeoplePart
from infraplan.study_file.table_parts import (
    CommunesPart,
    MastsPart,
    OsmPart,
    TablePart,
    TowersPart,
    unknown_bands,
)
from infraplan.study_file.together import faults_together

__all__ = [
    "AntennasPart",
    "CalibrationPart",
    "DemandPart",
    "PlanPart",
    "SimulatedMastsPart",
    "StudyFile",
    "StudyPart",
]


class StudyPart(Part):
    """Who the study is about."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    """Short identifier: lower-case letters, digits and hyphens."""
    title_vi: str
    """Title in Vietnamese."""
    title_en: str
    """Title in English."""
    country: str | None = Field(default=None, pattern=r"^[A-Z]{2}$")
    """Country, two letters of ISO 3166-1 such as "VN"; needed by public sources."""
    province: str | None = Field(default=None, pattern=r"^[0-9A-Za-z-]+$")
    """Code of the province, two digits in Viet Nam."""
    base: str | None = None
    """Embedded dataset that gives every table this file does not name, such as "phu-tho"."""
    notes: tuple[NotePart, ...] = ()
    """Plain sentences about the data that every output repeats."""


class CalibrationPart(Part):
    """Corrections of the losses, fitted to measurements."""

    path: str
    """CSV that `infraplan calibrate` wrote."""
    origin: str = ""
    """Which measurements it was fitted to."""
    licence: str = "unknown"
    """Their licence."""
    note: NotePart | None = None
    """A plain sentence about the calibration that every output repeats."""


class AntennasPart(Part):
    """Measured antennas that the cells name."""

    paths: tuple[str, ...] = Field(min_length=1)
    """MSI/Planet files (.msi, .pln, .txt). The column `antenna` of the cells holds the name of
    one of them, without folder and ending."""
    origin: str = ""
    """Where the files come from."""
    licence: str = "unknown"
    """Their licence."""
    note: NotePart | None = None
    """A plain sentence about the antennas that every output repeats."""


class SimulatedMastsPart(Part):
    """Masts made up, and said to be, where settlements would otherwise have none."""

    empty_beyond_m: float = Field(default=2500.0, gt=0)
    """A settlement is empty when no mast stands within this distance."""
    operator: str = Field(min_length=1)
    """Operator of the simulated and of the mapped masts that name none."""
    mast_height_m: float = Field(default=30.0, ge=5, le=150)
    """Height of a simulated mast."""
    high_ground_within_m: float = Field(default=400.0, ge=0)
    """A simulated mast stands on the highest cell within this distance of its settlement."""
    band: str = "B3"
    """Band, a key of the catalogue."""

    @model_validator(mode="after")
    def _band_is_known(self) -> Self:
        refuse(unknown_bands("band", (self.band,)))
        return self


class PlanPart(Part):
    """Money and years."""

    budget_vnd: float = Field(default=60e9, ge=0)
    """Budget of the choice of sites."""
    first_year: int = Field(default=2026, ge=2000, le=2100)
    """First year of the plan."""
    last_year: int = Field(default=2030, ge=2000, le=2100)
    """Last year of the plan."""
    yearly_budget_vnd: float | None = Field(default=None, ge=0)
    """Budget of each year; the budget divided by the years where absent."""
    floor_share: float | None = Field(default=None, ge=0, le=1)
    """Least part of the reachable people of especially difficult villages that must be served."""
    mast_heights_m: tuple[Annotated[float, Field(ge=5, le=150)], ...] = Field(
        default=(), max_length=20
    )
    """Heights of new masts to weigh, m; the catalogue's where empty."""
    microwave: bool = True
    """Weigh microwave hops beside fibre."""
    ring: tuple[str, ...] = ()
    """Sites that need two ways to the network, by site_id."""
    draws: int = Field(default=0, ge=0, le=10_000)
    """Random draws of cost, signal and position that the plan is tried against."""

    @model_validator(mode="after")
    def _years_ascend(self) -> PlanPart:
        if self.last_year < self.first_year:
            raise ValueError(f"last_year {self.last_year} is before first_year {self.first_year}")
        return self


class DemandPart(Part):
    """What people and places in gaps count when sites are chosen; the catalogue's where absent."""

    person: float | None = Field(default=None, ge=0, le=1e6)
    """A person in a white or weak spot."""
    household: float | None = Field(default=None, ge=0, le=1e6)
    """A household there."""
    village: float | None = Field(default=None, ge=0, le=1e6)
    """A village whose centre lies there."""
    facility: float | None = Field(default=None, ge=0, le=1e6)
    """A school, clinic, office or post point there."""
    difficult: float | None = Field(default=None, ge=0, le=1e6)
    """Factor for people of difficult villages."""
    especially_difficult: float | None = Field(default=None, ge=0, le=1e6)
    """Factor for people of especially difficult villages."""
    single_operator: float | None = Field(default=None, ge=0, le=1e6)
    """A person who would gain a second operator."""
    congested: float | None = Field(default=None, ge=0, le=1e6)
    """A person whose overloaded cell would be relieved."""


class StudyFile(Part):
    """A whole study."""

    study: StudyPart
    """Who the study is about."""
    grid: GridPart = GridPart()
    """The cells of the signal rasters."""
    osm: OsmPart | None = None
    """An OpenStreetMap extract that tables with source = "osm" are read from."""
    communes: CommunesPart | None = None
    """Communes: codes, names, boundaries, people."""
    census: TablePart | None = None
    """People and households of the communes, by their codes or names, where the boundaries do not
    say them or older ones."""
    villages: TablePart | None = None
    """Villages and residential clusters."""
    facilities: TablePart | None = None
    """Schools, clinics, offices, post points, culture houses."""
    towers: tuple[TowersPart, ...] = ()
    """Lists of towers, which become sites and cells; in place of [sites] and [cells]."""
    masts: MastsPart = MastsPart()
    """How lists of towers become masts with tenants and cells."""
    sites: TablePart | None = None
    """Masts, one row each, where they are known as such."""
    cells: TablePart | None = None
    """Sectors on a band, one row each, on those masts."""
    simulated_masts: SimulatedMastsPart | None = None
    """Masts made up, and said to be, where settlements would otherwise have none."""
    antennas: AntennasPart | None = None
    """Measured antennas that the cells name."""
    roads: TablePart | None = None
    """Roads."""
    fibre_nodes: TablePart | None = None
    """Places where fibre can be joined: exchanges, sites, closures."""
    fibre: TablePart | None = None
    """Cables and ducts between those places."""
    power: TablePart | None = None
    """Power lines."""
    protected: TablePart | None = None
    """Areas in which no new mast may stand."""
    water: TablePart | None = None
    """Lakes, reservoirs and wide rivers, which maps show."""
    structures: TablePart | None = None
    """Tall structures that could carry antennas: water towers, chimneys, towers."""
    works: TablePart | None = None
    """Planned road and power works, in whose trenches ducts are cheaper."""
    elevation: ElevationPart | None = None
    """The terrain."""
    clutter: ClutterPart | None = None
    """The land cover, whose trees and houses stand on the terrain."""
    people: PeoplePart = PeoplePart()
    """How people are spread over the cells."""
    calibration: CalibrationPart | None = None
    """Corrections of the losses, fitted to measurements."""
    growth: TablePart | None = None
    """How subscribers, telephones and traffic grow by year; the catalogue's curves where absent."""
    costs: TablePart | None = None
    """Prices of your own, which replace those of the catalogue."""
    indicators: TablePart | None = None
    """Indicators of your own, and values that replace what is computed or was published."""
    targets: TablePart | None = None
    """Targets of your own, which replace those of the catalogue."""
    demand: DemandPart = DemandPart()
    """What counts when sites are chosen."""
    plan: PlanPart = PlanPart()
    """Money and years."""

    @model_validator(mode="after")
    def _parts_go_together(self) -> Self:
        refuse(faults_together(self))
        return self
