"""How does a study lie on disk, and how is it opened again, whole or not at all?

A study folder holds ``tables/*.parquet`` (GeoParquet, in the study's metric CRS), ``rasters/*.tif``
(cloud-optimised GeoTIFF) and ``study.json``: what the study file said, where everything comes from,
the digest of every file, and of what it says itself. The same study gives the same bytes.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import rasterio
from pyarrow import ArrowInvalid
from pydantic import ValidationError
from rasterio.errors import RasterioError

from infraplan.errors import Fault, InputError, MissingDataError
from infraplan.geo import Grid, Raster
from infraplan.geo.cog import write_cog
from infraplan.results import Prices, Provenance, Source
from infraplan.results.folder import STUDY_FOLDER, replacing
from infraplan.sources.antenna_files import AntennaCuts
from infraplan.sources.files import sha256
from infraplan.study.model import Study, without_rows
from infraplan.study_file import StudyFile
from infraplan.wording import Text

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["FORMAT", "facts_of", "is_study_folder", "load", "save"]

FORMAT: Final = 1
"""Number of the layout; a folder of another number is built again."""

_GEO_TABLES: Final = (
    "communes",
    "villages",
    "sites",
    "cells",
    "roads",
    "fibre_nodes",
    "fibre",
    "facilities",
    "protected",
    "power",
    "works",
    "structures",
    "water",
)
_MAY_LACK: Final = ("water",)
"""Tables that a folder of this layout lacks where it was built before there were any."""
_PLAIN_TABLES: Final = ("merges", "calibration", "growth", "observations", "targets")
_PRICES: Final = "tables/prices.parquet"
_RASTERS: Final = ("elevation", "people", "clutter")
_ORIGIN_COLUMNS: Final = ("table", "column", "origin", "rows", "share")
_CUTS: Final = ("horizontal_db", "vertical_db")
_OWN_DIGEST: Final = "sha256"
_LATITUDE: Final = "climate_latitude_deg"
"""Told of a part only; the middle of the grid gives that of a whole."""
_REBUILD: Final = "build it again (infraplan build STUDY.toml)"


def save(
    study: Study, out: str | Path, *, progress: Callable[[int, int], None] | None = None
) -> Path:
    """Write a study into a folder, beside first, then in the place of an older one.

    Parameters
    ----------
    study
        The study.
    out
        The folder: missing, empty, or an older study folder.
    progress
        Called with files written and files in all.

    Returns
    -------
    pathlib.Path
        The folder.

    Raises
    ------
    OutputError
        If the folder is another thing, or cannot be written; what was there is unchanged.
    """
    writers = _writers(study)
    with replacing(out, kind=STUDY_FOLDER) as folder:
        for done, (name, write) in enumerate(writers.items(), 1):
            path = folder / name
            path.parent.mkdir(exist_ok=True)
            write(path)
            if progress is not None:
                progress(done, len(writers))
        outputs = {name: _told(study, name, folder / name) for name in writers}
        facts = _facts(study) | {"outputs": outputs}
        facts |= {_OWN_DIGEST: _digest(facts)}
        text = json.dumps(facts, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
        (folder / STUDY_FOLDER.marker).write_text(text, encoding="utf-8")
    return Path(out)


def _writers(study: Study) -> dict[str, Callable[[Path], None]]:
    """Return what writes each file, by its name in the folder."""
    writers: dict[str, Callable[[Path], None]] = {}
    for name in (*_GEO_TABLES, *_PLAIN_TABLES):
        table = getattr(study, name)
        if table is not None:
            writers[f"tables/{name}.parquet"] = _table_writer(table)
    writers[_PRICES] = _prices_writer(study.prices)
    for name in _RASTERS:
        raster = getattr(study, name)
        if raster is not None:
            writers[f"rasters/{name}.tif"] = _raster_writer(raster)
    return writers


def _table_writer(table: pd.DataFrame) -> Callable[[Path], None]:
    return lambda path: _plain_text(table).to_parquet(path, index=False)


def _prices_writer(prices: Prices) -> Callable[[Path], None]:
    return lambda path: prices.table.reset_index().to_parquet(path, index=False)


def _raster_writer(raster: Raster) -> Callable[[Path], None]:
    tags = {"ORIGIN": raster.origin, "UNIT": raster.unit}
    return lambda path: write_cog(path, raster, description=raster.name, tags=tags)


def _told(study: Study, name: str, path: Path) -> dict[str, Any]:
    """Return what ``study.json`` tells of a file: its digest, and the rows of a table."""
    table = study.prices.table if name == _PRICES else getattr(study, path.stem)
    rows = {"rows": len(table)} if name.startswith("tables/") else {}
    return {"sha256": sha256(path), **rows}


def _digest(facts: dict[str, Any]) -> str:
    """Return the digest of what ``study.json`` says, but for the digest itself."""
    said = {name: fact for name, fact in facts.items() if name != _OWN_DIGEST}
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _facts(study: Study) -> dict[str, Any]:
    """Return everything that is neither table nor raster."""
    known = study.provenance
    layers = {name: getattr(study, name) for name in _RASTERS}
    latitude = {_LATITUDE: study.climate_latitude_deg}
    return {
        **({} if study.climate_latitude_deg is None else latitude),
        "format": FORMAT,
        "crs": study.crs,
        "grid": asdict(study.grid),
        "file": json.loads(study.file.model_dump_json()),
        "rasters": {
            name: {"name": r.name, "unit": r.unit, "origin": r.origin, "nodata": r.nodata}
            for name, r in layers.items()
            if r is not None
        },
        "antennas": {name: _plain(cuts) for name, cuts in study.antennas.items()},
        "study_id": known.study_id,
        "title_vi": known.title_vi,
        "title_en": known.title_en,
        "version": known.version,
        "sources": [asdict(source) for source in known.sources],
        "parameters": known.parameters,
        "origins": known.origins.to_dict("records"),
        "notes": [{"vi": note.vi, "en": note.en} for note in known.notes],
    }


def _plain(cuts: AntennaCuts) -> dict[str, Any]:
    """Return an antenna as plain numbers; an unknown number is null."""
    found = asdict(cuts) | {name: getattr(cuts, name).tolist() for name in _CUTS}
    return {k: None if isinstance(v, float) and np.isnan(v) else v for k, v in found.items()}


def is_study_folder(path: str | Path) -> bool:
    """Tell whether a folder holds a study."""
    return (Path(path) / STUDY_FOLDER.marker).is_file()


def facts_of(folder: str | Path) -> dict[str, Any]:
    """Return what ``study.json`` of a folder says, without opening tables or rasters.

    Raises
    ------
    MissingDataError
        If there is no study in the folder.
    InputError
        If ``study.json`` cannot be read, was changed, or was written by another layout; or if a
        file that it lists is missing.
    """
    facts = _marker(folder)
    _check_files(Path(folder), facts["outputs"], digests=False)
    return facts


def _marker(folder: str | Path) -> dict[str, Any]:
    """Return what ``study.json`` says, as it was written."""
    path = Path(folder) / STUDY_FOLDER.marker
    if not path.is_file():
        raise MissingDataError(
            f"There is no study in {folder}. Remedy: make it with `infraplan build STUDY.toml "
            f"--out {folder}`, or name a folder that holds {STUDY_FOLDER.marker}."
        )
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
        number = facts["format"]
    except (OSError, ValueError, KeyError, TypeError):
        raise _damaged(folder, f"{STUDY_FOLDER.marker} cannot be read") from None
    if number != FORMAT:
        raise _damaged(folder, f"the folder has layout {number!r}, this infraplan reads {FORMAT}")
    if facts.get(_OWN_DIGEST) != _digest(facts):
        raise _damaged(folder, f"{STUDY_FOLDER.marker} was changed after it was built")
    found: dict[str, Any] = facts
    return found


def load(folder: str | Path) -> Study:
    """Open a study folder. Nothing is downloaded, and nothing outside the folder is read.

    Raises
    ------
    MissingDataError
        If there is no study in the folder.
    InputError
        If a file is missing, or is not the one that was written; every such file is listed.
    """
    place, facts = Path(folder), _marker(folder)
    _check_files(place, facts["outputs"])
    try:
        return _study(place, facts)
    except (KeyError, TypeError, ValidationError, ArrowInvalid, RasterioError) as error:
        raise _damaged(folder, f"the folder cannot be read ({error})") from None


def _study(place: Path, facts: dict[str, Any]) -> Study:
    """Put a study together from the files of its folder."""
    grid = Grid(**facts["grid"])
    parts: dict[str, Any] = {
        name: _raster(place / f"rasters/{name}.tif", grid, said)
        for name, said in facts["rasters"].items()
    }
    parts |= {
        name: _table(place / f"tables/{name}.parquet", geo=name in _GEO_TABLES)
        for name in (*_GEO_TABLES, *_PLAIN_TABLES)
        if f"tables/{name}.parquet" in facts["outputs"]
    }
    for name in _MAY_LACK:
        parts.setdefault(name, without_rows(name, facts["crs"]))
    if _PRICES in facts["outputs"]:
        parts["prices"] = Prices(pd.read_parquet(place / _PRICES).set_index("item"))
    return Study(
        file=StudyFile.model_validate(facts["file"]),
        crs=facts["crs"],
        grid=grid,
        provenance=_provenance(facts),
        climate_latitude_deg=facts.get(_LATITUDE),
        antennas={name: _cuts(said) for name, said in sorted(facts["antennas"].items())},
        **parts,
    )


def _check_files(place: Path, outputs: dict[str, dict[str, str]], *, digests: bool = True) -> None:
    """Name every file that is missing, and every one that was changed where digests count."""
    faults = []
    for name, told in sorted(outputs.items()):
        path = place / name
        if not path.is_file():
            faults.append(Fault(str(path), "the file is missing", _REBUILD))
        elif digests and sha256(path) != told["sha256"]:
            faults.append(Fault(str(path), "the file was changed after it was built", _REBUILD))
    if faults:
        raise InputError(faults)


def _table(path: Path, *, geo: bool) -> pd.DataFrame:
    """Read a table; a missing text is None, as checking leaves it."""
    return _plain_text(gpd.read_parquet(path) if geo else pd.read_parquet(path))


def _plain_text(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose texts are plain objects, None where missing, however they came."""
    texts = [n for n in table.columns if isinstance(table[n].dtype, pd.StringDtype)]
    changed = {n: table[n].astype(object).where(table[n].notna(), None) for n in texts}
    return table.assign(**changed)


def _raster(path: Path, grid: Grid, said: dict[str, Any]) -> Raster:
    with rasterio.open(path) as source:
        values = source.read(1)
    return Raster(said["name"], said["unit"], grid, values, said["origin"], said["nodata"])


def _cuts(said: dict[str, Any]) -> AntennaCuts:
    parts: dict[str, Any] = {n: np.nan if value is None else value for n, value in said.items()}
    return AntennaCuts(**(parts | {n: np.array(said[n], dtype=np.float64) for n in _CUTS}))


def _provenance(facts: dict[str, Any]) -> Provenance:
    return Provenance(
        study_id=facts["study_id"],
        title_vi=facts["title_vi"],
        title_en=facts["title_en"],
        version=facts["version"],
        sources=tuple(Source(**source) for source in facts["sources"]),
        parameters=facts["parameters"],
        origins=pd.DataFrame(facts["origins"], columns=list(_ORIGIN_COLUMNS)),
        notes=tuple(Text(note["vi"], note["en"]) for note in facts["notes"]),
    )


def _damaged(folder: str | Path, problem: str) -> InputError:
    return InputError([Fault(str(folder), problem, _REBUILD)])
