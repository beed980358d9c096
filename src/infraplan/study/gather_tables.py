"""What does the part of a table hold: files, a map extract, or a fibre network?"""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from infraplan.errors import Fault, InputError
from infraplan.results import Source
from infraplan.sources import facilities, files, ofds, osm, planning, tabular
from infraplan.study.gathered import locate, near
from infraplan.tables import spec
from infraplan.wording import phrase, plain, word_or

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from infraplan.sources.tabular import RawTable
    from infraplan.study.gathered import Gathered
    from infraplan.study_file import TablePart

__all__ = ["read_files", "read_part"]

_UNLOCATED = ("cells", "census", "growth", "costs", "indicators", "targets")
_NUMBERED = ("villages", "facilities", "power", "protected", "water", "structures", "works")
"""Tables whose identifiers no other table names."""
_CALLED = {"costs": "prices", "indicators": "observations"}
"""Parts of the study file whose table has another name."""
_OPTIONAL = ("facilities", "fibre", "power", "protected", "water", "structures")
"""Tables that a study may be without, so that a map may hold none of them."""


def read_part(
    found: Gathered, name: str, part: TablePart, folder: Path
) -> tuple[RawTable | None, str]:
    """Read one table as its part says, unchecked.

    Returns
    -------
    RawTable or None
        None where it is not there; that is listed.
    str
        What messages call it.
    """
    if part.source == "osm":
        return _from_osm(found, name)
    if not part.files:
        key = f"{name}.path"
        found.faults.append(Fault(found.name, "no path is given", "add `path`", column=key))
        return None, ""
    if part.source == "ofds":
        return _from_ofds(found, name, part, folder)
    return read_files(found, name, part, folder)


def read_files(
    found: Gathered, name: str, part: TablePart, folder: Path, *, called: str | None = None
) -> tuple[RawTable | None, str]:
    """Read the files that make up a table, one below the other.

    Parameters
    ----------
    found
        Gets the source, and the place of each row where there are several files.
    name, part, folder
        The table, its part, and the folder its paths start from.
    called
        What to call several files together.
    """
    named = part.files
    there = _located(found, name, part, folder, called=called)
    if len(there) < len(named):
        return None, ""
    label = named[0] if len(named) == 1 else called or f"{named[0]} (+{len(named) - 1})"
    found.sources += [
        Source(name, file, files.sha256(path), part.origin, part.licence, part.date)
        for path, file in zip(there, named, strict=True)
    ]
    raws = [_read(found, name, part, path, file) for path, file in zip(there, named, strict=True)]
    return (raws[0] if len(raws) == 1 else _joined(found, raws, named, label)), label


def _located(
    found: Gathered, name: str, part: TablePart, folder: Path, *, called: str | None = None
) -> list[Path]:
    """Return the files that are there; list the others, those of a public source as one fault."""
    key = f"{name}.paths" if part.paths else f"{name}.path"
    before = len(found.faults)
    paths = [locate(found, file, folder=folder, key=key, origin=part.origin) for file in part.files]
    missing = [file for file, path in zip(part.files, paths, strict=True) if path is None]
    if called is not None and len(missing) > 1:
        problem = f"{len(missing)} of {len(paths)} files are missing, the first is {missing[0]}"
        remedy = (
            f"bring them with `infraplan fetch {found.name}`, or set INFRAPLAN_MIRROR to a folder "
            "that holds them as <host>/<path>"
        )
        fault = Fault(found.name, problem, remedy, column=f"{name}.public")
        found.faults[before:] = [fault]
    return [path for path in paths if path is not None]


def _read(found: Gathered, name: str, part: TablePart, path: Path, file: str) -> RawTable:
    raw = tabular.read_tabular(
        path,
        file=file,
        columns=part.columns,
        values=part.values,
        x=part.x,
        y=part.y,
        crs=part.crs,
        located=name not in _UNLOCATED,
        table=_CALLED.get(name, name),
        sheet=part.sheet,
        near=near(found) if "communes" in found.tables else None,
    )
    raw = facilities.understand(raw) if name == "facilities" else planning.understand(raw, name)
    return _with_identifiers(raw, name, file) if name in _NUMBERED else raw


