"""What does a finished bundle say, read once for every part of a report?

Nothing is computed here: tables are the bundle's own, to the last digit.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import rasterio

from infraplan.errors import MissingDataError
from infraplan.geo import Grid, Raster
from infraplan.report.bundle_files import checked, read_collection, read_manifest, read_table
from infraplan.results import ANY_OPERATOR, ORIGINS, basis_text
from infraplan.wording import Text, phrase

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import geopandas as gpd

__all__ = ["Facts", "read"]

_COLLECTIONS: Final = {
    "communes": "communes",
    "villages": "villages",
    "gaps": "gaps",
    "new_sites": "proposals",
    "links": "links",
    "sites": "sites",
    "facilities": "facilities",
}
"""Field of Facts → collection of the bundle."""

_TABLES: Final = (
    "costs", "costs_by_owner", "phases", "bill", "tco", "rounds", "explanations", "indicators",
    "ranking",
)  # fmt: skip

_OUTLOOK: Final = "coverage.parquet"
_SURE: Final = ("declared", "measured")


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """What a report says; everything in it is read from one bundle.

    Attributes
    ----------
    folder
        The bundle.
    sha256
        Digest of its manifest.json, which holds the digest of every other file.
    manifest
        What manifest.json says.
    communes, villages, gaps, new_sites, links, sites, facilities
        Collections in EPSG:4326, with the values of the CSVs; facilities may be empty.
    costs, costs_by_owner, phases, bill, tco, rounds, explanations, indicators, ranking
        Tables of the bundle; codes and identifiers are text, missing is NA.
    outlook
        People and places served by commune, technology, environment, level, operator and year.
    """

    folder: Path
    sha256: str
    manifest: Mapping[str, Any]
    communes: gpd.GeoDataFrame
    villages: gpd.GeoDataFrame
    gaps: gpd.GeoDataFrame
    new_sites: gpd.GeoDataFrame
    links: gpd.GeoDataFrame
    sites: gpd.GeoDataFrame
    facilities: gpd.GeoDataFrame
    costs: pd.DataFrame
    costs_by_owner: pd.DataFrame
    phases: pd.DataFrame
    bill: pd.DataFrame
    tco: pd.DataFrame
    rounds: pd.DataFrame
    explanations: pd.DataFrame
    indicators: pd.DataFrame
    ranking: pd.DataFrame
    outlook: pd.DataFrame

    @property
    def study_id(self) -> str:
        """Identifier of the study."""
        return str(self.manifest["study"]["id"])

    @property
    def study_title(self) -> Text:
        """Title of the study; its identifier where it has none."""
        study = self.manifest["study"]
        vi, en = str(study.get("title_vi") or ""), str(study.get("title_en") or "")
        return Text(vi or en or self.study_id, en or vi or self.study_id)

    @property
    def years(self) -> tuple[int, ...]:
        """The year before the plan, then the years of the plan."""
        return tuple(int(year) for year in self.manifest.get("years") or ())

    @property
    def plan_years(self) -> tuple[int, ...]:
        """The years of the plan, each of which has a row in phases."""
        return tuple(int(year) for year in self.phases["year"])

    @property
    def base_year(self) -> int | None:
        """The year before the plan, None where the bundle names no years."""
        return self.years[0] if self.years else None

    @property
    def technology(self) -> str:
        """The technology that the plan is made for, such as 4G."""
        return str(self.manifest["technology"])

    @property
    def operators(self) -> tuple[str, ...]:
        """The operators, without "any"."""
        return tuple(str(o) for o in self.manifest["operators"] if o != ANY_OPERATOR)

    @property
    def origins(self) -> pd.DataFrame:
        """How the values of all tables are known: table, column, origin, rows, share."""
        return pd.DataFrame(
            self.manifest["origin_shares"],
            columns=["table", "column", "origin", "rows", "share"],
        )

    @property
    def data_basis(self) -> Text:
        """What is not measured or declared, in a sentence."""
        return basis_text(self.origins)

    @property
    def basis_mark(self) -> Text | None:
        """The mark over a map, such as MÔ PHỎNG, by the least certain origin; None: all is sure."""
        found = set(self.origins["origin"])
        weakest = next((o for o in ORIGINS if o in found and o not in _SURE), None)
        if weakest is None:
            return None
        said = phrase(f"origin_{weakest}")
        return Text(said.vi.upper(), said.en.upper())

    def basis_of(self, tables: Iterable[str]) -> Text:
        """Say what is not measured in some tables, such as sites, communes, costs."""
        return basis_text(self.origins, tables)

    def path(self, name: str) -> Path:
        """Return where a file of the bundle lies, such as ``rsrp_dbm_any.tif``.

        Raises
        ------
        MissingDataError
            If the manifest does not list it.
        """
        if name not in self.manifest["outputs"]:
            raise MissingDataError(
                f"The bundle {self.folder} has no {name}. Remedy: make it again with this version "
                "of infraplan (`infraplan run STUDY --out FOLDER`)."
            )
        return self.folder / name

    def has(self, name: str) -> bool:
        """Tell whether the bundle holds a file."""
        return name in self.manifest["outputs"]

    def collection(self, name: str) -> gpd.GeoDataFrame:
        """Return any collection of the bundle, such as facilities, roads, fibre, water, cells.

        Returns
        -------
        geopandas.GeoDataFrame
            In EPSG:4326; empty, with no column but geometry, where the bundle does not have it.
        """
        return read_collection(self.folder, name, self.manifest)

    def raster(self, name: str, *, band: int = 1) -> Raster:
        """Return a raster of the bundle.

        Parameters
        ----------
        name
            Of the file, with or without ``.tif``, such as ``rsrp_dbm_any``.
        band
            From 1; rasters of the class of service have a band for each year.

        Raises
        ------
        MissingDataError
            If the bundle has no such raster.
        """
        stem = name.removesuffix(".tif")
        with rasterio.open(self.path(f"{stem}.tif")) as source:
            tags, shape = source.tags(), source.transform
            integer = source.dtypes[0] != "float32"
            return Raster(
                stem,
                tags.get("UNIT", ""),
                Grid(
                    source.crs.to_string(), shape.c, shape.f, shape.a, source.height, source.width
                ),
                source.read(band),
                tags.get("ORIGIN", ""),
                nodata=int(source.nodata) if integer and source.nodata is not None else None,
            )


def read(folder: str | Path) -> Facts:
    """Read a finished bundle, after comparing every file of it with its digest.

    Parameters
    ----------
    folder
        What ``infraplan run`` wrote.

    Raises
    ------
    MissingDataError
        If it is no bundle, or one of an older version that lacks what a report needs.
    InputError
        If files of it are missing or were changed; every one is named.
    """
    place = Path(folder)
    manifest, digest = read_manifest(place)
    collections = {field: f"collections/{name}.parquet" for field, name in _COLLECTIONS.items()}
    tables = {name: f"{name}.csv" for name in _TABLES}
    optional = {"collections/facilities.parquet"}
    needed = [n for n in (*collections.values(), *tables.values(), _OUTLOOK) if n not in optional]
    checked(place, manifest, needed)
    shapes = {f: read_collection(place, name, manifest) for f, name in _COLLECTIONS.items()}
    rows = {name: read_table(place / file) for name, file in tables.items()}
    return Facts(
        folder=place,
        sha256=digest,
        manifest=manifest,
        outlook=pd.read_parquet(place / _OUTLOOK),
        **shapes,
        **rows,
    )
