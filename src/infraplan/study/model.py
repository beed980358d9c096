"""What does a province know about itself, checked and in one metric CRS?"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from infraplan.errors import InputError
from infraplan.results import Prices, Provenance, origin_shares, weakest
from infraplan.settings import installed_version
from infraplan.study.completion import complete
from infraplan.study.gather import gather
from infraplan.study.gathered import no_rows, settled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infraplan.geo import Grid, Raster
    from infraplan.sources.antenna_files import AntennaCuts
    from infraplan.sources.shelf import Shelf
    from infraplan.study.completion import Completed
    from infraplan.study.gathered import Gathered
    from infraplan.study_file import StudyFile

__all__ = ["Study", "without_rows"]


@dataclass(frozen=True, slots=True)
class Study:
    """Checked tables and rasters of one province; holds data, does nothing.

    Attributes
    ----------
    file
        What the study file says, with defaults filled in.
    crs
        The metric CRS of every table and raster.
    grid
        Cells of the signal rasters.
    communes, villages, sites, cells, roads, fibre_nodes, fibre
        Tables per data dictionary; `cells` has the position of its site as geometry.
    elevation
        Terrain on the grid, m.
    people
        Persons per cell of the grid.
    provenance
        Where it comes from.
    clutter
        Land cover on the grid, codes in column `class` of the catalogue ``clutter``; None where
        the study names none.
    calibration
        Corrections of the losses fitted to measurements, per data dictionary; None where the
        study names none.
    antennas
        Measured antennas by the name that `cells` uses in its column `antenna`.
    facilities
        Schools, clinics, offices and the like per data dictionary; without rows where the study
        names none.
    merges
        Which tower became part of which site, per data dictionary; without rows where the sites
        come as a table.
    prices
        The catalogue's price list, with the rows that the user's own sheet replaces.
    protected, power, works, structures
        Areas where no mast may stand, power lines, planned road and power works, and tall
        structures, per data dictionary; without rows where the study names none.
    water
        Lakes, reservoirs and wide rivers for maps, per data dictionary; without rows where the
        study names none.
    growth
        How the demand grows by year, per data dictionary; without rows where the study says
        nothing.
    observations, targets
        What the study tells of indicators and targets itself, per data dictionary; without rows
        where it tells nothing.
    climate_latitude_deg
        Latitude at which predictions take the climate, degrees; the middle of the grid where None.
        A part of a study keeps that of the whole.
    """

    file: StudyFile
    crs: str
    grid: Grid
    communes: gpd.GeoDataFrame
    villages: gpd.GeoDataFrame
    sites: gpd.GeoDataFrame
    cells: gpd.GeoDataFrame
    roads: gpd.GeoDataFrame
    fibre_nodes: gpd.GeoDataFrame
    fibre: gpd.GeoDataFrame
    elevation: Raster
    people: Raster
    provenance: Provenance
    clutter: Raster | None = None
    calibration: pd.DataFrame | None = None
    antennas: Mapping[str, AntennaCuts] = field(default_factory=dict)
    facilities: gpd.GeoDataFrame = field(default_factory=lambda: without_rows("facilities"))
    merges: pd.DataFrame = field(default_factory=lambda: no_rows("merges"))
    prices: Prices = field(default_factory=Prices.catalogue)
    protected: gpd.GeoDataFrame = field(default_factory=lambda: without_rows("protected"))
    power: gpd.GeoDataFrame = field(default_factory=lambda: without_rows("power"))
    works: gpd.GeoDataFrame = field(default_factory=lambda: without_rows("works"))
    structures: gpd.GeoDataFrame = field(default_factory=lambda: without_rows("structures"))
    growth: pd.DataFrame = field(default_factory=lambda: no_rows("growth"))
    water: gpd.GeoDataFrame = field(default_factory=lambda: without_rows("water"))
    observations: pd.DataFrame = field(default_factory=lambda: no_rows("observations"))
    targets: pd.DataFrame = field(default_factory=lambda: no_rows("targets"))
    climate_latitude_deg: float | None = None

    @classmethod
    def build(cls, path: str | Path, *, shelf: Shelf | None = None) -> Study:
        """Read, check and complete everything a study file names.

        Parameters
        ----------
        path
            The study file (TOML).
        shelf
            Where addresses, and relative paths that are not beside the study file, are looked
            for; by default the mirror, cache and data folders that the environment names.

        Returns
        -------
        Study
            Everything in one metric CRS. Nothing is downloaded and nothing is written.

        Raises
        ------
        MissingDataError
            If the study file is not there.
        InputError
            If anything is wrong or missing; every fault of every file is listed.
        """
        found = gather(Path(path), shelf=shelf)
        completed = complete(found)
        if completed is None:
            raise InputError(settled(found))
        tables = found.tables
        _complete_communes(tables["communes"])
        return cls(
            file=found.file,
            crs=found.crs,
            grid=completed.elevation.grid,
            communes=tables["communes"],
            villages=tables["villages"],
            sites=tables["sites"],
            cells=tables["cells"],
            roads=tables["roads"],
            fibre_nodes=tables["fibre_nodes"],
            fibre=tables.get("fibre", _no_fibre(found.crs)),
            elevation=completed.elevation,
            people=completed.people,
            provenance=_provenance(found, completed),
            clutter=completed.clutter,
            calibration=completed.calibration,
            antennas=dict(sorted(found.antennas.items())),
            merges=found.merges,
            prices=found.prices,
            growth=found.growth,
            observations=found.observations,
            targets=found.targets,
            facilities=_optional(found, "facilities"),
            protected=_optional(found, "protected"),
            power=_optional(found, "power"),
            works=_optional(found, "works"),
            structures=_optional(found, "structures"),
            water=_optional(found, "water"),
        )


def _complete_communes(communes: gpd.GeoDataFrame) -> None:
    """Add the polygon's area, and the short name where a commune has no full one."""
    communes["area_m2"] = communes.area
    full = communes["full_name"] if "full_name" in communes.columns else communes["name"]
    communes["full_name"] = full.where(full.notna(), communes["name"])


