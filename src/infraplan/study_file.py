"""What may a study file say?

A study is one TOML file. Unknown keys are refused; the text under each field is its help.
"""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from infraplan.catalog import table
from infraplan.errors import Fault, InputError, MissingDataError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = [
    "AntennasPart",
    "CalibrationPart",
    "ClutterPart",
    "ElevationPart",
    "GridPart",
    "NotePart",
    "OsmPart",
    "PeoplePart",
    "PlanPart",
    "SimulatedMastsPart",
    "StudyFile",
    "StudyPart",
    "TablePart",
    "read_study_file",
]


class _Part(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="forbid", use_attribute_docstrings=True, allow_inf_nan=False
    )


class NotePart(_Part):
    """A plain sentence that every output repeats."""

    vi: str
    """In Vietnamese."""
    en: str
    """In English."""


class StudyPart(_Part):
    """Who the study is about."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    """Short identifier: lower-case letters, digits and hyphens."""
    title_vi: str
    """Title in Vietnamese."""
    title_en: str
    """Title in English."""
    base: str | None = None
    """Embedded dataset that gives every table this file does not name, such as "phu-tho"."""
    notes: tuple[NotePart, ...] = ()
    """Plain sentences about the data that every output repeats."""


class GridPart(_Part):
    """The cells of the signal rasters."""

    cell_size_m: float = Field(default=60.0, ge=5.0, le=1000.0)
    """Side of a cell, m."""


class TablePart(_Part):
    """Where one table comes from."""

    source: Literal["file", "osm"] = "file"
    """A file of this table, or what the study's OpenStreetMap extract holds of it."""
    path: str | None = None
    """File beside the study file, or an https address that a mirror folder holds. Without it, in
    a study with a base, the part only changes what it says of the base's table."""
    columns: dict[str, str] = Field(default_factory=dict)
    """Column of the data dictionary → column of the file, where they differ."""
    values: dict[str, str | float] = Field(default_factory=dict)
    """Column of the data dictionary → one value for all rows, where the file has none."""
    x: str = "lon"
    """Column of the easting or longitude, in a table without geometry."""
    y: str = "lat"
    """Column of the northing or latitude, in a table without geometry."""
    crs: str | None = None
    """CRS of the coordinates; the file's own where it has one, else EPSG:4326."""
    outside: Literal["refuse", "drop"] = "refuse"
    """Rows outside the boundaries are an error, or are dropped and counted."""
    origin: str = ""
    """Where the file comes from, with version or date."""
    licence: str = "unknown"
    """Licence of the file."""
    note: NotePart | None = None
    """A plain sentence about this table that every output repeats."""


class ElevationPart(_Part):
    """The terrain."""

    paths: tuple[str, ...] = Field(min_length=1)
    """GeoTIFF or SRTM HGT files (.hgt, .hgt.gz) that cover the area together."""
    values_origin: Literal[
        "measured", "declared", "estimated", "approximate", "assumed", "simulated"
    ] = "measured"
    """How the heights are known: measured, estimated, simulated …"""
    origin: str = ""
    """Where the files come from."""
    licence: str = "unknown"
    """Their licence."""
    note: NotePart | None = None
    """A plain sentence about the terrain that every output repeats."""


class ClutterPart(_Part):
    """The land cover, whose trees and houses stand on the terrain."""

    paths: tuple[str, ...] = Field(min_length=1)
    """GeoTIFF files of classes, in any CRS, that cover the area together; the first one holds
    where they overlap."""
    classes: Literal["worldcover"] | dict[int, str] = "worldcover"
    """What the codes of the files mean: "worldcover" (ESA WorldCover v200), or a table of code →
    key of catalog/clutter.csv, such as { 311 = "trees", 112 = "suburban" }."""
    values_origin: Literal[
        "measured", "declared", "estimated", "approximate", "assumed", "simulated"
    ] = "estimated"
    """How the classes are known: estimated (from satellites), measured, simulated …"""
    origin: str = ""
    """Where the files come from."""
    licence: str = "unknown"
    """Their licence."""
    note: NotePart | None = None
    """A plain sentence about the land cover that every output repeats."""

    @field_validator("classes", mode="after")
    @classmethod
    def _classes_are_known(cls, classes: str | dict[int, str]) -> str | dict[int, str]:
        known = tuple(table("clutter")["key"])
        if isinstance(classes, dict):
            unknown = sorted(set(classes.values()) - set(known))
            if unknown or not classes:
                said = ", ".join(unknown) or "nothing"
                raise ValueError(f"{said} is no class of land cover; there are {', '.join(known)}")
        return classes


