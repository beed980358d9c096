"""Which cells transmit, and which masts and cells had to be assumed or simulated?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from infraplan.errors import Fault
from infraplan.results import ANY_OPERATOR
from infraplan.sources import simulated
from infraplan.wording import Text, length

if TYPE_CHECKING:
    from infraplan.geo import Raster
    from infraplan.study.gathered import Gathered

__all__ = ["complete_masts", "join_cells", "list_operator_faults"]


def list_operator_faults(found: Gathered) -> None:
    """List operators whose names would be taken for one another, or for all of them together."""
    if "cells" not in found.tables:
        return
    names = found.tables["cells"]["operator"]
    first: dict[str, str] = {}
    for i, name in enumerate(names):
        known = first.setdefault(name.casefold(), name)
        if name.casefold() == ANY_OPERATOR:
            problem = f"the operator is called {name!r}, which here means all operators together"
        elif known != name:
            problem = f"the operator is written {name!r} here and {known!r} before"
        else:
            continue
        remedy = "write each operator in one way, such as viettel"
        row = int(found.rows["cells"][i])
        found.faults.append(Fault(found.files["cells"], problem, remedy, row, "operator"))


def complete_masts(found: Gathered, elevation: Raster) -> None:
    """Give mapped masts assumed cells, and settlements without any mast a simulated one.

    Nothing happens to a study that has a table of cells.
    """
    if "cells" in found.tables:
        return
    part = found.file.simulated_masts
    if part is None:
        remedy = "add a [cells] table, or a [simulated_masts] part with at least the operator"
        found.faults.append(Fault(found.name, "mapped masts have no cells", remedy, column="cells"))
        return
    sites = found.tables["sites"]
    cells = simulated.assume_cells(sites, part=part)
    more_sites, more_cells = simulated.simulate_masts(
        found.tables["villages"], sites, elevation, part=part
    )
    near = length(part.empty_beyond_m)
    found.notes += [
        Text(
            f"Số cột trên bản đồ không có dữ liệu trạm: {len(sites)}; giả định mỗi cột ba cell 4G.",
            f"Masts mapped without cell data: {len(sites)}; three 4G sectors are assumed on each.",
        ),
        Text(
            f"Số cột mô phỏng: {len(more_sites)}, nơi khu dân cư không có cột trong {near.vi}.",
            f"Simulated masts: {len(more_sites)}, where a settlement has none within {near.en}.",
        ),
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
            found.files["cells"],
            f"the site {cells.loc[i, 'site_id']!r} is not in the table of sites",
            "add the site, or delete the cell",
            row=int(found.rows["cells"][i]),
            column="site_id",
        )
        for i in cells.index[~known & ~lost]
    ]
    if lost.any():
        count = int(lost.sum())
        found.notes.append(
            Text(
                f"Bỏ {count} cell của các cột nằm ngoài ranh giới.",
                f"Cells of dropped sites, dropped with them: {count}.",
            )
        )
    kept = cells.loc[known].reset_index(drop=True)
    geometry = [position[s] for s in kept["site_id"]]
    found.tables["cells"] = gpd.GeoDataFrame(
        kept.drop(columns="geometry", errors="ignore"), geometry=geometry, crs=found.crs
    )