def _no_fibre(crs: str) -> gpd.GeoDataFrame:
    names = ["fibre_id", "medium", "length_m", "geometry_origin"]
    return gpd.GeoDataFrame(columns=names, geometry=[], crs=crs)


def _optional(found: Gathered, name: str) -> gpd.GeoDataFrame:
    """Return a table that a study may be without."""
    return found.tables.get(name, without_rows(name, found.crs))


def without_rows(name: str, crs: str | None = None) -> gpd.GeoDataFrame:
    """Return a located table without rows and with the columns of its data dictionary."""
    return gpd.GeoDataFrame(no_rows(name), geometry=[], crs=crs)


def _provenance(found: Gathered, completed: Completed) -> Provenance:
    """Collect what the study rests on, rasters and calibration counted as one value each."""
    known = {
        "elevation": completed.elevation,
        "clutter": completed.clutter,
        "people": completed.people,
    }
    layers = {name: raster.origin for name, raster in known.items() if raster is not None}
    if completed.calibration is not None:
        layers["calibration"] = weakest(completed.calibration["origin"])
    rasters = pd.DataFrame(
        {
            "table": list(layers),
            "column": "values",
            "origin": list(layers.values()),
            "rows": 1,
            "share": 1.0,
        }
    )
    origins = origin_shares(found.tables)
    return Provenance(
        study_id=found.file.study.id,
        title_vi=found.file.study.title_vi,
        title_en=found.file.study.title_en,
        version=installed_version(),
        sources=tuple(sorted(set(found.sources), key=lambda s: (s.table, s.file))),
        parameters=found.file.model_dump_json(),
        origins=pd.concat([origins, rasters], ignore_index=True),
        notes=tuple(dict.fromkeys(found.notes)),
    )
