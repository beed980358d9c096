"""Which part of the study file, or of its base, tells where each table comes from?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraplan.errors import Fault, InputError
from infraplan.settings import data_folder
from infraplan.study.gathered import tell
from infraplan.study_file import read_study_file, table_parts

if TYPE_CHECKING:
    from pathlib import Path

    from infraplan.study.gathered import Gathered
    from infraplan.study_file import StudyFile, TablePart

__all__ = ["keep_parts", "list_missing_tables"]

_REQUIRED = ("communes", "villages", "roads", "sites", "cells", "fibre_nodes")
_FROM_TOWERS = ("sites", "cells")


def keep_parts(found: Gathered) -> dict[str, tuple[TablePart, Path]]:
    """Collect the parts of the study and, where it names a base, those of the base.

    Parameters
    ----------
    found
        Gets the parts about rasters, antennas and calibration, and the notes.

    Returns
    -------
    dict
        Table name → its part, and the folder its paths start from.

    Raises
    ------
    InputError
        If there is no such base.
    """
    if found.file.study.base is not None:
        _keep_base(found, found.file.study.base)
    for note in found.file.study.notes:
        tell(found, note)
    parts = dict(found.base)
    for name, part in table_parts(found.file).items():
        if name in parts and _only_changes(part):
            changes = part.model_dump(exclude_unset=True)
            parts[name] = (parts[name][0].model_copy(update=changes), parts[name][1])
        else:
            parts[name] = (part, found.folder)
    if found.file.towers:
        parts = {name: kept for name, kept in parts.items() if name not in _FROM_TOWERS}
    _keep_others(found, found.file, found.folder)
    return parts


def list_missing_tables(found: Gathered, parts: dict[str, tuple[TablePart, Path]]) -> None:
    """List the tables that a study needs and nobody names."""
    towers = bool(found.file.towers)
    masts_are_mapped = "sites" in parts and parts["sites"][0].source == "osm"
    for name in _REQUIRED:
        if name in parts or (towers and name in _FROM_TOWERS):
            continue
        if name == "cells" and masts_are_mapped:
            continue
        other = ", [[towers]]" if name in _FROM_TOWERS else ""
        remedy = f'add a [{name}] part with a path{other}, or say base = "phu-tho" under [study]'
        found.faults.append(Fault(found.name, f"the study names no {name}", remedy, column=name))


def _keep_base(found: Gathered, base_id: str) -> None:
    path = data_folder() / "study.toml"
    base = read_study_file(path)
    if base.study.id != base_id:
        fault = Fault(
            found.name,
            f"there is no embedded dataset {base_id!r}",
            f'the one that ships is "{base.study.id}"',
            column="study.base",
        )
        raise InputError([fault])
    found.base = {name: (part, path.parent) for name, part in table_parts(base).items()}
    _keep_others(found, base, path.parent)
    for note in base.study.notes:
        tell(found, note)


def _only_changes(part: TablePart) -> bool:
    """Tell whether a part names no data of its own, but changes what is said of the base's."""
    public = getattr(part, "public", None)
    return part.source == "file" and not part.files and public is None


def _keep_others(found: Gathered, file: StudyFile, folder: Path) -> None:
    """Keep the parts of a file that are no tables, over those kept before."""
    if file.elevation is not None:
        found.elevation, found.elevation_folder = file.elevation, folder
    if file.clutter is not None:
        found.clutter_part = file.clutter, folder
    if file.antennas is not None:
        found.antennas_part = file.antennas, folder
    if file.calibration is not None:
        found.calibration_part = file.calibration, folder
