"""Which table of a study can be read from an extract, and what is to be told about it?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np

from infraplan.errors import Fault, InputError
from infraplan.sources.osm.boundaries import read_communes
from infraplan.sources.osm.facilities import read_facilities
from infraplan.sources.osm.fibre import read_fibre, read_fibre_nodes
from infraplan.sources.osm.masts import mast_notes, read_telecom_masts
from infraplan.sources.osm.places import read_settlements
from infraplan.sources.osm.power import read_power
from infraplan.sources.osm.protected import read_protected
from infraplan.sources.osm.roads import read_roads
from infraplan.sources.osm.structures import read_structures
from infraplan.sources.osm.water import read_water
from infraplan.wording import Text

if TYPE_CHECKING:
    from pathlib import Path

    from infraplan.study_file import OsmPart

__all__ = ["OsmTable", "read_table"]

_SILENT: Final = {
    "villages": read_settlements,
    "roads": read_roads,
    "power": read_power,
    "protected": read_protected,
    "water": read_water,
}
_TOLD: Final = {
    "structures": read_structures,
    "facilities": read_facilities,
    "fibre_nodes": read_fibre_nodes,
    "fibre": read_fibre,
}


@dataclass(frozen=True, slots=True)
class OsmTable:
    """A table read from an extract.

    Attributes
    ----------
    frame
        Columns per data dictionary, EPSG:4326.
    notes
        Plain sentences about what was assumed, closed or rejected.
    """

    frame: gpd.GeoDataFrame
    notes: tuple[Text, ...]


def read_table(
    path: Path,
    name: str,
    *,
    part: OsmPart,
    bounds: tuple[float, float, float, float] | None = None,
) -> OsmTable:
    """Read one table of a study from an extract.

    Parameters
    ----------
    path
        The extract.
    name
        communes, villages, sites, roads, facilities, fibre_nodes, fibre, power, protected,
        structures or water.
    part
        What the study file says about the extract.
    bounds
        West, south, east, north in degrees outside of which nothing but the communes is read; all
        of the extract where None.

    Raises
    ------
    InputError
        If the extract is cut short, lacks what is needed, or holds no such table.
    """
    if name == "communes":
        return OsmTable(
            *read_communes(
                path,
                country=part.country,
                admin_level=part.parish_admin_level,
                rest_code=part.rest_code,
                rest_name=part.rest_name,
            )
        )
    if name in _SILENT:
        return OsmTable(_SILENT[name](path, bounds=bounds), ())
    if name in _TOLD:
        return OsmTable(*_TOLD[name](path, bounds=bounds))
    if name == "sites":
        return _sites(path, mast_height_m=part.mast_height_m, bounds=bounds)
    remedy = f"give the path of a file under [{name}]"
    raise InputError([Fault(path.name, f"no table {name} is read from OpenStreetMap", remedy)])


def _sites(
    path: Path, *, mast_height_m: float, bounds: tuple[float, float, float, float] | None
) -> OsmTable:
    """Turn mapped masts into sites; a height that no tag says is assumed."""
    masts, rejected = read_telecom_masts(path, bounds=bounds)
    tagged = masts["height_m"].notna().to_numpy()
    columns = {
        "site_id": "osm-" + masts["osm_id"].to_numpy(),
        "name": masts["name"].to_numpy(),
        "owner": masts["owner"].to_numpy(),
        "mast_height_m": np.where(tagged, masts["height_m"], mast_height_m),
        "geometry_origin": "measured",
        "mast_height_m_origin": np.where(tagged, "declared", "assumed"),
    }
    frame = gpd.GeoDataFrame(columns, geometry=masts.geometry.to_numpy(), crs=masts.crs)
    notes = mast_notes(masts, rejected)
    if not tagged.all():
        bare = int((~tagged).sum())
        notes.append(
            Text(
                f"Số cột không ghi chiều cao: {bare}; giả định {mast_height_m:g} m.",
                f"Mapped masts without a height: {bare}; {mast_height_m:g} m is assumed.",
            )
        )
    return OsmTable(frame, tuple(notes))
