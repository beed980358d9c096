"""Which cells transmit, and which masts and cells had to be assumed or simulated?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from infraplan.errors import Fault
from infraplan.sources import simulated

if TYPE_CHECKING:
    from infraplan.geo import Raster
    from infraplan.study.gather import Gathered

__all__ = ["complete_masts", "join_cells", "list_unknown_ground"]


def list_unknown_ground(found: Gathered, elevation: Raster) -> None:
    """List the masts that stand where the terrain is not known: they cannot be predicted."""
    sites = found.tables["sites"]
    unknown = np.isnan(elevation.at(sites.geometry.x, sites.geometry.y))
    unknown &= elevation.grid.inside(*elevation.grid.index(sites.geometry.x, sites.geometry.y))
    found.faults += [
        Fault(
            "sites",
            f"the mast {sites.loc[i, 'site_id']!r} stands where the terrain is unknown",
            "give terrain without voids there, or leave the mast out",
            row=int(i) + 2,
        )
        for i in sites.index[unknown]
    ]


def complete_masts(found: Gathered, elevation: Raster) -> None:
    """Give mapped masts assumed cells, and settlements without any mast a simulated one.

    Nothing happens to a study that has a table of cells.
    """
    if "cells" in found.tables:
        return
    part = found.file.simulated_masts
    if part is None:
        remedy = "add a [cells] table, or a [simulated_masts] part with at least the operator"
        found.faults.append(
            Fault("study file", "mapped masts have no cells", remedy, column="cells")
        )
        return
    sites = found.tables["sites"]
    cells = simulated.assume_cells(sites, part=part)
    more_sites, more_cells = simulated.simulate_masts(
        found.tables["villages"], sites, elevation, part=part
    )
    found.notes += [
        f"{len(sites)} masts are mapped without cell data: three assumed 4G sectors on each.",
        f"{len(more_sites)} masts are simulated (none within {part.empty_beyond_m:,.0f} m).",
    ]
    both = pd.concat([sites, more_sites], ignore_index=True)
    found.tables["sites"] = gpd.GeoDataFrame(both, crs=found.crs)
    found.tables["cells"] = gpd.GeoDataFrame(pd.concat([cells, more_cells], ignore_index=True))


def join_cells(found: Gathered) -> None:
    """Give each cell the position of its site.

    A cell whose site is not in the table is a fault, or is dropped with its site where the study
    file says that rows outside the boundaries are dropped.
    """
    cells, sites = found.tables["cells"], found.tables["sites"]
    position = dict(zip(sites["site_id"], sites.geometry, strict=True))
    known = cells["site_id"].isin(list(position))
    lost = ~known & cells["site_id"].isin(found.dropped_sites)
    found.faults += [
        Fault(
            "cells",
            f"the site {cells.loc[i, 'site_id']!r} is not in the table of sites",
            "add the site, or delete the cell",
            row=int(i) + 2,
            column="site_id",
        )
        for i in cells.index[~known & ~lost]
    ]
    if lost.any():
        found.notes.append(f"{int(lost.sum())} cells of dropped sites were dropped with them.")
    kept = cells.loc[known].reset_index(drop=True)
    geometry = [position[s] for s in kept["site_id"]]
    found.tables["cells"] = gpd.GeoDataFrame(
        kept.drop(columns="geometry", errors="ignore"), geometry=geometry, crs=found.crs
    )
