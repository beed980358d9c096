"""What is prepared once, so that a mast anywhere can be tried out within a second?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
from shapely.geometry import Point

from infraplan import catalog
from infraplan.backhaul.one_place import PlaceNetwork, place_network
from infraplan.coverage.scene import Scene, conditions, scene_of
from infraplan.coverage.transmitters import group_cells
from infraplan.errors import ParameterError
from infraplan.geo import GEOGRAPHIC
from infraplan.results.mast import MOST_REACH_M, Mast
from infraplan.siting.ground import zone_numbers
from infraplan.siting.rules import rules
from infraplan.study.climate import climate_latitude_deg
from infraplan.workflow.whatif.persons import Persons, persons_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from infraplan.coverage.transmitters import Transmitter
    from infraplan.study import Study
    from infraplan.workflow.whatif.levels import Levels

__all__ = ["PreviewScene", "bands_of", "preview_scene", "transmitter_of"]


@dataclass(frozen=True, slots=True, eq=False)
class PreviewScene:
    """A study, with all that does not depend on the mast.

    Attributes
    ----------
    study
        Terrain, masts, roads, prices; without people per cell, and of cells only who is where.
    levels
        What is there already.
    radio
        Terrain and conditions as :func:`infraplan.coverage.predict` has them; without transmitters.
    persons
        Who lives where.
    zone
        Row of the commune that holds the centre of each cell, -1 outside, int16.
    village_cell
        Number of the cell of each village's centre, -1 off the grid, int64.
    village_commune
        Row of the commune that holds each village's centre, -1 outside.
    network
        Roads with the cheapest ways to every place.
    proposals
        Sites of the plan in the study's CRS (columns site_id, kind, operator, year, people_gained).
    """

    study: Study
    levels: Levels
    radio: Scene
    persons: Persons
    zone: NDArray[np.int16]
    village_cell: NDArray[np.int64]
    village_commune: NDArray[np.int64]
    network: PlaceNetwork
    proposals: gpd.GeoDataFrame


def preview_scene(
    study: Study, levels: Levels, *, proposals: gpd.GeoDataFrame | None = None
) -> PreviewScene:
    """Prepare a study for masts that are tried out.

    Parameters
    ----------
    study
        The province.
    levels
        Classes of service that are there already: :class:`SignalLevels` or :class:`BundleLevels`.
    proposals
        Table ``new_sites`` of the plan; none where None.

    Returns
    -------
    PreviewScene
        Takes seconds; a mast then takes a fraction of one.

    Raises
    ------
    ParameterError
        If the catalogue has no band of the levels' technology.
    """
    grid = study.grid
    zone = zone_numbers(study.communes.geometry, grid).astype(np.int16)
    at = study.villages.geometry
    rows, columns = grid.index(at.x.to_numpy(), at.y.to_numpy())
    inside = grid.inside(rows, columns)
    cell = np.where(inside, rows * grid.columns + columns, -1)
    commune = np.full(len(cell), -1, dtype=np.int64)
    commune[inside] = zone.ravel()[cell[inside]]
    planned = _NO_PROPOSALS.to_crs(study.crs) if proposals is None else proposals.to_crs(study.crs)
    slim = _slim(study)
    return PreviewScene(
        study=slim,
        levels=levels,
        radio=_radio(study, levels.technology),
        persons=persons_of(study),
        zone=zone,
        village_cell=cell,
        village_commune=commune,
        network=place_network(slim),
        proposals=planned.reset_index(drop=True),
    )


def _slim(study: Study) -> Study:
    """Let go of what is counted already: people are in `persons`, cells only say who is where."""
    nobody = np.broadcast_to(np.float32(np.nan), study.grid.shape)
    who = ["site_id", "operator", "technology"]
    cells = study.cells[[*who, "geometry"]].drop_duplicates(who)
    return replace(study, people=replace(study.people, values=nobody), cells=cells)


_NO_PROPOSALS = gpd.GeoDataFrame(
    {name: [] for name in ("site_id", "kind", "operator", "year", "people_gained")},
    geometry=[],
    crs=GEOGRAPHIC,
)


def bands_of(technology: str) -> tuple[str, ...]:
    """Return the bands of the catalogue that a technology uses, in its order.

    Raises
    ------
    ParameterError
        If there is none.
    """
    bands = catalog.table("bands")
    found = tuple(bands.loc[bands["technology"] == technology, "band"])
    if not found:
        raise ParameterError(
            f"catalog/bands.csv has no band of {technology!r}. Remedy: try out masts of a bundle "
            "of another technology."
        )
    return found


def _radio(study: Study, technology: str) -> Scene:
    """Prepare terrain, antennas and corrections for every band, as a whole prediction does."""
    grid = study.grid
    x_m, y_m = grid.centre([grid.rows // 2], [grid.columns // 2])
    place = Point(float(x_m[0]), float(y_m[0]))
    masts = [
        Mast(lon=0.0, lat=0.0, operator="any", band=band, height_m=rules().heights_m[0])
        for band in bands_of(technology)
    ]
    probes = [transmitter_of(study, m, place, 1.0 + rules().heights_m[0]) for m in masts]
    shared = conditions(reach_m=MOST_REACH_M, latitude_deg=climate_latitude_deg(study))
    return replace(scene_of(study, probes, shared, technology=technology), transmitters=())


def transmitter_of(study: Study, mast: Mast, place: Point, antenna_height_m: float) -> Transmitter:
    """Return a mast with everything filled in as a transmitter of the prediction."""
    band = catalog.row("bands", str(mast.band))
    azimuths = mast.azimuths_deg or rules().azimuths_deg
    cells = gpd.GeoDataFrame(
        {
            "operator": mast.operator,
            "site_id": "preview",
            "technology": band["technology"],
            "band": band["band"],
            "frequency_mhz": float(band["frequency_mhz"]),
            "bandwidth_mhz": float(band["bandwidth_mhz"]),
            "azimuth_deg": np.array(azimuths, dtype=np.float64),
            "tilt_deg": rules().tilt_deg if mast.tilt_deg is None else mast.tilt_deg,
            "eirp_dbm": catalog.rule("eirp_dbm") if mast.eirp_dbm is None else mast.eirp_dbm,
            "height_m": antenna_height_m,
        },
        geometry=[place] * len(azimuths),
        crs=study.crs,
    )
    return group_cells(cells, study.grid)[0]
