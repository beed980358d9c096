"""Where do the tables of a study come from?"""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from infraplan import catalog
from infraplan.study_file.base import NotePart, Part, refuse

__all__ = ["CommunesPart", "MastsPart", "OsmPart", "TablePart", "TowersPart", "unknown_bands"]


class TablePart(Part):
    """Where one table comes from."""

    source: Literal["file", "osm", "ofds"] = "file"
    """A file of this table; what the study's OpenStreetMap extract holds of it; or, for fibre and
    fibre_nodes, a file of the Open Fibre Data Standard."""
    path: str | None = None
    """File beside the study file, or an https address that `infraplan fetch` brings. Without it,
    in a study with a base, the part only changes what it says of the base's table."""
    paths: tuple[str, ...] = ()
    """Several files that make up the table together, in place of `path`."""
    sheet: str | None = None
    """Sheet of a spreadsheet; its first one where absent."""
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
    """Where the file comes from, with its version."""
    date: str = ""
    """When its content was so, such as "2024-05"."""
    licence: str = "unknown"
    """Licence of the file."""
    note: NotePart | None = None
    """A plain sentence about this table that every output repeats."""

    @property
    def files(self) -> tuple[str, ...]:
        """The files that make up the table, as the study file names them."""
        return self.paths or ((self.path,) if self.path is not None else ())

    @model_validator(mode="after")
    def _one_way_to_name_files(self) -> Self:
        faults = []
        if self.path is not None and self.paths:
            faults.append(("paths", "the part names both path and paths", "keep one of them"))
        if self.source == "osm" and self.files:
            remedy = 'delete it (the extract is named under [osm]), or say source = "file"'
            faults.append(("path", 'a table with source = "osm" has no file of its own', remedy))
        refuse(faults)
        return self


class CommunesPart(TablePart):
    """Where the boundaries come from."""

    public: Literal["vn-communes-2025", "geoboundaries"] | None = None
    """Public boundaries in place of a file: the communes of Viet Nam since July 2025, one file
    each, of the study's province; or geoBoundaries of the study's country."""
    level: Literal["ADM1", "ADM2", "ADM3", "ADM4", "ADM5"] = "ADM3"
    """Level of geoBoundaries."""
    complete: Literal["base"] | None = None
    """"base": columns that the file lacks (people, households …) are those of the base's commune
    of the same code."""

    @model_validator(mode="after")
    def _public_or_own(self) -> Self:
        faults = []
        if self.public is not None and self.files:
            key = "paths" if self.paths else "path"
            faults.append((key, "the part names a file and a public source", "keep one of them"))
        if self.public is not None and self.source != "file":
            remedy = "delete `public` or `source`"
            faults.append(("source", "boundaries come from one place only", remedy))
        refuse(faults)
        return self


class TowersPart(Part):
    """One list of towers: an operator's inventory, OpenCelliD, or what the maps hold."""

    source: Literal["inventory", "opencellid", "osm"] = "inventory"
    """An operator's spreadsheet, CSV or GeoPackage; an OpenCelliD file; the study's extract."""
    path: str | None = None
    """File beside the study file, or an https address."""
    public: Literal["opencellid"] | None = None
    """"opencellid" has `infraplan fetch` bring the cells of the country; needs your own key."""
    sheet: str | None = None
    """Sheet of a spreadsheet; its first one where absent."""
    columns: dict[str, str] = Field(default_factory=dict)
    """Column of the data dictionary "towers" → column of the file, where it is not recognised."""
    values: dict[str, str | float] = Field(default_factory=dict)
    """Column of the data dictionary → one value for all rows, where the file has none."""
    crs: str = "auto"
    """CRS of the coordinates, such as "EPSG:9208"; "auto" finds it by where the study lies."""
    operator: str | None = None
    """Operator of every row that names none."""
    mcc: int | None = Field(default=None, ge=200, le=799)
    """Mobile country code that is read from OpenCelliD; that of the study's country where
    absent."""
    outside: Literal["refuse", "drop"] | None = None
    """Towers outside the boundaries are an error, or are dropped and counted; where absent,
    an error in an inventory and dropped from maps and OpenCelliD."""
    origin: str = ""
    """Where the file comes from, with its version."""
    date: str = ""
    """When its content was so, such as "2024-05"."""
    licence: str = "unknown"
    """Licence of the file."""
    note: NotePart | None = None
    """A plain sentence about these towers that every output repeats."""

    @property
    def drops_outside(self) -> bool:
        """Whether towers outside the boundaries are dropped and not refused."""
        return self.outside == "drop" or (self.outside is None and self.source != "inventory")

    @model_validator(mode="after")
    def _files_fit_the_source(self) -> Self:
        faults = []
        if self.source == "inventory" and self.path is None:
            faults.append(("path", "an inventory is a file, and none is named", "add `path`"))
        if self.source == "opencellid" and (self.path is None) == (self.public is None):
            remedy = 'add `path`, or `public = "opencellid"`, and not both'
            faults.append(("path", "the cells are read from one file", remedy))
        if self.source == "osm" and self.path is not None:
            remedy = "delete it; the extract is named under [osm]"
            faults.append(("path", "towers of the maps have no file of their own", remedy))
        if self.public is not None and self.source != "opencellid":
            remedy = 'say source = "opencellid", or delete `public`'
            faults.append(("public", f"{self.public} is no source of {self.source}", remedy))
        refuse(faults)
        return self


class MastsPart(Part):
    """How lists of towers become masts with tenants and cells."""

    merge_within_m: float = Field(default=30.0, ge=0.0, le=500.0)
    """Towers of several lists or operators this near each other are one mast, m."""
    mast_height_m: float = Field(default=30.0, ge=5, le=150)
    """Height assumed for a mast whose height nobody says, m."""
    technologies: tuple[Literal["2G", "3G", "4G", "5G"], ...] = ("4G",)
    """Technologies assumed on a tower that names none."""
    bands: tuple[str, ...] = ()
    """Bands assumed for technologies whose band nobody says, keys of the catalogue; that of
    catalog/mast_rules.csv for a technology with none here."""

    @model_validator(mode="after")
    def _bands_are_known(self) -> Self:
        refuse(unknown_bands("bands", self.bands))
        return self


class OsmPart(Part):
    """An OpenStreetMap extract that tables with source = "osm" are read from."""

    path: str
    """File .osm.pbf beside the study file, or an https address that `infraplan fetch` brings."""
    country: str = ""
    """Name of the country as in the boundary tags, such as "Andorra"; needed where the communes
    or the people come from the extract."""
    parish_admin_level: str = Field(default="7", pattern=r"^(?:[2-9]|1[01])$")
    """admin_level of the communes."""
    rest_code: str = "rest"
    """Code of the part of the country that no complete commune covers."""
    rest_name: str = "Rest of the country"
    """Its name."""
    people_total: float | None = None
    """People of the whole area; the extract's own population tag of the country where absent."""
    mast_height_m: float = Field(default=30.0, ge=5, le=150)
    """Height assumed for mapped masts that carry no height tag."""
    date: str = ""
    """When the map was so, such as "2024-05"."""
    licence: str = "ODbL 1.0, © OpenStreetMap contributors"
    """Licence of the extract."""


def unknown_bands(key: str, bands: tuple[str, ...]) -> list[tuple[str, str, str]]:
    """List bands that the catalogue has not, as faults of a key."""
    known = tuple(dict.fromkeys(catalog.table("bands")["band"]))
    return [
        (key, f"there is no band {band!r}", f"give one of {', '.join(known)}")
        for band in bands
        if band not in known
    ]
