"""What does it take to make a whole study of checked tables: terrain, masts, cells, people?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraplan.errors import InputError
from infraplan.study.antennas import complete_antennas, read_antennas
from infraplan.study.calibration import read_calibration
from infraplan.study.gathered import locate
from infraplan.study.grid_people import read_grid
from infraplan.study.masts import complete_masts, join_cells, list_operator_faults
from infraplan.study.people import complete_people
from infraplan.study.raster_sources import study_grid
from infraplan.study.rasters import read_clutter, read_people, read_terrain

if TYPE_CHECKING:
    import pandas as pd

    from infraplan.geo import Raster
    from infraplan.study.gathered import Gathered

__all__ = ["Completed", "complete"]


@dataclass(frozen=True, slots=True)
class Completed:
    """What is added to the tables.

    Attributes
    ----------
    elevation, people
        Terrain, m, and persons per cell, on the study's grid.
    clutter, calibration
        Land cover and corrections of the losses; None where the study names none.
    """

    elevation: Raster
    people: Raster
    clutter: Raster | None
    calibration: pd.DataFrame | None


def complete(found: Gathered) -> Completed | None:
    """Read the rasters of a study and fill in what its tables leave open.

    Parameters
    ----------
    found
        Checked tables; they are completed, and what is wrong is listed in it.

    Returns
    -------
    Completed or None
        None where there is any fault.
    """
    read_antennas(found)
    complete_antennas(found)
    calibration = read_calibration(found)
    if "communes" not in found.tables:
        _list_missing_files(found)
        return None
    grid = study_grid(found)
    terrain = read_terrain(found, grid)
    clutter = read_clutter(found, grid)
    counted = read_grid(found, grid) if found.file.people.method == "grid" else None
    if found.faults or terrain is None:
        return None
    complete_masts(found, terrain)
    list_operator_faults(found)
    if not found.faults:
        join_cells(found)
        if found.file.people.method == "villages":
            complete_people(found)
    if found.faults:
        return None
    try:
        people = read_people(found, grid, counted)
    except InputError as error:
        found.faults += error.faults
        return None
    return None if found.faults else Completed(terrain, people, clutter, calibration)


def _list_missing_files(found: Gathered) -> None:
    """List the raster files that are named and not there, where nothing can be read from them."""
    elevation = found.elevation.paths if found.elevation is not None else ()
    clutter, folder = found.clutter_part or (None, found.folder)
    for key, names, at in (
        ("elevation", elevation, found.elevation_folder),
        ("clutter", clutter.paths if clutter is not None else (), folder),
        ("people", found.file.people.paths, found.folder),
    ):
        for name in names:
            locate(found, name, folder=at, key=f"{key}.paths")