def _with_identifiers(raw: RawTable, name: str, file: str) -> RawTable:
    """Make identifiers of the file and its rows where a list has no column of them."""
    key = spec(name).key
    if key in raw.frame.columns or raw.frame.empty:
        return raw
    stem = PurePosixPath(file).name.split(".")[0]
    made = [f"{stem}-{int(row) + raw.first_row}" for row in raw.frame.index]
    note = phrase("table_ids_made", {"file": plain(file)})
    frame = gpd.GeoDataFrame(raw.frame.assign(**{key: made}))
    return replace(raw, frame=frame, notes=(*raw.notes, note))


def _joined(
    found: Gathered, raws: Sequence[RawTable], named: Sequence[str], label: str
) -> RawTable:
    """Put tables one below the other, and remember where each row stands."""
    places = [
        (file, int(row) + raw.first_row)
        for raw, file in zip(raws, named, strict=True)
        for row in raw.frame.index
    ]
    found.pieces[label] = places
    frames = [raw.frame for raw in raws if not raw.frame.empty]
    if frames and hasattr(frames[0], "crs"):
        crs = frames[0].crs
        frames = [f.to_crs(crs) if f.crs != crs else f for f in frames]
    both = pd.concat(frames, ignore_index=True) if frames else raws[0].frame
    faults = tuple(fault for raw in raws for fault in raw.faults)
    notes = tuple(note for raw in raws for note in raw.notes)
    row_of = {place: row for row, place in enumerate(places, start=1)}
    unread = frozenset(
        (row_of[file, row], column)
        for raw, file in zip(raws, named, strict=True)
        for row, column in raw.unread
        if (file, row) in row_of
    )
    return tabular.RawTable(gpd.GeoDataFrame(both), 1, faults, notes, unread)


def _from_osm(found: Gathered, name: str) -> tuple[RawTable | None, str]:
    """Read one table from the study's OpenStreetMap extract."""
    part = found.file.osm
    if part is None:  # the study file was checked: a base has no extract
        return None, ""
    path = locate(found, part.path, folder=found.folder, key="osm.path")
    if path is None:
        return None, ""
    try:
        area = near(found) if "communes" in found.tables else None
        table = osm.read_table(path, name, part=part, bounds=area)
    except InputError as error:
        found.faults += [f for f in error.faults if f not in found.faults]
        return None, ""
    found.notes += table.notes
    digest = files.sha256(path)
    source = Source(name, part.path, digest, "OpenStreetMap extract", part.licence, part.date)
    found.sources.append(source)
    if table.frame.empty and name in _OPTIONAL:
        called = word_or(f"table_{name}", name)
        found.notes.append(phrase("osm_table_empty", {"table": called, "file": plain(part.path)}))
        return None, ""
    return tabular.RawTable(table.frame, 1, ()), f"{part.path} ({name})"


def _from_ofds(
    found: Gathered, name: str, part: TablePart, folder: Path
) -> tuple[RawTable | None, str]:
    """Read nodes or spans of Open Fibre Data Standard files."""
    there = _located(found, name, part, folder)
    if len(there) < len(part.files):
        return None, ""
    network = ofds.read_network(*there)
    found.notes += [note for note in network.notes if note not in found.notes]
    found.sources += [
        Source(name, file, files.sha256(path), part.origin, part.licence, part.date)
        for path, file in zip(there, part.files, strict=True)
    ]
    frame = network.fibre if name == "fibre" else network.fibre_nodes
    faults = tuple(fault for fault in network.faults if fault not in found.faults)
    return tabular.RawTable(frame, 1, faults), f"{part.files[0]} ({name})"