class CalibrationPart(_Part):
    """Corrections of the losses, fitted to measurements."""

    path: str
    """CSV that `infraplan calibrate` wrote."""
    origin: str = ""
    """Which measurements it was fitted to."""
    licence: str = "unknown"
    """Their licence."""
    note: NotePart | None = None
    """A plain sentence about the calibration that every output repeats."""


class AntennasPart(_Part):
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


class OsmPart(_Part):
    """An OpenStreetMap extract that tables with source = "osm" are read from."""

    path: str
    """File .osm.pbf beside the study file, or an https address that a mirror folder holds."""
    country: str
    """Name of the country as in the boundary tags, such as "Andorra"."""
    parish_admin_level: str = "7"
    """admin_level of the communes."""
    rest_code: str = "rest"
    """Code of the part of the country that no complete commune covers."""
    rest_name: str = "Rest of the country"
    """Its name."""
    people_total: float | None = None
    """People of the whole area; the extract's own population tag of the country where absent."""
    mast_height_m: float = Field(default=30.0, ge=5, le=150)
    """Height assumed for mapped masts that carry no height tag."""
    licence: str = "ODbL 1.0, © OpenStreetMap contributors"
    """Licence of the extract."""


class SimulatedMastsPart(_Part):
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


class PeoplePart(_Part):
    """How people are spread over the cells."""

    method: Literal["villages", "settlements"] = "villages"
    """Around villages and scaled to the communes' people; or evenly over mapped settlements."""
    spread_m: float = Field(default=350.0, gt=0)
    """Radius within which a village's people live."""


class PlanPart(_Part):
    """Money and years."""

    budget_vnd: float = Field(default=60e9, ge=0)
    """Budget of the choice of sites."""
    first_year: int = Field(default=2026, ge=2000, le=2100)
    """First year of the plan."""
    last_year: int = Field(default=2030, ge=2000, le=2100)
    """Last year of the plan."""
    yearly_budget_vnd: float | None = Field(default=None, ge=0)
    """Budget of each year; the budget divided by the years where absent."""

    @model_validator(mode="after")
    def _years_ascend(self) -> PlanPart:
        if self.last_year < self.first_year:
            raise ValueError(f"last_year {self.last_year} is before first_year {self.first_year}")
        return self


class StudyFile(_Part):
    """A whole study."""

    study: StudyPart
    grid: GridPart = GridPart()
    communes: TablePart | None = None
    villages: TablePart | None = None
    sites: TablePart | None = None
    cells: TablePart | None = None
    roads: TablePart | None = None
    fibre_nodes: TablePart | None = None
    fibre: TablePart | None = None
    elevation: ElevationPart | None = None
    clutter: ClutterPart | None = None
    calibration: CalibrationPart | None = None
    antennas: AntennasPart | None = None
    osm: OsmPart | None = None
    simulated_masts: SimulatedMastsPart | None = None
    people: PeoplePart = PeoplePart()
    plan: PlanPart = PlanPart()


def read_study_file(path: Path) -> StudyFile:
    """Read and check a study file.

    Raises
    ------
    MissingDataError
        If there is no such file.
    InputError
        If it is not TOML, or says something it may not; every fault is listed.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise MissingDataError(
            f"There is no study file {path}. Remedy: check the path, or start from a file in "
            "studies/."
        ) from None
    except OSError as error:
        fault = Fault(path.name, f"the file cannot be read ({error.strerror})", "name a TOML file")
        raise InputError([fault]) from None
    except UnicodeDecodeError:
        fault = Fault(path.name, "the file is not UTF-8 text", "save it as UTF-8")
        raise InputError([fault]) from None
    try:
        return StudyFile.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        fault = Fault(path.name, f"the file is not TOML: {error}", "mend the line it names")
        raise InputError([fault]) from None
    except ValidationError as error:
        raise InputError([_fault(path.name, e["loc"], e["msg"]) for e in error.errors()]) from None


def _fault(file: str, location: tuple[int | str, ...], message: str) -> Fault:
    key = ".".join(str(p) for p in location)
    if message.startswith("Extra inputs"):
        return Fault(file, "there is no such key", "delete it or mend its spelling", column=key)
    if message == "Field required":
        return Fault(file, "the key is missing", "add it", column=key)
    return Fault(file, message.removeprefix("Value error, "), "mend the value", column=key)
