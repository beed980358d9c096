"""Where do the terrain, the land cover and the people on the grid come from?"""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from infraplan import catalog
from infraplan.study_file.base import NotePart, Origin, Part, refuse

__all__ = ["ClutterPart", "ElevationPart", "GridPart", "PeoplePart"]


class GridPart(Part):
    """The cells of the signal rasters."""

    cell_size_m: float = Field(default=60.0, ge=5.0, le=1000.0)
    """Side of a cell, m."""


class ElevationPart(Part):
    """The terrain."""

    source: Literal["files", "glo30", "skadi"] = "files"
    """Files of yours; or tiles that `infraplan fetch` brings: Copernicus GLO-30, Terrain Tiles."""
    paths: tuple[str, ...] = ()
    """GeoTIFF or HGT files (.hgt, .hgt.gz) that cover the area together; only for files."""
    values_origin: Origin = "measured"
    """How the heights are known: measured, estimated, simulated …"""
    origin: str = ""
    """Where the files come from; that of the catalogue for tiles."""
    date: str = ""
    """When their content was so, such as "2020"."""
    licence: str = "unknown"
    """Their licence; that of the catalogue for tiles."""
    note: NotePart | None = None
    """A plain sentence about the terrain that every output repeats."""

    @model_validator(mode="after")
    def _paths_fit_the_source(self) -> Self:
        refuse(_paths_faults(self.source, self.paths))
        return self


class ClutterPart(Part):
    """The land cover, whose trees and houses stand on the terrain."""

    source: Literal["files", "worldcover"] = "files"
    """Files of yours; or tiles of ESA WorldCover that `infraplan fetch` brings."""
    paths: tuple[str, ...] = ()
    """GeoTIFF files of classes, in any CRS, that cover the area together; the first one holds
    where they overlap. Only for files."""
    classes: Literal["worldcover"] | dict[int, str] = "worldcover"
    """What the codes of the files mean: "worldcover" (ESA WorldCover v200), or a table of code →
    key of catalog/clutter.csv, such as { 311 = "trees", 112 = "suburban" }."""
    values_origin: Origin = "estimated"
    """How the classes are known: estimated (from satellites), measured, simulated …"""
    origin: str = ""
    """Where the files come from; that of the catalogue for tiles."""
    date: str = ""
    """When their content was so, such as "2020"."""
    licence: str = "unknown"
    """Their licence; that of the catalogue for tiles."""
    note: NotePart | None = None
    """A plain sentence about the land cover that every output repeats."""

    @field_validator("classes", mode="after")
    @classmethod
    def _classes_are_known(cls, classes: str | dict[int, str]) -> str | dict[int, str]:
        known = tuple(catalog.table("clutter")["key"])
        if isinstance(classes, dict):
            unknown = sorted(set(classes.values()) - set(known))
            if unknown or not classes:
                said = ", ".join(unknown) or "nothing"
                raise ValueError(f"{said} is no class of land cover; there are {', '.join(known)}")
        return classes

    @model_validator(mode="after")
    def _paths_fit_the_source(self) -> Self:
        faults = _paths_faults(self.source, self.paths)
        if self.source == "worldcover" and self.classes != "worldcover":
            remedy = 'delete it, or say source = "files"'
            faults.append(("classes", "the classes of WorldCover are known", remedy))
        refuse(faults)
        return self


class PeoplePart(Part):
    """How people are spread over the cells."""

    method: Literal["villages", "settlements", "grid"] = "villages"
    """Around villages and scaled to the communes' people; evenly over mapped settlements; or as a
    grid of people tells."""
    spread_m: float = Field(default=350.0, gt=0)
    """Radius within which a village's people live; for villages."""
    source: Literal["files", "worldpop"] = "files"
    """Grid of people: files of yours, or WorldPop's of the study's country, which
    `infraplan fetch` brings."""
    paths: tuple[str, ...] = ()
    """GeoTIFF files of people per pixel that cover the area together; only for grid from files."""
    scale_to: Literal["communes", "none"] = "communes"
    """The grid is scaled so that each commune keeps the people of its table, or is left as it
    is."""
    values_origin: Origin = "estimated"
    """How the people of the grid are known."""
    origin: str = ""
    """Where the files come from; that of the catalogue for WorldPop."""
    date: str = ""
    """When their content was so, such as "2020"."""
    licence: str = "unknown"
    """Their licence; that of the catalogue for WorldPop."""
    note: NotePart | None = None
    """A plain sentence about the people that every output repeats."""

    @model_validator(mode="after")
    def _source_fits_the_method(self) -> Self:
        if self.method == "grid":
            refuse(_paths_faults(self.source, self.paths))
        elif self.paths or self.source != "files":
            key = "paths" if self.paths else "source"
            remedy = f'say method = "grid", or delete `{key}`'
            refuse([(key, f'the method "{self.method}" reads no grid of people', remedy)])
        return self


def _paths_faults(source: str, paths: tuple[str, ...]) -> list[tuple[str, str, str]]:
    """Say where files are needed and not named, or named and not read."""
    if source == "files" and not paths:
        return [("paths", "the part names no file", "list at least one file in `paths`")]
    if source != "files" and paths:
        remedy = 'delete `paths`, or say source = "files"'
        return [("paths", f'the tiles of "{source}" are found by themselves', remedy)]
    return []
